"""A map drawn by us: where services lie among the districts of a place; nothing is fetched.

Degrees are laid flat (longitude shrunk by the middle latitude), which over a borough is true to a
metre in a hundred.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from oneplace.directory.queries import District, Found, Place

WIDTH: Final = 640
HEIGHT: Final = 420
_MARGIN: Final = 28
_LEAST_KM: Final = 2.0


@dataclass(frozen=True)
class Dot:
    """One thing on the map, in pixels from the upper left."""

    x: float
    y: float
    label: str
    number: int = 0


@dataclass(frozen=True)
class Drawing:
    """The map: services by their number in the list, districts by name, and where one asked."""

    dots: tuple[Dot, ...]
    districts: tuple[Dot, ...]
    here: Dot | None
    width: int = WIDTH
    height: int = HEIGHT
    bar: int = 0
    """Pixels of one kilometre."""


def draw(
    found: Sequence[Found], districts: Sequence[District], near: Place | None
) -> Drawing | None:
    """A map of what was found; None where nothing of it lies anywhere known."""
    points = [
        (number, held.location.name or one.service.name, held.location)
        for number, one in enumerate(found, start=1)
        for held in one.service.held_at[:1]  # type: ignore[attr-defined]
        if held.location.latitude is not None and held.location.longitude is not None
    ]
    if not points:
        return None
    norths = [float(place.latitude) for _, _, place in points]
    easts = [float(place.longitude) for _, _, place in points]
    if near is not None:
        norths.append(near.latitude)
        easts.append(near.longitude)
    frame = _Frame.around(norths, easts)
    return Drawing(
        dots=tuple(
            Dot(*frame.at(place.latitude, place.longitude), label, number)
            for number, label, place in points
        ),
        districts=tuple(
            Dot(*frame.at(one.latitude, one.longitude), one.code)
            for one in districts
            if frame.holds(one.latitude, one.longitude)
        ),
        here=Dot(*frame.at(near.latitude, near.longitude), near.words) if near else None,
        bar=round(frame.pixels_per_km),
    )


@dataclass(frozen=True)
class _Frame:
    """The part of the world that is shown."""

    north: float
    east: float
    pixels_per_km: float
    shrink: float

    @classmethod
    def around(cls, norths: Sequence[float], easts: Sequence[float]) -> "_Frame":
        """The smallest part that holds all of these, with room around it."""
        north = (min(norths) + max(norths)) / 2
        east = (min(easts) + max(easts)) / 2
        shrink = math.cos(math.radians(north))
        tall = max((max(norths) - min(norths)) * 111.2, _LEAST_KM)
        wide = max((max(easts) - min(easts)) * 111.2 * shrink, _LEAST_KM)
        scale = min((WIDTH - 2 * _MARGIN) / wide, (HEIGHT - 2 * _MARGIN) / tall)
        return cls(north, east, scale, shrink)

    def at(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Where a point lies on the drawing."""
        right = (longitude - self.east) * 111.2 * self.shrink * self.pixels_per_km
        down = (self.north - latitude) * 111.2 * self.pixels_per_km
        return round(WIDTH / 2 + right, 1), round(HEIGHT / 2 + down, 1)

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether a point lies on the drawing."""
        x, y = self.at(latitude, longitude)
        return 0 <= x <= WIDTH and 0 <= y <= HEIGHT
