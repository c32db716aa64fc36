"""Published test days read from VRPLIB and Solomon files, as a problem like any other.

VRPLIB: `NAME`, `DIMENSION`, `CAPACITY`, sections of coordinates, demands, windows and service times
(the TSPLIB95 form, Reinelt 1995). Solomon: the table of Solomon (1987), Operations Research 35(2),
which Gehring and Homberger's larger days share. A unit of a file is ten seconds here: ways are cut
to one decimal, as the DIMACS challenge on vehicle routing (2022) counts them, so nothing is lost.
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from oneplace.science.routing.plan import Plan, Stop, Worker
from oneplace.science.routing.problem import Prices, Problem
from oneplace.science.routing.travel import Mode, Point, TravelTable

BEGINS: Final = datetime(2000, 1, 1, tzinfo=UTC)
UNIT: Final = 10
"""Seconds of one unit of a file."""


class FileRefused(ValueError):
    """A file that is not read, with its name, the line and what to do."""


@dataclass(frozen=True)
class _Node:
    x: float
    y: float
    demand: int
    opens: float
    closes: float
    service: float


def read_vrp(file: Path) -> Problem:
    """The day of one file. Raises `FileRefused` with the file's name and line."""
    text = file.read_text(encoding="utf-8-sig")
    if re.search(r"^\s*NODE_COORD_SECTION", text, re.M):
        return _problem(*_vrplib(file, text))
    if re.search(r"^\s*CUST", text, re.M):
        return _problem(*_solomon(file, text))
    raise FileRefused(
        f"{file}: neither VRPLIB (NODE_COORD_SECTION) nor Solomon (CUSTOMER). Give one of these."
    )


def cost_of(plan: Plan, problem: Problem) -> float:
    """All travel of a plan in the file's own units; what is left out is not in it."""
    total = timedelta(0)
    for each in plan.rounds:
        here = each.worker.starts
        for stop in each.stops:
            total += problem.travel.time(here, stop.point, each.worker.mode)
            here = stop.point
        if each.stops:
            total += problem.travel.time(here, each.worker.ends, each.worker.mode)
    return total / timedelta(seconds=UNIT)


def _solomon(file: Path, text: str) -> tuple[int, int, list[_Node]]:
    lines = text.splitlines()
    vehicles = capacity = 0
    nodes: list[_Node] = []
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words or not re.fullmatch(r"-?[\d.]+(e[+-]?\d+)?", words[0], re.I):
            continue
        values = _numbers(file, number, words)
        if len(values) == 2 and not nodes:
            vehicles, capacity = int(values[0]), int(values[1])
        elif len(values) == 7:
            x, y, demand, opens, closes, service = values[1:]
            nodes.append(_Node(x, y, int(demand), opens, closes, service))
        else:
            raise FileRefused(
                f"{file}, line {number}: {len(values)} numbers. A customer has seven: number, x, "
                "y, demand, ready time, due date, service time."
            )
    if not vehicles or len(nodes) < 2:
        raise FileRefused(f"{file}: no line with vehicles and capacity, or no customers.")
    return vehicles, capacity, nodes


def _numbers(file: Path, number: int, words: list[str]) -> list[float]:
    try:
        return [float(word) for word in words]
    except ValueError as error:
        raise FileRefused(f"{file}, line {number}: {error}. Write numbers only.") from error


def _vrplib(file: Path, text: str) -> tuple[int, int, list[_Node]]:
    heads: dict[str, str] = {}
    sections: dict[str, dict[int, list[float]]] = {}
    now: str | None = None
    for number, line in enumerate(text.splitlines(), 1):
        words = line.replace(":", " : ", 1).split()
        if not words or words[0] == "EOF":
            continue
        if words[0].endswith("_SECTION"):
            now = words[0]
            sections[now] = {}
        elif len(words) > 1 and words[1] == ":":
            heads[words[0]] = " ".join(words[2:]).strip('"')
        elif now:
            values = _numbers(file, number, words)
            sections[now][int(values[0])] = values[1:]
    _refuse_other_kinds(file, heads)
    places = sections["NODE_COORD_SECTION"]
    demands = sections.get("DEMAND_SECTION", {})
    windows = sections.get("TIME_WINDOW_SECTION", {})
    services = sections.get("SERVICE_TIME_SECTION", {})
    wide = [0.0, max((each[1] for each in windows.values()), default=1e6)]
    common = float(heads.get("SERVICE_TIME", 0))
    nodes = [
        _Node(
            *_two(file, "NODE_COORD_SECTION", key, at),
            int(demands.get(key, [0])[0]),
            *_two(file, "TIME_WINDOW_SECTION", key, windows.get(key, wide)),
            services.get(key, [0.0 if key == min(places) else common])[0],
        )
        for key, at in sorted(places.items())
    ]
    vehicles = int(heads.get("VEHICLES") or len(nodes) - 1)
    return vehicles, int(float(heads.get("CAPACITY", 0))), nodes


def _refuse_other_kinds(file: Path, heads: dict[str, str]) -> None:
    kind = heads.get("EDGE_WEIGHT_TYPE", "EUC_2D")
    if kind != "EUC_2D":
        raise FileRefused(
            f"{file}: EDGE_WEIGHT_TYPE is {kind}. Give coordinates (EUC_2D); a table of your own "
            "ways goes into `TravelTable`."
        )


def _two(file: Path, section: str, key: int, values: list[float]) -> tuple[float, float]:
    if len(values) < 2:
        raise FileRefused(f"{file}, {section}, node {key}: two numbers are wanted.")
    return values[0], values[1]


def _problem(vehicles: int, capacity: int, nodes: list[_Node]) -> Problem:
    points = tuple(Point(each.x, each.y) for each in nodes)
    distinct = tuple(dict.fromkeys(points))
    seconds = tuple(
        tuple(
            math.floor(math.dist((a.latitude, a.longitude), (b.latitude, b.longitude)) * UNIT)
            for b in distinct
        )
        for a in distinct
    )
    depot = nodes[0]
    workers = tuple(
        Worker(
            key=f"v{number}",
            name=f"Vehicle {number}",
            from_at=_moment(depot.opens),
            until_at=_moment(depot.closes),
            starts=points[0],
            ends=points[0],
            carries=capacity or None,
        )
        for number in range(1, vehicles + 1)
    )
    stops = tuple(
        Stop(
            key=str(number),
            opens_at=_moment(each.opens),
            closes_at=_moment(each.closes),
            minutes=0,
            point=points[number],
            load=each.demand,
            seconds=round(each.service * UNIT),
        )
        for number, each in enumerate(nodes)
        if number
    )
    return Problem(
        workers,
        stops,
        TravelTable(distinct, {Mode.CAR: seconds}),
        Prices(uneven=0.0, stranger=0.0),
    )


def _moment(units: float) -> datetime:
    return BEGINS + timedelta(seconds=round(units * UNIT))
