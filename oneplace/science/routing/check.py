"""Whether a plan may be sent out: every rule looked at anew, by nothing the solver has reckoned.

It reads the problem and the plan alone and shares no line with whatever made the plan. Each rule
that is broken is named, with who and whose door, so that a coordinator can say it aloud.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from oneplace.science.routing.plan import Break, Plan, Round, Stop, Worker
from oneplace.science.routing.problem import Problem
from oneplace.science.routing.travel import Point

AT_ONCE: Final = timedelta(seconds=1)
"""Two halves begin together when no more lies between them: times are kept to the second."""

_Rests = list[tuple[datetime, Break]]


class Rule(StrEnum):
    """A rule a plan may break."""

    UNKNOWN_WORKER = "unknown_worker", "A worker who does not go out that day"
    UNKNOWN_VISIT = "unknown_visit", "A visit nobody asked for"
    CHANGED_VISIT = "changed_visit", "A visit that is not as it was asked for"
    TWO_ROUNDS = "two_rounds", "A worker with two rounds"
    TWICE = "twice", "A visit made twice"
    MISSING = "missing", "A visit neither made nor named as left out"
    NO_REASON = "no_reason", "A visit left out without a reason"
    NO_TIME = "no_time", "A visit without a time"
    TOO_EARLY = "too_early", "Before the window opens"
    TOO_LATE = "too_late", "After the window has closed"
    PROMISE = "promise", "After what was promised"
    SKILL = "skill", "Not trained for it"
    GENDER = "gender", "Not of the gender that was asked for"
    BEFORE_SHIFT = "before_shift", "Before the shift begins"
    AFTER_SHIFT = "after_shift", "After the shift ends"
    TOO_FAST = "too_fast", "Less time than the way takes"
    BREAK = "break", "A break that is owed and not taken in its window"
    PAIR_APART = "pair_apart", "Two who do not come together"
    PAIR_ONE = "pair_one", "One person for both halves of a pair"
    PAIR_HALF = "pair_half", "Half of a double-handed visit"
    LOCKED = "locked", "A locked visit that was moved"
    STARTED = "started", "A visit under way that was moved"
    LOAD = "load", "More than can be carried"
    PROMISED = "promised", "A promised visit that was moved"

    label: str

    def __new__(cls, value: str, label: str) -> "Rule":
        """A member with what it says."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


@dataclass(frozen=True)
class Broken:
    """One rule broken by one worker at one door; either may be empty."""

    rule: Rule
    worker: str
    stop: str
    words: str


def broken(problem: Problem, plan: Plan, *, before: Plan | None = None) -> list[Broken]:
    """Every rule a plan breaks, in the order of its rounds; empty for a legal one.

    With `before`, the plan people were told, whoever was promised a time keeps worker and minute.
    """
    found = [*_whole(problem, plan), *_rounds(problem, plan), *_pairs(plan)]
    return found if before is None else [*found, *_kept_word(before, plan)]


def _kept_word(before: Plan, plan: Plan) -> Iterator[Broken]:
    now = {
        stop.key: (each.worker.key, stop.planned_at) for each in plan.rounds for stop in each.stops
    }
    for each in before.rounds:
        for stop in each.stops:
            told = (each.worker.key, stop.planned_at)
            if stop.promised_by_at is not None and now.get(stop.key) != told:
                yield Broken(Rule.PROMISED, each.worker.key, stop.key, "was told another time")


def _whole(problem: Problem, plan: Plan) -> Iterator[Broken]:
    """Everybody asked for is seen once or named; nobody else is."""
    asked = {each.key: each for each in problem.stops}
    made = Counter(stop.key for each in plan.rounds for stop in each.stops)
    named = {each.key: each.why for each in plan.left_out}
    for worker, number in Counter(each.worker.key for each in plan.rounds).items():
        if number > 1:
            yield Broken(Rule.TWO_ROUNDS, worker, "", f"{number} rounds for one worker")
    for key, number in made.items():
        if key not in asked:
            yield Broken(Rule.UNKNOWN_VISIT, "", key, "nobody asked for this visit")
        if number > 1 or key in named:
            yield Broken(Rule.TWICE, "", key, "in the rounds more than once, or also left out")
    for key in asked:
        if key not in made and key not in named:
            yield Broken(Rule.MISSING, "", key, "in no round, and not named as left out")
        elif key in named and not named[key].strip():
            yield Broken(Rule.NO_REASON, "", key, "left out, and nobody says why")


def _rounds(problem: Problem, plan: Plan) -> Iterator[Broken]:
    asked = {each.key: each for each in problem.stops}
    known = {each.key: each for each in problem.workers}
    for each in plan.rounds:
        worker = known.get(each.worker.key)
        if worker is None:
            yield Broken(Rule.UNKNOWN_WORKER, each.worker.key, "", "does not go out that day")
            continue
        stops = [(asked[stop.key], stop.planned_at) for stop in each.stops if stop.key in asked]
        for shown in each.stops:
            if shown.key in asked and not _is_same(shown, asked[shown.key]):
                yield Broken(Rule.CHANGED_VISIT, worker.key, shown.key, "not as it was asked for")
        for stop, begins in stops:
            yield from _one(stop, begins, worker)
        yield from _carried(worker, [stop for stop, _ in stops])
        yield from _way(problem, worker, each, stops)


def _is_same(shown: Stop, asked: Stop) -> bool:
    """Whether a plan kept what was asked: window, promise, length, door, needs."""
    fields = ("opens_at", "closes_at", "promised_by_at", "minutes", "point", "needs", "pair")
    return all(getattr(shown, name) == getattr(asked, name) for name in fields)


def _one(stop: Stop, begins: datetime | None, worker: Worker) -> Iterator[Broken]:
    """One visit by itself: its time, and whether this worker may make it."""
    if begins is None:
        yield Broken(Rule.NO_TIME, worker.key, stop.key, "has no time")
        return
    is_kept = stop.is_locked or stop.is_started
    if is_kept:
        yield from _kept(stop, begins, worker)
    elif begins < stop.opens_at:
        yield Broken(Rule.TOO_EARLY, worker.key, stop.key, f"opens at {stop.opens_at:%H:%M}")
    elif begins > stop.closes_at:
        yield Broken(Rule.TOO_LATE, worker.key, stop.key, f"closes at {stop.closes_at:%H:%M}")
    elif stop.promised_by_at is not None and begins > stop.promised_by_at:
        yield Broken(Rule.PROMISE, worker.key, stop.key, f"promised by {stop.promised_by_at:%H:%M}")
    missing = sorted(stop.needs - worker.skills)
    if missing and not is_kept:
        yield Broken(Rule.SKILL, worker.key, stop.key, f"needs {', '.join(missing)}")
    if stop.gender and stop.is_gender_must and worker.gender != stop.gender and not is_kept:
        yield Broken(Rule.GENDER, worker.key, stop.key, f"asked for {stop.gender}")


def _kept(stop: Stop, begins: datetime, worker: Worker) -> Iterator[Broken]:
    rule = Rule.STARTED if stop.is_started else Rule.LOCKED
    if stop.worker and stop.worker != worker.key:
        yield Broken(rule, worker.key, stop.key, f"stays with {stop.worker}")
    if stop.planned_at is not None and begins != stop.planned_at:
        yield Broken(rule, worker.key, stop.key, f"stays at {stop.planned_at:%H:%M}")


def _carried(worker: Worker, stops: list[Stop]) -> Iterator[Broken]:
    total = sum(stop.load for stop in stops)
    if worker.carries is not None and total > worker.carries:
        yield Broken(Rule.LOAD, worker.key, "", f"carries {total} of at most {worker.carries}")


def _way(
    problem: Problem, worker: Worker, whole: Round, stops: list[tuple[Stop, datetime | None]]
) -> Iterator[Broken]:
    """From the start of the shift to its end: ways between doors, and the breaks among them."""
    here, free_at = worker.starts, worker.from_at
    rests = _taken(whole, worker)
    for stop, begins in stops:
        if begins is None:
            continue
        goes = problem.travel.time(here, stop.point, worker.mode)
        within = [each for each in rests if each[0] < begins]
        rests = rests[len(within) :]
        resting = sum((rest.lasts for _, rest in within), timedelta(0))
        if begins < worker.from_at and not stop.is_started:
            yield Broken(Rule.BEFORE_SHIFT, worker.key, stop.key, f"from {worker.from_at:%H:%M}")
        elif begins < free_at + resting + goes and not stop.is_started:
            short = -(-(free_at + resting + goes - begins) // timedelta(minutes=1))
            yield Broken(Rule.TOO_FAST, worker.key, stop.key, f"{short} minutes too few")
        yield from _rests(worker, within, free_at, begins)
        here, free_at = stop.point, stop.ended_at or begins + stop.lasts
    if stops:
        yield from _home(problem, worker, rests, (here, free_at), len(whole.breaks))


def _home(
    problem: Problem, worker: Worker, rests: _Rests, stood: tuple[Point | None, datetime], had: int
) -> Iterator[Broken]:
    """After the last door: breaks still taken, breaks still owed, and the way home in time."""
    here, free_at = stood
    yield from _rests(worker, rests, free_at, None)
    for begun, rest in rests:
        free_at = max(free_at, begun) + rest.lasts
    home = (
        timedelta(0) if worker.ends is None else problem.travel.time(here, worker.ends, worker.mode)
    )
    for rest in worker.breaks[had:]:
        if free_at + home > rest.opens_at:
            words = f"none between {rest.opens_at:%H:%M} and {rest.closes_at:%H:%M}"
            yield Broken(Rule.BREAK, worker.key, "", words)
    if free_at + home > worker.until_at:
        yield Broken(Rule.AFTER_SHIFT, worker.key, "", f"until {worker.until_at:%H:%M}")


def _taken(whole: Round, worker: Worker) -> _Rests:
    """The breaks of a round with what is owed, in the order of the day."""
    return sorted(zip(whole.breaks, worker.breaks, strict=False), key=lambda each: each[0])


def _rests(
    worker: Worker, taken: _Rests, free_at: datetime, until: datetime | None
) -> Iterator[Broken]:
    """Breaks begin in their windows, and nobody is at a door meanwhile."""
    for begun, rest in taken:
        if not rest.opens_at <= begun <= rest.closes_at:
            words = f"at {begun:%H:%M}, not {rest.opens_at:%H:%M} to {rest.closes_at:%H:%M}"
            yield Broken(Rule.BREAK, worker.key, "", words)
        if begun < free_at or (until is not None and begun + rest.lasts > until):
            yield Broken(Rule.BREAK, worker.key, "", f"the break at {begun:%H:%M} is no break")
        free_at = max(free_at, begun) + rest.lasts


def _pairs(plan: Plan) -> Iterator[Broken]:
    """Both halves of a double-handed visit at the same minute, by two people."""
    halves: dict[str, list[tuple[str, Stop]]] = {}
    for each in plan.rounds:
        for stop in each.stops:
            if stop.pair:
                halves.setdefault(stop.pair, []).append((each.worker.key, stop))
    for found in halves.values():
        worker, stop = found[0]
        if len(found) != 2:
            yield Broken(Rule.PAIR_HALF, worker, stop.key, f"{len(found)} of two halves")
            continue
        other_worker, other = found[1]
        if worker == other_worker:
            yield Broken(Rule.PAIR_ONE, worker, stop.key, f"also {other.key}")
        begins, second = stop.planned_at, other.planned_at
        if begins is None or second is None or abs(begins - second) >= AT_ONCE:
            yield Broken(Rule.PAIR_APART, worker, stop.key, f"not with {other.key}")
