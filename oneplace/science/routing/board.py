"""Rounds being changed: a visit put in where it costs least, taken out, or given to another.

Every step is timed exactly, so what stands on a board breaks no rule. It is what answers at once,
what puts in what the solver left out, and what does what the solver knows nothing of: breaks where
they fit, two at the same minute, days of like length.
"""

import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from oneplace.science.routing.problem import Day
from oneplace.science.routing.timing import Timed, timed

GRID: Final = 300
"""Beginnings tried for two who come together, in seconds apart."""
MOST_TIMED: Final = 24
"""Places timed exactly for one visit, cheapest way first."""


@dataclass(frozen=True)
class Place:
    """One place of one round for one more visit."""

    worker: int
    position: int
    cost: float
    times: Timed


class Board:
    """Everybody's rounds as lists of stops, with their times."""

    def __init__(self, day: Day, orders: Mapping[int, Sequence[int]] | None = None) -> None:
        self.day = day
        self.fixed: dict[int, int] = {}
        self.orders: list[list[int]] = [[] for _ in day.workers]
        self.times: list[Timed] = []
        for worker in range(len(day.workers)):
            empty = timed(day, worker, [])
            self.times.append(empty or Timed((), (), day.since[worker], 0))
        for worker, order in (orders or {}).items():
            self.orders[worker] = list(order)

    # --- reading ----------------------------------------------------------------------------------

    def made(self) -> set[int]:
        """The stops that are in some round."""
        return {stop for order in self.orders for stop in order}

    def round_cost(self, worker: int, order: Sequence[int], times: Timed) -> float:
        """Travel, wishes and unevenness of one round, in seconds of travel."""
        day = self.day
        wishes = sum(int(day.wish[worker, stop]) for stop in order)
        work = times.travel + sum(day.lasts[stop] for stop in order)
        shift = max(1, day.until[worker] - day.since[worker])
        return times.travel + wishes + day.problem.prices.uneven * work * work / shift

    def cost(self) -> float:
        """All rounds, and what is left out."""
        left = len(self.day.stops) - len(self.made())
        rounds = sum(
            self.round_cost(worker, order, self.times[worker])
            for worker, order in enumerate(self.orders)
        )
        return rounds + left * self.day.problem.prices.left_out * 60

    # --- places -----------------------------------------------------------------------------------

    def places(
        self, stop: int, *, but: Iterable[int] = (), at: int | None = None, most: int = MOST_TIMED
    ) -> list[Place]:
        """Places for a stop that break no rule, the cheapest first; `at` holds its beginning."""
        held = self.fixed if at is None else {**self.fixed, stop: at}
        found = []
        for _, worker, position in self._ways_in(stop, set(but))[:most]:
            order = self.orders[worker]
            after = [*order[:position], stop, *order[position:]]
            times = timed(self.day, worker, after, held)
            if times is not None:
                cost = self.round_cost(worker, after, times) - self.round_cost(
                    worker, order, self.times[worker]
                )
                found.append(Place(worker, position, cost, times))
        return sorted(found, key=lambda each: (each.cost, each.worker, each.position))

    def _ways_in(self, stop: int, but: set[int]) -> list[tuple[int, int, int]]:
        """Every place by how much way it adds, without looking at the clock; hopeless ones left."""
        day = self.day
        place, opens, closes = day.place[stop], day.opens[stop], day.closes[stop]
        found = []
        for worker in day.may[:, stop].nonzero()[0].tolist():
            if worker in but:
                continue
            ways, order, begins = day.ways[worker], self.orders[worker], self.times[worker].begins
            wish = int(day.wish[worker, stop])
            for position in range(len(order) + 1):
                if position < len(order) and day.closes[order[position]] < opens:
                    continue
                if position and begins[position - 1] + day.lasts[order[position - 1]] > closes:
                    break
                before = day.place[order[position - 1]] if position else day.start_place[worker]
                found.append((self._added(worker, before, place, position, ways) + wish, worker,
                              position))  # fmt: skip
        return sorted(found)

    def _added(
        self, worker: int, before: int, place: int, position: int, ways: list[list[int]]
    ) -> int:
        order, day = self.orders[worker], self.day
        if position < len(order):
            after = day.place[order[position]]
        elif day.end_place[worker] >= 0:
            after = day.end_place[worker]
        else:
            return ways[before][place]
        gone = ways[before][after] if order or position else 0
        return ways[before][place] + ways[place][after] - gone

    # --- changing ---------------------------------------------------------------------------------

    def put(self, stop: int, place: Place) -> None:
        """Put a stop where it was found to fit."""
        self.orders[place.worker].insert(place.position, stop)
        self.times[place.worker] = place.times

    def set_round(self, worker: int, order: Sequence[int]) -> bool:
        """Give a worker a whole round; False, with nothing changed, where it breaks a rule."""
        times = timed(self.day, worker, order, self.fixed)
        if times is None:
            return False
        self.orders[worker], self.times[worker] = list(order), times
        return True

    def take(self, stop: int) -> int | None:
        """Take a stop out of its round; the worker it was with."""
        for worker, order in enumerate(self.orders):
            if stop in order:
                without = [each for each in order if each != stop]
                times = timed(self.day, worker, without, self.fixed)
                if times is None:
                    return None
                self.orders[worker], self.times[worker] = without, times
                return worker
        return None

    def put_in(self, missing: Iterable[int]) -> list[int]:
        """Put in what is missing where it costs least, tight windows first; what did not fit."""
        day, left = self.day, []
        todo = sorted(
            set(missing),
            key=lambda stop: (day.other[stop] < 0, day.closes[stop] - day.opens[stop], stop),
        )
        done: set[int] = set()
        for stop in todo:
            if stop in done:
                continue
            other = day.other[stop]
            if other >= 0:
                done |= {stop, other}
                if not self.put_pair(stop, other):
                    left += [stop, other]
                continue
            places = self.places(stop) or self.places(stop, most=10_000)
            if places:
                self.put(stop, places[0])
            else:
                left.append(stop)
        return left

    def put_in_for(self, stop: int, may_move: Iterable[int], until: float) -> bool:
        """Put a stop in where one other makes room for it; False where none can.

        The one is chosen whose going elsewhere costs least. The search ends at a moment of the
        machine's steady clock, with the best it has seen.
        """
        best: tuple[float, int, Place, Place] | None = None
        for other in may_move:
            if time.monotonic() > until:
                break
            found = self._instead_of(other, stop)
            if found is not None and (best is None or found[0] < best[0]):
                best = (found[0], other, *found[1:])
        if best is None:
            return False
        _, other, place, elsewhere = best
        self.take(other)
        self.put(stop, place)
        self.put(other, elsewhere)
        return True

    def _instead_of(self, other: int, stop: int) -> tuple[float, Place, Place] | None:
        """What it costs to put a stop into the round of another, which goes where it fits."""
        worker = self._round_of(other)
        if worker is None or not self.day.may[worker, stop]:
            return None
        order, times = self.orders[worker], self.times[worker]
        found = None
        if self.take(other) is not None:
            gone = self.orders[worker]
            without = self.round_cost(worker, gone, self.times[worker])
            everybody_else = set(range(len(self.orders))) - {worker}
            for place in self.places(stop, but=everybody_else)[:1]:
                self.orders[worker] = [*gone[: place.position], stop, *gone[place.position :]]
                self.times[worker] = place.times
                for elsewhere in self.places(other)[:1]:
                    saved = self.round_cost(worker, order, times) - without
                    found = (place.cost + elsewhere.cost - saved, place, elsewhere)
        self.orders[worker], self.times[worker] = order, times
        return found

    def _round_of(self, stop: int) -> int | None:
        """Whose round a stop is in."""
        return next((at for at, order in enumerate(self.orders) if stop in order), None)

    def put_pair(self, stop: int, other: int) -> bool:
        """Put both halves of a pair in at the beginning that costs least; both or neither."""
        self._out(stop, other)
        best: tuple[float, int, Place] | None = None
        for begin in self._beginnings(stop, other):
            for first in self.places(stop, at=begin, most=60)[:4]:
                self.fixed[stop] = begin
                seconds = self.places(other, but=[first.worker], at=begin, most=60)
                del self.fixed[stop]
                if seconds and (best is None or first.cost + seconds[0].cost < best[0]):
                    best = (first.cost + seconds[0].cost, begin, first)
        if best is None:
            return False
        _, begin, first = best
        self.fixed[stop] = self.fixed[other] = begin
        self.put(stop, first)
        second = self.places(other, but=[first.worker], at=begin, most=60)
        self.put(other, second[0])
        return True

    def _out(self, *stops: int) -> None:
        for stop in stops:
            self.fixed.pop(stop, None)
            self.take(stop)

    def _beginnings(self, stop: int, other: int) -> Iterator[int]:
        """Beginnings worth trying: the window's own ends, and a grid between."""
        day = self.day
        opens = max(day.opens[stop], day.opens[other])
        closes = min(day.closes[stop], day.closes[other])
        if closes < opens:
            return
        step = max(GRID, (closes - opens) // 24 // 60 * 60)
        yield from range(opens, closes + 1, step)
        if (closes - opens) % step:
            yield closes

    def improve(self, until: float, seed: int, *, may_move: Sequence[int] | None = None) -> int:
        """Give single visits to others while that is cheaper, until a moment; how many went.

        `until` is of the machine's steady clock. Two who come together, locked and started visits
        stay.
        """
        day, moved, tries = self.day, 0, 0
        stops = [
            stop
            for stop in (may_move if may_move is not None else range(len(day.stops)))
            if day.other[stop] < 0 and not day.is_fixed[stop]
        ]
        shuffled = random.Random(seed)  # noqa: S311 - a search, no secret
        while stops and time.monotonic() < until and tries < len(stops):
            for stop in shuffled.sample(stops, len(stops)):
                if time.monotonic() >= until:
                    break
                if self._better(stop):
                    moved, tries = moved + 1, 0
                else:
                    tries += 1
        return moved

    def _better(self, stop: int) -> bool:
        worker = self._round_of(stop)
        if worker is None:
            return False
        order, times = self.orders[worker], self.times[worker]
        before = self.round_cost(worker, order, times)
        if self.take(stop) is None:
            return False
        saved = before - self.round_cost(worker, self.orders[worker], self.times[worker])
        places = self.places(stop, most=8)
        if places and places[0].cost < saved - 1:
            self.put(stop, places[0])
            return True
        self.orders[worker], self.times[worker] = order, times
        return False
