"""Falls: most are never told; some bring help, some a hospital stay."""

from __future__ import annotations

from typing import Final

import numpy as np

from oneplace.borough.lives.choosing import age_at, by_need
from oneplace.borough.lives.columns import Coded
from oneplace.borough.lives.moments import HOUR, hours_profile
from oneplace.borough.lives.world import World, appended, pick

YEARLY_FALLS: Final = 17_500
"""Falls a year for 380,000 people, nearly all of 65 and over, one in three of whom fall (NICE)."""

_FALL_HOURS = hours_profile({2: 0.7, 6: 1.3, 10: 1.4, 15: 1.0, 20: 0.9, 23: 0.7})
_PLACES = ["home", "garden", "street", "care_home", "hospital"]
_RESPONSES = ["not_reported", "gp", "rapid_response", "ambulance_not_conveyed", "ed"]


def make_falls(world: World) -> None:
    """Draft falls that no hospital stay followed."""
    random = world.random("falls")
    age = world.state["middle_age"]
    people = world.family
    weight = np.interp(age, [17, 18, 50, 64, 70, 80, 90], [0, 0.006, 0.015, 0.10, 0.22, 0.4, 0.6])
    weight = weight * (1 + 0.14 * world.state["deficits"])
    person, at = by_need(world, random, YEARLY_FALLS, weight, _FALL_HOURS, swing=0.08)
    resident = people.in_home[person] >= 0
    place = pick(random, len(person), {"home": 66, "garden": 12, "street": 22})
    place = Coded(np.where(resident, 3, place.codes), _PLACES)
    order = np.lexsort((at, person))
    world["falls"] = {
        "fall": np.arange(len(person)), "person": person[order], "at": at[order],
        "place": place[order],
        "harm": pick(random, len(person), {"none": 62, "minor": 32, "fracture": 4, "head": 2}),
        "response": pick(random, len(person), {
            "not_reported": 56, "gp": 15, "rapid_response": 9, "ambulance_not_conveyed": 9,
            "ed": 11}),
    }  # fmt: skip


def add_falls_of_stays(world: World) -> None:
    """The falls that brought people into hospital."""
    random = world.random("falls of stays")
    stays = world["hospital_stays"]
    rows = np.flatnonzero(stays["is_fall"])
    people = world.family
    person = stays["person"][rows]
    at = stays["admitted_at"][rows] - (
        (2.5 + random.random(len(rows)) * 5) * HOUR
    ).astype(np.int64) // 60_000_000 * 60_000_000  # fmt: skip
    fits = at > world.start
    resident = people.in_home[person] >= 0
    old = age_at(world, person, at) >= 65
    place = np.where(resident, 3, pick(random, len(rows), {"h": 60, "g": 12, "s": 28}).codes)
    more = {
        "fall": np.arange(len(rows)), "person": person, "at": at,
        "place": Coded(place, _PLACES),
        "harm": pick(random, len(rows), {"minor": 30, "fracture": 45, "head": 25}),
        "response": Coded(np.full(len(rows), 4), _RESPONSES),
    }  # fmt: skip
    del old
    kept = {name: values[fits] for name, values in more.items()}
    falls = appended(world["falls"], kept)
    order = np.lexsort((falls["at"], falls["person"]))
    world["falls"] = {name: values[order] for name, values in falls.items()}
    world["falls"]["fall"] = np.arange(len(order))
