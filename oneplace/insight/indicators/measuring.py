"""Measures: every indicator by month and group, asked of a snapshot in a few statements.

Events that only count are asked once for all indicators that count them: one pass over the events
makes a table by sort, month and practice, from which each indicator takes its sorts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import ibis
import pyarrow as pa
from ibis import _

from oneplace.insight.indicators.asked import Asked, month_begun, sorts_of
from oneplace.insight.indicators.definition import (
    FACTS,
    Definition,
    DefinitionRefused,
    Months,
    month_after,
    month_of,
)
from oneplace.insight.indicators.register import DEFINITIONS
from oneplace.insight.snapshot import Snapshot

__all__ = [
    "BY_PLACE",
    "GROUPINGS",
    "Measures",
    "measure",
    "month_after",
    "month_of",
    "months_until",
]

GROUPINGS: Final[Mapping[str, str]] = {
    "place": "The whole place",
    "network": "{Network}",
    "practice": "Practice",
    "deprivation": "Tenths of deprivation (1 is the most deprived)",
    "ethnicity": "Ethnic group",
}
"""By what measures are grouped, and its title; a place's own words stand in braces."""
BY_PLACE: Final = ("place", "network", "practice")
"""What is read off the practice."""
CELLS: Final = pa.schema(
    [
        pa.field("indicator", pa.string(), nullable=False),
        pa.field("variant", pa.string(), nullable=False),  # empty: the definition itself
        pa.field("month", pa.date32(), nullable=False),
        pa.field("grouping", pa.string(), nullable=False),
        pa.field("value", pa.string(), nullable=False),  # empty: not known
        pa.field("top", pa.float64(), nullable=False),
        pa.field("bottom", pa.float64(), nullable=False),
    ]
)
MONTHS: Final = 24


@dataclass(frozen=True)
class Measures:
    """What was measured: cells of counts, true and unrounded, and how far each is known."""

    cells: pa.Table
    """By `CELLS`. Nothing of it may be shown before `science.suppression` has seen it."""
    known_until: Mapping[str, date]
    """For each indicator that partners tell of, until when the one that told last has told."""
    months: Months
    snapshot: str
    made_at: datetime


def months_until(on: date, *, count: int = MONTHS) -> Months:
    """So many whole months before a day; the month that has begun is not whole."""
    last = month_after(month_of(on), -1)
    return Months(month_after(last, 1 - count), last)


def measure(
    snapshot: Snapshot,
    definitions: Sequence[Definition] | None = None,
    *,
    months: Months | None = None,
    networks: Mapping[str, str] | None = None,
    groupings: Sequence[str] = tuple(GROUPINGS),
    with_variants: bool = True,
) -> Measures:
    """Measure indicators of a snapshot; `networks` tells the network of each practice's code.

    Raises `DefinitionRefused` for what cannot be grouped or counted.
    """
    unknown = [each for each in groupings if each not in GROUPINGS]
    if unknown:
        raise DefinitionRefused(
            f"There is no grouping {unknown[0]!r}. There are: {', '.join(GROUPINGS)}."
        )
    on = snapshot.manifest.made_on
    asked = Asked(snapshot, months or months_until(on), on)
    wanted = list(DEFINITIONS.values()) if definitions is None else list(definitions)
    work = _Measuring(asked, wanted, dict(networks or {}), tuple(groupings))
    cells = work.cells(with_variants=with_variants)
    return Measures(
        cells, work.known_until(), asked.months, snapshot.manifest.hash, snapshot.manifest.made_at
    )


class _Measuring:
    """One run; the tables it makes on the way are its connection's own."""

    def __init__(
        self,
        asked: Asked,
        definitions: Sequence[Definition],
        networks: Mapping[str, str],
        groupings: tuple[str, ...],
    ) -> None:
        self.asked, self.definitions, self.groupings = asked, definitions, groupings
        self.networks = self._keep(
            "measuring_networks",
            pa.table(
                {
                    "practice": pa.array(list(networks), pa.string()),
                    "network": pa.array(list(networks.values()), pa.string()),
                }
            ),
        )
        people = asked.people
        self.people = self._keep(
            "measuring_people",
            people.select("pseudonym", "born_month", "practice", "deprivation", "ethnicity",
                          "died_on"),
        )  # fmt: skip
        self._sources: dict[str, set[int]] = {}

    def _keep(self, name: str, told: Any) -> Any:
        return self.asked.snapshot.keep(name, told)

    def cells(self, *, with_variants: bool) -> pa.Table:
        """Every cell of every indicator."""
        parts = [self._told(with_variants), self._counted()]
        tops = [part for part in parts if part is not None]
        found = tops[0] if len(tops) == 1 else tops[0].union(*tops[1:]) if tops else None
        if found is None:
            return CELLS.empty_table()
        whole = self._over_people(self._keep("measuring_tops", found))
        ordered = whole.order_by("indicator", "variant", "grouping", "value", "month")
        return ordered.select(*CELLS.names).to_pyarrow().cast(CELLS)

    # --- what definitions tell row by row -------------------------------------------------------

    def _told(self, with_variants: bool) -> Any:
        facts = [
            each.tell(self.asked).mutate(indicator=ibis.literal(each.key), variant=ibis.literal(""))
            for each in self.definitions
            if each.tell is not None
        ]
        facts += [
            variant.tell(self.asked).mutate(
                indicator=ibis.literal(each.key), variant=ibis.literal(name)
            )
            for each in self.definitions
            for name, variant in each.variants.items()
            if with_variants
        ]
        if not facts:
            return None
        every = facts[0] if len(facts) == 1 else facts[0].union(*facts[1:])
        months = self.asked.months
        every = every.filter(
            _.month >= ibis.literal(months.first), _.month <= ibis.literal(months.last)
        )
        kept = self._keep("measuring_facts", every.select("indicator", "variant", *FACTS))
        for row in (
            kept.filter(kept.source.notnull()).select("indicator", "source").distinct()
            .to_pyarrow().to_pylist()
        ):  # fmt: skip
            self._sources.setdefault(row["indicator"], set()).add(row["source"])
        whose = self.people.select("pseudonym", "deprivation", "ethnicity", of="practice")
        whose = whose.mutate(counts=True)
        joined = kept.left_join(whose, "pseudonym")
        # Work about somebody who may not be counted is left out; work about nobody counts.
        joined = joined.filter(joined.pseudonym.isnull() | joined.counts.notnull())
        # Whoever is in no denominator is in no numerator: rates are of people registered.
        over = [each.key for each in self.definitions if each.is_rate]
        joined = joined.filter(joined.of.notnull() | joined.indicator.notin(over or [""]))
        rows = joined.select(
            "indicator", "variant", "month", "top", "bottom", "deprivation", "ethnicity",
            practice=joined.of.coalesce(joined.practice),
        )  # fmt: skip
        keys = ("indicator", "variant", "month")
        return self._grouped(rows, keys, {"top": _.top.sum(), "bottom": _.bottom.sum()})

    # --- what only counts ------------------------------------------------------------------------

    def _counted(self) -> Any:
        counting = [each for each in self.definitions if each.counted is not None]
        if not counting:
            return None
        asks: list[dict[str, Any]] = []
        for each in counting:
            counted = each.counted
            if counted is None:
                continue
            whats = sorts_of(self.asked.snapshot, counted.kinds, counted.marks, counted.codes)
            asks += [
                {"indicator": each.key, "what": what, "age": counted.from_age} for what in whats
            ]
        shape = pa.schema([("indicator", pa.string()), ("what", pa.int32()), ("age", pa.int16())])
        wanted = self._keep("measuring_wanted", pa.Table.from_pylist(asks, schema=shape))
        cube = self._cube(
            sorted({ask["what"] for ask in asks}), sorted({ask["age"] for ask in asks})
        )
        told = cube.inner_join(wanted, ["what", "age"])
        for row in told.select("indicator", "source").distinct().to_pyarrow().to_pylist():
            self._sources.setdefault(row["indicator"], set()).add(row["source"])
        keys = ["indicator", "month", "grouping", "value"]
        summed = told.group_by(keys).agg(
            top=_.n.sum().cast("float64"),
            # Nought as a sum: DuckDB reads a bare 0.0 as a decimal, which joins with no rate.
            bottom=(_.n.sum() * 0).cast("float64"),
        )
        return summed.mutate(variant=ibis.literal("")).select(
            "indicator", "variant", "month", "grouping", "value", "top", "bottom"
        )

    def _cube(self, whats: Sequence[int], ages: Sequence[int]) -> Any:
        """Events by sort, month, source, least age and group."""
        months = self.asked.months
        events = self.asked.snapshot.table("events")
        events = events.filter(
            events.what.isin(list(whats) or [-1]),
            events.happened_on >= ibis.literal(months.first),
            events.happened_on < ibis.literal(month_after(months.last)),
        )
        # Whoever is in no denominator is in no numerator: rates are of people registered.
        joined = events.inner_join(self.people.filter(_.practice.notnull()), "pseudonym")
        rows = joined.mutate(month=month_begun(joined.happened_on))
        counts = {
            f"from_{age}": (
                _.count()
                if age == 0
                else (_.born_month + ibis.interval(years=age) <= _.happened_on).sum()
            )
            for age in ages
        }
        grouped = self._grouped(rows, ("what", "month", "source"), counts)
        kept = self._keep("measuring_cube", grouped)
        parts = [
            kept.select("what", "month", "source", "grouping", "value",
                        n=kept[f"from_{age}"].cast("int64"), age=ibis.literal(age, "int16"))
            for age in ages
        ]  # fmt: skip
        return parts[0] if len(parts) == 1 else parts[0].union(*parts[1:])

    # --- groups ----------------------------------------------------------------------------------

    def _grouped(self, rows: Any, keys: Sequence[str], sums: Mapping[str, Any]) -> Any:
        """Rows summed by each grouping; what is read off the practice is summed from practices."""
        parts = []
        if any(each in self.groupings for each in BY_PLACE):
            practices = rows.group_by([*keys, "practice"]).agg(**sums)
            practices = self._keep(f"measuring_by_{'_'.join(keys)}", practices)
            again = {name: practices[name].sum() for name in sums}
            if "place" in self.groupings:
                whole = practices.group_by(list(keys)).agg(**again)
                parts.append(self._named(whole, keys, sums, "place", ibis.literal("")))
            if "network" in self.groupings:
                known = practices.left_join(self.networks, "practice")
                by = known.group_by([*keys, "network"]).agg(
                    **{name: known[name].sum() for name in sums}
                )
                parts.append(self._named(by, keys, sums, "network", by.network))
            if "practice" in self.groupings:
                parts.append(self._named(practices, keys, sums, "practice", practices.practice))
        for grouping in ("deprivation", "ethnicity"):
            if grouping in self.groupings:
                by = rows.group_by([*keys, grouping]).agg(**sums)
                parts.append(self._named(by, keys, sums, grouping, by[grouping]))
        return parts[0] if len(parts) == 1 else parts[0].union(*parts[1:])

    def _named(
        self, table: Any, keys: Sequence[str], sums: Mapping[str, Any], grouping: str, value: Any
    ) -> Any:
        text = value.cast("string").fill_null("")
        named = table.select(
            *keys, grouping=ibis.literal(grouping), value=text,
            **{name: table[name].cast("float64") for name in sums},
        )  # fmt: skip
        return named.select(*keys, "grouping", "value", *sums)

    # --- everybody registered --------------------------------------------------------------------

    def _over_people(self, tops: Any) -> Any:
        """Give indicators over everybody registered their denominators, noughts included."""
        over = [each for each in self.definitions if each.is_rate]
        others = [each.key for each in self.definitions if not each.is_rate]
        alone = tops.filter(tops.indicator.isin(others or [""]))
        if not over:
            return alone
        ages = pa.table(
            {
                "indicator": pa.array([each.key for each in over], pa.string()),
                "age": pa.array([each.per_people_from_age for each in over], pa.int16()),
            }
        )
        asked_over = self._keep("measuring_over", ages)
        people = self._keep(
            "measuring_registered", self._registered(sorted(set(ages["age"].to_pylist())))
        )
        every = people.inner_join(asked_over, "age").select(
            "indicator", "month", "grouping", "value", "people"
        )
        summed = tops.filter(tops.variant == "")
        joined = every.left_join(
            summed.select("indicator", "month", "grouping", "value", "top"),
            ["indicator", "month", "grouping", "value"],
        )
        rates = joined.select(
            "indicator", "month", "grouping", "value",
            variant=ibis.literal(""), top=joined.top.fill_null(0.0),
            bottom=joined.people.cast("float64"),
        ).select("indicator", "variant", "month", "grouping", "value", "top", "bottom")  # fmt: skip
        return alone.select("indicator", "variant", "month", "grouping", "value", "top", "bottom"
                            ).union(rates)  # fmt: skip

    def _registered(self, ages: Sequence[int]) -> Any:
        """How many people of an age or over, alive, each month begins with; by today's practice."""
        every = pa.array(self.asked.months.every(), pa.date32())
        months = self._keep("measuring_months", pa.table({"month": every}))
        parts = []
        for age in ages:
            born = self.people.born_month
            since = ibis.date(born.year() + age, born.month(), 1)
            rows = self.people.mutate(since=since if age else ibis.date("1900-01-01"))
            rows = rows.filter(rows.since.notnull(), rows.practice.notnull())
            # Whoever died on a day nobody knows is not counted as alive.
            grouped = self._grouped_people(rows)
            both = months.inner_join(
                grouped, [grouped.since <= months.month,
                          grouped.died_month.isnull() | (grouped.died_month >= months.month)]
            )  # fmt: skip
            summed = both.group_by("month", "grouping", "value").agg(people=_.n.sum())
            parts.append(summed.mutate(age=ibis.literal(age, "int16")))
        return parts[0] if len(parts) == 1 else parts[0].union(*parts[1:])

    def _grouped_people(self, rows: Any) -> Any:
        keyed = rows.mutate(died_month=month_begun(rows.died_on))
        return self._grouped(keyed, ("since", "died_month"), {"n": _.count()})

    # --- how far it is known ---------------------------------------------------------------------

    def known_until(self) -> dict[str, date]:
        """For each indicator the day until which a partner that tells of it has told."""
        names = {
            row["source"]: row["name"]
            for row in self.asked.snapshot.table("sources").to_pyarrow().to_pylist()
        }
        as_of = self.asked.snapshot.manifest.as_of or {}
        found: dict[str, date] = {}
        for indicator, sources in self._sources.items():
            told = [
                datetime.fromisoformat(as_of[names[each]]).date()
                for each in sources
                if names.get(each) in as_of
            ]
            if told:
                found[indicator] = max(told)
        return found
