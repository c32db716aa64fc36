"""Spouses, parents and children, twins, neighbours; who is next of kin."""

from __future__ import annotations

import numpy as np

from oneplace.borough.lives.columns import NO_DAY, NONE, Coded
from oneplace.borough.lives.families.people import People
from oneplace.borough.lives.families.ties import somebody_near
from oneplace.borough.lives.moments import Array
from oneplace.borough.lives.world import World


def draft_relationships(world: World, people: People) -> None:
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
        found = daughters[somebody_near(random, wanted, people.age[daughters])]
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
    area = world.of_addresses("area")
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
