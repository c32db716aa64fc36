"""Couples, children, elders and sharers: who belongs together."""

from __future__ import annotations

from typing import Final

import numpy as np

from oneplace.borough.lives.columns import NONE
from oneplace.borough.lives.families.people import CODES, People, cluster_of
from oneplace.borough.lives.moments import Array
from oneplace.borough.lives.world import pick, within_group_index

DEATHS_WIDOWING: Final = 0.38


def match_couples(people: People, random: np.random.Generator) -> None:
    """Couples by age and group of culture, a few of one sex; each couple a household."""
    age, cluster = people.age, people.cluster
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


def match_children(people: People, random: np.random.Generator) -> None:
    """Mothers and fathers for everybody who lives with them, and families with an elder."""
    living = people.here & people.ordinary & (people.in_home < 0)
    children = np.flatnonzero(people.here & people.ordinary & (people.age < 18))
    _mothers(people, random, living, children)
    _siblings(people, random, children)
    _grown_at_home(people, random, living)
    _fathers(people)
    _elders_with_family(people, random, living)


def _mothers(people: People, random: np.random.Generator, living: Array, children: Array) -> None:
    """A mother for each child: of an age to be, and with room for as many as families have."""
    age = people.age
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
    near = by_age[somebody_near(random, wanted[waiting], age[by_age])]
    too_young = age[near] - age[children[waiting]] < 16.5
    older = age[children[waiting[too_young]]] + 32
    near[too_young] = by_age[somebody_near(random, older, age[by_age])]
    people.mother[children[waiting]] = near


def _grown_at_home(people: People, random: np.random.Generator, living: Array) -> None:
    """Some sons and daughters who are grown live with their mother still."""
    age = people.age
    staying = np.interp(age, [18, 21, 25, 30, 36], [0.85, 0.65, 0.4, 0.16, 0.03])
    grown = np.flatnonzero(
        living & (people.partner < 0) & (age >= 18) & (age < 38)
        & (random.random(people.count) < staying)
    )  # fmt: skip
    parents = np.flatnonzero(living & people.woman & (age >= 37) & (age < 74))
    parents = parents[np.argsort(age[parents], kind="stable")]
    if len(parents):
        wanted = np.clip(age[grown] + np.clip(random.normal(29, 5, len(grown)), 18, 44), 38, 73)
        found = parents[somebody_near(random, wanted, age[parents])]
        fits = age[found] - age[grown] >= 16
        people.mother[grown[fits]] = found[fits]


def _fathers(people: People) -> None:
    """A mother's husband is the father, if he is old enough; children belong to her household."""
    age = people.age
    with_mother = np.flatnonzero(people.mother >= 0)
    mother = people.mother[with_mother]
    husband = people.partner[mother]
    is_father = (husband >= 0) & ~people.woman[husband]
    old_enough = is_father & (age[husband] - age[with_mother] > 15)
    people.father[with_mother] = np.where(old_enough, husband, NONE)
    # Twice, because a grown daughter at her parents' has her own children with her.
    for _ in range(2):
        people.head[with_mother] = people.head[mother]


def _elders_with_family(people: People, random: np.random.Generator, living: Array) -> None:
    """Some widowed parents live with a married son or daughter."""
    age = people.age
    elders = np.flatnonzero(living & (people.partner < 0) & (age >= 68) & (people.mother < 0))
    cluster = people.cluster
    joining = random.random(len(elders)) < np.where(cluster[elders] == 1, 0.34, 0.1)
    elders = elders[joining]
    hosts = np.flatnonzero(
        living & (people.partner >= 0) & (age > 36) & (age < 66) & (people.mother < 0)
    )
    hosts = hosts[np.argsort(age[hosts], kind="stable")]
    if len(hosts) and len(elders):
        wanted = age[elders] - random.normal(29, 3, len(elders))
        host = hosts[somebody_near(random, wanted, age[hosts])]
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


def gather_sharers(people: People, random: np.random.Generator) -> None:
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


def match_the_dead_and_the_gone(people: People, random: np.random.Generator) -> None:
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


def mix_children(people: People) -> None:
    """A child of two parents of different groups has the mixed category that says so."""
    mother, father = people.mother, people.father
    # Oldest first, so that a grown child's own children follow.
    for generation in (people.age >= 18, people.age < 18):
        child = np.flatnonzero((mother >= 0) & generation)
        of_mother = people.ethnicity[mother[child]]
        has_father = father[child] >= 0
        of_father = np.where(has_father, people.ethnicity[father[child]], of_mother)
        one, other = cluster_of(of_mother), cluster_of(of_father)
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


def somebody_near(random: np.random.Generator, wanted: Array, ages: Array) -> Array:
    """For each wanted age, the place of somebody of about that age in sorted `ages`."""
    low = np.searchsorted(ages, wanted - 2.0)
    high = np.searchsorted(ages, wanted + 2.0)
    high = np.maximum(high, low + 1)
    found = low + (random.random(len(wanted)) * (high - low)).astype(np.int64)
    return np.clip(found, 0, len(ages) - 1)
