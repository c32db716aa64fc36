"""The one gate for small numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplace.science.suppression import MOST_HIDDEN, Why, cell, guarded, row, share, shares


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, 0), (1, None), (6, None), (7, None), (8, 10), (12, 10), (13, 15), (4000, 4000)],
)
def test_few_are_left_out_and_the_rest_rounded(count, shown):
    assert cell(count).shown == shown


def test_none_and_few_are_different():
    assert cell(0).words == "0"
    assert cell(3).words == "*"
    assert cell(3).why is Why.FEW


def test_a_hidden_cell_takes_the_next_smallest_with_it():
    found = row({"a": 3, "b": 20, "c": 40})

    assert [found[key].why for key in "abc"] == [Why.FEW, Why.SECOND, None]


def test_all_but_a_few_tell_of_those_few():
    assert share(19, 20).numerator.why is Why.FEW_WITHOUT


def test_a_share_comes_of_the_rounded_numbers():
    assert share(412, 453).value == pytest.approx(410 / 455)


def test_a_share_of_nobody_is_none():
    assert share(0, 0).value is None


def test_more_than_all_is_refused():
    with pytest.raises(ValueError, match="more than all"):
        share(5, 4)


def test_a_second_publication_may_not_differ_by_a_few():
    found = guarded({"a": cell(103), "b": cell(150)}, {"a": 103, "b": 150}, [{"a": 100, "b": 100}])

    assert found["a"].why is Why.DIFFERENCE
    assert found["b"].shown == 150


@given(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 60), min_size=1))
def test_what_is_hidden_can_never_be_worked_out_from_the_total(counts):
    found = row(counts)

    hidden = [counts[key] for key, each in found.items() if each.shown is None]
    others = [n for key, n in counts.items() if found[key].shown is not None and n]
    if hidden and others:
        assert len(hidden) > 1
        assert sum(hidden) > MOST_HIDDEN
    assert all(not 0 < count <= MOST_HIDDEN for count in others)


@given(
    st.dictionaries(
        st.sampled_from("abcdef"),
        st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=2,
    )
)
def test_no_single_share_is_hidden_beside_others_that_tell_it(parts):
    found = shares(parts)

    hidden = [key for key, each in found.items() if each.numerator.shown is None]
    open_ = [key for key in found if key not in hidden and parts[key][0]]
    assert not (len(hidden) == 1 and open_)
