"""Try to break it: a partner's feed stopped by a visitor, and the truth that was planted."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from oneplace.desk.presenters.planted import PlantedPage
from oneplace.desk.queries.planted import planted
from oneplace.feeds import demo_stopping
from oneplace.kit.refusals import Refused

AT = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a demonstration."""
    (tmp_path / "demo").mkdir()
    monkeypatch.setattr(settings, "IS_DEMO", True)
    monkeypatch.setattr(settings, "DATA_FOLDER", tmp_path)
    return tmp_path / "demo"


@pytest.mark.usefixtures("demo")
def test_a_stopped_feed_speaks_again_from_where_it_was_stopped() -> None:
    demo_stopping.stop("gp_recent", at=AT)
    demo_stopping.stop("council_cases", at=AT + timedelta(hours=1))

    while_silent = demo_stopping.stopped()
    demo_stopping.let_speak("gp_recent")

    assert set(while_silent) == {"gp_recent", "council_cases"}
    assert demo_stopping.stopped() == {"council_cases": AT + timedelta(hours=1)}
    assert demo_stopping.missed() == {"gp_recent": AT}
    demo_stopping.note_caught_up(["gp_recent"])
    assert demo_stopping.missed() == {}


@pytest.mark.usefixtures("demo")
def test_a_feed_stopped_again_before_it_caught_up_still_tells_all_it_missed() -> None:
    demo_stopping.stop("gp_recent", at=AT)
    demo_stopping.let_speak("gp_recent")

    demo_stopping.stop("gp_recent", at=AT + timedelta(days=1))

    assert demo_stopping.stopped() == {"gp_recent": AT}


def test_no_feed_is_stopped_in_a_service(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        demo_stopping.stop("gp_recent", at=AT)
    assert demo_stopping.stopped() == {}


def published(borough: Path, *, prevented: int, story: bool = True) -> None:
    """What a borough tells a visitor: the joint service prevents some of its people's stays."""
    borough.mkdir(parents=True)
    told = {
        "scenario": "default", "people": 5000, "seed": 7,
        "effects": [
            {
                "service": "life", "rate_ratio": 0.92, "days": 91, "exposed": 2,
                "stays_without": 100, "prevented": prevented,
            }
        ],
        "alike": [["twins", 2]],
        "spoiled": [["gp", "nhs_number missing", 1]],
        "messages": [["late", 3]],
        "late_files": 0,
        "story_person": {"nhs_number": "9996483002", "born_on": "1948-06-21"} if story else None,
    }  # fmt: skip
    (borough / "planted.json").write_text(json.dumps(told))


@pytest.mark.parametrize(
    ("prevented", "told"),
    [(8, "nobody could tell from this borough"), (25, "this could be seen here")],
)
def test_the_truth_says_what_could_be_told_and_what_could_not(
    demo: Path, prevented: int, told: str
) -> None:
    published(demo / "borough", prevented=prevented)

    found = planted()
    assert found is not None
    page = PlantedPage.of(found, settings.PLACE)

    (effect,) = page.effects
    assert effect.planted == "8 of 100 emergency stays do not happen, for 91 days."
    assert "They would have had 100 emergency stays" in effect.here
    assert "about 10" in effect.told and told in effect.told
    assert page.alike == (("twins", 2),)
    assert page.spoiled[0].most == "no NHS number 1"


def test_a_place_without_a_story_tells_what_was_planted_all_the_same(demo: Path) -> None:
    published(demo / "borough", prevented=8, story=False)

    found = planted()

    assert found is not None
    assert (found.story_nhs_number, found.story_born_on) == ("", None)


def test_nothing_is_read_of_the_truth_itself(demo: Path) -> None:
    truth = demo / "borough" / "truth"
    truth.mkdir(parents=True)
    (truth / "counts.json").write_text(json.dumps({"message_defects": {"late": 3}}))

    assert planted() is None


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["try-to-break-it/", "planted/", "story-person/record/"])
def test_outside_a_demonstration_there_is_no_truth_and_no_page(client: Client, path: str) -> None:
    assert planted() is None
    assert client.get(f"/demo/{path}").status_code == 404
