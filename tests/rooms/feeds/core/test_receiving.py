"""What comes in is kept byte for byte, once, whatever its size; and only then is it answered."""

import errno
import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from oneplace.access.viewer import viewing
from oneplace.config.database import Role
from oneplace.feeds import queries, verbs
from oneplace.feeds.models import Delivery, Message, Quarantined, Raw, Source
from oneplace.feeds.shelf import SMALL, shelf
from oneplace.files.store import NotKept
from oneplace.vocabulary.terms import DeliveryState, Door
from tests.database import as_role

from .conftest import LOADER, somebody

pytestmark = pytest.mark.django_db

LARGE = b"0123456789abcdef" * (SMALL // 8)


def _receive(source: Source, content: bytes | Iterator[bytes], at: datetime) -> Delivery:
    with as_role(Role.LOADER):
        return verbs.receive(
            source=source, door=Door.FOLDER, name="a/file.hl7", content=content, by=LOADER, at=at
        )


@pytest.mark.parametrize("content", [b"", b"MSH|small", LARGE], ids=["nothing", "small", "large"])
def test_what_was_received_is_given_back_byte_for_byte(
    hospital: Source, at: datetime, content: bytes
) -> None:
    delivery = _receive(hospital, content, at)

    with as_role(Role.LOADER):
        assert queries.content_of(delivery) == content
    assert delivery.sha256 == hashlib.sha256(content).hexdigest()
    assert (delivery.size, delivery.is_in_folder) == (len(content), len(content) > SMALL)


def test_a_stream_of_pieces_is_kept_like_the_whole(hospital: Source, at: datetime) -> None:
    small = _receive(hospital, iter([b"MSH|", b"in pieces"]), at)
    large = _receive(hospital, iter([LARGE[:1000], LARGE[1000:]]), at)

    with as_role(Role.LOADER):
        assert queries.content_of(small) == b"MSH|in pieces"
        assert queries.content_of(large, 16, 16) == LARGE[16:32]
    assert not list((shelf().folder / "tmp").iterdir())


@pytest.mark.parametrize("content", [b"MSH|small", LARGE], ids=["small", "large"])
def test_the_same_bytes_again_leave_a_receipt_and_nothing_else(
    hospital: Source, at: datetime, content: bytes
) -> None:
    first = _receive(hospital, content, at)

    again = _receive(hospital, content, at)

    assert again.state is DeliveryState.SEEN_BEFORE
    assert again.first == first
    with as_role(Role.LOADER):
        assert queries.waiting() == [first]
        assert queries.content_of(first) == content


def test_a_full_disk_refuses_with_a_sentence_and_keeps_nothing(
    hospital: Source, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("oneplace.files.store.os.fsync", full)

    with pytest.raises(NotKept, match="is full, so nothing was saved"):
        _receive(hospital, LARGE, at)
    assert not Delivery.objects.exists()


def test_no_page_opens_what_was_received_but_the_stewards(hospital: Source, at: datetime) -> None:
    delivery = _receive(hospital, b"MSH|small", at)
    with as_role(Role.LOADER):
        Quarantined(delivery=delivery, place="x", reason="unreadable", words="x").save()

    with viewing(somebody("see_feeds"), at=at):
        assert not Raw.objects.exists()
        assert not queries.kept_aside().exists()
        with pytest.raises(NotKept, match="closed to you"):
            queries.content_of(delivery)
        assert not Message.objects.exists()
    with viewing(somebody("settle_quarantine"), at=at):
        assert queries.content_of(delivery) == b"MSH|small"
        assert Quarantined.objects.count() == 1
    with viewing(somebody("client:hospital_messages"), at=at):
        assert queries.content_of(delivery) == b"MSH|small"
    with viewing(somebody("client:another"), at=at):
        assert not Raw.objects.exists()


def test_whoever_is_signed_in_may_bring_in_and_not_read_it_again(
    hospital: Source, at: datetime
) -> None:
    with viewing(somebody("bring_in_files"), at=at) as viewer:
        delivery = verbs.receive(
            source=hospital, door=Door.UPLOAD, name="x", content=b"MSH|small", by=viewer, at=at
        )

        with pytest.raises(NotKept, match="closed to you"):
            queries.content_of(delivery)


def test_names_cannot_lead_anywhere_or_break_a_line(hospital: Source, at: datetime) -> None:
    with as_role(Role.LOADER):
        delivery = verbs.receive(
            source=hospital, door=Door.FOLDER, name="../../etc/\x00pass\nwd", content=b"x",
            by=LOADER, at=at,
        )  # fmt: skip

    assert delivery.name == "../../etc/ pass wd"
    assert [path for path in Path(shelf().folder).glob("**/*") if path.is_file()] == []


def test_erasure_leaves_hash_and_reason_and_the_same_bytes_stay_out(
    hospital: Source, at: datetime
) -> None:
    delivery = _receive(hospital, LARGE, at)
    with as_role(Role.LOADER):
        freed = verbs.erase_delivery(delivery=delivery, why="Court order 1", by=LOADER, at=at)
        delivery.refresh_from_db()

    assert freed == len(LARGE)
    assert not shelf().path_of(delivery.sha256).exists()
    assert (delivery.erased_why, len(delivery.sha256)) == ("Court order 1", 64)
    assert _receive(hospital, LARGE, at).state is DeliveryState.SEEN_BEFORE
    with as_role(Role.LOADER), pytest.raises(NotKept, match="Court order 1"):
        queries.content_of(delivery)
        assert queries.waiting() == []
