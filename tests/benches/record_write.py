"""Writes made-up entries into a fresh record, and the same lines the plainest way beside it.

Run as a process of its own by the figures. The database is a real one: durable, with every policy.
"""

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

ROWS = 100_000
ROUNDS = 3
T0 = datetime(2026, 1, 1, tzinfo=UTC)


def _rows(source: str) -> Iterator[object]:
    from oneplace.vocabulary.rows import EntrySaid, SubjectKey
    from oneplace.vocabulary.terms import EntryKind, EntryStatus

    parts = [
        {"what": "systolic", "value": "128", "unit": "mmHg"},
        {"what": "diastolic", "value": "80", "unit": "mmHg"},
    ]
    for number in range(ROWS):
        yield EntrySaid(
            source,
            EntryKind.OBSERVATION,
            f"{number:08x}-observation",
            SubjectKey("practice:ZZ001", str(number // 40)),
            T0 + timedelta(seconds=number),
            f"entry {number}",
            status=EntryStatus.CURRENT,
            starts_at=T0 - timedelta(minutes=number),
            recorded_at=T0,
            title="Blood pressure",
            code="75367002",
            code_system="snomed",
            value=Decimal("128.0") if number % 2 else None,
            unit="mmHg",
            organisation="ZZ001",
            by_agent=f"staff-{number % 50}",
            within=f"contact:{number // 3}",
            detail={"components": parts} if number % 2 else {},
        )


def _seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _round(number: int) -> dict[str, float]:
    from django.db import connection, transaction

    from oneplace.config.intake import READER, seldom_collecting
    from oneplace.feeds.reading import Unit
    from oneplace.records import verbs
    from oneplace.records.verbs import lines, merging
    from tests.rooms.records import arriving

    said = list(_rows(f"made_up_{number}"))
    units = [Unit(f"rows {at}", said[at : at + 40]) for at in range(0, ROWS, 40)]  # type: ignore[arg-type]
    given = lines.from_delivery("00000000-0000-0000-0000-000000000000", T0)
    texts = [lines.entry_line(row, given).text for row in said]  # type: ignore[arg-type]
    again = [row._replace(said_at=T0 + timedelta(days=9)) for row in said]  # type: ignore[attr-defined]

    def take(*some: Unit) -> None:
        delivery = arriving.arrive(*some)
        with seldom_collecting():
            verbs.take_in(deliveries=[delivery], by=READER, at=T0)

    @transaction.atomic
    def plainly() -> None:
        columns = (*lines.SAID, *lines.ENTRY)
        listed = ", ".join(f'"{column}"' for column in columns)
        with connection.cursor() as cursor:
            cursor.execute(
                f"create temporary table plain_stage on commit drop as"
                f" select {listed} from records_entry with no data"
            )
            cursor.execute(
                "create temporary table plain (like records_entry including generated"
                " including defaults)"
            )
            cursor.execute("create index on plain (id)")
            cursor.execute("create index on plain (subject_id, sorts_at desc)")
            merging._copy(cursor, "plain_stage", columns, texts)
            cursor.execute(f"insert into plain ({listed}) select {listed} from plain_stage")
            cursor.execute("drop table plain")

    measured = {"new": _seconds(lambda: take(*units)), "plain": _seconds(plainly)}
    anew = [Unit(f"rows {at}", again[at : at + 40]) for at in range(0, ROWS, 40)]
    measured["again"] = _seconds(lambda: take(*anew))
    return {name: ROWS / seconds for name, seconds in measured.items()}


def main() -> None:
    """Prints rows a second, the median of the rounds."""
    from oneplace.config.database import Database
    from tests.benches.feeds_load import prepared

    with tempfile.TemporaryDirectory(prefix="oneplace-bench-") as folder:
        Path(folder).chmod(0o755)
        prepared(folder)
        try:
            from oneplace.feeds import reading

            readers = {**reading.READERS, "from_memory": "tests.rooms.records.arriving:READER"}
            setattr(reading, "READERS", readers)  # noqa: B010 - a bench may add a reader
            rounds = [_round(number) for number in range(ROUNDS)]
            print(
                json.dumps(
                    {name: sorted(each[name] for each in rounds)[ROUNDS // 2] for name in rounds[0]}
                )
            )
        finally:
            Database().stop()


if __name__ == "__main__":
    main()
