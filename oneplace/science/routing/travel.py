"""How long it takes from door to door, where a place gives no roads to reckon with.

Coordinates are WGS84 degrees. The great circle follows the haversine formula with a mean earth
radius of 6,371 km; streets are longer than the straight line by `DETOUR`. Speeds, detour and the
minutes to park and reach the door are this project's own round figures for an outer London borough
by day: a place that measures its own hands in other ones.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

EARTH_KM: Final = 6_371.0
DETOUR: Final = 1.35
"""Streets over the straight line, dimensionless."""


class Mode(StrEnum):
    """How somebody gets about."""

    CAR = "car"
    WALK = "walk"


@dataclass(frozen=True)
class Point:
    """Where a door is."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Travel:
    """A way of reckoning travel; answers in whole minutes, rounded up."""

    km_per_hour: Mapping[Mode, float] = field(
        default_factory=lambda: {Mode.CAR: 22.0, Mode.WALK: 4.8}
    )
    to_the_door: Mapping[Mode, float] = field(
        default_factory=lambda: {Mode.CAR: 4.0, Mode.WALK: 1.0}
    )
    detour: float = DETOUR
    unknown_minutes: int = 20
    """Where one of the two places is not known: said with it, never taken for nought."""

    def minutes(self, one: Point | None, other: Point | None, mode: Mode) -> int:
        """Minutes from one door to another; nought where they are the same door."""
        if one is None or other is None:
            return self.unknown_minutes
        if one == other:
            return 0
        km = great_circle_km(one, other) * self.detour
        return math.ceil(km / self.km_per_hour[mode] * 60 + self.to_the_door[mode] - 1e-9)

    def time(self, one: Point | None, other: Point | None, mode: Mode) -> timedelta:
        """The same as a length of time."""
        return timedelta(minutes=self.minutes(one, other, mode))


def great_circle_km(one: Point, other: Point) -> float:
    """The distance along the earth's surface in kilometres (haversine)."""
    phi, psi = math.radians(one.latitude), math.radians(other.latitude)
    across = math.radians(other.longitude - one.longitude)
    inner = (
        math.sin((psi - phi) / 2) ** 2 + math.cos(phi) * math.cos(psi) * math.sin(across / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(inner)))
