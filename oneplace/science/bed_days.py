"""Bed days lost while somebody who is ready to leave hospital waits, shared among the reasons.

The rule. Somebody who is ready and still there at the same hour of a later day has lost one bed day
for each day between. Each such day is looked at at the hour at which they became ready: it is
shared in equal parts among all that was being waited for at that moment. A day on which nothing
was recorded stays nobody's and is shown as such. So the shares always add up to the days lost, and
no day is counted twice, however many organisations hold the person up at once.

Pure and exact: days are whole, shares are fractions. The count of days is the difference between
the days on the wall, as discharge delays are published (NHS England, discharge ready date).
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Final, Generic, TypeVar
from zoneinfo import ZoneInfo

Key = TypeVar("Key", bound=Hashable)
LONGEST: Final = 3_660
"""Days of delay looked at; a longer one is a mistake in what was sent."""


@dataclass(frozen=True)
class Waited(Generic[Key]):
    """One thing waited for, and whom it counts for."""

    key: Key
    opened_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Shared(Generic[Key]):
    """The bed days of one stay, and whose they are."""

    days: int
    of: Mapping[Key, Fraction]
    nobodys: Fraction
    """Days on which nothing was recorded as waited for."""

    def rounded(self, key: Key) -> float:
        """A share in days with one decimal, for showing; sums are made of the exact ones."""
        return round(float(self.of.get(key, Fraction(0))), 1)


def bed_days(ready_at: datetime, until_at: datetime, zone: ZoneInfo) -> int:
    """Whole days between two moments, by the days on the wall; nought if the second is earlier."""
    days = (until_at.astimezone(zone).date() - ready_at.astimezone(zone).date()).days
    return max(0, min(days, LONGEST))


def share(
    ready_at: datetime, until_at: datetime, waited: Iterable[Waited[Key]], *, zone: ZoneInfo
) -> Shared[Key]:
    """Share the days between being ready and leaving (or now) among what was waited for.

    One key may stand for several waits at once, such as two of one organisation: it counts once.
    """
    waits: Sequence[Waited[Key]] = tuple(waited)
    found: dict[Key, Fraction] = {each.key: Fraction(0) for each in waits}
    nobodys = Fraction(0)
    days = 0
    for _, open_then in lost_days(ready_at, until_at, waits, zone=zone):
        days += 1
        for key in open_then:
            found[key] += Fraction(1, len(open_then))
        if not open_then:
            nobodys += 1
    return Shared(days, found, nobodys)


def lost_days(
    ready_at: datetime, until_at: datetime, waited: Iterable[Waited[Key]], *, zone: ZoneInfo
) -> Iterator[tuple[date, frozenset[Key]]]:
    """Each day lost, and what was being waited for at the hour at which somebody became ready."""
    waits: Sequence[Waited[Key]] = tuple(waited)
    for number in range(bed_days(ready_at, until_at, zone)):
        moment = _same_hour(ready_at, number, zone)
        yield (
            moment.date(),
            frozenset(
                each.key
                for each in waits
                if each.opened_at <= moment and (each.closed_at is None or each.closed_at > moment)
            ),
        )


def _same_hour(start: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same time on the wall so many days later, also when the clocks change between."""
    local = start.astimezone(zone)
    day: date = local.date() + timedelta(days=days)
    clock: time = local.time()
    return datetime.combine(day, clock, zone)
