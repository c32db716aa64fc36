"""What is read by column stands in the record as what is read row by row, in every table."""

from typing import Any

import pytest
from django.db import transaction

from oneplace.access.viewer import system_viewer
from oneplace.feeds import queries as feeds
from oneplace.feeds import verbs as receiving
from oneplace.feeds.models import DayCount, Delivery, Quarantined, Source, UnmappedField
from oneplace.feeds.reading import Block, read_in_blocks
from oneplace.feeds.tables import opening, rows
from oneplace.records import verbs
from oneplace.records.models import Agent, Entry, Identity, Subject, Version
from oneplace.records.verbs import columns, lines, taking
from oneplace.vocabulary.terms import Door, Purpose
from tests.rooms.feeds.tables.making import AT, received
from tests.rooms.feeds.tables.odd_tables import odd_table
from tests.rooms.records.arriving import loader

SEEDS = range(240)
GIVEN = lines.from_delivery("0191e7a0-0000-7000-8000-000000000000", AT)
READER = system_viewer("feed reader", purpose=Purpose.DIRECT_CARE, permissions=frozenset())


class _Undo(Exception):
    """Ends an example, so that nothing of it stays."""


@pytest.fixture(autouse=True)
def in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A short table has as many edges as a long one."""
    monkeypatch.setattr(opening, "_FEW_LINES", 3)
    monkeypatch.setattr(opening, "_MANY_LINES", 11)
    monkeypatch.setattr(rows, "_FEWEST_TOGETHER", 2)


@pytest.mark.parametrize("few", range(0, len(SEEDS), 60))
def test_lines_made_by_column_are_those_made_row_by_row(few: int) -> None:
    many = 0
    for seed in SEEDS[few : few + 60]:
        table = odd_table(seed)
        made = columns.EntryColumns(GIVEN)
        for _, block in read_in_blocks([received(table.content, table.name)], "gp_extract"):
            for said in block.entries if isinstance(block, Block) else ():
                found = made.lines(said)
                for number, entry in enumerate(said.each()):
                    if entry is None:
                        assert number in found.apart
                        continue
                    if number in found.apart:
                        continue
                    line = lines.entry_line(entry, GIVEN)
                    assert found.lines[number] == line, f"seed {seed}"
                    assert found.subjects(number, number + 1) == {line.concerns[0]: entry.subject}
                    many += 1
    assert many > 0


def _rows(model: Any, *left_out: str, by: str = "id") -> list[dict[str, Any]]:
    names = [
        field.attname for field in model._meta.concrete_fields if field.attname not in left_out
    ]
    return list(model.objects.order_by(by).values(*names))


def _all_that_stands(names: dict[Any, str]) -> list[Any]:
    """Every row that came of some deliveries, each delivery by its name."""
    found: list[Any] = []
    models: tuple[Any, ...] = (Subject, Entry, Identity, Agent)
    for model in models:
        found.append(_rows(model, "received_at", "delivery_id"))
        if model is not Subject:
            found.append([(row.pk, names[row.delivery_id]) for row in model.objects.order_by("id")])
    past = _rows(Version, "id", "received_at", "delivery_id", by="thing_id")
    found.append(sorted(map(repr, past)))
    found.append(_rows(Delivery, "id", "read_at", "received_at", by="name"))
    aside = Quarantined.objects.values_list(
        "delivery__name", "place", "offset", "length", "reason", "words"
    )
    found.append(list(aside.order_by("id")))
    found.append(_rows(UnmappedField, "id", by="path"))
    found.append(_rows(DayCount, "id", by="day"))
    return found


def _after_taking(seeds: range) -> list[Any]:
    """What stands when the tables of these seeds were taken twice, two at a time."""
    try:
        with transaction.atomic():
            source = Source(code="gp", name="GPs", organisation_code="gp", reader="gp_extract")
            source.save(force_insert=True)
            names: dict[Any, str] = {}
            for seed in (*seeds, *seeds):
                table = odd_table(seed, rows=25)
                name = f"{len(names)}/{table.name}"
                delivery = receiving.receive(
                    source=source, door=Door.FOLDER, name=name,
                    content=table.content + b" " * (len(names) >= len(seeds)), by=READER, at=AT,
                )  # fmt: skip
                names[delivery.pk] = name
            while waiting := feeds.waiting(limit=2):
                verbs.take_in(deliveries=waiting, by=loader(), at=AT)
            found = _all_that_stands(names)
            raise _Undo
    except _Undo:
        return found


@pytest.mark.django_db
@pytest.mark.usefixtures("as_loader")
@pytest.mark.parametrize("first", range(0, 48, 8))
@pytest.mark.parametrize("chunk", [20_000, 9])
def test_the_record_and_the_feed_stand_as_if_read_row_by_row(
    first: int, chunk: int, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_FOLDER = tmp_path
    monkeypatch.setattr(taking, "CHUNK", chunk)
    seeds = range(first, first + 8)
    by_column = _after_taking(seeds)

    monkeypatch.setattr(feeds, "units_in_blocks", feeds.units)
    row_by_row = _after_taking(seeds)

    assert by_column == row_by_row
    assert by_column[1]
