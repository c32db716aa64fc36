"""People, households, marriages, children, moves: who is who, where, and since when.

Ages are drawn first, so that the borough has exactly the published shape; people are then matched
into couples and families by age and culture. Beside the living there are those who died or moved
away within the window: feeds know them too.
"""

from __future__ import annotations

import functools

from oneplace.borough.lives.families.everybody import everybody
from oneplace.borough.lives.families.homes import give_homes
from oneplace.borough.lives.families.naming import give_names
from oneplace.borough.lives.families.people import CODES, SCRIPTED, People
from oneplace.borough.lives.families.registers import draft_people
from oneplace.borough.lives.families.relationships import draft_relationships
from oneplace.borough.lives.families.ties import (
    gather_sharers,
    match_children,
    match_couples,
    match_the_dead_and_the_gone,
    mix_children,
)
from oneplace.borough.lives.world import World, appended

__all__ = ["CODES", "SCRIPTED", "People", "make_families"]


def make_families(world: World) -> None:
    """Draft people, households, addresses, histories, relationships and deaths."""
    random = world.random("families")
    people = everybody(world, random)
    match_couples(people, random)
    match_children(people, random)
    gather_sharers(people, random)
    match_the_dead_and_the_gone(people, random)
    mix_children(people)
    world.family = people
    give_homes(world, people)
    give_names(world, people)
    draft_people(world, people)
    draft_relationships(world, people)
    parts = world.state["address_parts"]
    world["addresses"] = functools.reduce(appended, parts[1:], parts[0])
