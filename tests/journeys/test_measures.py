"""Every indicator equals its independent statement on the borough of the demonstration too."""

import duckdb

from oneplace.insight.indicators import measure
from oneplace.insight.snapshot import Snapshot, newest
from tests.insight.test_indicators import SQL, measured_of, stated_of, tables_of


def test_every_indicator_of_the_demo_borough_equals_its_statement(service) -> None:  # type: ignore[no-untyped-def]
    snapshot = Snapshot.open(newest(service.data / "snapshots"))
    try:
        found, on = measure(snapshot), snapshot.manifest.made_on
        with duckdb.connect() as store:
            tables_of(snapshot, store)
            stated = {name: stated_of(store, name, on) for name in SQL}
    finally:
        snapshot.close()

    assert {name: measured_of(found, name) for name in SQL} == stated
    assert all(stated.values()), [name for name, rows in stated.items() if not rows]
