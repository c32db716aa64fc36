"""A day in PyVRP's own terms: a location a visit, a profile a kind of worker, a prize a promise."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyvrp
from pyvrp.stop import MaxRuntime

from oneplace.science.routing.problem import Day

NEVER: Final = 10_000_000
"""Seconds to a door one may not go to: no shift is as long."""
MOST_CELLS: Final = 40_000_000
"""Of all tables together; above it breaks are left to the board."""


class Model:
    """One day for the solver. `fixed` holds stops that begin at one second and no other."""

    def __init__(self, day: Day, fixed: Mapping[int, int] | None = None) -> None:
        self.day, self.fixed = day, dict(fixed or {})
        self.stops = day.possible()
        self.number = {stop: at for at, stop in enumerate(self.stops)}
        self.kinds = self._kinds(has_breaks=any(day.breaks))
        size = len(self.stops) + 2 * len(self.kinds)
        if any(day.breaks) and size * size * len(self.kinds) > MOST_CELLS:
            self.kinds = self._kinds(has_breaks=False)
        self.data = self._data()

    def _kinds(self, *, has_breaks: bool) -> list[tuple[list[int], bool]]:
        """Workers who are the same to the solver together; one with breaks of their own alone."""
        day = self.day
        found: dict[tuple[Any, ...], tuple[list[int], bool]] = {}
        for at, worker in enumerate(day.workers):
            rests = has_breaks and bool(day.breaks[at])
            key = (
                day.since[at], day.until[at], day.start_place[at], day.end_place[at], worker.mode,
                worker.carries, day.may[at].tobytes(), day.wish[at].tobytes(), at if rests else -1,
            )  # fmt: skip
            found.setdefault(key, ([], rests))[0].append(at)
        return list(found.values())

    def _data(self) -> pyvrp.ProblemData:
        """Locations are the depots, then the visits, then the breaks."""
        day = self.day
        self.depots = list(
            dict.fromkeys(
                place
                for workers, _ in self.kinds
                for place in (day.start_place[workers[0]], day.end_place[workers[0]])
            )
        )
        self.rests = [
            (kind, rest)
            for kind, (workers, rests) in enumerate(self.kinds)
            if rests
            for rest in day.breaks[workers[0]]
        ]
        count = len(self.depots) + len(self.stops) + len(self.rests)
        clients = [
            *map(self._client, range(len(self.stops))),
            *map(self._rest, range(len(self.rests))),
        ]
        tables = [self._tables(kind) for kind in range(len(self.kinds))]
        return pyvrp.ProblemData(
            [pyvrp.Location(0, 0) for _ in range(count)],
            clients,
            [pyvrp.Depot(location=at) for at in range(len(self.depots))],
            [self._vehicle(kind) for kind in range(len(self.kinds))],
            [costs for costs, _ in tables],
            [seconds for _, seconds in tables],
        )

    def _client(self, at: int) -> pyvrp.Client:
        day, stop = self.day, self.stops[at]
        begins = self.fixed.get(stop)
        is_bound = day.is_plain
        return pyvrp.Client(
            location=len(self.depots) + at,
            delivery=[day.stops[stop].load],
            service_duration=day.lasts[stop],
            tw_early=day.opens[stop] if begins is None else begins,
            tw_late=day.closes[stop] if begins is None else begins,
            prize=0 if is_bound else round(day.problem.prices.left_out * 60),
            required=is_bound,
        )

    def _rest(self, at: int) -> pyvrp.Client:
        opens, closes, length = self.rests[at][1]
        return pyvrp.Client(
            location=len(self.depots) + len(self.stops) + at,
            delivery=[0],
            service_duration=length,
            tw_early=max(0, opens),
            tw_late=max(0, closes),
            prize=round(self.day.problem.prices.left_out * 60),
            required=False,
        )

    def _vehicle(self, kind: int) -> pyvrp.VehicleType:
        day, workers = self.day, self.kinds[kind][0]
        first = workers[0]
        total = sum(each.load for each in day.stops)
        carries = day.workers[first].carries
        return pyvrp.VehicleType(
            num_available=len(workers),
            capacity=[total if carries is None else carries],
            start_depot=self.depots.index(day.start_place[first]),
            end_depot=self.depots.index(day.end_place[first]),
            tw_early=max(0, day.since[first]),
            tw_late=max(0, day.since[first], day.until[first]),
            profile=kind,
        )

    def _tables(self, kind: int) -> tuple[Any, Any]:
        """Costs and seconds of one kind of worker."""
        day, first = self.day, self.kinds[kind][0][0]
        table = day.tables[day.workers[first].mode]
        places = np.array([*self.depots, *(day.place[stop] for stop in self.stops)])
        seconds = table[np.ix_(places, places)].copy()
        # Nowhere in particular to end costs no way.
        seconds[:, places < 0] = 0
        seconds[places < 0, :] = 0
        rests = len(self.rests)
        seconds = np.pad(seconds, ((0, rests), (0, rests)))
        costs = seconds.copy()
        base = len(self.depots)
        if self.stops:
            may = day.may[first, self.stops]
            wish = day.wish[first, self.stops]
            inside = slice(base, base + len(self.stops))
            costs[:, inside] += wish[None, :]
            for never in (base + np.flatnonzero(~may)).tolist():
                costs[:, never] = seconds[:, never] = NEVER
            self._breaks(kind, seconds, costs, inside)
        np.fill_diagonal(costs, 0)
        np.fill_diagonal(seconds, 0)
        return costs, seconds

    def _breaks(self, kind: int, seconds: Any, costs: Any, inside: slice) -> None:
        """A break is taken where one is: no way to it, and the way on is as from somewhere near."""
        if not self.rests:
            return
        near = np.sort(seconds[inside, inside] + np.eye(len(self.stops), dtype=np.int64) * NEVER, 0)
        onward = near[: min(4, len(near))].mean(axis=0).astype(np.int64)
        for at, (whose, _) in enumerate(self.rests):
            rest = inside.stop + at
            if whose != kind:
                costs[:, rest] = seconds[:, rest] = NEVER
                continue
            seconds[rest, inside] = np.minimum(onward, NEVER)
            costs[rest, inside] += np.minimum(onward, NEVER)

    def solve(
        self, seconds: float, seed: int, start: Mapping[int, Sequence[int]] | None = None
    ) -> dict[int, list[int]]:
        """The order of each worker's stops after so many seconds of search."""
        result = pyvrp.solve(
            self.data,
            MaxRuntime(max(0.01, seconds)),
            seed=seed,
            collect_stats=False,
            display=False,
            initial_solution=self._start(start),
        )
        return self._orders(result.best)

    def _start(self, start: Mapping[int, Sequence[int]] | None) -> pyvrp.Solution | None:
        """A plan to begin from."""
        if not start or not any(start.values()):
            return None
        routes = []
        for kind, (workers, _) in enumerate(self.kinds):
            for worker in workers:
                visits = [self.number[each] for each in start.get(worker, ())]
                if visits:
                    routes.append(pyvrp.Route(self.data, visits, kind))
        return pyvrp.Solution(self.data, routes)

    def _orders(self, found: pyvrp.Solution) -> dict[int, list[int]]:
        free = [list(workers) for workers, _ in self.kinds]
        orders: dict[int, list[int]] = {}
        for route in found.routes():
            worker = free[route.vehicle_type()].pop(0)
            orders[worker] = [
                self.stops[each.idx]
                for each in route
                if each.is_client() and each.idx < len(self.stops)
            ]
        return orders
