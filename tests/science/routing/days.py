"""Invented days of rounds for tests and figures: an outer borough, nine kilometres across."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from oneplace.science.routing import Break, Point, Problem, Stop, Worker
from oneplace.science.routing.travel import Mode

DAY = datetime(2026, 3, 12, 0, 0, tzinfo=UTC)
SKILLS = ("nursing", "therapy", "medicines")


def at(hours: float) -> datetime:
    """A time of the day."""
    return DAY + timedelta(minutes=round(hours * 60))


def place(draw: random.Random) -> Point:
    """Somewhere in the borough."""
    return Point(round(51.372 + draw.gauss(0, 0.022), 5), round(-0.099 + draw.gauss(0, 0.03), 5))


def worker(number: int, draw: random.Random, *, has_breaks: bool = True) -> Worker:
    """Somebody on the early or the late shift; one in five walks."""
    late = number % 3 == 2
    begins = 13.0 if late else 7.5
    rest = Break(at(begins + 3.5), at(begins + 5), 30)
    return Worker(
        key=f"w{number}",
        name=f"Worker {number}",
        from_at=at(begins),
        until_at=at(begins + 8),
        starts=place(draw),
        ends=None if number % 2 else place(draw),
        skills=frozenset(draw.sample(SKILLS, 1 + number % 3)),
        mode=Mode.WALK if number % 5 == 4 else Mode.CAR,
        breaks=(rest,) if has_breaks else (),
        gender="male" if number % 4 == 1 else "female",
    )


def stop(number: int, draw: random.Random, workers: int) -> Stop:
    """A visit with a window of one to four hours; some need a skill, some know their carer."""
    opens = draw.choice([7.5, 8, 9, 10, 11, 12, 13.5, 15, 16.5, 18])
    known = draw.random() < 0.4
    return Stop(
        key=f"v{number}",
        opens_at=at(opens),
        closes_at=at(opens + draw.choice([1, 1.5, 2, 3, 4])),
        minutes=draw.choice([15, 20, 30, 30, 45]),
        point=None if draw.random() < 0.02 else place(draw),
        needs=frozenset({draw.choice(SKILLS)}) if draw.random() < 0.35 else frozenset(),
        gender="female" if draw.random() < 0.08 else "",
        is_gender_must=draw.random() < 0.5,
        usual=frozenset({f"w{draw.randrange(workers)}"}) if known else frozenset(),
    )


def day(
    seed: int,
    *,
    visits: int = 60,
    workers: int = 8,
    pairs: int = 3,
    has_breaks: bool = True,
) -> Problem:
    """A whole invented day, the same for the same seed."""
    draw = random.Random(seed)
    out = tuple(worker(number, draw, has_breaks=has_breaks) for number in range(workers))
    stops = [stop(number, draw, workers) for number in range(visits)]
    for number in range(pairs):
        half = replace(
            stops[number], pair=f"p{number}", minutes=30, needs=frozenset(), gender="",
            usual=frozenset(),
        )  # fmt: skip
        stops[number] = half
        stops.append(replace(half, key=f"{half.key}b"))
    return Problem(out, tuple(stops))
