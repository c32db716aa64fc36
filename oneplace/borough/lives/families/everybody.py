"""Everybody who ever lives here: age, sex, fate, ethnic category, and who is in a care home."""

from __future__ import annotations

from typing import Final

import numpy as np

from oneplace.borough.lives.columns import NONE
from oneplace.borough.lives.families.people import CODES, SCRIPTED, People
from oneplace.borough.lives.moments import YEAR_DAYS, Array
from oneplace.borough.lives.world import World, draw

_SCRIPTED_AGES: Final = (77.7, 76.1, 49.3)

CARE_HOME_OCCUPANCY: Final = 0.9
YEARLY_LEAVERS: Final = 0.03

_UNDER_65: Final = {(0, 18): 24.5, (18, 25): 8.5, (25, 35): 15.0, (35, 45): 15.5, (45, 55): 13.0,
                    (55, 65): 10.5}  # fmt: skip
"""Ages under 65 in bands, before scaling to the place's share."""

DEATH_RATE_AT_65: Final = 0.0115
DEATH_RATE_GROWTH: Final = 0.098
"""Yearly death rate rises about tenfold from 65 to 88 (Gompertz; shape of English life tables)."""

_ETHNICITY_BY_AGE: Final = {
    # Shares per cent by NHS ethnic category, for adults of three ages: a mixed London borough.
    "young": (34, 1.0, 11, 2.5, 1.0, 1.2, 1.8, 8.0, 4.0, 1.2, 6.5, 8.5, 10.0, 3.2, 1.3, 3.3, 1.5),
    "middle": (44, 1.6, 9, 1.5, 0.5, 0.8, 1.0, 7.5, 3.2, 0.7, 6.0, 9.5, 8.0, 2.0, 1.0, 2.4, 1.3),
    "old": (66, 3.2, 5, 0.5, 0.2, 0.3, 0.4, 6.5, 1.3, 0.3, 3.0, 8.5, 2.0, 0.9, 0.5, 0.9, 0.5),
}


def death_rate(age: Array, liability: Array) -> Array:
    """Yearly chance of dying at an age in years, given how prone to illness."""
    base = DEATH_RATE_AT_65 * np.exp(DEATH_RATE_GROWTH * (age - 65)) + 0.0002
    return np.minimum(base * np.exp(0.55 * liability - 0.15), 0.9)


def everybody(world: World, random: np.random.Generator) -> People:
    """The living, the dead and the gone; nobody has a family or a home yet, but a care home."""
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
