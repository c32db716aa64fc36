"""Pairs become clusters without bringing together what must stay apart."""

import random

from hypothesis import given
from hypothesis import strategies as st

from oneplace.science.linkage.clusters import (
    Claim,
    Edge,
    Groups,
    joined,
    keys_of_clusters,
    rivals,
)

NOBODY = [None] * 6


def _sets(groups: Groups, count: int) -> set[frozenset[int]]:
    found: dict[int, set[int]] = {}
    for subject in range(count):
        found.setdefault(groups.root(subject), set()).add(subject)
    return {frozenset(members) for members in found.values()}


def test_the_weakest_pair_of_a_chain_breaks_where_two_must_stay_apart() -> None:
    groups = Groups(NOBODY, forbidden=[(0, 2)])

    refused = joined(groups, [Edge(0, 1, 20.0), Edge(1, 2, 12.0)])

    assert refused == [Edge(1, 2, 12.0)]
    assert _sets(groups, 3) == {frozenset({0, 1}), frozenset({2})}


def test_what_is_forbidden_to_one_is_forbidden_to_all_joined_with_it() -> None:
    groups = Groups(NOBODY, forbidden=[(0, 3)])

    joined(groups, [Edge(0, 1, 30.0), Edge(2, 3, 20.0), Edge(1, 2, 10.0)])

    assert _sets(groups, 4) == {frozenset({0, 1}), frozenset({2, 3})}


def test_two_verified_numbers_never_come_together() -> None:
    claims = [Claim("1", True), None, Claim("2", True)]
    groups = Groups(claims)

    refused = joined(groups, [Edge(0, 1, 20.0), Edge(1, 2, 20.0)])

    assert refused == [Edge(1, 2, 20.0)]


def test_a_number_nobody_verified_may_be_wrong_if_the_names_are_alike() -> None:
    claims = [Claim("1", True), Claim("2", False)]

    assert joined(Groups(claims), [Edge(0, 1, 20.0)]) == []
    assert joined(Groups(claims, are_unlike=lambda _, __: True), [Edge(0, 1, 20.0)]) != []


def test_a_steward_and_a_source_are_believed_against_the_rules() -> None:
    groups = Groups([Claim("1", True), Claim("2", True)], forbidden=[(0, 1)])

    assert joined(groups, [Edge(0, 1, 0.0, is_certain=True)]) == []


def test_one_without_a_number_that_could_be_two_people_goes_to_the_steward() -> None:
    claims = [Claim("1", True), None, Claim("2", True), Claim("1", True)]

    near = rivals([Edge(0, 1, 15.0), Edge(1, 3, 14.0), Edge(1, 2, 13.0)], claims, 6.0)
    far = rivals([Edge(0, 1, 25.0), Edge(1, 2, 13.0)], claims, 6.0)

    assert near == {(0, 1), (1, 3), (1, 2)}
    assert far == set()


def test_a_cluster_keeps_its_key_when_somebody_comes_or_goes() -> None:
    before = {"a": "k1", "b": "k1", "c": "k2"}

    assert keys_of_clusters([["a", "b", "z"], ["c"]], before) == ["k1", "k2"]
    assert keys_of_clusters([["a", "b", "c"]], before) == ["k1"]
    assert keys_of_clusters([["a"], ["b"], ["c"]], before) == ["k1", "b", "k2"]


@given(st.permutations(list("abcdefgh")), st.integers(0, 9))
def test_keys_do_not_hang_on_any_order_and_a_second_run_changes_none(
    names: list[str], seed: int
) -> None:
    draw = random.Random(seed)
    clusters = [sorted(names[:3]), sorted(names[3:4]), sorted(names[4:])]
    before = {name: draw.choice(["a", "k", "q"]) for name in "abcdef"}

    keys = keys_of_clusters(clusters, before)
    told = {name: key for cluster, key in zip(clusters, keys, strict=True) for name in cluster}

    assert len(set(keys)) == len(keys)
    assert keys_of_clusters(clusters, told) == keys
    assert keys_of_clusters(clusters[::-1], before) == keys[::-1]
