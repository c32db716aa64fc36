"""Measures 300 indicators over 120 months of one snapshot, and asks the same by hand; prints JSON.

Run in a process of its own, so that what it takes is what it took.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import duckdb

from oneplace.insight.indicators.asked import sorts, sorts_of
from oneplace.insight.indicators.definition import Counted, Definition, Months
from oneplace.insight.indicators.measuring import BY_PLACE, measure, months_until
from oneplace.insight.snapshot import Snapshot
from oneplace.vocabulary.terms import BetterDirection, MeasureUnit, Role

INDICATORS, MONTHS, NETWORKS = 300, 120, 6


def definitions(snapshot: Snapshot) -> list[Definition]:
    """So many rates: each counts one sort of event, or all of a kind, of an age or of all."""
    counted = [
        Counted((row["kind"],), (row["mark"],) if row["mark"] else (),
                (row["code"],) if row["code"] else (), from_age=65 if place % 2 else 0)
        for place, row in enumerate(sorts(snapshot))
    ]  # fmt: skip
    return [
        Definition(
            key=f"indicator_{place}", version=1, changed="", statement="clinical", title="",
            sentence="", cohort="", numerator="", denominator="", unit=MeasureUnit.RATE,
            better=BetterDirection.LOWER, source="", owner=Role.ANALYST, refresh="",
            provisional_months=0, provisional_because="", counted=each,
            per_people_from_age=each.from_age,
        )
        for place, each in enumerate(counted[:INDICATORS])
    ]  # fmt: skip


def by_hand(folder: Path, wanted: list[tuple[int, str, int]], months: Months) -> float:
    """The same counts and denominators by one statement written for DuckDB; its seconds."""
    with duckdb.connect() as store:
        store.execute("set memory_limit='3GB'; set preserve_insertion_order=false")
        store.execute("create table wanted (what integer, indicator varchar, age integer)")
        store.executemany("insert into wanted values (?, ?, ?)", wanted)
        begun = time.monotonic()
        store.execute(
            f"""
            create table cells as
            with cube as (
                select e.what, date_trunc('month', e.happened_on)::date as month, p.practice,
                       count(*) as n0,
                       count(*) filter (p.born_month + interval 65 year <= e.happened_on) as n65
                  from '{folder}/events*.parquet' e
                  join '{folder}/people.parquet' p using (pseudonym)
                 where e.happened_on >= date '{months.first}'
                   and e.happened_on < date '{months.last}' + interval 1 month
                   and e.what in (select what from wanted)
                 group by all),
            tops as (
                select w.indicator, c.month, c.practice, sum(if(w.age = 0, n0, n65)) as top
                  from cube c join wanted w using (what) group by all),
            months as (
                select m::date as month from range(date '{months.first}',
                       date '{months.last}' + interval 1 day, interval 1 month) t(m)),
            old as (
                select age, practice, m.month, count(*) as people
                  from (values (0), (65)) a(age), months m, '{folder}/people.parquet' p
                 where practice is not null and p.born_month is not null
                   and (age = 0 or date_trunc('month', p.born_month + interval 65 year) <= m.month)
                   and (died_on is null or date_trunc('month', died_on) >= m.month)
                 group by all),
            whole as (
                select i.indicator, o.month, o.practice, coalesce(t.top, 0) as top, o.people
                  from (select distinct indicator, age from wanted) i
                  join old o using (age) left join tops t
                    on t.indicator = i.indicator and t.month = o.month and t.practice = o.practice)
            select indicator, month, practice, substr(practice, -1)::int % {NETWORKS} as network,
                   sum(top) as top, sum(people) as bottom
              from whole
             group by grouping sets ((indicator, month), (indicator, month, practice),
                                     (indicator, month, network))
            """
        )
        return time.monotonic() - begun


def main(folder: Path) -> None:
    """Print what was measured."""
    snapshot = Snapshot.open(folder)
    wanted = definitions(snapshot)
    months = months_until(snapshot.manifest.made_on, count=MONTHS)
    practices = [
        row["practice"]
        for row in snapshot.table("people").select("practice").distinct().to_pyarrow().to_pylist()
        if row["practice"]
    ]
    networks = {code: str(int(code[-1]) % NETWORKS) for code in practices}

    def run(over: Months) -> tuple[float, float, Any]:
        begun, used = time.monotonic(), time.process_time()
        found = measure(snapshot, wanted, months=over, networks=networks, groupings=BY_PLACE)
        return time.monotonic() - begun, time.process_time() - used, found

    run(Months(months.last, months.last))
    whole, whole_used, found = run(months)
    late, late_used, _ = run(Months(months.last, months.last))
    asked = [
        (what, each.key, each.counted.from_age)
        for each in wanted
        if each.counted is not None
        for what in sorts_of(snapshot, each.counted.kinds, each.counted.marks, each.counted.codes)
    ]
    snapshot.close()
    used = time.process_time()
    raw = by_hand(folder, asked, months)
    raw_used = time.process_time() - used
    print(
        json.dumps(
            {
                "whole_s": round(whole, 2), "late_s": round(late, 3), "raw_s": round(raw, 2),
                # Processor time of all threads: on a busy machine it says more than the clock.
                "whole_processor_s": round(whole_used, 2), "raw_processor_s": round(raw_used, 2),
                "late_processor_s": round(late_used, 3),
                "cells": found.cells.num_rows, "indicators": len(wanted),
            }
        )
    )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
