"""From groups of numbers to persons: steady, complete, and nobody's identifier given to another."""

import uuid
from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from oneplace.people.assigning import Changes, Known, changes_for

SUBJECTS = [uuid.UUID(int=number) for number in range(1, 13)]
NOTHING = Known({}, {})


def _groups(labels: list[int]) -> list[list[uuid.UUID]]:
    held: dict[int, list[uuid.UUID]] = defaultdict(list)
    for subject, label in zip(SUBJECTS, labels, strict=False):
        held[label].append(subject)
    return list(held.values())


def _applied(known: Known, changes: Changes) -> Known:
    survivors = {
        given_up: kept
        for given_up, kept in known.survivors.items()
        if given_up not in changes.undone
    }
    survivors.update({given_up: kept for kept, given_up in changes.merges})
    return Known({**known.links, **dict(changes.links)}, survivors)


_labels = st.lists(st.integers(0, 4), min_size=1, max_size=12)


@given(st.lists(_labels, min_size=1, max_size=5))
def test_whatever_was_before_each_group_is_one_person_and_two_groups_are_two(
    history: list[list[int]],
) -> None:
    known = NOTHING
    for labels in history:
        groups = _groups(labels)
        known = _applied(known, changes_for(groups, known, taken=frozenset(known.links.values())))

        persons = [{known.current(known.links[subject]) for subject in group} for group in groups]
        assert all(len(each) == 1 for each in persons)
        assert len(set.union(*persons)) == len(groups)


@given(_labels, _labels)
def test_saying_what_is_known_changes_nothing(before: list[int], after: list[int]) -> None:
    known = _applied(NOTHING, changes_for(_groups(before), NOTHING))
    known = _applied(known, changes_for(_groups(after), known))

    assert changes_for(_groups(after), known).is_empty()


def test_two_known_persons_found_to_be_one_are_merged_and_no_link_moves() -> None:
    known = _applied(NOTHING, changes_for(_groups([0, 0, 1]), NOTHING))

    changes = changes_for(_groups([0, 0, 0]), known)

    assert changes.links == []
    assert changes.merges == [(known.links[SUBJECTS[0]], known.links[SUBJECTS[2]])]


def test_a_merge_that_no_longer_holds_is_taken_back() -> None:
    known = _applied(NOTHING, changes_for(_groups([0, 0, 1]), NOTHING))
    merged = _applied(known, changes_for(_groups([0, 0, 0]), known))

    changes = changes_for(_groups([0, 0, 1]), merged)

    assert changes.undone == [known.links[SUBJECTS[2]]]
    assert not changes.links
    assert not changes.new_persons


def test_of_two_halves_the_one_nothing_new_was_said_of_keeps_the_identifier() -> None:
    known = _applied(NOTHING, changes_for(_groups([0, 0]), NOTHING))

    changes = changes_for(_groups([0, 1]), known, changed=frozenset({SUBJECTS[0]}))

    assert [subject for subject, _ in changes.links] == [SUBJECTS[0]]
