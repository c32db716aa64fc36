"""XmR charts against published examples, and each rule by itself."""

from datetime import date, timedelta

import pytest

from oneplace.science.spc.series import BetterDirection, Point, Rebase, Series, SeriesRefused
from oneplace.science.spc.series import series as series_of
from oneplace.science.spc.xmr import (
    Assurance,
    Limits,
    Rule,
    Variation,
    assurance_of,
    chart,
    limits_of,
    rules_of,
)
from tests.science.outcomes.oracles import rows

LOWER, HIGHER = BetterDirection.LOWER, BetterDirection.HIGHER
DAY = date(2026, 1, 1)


def _points(values):
    return [Point(DAY + timedelta(days=n), value) for n, value in enumerate(values)]


def _series(values, **more):
    return Series(tuple(_points(values)), **more)


def _published(name, first, before):
    return [
        (date.fromisoformat(row["date"]), float(row["value"]))
        for row in rows("spc_series")
        if row["series"] == name and first <= row["date"] < before
    ]


@pytest.mark.parametrize("case", rows("spc_expected"), ids=lambda row: row["case"])
def test_limits_are_those_published(case):
    values = _published(case["series"], case["date_from"], case["date_before"])

    limits = limits_of(
        series_of(values).points, screen_outlying=case["screen_outlying_mr"] == "True"
    )

    assert limits is not None
    assert limits.points == int(case["n"])
    found = (
        limits.mean, limits.average_range, limits.lower, limits.upper,
        limits.near_lower, limits.near_upper,
    )  # fmt: skip
    wanted = ("mean", "average_mr", "lpl", "upl", "near_lower", "near_upper")
    assert found == pytest.approx([float(case[name]) for name in wanted], abs=1e-6)


def test_each_point_is_judged_as_published():
    expected = rows("spc_points_expected")
    values = [(date.fromisoformat(row["date"]), float(row["value"])) for row in expected]

    judged = chart(series_of(values, better=LOWER), screen_outlying=True).judged

    assert [each.rule.value for each in judged] == [row["rule"] for row in expected]
    special = ["" if each.meaning == "common_cause" else "special_cause_" for each in judged]
    meant = [before + each.meaning for before, each in zip(special, judged, strict=True)]
    assert meant == [row["point_type_if_lower_is_better"] for row in expected]


WIDE = Limits(0.0, 1.0, -100.0, 100.0, -90.0, 90.0, 20)
NARROW = Limits(0.0, 1.0, -3.0, 3.0, -2.0, 2.0, 20)


def test_seven_rising_are_a_trend_from_the_first_on():
    assert set(rules_of(_points([-4, -3, -2, -1, 1, 2, 3]), WIDE)) == {Rule.TREND_HIGH}


def test_six_rising_are_no_trend():
    assert Rule.TREND_HIGH not in rules_of(_points([-3, -2, -1, 1, 2, 3]), WIDE)


def test_an_equal_pair_ends_a_trend():
    mean = Limits(3.5, 1.0, -100.0, 100.0, -90.0, 90.0, 20)

    found = rules_of(_points([1, 2, 3, 3, 4, 5, 6]), mean)

    assert set(found) == {Rule.COMMON_CAUSE}


@pytest.mark.parametrize(
    ("values", "marked"),
    [
        ([2.5, 1, 2.5], [True, False, True]),
        ([2.5, 1, 1, 2.5], [False] * 4),
        ([2.5, -1, 2.5, -1], [False] * 4),
        ([2.5, -2.5, 1], [False] * 3),
        ([2.0, 2.0, 2.0], [False] * 3),
    ],
)
def test_two_of_three_near_a_limit_on_one_side(values, marked):
    found = rules_of(_points(values), NARROW)

    assert [each is Rule.TWO_IN_THREE_HIGH for each in found] == marked


def test_one_high_and_one_low_at_the_end_are_common_cause():
    limits = Limits(0.0, 2.0, -6.0, 6.0, -4.0, 4.0, 20)

    found = rules_of(_points([1, -1] * 6 + [5.5, -5.5]), limits)

    assert found[-2:] == (Rule.COMMON_CAUSE, Rule.COMMON_CAUSE)


def test_a_point_on_the_mean_ends_a_run():
    found = rules_of(_points([1, 2, 1, 0, 1, 2, 1]), NARROW)

    assert Rule.SHIFT_HIGH not in found


def test_a_point_on_a_limit_is_inside_it():
    assert rules_of(_points([3.0]), NARROW) == (Rule.COMMON_CAUSE,)


def test_a_missing_month_ends_a_run_and_is_no_nought():
    found = rules_of(_points([1, 2, 1, None, 1, 2, 1, 1]), NARROW)

    assert Rule.SHIFT_HIGH not in found
    assert found[3] is Rule.NOT_JUDGED


def test_provisional_points_change_no_limit():
    points = _points([1.0, 2.0] * 7)
    later = Point(DAY + timedelta(days=14), 99.0, is_provisional=True)

    assert limits_of([*points, later]) == limits_of(points)


@pytest.mark.parametrize(
    ("lower", "upper", "better", "says"),
    [
        (1, 3, HIGHER, Assurance.FAIL),
        (5, 7, HIGHER, Assurance.PASS),
        (1, 5, HIGHER, Assurance.HIT_OR_MISS),
        (1, 3, LOWER, Assurance.PASS),
        (5, 7, LOWER, Assurance.FAIL),
        (1, 5, LOWER, Assurance.HIT_OR_MISS),
        (1, 4, HIGHER, Assurance.HIT_OR_MISS),
        (4, 7, HIGHER, Assurance.HIT_OR_MISS),
    ],
)
def test_assurance_with_a_target_of_four(lower, upper, better, says):
    limits = Limits((lower + upper) / 2, 1.0, lower, upper, lower, upper, 20)

    assert assurance_of(limits, 4, better) is says


def test_only_the_last_segment_tells_of_the_target():
    rebase = Rebase(
        DAY + timedelta(days=13), "Second team", "A. Chair", DAY, "Delivery Board 12 May, minute 4"
    )
    low, high = [1.0, 2.0] * 6 + [1.0], [9.0, 10.0] * 6 + [9.0]

    found = chart(_series(low + high, better=HIGHER, target=5.0, rebases=(rebase,)))

    assert found.assurance is Assurance.PASS
    assert found.variation is Variation.COMMON_CAUSE


def test_better_than_before_and_still_failing_are_both_said():
    values = [1.0, 2.0] * 10 + [5.0]

    found = chart(_series(values, better=HIGHER, target=50.0))

    assert found.variation is Variation.IMPROVEMENT_HIGH
    assert found.assurance is Assurance.FAIL
    assert found.disagree


def test_four_points_get_no_limits_and_no_icons():
    found = chart(_series([1.0, 2.0, 3.0, 2.0], better=HIGHER, target=2.0))

    assert found.limits == (None,)
    assert (found.variation, found.assurance) == (Variation.TOO_FEW, Assurance.TOO_FEW)
    assert {each.rule for each in found.judged} == {Rule.NOT_JUDGED}


def test_twelve_points_get_trial_limits_and_no_icons():
    found = chart(_series([1.0, 2.0] * 6, better=HIGHER, target=9.0))

    assert found.limits[0] is not None
    assert found.limits[0].is_trial
    assert (found.variation, found.assurance) == (Variation.TOO_FEW, Assurance.TOO_FEW)


def _rebase(days, **but):
    words = {"cause": "Second team", "author": "A. Chair", "minute": "minute 4"} | but
    return Rebase(DAY + timedelta(days=days), decided_on=DAY, **words)


@pytest.mark.parametrize("missing", ["cause", "author", "minute"])
def test_a_rebase_names_its_cause_its_author_and_its_minute(missing):
    with pytest.raises(SeriesRefused, match=missing):
        _series([1.0] * 20, rebases=(_rebase(9, **{missing: " "}),))


def test_overlapping_rebases_are_refused():
    with pytest.raises(SeriesRefused, match="overlap"):
        _series([1.0] * 20, rebases=(_rebase(9), _rebase(9, cause="New rule")))


def test_a_rebase_outside_the_series_is_refused():
    with pytest.raises(SeriesRefused, match="outside"):
        _series([1.0] * 20, rebases=(_rebase(40),))


def test_a_day_that_stands_twice_is_refused():
    with pytest.raises(SeriesRefused, match="twice"):
        Series((Point(DAY, 1.0), Point(DAY, 2.0)))


def test_an_empty_series_is_refused():
    with pytest.raises(SeriesRefused, match="no point"):
        Series(())


def test_an_endless_value_is_refused():
    with pytest.raises(SeriesRefused, match="no number"):
        Series((Point(DAY, float("nan")),))
