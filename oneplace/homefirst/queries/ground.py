"""The districts of the place as they lie, on squares of its own open geography; no outside map."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from django.db import connection

from oneplace.access.viewer import Viewer

SQUARES: Final = 24
"""The place is laid on so many squares by as many."""
_REACH: Final = 2
"""A square without a postcode belongs to the nearest district within so many squares."""

Square = tuple[int, int]

# A whole postcode ends in a digit and two letters; what else there is, is the middle of a district.
_SQUARES: Final = """
with place as (
    select min(longitude) as west, max(latitude) as north, cos(radians(avg(latitude))) as narrower,
           greatest(max(latitude) - min(latitude),
                    (max(longitude) - min(longitude)) * cos(radians(avg(latitude))), 0.001) as side
      from directory_postcode
), laid as (
    select case when d.code ~ '[0-9][A-Z][A-Z]$' then left(d.code, -3) else d.code end as district,
           least(%(last)s, floor((d.longitude - p.west) * p.narrower / p.side * %(squares)s)) as x,
           least(%(last)s, floor((p.north - d.latitude) / p.side * %(squares)s)) as y
      from directory_postcode d cross join place p
)
select x::int, y::int, district from laid group by 1, 2, 3 order by 1, 2, count(*) desc, 3
"""


@dataclass(frozen=True)
class DistrictGround:
    """The squares of one district, counted from the north-west corner of the place."""

    squares: frozenset[Square]

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of the square nearest to the middle of all of them."""
        x = sum(square[0] for square in self.squares) / len(self.squares)
        y = sum(square[1] for square in self.squares) / len(self.squares)
        near = min(self.squares, key=lambda at: ((at[0] - x) ** 2 + (at[1] - y) ** 2, at))
        return near[0] + 0.5, near[1] + 0.5


def district_ground(*, viewer: Viewer) -> dict[str, DistrictGround]:
    """The districts of the place by name; empty where it supplies no geography. One statement."""
    if viewer.account_id is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SQUARES, {"squares": SQUARES, "last": SQUARES - 1})
        rows = cursor.fetchall()
    held: dict[Square, str] = {}
    for x, y, district in rows:
        held.setdefault((x, y), district)
    found: dict[str, set[Square]] = defaultdict(set)
    for x in range(SQUARES):
        for y in range(SQUARES):
            district = held.get((x, y)) or _nearest((x, y), held)
            if district:
                found[district].add((x, y))
    return {name: DistrictGround(frozenset(squares)) for name, squares in found.items()}


def _nearest(square: Square, held: dict[Square, str]) -> str:
    """Whose square lies nearest; nothing where none lies near."""
    steps = range(-_REACH, _REACH + 1)
    near = (
        (right * right + down * down, held[square[0] + right, square[1] + down])
        for right in steps
        for down in steps
        if (square[0] + right, square[1] + down) in held
    )
    return min(near, default=(0, ""))[1]
