"""The ground: every postcode point lies in its area, and travel makes sense."""

import itertools
import json

from .conftest import Borough


def inside(point: tuple[float, float], ring: list[list[float]]) -> bool:
    """Whether a point lies in a polygon (even-odd rule)."""
    x, y = point
    crossings = False
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossings = not crossings
    return crossings


def test_every_postcode_point_lies_in_its_areas_polygon(borough: Borough) -> None:
    shapes = json.loads((borough.folder / "geography/areas.geojson").read_text())
    rings = {row["id"]: row["geometry"]["coordinates"][0] for row in shapes["features"]}

    points = borough.read_csv("geography/postcodes.csv")

    assert points
    for row in points:
        assert inside((float(row["longitude"]), float(row["latitude"])), rings[row["area"]])


def test_polygons_are_closed_and_every_area_has_one(borough: Borough) -> None:
    shapes = json.loads((borough.folder / "geography/areas.geojson").read_text())

    areas = {row["area"] for row in borough.read_csv("geography/areas.csv")}

    assert {row["id"] for row in shapes["features"]} == areas
    for row in shapes["features"]:
        (ring,) = row["geometry"]["coordinates"]
        assert ring[0] == ring[-1]
        assert len(ring) >= 4


def test_travel_is_the_same_both_ways_and_walking_is_slower_over_distance(
    borough: Borough,
) -> None:
    rows = borough.read_csv("geography/travel.csv")
    minutes = {(row["from_area"], row["to_area"]): row for row in rows}

    for (start, end), row in minutes.items():
        assert row["kilometres"] == minutes[end, start]["kilometres"]
        if float(row["kilometres"]) > 1:
            assert int(row["walking_minutes"]) > int(row["driving_minutes"])


def test_every_address_in_the_files_is_a_postcode_point(borough: Borough) -> None:
    points = {row["postcode"] for row in borough.read_csv("geography/postcodes.csv")}

    for row in borough.sheet("council_cases", "addresses.csv"):
        if row["PCODE"] not in points:
            key = ("council", row["SWIFT_NO"], "postcode")
            assert borough.defects[key]["kind"] == "misread"
