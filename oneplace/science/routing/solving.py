"""A whole day planned: PyVRP for who goes where in which order, our own layer for what it lacks.

PyVRP (Wouda, Lan and Kool, INFORMS Journal on Computing 36(4), 2024, doi 10.1287/ijoc.2023.0055)
solves windows, shifts, skills and wishes by an iterated local search. It knows neither two people
at the same minute nor breaks: halves of a pair are set to one beginning between two searches; each
round is then timed exactly on a board, which puts in what no longer fits. Whether the result may be
sent out is for `check.broken` to say, not for this.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from oneplace.science.routing.board import Board
from oneplace.science.routing.model import Model
from oneplace.science.routing.plan import LeftOut, Plan, Round
from oneplace.science.routing.problem import Day, Problem
from oneplace.science.routing.timing import timed

TELL = Callable[[Plan], None]
_OWN_SHARE: Final = 0.15
"""How much of the time the board has for what the solver knows nothing of."""
_FIRST_SHARE: Final = 0.45
"""How much of the solver's time goes to the search before the beginnings of pairs are set."""


def solve(
    problem: Problem,
    *,
    seconds: float,
    seed: int = 0,
    start: Plan | None = None,
    tell: TELL | None = None,
) -> Plan:
    """A plan of the day within `seconds`, the same for the same seed as far as time allows.

    `start` is a plan to begin from; `tell` hears of each plan that is complete before the last.
    Visits nobody can make, or that found no place, are named in `left_out`.
    """
    began = time.monotonic()
    day = Day(problem)
    if not day.workers or not day.possible():
        return plan_of(Board(day))
    if day.is_plain and tell is None:
        board = Board(day)
        _onto(board, Model(day).solve(seconds, seed, _orders(day, start)))
        board.put_in(set(day.possible()) - board.made())
        return plan_of(board)
    board = first_board(day, start)
    if tell is not None:
        tell(plan_of(board))
    ends = began + seconds
    own = 0.0 if day.is_plain else seconds * _OWN_SHARE
    left = max(0.05, ends - own - time.monotonic())
    for share in (
        (1.0,) if all(each < 0 for each in day.other) else (_FIRST_SHARE, 1 - _FIRST_SHARE)
    ):
        model = Model(day, board.fixed)
        found = model.solve(left * share, seed, dict(enumerate(board.orders)))
        tried = Board(day)
        _onto(tried, found, fixed=dict(board.fixed))
        tried.put_in(set(day.possible()) - tried.made())
        if tried.cost() < board.cost():
            board = tried
            if tell is not None:
                tell(plan_of(board))
    board.improve(ends, seed)
    return plan_of(board)


def first_board(day: Day, start: Plan | None = None) -> Board:
    """A plan at once: what stands, and each other visit where it costs least."""
    board = Board(day)
    if start is not None:
        _onto(board, _orders(day, start) or {})
    kept = [stop for stop in range(len(day.stops)) if day.is_fixed[stop]]
    made = board.made()
    board.put_in([stop for stop in kept if stop not in made and stop in set(day.possible())])
    board.put_in(set(day.possible()) - board.made())
    return board


def _orders(day: Day, start: Plan | None) -> dict[int, list[int]] | None:
    """A plan's rounds by number; what is no longer asked for left out."""
    if start is None:
        return None
    stops = {stop.key: at for at, stop in enumerate(day.stops)}
    workers = {worker.key: at for at, worker in enumerate(day.workers)}
    return {
        workers[each.worker.key]: [stops[stop.key] for stop in each.stops if stop.key in stops]
        for each in start.rounds
        if each.worker.key in workers
    }


def _onto(
    board: Board, orders: Mapping[int, Sequence[int]], fixed: dict[int, int] | None = None
) -> None:
    """Rounds put on a board: a pair at one beginning, and of each round as much as is legal."""
    day = board.day
    possible = set(day.possible())
    for stop, begin in (fixed or {}).items():
        board.fixed[stop] = begin
    for worker, order in orders.items():
        kept = [
            stop
            for stop in order
            if stop in possible
            and day.may[worker, stop]
            and (day.other[stop] < 0 or stop in board.fixed)
        ]
        while not board.set_round(worker, kept) and kept:
            kept = _without_worst(board, worker, kept)
    _whole_pairs(board)


def _without_worst(board: Board, worker: int, order: list[int]) -> list[int]:
    """A round without the visit whose absence saves most, among those that may go."""
    day = board.day
    loose = [at for at, stop in enumerate(order) if not day.is_fixed[stop]] or list(
        range(len(order))
    )
    best = None
    for at in loose:
        without = [*order[:at], *order[at + 1 :]]
        times = timed(day, worker, without, board.fixed)
        if times is not None and (best is None or times.travel < best[0]):
            best = (times.travel, without)
    return best[1] if best else [*order[: loose[-1]], *order[loose[-1] + 1 :]]


def _whole_pairs(board: Board) -> None:
    """Half a pair is nobody's visit: it comes out, to be put in again with its other half."""
    made = board.made()
    for stop in sorted(made):
        other = board.day.other[stop]
        if other >= 0 and other not in made:
            board.take(stop)
            board.fixed.pop(stop, None)
    for stop in list(board.fixed):
        if stop not in board.made():
            del board.fixed[stop]


def plan_of(board: Board, *, begun: Mapping[int, Any] | None = None) -> Plan:
    """The rounds with their moments, and by name whoever nobody is given."""
    day = board.day
    rounds = []
    for at, worker in enumerate(day.workers):
        times = board.times[at]
        stops = tuple(
            replace(day.stops[stop], planned_at=day.moment(begins))
            for stop, begins in zip(board.orders[at], times.begins, strict=True)
        )
        before = tuple((begun or {}).get(at, ()))
        rests = tuple(day.moment(each) for each in times.breaks) if stops or before else ()
        rounds.append(Round(worker, (*before, *stops), rests))
    made = board.made()
    lost = [
        LeftOut(day.stops[stop].key, why_no_room(board, stop))
        for stop in day.possible()
        if stop not in made
    ]
    return Plan(tuple(rounds), (*day.impossible, *lost))


def why_no_room(board: Board, stop: int) -> str:
    """Why a visit that could be made in an empty day found no place in this one."""
    day = board.day
    asked = day.stops[stop]
    fit = [at for at in range(len(day.workers)) if day.may[at, stop]]
    on = [
        at
        for at in fit
        if day.workers[at].from_at <= asked.latest_at and day.workers[at].until_at > asked.opens_at
    ]
    names = ", ".join(sorted(day.workers[at].name for at in on)[:4])
    more = f" and {len(on) - 4} more" if len(on) > 4 else ""
    together = " at the same minute" if day.other[stop] >= 0 else ""
    return (
        f"nobody is free{together} between {asked.opens_at:%H:%M} and {asked.latest_at:%H:%M}: "
        f"{names}{more} could come and {'is' if len(on) == 1 else 'are'} busy with others then"
    )
