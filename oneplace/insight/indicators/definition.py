"""What a definition of an indicator holds: one file each, and nothing said of it elsewhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Self

from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import BetterDirection, MeasureUnit, Role

if TYPE_CHECKING:
    from oneplace.insight.indicators.asked import Asked

FACTS: Final = ("pseudonym", "practice", "month", "top", "bottom", "source")
"""Columns of what a definition tells: whose, else which practice's; the month; what is added to the
numerator and the denominator; the number of the feed that said so, -1 for this house, or null."""
Tell = Callable[["Asked"], Any]
"""Ibis rows of `FACTS` out of a snapshot; every month it knows of."""
OLDER: Final = 65
TEXTS: Final = (
    *("changed", "title", "sentence", "cohort", "numerator", "denominator", "source", "refresh"),
    *("provisional_because", "counts", "does_not_say", "target_from"),
)
"""What of a definition people read; a place's own words stand in braces in it."""


class DefinitionRefused(ValueError):
    """A definition that cannot be measured: an unknown column, a numerator of nothing."""


@dataclass(frozen=True)
class Counted:
    """The simplest numerator: each event of these sorts counts one. Many are asked in one pass."""

    kinds: tuple[str, ...]
    marks: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    """Beginnings of codes; none: whatever the code."""
    from_age: int = 0


@dataclass(frozen=True)
class Variant:
    """Another way to read the same words: who is counted and over whom, said in a sentence."""

    sentence: str
    tell: Tell
    counts: str = ""
    """What its denominator counts, where that is something else than the definition's."""
    has_groups: bool = True
    """Whether it can be told by group: not where its denominator is no people's, as a month."""


@dataclass(frozen=True)
class Definition:
    """One indicator, whole."""

    key: str
    version: int
    changed: str
    """What is new in this version, and since when."""
    statement: str
    """The key of the residents' statement it answers."""
    title: str
    sentence: str
    """What a chart of it shows, in one sentence."""
    cohort: str
    numerator: str
    denominator: str
    unit: MeasureUnit
    better: BetterDirection
    source: str
    owner: Role
    refresh: str
    provisional_months: int
    """How many of the newest months may still change, and are used for no signal."""
    provisional_because: str
    counts: str = "people"
    """What the denominator counts, as a sentence says it."""
    does_not_say: str = ""
    """What nobody should read into it."""
    target: float | None = None
    """In its unit."""
    target_from: str = ""
    tell: Tell | None = None
    counted: Counted | None = None
    per_people_from_age: int | None = None
    """Where the denominator is everybody registered: from which age."""
    variants: Mapping[str, Variant] = field(default_factory=dict)
    least: int = 0
    """Of how many, by the denominator, a figure is told at the least; of fewer it is left out."""

    def __post_init__(self) -> None:
        """Refuse a definition that could not say what it counts."""
        if (self.tell is None) == (self.counted is None):
            raise DefinitionRefused(
                f"{self.key}: say either which events are counted, or how its rows are told."
            )
        if self.counted is not None and self.per_people_from_age is None:
            raise DefinitionRefused(
                f"{self.key}: counted events need people to be counted over: per_people_from_age."
            )
        if self.is_rate is not (self.unit is MeasureUnit.RATE):
            raise DefinitionRefused(
                f"{self.key}: events over everybody registered are a rate, never a per cent, and a"
                " rate is over everybody registered."
            )
        if self.target is not None and not self.target_from:
            raise DefinitionRefused(f"{self.key}: say where its target comes from.")

    @property
    def is_rate(self) -> bool:
        """Whether events are counted over everybody registered, month by month."""
        return self.per_people_from_age is not None

    @property
    def multiplier(self) -> int:
        """By what a ratio is multiplied to be shown in its unit."""
        return {MeasureUnit.PER_CENT: 100, MeasureUnit.RATE: 1000}.get(self.unit, 1)

    @property
    def interval(self) -> str:
        """Which interval fits: `proportion`, `rate` or none."""
        if self.unit is MeasureUnit.PER_CENT:
            return "proportion"
        return "rate" if self.unit is MeasureUnit.RATE else ""

    def said_in(self, place: Place) -> Self:
        """This definition in a place's own words, which its texts name in braces."""
        rules = {clock.key: clock.rule for clock in place.clocks}
        rule = rules.get("first_visit_home", "of the first visit")
        said: dict[str, Any] = {
            name: place.say(getattr(self, name), first_visit_rule=rule) for name in TEXTS
        }
        variants = {
            name: replace(read, sentence=place.say(read.sentence), counts=place.say(read.counts))
            for name, read in self.variants.items()
        }
        return replace(self, **said, variants=variants)

    @property
    def too_few(self) -> str:
        """Why a figure of fewer than the least is left out, in words."""
        return f"Of fewer than {self.least}: so few say more of chance than of the whole"

    @property
    def label(self) -> str:
        """Key and version in one: by it a figure names its definition."""
        return f"{self.key} v{self.version}"


@dataclass(frozen=True)
class Months:
    """A stretch of whole months, both of its ends within it."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Months are told by their first day."""
        if self.first.day != 1 or self.last.day != 1:
            raise DefinitionRefused("Say months by their first day, such as 2026-02-01.")
        if self.first > self.last:
            raise DefinitionRefused(
                f"{self.first:%B %Y} comes after {self.last:%B %Y}: exchange the two months."
            )

    def every(self) -> tuple[date, ...]:
        """Each month by its first day."""
        found, month = [], self.first
        while month <= self.last:
            found.append(month)
            month = month_after(month)
        return tuple(found)


def month_of(day: date) -> date:
    """The first day of the month of a day."""
    return day.replace(day=1)


def month_after(month: date, months: int = 1) -> date:
    """The first day of the month so many months later, or earlier."""
    number = month.year * 12 + month.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
