"""Sheets of comma-separated values, sent once or export by export.

An export shows the world as its partner's system knew it when it was made: a case appears when it
is opened, again in the export after each change, and what had not happened yet is blank (`once`).
Files are UTF-8, with a heading row, CRLF at the end of lines and quotes where needed (RFC 4180).
"""

# ruff: noqa: S608 - the SQL is put together from our own constants, never from what is read

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from oneplace.borough.feeds.calendar import ALWAYS, midnight, register_parcels
from oneplace.borough.feeds.shelf import Parcel, Shelf
from oneplace.borough.feeds.store import Store, day

LATE_WEEKS = (2, 6)
"""A late extract comes between two and six weeks after its day."""


@dataclass(frozen=True)
class Sheet:
    """One kind of file: its name, its columns as expressions, where rows come from."""

    name: str
    columns: Mapping[str, str]
    """Heading -> expression. Expressions give text already fit for the file (`csv`, `plain`)."""
    source: str
    """A query; its columns may be named in the expressions after `x.`."""
    changed: Sequence[str]
    """Moments at which a row appears anew, the first one first."""
    order: str
    key: str = ""
    """What chance is asked about when rows are sent twice."""

    @property
    def heading(self) -> str:
        """The first line."""
        return ",".join(_quoted(name) for name in self.columns) + "\r\n"

    @property
    def line(self) -> str:
        """The expression of one line."""
        return " || ',' || ".join(f"({value})" for value in self.columns.values()) + (
            " || chr(13) || chr(10)"
        )


@dataclass(frozen=True)
class Exports:
    """The runs of a partner's regular export."""

    ends: Sequence[dt.date]
    """The last day each run covers; the first run is the full one."""
    arrives: Sequence[dt.datetime]
    is_late: Sequence[bool]
    folder: str
    feed: str

    def parcels(self, name: str) -> list[Parcel]:
        """The files of one sheet, run by run."""
        found = []
        for number, end in enumerate(self.ends):
            start = ALWAYS if number == 0 else midnight(self.ends[number - 1] + dt.timedelta(1))
            kind = "full" if number == 0 else "changes"
            path = PurePosixPath(self.folder) / f"{end:%Y-%m-%d}_{kind}" / name
            until = midnight(end + dt.timedelta(days=1))
            found.append(
                Parcel(path, self.feed, start, until, self.arrives[number], self.is_late[number])
            )
        return found


def make_exports(
    store: Store,
    ends: Sequence[dt.date],
    *,
    folder: str,
    feed: str,
    arrives: dt.timedelta,
    late_rate: float = 0.0,
) -> Exports:
    """The runs of an export: each arrives so long after the midnight that ends its last day.

    The last run before now is never late (what a demo shows must be there); the full one neither.
    """
    times, lates = [], []
    now = store.settings.now
    for number, end in enumerate(ends):
        usual = midnight(end + dt.timedelta(days=1)) + arrives
        following = ends[number + 1] if number + 1 < len(ends) else None
        is_last = usual <= now and (
            following is None or midnight(following + dt.timedelta(days=1)) + arrives > now
        )
        draw = store.one(f"SELECT chance({number}, '{feed}:late_extract')")
        is_late = number > 0 and not is_last and draw < late_rate
        if is_late:
            usual += lateness(store, number, feed)
        times.append(usual)
        lates.append(is_late)
    return Exports(ends, times, lates, folder, feed)


def lateness(store: Store, number: int, feed: str) -> dt.timedelta:
    """How long after its day a late extract comes, drawn by its number."""
    low, high = LATE_WEEKS
    share = store.one(f"SELECT chance({number}, '{feed}:late_by')")
    return dt.timedelta(days=int(7 * (low + (high - low) * share)))


def write_exports(
    store: Store, shelf: Shelf, exports: Exports, sheets: Sequence[Sheet], repeat_rate: float
) -> None:
    """Write every run of every sheet."""
    _make_slots(store, exports.ends)
    for sheet in sheets:
        parcels = exports.parcels(sheet.name)
        register_parcels(store, "export_parcels", parcels)
        slots = ", ".join(f"slot({moment})" for moment in sheet.changed)
        query = f"""WITH x AS ({sheet.source}),
            told AS (
                SELECT x.*, unnest(list_distinct([{slots}]))
                    AS parcel FROM x WHERE slot({sheet.changed[0]}) IS NOT NULL),
            y AS (
                SELECT x.*, covers_until AS until FROM told x JOIN export_parcels USING (parcel)
                WHERE {sheet.changed[0]} < covers_until)
            SELECT parcel, {_counted(sheet, repeat_rate)} AS counted,
                repeat({sheet.line}, counted) AS piece
            FROM y AS x ORDER BY parcel, {sheet.order}"""
        with shelf.filling(parcels, unit="rows", head=sheet.heading) as filling:
            filling.add(store.batches(query))


def write_sheet(
    store: Store, shelf: Shelf, parcel: Parcel, sheet: Sheet, repeat_rate: float = 0.0
) -> None:
    """Write one file; `sheet.changed` is not looked at: the source decides what is in it."""
    query = f"""WITH x AS ({sheet.source})
        SELECT 0::INTEGER AS parcel, {_counted(sheet, repeat_rate)} AS counted,
            repeat({sheet.line}, counted) AS piece
        FROM x ORDER BY {sheet.order}"""
    with shelf.filling([parcel], unit="rows", head=sheet.heading) as filling:
        filling.add(store.batches(query))


def _counted(sheet: Sheet, repeat_rate: float) -> str:
    if not sheet.key or repeat_rate <= 0:
        return "1::INTEGER"
    return f"(1 + (chance({sheet.key}, '{sheet.name}:repeated') < {repeat_rate})::INTEGER)"


def _make_slots(store: Store, ends: Sequence[dt.date]) -> None:
    """`slot(moment)`: the number of the first run that covers a moment."""
    first = ends[0]
    runs = []
    number = 1
    for offset in range(1, (ends[-1] - first).days + 1):
        if first + dt.timedelta(days=offset) > ends[number]:
            number += 1
        runs.append(str(number))
    listed = f"[{', '.join(runs)}]" if runs else "[]::INTEGER[]"
    store.run(
        f"""CREATE OR REPLACE MACRO slot(x) AS CASE WHEN uk_day(x) <= {day(first)} THEN 0
            ELSE ({listed})[(uk_day(x) - {day(first)})::INTEGER] END"""
    )


def once(at: str, value: str, until: str = "x.until") -> str:
    """A value from its moment on; before that, blank."""
    return f"CASE WHEN {at} < {until} THEN {value} ELSE '' END"


def held(source: str, table: str, at: str, key: str) -> str:
    """A table's rows `t`, each with the record `r` in which a source keeps what happened then."""
    return f"""{table} t JOIN holders h ON h.source = '{source}' AND h.person = t.person
        JOIN records r ON r.record = holder(h, {at}, {key})"""


def noon(column: str) -> str:
    """The moment we take for something known by its date alone."""
    return f"({column}::TIMESTAMP + INTERVAL 12 HOUR)"


def _quoted(heading: str) -> str:
    return f'"{heading}"' if any(letter in heading for letter in ',"') else heading
