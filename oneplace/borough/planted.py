"""What a visitor may be told at the end: counts of what was planted, published beside the truth.

The truth itself is for tests and benches. This file holds no record of anybody: how large each
planted effect is and what of it lies in this borough, how many pairs look alike, how many mistakes
of each kind, and the number under which the person of the demonstration's story is found.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any, Final

import orjson

from oneplace.borough.feeds.about import ABOUT
from oneplace.borough.feeds.shelf import Parcel, Shelf
from oneplace.borough.feeds.store import Store
from oneplace.borough.truth import MUST_NOT_MERGE
from oneplace.vocabulary.place import Place

FILE: Final = "planted.json"
NOTICE: Final = "Invented people and figures"


def write_planted(store: Store, shelf: Shelf, place: Place) -> None:
    """Write the summary; needs what the feeds left in the store, as the truth does."""
    told = {
        "notice": NOTICE,
        "scenario": store.settings.scenario,
        "people": store.settings.people,
        "seed": store.settings.seed,
        "effects": _effects(store),
        "alike": _counted(
            store,
            f"SELECT why, count(*) FROM ({MUST_NOT_MERGE}) GROUP BY why ORDER BY why",  # noqa: S608 - our own words
        ),
        "spoiled": _counted(
            store,
            """SELECT source, field || ' ' || kind AS how, count(*) FROM defects
            GROUP BY ALL ORDER BY source, how""",
        ),
        "messages": _counted(
            store,
            "SELECT defect, count(*) FROM message_defects GROUP BY defect ORDER BY defect",
        ),
        "late_files": sum(bool(one.parcel.is_late or one.repeated) for one in shelf.files),
        "story_person": _story_person(store, shelf) if place.demo.story_person else None,
    }
    now = shelf.now
    content = orjson.dumps(told, option=orjson.OPT_INDENT_2)
    shelf.put(Parcel(PurePosixPath(FILE), ABOUT, now, now, now), content, unit="pages", count=1)


def _effects(store: Store) -> list[dict[str, Any]]:
    """Each planted effect with whom it reached and the stays it prevented."""
    rows: list[dict[str, Any]] = store.arrow(
        """SELECT e.effect::VARCHAR AS service, round(e.rate_ratio::DOUBLE, 3) AS rate_ratio,
            (e.until_days - e.from_days)::INTEGER AS days,
            (SELECT count(DISTINCT x.person) FROM truth_exposure x
             WHERE x.effect::VARCHAR = e.effect::VARCHAR) AS exposed,
            (SELECT coalesce(sum(x.stays_without), 0)::BIGINT FROM truth_exposure x
             WHERE x.effect::VARCHAR = e.effect::VARCHAR) AS stays_without,
            (SELECT count(*) FROM truth_prevented p
             WHERE p.effect::VARCHAR = e.effect::VARCHAR) AS prevented
        FROM truth_effects e ORDER BY e.effect::VARCHAR DESC"""
    ).to_pylist()
    return rows


def _counted(store: Store, sql: str) -> list[list[Any]]:
    return [list(row) for row in store.rows(sql)]


def _story_person(store: Store, shelf: Shelf) -> dict[str, str | None] | None:
    """The number and birth date of the person whose life is written by hand.

    And when the ward's message that they left arrives, where that is still to come.
    """
    person = store.lives.scripted.get("desmond")
    if person is None:
        return None
    number, born = store.rows(
        f"SELECT nhs_number, born_on FROM people WHERE person = {int(person)}"  # noqa: S608 - a number
    )[0]
    parcels = {str(shelved.parcel.path): shelved.parcel for shelved in shelf.files}
    leaving = store.rows(
        f"""SELECT n.path FROM adt_sent a JOIN records r ON r.record = a.record
            JOIN hospital_parcels n ON n.parcel = a.parcel
            WHERE r.person = {int(person)} AND a.kind = 'A03' AND a.visit LIKE 'S%'"""  # noqa: S608 - a number
    )
    to_come = [at for (path,) in leaving if (at := parcels[path].arrives_at) > shelf.now]
    return {
        "nhs_number": number,
        "born_on": born.isoformat(),
        "leaves_at": min(to_come).isoformat() if to_come else None,
    }
