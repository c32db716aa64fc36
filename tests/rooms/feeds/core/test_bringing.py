"""Files brought in: each is of one feed, comes once, and what cannot be taken is named."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from oneplace.config.database import Role
from oneplace.feeds.bringing import BroughtIn, bring_in
from oneplace.feeds.models import Delivery, Quarantined, Source
from oneplace.feeds.watching import Watched
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.terms import DeliveryState, Door, QuarantineReason, QuarantineState
from tests.database import as_role

from ..hl7.messages import written
from ..tables.making import rows_xml, workbook
from .conftest import LOADER

pytestmark = pytest.mark.django_db
MESSAGE = written()


def _bring(path: Path, at: datetime, **options: object) -> BroughtIn:
    with as_role(Role.LOADER):
        return bring_in(paths=[path], by=LOADER, at=at, **options)  # type: ignore[arg-type]


def test_a_file_of_messages_is_known_by_what_it_begins_with(
    hospital: Source, at: datetime, tmp_path: Path
) -> None:
    (tmp_path / "x.txt").write_bytes(MESSAGE)

    brought = _bring(tmp_path / "x.txt", at)

    assert [each.source for each in brought.deliveries] == [hospital]


def test_what_could_be_of_two_feeds_asks_which(
    hospital: Source, at: datetime, tmp_path: Path
) -> None:
    with as_role(Role.LOADER):
        Source(code="second", name="Second", reader="hl7").save()
    (tmp_path / "x.txt").write_bytes(MESSAGE)

    brought = _bring(tmp_path / "x.txt", at)
    told = _bring(tmp_path / "x.txt", at, feed="second")

    assert "hospital_messages, second: say which with --feed" in brought.left_out[0].why
    assert told.deliveries[0].source_id == "second"


def test_a_file_of_a_sender_on_no_list_is_kept_aside_unless_its_feed_is_named(
    hospital: Source, at: datetime, tmp_path: Path
) -> None:
    (tmp_path / "x.txt").write_bytes(MESSAGE + written(MSH={3: "LAB", 4: "ZZ7"}))

    (aside,) = _bring(tmp_path / "x.txt", at).deliveries
    (told,) = _bring(tmp_path / "x.txt", at, feed="hospital_messages").deliveries

    with as_role(Role.LOADER):
        held = Quarantined.objects.get()
    assert (aside.source_id, aside.state) == ("unknown_sender", DeliveryState.KEPT_ASIDE)
    assert held.reason is QuarantineReason.UNKNOWN_SENDER
    assert "'ZZ7' / 'LAB' is on no feed's list" in held.words
    assert "--feed" in held.words
    assert (told.source_id, told.state) == ("hospital_messages", DeliveryState.RECEIVED)


def test_a_feed_that_is_none_is_refused_with_those_there_are(
    hospital: Source, at: datetime, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="there are hospital_messages"):
        _bring(tmp_path, at, feed="hospitl")


def test_something_unknown_is_left_out_with_what_to_do(
    hospital: Source, at: datetime, tmp_path: Path
) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"\xff\xd8\xff\xe0 picture")

    brought = _bring(tmp_path, at)

    assert brought.deliveries == []
    assert "--feed" in brought.left_out[0].why


def test_a_workbook_is_known_by_the_headings_of_its_sheets(
    hospital: Source, at: datetime, tmp_path: Path
) -> None:
    with as_role(Role.LOADER):
        Source(code="council_cases", name="Council", reader="council_cases").save()
    heading = ["SWIFT_NO", "HAZARD", "NOTED", "ADVICE"]
    rows = rows_xml(["Hazards of March"], heading, [11645, "DOG", "7/3/26", "x"])
    content = workbook(("Notes", rows_xml(["hello"])), ("Hazards", rows))
    (tmp_path / "march.xlsx").write_bytes(content)
    (tmp_path / "bomb.xlsx").write_bytes(workbook(("S", '<row r="999999999"/>')))

    brought = _bring(tmp_path, at)

    assert [each.source_id for each in brought.deliveries] == ["council_cases"]
    assert [each.name for each in brought.left_out] == ["bomb.xlsx"]


def _folder(folder: Path, *, sha256: str = "", arrives: str = "2026-03-01T00:00:00+00:00") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "adt.hl7").write_bytes(MESSAGE)
    row = {
        "path": "adt.hl7", "feed": "hospital_messages", "arrives_at": arrives, "count": 1,
        "sha256": sha256 or hashlib.sha256(MESSAGE).hexdigest(),
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps({"files": [row]}))
    return folder


def test_what_a_manifest_announces_arrives_when_it_says(
    hospital: Source, at: datetime, tmp_path: Path
) -> None:
    brought = _bring(_folder(tmp_path / "a"), at)
    again = _bring(tmp_path / "a", at)

    (delivery,) = brought.deliveries
    assert delivery.arrived_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert delivery.declared_count == 1
    assert (again.fresh, again.seen_before) == (0, 1)


def test_what_is_due_later_is_left_for_later(
    hospital: Source, at: datetime, tmp_path: Path
) -> None:
    folder = _folder(tmp_path / "a", arrives="2026-04-01T00:00:00+00:00")

    brought = _bring(folder, at)

    assert (brought.deliveries, brought.not_due) == ([], 1)


def test_a_load_cut_short_goes_on_without_receipts(
    hospital: Source, at: datetime, tmp_path: Path
) -> None:
    folder = _folder(tmp_path / "a")
    _bring(folder, at)

    brought = _bring(folder, at, passes_over_known=True)

    assert brought.deliveries == []
    assert Delivery.objects.count() == 1


def test_another_checksum_than_announced_keeps_it_aside_whole(
    hospital: Source, at: datetime, tmp_path: Path
) -> None:
    brought = _bring(_folder(tmp_path / "a", sha256="0" * 64), at)

    (delivery,) = brought.deliveries
    delivery.refresh_from_db()
    assert delivery.state is DeliveryState.KEPT_ASIDE
    with as_role(Role.LOADER):
        assert Quarantined.objects.get().reason is QuarantineReason.CONTRADICTS


def test_what_is_announced_rightly_after_all_is_read_and_once(
    hospital: Source, at: datetime, tmp_path: Path
) -> None:
    _bring(_folder(tmp_path / "wrong", sha256="0" * 64), at)

    brought = _bring(_folder(tmp_path / "right"), at)
    again = _bring(tmp_path / "right", at)

    (delivery,) = brought.deliveries
    assert (brought.fresh, again.fresh) == (1, 0)
    assert (delivery.state, delivery.declared_count) == (DeliveryState.RECEIVED, 1)
    with as_role(Role.LOADER):
        assert Quarantined.objects.get().state is QuarantineState.REPLAYED
        assert delivery.replays is not None and delivery.replays.sha256 == delivery.sha256


def test_a_watched_folder_takes_whole_files_and_moves_them_aside(
    hospital: Source, at: datetime, tmp_path: Path
) -> None:
    (tmp_path / "hospital_messages").mkdir()
    (tmp_path / "hospital_messages" / "a.hl7").write_bytes(MESSAGE)
    (tmp_path / "b.part").write_bytes(MESSAGE)
    (tmp_path / "c.jpg").write_bytes(b"picture")
    watched = Watched(tmp_path)

    with as_role(Role.LOADER):
        first = watched.look(by=LOADER, at=at)
        (tmp_path / "late.hl7").write_bytes(MESSAGE)
        second = watched.look(by=LOADER, at=at)

    assert first == []
    assert {path.name for path, _ in second} == {"a.hl7", "c.jpg"}
    assert (tmp_path / "done" / "hospital_messages" / "a.hl7").read_bytes() == MESSAGE
    assert "--feed" in (tmp_path / "refused" / "c.jpg.txt").read_text()
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == {"b.part", "late.hl7"}
    assert Delivery.objects.get().door is Door.FOLDER


def test_a_second_file_of_the_same_name_does_not_replace_the_first(
    hospital: Source, at: datetime, tmp_path: Path
) -> None:
    watched = Watched(tmp_path)
    for content in (MESSAGE, written(MSH={10: "Q2"})):
        (tmp_path / "a.hl7").write_bytes(content)
        with as_role(Role.LOADER):
            watched.look(by=LOADER, at=at)
            watched.look(by=LOADER, at=at)

    assert {path.name for path in (tmp_path / "done").iterdir()} == {"a.hl7", "a.1.hl7"}
