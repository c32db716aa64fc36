"""A day under way, planned anew for one more visit: few are moved, nobody started or promised.

First the best place for it at once, then for as long as there is time single visits to others where
that saves more way than telling somebody is worth. Nobody is seen earlier than they were told; a
visit that is started, locked or promised keeps worker and minute. Where it cannot be done in time,
the least late way is offered, with the reason.
"""

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from oneplace.science.routing.board import Board
from oneplace.science.routing.offer import SAME, Moved
from oneplace.science.routing.plan import Break, LeftOut, Plan, Round, Stop, Worker
from oneplace.science.routing.problem import Day, Problem, Standing
from oneplace.science.routing.solving import plan_of, why_no_room

MOST_MOVED: Final = 0.05
"""Of the visits not started, so many at most begin at another time or with another worker."""
MOVING_S: Final = 0.1
"""Seconds given to find who makes room for a new visit."""
A_DAY: Final = timedelta(hours=24)


@dataclass(frozen=True)
class Replanned:
    """The plan with the new visit in it, and what that does to those who were told otherwise."""

    plan: Plan | None
    """None where nobody could come at all."""
    moved: tuple[Moved, ...]
    handed_on: tuple[str, ...]
    """Keys of visits another worker makes now."""
    late_by: timedelta
    why: tuple[str, ...]

    @property
    def is_in_time(self) -> bool:
        """Whether everything promised is kept."""
        return self.plan is not None and self.late_by <= timedelta(0)


def replan(
    problem: Problem,
    running: Plan,
    wanted: Sequence[Stop],
    now: datetime,
    *,
    seconds: float = 1.5,
    seed: int = 0,
    most_moved: float = MOST_MOVED,
) -> Replanned:
    """Put one more visit (two stops of a pair for a double-handed one) into a day under way.

    `problem` holds workers, ways and prices; `running` the plan people were told, with who has set
    out. With `seconds=0` it answers with the first plan that keeps every rule.
    """
    ends = time.monotonic() + seconds
    before = _Day(problem, running, now)
    board = before.board(wanted)
    asked = [before.day_number[stop.key] for stop in wanted]
    left = board.put_in(asked)
    if len(left) == 1 and before.put_in_for_one(board, left[0]):
        left = []
    late_by = timedelta(0)
    why: tuple[str, ...] = ()
    if left:
        least, late_by, why = before.least_late(wanted)
        if least is None:
            return Replanned(None, (), (), timedelta(0), why)
        board = least
    first = before.answer(board, late_by, why)
    if seconds > 0 and late_by <= timedelta(0):
        better = before.improved(board, ends, seed, most_moved)
        improved = before.answer(better, late_by, why)
        if _worth(better) < _worth(board):
            return improved
    return first


def _worth(board: Board) -> float:
    return board.cost()


class _Day:
    """What is still to come of a running day, and what people were told of it."""

    def __init__(self, problem: Problem, running: Plan, now: datetime) -> None:
        self.running, self.now, self.travel = running, now, problem.travel
        self.begun: dict[str, tuple[Stop, ...]] = {}
        self.to_come: dict[str, list[Stop]] = {}
        self.standing: dict[str, Standing] = {}
        self.behind: dict[str, tuple[datetime, ...]] = {}
        workers = tuple(self._worker(each) for each in running.rounds)
        self.problem = replace(problem, workers=workers)
        self.told = {
            stop.key: (each.worker.key, stop.planned_at or stop.opens_at)
            for each in running.rounds
            for stop in each.stops
        }

    def _worker(self, each: Round) -> Worker:
        """A worker from where they stand: what is begun is behind them, and breaks taken are."""
        worker, now = each.worker, self.now
        cut = self._cut(each)
        self.begun[worker.key] = each.stops[:cut]
        self.to_come[worker.key] = list(each.stops[cut:])
        point = each.stops[cut - 1].point if cut else worker.starts
        free_at = max(now, self._free(each, cut))
        behind, owed = self._breaks(each, cut)
        self.behind[worker.key] = tuple(begun for begun, _ in behind)
        for begun, rest in behind:
            free_at = max(free_at, begun + rest.lasts)
        self.standing[worker.key] = Standing(point, free_at, is_out=bool(cut))
        return replace(worker, breaks=tuple(owed))

    def _breaks(self, each: Round, cut: int) -> tuple[list[tuple[datetime, Break]], list[Break]]:
        """Breaks that lie behind, with when they began, and those still owed.

        One whose window is over and that nobody planned was rested by whoever was free in it.
        """
        behind: list[tuple[datetime, Break]] = []
        owed = []
        for number, rest in enumerate(each.worker.breaks):
            planned = each.breaks[number] if number < len(each.breaks) else None
            if planned is not None and (planned <= self.now or self._is_before(planned, each, cut)):
                behind.append((planned, rest))
            elif rest.closes_at > self.now:
                owed.append(rest)
            elif planned is None and max(rest.opens_at, self._free(each, cut)) <= rest.closes_at:
                behind.append((max(rest.opens_at, self._free(each, cut)), rest))
        return behind, owed

    def _free(self, each: Round, cut: int) -> datetime:
        """When the last door that lies behind was left."""
        if not cut:
            return each.worker.from_at
        last = each.stops[cut - 1]
        return last.ended_at or (last.planned_at or last.opens_at) + last.lasts

    def _cut(self, each: Round) -> int:
        """How many stops lie behind: those begun, and the next if it is time to be on the way."""
        begun = [at for at, stop in enumerate(each.stops) if stop.is_started]
        cut = begun[-1] + 1 if begun else 0
        if cut == len(each.stops):
            return cut
        following = each.stops[cut]
        told = following.planned_at or following.opens_at
        here = each.stops[cut - 1].point if cut else each.worker.starts
        goes = self.travel.time(here, following.point, each.worker.mode)
        resting = sum(
            (
                rest.lasts
                for taken, rest in zip(each.breaks, each.worker.breaks, strict=False)
                if self.now < taken < told
            ),
            timedelta(0),
        )
        return cut + 1 if told - goes - resting <= self.now else cut

    def _is_before(self, taken: datetime, each: Round, cut: int) -> bool:
        """Whether a break lies behind somebody who is taken to be at a later door."""
        if not cut:
            return False
        last = each.stops[cut - 1]
        return taken < (last.planned_at or last.opens_at)

    def board(self, wanted: Sequence[Stop], *, closes: datetime | None = None) -> Board:
        """The day to come on a board, each visit where and when people were told."""
        halves = Counter(stop.pair for stops in self.to_come.values() for stop in stops)
        told = [
            self._as_told(worker, stop, is_alone=halves[stop.pair] == 1)
            for worker, stops in self.to_come.items()
            for stop in stops
        ]
        new = [
            replace(stop, opens_at=max(stop.opens_at, self.now))
            if closes is None
            else replace(
                stop, opens_at=max(stop.opens_at, self.now), closes_at=closes, promised_by_at=None
            )
            for stop in wanted
        ]
        self.asked = {stop.key: stop for stop in wanted}
        self.whole = replace(self.problem, stops=(*told, *new))
        day = Day(self.whole, free_from=self.standing)
        self.day_number = {stop.key: at for at, stop in enumerate(day.stops)}
        board = Board(day)
        for number, worker in enumerate(day.workers):
            order = [self.day_number[stop.key] for stop in self.to_come[worker.key]]
            for at in order:
                if day.other[at] >= 0:
                    board.fixed[at] = day.opens[at]
            self._stands(board, number, order)
        return board

    def _as_told(self, worker: str, stop: Stop, *, is_alone: bool) -> Stop:
        """A visit that keeps what was told; half a pair whose other half is under way is fixed."""
        planned = stop.planned_at or stop.opens_at
        keeps = stop.is_locked or stop.promised_by_at is not None or bool(stop.pair)
        return replace(
            stop,
            opens_at=planned,
            closes_at=max(planned, stop.closes_at),
            planned_at=planned,
            worker=worker,
            is_locked=keeps,
            pair="" if is_alone else stop.pair,
        )

    def _stands(self, board: Board, worker: int, order: list[int]) -> None:
        """A round as it runs; what is late already keeps its place, and not its time."""
        if board.set_round(worker, order):
            return
        day, free = board.day, board.day.since[worker]
        here = day.start_place[worker]
        for stop in order:
            reached = free + day.ways[worker][here][day.place[stop]]
            begins = max(reached, day.opens[stop])
            day.closes[stop] = max(day.closes[stop], begins)
            if day.is_fixed[stop] or day.other[stop] >= 0:
                day.opens[stop] = day.closes[stop] = begins
                board.fixed.pop(stop, None)
            here, free = day.place[stop], begins + day.lasts[stop]
        day.breaks[worker] = []
        home = 0 if day.end_place[worker] < 0 else day.ways[worker][here][day.end_place[worker]]
        day.until[worker] = max(day.until[worker], free + home)
        board.set_round(worker, order)

    def least_late(self, wanted: Sequence[Stop]) -> tuple[Board | None, timedelta, tuple[str, ...]]:
        """The plan in which the visit begins as little late as can be, and why not sooner."""
        latest = min(stop.latest_at for stop in wanted)
        why = self._why_not(wanted, latest)
        board = self.board(wanted, closes=self.now + A_DAY)
        numbers = [self.day_number[stop.key] for stop in wanted]
        if len(numbers) == 1:
            places = board.places(numbers[0], most=10_000)
            if not places:
                return None, timedelta(0), (*why, "Nobody has room for it today at all.")
            soonest = min(places, key=lambda each: (each.times.begins[each.position], each.cost))
            board.put(numbers[0], soonest)
            begins = soonest.times.begins[soonest.position]
        elif board.put_pair(numbers[0], numbers[1]):
            begins = board.fixed[numbers[0]]
        else:
            return None, timedelta(0), (*why, "No two are free together today.")
        return board, board.day.moment(begins) - latest, why

    def _why_not(self, wanted: Sequence[Stop], latest: datetime) -> tuple[str, ...]:
        board = self.board(wanted)
        named = {each.key: each.why for each in board.day.impossible}
        number = self.day_number[wanted[0].key]
        why = named.get(wanted[0].key) or why_no_room(board, number)
        return (f"{latest:%H:%M} cannot be kept: {why}",)

    def put_in_for_one(self, board: Board, wanted: int) -> bool:
        """Put the new visit in where one other makes room."""
        near = [
            stop for stop in self._loose(board) if board.day.opens[stop] <= board.day.closes[wanted]
        ]
        return board.put_in_for(wanted, near, time.monotonic() + MOVING_S)

    def _allowed(self, most_moved: float) -> int:
        """How many may be moved; one at least, else late in the day no promise could be made."""
        return max(1, round(most_moved * sum(map(len, self.to_come.values()))))

    def _loose(self, board: Board) -> list[int]:
        """The visits that people were told of and that may still go elsewhere."""
        day = board.day
        return [
            at
            for at, stop in enumerate(day.stops)
            if not day.is_fixed[at] and day.other[at] < 0 and stop.key in self.told
        ]

    def improved(self, board: Board, ends: float, seed: int, most_moved: float) -> Board:
        """A copy on which single visits have gone to others, as far as people may be moved."""
        copy = Board(board.day)
        copy.orders = [list(order) for order in board.orders]
        copy.times, copy.fixed = list(board.times), dict(board.fixed)
        asked = [self.day_number[key] for key in self.asked]
        search = _Search(self, copy, self._allowed(most_moved))
        search.run([*asked, *self._loose(board)], ends, seed)
        return copy

    def changes(self, board: Board) -> tuple[tuple[Moved, ...], tuple[str, ...]]:
        """Who begins at another time, and who is visited by another."""
        day, moved, handed = board.day, [], []
        for at, order in enumerate(board.orders):
            for stop, begins in zip(order, board.times[at].begins, strict=True):
                key = day.stops[stop].key
                if key not in self.told:
                    continue
                worker, told = self.told[key]
                if worker != day.workers[at].key:
                    handed.append(key)
                if abs(day.moment(begins) - told) > SAME:
                    moved.append(Moved(key, told, day.moment(begins)))
        return tuple(moved), tuple(handed)

    def answer(self, board: Board, late_by: timedelta, why: tuple[str, ...]) -> Replanned:
        """The plan as people would be told it."""
        moved, handed = self.changes(board)
        begun = {at: self.begun[worker.key] for at, worker in enumerate(board.day.workers)}
        original = {
            stop.key: stop for each in self.running.rounds for stop in each.stops
        } | self.asked
        workers = {each.worker.key: each.worker for each in self.running.rounds}
        gone = {stop.key for stops in self.begun.values() for stop in stops}
        drawn = plan_of(board, begun=begun)
        rounds = tuple(
            Round(
                workers[each.worker.key],
                tuple(
                    stop
                    if stop.key in gone
                    else replace(original[stop.key], planned_at=stop.planned_at)
                    for stop in each.stops
                ),
                (
                    *self.behind[each.worker.key],
                    *each.breaks,
                ),
            )
            for each in drawn.rounds
        )
        left = tuple(
            LeftOut(each.key, each.why) for each in (*self.running.left_out, *drawn.left_out)
        )
        told = tuple(_told(moved, handed))
        return Replanned(Plan(rounds, left), moved, handed, late_by, (*why, *told))


def _told(moved: Sequence[Moved], handed: Sequence[str]) -> list[str]:
    """What it does to others, in words."""
    if not moved and not handed:
        return ["Nobody else is moved."]
    words = []
    if moved:
        one = "visit begins" if len(moved) == 1 else "visits begin"
        words.append(f"{len(moved)} {one} at another time, within what was promised.")
    if handed:
        one = "person is" if len(handed) == 1 else "people are"
        words.append(f"{len(handed)} {one} visited by somebody else.")
    return words


class _Search:
    """Single visits given to others while that is cheaper, counting whom it moves."""

    def __init__(self, day: _Day, board: Board, allowed: int) -> None:
        self.day, self.board, self.allowed = day, board, allowed

    def run(self, stops: list[int], ends: float, seed: int) -> None:
        """Pass after pass until nothing is better or the time is over."""
        shuffled = random.Random(seed)  # noqa: S311 - a search, no secret
        worth = self._worth()
        while time.monotonic() < ends:
            is_better = False
            for stop in shuffled.sample(stops, len(stops)):
                if time.monotonic() >= ends:
                    return
                now = self._tried(stop, worth)
                if now < worth:
                    worth, is_better = now, True
            if not is_better:
                return

    def _worth(self) -> float:
        """Rounds, and what telling people otherwise is worth; nothing is worth too many moved."""
        moved, handed = self.day.changes(self.board)
        people = len({each.key for each in moved} | set(handed))
        prices = self.board.day.problem.prices
        told = prices.other_time * len(moved) + prices.other_worker * len(handed)
        over = max(0, people - self.allowed)
        return self.board.cost() + told * 60 + over * prices.left_out * 60

    def _tried(self, stop: int, worth: float) -> float:
        board = self.board
        kept = [list(order) for order in board.orders], list(board.times)
        if board.take(stop) is None:
            return worth
        places = board.places(stop, most=10)
        if places:
            board.put(stop, places[0])
            now = self._worth()
            if now < worth - 1:
                return now
        board.orders, board.times = kept
        return worth
