"""Hours of running packages equal an independent statement, and no hour counts twice."""

from datetime import UTC, date, datetime

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from oneplace.insight.packages import PackageHours, package_hours
from oneplace.insight.shapes import TABLES
from oneplace.insight.snapshot import Manifest, Snapshot

ON = date(2026, 3, 12)
BEFORE, AFTER = date(2026, 3, 11), date(2026, 3, 13)
# Person, sort, begun, ended, hours, feed.
PACKAGES = [
    (1, 1, date(2026, 1, 5), None, 7.0, 0),
    (1, 1, date(2026, 2, 5), None, 3.5, 0),
    (1, 1, date(2026, 1, 5), None, 7.0, 1),  # the other feed tells of one of the two
    (2, 1, date(2025, 9, 1), ON, 14.0, 0),  # ended this morning
    (3, 1, date(2025, 9, 1), AFTER, 10.0, 1),
    (4, 1, AFTER, None, 9.0, 0),  # still to begin
    (5, 1, date(2026, 2, 1), None, None, 0),  # hours nobody told
    (6, 1, date(2026, 2, 1), None, 21.0, 0),  # may not be counted
    (7, 2, date(2024, 2, 1), None, 12.25, 0),
    (8, 3, date(2024, 2, 1), None, None, 0),  # a stay is no package
]


@pytest.fixture
def snapshot(tmp_path):
    told = {
        "people": [
            dict.fromkeys(TABLES["people"].names) | {"pseudonym": number} for number in range(1, 9)
        ],
        "events": [
            {"pseudonym": who, "event": at, "what": what, "happened_on": begun, "ended_on": ended,
             "value": hours, "source": feed}
            for at, (who, what, begun, ended, hours, feed) in enumerate(PACKAGES)
        ],
        "whats": [
            dict.fromkeys(TABLES["whats"].names, "") | {"what": what, "kind": kind, "mark": mark}
            for what, kind, mark in (
                (1, "care_package", "reablement"),
                (2, "care_package", "home support"),
                (3, "stay", "emergency"),
            )
        ],
        "sources": [{"source": 0, "name": "a"}, {"source": 1, "name": "b"}],
        "work": [],
        "uncounted": [{"pseudonym": 6}],
    }  # fmt: skip
    for name, rows in told.items():
        pq.write_table(
            pa.Table.from_pylist(rows, schema=TABLES[name]), tmp_path / f"{name}.parquet"
        )
    files = {name: (f"{name}.parquet",) for name in told}
    Manifest(datetime(2026, 3, 12, 9, tzinfo=UTC), "test", {}, files).write(tmp_path)
    opened = Snapshot.open(tmp_path)
    yield opened
    opened.close()


def test_hours_of_running_packages_are_added_up_by_kind_of_care(snapshot):
    assert package_hours(snapshot) == {
        "home support": PackageHours(1, 12.25, 0),
        "reablement": PackageHours(3, 20.5, 1),
    }


def test_they_equal_an_independent_statement(snapshot):
    with duckdb.connect() as store:
        rows = store.execute(f"""
            select mark, sum(hours) from (
              select mark, pseudonym, max(hours) as hours from (
                select w.mark, e.pseudonym, e.source, sum(coalesce(e.value, 0)) as hours
                  from '{snapshot.folder}/events.parquet' e
                  join '{snapshot.folder}/whats.parquet' w using (what)
                 where w.kind = 'care_package' and e.happened_on <= date '{ON}'
                   and coalesce(e.ended_on, date '9999-01-01') > date '{ON}'
                   and e.pseudonym not in (
                     select pseudonym from '{snapshot.folder}/uncounted.parquet')
                 group by all) group by all) group by all
        """).fetchall()

    assert dict(rows) == {kind: found.hours for kind, found in package_hours(snapshot).items()}
