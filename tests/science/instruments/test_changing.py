"""What changed: one person with the uncertainty of the scale, a group from pairs only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplace.science.instruments import (
    NotComparable,
    Score,
    ScoreKind,
    TooFewPairs,
    change,
    group_change,
    instrument,
    of_raw_sum,
    score,
)

SHORT = instrument("swemwbs")


def metric(raw: int) -> Score:
    return of_raw_sum(SHORT, raw)[1]


def satisfied(value: int) -> Score:
    answers = {"satisfied": value, "worthwhile": 5, "happy": 5, "anxious": 5}
    return score(instrument("ons4"), answers)[0]


def test_a_change_within_the_error_of_the_scale_may_be_chance() -> None:
    told = change(SHORT, metric(20), metric(23))

    assert told.points == pytest.approx(2.14)
    assert told.is_more_than_chance is False
    assert told.is_meaningful is True


def test_the_limits_are_those_published() -> None:
    """2.77 standard errors of 1.03 points are 2.87 (Shah 2018)."""
    told = change(SHORT, metric(20), metric(20))

    assert told.high == pytest.approx(2.85, abs=0.03)
    assert told.is_better is None


def test_a_change_beyond_it_is_more_than_chance() -> None:
    told = change(SHORT, metric(18), metric(26))

    assert told.is_more_than_chance is True
    assert told.is_better is True


def test_where_nobody_published_the_error_nothing_is_said_of_chance() -> None:
    told = change(instrument("ons4"), satisfied(4), satisfied(6))

    assert told.low is None
    assert told.is_more_than_chance is None


def test_less_anxious_is_better() -> None:
    low = score(instrument("ons4"), {"satisfied": 5, "worthwhile": 5, "happy": 5, "anxious": 2})[3]
    high = score(instrument("ons4"), {"satisfied": 5, "worthwhile": 5, "happy": 5, "anxious": 6})[3]

    assert change(instrument("ons4"), high, low).is_better is True


def test_a_raw_sum_is_never_compared() -> None:
    raw = of_raw_sum(SHORT, 20)[0]

    with pytest.raises(NotComparable, match="Convert it first"):
        change(SHORT, raw, raw)


def test_raw_is_never_mixed_with_converted() -> None:
    with pytest.raises(NotComparable, match="before conversion"):
        change(SHORT, of_raw_sum(SHORT, 20)[0], metric(20))


def test_two_value_sets_are_not_compared() -> None:
    told = instrument("eq5d_5l")
    answers = dict.fromkeys(("MO", "SC", "UA", "PD", "AD"), 2)
    one = score(told, answers, value_set="UK_5L_2026")[0]
    other = score(told, answers, value_set="England_5L_2018")[0]

    with pytest.raises(NotComparable, match="value sets"):
        change(told, one, other)


def test_two_versions_are_not_compared() -> None:
    one = satisfied(5)
    other = Score("ons4", "ons4-2030", "satisfied", ScoreKind.ANSWER, 6)

    with pytest.raises(NotComparable, match="two versions"):
        change(instrument("ons4"), one, other)


def test_a_group_is_told_of_from_thirty_pairs() -> None:
    with pytest.raises(TooFewPairs, match="29 people have both scores"):
        group_change(SHORT, [(metric(20), metric(24))] * 29)


def test_a_group_has_its_mean_change_its_limits_and_its_sizes() -> None:
    before = [metric(18 + each % 5) for each in range(40)]
    after = [metric(21 + each % 7) for each in range(40)]

    told = group_change(SHORT, list(zip(before, after, strict=True)))

    assert told.pairs == 40
    assert told.mean_change == pytest.approx(told.mean_after - told.mean_before)
    assert told.low < told.mean_change < told.high
    assert told.effect_size is not None
    assert told.better + told.worse <= 40


def test_what_would_come_by_itself_is_said_where_it_is_known() -> None:
    told = instrument("wemwbs")
    low = score(told, {item.code: 2 for item in told.items})[0]
    more = score(told, {item.code: 3 for item in told.items})[0]
    norm = told.scale("total").norms[0]

    found = group_change(told, [(low, more)] * 30, norm=norm)

    assert found.expected_anyway == pytest.approx((1 - 0.83) * (51.6 - 28))


def test_it_is_not_said_where_nobody_published_it() -> None:
    found = group_change(
        SHORT, [(metric(20), metric(24))] * 30, norm=SHORT.scale("metric").norms[0]
    )

    assert found.expected_anyway is None


@given(st.integers(7, 35), st.integers(7, 35))
def test_there_and_back_is_no_change(first: int, second: int) -> None:
    there = change(SHORT, metric(first), metric(second)).points
    back = change(SHORT, metric(second), metric(first)).points

    assert there == pytest.approx(-back)
