"""Writes every feed of a life history below one folder, in the order told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

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
from oneplace.borough.scenarios import scenario_named
from oneplace.borough.tables import Lives
from oneplace.borough.truth import write_truth
from oneplace.vocabulary.place import Place

Progress = Callable[[str, float], None]
"""Told what is being written and how much is done (0 ... 1)."""


def write_feeds(
    lives: Lives,
    out: Path,
    place: Place,
    *,
    defects: float | None = None,
    progress: Progress | None = None,
) -> Shelf:
    """Write all feeds and the truth into `out`, an empty folder; the shelf knows each file.

    `defects` multiplies every rate of defects; None takes the scenario's, 0 writes clean files.
    """
    multiplier = scenario_named(lives.settings.scenario).defects if defects is None else defects
    shelf = Shelf(out, lives.settings.now)
    spill = out / ".spill"
    store = Store(lives, spill)
    steps: tuple[tuple[str, int, Callable[[], None]], ...] = (
        ("who each partner thinks it knows", 8, lambda: make_records(store, multiplier)),
        ("people at work", 1, lambda: write_people_at_work(store, shelf, place)),
        ("areas and travel", 1, lambda: write_geography(store, shelf)),
        ("directory of services", 1, lambda: write_directory(store, shelf)),
        ("hospital messages", 30, lambda: write_hospital(store, shelf, multiplier)),
        ("GP history", 25, lambda: _write_gp(store, shelf, multiplier)),
        ("GP record of the last weeks", 25, lambda: write_gp_fhir(store, shelf)),
        ("mental health record", 3, lambda: write_mental_health(store, shelf)),
        ("council", 6, lambda: write_council(store, shelf, multiplier)),
        ("charity", 3, lambda: write_charity(store, shelf, multiplier)),
        ("community services", 6, lambda: write_community(store, shelf, multiplier)),
        ("truth", 4, lambda: write_truth(store, shelf, multiplier)),
    )
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


def _write_gp(store: Store, shelf: Shelf, multiplier: float) -> None:
    make_gp_registers(store)
    write_gp_extract(store, shelf, multiplier)
