"""Intervals, runs, funnels and the fall to be expected, against published numbers."""

import pytest

from oneplace.science.intervals import (
    IntervalRefused,
    Stratum,
    mean,
    proportion,
    rate,
    standardised_rate,
    standardised_ratio,
)
from oneplace.science.regression_to_the_mean import correlation, expected_fall
from oneplace.science.spc.funnel import Area, funnel, proportion_limits
from oneplace.science.spc.runs import fewest_crossings, longest_run_limit, runs
from tests.science.outcomes.oracles import rows


@pytest.mark.parametrize("level", [("95_0", 0.95), ("99_8", 0.998)], ids=lambda each: each[0])
@pytest.mark.parametrize(
    "case", rows("ci_expected"), ids=lambda row: f"{row['kind']} {row['Area']}"
)
def test_intervals_are_those_published(case, level):
    name, share = level
    of = proportion if case["kind"] == "proportion" else rate

    found = of(
        float(case["Numerator"]),
        float(case["Denominator"]),
        multiplier=float(case["multiplier"]),
        level=share,
    )

    wanted = [float(case[key]) for key in ("value", f"lower{name}cl", f"upper{name}cl")]
    assert (found.value, found.lower, found.upper) == pytest.approx(wanted, rel=1e-9)


def test_a_directly_standardised_rate_is_that_published():
    strata = [
        Stratum(float(row["count"]), float(row["pop"]), float(row["esp2013"]))
        for row in rows("dsr_isr_input")
    ]

    found = standardised_rate(strata)

    wanted = (10430.247991, 9717.709068, 11178.940915)
    assert (found.value, found.lower, found.upper) == pytest.approx(wanted, abs=1e-6)


def test_an_indirectly_standardised_ratio_is_that_published():
    table = rows("dsr_isr_input")
    observed = sum(float(row["count"]) for row in table)
    expected = sum(
        float(row["pop"]) * float(row["refcount"]) / float(row["refpop"]) for row in table
    )

    found = standardised_ratio(observed, expected)

    assert expected == pytest.approx(835.883561, abs=1e-6)
    wanted = (1.070723, 1.001715, 1.143233)
    assert (found.value, found.lower, found.upper) == pytest.approx(wanted, abs=1e-6)


def test_no_interval_without_a_denominator():
    with pytest.raises(IntervalRefused, match="nought"):
        proportion(0, 0)


def test_no_proportion_of_more_than_all():
    with pytest.raises(IntervalRefused, match="more than all"):
        proportion(6, 5)


def test_nine_events_are_too_few_to_standardise():
    with pytest.raises(IntervalRefused, match="too few"):
        standardised_rate([Stratum(9, 100, 1)])


def test_a_mean_has_students_limits():
    found = mean([1, 2, 3, 4, 5])

    assert (found.value, found.lower, found.upper) == pytest.approx((3, 1.0367568, 4.9632432))


@pytest.mark.parametrize("case", rows("runs_limits"), ids=lambda row: row["useful_points"])
def test_limits_of_runs_are_those_published(case):
    points = int(case["useful_points"])

    assert longest_run_limit(points) == int(case["longest_run_limit"])
    assert fewest_crossings(points) == int(case["fewest_crossings"])


def test_points_on_the_median_are_not_counted():
    found = runs([1, 3] * 6 + [2, 2])

    assert found is not None
    assert (found.useful_points, found.longest_run, found.crossings) == (12, 1, 11)
    assert not found.is_signal


def test_twelve_high_after_twelve_low_are_a_signal():
    found = runs([1] * 12 + [3] * 12)

    assert found is not None
    assert found.is_signal


def test_funnel_and_interval_never_disagree():
    for events in range(101):
        lower, upper = proportion_limits(0.6, 100, 0.95)
        own = proportion(events, 100)

        assert (lower <= own.value <= upper) == (own.lower <= 0.6 <= own.upper)


def test_a_practice_far_from_the_whole_stands_out():
    found = funnel([Area("A", 90, 100), Area("B", 500, 1000), Area("C", 52, 100)])

    assert [each.says for each in found.placed] == ["very_high", "low", "similar"]


def test_an_area_without_people_is_refused():
    with pytest.raises(IntervalRefused, match="No people in B"):
        funnel([Area("A", 9, 10), Area("B", 0, 0)])


def test_a_picked_group_falls_by_itself():
    found = expected_fall(everybody=0.32, picked=1.93, correlation=0.3)

    assert found.expected == pytest.approx(0.803)
    assert found.share == pytest.approx(-0.58, abs=0.005)


def test_correlation_of_a_period_with_the_next():
    assert correlation([1, 2, 3, 4], [2, 4, 6, 8]) == pytest.approx(1)
    with pytest.raises(ValueError, match="alike"):
        correlation([1, 1, 1], [1, 2, 3])
