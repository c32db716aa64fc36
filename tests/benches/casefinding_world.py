"""A snapshot of invented lives of any size, made inside DuckDB from a seed: no two runs differ."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from oneplace.borough.lives.concepts import (
    CONCEPT,
    CONDITIONS,
    DIAGNOSES,
    MEDICINES,
    OBSERVATIONS,
    concept_code,
)
from oneplace.insight.shapes import WHATS
from oneplace.insight.snapshot import Manifest

ON = date(2026, 3, 12)
NOISE = 1_500
_VALUES = {
    "blood_pressure": (80, 180), "weight": (45, 110), "hba1c": (30, 90), "egfr": (20, 110),
    "haemoglobin": (90, 165), "height": (140, 195), "oxygen_saturation": (88, 100),
    "pulse": (50, 110), "must": (0, 2),
}  # fmt: skip
_MORE = (
    # kind, mark, system, code, share, lowest value, highest value, chance of a value
    ("stay", "emergency", "", "", 14, 0, 0, 0.0),
    ("stay", "planned", "", "", 8, 0, 0, 0.0),
    ("stay", "unknown", "", "", 2, 0, 0, 0.0),
    ("attendance", "", "", "", 30, 0, 0, 0.0),
    ("fall", "none", "", "", 12, 0, 0, 0.0),
    ("care_package", "home care", "", "", 8, 2, 28, 0.9),
    ("carer", "", "", "", 6, 0, 0, 0.0),
    ("carer_strain", "", "", "", 4, 0, 10, 1.0),
    ("bereavement", "", "", "", 3, 0, 0, 0.0),
    ("care_plan", "", "", "", 5, 0, 0, 0.0),
    ("review", "medicines", "", "", 10, 0, 0, 0.0),
    ("review", "care", "", "", 5, 0, 0, 0.0),
    ("contact", "home", "", "", 250, 0, 0, 0.0),
    ("observation", "", "oneplace", "clinical-frailty", 6, 1, 9, 0.97),
    ("questionnaire", "", "oneplace", "activation", 3, 1, 4, 1.0),
    ("observation", "", "oneplace", "tsh", 4, 0, 9, 0.9),
    ("observation", "", "oneplace", "barthel", 4, 5, 20, 1.0),
    ("observation", "", "oneplace", "atrial-fibrillation-risk", 2, 0, 9, 0.5),
    ("observation", "", "oneplace", "albumin-creatinine", 2, 0, 9, 0.9),
    ("observation", "", "oneplace", "falls", 2, 0, 2, 0.9),
    ("observation", "", "oneplace", "systolic-24h", 2, 100, 170, 0.9),
    ("observation", "", "oneplace", "copd-contacts-12m", 2, 0, 2, 0.9),
)


def _sorts() -> list[tuple[dict[str, Any], int, float, float, float]]:
    """Sorts of events with their share of ten thousand, range of value and chance of one."""
    found: list[tuple[dict[str, Any], int, float, float, float]] = []

    def add(kind: str, mark: str, system: str, code: str, share: int, *value: float) -> None:
        sort = {"what": len(found), "kind": kind, "mark": mark, "system": system, "code": code}
        low, high, chance = value or (0.0, 0.0, 0.0)
        found.append(({**sort, "unit": ""}, share, low, high, chance))

    for kind, mark, system, code, share, low, high, chance in _MORE:
        add(kind, mark, system, code, share * 10, low, high, chance)
    for condition in CONDITIONS:
        add("condition", "", "snomed", concept_code(CONCEPT[condition.key]), 8)
    for key in OBSERVATIONS:
        low, high = _VALUES[key]
        add("observation", "", "snomed", concept_code(CONCEPT[key]), 120, low, high, 0.98)
    for name in MEDICINES:
        add("medicine", "", "dmd", concept_code(CONCEPT[name]), 40)
        add("issue", "", "dmd", concept_code(CONCEPT[name]), 4)
    for mark in ("emergency", "planned"):
        for _, icd10, *_rest in DIAGNOSES.values():
            add("diagnosis", mark, "icd10", icd10, 8)
    for number in range(NOISE):
        kind = ("contact", "observation", "condition")[number % 3]
        add(kind, "", "snomed", f"7{number:06d}9999999103", 1 + number % 2)
    return found


def make(folder: Path, *, people: int, events: int, seed: int, memory: str = "3GB") -> Path:
    """Write a snapshot of so many people and events into a folder, and answer the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    sorts = _sorts()
    whats = pa.Table.from_pylist([sort for sort, *_ in sorts], schema=WHATS)
    shares = pa.table(
        {
            "what": pa.array([sort["what"] for sort, *_ in sorts], pa.int32()),
            "kind": [sort["kind"] for sort, *_ in sorts],
            "share": pa.array([share for _, share, *_ in sorts], pa.int32()),
            "low": pa.array([each[2] for each in sorts], pa.float64()),
            "high": pa.array([each[3] for each in sorts], pa.float64()),
            "chance": pa.array([each[4] for each in sorts], pa.float64()),
        }
    )
    with duckdb.connect() as store:
        store.execute(f"set memory_limit='{memory}'; set preserve_insertion_order=false")
        store.register("whats", whats)
        store.register("shares", shares)
        store.execute(_SLOTS)
        slots = store.execute("select count(*) from slots").fetchone()
        values = {
            "slots": slots[0] if slots else 0,
            "seed": seed,
            "people": people,
            "events": events,
            "day": ON,
        }
        for name, query in (
            ("people", _PEOPLE),
            ("events", _EVENTS),
            ("whats", "select * from whats"),
            ("sources", _SOURCES),
        ):
            used = {key: value for key, value in values.items() if f"${key}" in query}
            store.execute(
                f"copy ({query}) to '{folder / name}.parquet' (format parquet,"
                " row_group_size 100000)",
                used or None,
            )
    manifest = Manifest(
        datetime.combine(ON, datetime.min.time(), UTC),
        f"seed-{seed}-{people}-{events}",
        {"people": people, "events": events},
        {name: (f"{name}.parquet",) for name in ("people", "events", "whats", "sources")},
    )
    manifest.write(folder)
    return folder


_SOURCES = "select * from (values (0::smallint, 'gp'), (1, 'hospital')) t(source, name)"
_SLOTS = """
create table slots as
select (row_number() over (order by what, n) - 1)::bigint as slot, what, kind, low, high, chance
from shares, range(share) t(n)
"""
_CHANCE = "(hash(i, {which}, $seed) % 1000003) / 1000003.0"


def _drawn(which: int) -> str:
    return _CHANCE.format(which=which)


_PEOPLE = f"""
select (hash(i, 0, $seed) >> 4)::bigint as pseudonym,
    case when {_drawn(1)} < 0.99 then date_trunc('month',
        $day::date - (case when {_drawn(2)} < 0.35 then 65 * 365 + ({_drawn(3)} * 34 * 365)
                           else {_drawn(3)} * 65 * 365 end)::integer)::date end as born_month,
    case when {_drawn(4)} < 0.49 then 'male' when {_drawn(4)} < 0.99 then 'female' end as gender,
    case when {_drawn(5)} < 0.9 then substr('ABCDEFGHJK', 1 + ({_drawn(5)} * 10)::integer, 1) end
        as ethnicity,
    case when {_drawn(6)} < 0.99 then 'H85' || lpad((hash(i, 6, $seed) % 50)::varchar, 3, '0') end
        as practice,
    (1 + hash(i, 7, $seed) % 10)::tinyint as deprivation,
    {_drawn(8)} < 0.3 as lives_alone,
    case when {_drawn(9)} < 0.02 then $day::date - ({_drawn(10)} * 900)::integer end as died_on
from range($people) t(i)
"""
# A person's share of events is uneven, as it is in life: the square of a uniform draw.
_EVENTS = f"""
select pseudonym, event, what, happened_on, ended_on, value, source from (
    select (hash(least($people - 1, ({_drawn(20)} * {_drawn(20)} * $people)::bigint), 0, $seed)
            >> 4)::bigint as pseudonym,
        (i + 1 - (i % 40 = 1)::integer)::bigint as event, s.what,
        $day::date + 20 - ((case when {_drawn(21)} < 0.3 then {_drawn(22)} * 420
                            else {_drawn(22)} * 3650 end))::integer as happened_on,
        case when s.kind in ('stay', 'diagnosis')
                then case when {_drawn(23)} < 0.97
                     then happened_on + (hash(i, 24, $seed) % 20)::integer end
             when s.kind in ('medicine', 'care_package', 'care_plan')
                then case when {_drawn(23)} < 0.5
                     then happened_on + (hash(i, 24, $seed) % 400)::integer end end as ended_on,
        case when {_drawn(25)} < s.chance then case when s.high - s.low <= 10
                then floor(s.low + {_drawn(26)} * (s.high - s.low + 0.999))
                else round(s.low + {_drawn(26)} * (s.high - s.low), 1) end end as value,
        (hash(i, 27, $seed) % 2)::smallint as source
    from range($events) t(i)
    join slots s on s.slot = (hash(i, 28, $seed) % $slots)::bigint
) order by pseudonym // 4503599627370496, pseudonym
"""
