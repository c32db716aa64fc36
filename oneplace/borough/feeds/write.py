"""Writes every feed of a life history below one folder, in the order told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath

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
from oneplace.borough.feeds.shelf import Parcel, Shelf
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
        ("what each folder holds", 1, lambda: _write_about(shelf)),
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


ABOUT = """# Invented people and figures

Files as the partners of an invented borough would send them. Nobody in them is real: NHS numbers
are of the range for tests (999), phone numbers of those kept for drama, addresses of email end in
example.org, streets do not exist.

- `hospital/adt` HL7 v2.4 ADT messages, UK rules. A file holds message after message; segments end
  with a carriage return; there are no MLLP frames. Times are UK local time.
- `gp/extract` the practices' coded history as CSV, up to ninety days before now; `gp/fhir` what
  came after, one file a night, one FHIR R4 UK Core transaction bundle per practice a line.
- `mental_health/fhir` one FHIR bundle a person a line: monthly backfill, then nightly.
- `council/cld` Client Level Data by quarter; `council/case_system` the nightly export: a full one,
  then changes. An export repeats a row when anything in it has changed.
- `charity/crm` the charity's database, on Fridays; `community/life` nursing, LIFE, the transfer hub
  and the register of huddles.
- `directory/open_referral` the voluntary directory, endpoint by endpoint.
- `people_at_work`, `geography` staff and organisations; areas, postcode points, travel.
- `later` the same folders once more: what has not arrived by the pinned now.
- `manifest.json` every file: what it covers, when it arrives, how many, bytes, SHA-256.
- `truth` who is who, what was planted, what was spoiled. Only tests and benches read it.
"""


def _write_about(shelf: Shelf) -> None:
    now = shelf.now
    parcel = Parcel(PurePosixPath("README.md"), "about", now, now, now)
    shelf.put(parcel, ABOUT.encode(), unit="pages", count=1)


def _write_gp(store: Store, shelf: Shelf, multiplier: float) -> None:
    make_gp_registers(store)
    write_gp_extract(store, shelf, multiplier)
