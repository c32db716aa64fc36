"""A demonstration's arrivals: what a partner sent and nobody could take is said, not swallowed."""

import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from oneplace.config import demo_arrivals, intake
from oneplace.config.database import Role
from oneplace.feeds.models import Source
from oneplace.feeds.unpacking import LeftOut
from oneplace.kit import clock
from tests.database import as_role

from ..hl7.messages import written

pytestmark = pytest.mark.django_db


@pytest.fixture
def borough(tmp_path: Path, at: datetime, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a demonstration's borough, at a pinned time."""
    monkeypatch.setattr(settings, "IS_DEMO", True)
    monkeypatch.setattr(settings, "DATA_FOLDER", tmp_path)
    monkeypatch.setattr(clock, "now", lambda: at)
    monkeypatch.setattr(intake, "take_in_waiting", lambda **_: None)
    folder = tmp_path / "demo" / "borough"
    folder.mkdir(parents=True)
    return folder


def send(borough: Path, arrivals: dict[str, tuple[str, datetime]]) -> None:
    """Lay files out, each of a feed and arriving at a time, with something nobody announces."""
    (borough / "truth").mkdir(exist_ok=True)
    (borough / "truth" / "counts.json").write_text("{}")
    rows = []
    for number, (name, (feed, arrives)) in enumerate(arrivals.items()):
        content = written() + b"\r" * number
        (borough / name).write_bytes(content)
        sha = hashlib.sha256(content).hexdigest()
        rows.append({"path": name, "feed": feed, "arrives_at": arrives.isoformat(), "sha256": sha})
    (borough / "manifest.json").write_text(json.dumps({"files": rows}))


def test_files_of_a_feed_the_place_does_not_have_are_told_with_their_reason(
    hospital: Source, borough: Path, at: datetime
) -> None:
    send(borough, {"a.hl7": (hospital.code, at), "b.hl7": ("tarn", at), "c.hl7": ("tarn", at)})

    with as_role(Role.LOADER):
        arrived = demo_arrivals.bring_all()

    assert arrived.received == 1
    assert [each.name for each in arrived.left_out] == ["b.hl7", "c.hl7"]
    words = demo_arrivals.in_words(arrived.left_out)
    assert words.startswith("2 files could not be taken in: the first is b.hl7.")
    assert "'tarn', which is none" in words


def test_what_lies_beside_the_feeds_is_not_missed(
    hospital: Source, borough: Path, at: datetime
) -> None:
    send(borough, {"a.hl7": (hospital.code, at)})

    with as_role(Role.LOADER):
        arrived = demo_arrivals.bring_all()

    assert arrived == demo_arrivals.Arrived(1, ())
    assert demo_arrivals.in_words(arrived.left_out) == ""


def test_a_second_start_still_says_what_the_first_could_not_take(
    hospital: Source, borough: Path, at: datetime
) -> None:
    send(borough, {"a.hl7": (hospital.code, at), "b.hl7": ("tarn", at)})

    with as_role(Role.LOADER):
        first = demo_arrivals.bring_all()
        second = demo_arrivals.bring_all()

    assert second == demo_arrivals.Arrived(0, first.left_out)
    assert demo_arrivals.left_out() == first.left_out


def test_what_cannot_be_taken_as_the_clock_moves_is_kept_with_what_was_before(
    hospital: Source, borough: Path, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = at + timedelta(hours=1)
    send(
        borough, {"a.hl7": ("tarn", at), "b.hl7": ("tarn", later), "c.hl7": (hospital.code, later)}
    )

    with as_role(Role.LOADER):
        demo_arrivals.bring_all()
        monkeypatch.setattr(clock, "now", lambda: later)
        demo_arrivals.bring_due()
        demo_arrivals.bring_due()

    assert [each.name for each in demo_arrivals.left_out()] == ["a.hl7", "b.hl7"]


def test_one_file_is_said_as_one() -> None:
    words = demo_arrivals.in_words([LeftOut("b.hl7", "It is cut off.")])

    assert words == "1 file could not be taken in: b.hl7. It is cut off."
