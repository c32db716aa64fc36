"""What definitions ask of a snapshot: its tables, joined and narrowed the same way for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import ibis
import pyarrow as pa
from ibis import _

from oneplace.insight.indicators.definition import FACTS, DefinitionRefused, Months, month_after
from oneplace.insight.snapshot import Snapshot

OURS: Final = -1
"""The number of this house as a source."""


@dataclass(frozen=True)
class Asked:
    """A snapshot as definitions see it: until a day, over these months."""

    snapshot: Snapshot
    months: Months
    on: date
    """The day the snapshot was made: what is later is not known."""

    @property
    def people(self) -> Any:
        """Everybody who may be counted."""
        people = self.snapshot.table("people")
        return people.anti_join(self.snapshot.table("uncounted"), "pseudonym")

    def events(
        self, *kinds: str, marks: Sequence[str] = (), codes: Sequence[str] = (), after: int = 0
    ) -> Any:
        """Events of these sorts within the months, and so many days after; with their sort."""
        events = self.snapshot.table("events")
        ids = sorts_of(self.snapshot, kinds, marks, codes)
        return events.filter(
            events.what.isin(list(ids) or [-1]),
            events.happened_on >= ibis.literal(self.months.first),
            events.happened_on
            < ibis.literal(month_after(self.months.last)) + ibis.interval(days=after),
        )

    def work(self, *kinds: str) -> Any:
        """Work of these kinds; where a feed and this house tell of the same, the house's counts."""
        work = self.snapshot.table("work")
        work = work.filter(work.kind.isin(list(kinds)))
        names = self.snapshot.table("sources").select("source", name="name")
        work = work.rename(named="source").left_join(names, _.named == names.name).drop("name")
        work = work.mutate(source=_.source.fill_null(OURS).cast("int16"))
        same = ibis.window(group_by=[work.pseudonym, work.kind, work.started_on])
        is_ours = work.named == "oneplace"
        told_by_us = is_ours.any().over(same) & work.pseudonym.notnull()
        return work.mutate(keep=is_ours | ~told_by_us).filter(_.keep).drop("keep")

    def rows(self, name: str, columns: Mapping[str, Sequence[Any]]) -> Any:
        """A few rows of ours to join with, such as the months."""
        return self.snapshot.keep(f"asked_{name}", pa.table(dict(columns)))

    def of_age(self, table: Any, day: str, age: int) -> Any:
        """Rows of people who had reached an age on the day in a column; not known: left out."""
        born = self.people.select("pseudonym", "born_month")
        joined = table.inner_join(born, "pseudonym")
        is_old = joined.born_month + ibis.interval(years=age) <= joined[day]
        return joined.filter(is_old.fill_null(False)).drop("born_month")

    def facts(self, table: Any, *, day: str, top: Any, bottom: Any) -> Any:
        """Rows of `FACTS` from a table with a day; `top` and `bottom` are numbers or truths."""
        missing = [name for name in ("pseudonym", "source", day) if name not in table.columns]
        if missing:
            raise DefinitionRefused(f"There is no column {missing[0]!r} in what is counted.")
        practice = table.practice if "practice" in table.columns else ibis.null("string")
        return table.select(
            pseudonym=table.pseudonym.cast("int64"),
            practice=practice.cast("string"),
            month=month_begun(table[day]),
            top=_number(top),
            bottom=_number(bottom),
            source=table.source.cast("int16"),
        ).select(*FACTS)


def _number(value: Any) -> Any:
    if isinstance(value, int | float):
        return ibis.literal(float(value))
    return (
        value.fill_null(False).cast("int8").cast("float64")
        if value.type().is_boolean()
        else (value.cast("float64"))
    )


def month_begun(day: Any) -> Any:
    """The first day of its month; a date in DuckDB too, whose truncation makes a moment of it."""
    return ibis.date(day.year(), day.month(), 1)


def sorts_of(
    snapshot: Snapshot, kinds: Sequence[str], marks: Sequence[str], codes: Sequence[str]
) -> tuple[int, ...]:
    """The numbers of the sorts of events meant; sorts are few, so they are looked up at once."""
    return tuple(
        row["what"]
        for row in sorts(snapshot)
        if row["kind"] in kinds
        and (not marks or row["mark"] in marks)
        and (not codes or row["code"].startswith(tuple(codes)))
    )


_sorts: dict[str, list[dict[str, Any]]] = {}


def sorts(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Every sort of event of a snapshot, read once."""
    key = f"{snapshot.folder}:{snapshot.manifest.hash}"
    if key not in _sorts:
        _sorts.clear()
        _sorts[key] = snapshot.table("whats").to_pyarrow().to_pylist()
    return _sorts[key]
