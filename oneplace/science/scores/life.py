"""What a score is told of one person, and what it answers: value, state and what it was made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Happening(NamedTuple):
    """One thing that happened, with the lists its code is in."""

    event: int
    kind: str
    mark: str
    happened_on: date
    ended_on: date | None
    value: float | None
    source: str
    code: str = ""
    system: str = ""
    ideas: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Life:
    """One person on a day: everything recorded of them until then."""

    on: date
    born_month: date | None
    gender: str | None
    happenings: Sequence[Happening]
    covers_practice: bool = True
    """Whether the code lists know the codes general practice records in."""
    covers_attendances: bool = True
    """Whether anybody tells of emergency attendances here: no visit is nought only then."""

    @property
    def age(self) -> int | None:
        """Whole years, counted from the first of the month of birth; None if that is not known."""
        if self.born_month is None:
            return None
        months = (self.on.year - self.born_month.year) * 12 + self.on.month - self.born_month.month
        return months // 12

    def of(self, *kinds: str) -> list[Happening]:
        """What happened of these kinds, oldest first."""
        return [each for each in self.happenings if each.kind in kinds]

    def within(self, happened: Iterable[Happening], days: int) -> list[Happening]:
        """Those that happened at most so many days ago."""
        return [each for each in happened if (self.on - each.happened_on).days <= days]


def life(
    *,
    on: date,
    born_month: date | None,
    gender: str | None,
    happenings: Iterable[Happening],
    covers_practice: bool = True,
    covers_attendances: bool = True,
) -> Life:
    """A life until `on`: what comes later is left out, the rest put into order."""
    known = sorted(
        (each for each in happenings if each.happened_on <= on),
        key=lambda each: (each.happened_on, each.event, each.kind, each.code),
    )
    return Life(on, born_month, gender, known, covers_practice, covers_attendances)


class State(StrEnum):
    """Whether a score may be shown."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    OUTSIDE_AGES = "outside_ages"
    NOT_RECORDED = "not_recorded"


class Contribution(NamedTuple):
    """One part of a score: what, how many points, and the events behind it, newest first."""

    what: str
    points: float
    events: tuple[int, ...]
    on: date | None
    source: str


@dataclass(frozen=True)
class Instrument:
    """A published score: what it is, for whom, for what, and where it comes from."""

    key: str
    name: str
    version: str
    citation: str
    purpose: str
    youngest: int = 0
    oldest: int | None = None

    def is_for(self, age: int | None) -> bool:
        """Whether somebody of this age is among those it was validated for."""
        if age is None:
            return False
        return age >= self.youngest and (self.oldest is None or age <= self.oldest)

    @property
    def ages(self) -> str:
        """For whom, in words."""
        if self.oldest is not None:
            return f"{self.youngest} to {self.oldest}"
        return f"{self.youngest} and over" if self.youngest else "all ages"


@dataclass(frozen=True)
class Score:
    """One score of one person on one day. The contributions' points add up to the value."""

    instrument: Instrument
    state: State
    value: float | None = None
    band: str | None = None
    why: str = ""
    """Why there is no value, why it is incomplete, or what it leaves out, in a sentence."""
    contributions: tuple[Contribution, ...] = ()

    @property
    def recomputed(self) -> float:
        """The sum of what it was made of."""
        return round(sum(each.points for each in self.contributions), 6)


def outside(instrument: Instrument, age: int | None) -> Score:
    """The answer for somebody the score is not for."""
    if age is None:
        return Score(instrument, State.INCOMPLETE, why="The date of birth is not known.")
    return Score(
        instrument,
        State.OUTSIDE_AGES,
        why=f"{instrument.name} was validated for people of {instrument.ages}; this one is {age}.",
    )


def contribution(what: str, points: float, happened: Sequence[Happening]) -> Contribution:
    """A contribution with the events behind it."""
    newest = sorted(happened, key=lambda each: (each.happened_on, each.event), reverse=True)
    return Contribution(
        what,
        points,
        tuple(dict.fromkeys(each.event for each in newest)),
        newest[0].happened_on if newest else None,
        newest[0].source if newest else "",
    )
