"""The truth beside the files: who is who, what was planted, what was spoiled.

Only tests and benches read it; what a visitor may be told is published by `planted`.

`people` has a row per person, `who_is_who` one per identifier of a source, in clusters of the same
person; `must_not_merge` lists pairs that look alike and are two people. `effects`, `prevented`,
`exposure` and `risk` are what the scenario planted. `defects`, `message_defects` and
`file_defects` say what was spoiled. `stays` and `attendances` tie visit numbers to the life. Tables
are Parquet; `desmond.json` and `counts.json` are small enough to read.
"""

# ruff: noqa: S608 - the SQL is put together from our own constants, never from what is read

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from oneplace.borough.feeds.defects import SOURCES, record_rates, traffic_rates
from oneplace.borough.feeds.shelf import Shelf
from oneplace.borough.feeds.store import Store

FOLDER = "truth"


def write_truth(store: Store, shelf: Shelf, multiplier: float) -> None:
    """Write the folder; needs what the feeds left in the store."""
    folder = shelf.root / FOLDER
    folder.mkdir()
    for name, sql in _TABLES.items():
        _put_table(folder / f"{name}.parquet", store.arrow(sql))
    late = [
        {
            "path": shelved.path,
            "is_late": shelved.parcel.is_late,
            "repeated": shelved.repeated,
            "arrives_at": shelved.parcel.arrives_at.isoformat(),
        }
        for shelved in shelf.files
        if shelved.parcel.is_late or shelved.repeated
    ]
    _put_json(folder / "file_defects.json", late)
    _put_json(folder / "counts.json", _counts(store, shelf, multiplier))
    _put_json(folder / "scripted.json", _scripted(store, shelf))


MUST_NOT_MERGE = """SELECT DISTINCT person, other, why FROM (
            SELECT person, twin AS other, 'twins' AS why FROM people WHERE twin > person
            UNION ALL
            SELECT a.person, b.person, 'same household, family name and initial'
            FROM people a JOIN people b ON a.household = b.household
                AND a.family_name = b.family_name AND a.person < b.person
                AND substr(a.given_name, 1, 1) = substr(b.given_name, 1, 1)
            WHERE a.care_home IS NULL
            UNION ALL
            SELECT a.person, b.person, 'same name and date of birth'
            FROM people a JOIN people b ON a.given_name = b.given_name
                AND a.family_name = b.family_name AND a.born_on = b.born_on
                AND a.person < b.person)
        ORDER BY person, other, why"""
"""Pairs of people who look alike, and why."""

_TABLES = {
    "people": """SELECT person, nhs_number, given_name, family_name, preferred_name,
            previous_family_name, family_name_changed_on, born_on, died_at, sex, gender,
            household, address, practice, twin, is_scripted
        FROM people ORDER BY person""",
    "who_is_who": """SELECT person, nhs_number, source, authority, identifier, valid_from
        FROM (
            SELECT r.person, p.nhs_number, r.source, CASE WHEN r.source = 'gp'
                    THEN practices.code WHEN r.source = 'hospital' AND r.unit = 1 THEN 'away'
                    ELSE '' END AS authority,
                r.identifier, r.opened_at AS valid_from
            FROM records r JOIN people p USING (person)
            LEFT JOIN practices ON r.source = 'gp' AND practices.practice = r.unit
            UNION ALL
            SELECT r.person, p.nhs_number, r.source, '', r.new_identifier, r.renumbered_at
            FROM records r JOIN people p USING (person) WHERE r.new_identifier IS NOT NULL)
        ORDER BY source, authority, identifier""",
    "must_not_merge": MUST_NOT_MERGE,
    "stays": """SELECT s.stay, s.person, 'S' || reference(s.stay, 'spell') AS visit, r.identifier,
            s.admitted_at, s.discharged_at, s.ready_at, s.is_emergency, s.is_out_of_borough,
            s.discharge_destination::VARCHAR AS discharge_destination
        FROM hospital_stays s JOIN holders h ON h.source = 'hospital' AND h.person = s.person
            AND h.unit = s.is_out_of_borough::INTEGER
        JOIN records r ON r.record = holder(h, s.admitted_at, s.stay) ORDER BY s.stay""",
    "attendances": """SELECT e.attendance, e.person,
            'E' || reference(e.attendance, 'attendance') AS visit, e.arrived_at, e.left_at,
            e.is_out_of_borough
        FROM ed_attendances e ORDER BY e.attendance""",
    "life_episodes": """SELECT life_episode, person,
            reference(life_episode, 'life:episode') AS life_id, referred_at, first_visit_at, sequel
        FROM life_episodes ORDER BY life_episode""",
    "pic_cases": """SELECT pic_case, person, reference(pic_case, 'charity:case') AS case_ref,
            referred_at, closed_at, outcome FROM pic_cases ORDER BY pic_case""",
    "effects": "SELECT * FROM truth_effects",
    "prevented": "SELECT * FROM truth_prevented",
    "exposure": "SELECT * FROM truth_exposure",
    "risk": "SELECT * FROM truth_risk",
    "defects": "SELECT * FROM defects",
    "message_defects": "SELECT * FROM message_defects",
}


def _put_table(path: Path, table: pa.Table) -> None:
    pq.write_table(table, path, compression="zstd", store_schema=False)


def _put_json(path: Path, value: Any) -> None:
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS
    path.write_bytes(orjson.dumps(value, option=options))


def _counts(store: Store, shelf: Shelf, multiplier: float) -> dict[str, Any]:
    """How many of everything: rows of the lives, of the files, of each defect, and its rate."""
    feeds: dict[str, dict[str, int]] = {}
    for shelved in shelf.files:
        told = feeds.setdefault(shelved.feed, {"files": 0, "count": 0, "bytes": 0})
        told["files"] += 1
        told["count"] += shelved.count
        told["bytes"] += shelved.size
    records = dict(store.rows("SELECT source, count(*) FROM records GROUP BY ALL ORDER BY ALL"))
    defects = store.rows(
        "SELECT source, field, kind, count(*) FROM defects GROUP BY ALL ORDER BY ALL"
    )
    messages = dict(
        store.rows("SELECT defect, count(*) FROM message_defects GROUP BY ALL ORDER BY ALL")
    )
    return {
        "defects_multiplier": multiplier,
        "lives": {name: table.num_rows for name, table in store.lives.tables.items()},
        "feeds": feeds,
        "records": records,
        "record_defects": [
            {"source": source, "field": field, "kind": kind, "count": count}
            for source, field, kind, count in defects
        ],
        "message_defects": messages,
        "rates": {
            "records": {source: asdict(record_rates(source, multiplier)) for source in SOURCES},
            "traffic": asdict(traffic_rates(multiplier)),
        },
    }


def _scripted(store: Store, shelf: Shelf) -> dict[str, Any]:
    """The people written by hand: their identifiers, and the files their stays are told in."""
    parcels = {str(shelved.parcel.path): shelved for shelved in shelf.files}
    told: dict[str, Any] = {}
    for key, person in sorted(store.lives.scripted.items()):
        facts = store.arrow(
            f"""SELECT nhs_number, title, given_name, family_name, born_on, died_at, email
            FROM people WHERE person = {int(person)}"""
        ).to_pylist()
        messages = store.arrow(
            f"""SELECT a.kind, r.identifier, a.visit, a.control, a.happened_at, a.sent_at,
                n.path AS file
            FROM adt_sent a JOIN records r ON r.record = a.record
            JOIN hospital_parcels n ON n.parcel = a.parcel
            WHERE r.person = {int(person)} ORDER BY a.happened_at, a.number, a.sending"""
        ).to_pylist()
        for message in messages:
            shelved = parcels[message["file"]]
            message["file"] = shelved.path
            message["arrives_at"] = shelved.parcel.arrives_at.isoformat()
        identifiers = store.arrow(
            f"""SELECT source, identifier, nhs_number FROM records WHERE person = {int(person)}
            ORDER BY source, copy, identifier"""
        ).to_pylist()
        told[key] = {
            "person": int(person),
            "facts": facts[0] if facts else {},
            "identifiers": identifiers,
            "hospital_messages": messages,
        }
    return told


def digest_of(folder: Path) -> str:
    """SHA-256 over the names and bytes of every file of the truth."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(str(path.relative_to(folder)).encode())
            total.update(path.read_bytes())
    return total.hexdigest()
