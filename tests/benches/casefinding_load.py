"""One run over a whole borough in a process of its own: `python -m tests.benches.casefinding_load`.

Finds everybody as the service does and writes it back; then asks the same scores of the same files
by one statement written by hand for DuckDB, which is the peer; then explains some people one by
one. Prints one JSON object.
"""

import json
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import ibis

from oneplace.insight.explaining import (
    Person,
    covers_attendances,
    covers_practice,
    explain,
    happenings_of,
)
from oneplace.insight.finding import find
from oneplace.insight.marks import IF_MALE, Topic, marks_of
from oneplace.insight.snapshot import Snapshot
from oneplace.science.code_lists import read_code_lists
from tests.benches.casefinding_world import ON

EXPLAINED = 200
MEMORY = "2500MB"

RAW = """
create or replace temp table raw_scores as
with h as (
    select e.*, m.topics, m.deficits, m.measure, m.charlson, m.long_term, m.medicine, m.category
    from events e join raw_marks m using (what) where e.happened_on <= $on
), ever as (
    select pseudonym,
        bit_or(deficits | case when measure = {hb} and value > 0
                and (case when value < 25 then value * 10 else value end) < 115 then {anaemia}
            when measure = {hb} and value > 0
                and (case when value < 25 then value * 10 else value end) < 130 then {if_male}
            when measure = {egfr} and value > 0 and value < 60 then {ckd}
            when measure = {tsh} and (value < 0.36 or value > 5.5) then {thyroid}
            when measure = {barthel} and value <= 18 then {activity}
            when measure = {must} and value >= 1 then {weight} else 0 end) as shown,
        bit_or(charlson) as charlson, bit_or(long_term) as long_term, bit_or(topics) as topics,
        max(happened_on) as last_on
    from h group by pseudonym
), lately as (
    select pseudonym,
        count(*) filter (where topics & {emergency} != 0 and happened_on >= $on - 365) as stays,
        count(*) filter (where topics & {attendance} != 0 and happened_on >= $on - 365) as visits,
        count(distinct happened_on) filter (where topics & {fall} != 0
            and happened_on >= $on - 365) as falls,
        count(distinct happened_on) filter (where topics & {urgent} != 0
            and happened_on >= $on - 182) as urgent_now,
        count(distinct happened_on) filter (where topics & {urgent} != 0
            and happened_on between $on - 365 and $on - 183) as urgent_before,
        max(ended_on) filter (where topics & {stay} != 0 and ended_on <= $on) as left_on,
        arg_max(happened_on, ended_on) filter (where topics & {stay} != 0 and ended_on <= $on
            and ended_on >= $on - 30) as came_on,
        arg_max(topics, ended_on) filter (where topics & {stay} != 0 and ended_on <= $on
            and ended_on >= $on - 30) as acuity,
        arg_max(value, happened_on) filter (where topics & {strain} != 0 and value is not null
            and happened_on >= $on - 365) as strain,
        arg_max(value, happened_on) filter (where topics & {judged} != 0 and value is not null
            and happened_on >= $on - 730) as judged,
        max(happened_on) filter (where topics & {bereaved} != 0) as bereaved_on,
        bool_or(topics & {plan} != 0 and (ended_on is null or ended_on > $on)) as has_plan,
        sum(value) filter (where topics & {package} != 0
            and (ended_on is null or ended_on > $on)) as hours,
        max(happened_on) filter (where topics & {review} != 0) as reviewed_on
    from h where topics & {lately} != 0 group by pseudonym
), medicines as (
    select pseudonym, count(*) as in_year, count(*) filter (where goes_on) as now from (
        select pseudonym, medicine, bool_or(ended_on is null or ended_on > $on) as goes_on
        from h where medicine > 0 and (ended_on is null or ended_on >= $on - 365)
        group by pseudonym, medicine) group by pseudonym
), hospital as (
    select pseudonym, sum(tenths) as tenths from (
        select distinct pseudonym, category from h
        where category > 0 and happened_on >= $on - 730) join raw_points using (category)
    group by pseudonym
), weights as (
    select pseudonym, max(value) as highest, arg_max(value, happened_on) as now from h
    where topics & {scales} != 0 and value > 0 and happened_on >= $on - 547 group by pseudonym
)
select p.pseudonym, date_diff('month', p.born_month, $on) // 12 as age, p.gender, p.practice,
    bit_count((ever.shown & {real})
        | case when p.gender = 'male' and ever.shown & {if_male} != 0 then {anaemia} else 0 end
        | case when medicines.in_year >= 5 then {poly} else 0 end) as frailty_deficits,
    ever.charlson, bit_count(ever.long_term) as long_term, ever.last_on,
    lately.* exclude (pseudonym),
    medicines.* exclude (pseudonym), hospital.tenths / 10.0 as hospital_frailty,
    (weights.highest - weights.now) * 100 / weights.highest as weight_loss
from people p left join ever using (pseudonym) left join lately using (pseudonym)
left join medicines using (pseudonym) left join hospital using (pseudonym)
left join weights using (pseudonym)
where p.died_on is null or p.died_on > $on
"""


def _raw(snapshot: Snapshot, folder: Path) -> float:
    """Seconds of the statement by hand, written back as one file."""
    import pyarrow as pa

    lists = read_code_lists()
    marks = marks_of(snapshot.table("whats").to_pyarrow(), lists)
    store = snapshot.connection
    store.create_table("raw_marks", ibis.memtable(marks.table), temp=True)
    points = pa.table(
        {
            "category": pa.array(range(1, len(marks.points) + 1), pa.int16()),
            "tenths": pa.array([tenths for _, tenths in marks.points], pa.int32()),
        }
    )
    store.create_table("raw_points", ibis.memtable(points), temp=True)
    stay = Topic.EMERGENCY_STAY | Topic.PLANNED_STAY | Topic.OTHER_STAY
    urgent = Topic.EMERGENCY_STAY | Topic.ATTENDANCE | Topic.FALL
    judged = Topic.CARER_STRAIN | Topic.CLINICAL_FRAILTY
    home = Topic.BEREAVEMENT | Topic.PLAN | Topic.CARE_PACKAGE | Topic.MEDICINES_REVIEW
    words: dict[str, Any] = {
        **{name: marks.measure(key) for name, key in _MEASURES.items()},
        **{name: marks.deficit(key) for name, key in _DEFICITS.items()},
        "if_male": 1 << IF_MALE, "real": (1 << len(marks.deficits)) - 1,
        "emergency": int(Topic.EMERGENCY_STAY), "attendance": int(Topic.ATTENDANCE),
        "fall": int(Topic.FALL), "stay": int(stay), "urgent": int(urgent),
        "strain": int(Topic.CARER_STRAIN), "judged": int(Topic.CLINICAL_FRAILTY),
        "bereaved": int(Topic.BEREAVEMENT), "plan": int(Topic.PLAN),
        "package": int(Topic.CARE_PACKAGE), "review": int(Topic.MEDICINES_REVIEW),
        "scales": int(Topic.WEIGHT), "lately": int(stay | urgent | judged | home),
    }  # fmt: skip
    statement = RAW.format(**words).replace("$on", f"date '{ON}'")
    began = time.perf_counter()
    store.raw_sql(statement).fetchall()
    store.raw_sql(f"copy raw_scores to '{folder / 'raw.parquet'}' (format parquet)").fetchall()
    return time.perf_counter() - began


_MEASURES = {
    "hb": "haemoglobin",
    "egfr": "egfr",
    "tsh": "tsh",
    "barthel": "barthel",
    "must": "must",
}
_DEFICITS = {
    "anaemia": "anaemia", "ckd": "ckd", "thyroid": "thyroid-disorders",
    "activity": "activity-limitation", "weight": "weight-loss", "poly": "polypharmacy",
}  # fmt: skip


def _one_by_one(snapshot: Snapshot, scores: Any) -> tuple[float, float]:
    """The 95th percentile of scoring one changed person anew in ms, and the share that agrees."""
    lists = read_code_lists()
    covers, attended = covers_practice(snapshot, lists), covers_attendances(snapshot)
    rows = scores.order_by(scores.pseudonym % 1_000_003).limit(EXPLAINED).to_pyarrow().to_pylist()
    numbers = [row["pseudonym"] for row in rows]
    people = snapshot.table("people")
    told = people.filter(people.pseudonym.isin(numbers)).drop("lives_alone").to_pyarrow()
    happened = happenings_of(snapshot, numbers)
    persons = {row["pseudonym"]: Person(**row) for row in told.to_pylist()}
    took, agree = [], 0
    for row in rows:
        began = time.perf_counter()
        found = explain(
            persons[row["pseudonym"]],
            happened.get(row["pseudonym"], ()),
            on=ON,
            code_lists=lists,
            covers_practice=covers,
            covers_attendances=attended,
        )
        took.append(1_000 * (time.perf_counter() - began))
        agree += all(_near(found.row[name], value) for name, value in row.items())
    return statistics.quantiles(took, n=20)[-1], agree / len(rows)


def _near(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float | int):
        return abs(one - other) < 1e-9
    return bool(one == other)


def main(folder: Path) -> None:
    """Measure and print."""
    import resource

    out = Path(tempfile.mkdtemp(prefix="oneplace-found-"))
    try:
        snapshot = Snapshot.open(folder, memory=MEMORY)
        # The files are read once before either is timed, so that neither pays for the disk.
        snapshot.connection.raw_sql(
            "select sum(event), sum(value), max(ended_on), max(what) from events"
        ).fetchall()
        began = time.perf_counter()
        found = find(snapshot, on=ON)
        ours = time.perf_counter() - began
        found.write(out)
        written = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        raw = _raw(snapshot, out)
        milliseconds, agree = _one_by_one(snapshot, found.scores)
        counts = {
            name: int(table.count().to_pyarrow().as_py()) for name, table in found.tables.items()
        }
    finally:
        shutil.rmtree(out)
    print(json.dumps({
        "find_s": round(ours, 2), "written_s": round(written, 2), "raw_s": round(raw, 2),
        "peak_gib": round(peak, 2), "one_ms": round(milliseconds, 2), "agree": agree,
        "counts": counts,
    }))  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
