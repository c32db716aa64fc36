"""Homes: where each household lives and lived before, moves, and the practice it chose."""

from __future__ import annotations

from typing import Final

import numpy as np

from oneplace.borough.lives.columns import NO_DAY, NONE, Coded
from oneplace.borough.lives.families.people import SCRIPTED, People, cluster_of
from oneplace.borough.lives.ground import add_addresses
from oneplace.borough.lives.moments import YEAR_DAYS, Array
from oneplace.borough.lives.world import World, draw, pick

YEARLY_ARRIVALS: Final = 0.035
YEARLY_MOVES: Final = 0.055


def give_homes(world: World, people: People) -> None:
    """Households, their addresses, and where people lived before."""
    random = world.random("homes")
    count = people.count
    homes = world["care_homes"]
    living = people.here & (people.in_home < 0)
    heads = np.unique(people.head[living])
    # The dead who left a widow lived where she lives; the others need a home of their own.
    own_home = (people.fate != 0) & (people.widowed_by < 0) & (people.in_home < 0)
    own_home[SCRIPTED["joyce"]] = False
    former = np.unique(people.head[own_home])
    needing = np.concatenate([heads, former])
    area = _areas_for(world, random, people, needing)
    oldest = np.zeros(count)
    np.maximum.at(oldest, people.head[living], people.age[living])
    decile = world["areas"]["deprivation_decile"][area]
    age = np.maximum(oldest[needing], people.age[needing])
    owner = np.interp(age, [18, 30, 45, 65], [0.12, 0.32, 0.52, 0.68]) * np.interp(
        decile, [1, 10], [0.6, 1.35]
    )
    luck = random.random(len(needing))
    tenure_code = np.select(
        [luck < owner, luck < owner + (1 - owner) * 0.28, luck < owner + (1 - owner) * 0.48],
        [0, 1, 2], 3,
    )  # fmt: skip
    tenure = Coded(tenure_code, ["owner", "council", "housing_association", "private_rent"])
    flat = random.random(len(needing)) < np.where(tenure_code == 0, 0.26, 0.62)
    sheltered = flat & (age >= 70) & (random.random(len(needing)) < 0.15)
    kind = Coded(np.where(sheltered, 2, np.where(flat, 1, 0)), ["house", "flat", "sheltered"])
    address = add_addresses(world, "households", area, kind, tenure)
    address_of_head = np.full(count, NONE)
    address_of_head[needing] = address
    person_address = address_of_head[people.head]
    widow = people.widowed_by
    lost = np.flatnonzero((people.fate == 1) & (widow >= 0))
    person_address[lost] = person_address[widow[lost]]
    person_address[SCRIPTED["joyce"]] = person_address[SCRIPTED["desmond"]]
    residents = people.in_home >= 0
    person_address[residents] = homes["address"][people.in_home[residents]]
    household_of_head = np.full(count, NONE)
    household_of_head[heads] = np.arange(len(heads))
    household = np.where(living, household_of_head[people.head], NONE)
    care_home_household = len(heads) + np.arange(len(homes["care_home"]))
    in_care = people.here & residents
    household[in_care] = care_home_household[people.in_home[in_care]]
    size = np.bincount(household[household >= 0], minlength=len(heads) + len(homes["care_home"]))
    _draft_households(world, people, size, household, address_of_head[heads])
    people.extra["address"] = person_address
    people.extra["household"] = household
    people.extra["lives_alone"] = (household >= 0) & (size[household] == 1) & ~in_care
    _address_history(world, people, random)
    _registrations(world, people, random)


def _areas_for(world: World, random: np.random.Generator, people: People, heads: Array) -> Array:
    """A small area for each household: network by size, deprivation leaning with culture."""
    areas = world["areas"]
    network = draw(random, len(heads), world.state["network_shares"])
    show = int(np.flatnonzero(world["practices"]["is_show_practice"])[0])
    network[heads == SCRIPTED["desmond"]] = world["practices"]["network"][show]
    cluster = cluster_of(people.ethnicity[heads])
    lean = np.where(np.isin(cluster, [2, 3, 4]), 1.6, np.where(cluster == 1, 1.1, 0.8))
    luck = random.random(len(heads)) ** lean
    found = np.empty(len(heads), dtype=np.int64)
    for index in range(len(world.place.networks)):
        here = np.flatnonzero(network == index)
        choices = np.flatnonzero(areas["network"] == index)
        by_decile = choices[np.argsort(areas["deprivation_decile"][choices], kind="stable")]
        found[here] = by_decile[(luck[here] * len(by_decile)).astype(np.int64)]
    return found


def _draft_households(
    world: World, people: People, size: Array, household: Array, address: Array
) -> None:
    """`address` is where each household of `household` numbers is, care homes left out."""
    number = len(address)
    homes = world["care_homes"]
    inside = np.flatnonzero((household >= 0) & (household < number))
    place = household[inside]
    age = people.age[inside]
    children = np.bincount(place[age < 18], minlength=number)
    adults = np.bincount(place[age >= 18], minlength=number)
    elders = np.bincount(place[(age >= 62) & (people.partner[inside] < 0)], minlength=number)
    coupled = np.bincount(place[people.partner[inside] >= 0], minlength=number) > 0
    related = np.bincount(place[people.mother[inside] >= 0], minlength=number) > 0
    words = ["single", "couple", "family", "lone_parent", "shared", "three_generations",
             "care_home"]  # fmt: skip
    kind = np.select(
        [
            size[:number] == 1,
            (children > 0) & (elders > 0) & (adults > 1),
            (children > 0) & coupled,
            (children > 0) & (adults == 1),
            coupled & (size[:number] == 2),
            related | coupled,
        ],
        [0, 5, 2, 3, 1, 2],
        4,
    )
    world["households"] = {
        "household": np.arange(number + len(homes["care_home"])),
        "address": np.concatenate([address, homes["address"]]),
        "kind": Coded(
            np.concatenate([kind, np.full(len(homes["care_home"]), 6)]).astype(np.int32), words
        ),
        "size": size,
    }


def _address_history(world: World, people: People, random: np.random.Generator) -> None:
    """Moves: into the borough, within it, and into care homes; and leaving it."""
    count = people.count
    born = world.now_day - np.floor(people.age * YEAR_DAYS).astype(np.int64)
    now, start = world.now_day, world.start_day
    years_before = (now - start) / YEAR_DAYS
    head = people.head
    oldest = np.zeros(count)
    np.maximum.at(oldest, head, people.age)
    mobile = np.interp(oldest, [20, 35, 50, 65, 80], [2.2, 1.6, 0.8, 0.35, 0.15])
    luck = random.random(count)[head]
    free = people.ordinary & (people.fate != 1) & (people.in_home < 0)
    free &= people.widowed_by < 0
    arriving = free & (luck < YEARLY_ARRIVALS * years_before * mobile)
    moving = free & ~arriving & (luck < (YEARLY_ARRIVALS + YEARLY_MOVES) * years_before * mobile)
    # Households that came within ten years, before the window: longer ago, same rate.
    came_before = free & ~arriving & (random.random(count)[head] < 0.24 * mobile)
    when_in = start + (random.random(count)[head] * (now - start)).astype(np.int64)
    when_before = start - 1 - (random.random(count)[head] * 2900).astype(np.int64)
    arrived = np.where(arriving, when_in, np.where(came_before, when_before, NO_DAY))
    left = np.where(
        people.fate == 2,
        np.maximum(start + (random.random(count)[head] * (now - start)).astype(np.int64),
                   np.where(arriving, when_in + 30, start)),
        NO_DAY,
    )  # fmt: skip
    left = np.where((left != NO_DAY) & (left >= now), now - 1, left)
    arrived = np.where((left != NO_DAY) & (arrived >= left), NO_DAY, arrived)
    arrived = np.where(arrived <= born, NO_DAY, arrived)
    into_home = people.in_home >= 0
    stay_years = random.exponential(2.1, count) + 0.1
    entered = np.maximum(now - (stay_years * YEAR_DAYS).astype(np.int64), born + 55 * 365)
    former = np.unique(head[moving])
    area = _areas_for(world, random, people, former)
    plain = len(former)
    kind = pick(random, plain, {"house": 45, "flat": 55})
    tenure = pick(random, plain, {"owner": 35, "private_rent": 45, "council": 20})
    former_address = np.full(count, NONE)
    former_address[former] = add_addresses(world, "former", area, kind, tenure)
    residents = np.flatnonzero(into_home)
    area = _areas_for(world, random, people, residents)
    kind = pick(random, len(residents), {"house": 55, "flat": 35, "sheltered": 10})
    tenure = pick(random, len(residents), {"owner": 60, "council": 30, "housing_association": 10})
    home_before = np.full(count, NONE)
    home_before[residents] = add_addresses(world, "before care", area, kind, tenure)
    moved_on = np.where(moving, np.maximum(when_in, start), NO_DAY)
    people.extra |= {
        "born": born, "arrived": arrived, "left": left, "entered": entered,
        "moving": moving, "moved_on": moved_on, "former_address": former_address[head],
        "home_before": home_before,
    }  # fmt: skip


def _registrations(world: World, people: People, random: np.random.Generator) -> None:
    """Each household's practice, of its network; some members choose another."""
    practices = world["practices"]
    shares = world.state["practice_shares"]
    area_network = world.of_addresses("network")
    network = area_network[people.extra["address"]]
    luck = random.random(people.count)[people.head]
    own = random.random(people.count)
    luck = np.where(own < 0.05, own / 0.05, luck)
    practice = np.empty(people.count, dtype=np.int64)
    for index in range(len(world.place.networks)):
        here = np.flatnonzero(network == index)
        choices = np.flatnonzero(practices["network"] == index)
        edges = np.cumsum(shares[choices]) / shares[choices].sum()
        practice[here] = choices[np.minimum(
            np.searchsorted(edges, luck[here], side="right"), len(choices) - 1
        )]  # fmt: skip
    far = random.random(people.count) < 0.03
    practice[far] = draw(random, int(far.sum()), shares)
    residents = people.in_home >= 0
    practice[residents] = world["care_homes"]["practice"][people.in_home[residents]]
    show = int(np.flatnonzero(practices["is_show_practice"])[0])
    practice[: len(SCRIPTED)] = show
    people.extra["practice"] = practice
    changed = (random.random(people.count) < 0.05) & people.ordinary & (people.in_home < 0)
    people.extra["earlier_practice"] = np.where(
        changed, draw(random, people.count, shares), practice
    )
