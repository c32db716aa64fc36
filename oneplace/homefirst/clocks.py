"""The clocks of a case as people are told of them: the person's own, and beside it our part.

A person waits as long as they wait: their clock never stands still. `our_part` leaves out the waits
the place lists, and is only ever shown beside the person's own. Both are made anew from what
happened (start, stop, waits), so that a stored figure can never drift from its evidence.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from oneplace.actions import running
from oneplace.actions.models import Clock
from oneplace.homefirst.models import Wait
from oneplace.kit.formats import clock_time, plural
from oneplace.science import clocks
from oneplace.science.clocks import ClockState, Run, Standstill

MINUTE: Final = timedelta(minutes=1)
LIFE_CLOCKS: Final = ("first_visit_home", "two_hour_response")
"""The promises the desk is sorted by; the others run beside them."""
ENDED: Final = (ClockState.KEPT, ClockState.MISSED, ClockState.STOPPED)


@dataclass(frozen=True)
class CaseClock:
    """One clock of a case at a moment, with its rule and evidence."""

    id: str
    key: str
    rule: str
    name: str
    target: str
    started_at: datetime
    started_because: str
    stopped_at: datetime | None
    stopped_because: str
    due_at: datetime | None
    left: timedelta | None
    share_used: float
    took: timedelta
    """What has passed for the person, without a pause."""
    our_part: timedelta
    """The same without the waits the place lists."""
    waits: tuple[str, ...]
    state: ClockState
    breach_reason: str
    starts_when: str
    stops_when: str
    note: str
    source: str

    @property
    def is_running(self) -> bool:
        """Whether it still runs."""
        return self.stopped_at is None

    @property
    def is_late(self) -> bool:
        """Whether the person waited, or waits, longer than promised."""
        return self.state in (ClockState.OVERDUE, ClockState.MISSED)

    @property
    def bars(self) -> int:
        """Of five, how many are used up: for the eye, beside the words."""
        return max(0, min(5, int(self.share_used * 5)))

    @property
    def left_words(self) -> str:
        """`1:20 left`, `0:12 over`, or how long it took."""
        if not self.is_running:
            return hours_and_minutes(self.took)
        if self.left is None:
            return hours_and_minutes(self.took)
        if self.left < timedelta(0):
            return f"{short(-self.left)} over"
        return f"{short(self.left)} left"

    @property
    def explained(self) -> str:
        """The rule and the evidence, in one sentence a person can check."""
        ends = f"; ends {clock_time(self.due_at)}" if self.due_at and self.is_running else ""
        target = f"{self.target} by our rule {self.rule}" if self.target else f"rule {self.rule}"
        stopped = ""
        if self.stopped_at is not None:
            stopped = (
                f"; stopped {clock_time(self.stopped_at)}: {_small(self.stopped_because)}; "
                f"it took {hours_and_minutes(self.took)}"
            )
        return (
            f"Started {clock_time(self.started_at)}: {_small(self.started_because)}; "
            f"{target}{ends}{stopped}"
        )

    @property
    def our_part_words(self) -> str:
        """What our part leaves out, and that the person's own clock ran on."""
        if not self.waits:
            return "Nothing is left out: our part is the whole time"
        return (
            f"Our part is {hours_and_minutes(self.our_part)}: it leaves out "
            f"{'; '.join(self.waits)}. The person’s own clock ran on"
        )


def case_clock(clock: Clock, waits: Iterable[Wait], *, at: datetime) -> CaseClock:
    """Read one stored clock of a case at a moment."""
    terms, service = running.terms_of(clock), running.service_of(clock.key)
    own = Run(clock.started_at, clock.stopped_at)
    person = clocks.read(own, terms, service, at=at)
    stood = _standstills(waits, own, at=at)
    ours = clocks.read(replace(own, pauses=stood), terms, service, at=at)
    rule = running.rule_of(clock.key)
    seen_at = clock.stopped_at or max(at, clock.started_at)
    return CaseClock(
        id=str(clock.pk),
        key=clock.key,
        rule=clock.rule,
        name=clock.name,
        target=clock.target,
        started_at=clock.started_at,
        started_because=clock.started_because,
        stopped_at=clock.stopped_at,
        stopped_because=clock.stopped_because,
        due_at=person.due_at,
        left=person.left,
        share_used=person.share_used or 0.0,
        took=seen_at - clock.started_at,
        our_part=ours.counted if stood else person.counted,
        waits=tuple(_wait_words(rule_key, length) for rule_key, length in ours.by_rule),
        state=person.state,
        breach_reason=clock.breach_reason,
        starts_when=rule.starts_when if rule else "",
        stops_when=rule.stops_when if rule else "",
        note=rule.note if rule else "",
        source=rule.source if rule else "",
    )


def first_of(found: Sequence[CaseClock]) -> CaseClock | None:
    """The clock a case is sorted by: the promise that runs, else the last one that did."""
    promises = [each for each in found if each.key in LIFE_CLOCKS]
    live = [each for each in promises if each.is_running]
    if live:
        return min(live, key=lambda each: each.due_at or each.started_at)
    return promises[-1] if promises else None


def hours_and_minutes(length: timedelta) -> str:
    """1 h 29, 12 min."""
    minutes = int(length // MINUTE)
    if minutes < 0:
        return f"-{hours_and_minutes(-length)}"
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return plural(hours // 24, "day")
    return f"{hours} h {rest:02d}" if hours else f"{rest} min"


def short(length: timedelta) -> str:
    """1:20, as on the desk."""
    minutes = int(length // MINUTE)
    hours, rest = divmod(minutes, 60)
    return plural(hours // 24, "day") if hours >= 48 else f"{hours}:{rest:02d}"


def _standstills(waits: Iterable[Wait], own: Run, *, at: datetime) -> tuple[Standstill, ...]:
    """The listed waits as far as they lie within the clock, in order and not over each other."""
    until = own.stopped_at or at
    found: list[Standstill] = []
    last = own.started_at
    for wait in sorted(waits, key=lambda each: each.from_at):
        begins = max(wait.from_at, last)
        ends = min(wait.until_at or until, until)
        if begins < ends:
            found.append(Standstill(wait.rule, begins, ends))
            last = ends
    return tuple(found)


def _wait_words(rule: str, length: timedelta) -> str:
    words = running.words_of_pause(rule)
    return f"{hours_and_minutes(length)}: {_small(words)}"


def _small(words: str) -> str:
    words = words.strip().removesuffix(".")
    first = words.split(" ", 1)[0] if words else ""
    return words if first.isupper() and len(first) > 1 else words[:1].lower() + words[1:]
