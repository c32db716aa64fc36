"""How long it takes from door to door, where a place gives no roads to reckon with.

Coordinates are WGS84 degrees. The great circle follows the haversine formula with a mean earth
radius of 6,371 km; streets are longer than the straight line by `DETOUR`. Speeds, detour and the
minutes to park and reach the door are this project's own round figures for an outer London borough
by day: a place that measures its own hands in other ones.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

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


class Ways(Protocol):
    """How long it takes from door to door; None is a door that is not known."""

    def minutes(self, one: Point | None, other: Point | None, mode: Mode) -> int:
        """Whole minutes, rounded up."""

    def time(self, one: Point | None, other: Point | None, mode: Mode) -> timedelta:
        """The same as a length of time, as fine as it is known."""

    def table(self, points: Sequence[Point | None], mode: Mode) -> npt.NDArray[np.int64]:
        """Seconds from each to each, rows being where one comes from."""


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

    def table(self, points: Sequence[Point | None], mode: Mode) -> npt.NDArray[np.int64]:
        """Seconds from each to each: what `time` answers, for many at once."""
        known = np.array(
            [(0.0, 0.0) if each is None else (each.latitude, each.longitude) for each in points]
        ).reshape(-1, 2)
        phi, along = np.radians(known[:, 0]), np.radians(known[:, 1])
        inner = (
            np.sin((phi[None, :] - phi[:, None]) / 2) ** 2
            + np.cos(phi)[:, None]
            * np.cos(phi)[None, :]
            * np.sin((along[None, :] - along[:, None]) / 2) ** 2
        )
        km = 2 * EARTH_KM * np.arcsin(np.minimum(1.0, np.sqrt(inner))) * self.detour
        minutes = np.ceil(km / self.km_per_hour[mode] * 60 + self.to_the_door[mode] - 1e-9)
        same = (known[:, None, :] == known[None, :, :]).all(axis=2)
        minutes[same] = 0
        nowhere = np.array([each is None for each in points])
        minutes[nowhere[:, None] | nowhere[None, :]] = self.unknown_minutes
        seconds: npt.NDArray[np.int64] = (minutes * 60).astype(np.int64)
        return seconds


@dataclass(frozen=True)
class TravelTable:
    """Ways a place has measured, or reckoned from open geography: seconds between known doors.

    A door that is not in the table is reckoned by `otherwise`, so that a new address never stops a
    day's planning.
    """

    points: tuple[Point, ...]
    seconds: Mapping[Mode, tuple[tuple[int, ...], ...]]
    otherwise: Travel = field(default_factory=Travel)

    def __post_init__(self) -> None:
        """Refuse a table that is not square or holds a negative time, naming the place."""
        for mode, rows in self.seconds.items():
            if len(rows) != len(self.points):
                raise ValueError(
                    f"{mode}: {len(rows)} rows for {len(self.points)} places; give one a place."
                )
            for number, row in enumerate(rows, 1):
                if len(row) != len(self.points) or min(row, default=0) < 0:
                    raise ValueError(
                        f"{mode}, row {number}: give {len(self.points)} times of nought or more."
                    )

    @cached_property
    def _place_of(self) -> dict[Point, int]:
        return {point: index for index, point in enumerate(self.points)}

    def time(self, one: Point | None, other: Point | None, mode: Mode) -> timedelta:
        """As the table says, or else as the great circle does."""
        here = self._place_of.get(one) if one is not None else None
        there = self._place_of.get(other) if other is not None else None
        rows = self.seconds.get(mode)
        if here is None or there is None or rows is None:
            return self.otherwise.time(one, other, mode)
        return timedelta(seconds=rows[here][there])

    def minutes(self, one: Point | None, other: Point | None, mode: Mode) -> int:
        """The same in whole minutes, rounded up."""
        return -(-self.time(one, other, mode) // timedelta(minutes=1))

    def table(self, points: Sequence[Point | None], mode: Mode) -> npt.NDArray[np.int64]:
        """Seconds from each to each."""
        asked = self.otherwise.table(points, mode)
        rows = self.seconds.get(mode)
        if rows is None:
            return asked
        known = [
            (at, self._place_of[each])
            for at, each in enumerate(points)
            if each is not None and each in self._place_of
        ]
        if known:
            at, inside = (np.array(each) for each in zip(*known, strict=True))
            asked[np.ix_(at, at)] = np.array(rows, dtype=np.int64)[np.ix_(inside, inside)]
        return asked


def great_circle_km(one: Point, other: Point) -> float:
    """The distance along the earth's surface in kilometres (haversine)."""
    phi, psi = math.radians(one.latitude), math.radians(other.latitude)
    across = math.radians(other.longitude - one.longitude)
    inner = (
        math.sin((psi - phi) / 2) ** 2 + math.cos(phi) * math.cos(psi) * math.sin(across / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(inner)))
