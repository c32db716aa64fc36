"""Days of rounds to be measured on: plain ones as published days are made, and a borough's own."""

import math
import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from oneplace.science.routing import Plan, Point, Problem, Stop
from oneplace.science.routing.problem import Prices
from tests.science.routing.days import at, day

VISITS = 400


def plain(seed: int, visits: int = VISITS) -> str:
    """A plain day with time windows in VRPLIB's form, by the recipe of Solomon (1987).

    Half the doors lie in clusters and half anywhere, as in its RC sets; a window is drawn about a
    moment at which the door can be reached and left in time.
    """
    draw = random.Random(seed)
    centres = [(draw.uniform(10, 190), draw.uniform(10, 190)) for _ in range(visits // 20)]
    last = 800
    doors, demands, windows, services = ["1 100 100"], ["1 0"], [f"1 0 {last}"], ["1 0"]
    for number in range(1, visits + 1):
        x, y = _door(draw, centres, number)
        way = math.dist((x, y), (100, 100))
        middle, half = draw.uniform(way + 1, last - way - 11), draw.choice([15, 30, 60, 120])
        opens = max(0, int(middle - half))
        closes = max(int(way) + 1, min(int(last - way - 11), int(middle + half)))
        doors.append(f"{number + 1} {x} {y}")
        demands.append(f"{number + 1} {draw.choice([10, 20, 30])}")
        windows.append(f"{number + 1} {opens} {closes}")
        services.append(f"{number + 1} 10")
    heads = (
        f"NAME : RC{seed}", "TYPE : VRPTW", f"DIMENSION : {visits + 1}",
        f"VEHICLES : {visits // 4}", "CAPACITY : 200", "EDGE_WEIGHT_TYPE : EUC_2D",
    )  # fmt: skip
    return "\n".join([
        *heads, "NODE_COORD_SECTION", *doors, "DEMAND_SECTION", *demands, "TIME_WINDOW_SECTION",
        *windows, "SERVICE_TIME_SECTION", *services, "DEPOT_SECTION", "1", "-1", "EOF", "",
    ])  # fmt: skip


def _door(draw: random.Random, centres: list[tuple[float, float]], number: int) -> tuple[int, int]:
    if number % 2:
        return draw.randint(0, 200), draw.randint(0, 200)
    x, y = draw.choice(centres)
    return (
        min(200, max(0, round(x + draw.gauss(0, 6)))),
        min(200, max(0, round(y + draw.gauss(0, 6)))),
    )


def written(folder: Path, seed: int, visits: int = VISITS) -> Path:
    """The same as a file."""
    file = folder / f"rc{seed}.vrp"
    file.write_text(plain(seed, visits))
    return file


def borough(seed: int, *, visits: int = 240, workers: int = 40) -> Problem:
    """A borough's own day, with room; nothing is weighed but the way, so that ways compare."""
    made = day(seed, visits=visits, workers=workers, pairs=6, has_breaks=True)
    plain = tuple(
        replace(stop, usual=frozenset(), gender="", needs=frozenset()) for stop in made.stops
    )
    return replace(made, stops=plain, prices=Prices(uneven=0.0, stranger=0.0))


def begun(plan: Plan, now: datetime) -> Plan:
    """A plan under way: what should have begun has begun; every fifth visit was promised."""
    return replace(
        plan,
        rounds=tuple(
            replace(
                each,
                stops=tuple(
                    replace(
                        stop,
                        worker=each.worker.key,
                        is_started=stop.planned_at is not None and stop.planned_at <= now,
                        promised_by_at=stop.closes_at if number % 5 == 0 else None,
                    )
                    for number, stop in enumerate(each.stops)
                ),
            )
            for each in plan.rounds
        ),
    )


def arrival(draw: random.Random, now: datetime) -> Stop:
    """Somebody leaves hospital now and is promised to be seen within two hours."""
    place = Point(51.372 + draw.gauss(0, 0.022), -0.099 + draw.gauss(0, 0.03))
    closes = now + timedelta(hours=2)
    return Stop("new", now, closes, 45, place, promised_by_at=closes)


NINE = at(9)
