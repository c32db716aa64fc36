"""Writes every feed of a life history below one folder, in the order told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from oneplace.borough.feeds.about import write_about
from oneplace.borough.feeds.charity import write_charity
from oneplace.borough.feeds.community import write_community
from oneplace.borough.feeds.council import write_council
from oneplace.borough.feeds.directory import write_directory
from oneplace.borough.feeds.geography import write_geography
from oneplace.borough.feeds.gp_extract import make_gp_registers, write_gp_extract
from oneplace.borough.feeds.gp_fhir import write_gp_fhir
from oneplace.borough.feeds.hospital import write_hospital
from oneplace.borough.feeds.mental_health import write_mental_health
from oneplace.borough.feeds.people_at_work import write_people_at_work
from oneplace.borough.feeds.records import make_records
from oneplace.borough.feeds.shelf import Shelf
from oneplace.borough.feeds.store import Store
from oneplace.borough.planted import write_planted
from oneplace.borough.scenarios import scenario_named
from oneplace.borough.tables import Lives
from oneplace.borough.truth import write_truth
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import FeedKind

Progress = Callable[[str, float], None]
"""Told what is being written and how much is done (0 ... 1)."""

_Step = tuple[str, int, tuple[FeedKind, ...], Callable[[], None]]
"""What is told, how long it takes beside the others, the feeds it is for (none: always)."""


def codes_of(place: Place) -> Mapping[FeedKind, str]:
    """What the place calls its feed of each kind; the first of a kind where it has several."""
    return {feed.kind: feed.code for feed in reversed(place.feeds)}


def write_feeds(
    lives: Lives,
    out: Path,
    place: Place,
    *,
    defects: float | None = None,
    progress: Progress | None = None,
) -> Shelf:
    """Write the place's feeds and the truth into `out`, an empty folder; the shelf knows each file.

    A feed of a kind that the place does not name is not written.

    `defects` multiplies every rate of defects; None takes the scenario's, 0 writes clean files.
    """
    multiplier = scenario_named(lives.settings.scenario).defects if defects is None else defects
    shelf = Shelf(out, lives.settings.now, codes_of(place))
    spill = out / ".spill"
    store = Store(lives, spill)
    every: tuple[_Step, ...] = (
        ("who each partner thinks it knows", 8, (), lambda: make_records(store, multiplier)),
        ("what each folder holds", 1, (), lambda: write_about(shelf)),
        ("people at work", 1, (), lambda: write_people_at_work(store, shelf, place)),
        ("areas and travel", 1, (), lambda: write_geography(store, shelf)),
        (
            "directory of services",
            1,
            (FeedKind.VOLUNTARY_DIRECTORY,),
            lambda: write_directory(store, shelf),
        ),
        ("hospital messages", 30, (), lambda: write_hospital(store, shelf, multiplier)),
        (
            "what practices have coded",
            1,
            (FeedKind.GP_HISTORY, FeedKind.GP_RECENT),
            lambda: make_gp_registers(store),
        ),
        (
            "GP history",
            24,
            (FeedKind.GP_HISTORY,),
            lambda: write_gp_extract(store, shelf, multiplier),
        ),
        (
            "GP record of the last weeks",
            25,
            (FeedKind.GP_RECENT,),
            lambda: write_gp_fhir(store, shelf),
        ),
        (
            "mental health record",
            3,
            (FeedKind.MENTAL_HEALTH,),
            lambda: write_mental_health(store, shelf),
        ),
        (
            "council",
            6,
            (FeedKind.COUNCIL_CLIENT_LEVEL, FeedKind.COUNCIL_CASES),
            lambda: write_council(store, shelf, multiplier),
        ),
        ("charity", 3, (FeedKind.CHARITY_CASES,), lambda: write_charity(store, shelf, multiplier)),
        (
            "community services",
            6,
            (FeedKind.COMMUNITY_SERVICES,),
            lambda: write_community(store, shelf, multiplier),
        ),
        ("truth", 4, (), lambda: write_truth(store, shelf, multiplier)),
        ("what a visitor is told at the end", 1, (), lambda: write_planted(store, shelf, place)),
    )
    # Hospital messages are laid out even where none are sent: the truth counts them, if as none.
    steps = [
        (words, weight, step)
        for words, weight, kinds, step in every
        if not kinds or any(map(shelf.takes, kinds))
    ]
    total = sum(weight for _, weight, _ in steps)
    done = 0
    try:
        for words, weight, step in steps:
            if progress is not None:
                progress(words, done / total)
            step()
            done += weight
    finally:
        store.close()
    if spill.exists():
        for left in spill.iterdir():
            left.unlink()
        spill.rmdir()
    return shelf
