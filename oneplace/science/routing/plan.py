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
    needs: frozenset[str] = frozenset()
    """What whoever comes must be able to do; empty for what everybody can."""
    person: str = ""
    """Whom it is to, by an opaque word: two visits to one person are known as such."""
    pair: str = ""
    """Two stops with the same word are one double-handed visit: two workers at the same minute."""
    gender: str = ""
    """Whoever comes should be of this gender; empty where nobody asked for it."""
    is_gender_must: bool = True
    """Whether that is a condition, or a wish that may be outweighed."""
    usual: frozenset[str] = frozenset()
    """Keys of workers the person knows: somebody else coming has a price."""
    worker: str = ""
    """Who has it now; for one that is locked or started, who keeps it."""
    load: int = 0
    """What must be carried there, in the place's own unit."""
    seconds: int = 0
    """Beyond the minutes, where a length is known as finely as that."""

    @property
    def lasts(self) -> timedelta:
        """How long it takes at the door."""
        return timedelta(minutes=self.minutes, seconds=self.seconds)

    @property
    def latest_at(self) -> datetime:
        """The latest moment at which it may begin."""
        return min(filter(None, (self.closes_at, self.promised_by_at)))


@dataclass(frozen=True)
class Break:
    """A rest somebody is owed: it begins within the window, wherever they are then.

    Owed only by whoever is still out when the window opens.
    """

    opens_at: datetime
    closes_at: datetime
    minutes: int

    @property
    def lasts(self) -> timedelta:
        """How long it is."""
        return timedelta(minutes=self.minutes)


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
    breaks: tuple[Break, ...] = ()
    gender: str = ""
    carries: int | None = None
    """The most they carry, in the unit of `Stop.load`; None for as much as there is."""


@dataclass(frozen=True)
class Round:
    """One worker's stops in the order of the day."""

    worker: Worker
    stops: tuple[Stop, ...] = ()
    breaks: tuple[datetime, ...] = ()
    """When each break of the worker's begins, in their order."""


@dataclass(frozen=True)
class LeftOut:
    """A visit nobody is given, and why: named, never dropped."""

    key: str
    why: str


@dataclass(frozen=True)
class Plan:
    """Everybody's rounds of one day."""

    rounds: tuple[Round, ...]
    left_out: tuple[LeftOut, ...] = ()
