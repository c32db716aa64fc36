"""The districts of the place as they lie: their outlines, from the open geography it supplies."""

import math
from dataclasses import dataclass
from typing import Final

from django.db import connection

from oneplace.access.viewer import Viewer

SIDES: Final = 16
"""An outline has so many sides: each the line furthest out in its direction."""
EARTH_KM_A_DEGREE: Final = 111.195
"""Kilometres of a degree of latitude on the mean sphere (IUGG, radius 6,371.0088 km)."""
MARGIN_KM: Final = 0.12
"""A street more than the outermost postcode."""

_TURNS: Final = tuple(2 * math.pi * number / SIDES for number in range(SIDES))


@dataclass(frozen=True)
class DistrictGround:
    """Where a district lies, in kilometres east and north of one point of the place."""

    middle: tuple[float, float]
    outline: tuple[tuple[float, float], ...]


def _statement() -> str:
    """Postcodes by district, with the furthest of each in every direction."""
    reach = ", ".join(
        f"max(x * {math.cos(turn):.6f} + y * {math.sin(turn):.6f})" for turn in _TURNS
    )
    return f"""
with place as (select avg(latitude) as latitude, avg(longitude) as longitude from directory_postcode
), laid as (
    select case when d.code ~ '[0-9][A-Z][A-Z]$' then left(d.code, -3) else d.code end as district,
           (d.longitude - p.longitude) * {EARTH_KM_A_DEGREE} * cos(radians(p.latitude)) as x,
           (d.latitude - p.latitude) * {EARTH_KM_A_DEGREE} as y
      from directory_postcode d cross join place p
)
select district, avg(x), avg(y), {reach} from laid group by district
"""  # noqa: S608 - numbers of our own


_GROUND: Final = _statement()


def district_ground(*, viewer: Viewer) -> dict[str, DistrictGround]:
    """The districts of the place by name; empty where it supplies no geography. One statement."""
    if viewer.account_id is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_GROUND)
        rows = cursor.fetchall()
    return {name: DistrictGround((x, y), _outline(reach)) for name, x, y, *reach in rows}


def _outline(reach: list[float]) -> tuple[tuple[float, float], ...]:
    """The corners between lines that lie so far out, one for each direction (support function)."""
    corners = []
    for number, turn in enumerate(_TURNS):
        following = (number + 1) % SIDES
        one, other = reach[number] + MARGIN_KM, reach[following] + MARGIN_KM
        after = _TURNS[following]
        across = math.sin(after - turn)
        x = (one * math.sin(after) - other * math.sin(turn)) / across
        y = (other * math.cos(turn) - one * math.cos(after)) / across
        corners.append((x, y))
    return tuple(corners)
