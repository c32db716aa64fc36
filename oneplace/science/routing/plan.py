"""Today's rounds as they stand: who works when, and at whose door in which order. Frozen."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from oneplace.science.routing.travel import Mode, Point


@dataclass(frozen=True)
class Stop:
    """One visit at one door."""

    key: str
    opens_at: datetime
    closes_at: datetime
    """The window promised to the person: the visit begins within it."""
    minutes: int
    point: Point | None = None
    """Where; None where the address is not known or is protected."""
    planned_at: datetime | None = None
    promised_by_at: datetime | None = None
    """A promise harder than the window, such as two hours after leaving hospital."""
    is_locked: bool = False
    is_started: bool = False
    """Somebody is on the way, there, or done: nothing moves it."""
    ended_at: datetime | None = None
    skill: str = ""
    """What whoever comes must be able to do; empty for what everybody can."""

    @property
    def lasts(self) -> timedelta:
        """How long it takes at the door."""
        return timedelta(minutes=self.minutes)

    @property
    def latest_at(self) -> datetime:
        """The latest moment at which it may begin."""
        return min(filter(None, (self.closes_at, self.promised_by_at)))


@dataclass(frozen=True)
class Worker:
    """Somebody who goes out today."""

    key: str
    name: str
    from_at: datetime
    until_at: datetime
    starts: Point | None = None
    ends: Point | None = None
    """Where the day must end; None for wherever the last visit is."""
    skills: frozenset[str] = frozenset()
    mode: Mode = Mode.CAR


@dataclass(frozen=True)
class Round:
    """One worker's stops in the order of the day."""

    worker: Worker
    stops: tuple[Stop, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Everybody's rounds of one day."""

    rounds: tuple[Round, ...]
