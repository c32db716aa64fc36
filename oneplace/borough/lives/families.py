"""People, households, marriages, children, moves: who is who, where, and since when.

Ages are drawn first, so that the borough has exactly the published shape; people are then matched
into couples and families by age and culture. Beside the living there are those who died or moved
away within the window: feeds know them too.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from oneplace.borough.lives.columns import NEVER, NO_DAY, NONE, Coded
from oneplace.borough.lives.ground import LANDLINES, MOBILES, add_addresses
from oneplace.borough.lives.moments import YEAR_DAYS, Array, moment
from oneplace.borough.lives.names import (
    FAMILY_NAMES,
    GIVEN_NAMES,
    SHORT_FORMS,
    zipf_weights,
)
from oneplace.borough.lives.world import World, appended, draw, pick, within_group_index
from oneplace.vocabulary import nhs_number

SCRIPTED: Final = {"desmond": 0, "joyce": 1, "marcia": 2}
"""Person indexes of those written by hand (`desmond`)."""

_SCRIPTED_AGES: Final = (77.7, 76.1, 49.3)

CARE_HOME_OCCUPANCY: Final = 0.9
YEARLY_LEAVERS: Final = 0.03
YEARLY_ARRIVALS: Final = 0.035
YEARLY_MOVES: Final = 0.055

_UNDER_65: Final = {(0, 18): 24.5, (18, 25): 8.5, (25, 35): 15.0, (35, 45): 15.5, (45, 55): 13.0,
                    (55, 65): 10.5}  # fmt: skip
"""Ages under 65 in bands, before scaling to the place's share."""

DEATH_RATE_AT_65: Final = 0.0115
DEATH_RATE_GROWTH: Final = 0.098
"""Yearly death rate rises about tenfold from 65 to 88 (Gompertz; shape of English life tables)."""

DEATHS_WIDOWING: Final = 0.38
DEATHS_IN_CARE_HOMES: Final = 0.20

CODES: Final = ("A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S", "Z")
_ETHNICITY_BY_AGE: Final = {
    # Shares per cent by NHS ethnic category, for adults of three ages: a mixed London borough.
    "young": (34, 1.0, 11, 2.5, 1.0, 1.2, 1.8, 8.0, 4.0, 1.2, 6.5, 8.5, 10.0, 3.2, 1.3, 3.3, 1.5),
    "middle": (44, 1.6, 9, 1.5, 0.5, 0.8, 1.0, 7.5, 3.2, 0.7, 6.0, 9.5, 8.0, 2.0, 1.0, 2.4, 1.3),
    "old": (66, 3.2, 5, 0.5, 0.2, 0.3, 0.4, 6.5, 1.3, 0.3, 3.0, 8.5, 2.0, 0.9, 0.5, 0.9, 0.5),
}
_CLUSTER: Final = {"A": 0, "B": 0, "C": 0, "D": 3, "E": 3, "F": 3, "G": 3, "H": 1, "J": 1, "K": 1,
                   "L": 1, "M": 2, "N": 2, "P": 2, "R": 1, "S": 4, "Z": 0}  # fmt: skip
CULTURES: Final = ("english", "irish", "european", "caribbean", "african", "indian", "tamil",
                   "pakistani", "bangladeshi", "chinese", "arab")  # fmt: skip
_CULTURE_OF: Final = {
    "A": "english", "B": "irish", "C": "european", "D": "caribbean", "E": "african", "F": "indian",
    "G": "english", "H": "indian", "J": "pakistani", "K": "bangladeshi", "L": "tamil",
    "M": "caribbean", "N": "african", "P": "caribbean", "R": "chinese", "S": "arab", "Z": "english",
}  # fmt: skip
_LANGUAGES: Final = {
    "european": ("pl", "ro", "pt", "es", "it"), "african": ("yo", "tw", "so", "fr"),
    "indian": ("gu", "hi", "pa"), "tamil": ("ta", "ne", "tl"), "pakistani": ("ur", "pa"),
    "bangladeshi": ("bn",), "chinese": ("zh",), "arab": ("ar", "fa", "tr"),
}  # fmt: skip
_FAITHS: Final[Mapping[str, Mapping[str, float]]] = {
    "english": {"christian": 52, "none": 38, "not_stated": 8, "other": 1.6, "jewish": 0.4},
    "irish": {"christian": 82, "none": 14, "not_stated": 4},
    "european": {"christian": 68, "none": 24, "not_stated": 8},
    "caribbean": {"christian": 76, "none": 16, "not_stated": 6, "other": 2},
    "african": {"christian": 70, "muslim": 24, "none": 3, "not_stated": 3},
    "indian": {"hindu": 58, "sikh": 14, "muslim": 14, "christian": 9, "none": 5},
    "tamil": {"hindu": 52, "christian": 24, "muslim": 10, "buddhist": 10, "none": 4},
    "pakistani": {"muslim": 95, "none": 2, "not_stated": 3},
    "bangladeshi": {"muslim": 95, "none": 2, "not_stated": 3},
    "chinese": {"none": 55, "buddhist": 20, "christian": 20, "not_stated": 5},
    "arab": {"muslim": 72, "christian": 12, "none": 9, "not_stated": 7},
}


@dataclass
class People:
    """The arrays families are built in; one place per person, scripted people first."""

    age: Array
    """Years at now (of the dead and the moved: as if they still were here)."""
    woman: Array
    fate: Array
    """0 living here at now, 1 died before now, 2 moved away before now."""
    ordinary: Array
    ethnicity: Array
    in_home: Array
    """Care home index or -1."""
    partner: Array
    mother: Array
    father: Array
    head: Array
    """Whose household they belong to, by person."""
    liability: Array
    """How prone to illness, standard normal with shifts; drives conditions and frailty."""
    widowed_by: Array
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many."""
        return len(self.age)

    @property
    def here(self) -> Array:
        """Living in the borough at now."""
        return np.asarray(self.fate == 0)


def death_rate(age: Array, liability: Array) -> Array:
    """Yearly chance of dying at an age in years, given how prone to illness."""
    base = DEATH_RATE_AT_65 * np.exp(DEATH_RATE_GROWTH * (age - 65)) + 0.0002
    return np.minimum(base * np.exp(0.55 * liability - 0.15), 0.9)


def _ages(world: World, random: np.random.Generator, count: int) -> Array:
    """Ages whose shares are the place's own, by stratified drawing."""
    population = world.place.population
    old, older, oldest = (
        population.share_65_and_over,
        population.share_75_and_over,
        population.share_85_and_over,
    )
    ages = np.arange(103)
    weights = np.zeros(103)
    for (low, high), share in _UNDER_65.items():
        weights[low:high] = share / (high - low)
    weights[:65] *= (1 - old) / weights[:65].sum()
    for low, high, share, slope in (
        (65, 75, old - older, -0.045), (75, 85, older - oldest, -0.075), (85, 103, oldest, -0.17),
    ):  # fmt: skip
        shape = np.exp(slope * (ages[low:high] - low))
        weights[low:high] = share * shape / shape.sum()
    strata = (random.permutation(count) + random.random(count)) / count
    year = np.searchsorted(np.cumsum(weights) / weights.sum(), strata, side="right")
    return np.asarray(np.minimum(year, 102) + random.random(count))


def _match(
    random: np.random.Generator, wanting: Array, wanted: Array, having: Array, have: Array
) -> tuple[Array, Array]:
    """Pair people with equal keys: `wanting[i]` wants key `wanted[i]`, `having[j]` has `have[j]`.

    Gives back two arrays of the same length; everybody is paired at most once.
    """
    keys = np.concatenate([wanted, have])
    side = np.concatenate([np.zeros(len(wanted), int), np.ones(len(have), int)])
    order = np.lexsort((random.random(len(keys)), side, keys))
    key, who = keys[order], side[order]
    compound = key * 2 + who
    rank = within_group_index(compound)
    # A pair is the same key and the same rank on both sides.
    slot = key.astype(np.int64) * (len(keys) + 1) + rank
    left, right = order[who == 0], order[who == 1] - len(wanted)
    _, a, b = np.intersect1d(
        slot[who == 0], slot[who == 1], assume_unique=True, return_indices=True
    )
    return wanting[left[a]], having[right[b]]


def _near(random: np.random.Generator, wanted: Array, ages: Array) -> Array:
    """For each wanted age, the place of somebody of about that age in sorted `ages`."""
    low = np.searchsorted(ages, wanted - 2.0)
    high = np.searchsorted(ages, wanted + 2.0)
    high = np.maximum(high, low + 1)
    found = low + (random.random(len(wanted)) * (high - low)).astype(np.int64)
    return np.clip(found, 0, len(ages) - 1)


def make_families(world: World) -> None:
    """Draft people, households, addresses, histories, relationships and deaths."""
    random = world.random("families")
    people = _everybody(world, random)
    _couples(people, random)
    _children(people, random)
    _sharers(people, random)
    _the_dead_and_the_gone(people, random)
    _mixed_children(people, random)
    world.state["family"] = people
    _homes(world, people)
    _names(world, people)
    _draft_people(world, people)
    _draft_relationships(world, people)
    parts = world.state["address_parts"]
    world["addresses"] = functools.reduce(appended, parts[1:], parts[0])


def _everybody(world: World, random: np.random.Generator) -> People:
    count = world.settings.people
    scripted = len(SCRIPTED)
    # Desmond and Marcia are among the living; Joyce died within the window.
    living_age = np.concatenate([_SCRIPTED_AGES, _ages(world, random, count - (scripted - 1))])
    years_before = (world.now_day - world.start_day) / YEAR_DAYS
    living_liability = random.normal(0, 1, len(living_age))
    chance = np.where(living_age >= 1, death_rate(living_age, living_liability), 0.002)
    dying = random.random(len(living_age)) < chance * years_before
    dying[:scripted] = False
    dead_age = living_age[dying] + random.uniform(-0.5, 0.5, int(dying.sum()))
    leavers = round(count * YEARLY_LEAVERS * years_before)
    leaver_age = np.clip(random.gamma(6, 5.5, leavers), 0, 95)
    age = np.concatenate([living_age, np.maximum(dead_age, 0.1), leaver_age])
    total = len(age)
    fate = np.concatenate([
        np.zeros(len(living_age), int), np.ones(len(dead_age), int), np.full(leavers, 2),
    ])  # fmt: skip
    fate[SCRIPTED["joyce"]] = 1
    liability = np.concatenate([
        living_liability, living_liability[dying] + 0.5, random.normal(0, 1, leavers),
    ])  # fmt: skip
    share_women = np.interp(age, [60, 70, 80, 90, 100], [0.505, 0.53, 0.56, 0.65, 0.75])
    woman = random.random(total) < share_women
    woman[:scripted] = [False, True, True]
    ethnicity = np.empty(total, dtype=np.int64)
    for name, chosen in (
        ("young", age < 40), ("middle", (age >= 40) & (age < 65)), ("old", age >= 65),
    ):  # fmt: skip
        ethnicity[chosen] = draw(random, int(chosen.sum()), np.array(_ETHNICITY_BY_AGE[name]))
    ethnicity[:scripted] = CODES.index("M")
    ordinary = np.arange(total) >= scripted
    in_home = _care_home_places(world, random, age, fate, liability)
    liability = liability + np.where(in_home >= 0, 0.9, 0.0)
    none = np.full(total, NONE)
    return People(
        age=age, woman=woman, fate=fate, ordinary=ordinary, ethnicity=ethnicity, in_home=in_home,
        partner=none.copy(), mother=none.copy(), father=none.copy(), head=np.arange(total),
        liability=liability, widowed_by=none.copy(),
    )  # fmt: skip


def _care_home_places(
    world: World, random: np.random.Generator, age: Array, fate: Array, liability: Array
) -> Array:
    """Who lives in which care home, and who died in one."""
    homes = world["care_homes"]
    in_home = np.full(len(age), NONE)
    ordinary = np.arange(len(age)) >= len(SCRIPTED)
    places = np.repeat(homes["care_home"], homes["beds"])
    places = random.permutation(places)[: round(len(places) * CARE_HOME_OCCUPANCY)]
    weight = np.where(age >= 60, np.exp(0.14 * (np.minimum(age, 97) - 65) + 0.7 * liability), 0.0)
    weight = np.where(ordinary & (fate == 0), weight, 0.0)
    # Weighted choice without replacement: the largest of exponential races (Efraimidis 2006).
    race = np.where(weight > 0, random.exponential(1, len(age)) / np.maximum(weight, 1e-12), np.inf)
    residents = np.argsort(race, kind="stable")[: len(places)]
    residents = residents[np.isfinite(race[residents])]
    in_home[residents] = places[: len(residents)]
    dead = np.flatnonzero((fate == 1) & (age >= 68) & ordinary)
    chance = np.interp(age[dead], [68, 80, 90, 100], [0.08, 0.2, 0.42, 0.55])
    died_there = dead[random.random(len(dead)) < chance]
    in_home[died_there] = draw(random, len(died_there), homes["beds"].astype(float))
    return in_home


def _couples(people: People, random: np.random.Generator) -> None:
    age, cluster = people.age, np.array([_CLUSTER[code] for code in CODES])[people.ethnicity]
    free = people.here & people.ordinary & (people.in_home < 0)
    share = np.interp(
        age, [18, 24, 30, 40, 60, 70, 78, 86, 95], [0, 0.12, 0.5, 0.66, 0.64, 0.6, 0.46, 0.22, 0.06]
    )
    women = np.flatnonzero(free & people.woman & (random.random(people.count) < share))
    men = np.flatnonzero(free & ~people.woman & (age >= 19))
    wanted = np.clip(age[women] + random.normal(2.2, 3.2, len(women)), 19, 101)
    for width, by_cluster in ((1, True), (3, True), (4, False)):
        bins_women = (wanted // width).astype(np.int64) * 8 + cluster[women] * by_cluster
        bins_men = (age[men] // width).astype(np.int64) * 8 + cluster[men] * by_cluster
        wives, husbands = _match(random, women, bins_women, men, bins_men)
        people.partner[wives], people.partner[husbands] = husbands, wives
        left = people.partner[women] < 0
        women, wanted, men = women[left], wanted[left], men[people.partner[men] < 0]
    for sex in (True, False):
        single = np.flatnonzero(free & (people.woman == sex) & (people.partner < 0)
                                & (age > 22) & (age < 75))  # fmt: skip
        chosen = single[random.random(len(single)) < 0.03]
        chosen = chosen[np.argsort(age[chosen], kind="stable")]
        chosen = chosen[: len(chosen) // 2 * 2]
        people.partner[chosen[::2]], people.partner[chosen[1::2]] = chosen[1::2], chosen[::2]
    coupled = np.flatnonzero(people.partner >= 0)
    people.head[coupled] = np.minimum(coupled, people.partner[coupled])
    # Of two women or two men the lower index is the head; a wife's head is her husband's too.


def _children(people: People, random: np.random.Generator) -> None:
    age = people.age
    living = people.here & people.ordinary & (people.in_home < 0)
    children = np.flatnonzero(people.here & people.ordinary & (age < 18))
    women = np.flatnonzero(living & people.woman & (age >= 18) & (age < 62))
    has_partner = people.partner[women] >= 0
    slots = np.where(
        has_partner,
        pick(random, len(women), {"0": 26, "1": 24, "2": 36, "3": 11, "4": 3}).codes,
        pick(random, len(women), {"0": 60, "1": 22, "2": 14, "3": 4}).codes,
    )
    mothers = np.repeat(women, slots)
    gap = np.clip(random.normal(30, 5.5, len(children)), 17.5, 46)
    wanted = age[children] + gap
    open_slots = np.arange(len(mothers))
    waiting = np.arange(len(children))
    for width in (1, 3):
        found_child, found_slot = _match(
            random,
            waiting, (wanted[waiting] // width).astype(np.int64),
            open_slots, (age[mothers[open_slots]] // width).astype(np.int64),
        )  # fmt: skip
        people.mother[children[found_child]] = mothers[found_slot]
        waiting = np.setdiff1d(waiting, found_child)
        open_slots = np.setdiff1d(open_slots, found_slot)
    by_age = women[np.argsort(age[women], kind="stable")]
    near = by_age[_near(random, wanted[waiting], age[by_age])]
    too_young = age[near] - age[children[waiting]] < 16.5
    near[too_young] = by_age[_near(random, age[children[waiting[too_young]]] + 32, age[by_age])]
    people.mother[children[waiting]] = near
    _siblings(people, random, children)
    staying = np.interp(age, [18, 21, 25, 30, 36], [0.85, 0.65, 0.4, 0.16, 0.03])
    grown = np.flatnonzero(
        living & (people.partner < 0) & (age >= 18) & (age < 38)
        & (random.random(people.count) < staying)
    )  # fmt: skip
    parents = np.flatnonzero(living & people.woman & (age >= 37) & (age < 74))
    parents = parents[np.argsort(age[parents], kind="stable")]
    if len(parents):
        wanted = np.clip(age[grown] + np.clip(random.normal(29, 5, len(grown)), 18, 44), 38, 73)
        found = parents[_near(random, wanted, age[parents])]
        fits = age[found] - age[grown] >= 16
        people.mother[grown[fits]] = found[fits]
    with_mother = np.flatnonzero(people.mother >= 0)
    mother = people.mother[with_mother]
    husband = people.partner[mother]
    is_father = (husband >= 0) & ~people.woman[husband]
    old_enough = is_father & (age[husband] - age[with_mother] > 15)
    people.father[with_mother] = np.where(old_enough, husband, NONE)
    # Twice, because a grown daughter at her parents' has her own children with her.
    for _ in range(2):
        people.head[with_mother] = people.head[mother]
    _elders_with_family(people, random, living)


def _elders_with_family(people: People, random: np.random.Generator, living: Array) -> None:
    """Some widowed parents live with a married son or daughter."""
    age = people.age
    elders = np.flatnonzero(living & (people.partner < 0) & (age >= 68) & (people.mother < 0))
    cluster = np.array([_CLUSTER[code] for code in CODES])[people.ethnicity]
    joining = random.random(len(elders)) < np.where(cluster[elders] == 1, 0.34, 0.1)
    elders = elders[joining]
    hosts = np.flatnonzero(
        living & (people.partner >= 0) & (age > 36) & (age < 66) & (people.mother < 0)
    )
    hosts = hosts[np.argsort(age[hosts], kind="stable")]
    if len(hosts) and len(elders):
        host = hosts[_near(random, age[elders] - random.normal(29, 3, len(elders)), age[hosts])]
        # One elder a family, and somebody old enough to be the parent.
        _, first = np.unique(people.head[host], return_index=True)
        first = first[age[elders[first]] - age[host[first]] > 17]
        people.head[elders[first]] = people.head[host[first]]
        parent, child = elders[first], host[first]
        as_mother = people.woman[parent]
        people.mother[child[as_mother]] = parent[as_mother]
        people.father[child[~as_mother]] = parent[~as_mother]


def _siblings(people: People, random: np.random.Generator, children: Array) -> None:
    """Keep brothers and sisters at least ten months apart, except twins, who share a birthday."""
    order = children[np.lexsort((people.age[children], people.mother[children]))]
    same = np.concatenate([[False], people.mother[order[1:]] == people.mother[order[:-1]]])
    twin_of = np.full(people.count, NONE)
    twins = same & (random.random(len(order)) < 0.035)
    twins[1:] &= ~twins[:-1]
    rank = within_group_index(people.mother[order])
    for step in range(1, int(rank.max(initial=0)) + 1):
        here = np.flatnonzero(rank == step)
        elder, younger = order[here], order[here - 1]
        close = people.age[elder] - people.age[younger] < 0.9
        moved = people.age[younger] + random.uniform(0.95, 2.5, len(here))
        aged = np.where(close, np.minimum(moved, people.age[elder] + 3), people.age[elder])
        people.age[elder] = np.where(twins[here], people.age[younger], aged)
        people.age[elder] = np.minimum(people.age[elder], 17.99 + (people.age[elder] >= 18) * 3)
        pairs = here[twins[here]]
        twin_of[order[pairs]], twin_of[order[pairs - 1]] = order[pairs - 1], order[pairs]
    people.extra["twin"] = twin_of


def _sharers(people: People, random: np.random.Generator) -> None:
    """Those neither in a couple nor with family: alone, or in shared houses."""
    free = people.here & people.ordinary & (people.in_home < 0) & (people.age >= 18)
    is_head_of_others = np.zeros(people.count, dtype=bool)
    others = people.head != np.arange(people.count)
    is_head_of_others[people.head[others]] = True
    lone = np.flatnonzero(free & ~others & ~is_head_of_others)
    share = np.interp(people.age[lone], [18, 25, 40, 60, 70], [0.85, 0.65, 0.35, 0.2, 0.08])
    sharing = lone[random.random(len(lone)) < share]
    sharing = sharing[np.argsort(people.age[sharing] + random.normal(0, 3, len(sharing)))]
    sizes = random.integers(2, 5, len(sharing) + 1)
    group = np.searchsorted(np.cumsum(sizes), np.arange(len(sharing)), side="right")
    starts = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
    if len(sharing):
        lengths = np.diff(np.concatenate([starts, [len(sharing)]]))
        people.head[sharing] = np.repeat(sharing[starts], lengths)
    people.extra["sharing"] = np.zeros(people.count, dtype=bool)
    people.extra["sharing"][sharing] = True


def _the_dead_and_the_gone(people: People, random: np.random.Generator) -> None:
    """Some who died left a widow or widower who lives here still."""
    age = people.age
    dead = np.flatnonzero((people.fate == 1) & people.ordinary & (age >= 55) & (people.in_home < 0))
    dead = dead[random.random(len(dead)) < DEATHS_WIDOWING * 1.35]
    alone = people.here & people.ordinary & (people.in_home < 0) & (people.partner < 0)
    survivors = np.flatnonzero(alone & (age >= 52) & (people.mother < 0))
    wanted = age[dead] + np.where(people.woman[dead], 2.0, -2.0) + random.normal(0, 3, len(dead))
    for width in (2, 6):
        lost, left = _match(
            random,
            dead, (wanted // width).astype(np.int64) * 2 + people.woman[dead],
            survivors, (age[survivors] // width).astype(np.int64) * 2 + ~people.woman[survivors],
        )  # fmt: skip
        people.widowed_by[left] = lost
        people.widowed_by[lost] = left
        people.ethnicity[lost] = people.ethnicity[left]
        keep = people.widowed_by[dead] < 0
        dead, wanted = dead[keep], wanted[keep]
        survivors = survivors[people.widowed_by[survivors] < 0]
    # One address for every two who moved away together.
    gone = np.flatnonzero(people.fate == 2)
    pair = gone[: len(gone) // 2 * 2]
    people.head[pair[1::2]] = pair[::2]


def _mixed_children(people: People, random: np.random.Generator) -> None:
    """A child of two parents of different groups has the mixed category that says so."""
    del random
    cluster = np.array([_CLUSTER[code] for code in CODES])
    mother, father = people.mother, people.father
    # Oldest first, so that a grown child's own children follow.
    for generation in (people.age >= 18, people.age < 18):
        child = np.flatnonzero((mother >= 0) & generation)
        of_mother = people.ethnicity[mother[child]]
        has_father = father[child] >= 0
        of_father = np.where(has_father, people.ethnicity[father[child]], of_mother)
        one, other = cluster[of_mother], cluster[of_father]
        low, high = np.minimum(one, other), np.maximum(one, other)
        african = (of_mother == CODES.index("N")) | (of_father == CODES.index("N"))
        mixed = np.select(
            [
                (low == 0) & (high == 2) & african,
                (low == 0) & (high == 2),
                (low == 0) & (high == 1),
            ],
            [CODES.index("E"), CODES.index("D"), CODES.index("F")],
            CODES.index("G"),
        )
        people.ethnicity[child] = np.where(one == other, of_mother, mixed)


def _homes(world: World, people: People) -> None:
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
    cluster = np.array([_CLUSTER[code] for code in CODES])[people.ethnicity[heads]]
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
    area_network = np.concatenate([part["network"] for part in world.state["address_parts"]])
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


def _draw_names(
    random: np.random.Generator, culture: Array, pools: dict[int, Any], words: list[str]
) -> Array:
    """A name number for each person by culture, common names commonest."""
    numbers = {word: index for index, word in enumerate(words)}
    found = np.zeros(len(culture), dtype=np.int64)
    for index, pool in pools.items():
        here = np.flatnonzero(culture == index)
        lookup = np.array([numbers[name] for name in pool])
        found[here] = lookup[draw(random, len(here), zipf_weights(len(pool)))]
    return found


def _names(world: World, people: People) -> None:
    random = world.random("names")
    count = people.count
    culture = np.array([CULTURES.index(_CULTURE_OF[code]) for code in CODES])[people.ethnicity]
    people.extra["culture"] = culture
    family_words = sorted({name for pool in FAMILY_NAMES.values() for name in pool})
    pools = {CULTURES.index(name): pool for name, pool in FAMILY_NAMES.items()}
    own = _draw_names(random, culture, pools, family_words)
    family = own.copy()
    # People of shared houses keep their own; children take the father's, else the mother's name.
    partner, woman = people.partner, people.woman
    wife = np.flatnonzero((partner >= 0) & woman & ~woman[np.maximum(partner, 0)])
    takes = random.random(len(wife)) < np.interp(people.age[wife], [25, 45, 65], [0.55, 0.72, 0.93])
    unmarried = random.random(len(wife)) < np.interp(people.age[wife], [20, 30, 50, 70],
                                                     [0.9, 0.45, 0.15, 0.03])  # fmt: skip
    takes &= ~unmarried
    widow = people.widowed_by
    lost = np.flatnonzero((people.fate == 1) & (widow >= 0))
    for generation in range(2):
        # Twice, so that a grown child's wife and children carry the grandfather's name.
        child = np.flatnonzero((people.father >= 0) | (people.mother >= 0))
        father, mother = people.father[child], people.mother[child]
        from_father = father >= 0
        inherited = np.where(from_father, family[np.maximum(father, 0)],
                             family[np.maximum(mother, 0)])  # fmt: skip
        grown_woman = woman[child] & (partner[child] >= 0)
        own[child] = inherited
        family[child] = np.where(grown_woman, family[child], inherited)
        family[wife] = np.where(takes, family[partner[wife]], own[wife])
        del generation
    family[lost] = np.where(random.random(len(lost)) < 0.93, family[widow[lost]], family[lost])
    earlier_marriage = (
        woman & (partner < 0) & (widow < 0) & (people.age > 38) & (people.mother < 0)
        & (random.random(count) < 0.5)
    )  # fmt: skip
    other = _draw_names(random, culture, pools, family_words)
    previous = np.full(count, NONE)
    previous[wife] = np.where(takes & (own[wife] != family[wife]), own[wife], NONE)
    previous[earlier_marriage] = other[earlier_marriage]
    widows = np.flatnonzero((widow >= 0) & woman)
    previous[widows] = other[widows]
    previous = np.where(previous == family, NONE, previous)
    age_then = np.clip(random.normal(29, 6, count), 18, people.age - 0.3)
    changed_on = people.extra["born"] + np.floor(age_then * YEAR_DAYS).astype(np.int64)
    # A few marriages fall in the window: the name changes between one feed and the next.
    recent = np.flatnonzero(
        (previous >= 0) & (partner >= 0) & (people.age > 20) & (people.age < 46)
        & (random.random(count) < 0.14)
    )  # fmt: skip
    changed_on[recent] = world.start_day + random.integers(
        20, world.now_day - world.start_day, len(recent)
    )
    married = (partner >= 0).copy()
    married[wife[unmarried]] = False
    married[partner[wife[unmarried]]] = False
    _given_names(world, people, culture)
    people.extra |= {
        "family_words": family_words, "family_name": family, "previous_name": previous,
        "name_changed": np.where(previous >= 0, changed_on, NO_DAY), "married": married,
    }  # fmt: skip


def _given_names(world: World, people: People, culture: Array) -> None:
    random = world.random("given names")
    count = people.count
    words = sorted({n for by_sex in GIVEN_NAMES.values() for pool in by_sex.values() for n in pool})
    generation = np.select([people.age >= 70, people.age >= 34], [0, 1], 2)
    kinds = ["english_old", "english_middle", "english_young", *CULTURES[1:]]
    # Families long here mix their own names with everybody's, more so in each generation.
    mixed = random.random(count) < np.select([generation == 0, generation == 1], [0.15, 0.3], 0.45)
    kind = np.where((culture == 0) | mixed, generation, culture + 2)
    keep_own = np.isin(culture, [CULTURES.index("pakistani"), CULTURES.index("bangladeshi")])
    kind = np.where(keep_own, culture + 2, kind)
    given = np.zeros(count, dtype=np.int64)
    middle = np.zeros(count, dtype=np.int64)
    for target in (given, middle):
        for sex, chosen in (("female", people.woman), ("male", ~people.woman)):
            pools = {index: GIVEN_NAMES[name][sex] for index, name in enumerate(kinds)}
            rows = np.flatnonzero(chosen)
            target[rows] = _draw_names(random, kind[rows], pools, words)
    # Some sons carry their father's name: the two are told apart only by birth date.
    son = np.flatnonzero((people.father >= 0) & ~people.woman & (random.random(count) < 0.045))
    given[son] = given[people.father[son]]
    # No two living children of one mother have the same name.
    child = np.flatnonzero(people.mother >= 0)
    key = people.mother[child] * 100_000 + given[child]
    _, first = np.unique(key, return_index=True)
    again = np.setdiff1d(np.arange(len(child)), first)
    given[child[again]] = middle[child[again]]
    has_middle = random.random(count) < 0.46
    short = np.array([SHORT_FORMS.get(word, "") for word in words])
    shorts = sorted(set(SHORT_FORMS.values()))
    numbers = {word: index for index, word in enumerate(shorts)}
    short_of = np.array([numbers.get(word, NONE) for word in short.tolist()])
    preferred = np.where(random.random(count) < 0.45, short_of[given], NONE)
    # A few people are called by their middle name.
    by_middle = (random.random(count) < 0.03) & has_middle
    people.extra |= {
        "given_words": words, "given": given, "middle": np.where(has_middle, middle, NONE),
        "preferred_words": [*shorts, *words],
        "preferred": np.where(by_middle, len(shorts) + middle, preferred),
    }  # fmt: skip


def _deaths(world: World, people: People) -> Array:
    """Moment of death or NEVER: those who died before now, and those who will before the end."""
    random = world.random("deaths")
    count = people.count
    died = np.full(count, NEVER)
    born = people.extra["born"]
    before = np.flatnonzero(people.fate == 1)
    days = world.now_day - world.start_day
    # A little more often in winter.
    at = np.arange(days)
    weights = 1 + 0.16 * np.cos(2 * np.pi * ((world.start_day + at) % YEAR_DAYS - 15) / YEAR_DAYS)
    day = world.start_day + draw(random, len(before), weights)
    day = np.maximum(day, born[before] + 1)
    died[before] = moment(day, random.random(len(before)) * 1439)
    died[before] = np.minimum(died[before], world.now - 3_600_000_000)
    after = (world.end - world.now) / (YEAR_DAYS * 86_400_000_000)
    chance = death_rate(people.age, people.liability) * after
    chance = np.where(people.in_home >= 0, np.minimum(chance * 1.6, 0.6), chance)
    later = people.here & people.ordinary & (random.random(count) < chance)
    rows = np.flatnonzero(later)
    died[rows] = world.now + (random.random(len(rows)) * (world.end - world.now) * 0.999).astype(
        np.int64
    )
    return np.where(died == NEVER, NEVER, died // 60_000_000 * 60_000_000)


def _draft_people(world: World, people: People) -> None:
    random = world.random("people")
    extra, count = people.extra, people.count
    died = _deaths(world, people)
    culture = extra["culture"]
    age = people.age
    language_words = sorted({"en", *(code for pool in _LANGUAGES.values() for code in pool)})
    language = np.full(count, language_words.index("en"))
    faith_words = sorted({word for pool in _FAITHS.values() for word in pool})
    faith = np.zeros(count, dtype=np.int64)
    for name, pool in _FAITHS.items():
        here = np.flatnonzero(culture == CULTURES.index(name))
        drawn = pick(random, len(here), {word: float(share) for word, share in pool.items()})
        faith[here] = np.array([faith_words.index(word) for word in drawn.words])[drawn.codes]
    faith = faith[people.head] if len(faith) else faith
    for name, codes in _LANGUAGES.items():
        here = np.flatnonzero(
            (culture == CULTURES.index(name))
            & (random.random(count) < np.interp(age, [5, 30, 60, 80], [0.05, 0.25, 0.3, 0.45]))
        )
        language[here] = np.array([language_words.index(code) for code in codes])[
            random.integers(0, len(codes), len(here))
        ]
    foreign = language != language_words.index("en")
    needs = np.select(
        [
            (age >= 70) & (random.random(count) < 0.07),
            (age >= 70) & (random.random(count) < 0.09),
            random.random(count) < 0.006,
            random.random(count) < 0.0012,
            (age >= 80) & (random.random(count) < 0.08),
            (age >= 18) & (random.random(count) < 0.004),
        ],
        [1, 3, 2, 4, 6, 5], 0,
    )  # fmt: skip
    need_words = ["none", "large_print", "easy_read", "hearing_loop", "bsl", "phone_not_letters",
                  "letters_not_phone"]  # fmt: skip
    widow = people.widowed_by
    widowed = ((widow >= 0) & (people.fate == 0)) | (
        (people.partner < 0) & people.ordinary
        & (random.random(count) < np.interp(age, [50, 65, 75, 85, 95], [0, 0.25, 0.5, 0.75, 0.85]))
    )  # fmt: skip
    divorced = (people.partner < 0) & (extra["previous_name"] >= 0)
    divorced |= (people.partner < 0) & (age > 35) & (random.random(count) < 0.18)
    died_married = (people.fate == 1) & (widow >= 0)
    marital = np.select([extra["married"] | died_married, widowed, divorced], [1, 2, 3], 0)
    partner = people.partner
    alike = (partner >= 0) & (people.woman == people.woman[np.maximum(partner, 0)])
    marital = np.where(alike & (marital == 1) & (np.minimum(partner, np.arange(count)) % 3 > 0), 4,
                       marital)  # fmt: skip
    woman = people.woman
    title_luck = random.random(count)
    titles = ["Mr", "Mrs", "Miss", "Ms", "Dr", "Mx"]
    title = np.select(
        [title_luck < 0.006, title_luck < 0.0075, ~woman, np.isin(marital, [1, 2]),
         (marital == 3) | (title_luck < 0.3)],
        [4, 5, 0, 1, 3], 2,
    )  # fmt: skip
    title = np.where(age < 18, np.where(woman, 2, 0), title)
    phone_share = np.interp(age, [20, 40, 60, 80], [0.1, 0.3, 0.6, 0.88])
    has_landline = random.random(count)[people.head] < phone_share
    landline_of_head = random.integers(0, 1000, count)
    has_mobile = random.random(count) < np.interp(
        age, [11, 13, 65, 75, 90], [0, 0.96, 0.9, 0.7, 0.3]
    )
    has_email = random.random(count) < np.interp(
        age, [15, 17, 60, 75, 90], [0, 0.85, 0.7, 0.45, 0.15]
    )
    given = np.array(extra["given_words"], dtype=object)[extra["given"]]
    family = np.array(extra["family_words"], dtype=object)[extra["family_name"]]
    emails = [
        f"{first}.{last}{index}@example.org".lower().replace("'", "").replace(" ", "") if there
        else ""
        for index, (first, last, there) in enumerate(
            zip(given.tolist(), family.tolist(), has_email.tolist(), strict=True))
    ]  # fmt: skip
    area = np.concatenate([part["area"] for part in world.state["address_parts"]])
    decile = world["areas"]["deprivation_decile"][area[extra["address"]]]
    gender = np.where(random.random(count) < 0.004, 2, woman.astype(int) ^ 1)
    numbers = nhs_number.synthetic_numbers(count, seed=world.settings.seed % 100_000)
    world["people"] = {
        "person": np.arange(count),
        "nhs_number": nhs_number.as_text(numbers),
        "title": Coded(title, titles),
        "given_name": Coded(extra["given"], extra["given_words"]),
        "middle_name": Coded(extra["middle"], extra["given_words"]),
        "family_name": Coded(extra["family_name"], extra["family_words"]),
        "preferred_name": Coded(
            np.where(extra["preferred"] >= 0, extra["preferred"] + len(extra["given_words"]),
                     extra["given"]),
            [*extra["given_words"], *extra["preferred_words"]],
        ),
        "previous_family_name": Coded(extra["previous_name"], extra["family_words"]),
        "family_name_changed_on": extra["name_changed"],
        "gender": Coded(gender, ["female", "male", "other"]),
        "sex": Coded(woman.astype(int) ^ 1, ["female", "male"]),
        "born_on": extra["born"],
        "died_at": died,
        "ethnicity": Coded(people.ethnicity, CODES),
        "language": Coded(language, language_words),
        "needs_interpreter": foreign & (random.random(count) < 0.4),
        "religion": Coded(faith, faith_words),
        "communication_needs": Coded(needs, need_words),
        "marital_status": Coded(
            marital, ["single", "married", "widowed", "divorced", "civil_partnership"]
        ),
        "deprivation_decile": decile,
        "household": extra["household"],
        "address": extra["address"],
        "care_home": np.where(people.here, people.in_home, NONE),
        "practice": extra["practice"],
        "network": world["practices"]["network"][extra["practice"]],
        "landline": Coded(np.where(has_landline, landline_of_head[people.head], NONE), LANDLINES),
        "mobile": Coded(np.where(has_mobile, random.integers(0, 1000, count), NONE), MOBILES),
        "email": emails,
        "lives_alone": extra["lives_alone"],
        "is_housebound": np.zeros(count, dtype=bool),
        "next_of_kin": np.full(count, NONE),
        "arrived_on": extra["arrived"],
        "left_on": extra["left"],
        "twin": extra["twin"],
        "is_scripted": ~people.ordinary,
    }  # fmt: skip
    _draft_histories(world, people, died)


def _draft_histories(world: World, people: People, died: Array) -> None:
    """`address_history` and `registrations` from the moves."""
    extra, count = people.extra, people.count
    person = np.arange(count)
    born, left, arrived = extra["born"], extra["left"], extra["arrived"]
    dead = died != NEVER
    death_day = np.where(dead, died // 86_400_000_000, NO_DAY)
    until = np.where(dead, death_day, left)
    random = world.random("histories")
    settled = np.maximum(born, world.start_day - random.integers(400, 14_000, count))
    # Households move in together.
    settled = np.maximum(settled[people.head], born)
    first = np.where(arrived != NO_DAY, arrived, settled)
    into_home = people.in_home >= 0
    entered = np.maximum(extra["entered"], born + 1)
    entered = np.where(dead, np.minimum(entered, death_day - 20), entered)
    moving = extra["moving"] & (extra["moved_on"] > first) & ~into_home
    moving &= (until == NO_DAY) | (extra["moved_on"] < until)
    baby_after = moving & (born >= extra["moved_on"])
    moving &= ~baby_after
    split = moving | into_home
    change = np.where(into_home, entered, extra["moved_on"])
    first = np.where(split, np.minimum(first, change - 30), first)
    first = np.maximum(first, born)
    before_address = np.where(into_home, extra["home_before"], extra["former_address"])
    rows = np.concatenate([person, person[split]])
    reason_now = np.select([into_home, moving, first == born, arrived != NO_DAY], [1, 2, 0, 2], 2)
    from_on = np.concatenate([np.where(split, change, first), first[split]])
    to_on = np.concatenate([until, change[split]])
    address = np.concatenate([extra["address"], before_address[split]])
    reason = np.concatenate([reason_now, np.where(first == born, 0, 2)[split]])
    order = np.lexsort((from_on, rows))
    world["address_history"] = {
        "person": rows[order],
        "address": address[order],
        "from_on": from_on[order],
        "to_on": to_on[order],
        "reason": Coded(reason[order], ["born", "care_home", "move"]),
    }
    changed = extra["earlier_practice"] != extra["practice"]
    changed_on = np.where(
        changed,
        world.start_day + random.integers(10, max(11, world.now_day - world.start_day), count),
        NO_DAY,
    )
    changed &= (changed_on > first + 30) & ((until == NO_DAY) | (changed_on < until - 30))
    died_first = dead & ((left == NO_DAY) | (death_day < left))
    end_reason = np.where(died_first, 2, np.where(left != NO_DAY, 0, NONE))
    rows = np.concatenate([person, person[changed]])
    practice = np.concatenate([extra["practice"], extra["earlier_practice"][changed]])
    from_on = np.concatenate([np.where(changed, changed_on, first), first[changed]])
    to_on = np.concatenate([until, changed_on[changed]])
    reason = np.concatenate([end_reason, np.full(int(changed.sum()), 1)])
    order = np.lexsort((from_on, rows))
    world["registrations"] = {
        "person": rows[order], "practice": practice[order], "from_on": from_on[order],
        "to_on": to_on[order],
        "end_reason": Coded(reason[order], ["moved_away", "changed_practice", "died"]),
    }  # fmt: skip


def _draft_relationships(world: World, people: People) -> None:
    """Spouses, parents and children, twins, and daughters who live elsewhere; next of kin."""
    random = world.random("relationships")
    count = people.count
    table = world["people"]
    who: list[Array] = []
    other: list[Array] = []
    kind: list[Array] = []
    words = ["spouse", "parent", "child", "sibling", "twin", "neighbour"]

    def add(person: Array, relative: Array, word: str, back: str) -> None:
        who.extend([person, relative])
        other.extend([relative, person])
        kind.extend([np.full(len(person), words.index(word)),
                     np.full(len(person), words.index(back))])  # fmt: skip

    single_side = np.flatnonzero(people.partner > np.arange(count))
    add(single_side, people.partner[single_side], "spouse", "spouse")
    lost = np.flatnonzero((people.fate == 1) & (people.widowed_by >= 0))
    add(lost, people.widowed_by[lost], "spouse", "spouse")
    for parent in (people.mother, people.father):
        child = np.flatnonzero(parent >= 0)
        add(child, parent[child], "parent", "child")
    twin = people.extra["twin"]
    twins = np.flatnonzero(twin > np.arange(count))
    add(twins, twin[twins], "twin", "twin")
    one, other_child = _brothers_and_sisters(people)
    add(one, other_child, "sibling", "sibling")
    alone, neighbour = _neighbours(world, people, random)
    add(alone, neighbour, "neighbour", "neighbour")
    parents = np.flatnonzero(
        people.ordinary & (people.age >= 66) & (people.fate != 2)
        & (random.random(count) < 0.5)
    )  # fmt: skip
    daughters = np.flatnonzero(
        people.here & people.woman & people.ordinary & (people.age > 30) & (people.age < 68)
        & (people.mother < 0) & (people.father < 0) & (table["previous_family_name"].codes >= 0)
    )  # fmt: skip
    daughters = daughters[np.argsort(people.age[daughters], kind="stable")]
    if len(daughters):
        wanted = people.age[parents] - np.clip(random.normal(29, 4, len(parents)), 18, 44)
        found = daughters[_near(random, wanted, people.age[daughters])]
        _, first = np.unique(found, return_index=True)
        fits = first[people.age[parents[first]] - people.age[found[first]] > 16]
        fits = fits[people.head[parents[fits]] != people.head[found[fits]]]
        mother, daughter = parents[fits], found[fits]
        # She was born with her parent's name, so marriages are consistent.
        table["previous_family_name"].codes[daughter] = table["family_name"].codes[mother]
        same = table["previous_family_name"].codes == table["family_name"].codes
        table["previous_family_name"].codes[same] = NONE
        table["family_name_changed_on"][same] = NO_DAY
        add(daughter, mother, "parent", "child")
    person, relative, code = map(np.concatenate, (who, other, kind))
    _write_relationships(world, people, person, relative, Coded(code, words))


def _brothers_and_sisters(people: People) -> tuple[Array, Array]:
    """Each child and the next of the same mother, twins left out."""
    child = np.flatnonzero(people.mother >= 0)
    child = child[np.lexsort((people.age[child], people.mother[child]))]
    same = people.mother[child][1:] == people.mother[child][:-1]
    one, other = child[:-1][same], child[1:][same]
    apart = people.extra["twin"][one] != other
    return one[apart], other[apart]


def _neighbours(world: World, people: People, random: np.random.Generator) -> tuple[Array, Array]:
    """Older people alone, and somebody near who looks in."""
    table, household = world["people"], people.extra["household"]
    area = np.concatenate([part["area"] for part in world.state["address_parts"]])
    adults = np.flatnonzero(
        people.here & people.ordinary & (people.in_home < 0) & (people.age >= 25)
    )
    adults = adults[np.lexsort((table["address"][adults], area[table["address"][adults]]))]
    alone = table["lives_alone"][adults] & (people.age[adults] >= 65)
    chosen = np.flatnonzero(alone & (random.random(len(adults)) < 0.3))
    chosen = chosen[chosen + 1 < len(adults)]
    one, other = adults[chosen], adults[chosen + 1]
    fits = (household[one] != household[other]) & (people.mother[one] != other)
    return one[fits], other[fits]


def _write_relationships(
    world: World, people: People, person: Array, relative: Array, kind: Coded
) -> None:
    """Sort the ties, mark who lives together, and choose each person's next of kin."""
    table, household = world["people"], people.extra["household"]
    code, words = kind.codes, kind.words
    order = np.lexsort((relative, code, person))
    person, relative, code = person[order], relative[order], code[order]
    lives_with = (household[person] >= 0) & (household[person] == household[relative])
    alive = people.fate[relative] == 0
    adult = people.age[relative] >= 18
    # spouse, parent, child, sibling, twin, neighbour
    rank_of_kind = np.array([0, 2, 1, 3, 3, 5])
    rank = np.where(alive & adult, rank_of_kind[code], 9)
    best = np.lexsort((rank, person))
    first = best[np.concatenate([[True], person[best][1:] != person[best][:-1]])] if len(
        best) else best  # fmt: skip
    is_kin = np.zeros(len(person), dtype=bool)
    is_kin[first[rank[first] < 9]] = True
    table["next_of_kin"][person[is_kin]] = relative[is_kin]
    world["relationships"] = {
        "person": person, "other": relative, "kind": Coded(code, words),
        "is_next_of_kin": is_kin, "lives_with": lives_with,
    }  # fmt: skip
