"""A day to be planned: who goes out, who is to be seen, how long ways are, what is preferred.

Hard rules (windows, promises, skills, shifts, breaks, pairs, locks) are never bought off. Wishes
have a price in minutes of travel: how far somebody would go for them. The prices are this project's
own round figures; a place hands in its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from oneplace.science.routing.offer import why_unfit
from oneplace.science.routing.plan import LeftOut, Stop, Worker
from oneplace.science.routing.travel import Mode, Point, Travel, TravelTable

SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True)
class Prices:
    """What a wish is worth, in minutes of travel."""

    left_out: float = 10_000.0
    """A visit nobody makes: more than any way within a borough."""
    stranger: float = 6.0
    """Somebody the person does not know, where they know others."""
    unliked_gender: float = 20.0
    """A wish about gender not met, where it is a wish and no condition."""
    other_worker: float = 15.0
    """A person told of one worker who is then visited by another."""
    other_time: float = 5.0
    """A person told of one time who is then visited at another, within what was promised."""
    uneven: float = 0.1
    """Per minute of work, times the share of the shift that is work: full days cost more."""


@dataclass(frozen=True)
class Problem:
    """Everything a plan of one day is made from."""

    workers: tuple[Worker, ...]
    stops: tuple[Stop, ...]
    travel: Travel | TravelTable = field(default_factory=Travel)
    prices: Prices = field(default_factory=Prices)


class Day:
    """A problem in whole seconds and places by number, for methods that look at it many times."""

    def __init__(self, problem: Problem, *, free_from: Mapping[str, "Standing"] | None = None):
        """`free_from` says of workers who are out where they stand and when they are free."""
        self.problem = problem
        self.workers, self.stops = problem.workers, problem.stops
        self.base = self._earliest()
        self.impossible = tuple(why_nobody(problem))
        standing = free_from or {}
        self.starts = [
            standing[each.key].point if each.key in standing else each.starts
            for each in self.workers
        ]
        self.is_out = [each.key in standing and standing[each.key].is_out for each in self.workers]
        self.since = [
            self.second(
                max(each.from_at, standing[each.key].free_at)
                if each.key in standing
                else each.from_at
            )
            for each in self.workers
        ]
        self._windows()
        self._places()
        self._who()

    def _earliest(self) -> datetime:
        moments = [each.from_at for each in self.workers] + [each.opens_at for each in self.stops]
        return min(moments) if moments else datetime.min.replace(tzinfo=UTC)

    def second(self, moment: datetime) -> int:
        """A moment in seconds since the day's first."""
        return (moment - self.base) // SECOND

    def moment(self, second: int) -> datetime:
        """The moment of a second."""
        return self.base + timedelta(seconds=second)

    def _windows(self) -> None:
        """When each stop opens, must have begun, and how long it takes; shifts and breaks."""
        keeps = [each.is_locked or each.is_started for each in self.stops]
        self.is_fixed = [
            kept and each.planned_at is not None
            for kept, each in zip(keeps, self.stops, strict=True)
        ]
        self.opens = [
            self.second(each.planned_at if fixed and each.planned_at else each.opens_at)
            for fixed, each in zip(self.is_fixed, self.stops, strict=True)
        ]
        self.closes = [
            opens if fixed else self.second(each.latest_at)
            for fixed, opens, each in zip(self.is_fixed, self.opens, self.stops, strict=True)
        ]
        self.lasts = [each.lasts // SECOND for each in self.stops]
        self.until = [self.second(each.until_at) for each in self.workers]
        self.breaks = [
            [
                (self.second(rest.opens_at), self.second(rest.closes_at), rest.minutes * 60)
                for rest in each.breaks
            ]
            for each in self.workers
        ]

    def _places(self) -> None:
        """Doors by number, and the seconds between them by mode of travel."""
        ends = [each.ends for each in self.workers]
        points: list[Point | None] = list(
            dict.fromkeys([*(each.point for each in self.stops), *self.starts, *ends])
        )
        number = {point: at for at, point in enumerate(points)}
        self.tables: dict[Mode, npt.NDArray[np.int64]] = {
            mode: self.problem.travel.table(points, mode)
            for mode in dict.fromkeys(each.mode for each in self.workers)
        }
        lists = {mode: table.tolist() for mode, table in self.tables.items()}
        self.ways: list[list[list[int]]] = [lists[each.mode] for each in self.workers]
        self.place = [number[each.point] for each in self.stops]
        self.start_place = [number[each] for each in self.starts]
        self.end_place = [-1 if each is None else number[each] for each in ends]

    def _who(self) -> None:
        """Who may make each stop, what each worker costs there, and which stops are one pair."""
        never = {each.key for each in self.impossible}
        prices = self.problem.prices
        self.may = np.array(
            [
                [_may(worker, stop) and stop.key not in never for stop in self.stops]
                for worker in self.workers
            ],
            dtype=bool,
        ).reshape(len(self.workers), len(self.stops))
        self.wish = np.array(
            [[_wish(worker, stop, prices) for stop in self.stops] for worker in self.workers],
            dtype=np.int64,
        ).reshape(len(self.workers), len(self.stops))
        self.other = [-1] * len(self.stops)
        for halves in pairs(self.stops).values():
            if len(halves) == 2:
                self.other[halves[0]], self.other[halves[1]] = halves[1], halves[0]

    @property
    def is_plain(self) -> bool:
        """Whether nothing is asked but windows, shifts and ways: no breaks, pairs or locks."""
        return (
            not any(self.breaks)
            and all(each < 0 for each in self.other)
            and not any(self.is_fixed)
            and not self.impossible
            and self.problem.prices.uneven == 0
        )

    def possible(self) -> list[int]:
        """The stops somebody could make."""
        never = {each.key for each in self.impossible}
        return [at for at, stop in enumerate(self.stops) if stop.key not in never]


@dataclass(frozen=True)
class Standing:
    """Where somebody who is out already is free again, and from when on."""

    point: Point | None
    free_at: datetime
    is_out: bool = True
    """Whether they have been at a door: a break is owed, and the way home to be gone."""


def pairs(stops: Sequence[Stop]) -> dict[str, list[int]]:
    """The positions of stops that are one double-handed visit, by the pair's word."""
    found: dict[str, list[int]] = {}
    for at, stop in enumerate(stops):
        if stop.pair:
            found.setdefault(stop.pair, []).append(at)
    return found


def why_nobody(problem: Problem) -> Iterator[LeftOut]:
    """Visits that cannot be made whatever the plan, each with its reason: named, not dropped."""
    together = pairs(problem.stops)
    seen: set[str] = set()
    told: set[str] = set()
    for stop in problem.stops:
        why = _why_nobody(stop, problem, together)
        if stop.key in seen:
            why = "it stands in the list twice; keep one"
        seen.add(stop.key)
        if why:
            told.add(stop.key)
            yield LeftOut(stop.key, why)
    for halves in together.values():
        lost = [problem.stops[each] for each in halves if problem.stops[each].key in told]
        if lost:
            for each in halves:
                if problem.stops[each].key not in told:
                    yield LeftOut(
                        problem.stops[each].key, f"its other half ({lost[0].key}) cannot be made"
                    )


def _why_nobody(  # noqa: PLR0911 - one reason after another
    stop: Stop, problem: Problem, together: Mapping[str, Sequence[int]]
) -> str:
    if stop.closes_at < stop.opens_at:
        return (
            f"its window closes at {stop.closes_at:%H:%M}, before it opens at {stop.opens_at:%H:%M}"
        )
    if stop.latest_at < stop.opens_at:
        return (
            f"it was promised by {stop.latest_at:%H:%M}, before its window opens at "
            f"{stop.opens_at:%H:%M}"
        )
    if stop.pair and len(together[stop.pair]) != 2:
        return (
            f"a double-handed visit has two halves, and '{stop.pair}' has "
            f"{len(together[stop.pair])}"
        )
    fit = [each for each in problem.workers if not why_unfit(each, stop)]
    if not fit:
        return _why_unfit_all(stop, problem)
    if stop.pair and len(fit) < 2:
        return f"it needs two, and only {fit[0].name} could come"
    if not any(_is_on(each, stop) for each in fit):
        return (
            f"nobody who could come works between {stop.opens_at:%H:%M} and {stop.latest_at:%H:%M} "
            f"and has {stop.minutes} minutes left then"
        )
    return ""


def _why_unfit_all(stop: Stop, problem: Problem) -> str:
    if not problem.workers:
        return "nobody goes out that day"
    reasons = dict.fromkeys(why_unfit(each, stop) for each in problem.workers)
    return "nobody could come: whoever goes out " + ", or ".join(reasons)


def _is_on(worker: Worker, stop: Stop) -> bool:
    begins = max(worker.from_at, stop.opens_at)
    return begins <= stop.latest_at and begins + stop.lasts <= worker.until_at


def _may(worker: Worker, stop: Stop) -> bool:
    if (stop.is_locked or stop.is_started) and stop.worker:
        return worker.key == stop.worker
    return not why_unfit(worker, stop)


def _wish(worker: Worker, stop: Stop, prices: Prices) -> int:
    """What a worker costs at a door beyond the way there, in seconds of travel."""
    minutes = 0.0
    if stop.usual and worker.key not in stop.usual:
        minutes += prices.stranger
    if stop.gender and not stop.is_gender_must and worker.gender != stop.gender:
        minutes += prices.unliked_gender
    return round(minutes * 60)
