"""The borough's invented ground: small areas, postcode points, travel between them.

An area's polygon is the hull of its postcode points, a little widened, so every point lies inside;
neighbours may overlap by a street. Travel is along great circles, lengthened by what streets add:
good enough for rounds, and clearly not a road map.
"""

# ruff: noqa: S608 - the SQL is put together from our own constants, never from what is read

from __future__ import annotations

import math
from pathlib import PurePosixPath

import numpy as np
import numpy.typing as npt
import orjson

from oneplace.borough.feeds.calendar import ALWAYS
from oneplace.borough.feeds.sheets import Sheet, write_sheet
from oneplace.borough.feeds.shelf import Parcel, Shelf
from oneplace.borough.feeds.store import Store

FEED = "geography"
FOLDER = "geography"

EARTH_RADIUS_KM = 6_371.0088
"""Mean radius (IUGG)."""
STREET_FACTOR = 1.35
"""Streets are longer than the line between two points; an ordinary factor for London."""
WALKING_KM_PER_HOUR = 4.5
DRIVING_KM_PER_HOUR = 19.0
DRIVING_START_MINUTES = 3.0
"""To the car and out of the parking space."""
MARGIN_KM = 0.08

Points = npt.NDArray[np.float64]


def write_geography(store: Store, shelf: Shelf) -> None:
    """Write areas (table and GeoJSON), postcode points, networks and travel times."""
    now = store.settings.now

    def parcel(name: str) -> Parcel:
        return Parcel(PurePosixPath(FOLDER) / name, FEED, ALWAYS, now, store.settings.starts_at)

    sheets = (
        Sheet(
            "networks.csv",
            {
                "network": "x.key", "name": "csv(x.name)", "starts_on": "iso_day(x.starts_on)",
                "latitude": "printf('%.6f', x.latitude)",
                "longitude": "printf('%.6f', x.longitude)",
            },
            "SELECT * FROM networks", (), "x.network",
        ),
        Sheet(
            "areas.csv",
            {
                "area": "x.code", "name": "csv(x.name)", "network": "x.network_key",
                "deprivation_decile": "plain(x.deprivation_decile)",
                "latitude": "printf('%.6f', x.latitude)",
                "longitude": "printf('%.6f', x.longitude)",
            },
            """SELECT a.*, n.key AS network_key FROM areas a JOIN networks n
                ON n.network = a.network""",
            (), "x.area",
        ),
        Sheet(
            "postcodes.csv",
            {
                "postcode": "x.postcode", "area": "x.code",
                "network": "x.network_key", "latitude": "printf('%.6f', x.latitude)",
                "longitude": "printf('%.6f', x.longitude)",
            },
            """SELECT p.*, a.code, n.key AS network_key FROM postcodes p
                JOIN areas a ON a.area = p.area JOIN networks n ON n.network = p.network""",
            (), "x.postcode",
        ),
        Sheet(
            "travel.csv",
            {
                "from_area": "x.from_code", "to_area": "x.to_code",
                "kilometres": "printf('%.2f', x.km)",
                "walking_minutes": f"ceil(x.km / {WALKING_KM_PER_HOUR} * 60)::INTEGER::VARCHAR",
                "driving_minutes": f"""ceil({DRIVING_START_MINUTES}
                    + x.km / {DRIVING_KM_PER_HOUR} * 60)::INTEGER::VARCHAR""",
            },
            f"""SELECT a.code AS from_code, b.code AS to_code,
                2 * {EARTH_RADIUS_KM} * {STREET_FACTOR} * asin(least(1, sqrt(
                    sin(radians((b.latitude - a.latitude) / 2)) ** 2
                    + cos(radians(a.latitude)) * cos(radians(b.latitude))
                    * sin(radians((b.longitude - a.longitude) / 2)) ** 2))) AS km
            FROM (SELECT code, latitude::DOUBLE AS latitude, longitude::DOUBLE AS longitude
                  FROM areas) a,
                 (SELECT code, latitude::DOUBLE AS latitude, longitude::DOUBLE AS longitude
                  FROM areas) b""",
            (), "x.from_code, x.to_code",
        ),
    )  # fmt: skip
    for sheet in sheets:
        write_sheet(store, shelf, parcel(sheet.name), sheet)
    features = _features(store)
    content = orjson.dumps({"type": "FeatureCollection", "features": features})
    shelf.put(parcel("areas.geojson"), content, unit="areas", count=len(features))


def _features(store: Store) -> list[dict[str, object]]:
    areas = store.rows(
        """SELECT a.area, a.code, a.name, n.key, a.deprivation_decile, a.latitude::DOUBLE,
            a.longitude::DOUBLE
        FROM areas a JOIN networks n ON n.network = a.network ORDER BY a.area"""
    )
    points = np.array(
        store.rows(
            """SELECT area, longitude::DOUBLE, latitude::DOUBLE FROM postcodes
            ORDER BY area, postcode"""
        ),
        dtype=float,
    ).reshape(-1, 3)
    features: list[dict[str, object]] = []
    for area, code, name, network, decile, latitude, longitude in areas:
        own = points[points[:, 0] == area, 1:]
        centre = np.array([longitude, latitude])
        ring = hull(np.vstack([_around(point) for point in [*own, centre]]))
        features.append(
            {
                "type": "Feature",
                "id": code,
                "properties": {
                    "area": code, "name": name, "network": network, "deprivation_decile": decile,
                },
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[round(x, 6), round(y, 6)] for x, y in ring]],
                },
            }
        )  # fmt: skip
    return features


def _around(point: Points) -> Points:
    """Eight points a margin away, so that the point itself lies well inside the hull."""
    degrees = math.degrees(MARGIN_KM / EARTH_RADIUS_KM)
    turns = np.arange(8) * (math.pi / 4)
    across = degrees / math.cos(math.radians(float(point[1])))
    return np.column_stack([point[0] + across * np.cos(turns), point[1] + degrees * np.sin(turns)])


def hull(points: Points) -> list[tuple[float, float]]:
    """The convex hull, anticlockwise, first point repeated at the end (Andrew's monotone chain)."""
    ordered = sorted({(float(x), float(y)) for x, y in points})

    def half(run: list[tuple[float, float]]) -> list[tuple[float, float]]:
        kept: list[tuple[float, float]] = []
        for point in run:
            while len(kept) >= 2 and _turn(kept[-2], kept[-1], point) <= 0:
                kept.pop()
            kept.append(point)
        return kept

    lower, upper = half(ordered), half(ordered[::-1])
    return [*lower[:-1], *upper[:-1], lower[0]]


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
