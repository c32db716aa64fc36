"""Names by culture and generation: given, middle, family, and those of before a marriage."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from oneplace.borough.lives.columns import NO_DAY, NONE
from oneplace.borough.lives.families.people import CODES, CULTURES, People
from oneplace.borough.lives.moments import YEAR_DAYS, Array
from oneplace.borough.lives.names import FAMILY_NAMES, GIVEN_NAMES, SHORT_FORMS, zipf_weights
from oneplace.borough.lives.world import World, draw

_CULTURE_OF: Final = {
    "A": "english", "B": "irish", "C": "european", "D": "caribbean", "E": "african", "F": "indian",
    "G": "english", "H": "indian", "J": "pakistani", "K": "bangladeshi", "L": "tamil",
    "M": "caribbean", "N": "african", "P": "caribbean", "R": "chinese", "S": "arab", "Z": "english",
}  # fmt: skip


def give_names(world: World, people: People) -> None:
    """Names for everybody, in families and from one generation to the next."""
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
