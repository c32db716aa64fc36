"""Each place is sent its own feeds, under its own names, up to its own now."""

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from oneplace.borough.lives.settings import settings_for
from oneplace.borough.make import Made, make_borough
from oneplace.vocabulary.place import Place, load_place, place_path
from oneplace.vocabulary.terms import FeedKind

from .conftest import Borough

FEW = 500
NO_FEEDS = {"about", "geography", "people_at_work"}


def made_for(place: Place, out: Path) -> Made:
    """A small borough of a place."""
    return make_borough(settings_for(place, people=FEW, seed=3), out, place)


def files_of(made: Made) -> list[dict[str, Any]]:
    """What the manifest lists."""
    rows: list[dict[str, Any]] = json.loads((made.folder / "manifest.json").read_text())["files"]
    return rows


@pytest.fixture(scope="module")
def northmere() -> Place:
    return load_place(place_path("northmere"))


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory, northmere: Place) -> Made:
    return made_for(northmere, tmp_path_factory.mktemp("place") / "borough")


def test_every_feed_the_place_names_is_written_under_its_own_code_and_no_other(
    elsewhere: Made, northmere: Place
) -> None:
    sent = {row["feed"] for row in files_of(elsewhere)} - NO_FEEDS

    assert sent == {feed.code for feed in northmere.feeds}


def test_a_feed_the_place_does_not_name_is_not_written_and_that_is_told(
    elsewhere: Made, northmere: Place
) -> None:
    assert set(elsewhere.not_written) == set(FeedKind) - {feed.kind for feed in northmere.feeds}
    assert not (elsewhere.folder / "gp" / "fhir").exists()
    assert "gp/fhir" not in (elsewhere.folder / "README.md").read_text()


def test_files_are_due_up_to_the_place_s_own_now(elsewhere: Made, northmere: Place) -> None:
    manifest = json.loads((elsewhere.folder / "manifest.json").read_text())
    now = datetime.fromisoformat(manifest["now"])

    assert now == northmere.demo_now
    for feed in northmere.feeds:
        due = [
            arrives
            for row in manifest["files"]
            if row["feed"] == feed.code
            and (arrives := datetime.fromisoformat(row["arrives_at"])) <= now
        ]
        assert due, f"nothing of {feed.code} is due by {now}"


def test_history_nothing_follows_was_taken_shortly_before_now(
    elsewhere: Made, northmere: Place
) -> None:
    (arrived,) = {
        datetime.fromisoformat(row["arrives_at"])
        for row in files_of(elsewhere)
        if row["feed"] == "practice_records"
    }

    assert northmere.demo_now - timedelta(days=14) < arrived <= northmere.demo_now


def test_the_map_lies_round_the_place_s_own_middle(elsewhere: Made, northmere: Place) -> None:
    with (elsewhere.folder / "geography" / "networks.csv").open(newline="") as opened:
        networks = list(csv.DictReader(opened))

    for network in networks:
        assert float(network["latitude"]) == pytest.approx(northmere.centre.latitude, abs=0.2)
        assert float(network["longitude"]) == pytest.approx(northmere.centre.longitude, abs=0.3)


@pytest.mark.parametrize(
    "missing",
    [
        {FeedKind.HOSPITAL_MESSAGES, FeedKind.GP_HISTORY, FeedKind.COUNCIL_CLIENT_LEVEL},
        set(FeedKind) - {FeedKind.HOSPITAL_MESSAGES, FeedKind.GP_HISTORY},
    ],
    ids=["no hospital, GP history or returns", "little else"],
)
def test_any_kind_of_feed_may_be_missing_or_there_twice(
    tmp_path: Path, place: Place, missing: set[FeedKind]
) -> None:
    kept = [feed for feed in place.feeds if feed.kind not in missing]
    second = kept[0].model_copy(update={"code": "the_other_one"})
    other = place.model_copy(update={"feeds": (*kept, second)})

    made = made_for(other, tmp_path / "borough")

    sent = {row["feed"] for row in files_of(made)} - NO_FEEDS
    assert sent == {feed.code for feed in kept}
    assert set(made.not_written) == missing
    assert made.without_files == ("the_other_one",)


def test_nobody_at_work_is_described_in_another_place_s_words(elsewhere: Made) -> None:
    folder = elsewhere.folder / "people_at_work"
    with (folder / "demo_sign_ins.csv").open(newline="") as opened:
        walk_ins = list(csv.DictReader(opened))
    titles = (folder / "people_at_work.csv").read_text()

    assert walk_ins
    assert {row["why"] for row in walk_ins} == {""}
    assert "LIFE" not in titles
    assert "Network clinical lead" not in titles
    assert "Neighbourhood clinical lead" in titles


def test_practices_code_what_was_discussed_in_the_place_s_own_word(elsewhere: Made) -> None:
    (events,) = elsewhere.folder.glob("gp/extract/*/events.csv")
    told = events.read_text()

    assert "Discussed in round table" in told
    assert "huddle" not in told.lower()


def test_the_story_s_own_people_are_described_where_the_place_has_the_story(
    borough: Borough, place: Place
) -> None:
    walk_ins = borough.read_csv("people_at_work/demo_sign_ins.csv")
    told = {row["role"]: row["why"] for row in walk_ins if row["why"]}

    assert set(told) == {"therapist", "resident"}
    assert place.demo.story_person.split(" ")[0] in told["resident"]


def test_what_a_visitor_is_told_at_the_end_counts_what_the_truth_holds(
    borough: Borough, elsewhere: Made
) -> None:
    told = json.loads((borough.folder / "planted.json").read_text())

    assert sum(number for _, number in told["alike"]) == len(borough.truth("must_not_merge"))
    assert sum(number for _, _, number in told["spoiled"]) == len(borough.truth("defects"))
    assert [row["service"] for row in told["effects"]] == ["life", "huddle"]
    assert told["late_files"] == len(borough.truth_json("file_defects"))
    assert dict(told["messages"]) == borough.truth_json("counts")["message_defects"]
    assert (
        told["story_person"]["nhs_number"]
        == borough.truth_json("scripted")["desmond"]["facts"]["nhs_number"]
    )
    assert json.loads((elsewhere.folder / "planted.json").read_text())["story_person"] is None
