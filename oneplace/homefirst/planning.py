"""A day's rounds reckoned anew: what is still to come, the plan found, and why each change.

What is begun, locked or not open to whoever asks stays; a round whose locked visits leave less time
than the way takes is left as it is, and that is said. Nothing here writes.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from oneplace.homefirst.days import Today
from oneplace.kit.clock import local_day
from oneplace.kit.formats import clock_time
from oneplace.science.routing import Broken, Plan, Problem, Round, Stop, Travel, Worker, broken
from oneplace.science.routing.apart import solve_apart
from oneplace.science.routing.offer import SAME
from oneplace.science.routing.problem import Day
from oneplace.science.routing.replan import replan
from oneplace.science.routing.timing import timed

SECONDS: Final = 5.0
"""How long a search of a day under way may take: somebody waits for it."""
AHEAD_SECONDS: Final = 60.0
"""How long a day that has not begun is searched: what is not found then is not found in two
seconds either, when somebody leaves hospital and few may be moved."""
AROUND_SECONDS: Final = 1.5
"""How long a day is improved around somebody who left hospital: the answer is there in two."""


@dataclass(frozen=True)
class Suggested:
    """What a search says of one visit."""

    key: str
    worker: str
    """Empty where nobody could be found."""
    planned_at: datetime | None
    why: str
    is_change: bool


@dataclass(frozen=True)
class Reckoned:
    """A whole suggestion."""

    visits: tuple[Suggested, ...]
    minutes_of_way: int
    minutes_before: int
    why: str
    """What went otherwise than meant, in words; empty for nothing."""
    is_fresh: bool
    seconds: float


def seconds_for(on: date, *, at: datetime) -> float:
    """How long a search asked for now may take."""
    return AHEAD_SECONDS if on > local_day(at) else SECONDS


def reckon(today: Today, *, at: datetime, seconds: float = SECONDS, seed: int = 0) -> Reckoned:
    """The best day found within `seconds`, from now on.

    Where the search is killed or breaks a rule, `is_fresh` is false and nothing is suggested.
    """
    problem, running, said = _to_come(today, at)
    before = _minutes(running, problem)
    if not problem.stops:
        return Reckoned(
            (), before, before, "; ".join([*said, "Nothing is left to plan"]), True, 0.0
        )
    answer = solve_apart(problem, seconds=seconds, seed=seed, last=running)
    if answer.why:
        said.append(answer.why)
    if not answer.is_fresh or answer.plan is None:
        return Reckoned((), before, before, " ".join(said), False, answer.seconds)
    visits = tuple(_visits(answer.plan, problem, running))
    return Reckoned(
        visits, _minutes(answer.plan, problem), before, " ".join(said), True, answer.seconds
    )


@dataclass(frozen=True)
class Around:
    """A whole day planned anew around one visit more."""

    worker: str
    arrives_at: datetime
    changes: tuple[Suggested, ...]
    """Visits that would go to somebody else, or begin at another minute."""
    minutes_of_way: int
    minutes_before: int
    """All way of the day before, and with the visit."""
    why: str
    seconds: float


def around(
    today: Today, wanted: Stop, *, at: datetime, seconds: float = AROUND_SECONDS, seed: int = 0
) -> Around | None:
    """The day with one visit more, improved for `seconds`; few are moved and nobody promised.

    None where nobody can come in time, or where the plan would break a rule the day did not break:
    then the offers that put it into one round stand alone.
    """
    began = time.monotonic()
    running = replace(today.plan, rounds=tuple(map(rested, today.plan.rounds)))
    stops = tuple(stop for each in running.rounds for stop in each.stops)
    problem = Problem(tuple(each.worker for each in running.rounds), stops)
    made = replan(problem, running, [wanted], at, seconds=seconds, seed=seed)
    if made.plan is None or not made.is_in_time:
        return None
    whole = replace(problem, stops=(*stops, wanted))
    were = _marks(today.plan)
    wrong = [
        each for each in broken(whole, made.plan) if (each.rule, each.worker, each.stop) not in were
    ]
    goes = next(
        (
            (each.worker.key, stop.planned_at)
            for each in made.plan.rounds
            for stop in each.stops
            if stop.key == wanted.key
        ),
        None,
    )
    if wrong or goes is None or goes[1] is None:
        return None
    changes = [
        each
        for each in _visits(made.plan, whole, running)
        if each.is_change and each.key != wanted.key and each.worker
    ]
    return Around(
        worker=goes[0],
        arrives_at=goes[1],
        changes=tuple(changes),
        minutes_of_way=_minutes(made.plan, whole),
        minutes_before=_minutes(running, problem),
        why=" ".join(made.why),
        seconds=time.monotonic() - began,
    )


def _to_come(today: Today, at: datetime) -> tuple[Problem, Plan, list[str]]:
    """The rest of the day as a problem, and as it runs; in words what is left out of it."""
    said: list[str] = []
    rounds: list[Round] = []
    for each in today.plan.rounds:
        ahead = from_now(each, at)
        if ahead.worker.until_at <= ahead.worker.from_at:
            continue
        late = [stop for stop in ahead.stops if stop.latest_at < at and not stop.is_locked]
        if late or not _can_be_walked(ahead):
            given = each.worker.name
            said.append(
                f"{given}’s round is left as it is: its locked or late visits leave no choice."
            )
            continue
        rounds.append(ahead)
    to_give = [
        replace(stop, opens_at=max(stop.opens_at, at))
        for stop in today.to_give
        if stop.latest_at >= at
    ]
    gone = len(today.to_give) - len(to_give)
    if gone:
        said.append(f"{gone} nobody is named for are over their time already.")
    stops = [
        stop if stop.is_locked else replace(stop, opens_at=max(stop.opens_at, at))
        for each in rounds
        for stop in each.stops
    ]
    whole = _whole_pairs([*stops, *to_give])
    problem = Problem(tuple(each.worker for each in rounds), tuple(whole))
    return problem, Plan(tuple(rounds)), said


def from_now(whole: Round, at: datetime) -> Round:
    """A round from where its worker stands: what is begun is behind them."""
    begun = [number for number, stop in enumerate(whole.stops) if stop.is_started]
    cut = begun[-1] + 1 if begun else 0
    worker = whole.worker
    free_at, point = max(at, worker.from_at), worker.starts
    if cut:
        last = whole.stops[cut - 1]
        free_at = max(at, last.ended_at or (last.planned_at or last.opens_at) + last.lasts)
        point = last.point
    owed = tuple(rest for rest in worker.breaks if rest.closes_at >= free_at)
    stands = replace(worker, from_at=free_at, starts=point, breaks=owed)
    return Round(stands, whole.stops[cut:])


def _whole_pairs(stops: list[Stop]) -> list[Stop]:
    """Half of a pair whose other half is begun or out of reach stays where it is, as a single."""
    count: dict[str, int] = {}
    for stop in stops:
        count[stop.pair] = count.get(stop.pair, 0) + 1
    return [
        replace(stop, pair="", is_locked=stop.planned_at is not None)
        if stop.pair and count[stop.pair] != 2
        else stop
        for stop in stops
    ]


def _can_be_walked(whole: Round) -> bool:
    """Whether the locked visits of a round leave time for the way between them."""
    locked = [stop for stop in whole.stops if stop.is_locked]
    day = Day(Problem((whole.worker,), tuple(locked)))
    return not day.impossible and timed(day, 0, range(len(locked))) is not None


def _minutes(plan: Plan, problem: Problem) -> int:
    """All way of a plan between doors, in minutes."""
    total = timedelta(0)
    for each in plan.rounds:
        here = each.worker.starts
        for stop in each.stops:
            total += problem.travel.time(here, stop.point, each.worker.mode)
            here = stop.point
    return total // timedelta(minutes=1)


def _visits(plan: Plan, problem: Problem, running: Plan) -> list[Suggested]:
    before = {
        stop.key: (each.worker.key, stop.planned_at)
        for each in running.rounds
        for stop in each.stops
    }
    with_whom = {
        (stop.pair, each.worker.key): each.worker
        for each in plan.rounds
        for stop in each.stops
        if stop.pair
    }
    found = []
    for each in plan.rounds:
        here = each.worker.starts
        for stop in each.stops:
            had, told = before.get(stop.key, ("", None))
            is_moved = told is None or stop.planned_at is None or abs(stop.planned_at - told) > SAME
            is_change = not stop.is_locked and (had != each.worker.key or is_moved)
            minutes = problem.travel.minutes(here, stop.point, each.worker.mode)
            why = _why(stop, each.worker, minutes, with_whom) if is_change else ""
            found.append(Suggested(stop.key, each.worker.key, stop.planned_at, why, is_change))
            here = stop.point
    left = [Suggested(each.key, "", None, each.why, False) for each in plan.left_out]
    return [*found, *left]


def _why(
    stop: Stop, worker: Worker, minutes: int, with_whom: Mapping[tuple[str, str], Worker]
) -> str:
    """Why this worker at this minute, in words a coordinator can say on the telephone."""
    words = []
    if worker.key in stop.usual:
        words.append("has been there before")
    if stop.needs:
        words.append(f"trained for {' and '.join(sorted(stop.needs)).replace('_', ' ')}")
    if stop.gender and worker.gender == stop.gender:
        words.append(f"{stop.gender}, as the person asked")
    if stop.pair:
        other = [each.name for (pair, key), each in with_whom.items()
                 if pair == stop.pair and key != worker.key]  # fmt: skip
        words += [f"together with {name}" for name in other]
    words.append(
        f"{minutes} minutes from the door before" if stop.point else "how far it is is not known"
    )
    return "; ".join(words)


def against_rules(today: Today, key: str, worker: str, planned_at: datetime) -> list[Broken]:
    """Which rules the day would break with one visit given to a worker at a minute, and not before.

    Locked and started visits are judged as they are; the visit itself as if it were loose.
    """
    stop = next(
        (stop for each in today.plan.rounds for stop in each.stops if stop.key == key), None
    ) or next((stop for stop in today.to_give if stop.key == key), None)
    if stop is None:
        return []
    loose = replace(stop, is_locked=False, worker="", planned_at=planned_at)
    rounds = []
    for each in today.plan.rounds:
        kept = [one for one in each.stops if one.key != key]
        if each.worker.key == worker:
            kept = sorted([*kept, loose], key=lambda one: one.planned_at or one.opens_at)
        rounds.append(rested(replace(each, stops=tuple(kept))))
    stops = tuple(one for each in rounds for one in each.stops)
    problem = Problem(tuple(each.worker for each in rounds), stops, Travel())
    were = _marks(today.plan)
    return [
        each
        for each in broken(problem, Plan(tuple(rounds)))
        if (each.rule, each.worker, each.stop) not in were and each.rule.value != "pair_half"
    ]


def _marks(plan: Plan) -> set[tuple[object, str, str]]:
    """What the day breaks already: not the doing of whoever changes one visit."""
    plan = replace(plan, rounds=tuple(map(rested, plan.rounds)))
    stops = tuple(stop for each in plan.rounds for stop in each.stops)
    problem = Problem(tuple(each.worker for each in plan.rounds), stops, Travel())
    return {(each.rule, each.worker, each.stop) for each in broken(problem, plan)}


def rested(whole: Round) -> Round:
    """A round as it stands with its breaks where they fit between doors; without where none do."""
    kept = tuple(
        replace(stop, is_locked=True, worker=whole.worker.key, pair="", needs=frozenset())
        for stop in whole.stops
    )
    day = Day(Problem((replace(whole.worker, ends=None),), kept))
    times = None if day.impossible else timed(day, 0, range(len(kept)))
    return replace(whole, breaks=tuple(map(day.moment, times.breaks)) if times else ())


def in_words(wrong: list[Broken], today: Today) -> str:
    """Rules that would be broken, as one reads them out."""
    names = {each.worker.key: each.worker.name for each in today.plan.rounds}
    lines = []
    for each in wrong:
        who = names.get(each.worker, "")
        visit = today.visits.get(each.stop)
        at_door = f", the visit of {clock_time(visit.opens_at)}" if visit is not None else ""
        lines.append(f"{each.rule.label} ({', '.join(filter(None, (who, each.words)))}{at_door})")
    return "; ".join(dict.fromkeys(lines))
