"""Who no longer needs an acute bed and is there still, and how long leaving takes: one definition.

The daily report. Of stays of one night or longer, on a day: who *no longer meets* the criteria to
reside (their discharge ready date is that day or before, and they were in the bed on that day); of
them who *left* on the day, by pathway, and by five in the afternoon; who died; and who *remains* at
midnight. What remains is what no longer meets, less who left and who died. Of those who remain,
stays of 7, 14 and 21 days or longer; and for stays of 7 days or longer the reasons. A person with
several reasons at once counts in equal parts in each, so that the parts add up to people.

Discharge delay. Of stays of one night or longer that ended in a period other than by death: whole
days on the wall from the discharge ready date to the day they left; nought is no delay. A stay
without a ready date, or with one outside the stay, is in no figure and is counted apart.

Bed days lost. Every day of a period on which somebody ready lay in a bed, shared by the rule of
`science.bed_days` among what was waited for at that hour: nothing is counted twice.

The criteria cleared. Where an acute bed is needed again after somebody was ready, the ready date is
cleared, and set anew by the next look that finds no need (`ready_since`).

Source: NHS England, Acute daily discharge situation report, and Discharge Ready Date (April 2023,
PRN00312, PRN00603); the day's end, the bands of days and five o'clock are to be verified with the
year's technical definitions. Pure; times carry their zone, days are those on the wall.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from oneplace.science.bed_days import Waited, lost_days

FIVE: Final = time(17)
LONG: Final = (7, 14, 21)
"""Days from which a stay is long; reasons are told from the first of them."""
BANDS: Final = ((0, 0), (1, 1), (2, 3), (4, 6), (7, 13), (14, 20), (21, None))
"""Days of delay, from and to."""
NOT_RECORDED: Final = ("", "")
"""Neither reason nor holder was written."""

Reason = tuple[str, str]
"""The code of what was waited for, and who was to act."""


@dataclass(frozen=True)
class Reasoned:
    """One thing waited for in a stay."""

    key: str
    reason: Reason
    opened_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True)
class StayCounted:
    """One stay as the figures need it."""

    key: str
    admitted_at: datetime
    left_at: datetime | None = None
    ready_at: datetime | None = None
    pathway: str = ""
    is_death: bool = False
    waits: tuple[Reasoned, ...] = ()
    looked_on: frozenset[date] = frozenset()
    """Days on which somebody wrote whether an acute bed was needed."""


@dataclass(frozen=True)
class Sitrep:
    """One day's report; keys of stays, so that each figure can be opened."""

    on: date
    in_beds: tuple[str, ...]
    """In a bed at some time of the day, for a night or longer."""
    not_looked_at: tuple[str, ...]
    """In a bed at the day's end, and nobody wrote that day whether they need it."""
    no_longer_meets: tuple[str, ...]
    left: tuple[str, ...]
    left_by_five: tuple[str, ...]
    left_by_pathway: tuple[tuple[str, int], ...]
    died: tuple[str, ...]
    remains: tuple[str, ...]
    long: tuple[tuple[int, int], ...]
    """Days, and how many of those who remain have been there so long."""
    reasons: tuple[tuple[Reason, Fraction], ...]
    """Of those who remain after 7 days or longer; parts add up to them."""

    @property
    def remains_long(self) -> int:
        """How many the reasons are told of."""
        return dict(self.long)[LONG[0]]


@dataclass(frozen=True)
class Delays:
    """How long leaving took, of those who left in a period."""

    since: date
    until: date
    left: int
    """Stays of a night or longer that ended in the period, other than by death."""
    without_ready: int
    """Of them without a usable ready date: in no figure below."""
    days: tuple[int, ...]
    """Days from ready to left, one a stay, ascending."""
    bands: tuple[tuple[int, int | None, int], ...]
    """From, to, how many."""
    lost: int
    """Bed days lost in the period, also of those who are there still."""
    shares: tuple[tuple[Reason, Fraction], ...]
    """Whose they are; the parts add up to `lost`."""

    @property
    def counted(self) -> int:
        """How many the figures are of."""
        return len(self.days)

    @property
    def on_the_day(self) -> int:
        """How many left on the day they were ready."""
        return sum(1 for each in self.days if each == 0)

    @property
    def mean(self) -> float | None:
        """Days on average, those without delay included; None where nobody left."""
        return sum(self.days) / len(self.days) if self.days else None

    @property
    def mean_of_delayed(self) -> float | None:
        """Days on average of those who left a day or more late."""
        late = [each for each in self.days if each]
        return sum(late) / len(late) if late else None


def ready_since(said: datetime | None, looks: Iterable[tuple[datetime, bool]]) -> datetime | None:
    """The discharge ready date as it stands: cleared by a later need, set anew by a later look.

    `looks` are moments, and whether an acute bed was needed then.
    """
    if said is None:
        return None
    after = sorted(each for each in looks if each[0] > said)
    ready: datetime | None = said
    for when, is_needed in after:
        if is_needed:
            ready = None
        elif ready is None:
            ready = when
    return ready


def sitrep(stays: Sequence[StayCounted], on: date, zone: ZoneInfo) -> Sitrep:
    """The report of one day."""
    ends = datetime.combine(on + timedelta(days=1), time(), zone)
    there = [each for each in stays if _is_there(each, on, zone)]
    ready = [
        each for each in there if each.ready_at is not None and _day(each.ready_at, zone) <= on
    ]
    gone = [each for each in ready if each.left_at is not None and each.left_at < ends]
    left = [each for each in gone if not each.is_death]
    remains = [each for each in ready if each.left_at is None or each.left_at >= ends]
    five = datetime.combine(on, FIVE, zone)
    pathways: dict[str, int] = {}
    for each in left:
        pathways[each.pathway] = pathways.get(each.pathway, 0) + 1
    long = tuple(
        (days, sum(1 for each in remains if (on - _day(each.admitted_at, zone)).days >= days))
        for days in LONG
    )
    return Sitrep(
        on=on,
        in_beds=_keys(there),
        not_looked_at=_keys(
            each
            for each in there
            if (each.left_at is None or each.left_at >= ends) and on not in each.looked_on
        ),
        no_longer_meets=_keys(ready),
        left=_keys(left),
        left_by_five=_keys(
            each for each in left if each.left_at is not None and each.left_at <= five
        ),
        left_by_pathway=tuple(sorted(pathways.items())),
        died=_keys(each for each in gone if each.is_death),
        remains=_keys(remains),
        long=long,
        reasons=_reasons(remains, on, ends, zone),
    )


def _keys(stays: Iterable[StayCounted]) -> tuple[str, ...]:
    return tuple(each.key for each in stays)


def _day(when: datetime, zone: ZoneInfo) -> date:
    return when.astimezone(zone).date()


def _is_there(stay: StayCounted, on: date, zone: ZoneInfo) -> bool:
    """In the bed on a day, with a night behind them."""
    left = _day(stay.left_at, zone) if stay.left_at is not None else None
    return _day(stay.admitted_at, zone) < on and (left is None or left >= on)


def _reasons(
    remains: Iterable[StayCounted], on: date, ends: datetime, zone: ZoneInfo
) -> tuple[tuple[Reason, Fraction], ...]:
    found: dict[Reason, Fraction] = {}
    for each in remains:
        if (on - _day(each.admitted_at, zone)).days < LONG[0]:
            continue
        waits = [
            wait
            for wait in each.waits
            if wait.opened_at < ends and (wait.closed_at is None or wait.closed_at >= ends)
        ]
        for wait in waits:
            found[wait.reason] = found.get(wait.reason, Fraction(0)) + Fraction(1, len(waits))
        if not waits:
            found[NOT_RECORDED] = found.get(NOT_RECORDED, Fraction(0)) + 1
    return _largest(found)


def _largest(found: dict[Reason, Fraction]) -> tuple[tuple[Reason, Fraction], ...]:
    return tuple(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def delays(
    stays: Sequence[StayCounted], since: date, until: date, at: datetime, zone: ZoneInfo
) -> Delays:
    """How long leaving took from `since` to `until`, both included; `at` is now, for who waits."""
    left = without = 0
    days: list[int] = []
    for each in stays:
        if each.left_at is None or each.is_death:
            continue
        on = _day(each.left_at, zone)
        if not since <= on <= until or on <= _day(each.admitted_at, zone):
            continue
        left += 1
        if each.ready_at is None or not each.admitted_at <= each.ready_at <= each.left_at:
            without += 1
            continue
        days.append((on - _day(each.ready_at, zone)).days)
    lost, shares = _lost(stays, since, until, at, zone)
    return Delays(
        since=since,
        until=until,
        left=left,
        without_ready=without,
        days=tuple(sorted(days)),
        bands=tuple(
            (low, high, sum(1 for each in days if low <= each <= (each if high is None else high)))
            for low, high in BANDS
        ),
        lost=lost,
        shares=shares,
    )


def _lost(
    stays: Iterable[StayCounted], since: date, until: date, at: datetime, zone: ZoneInfo
) -> tuple[int, tuple[tuple[Reason, Fraction], ...]]:
    """Bed days lost on the days of a period, and whose they are."""
    lost = 0
    found: dict[Reason, Fraction] = {}
    for each in stays:
        ends = min(each.left_at or at, at)
        if each.ready_at is None or each.ready_at >= ends:
            continue
        reasons = {wait.key: wait.reason for wait in each.waits}
        waits = [Waited(wait.key, wait.opened_at, wait.closed_at) for wait in each.waits]
        for on, keys in lost_days(each.ready_at, ends, waits, zone=zone):
            if not since <= on <= until:
                continue
            lost += 1
            for key in keys:
                reason = reasons[key]
                found[reason] = found.get(reason, Fraction(0)) + Fraction(1, len(keys))
            if not keys:
                found[NOT_RECORDED] = found.get(NOT_RECORDED, Fraction(0)) + 1
    return lost, _largest(found)
