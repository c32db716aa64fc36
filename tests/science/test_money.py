"""Money in whole pence, held against worked examples from published sources."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplace.science.money import (
    NotMoney,
    Promise,
    cover_overspend,
    divide,
    outlook,
    pence,
    pounds,
    present_value,
    promised_between,
    week_of_hours,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,250.50", 125_050),
        ("£0.05", 5),
        ("£ 1 250", 125_000),
        ("-3", -300),
        ("−3.10", -310),
        ("GBP 12.00", 1_200),
        ("1000000", 100_000_000),
    ],
)
def test_a_sum_in_pounds_is_read_as_whole_pence(text: str, value: int) -> None:
    assert pence(text) == value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("£3.001", "no part of a penny"),
        ("1.5", "two figures after the point"),
        ("1.500", "two figures after the point"),
        ("€5", "kept in pounds"),
        ("10 USD", "kept in pounds"),
        ("£10 and €5", "kept in pounds"),
        ("£1 £2", "kept in pounds"),
        ("", "Write a sum"),
        ("ten", "is not a sum"),
        ("1,25", "is not a sum"),
        ("99999999999999999", "more money than the country has"),
    ],
)
def test_a_sum_that_cannot_be_read_is_refused_with_what_to_do(text: str, says: str) -> None:
    with pytest.raises(NotMoney, match=says):
        pence(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [(125_050, "£1,250.50"), (500, "£5"), (-310, "−£3.10"), (0, "£0"), (123_400, "£1,234")],
)  # fmt: skip
def test_a_sum_is_written_as_people_read_it(value: int, text: str) -> None:
    assert pounds(value) == text


def test_a_hundred_pounds_among_three_is_thirty_three_thirty_four_and_twice_thirty_three() -> None:
    # Published worked example of the largest-remainder method, ties by code.
    assert [part.pence for part in divide(10_000, {"a": 1, "b": 1, "c": 1})] == [3334, 3333, 3333]


def test_five_pence_among_six_leaves_one_with_nothing() -> None:
    assert sorted(part.pence for part in divide(5, dict.fromkeys("abcdef", 1))) == [
        *(0, 1, 1, 1),
        *(1, 1),
    ]


def test_an_overspend_of_two_million_by_contribution_of_139_and_39() -> None:
    # First-year budget of the over-65s plan as published: £139m of the NHS and £39m of the council.
    council, nhs = divide(200_000_000, {"nhs": 139, "council": 39})

    assert (nhs.pence, council.pence) == (156_179_775, 43_820_225)


def test_a_sum_below_nought_mirrors_the_sum_above_it() -> None:
    above = divide(10_000, {"a": 1, "b": 1, "c": 1})
    below = divide(-10_000, {"a": 1, "b": 1, "c": 1})

    assert [-part.pence for part in below] == [part.pence for part in above]


@given(
    total=st.integers(min_value=-(10**12), max_value=10**12),
    weights=st.dictionaries(
        st.text("abcdef", min_size=1, max_size=3),
        st.decimals(min_value=0, max_value=10**6, places=2, allow_nan=False),
        min_size=1,
        max_size=9,
    ).filter(lambda found: any(found.values())),
)
def test_the_parts_always_add_up_and_none_is_a_penny_off(
    total: int, weights: dict[str, Decimal]
) -> None:
    parts = divide(total, weights)

    assert sum(part.pence for part in parts) == total
    assert all(abs(part.exact - part.pence) < 1 for part in parts)


@pytest.mark.parametrize(
    ("weights", "says"),
    [({}, "nobody"), ({"a": 0}, "All shares are nought"), ({"a": 2, "b": -1}, "below nought")],
)
def test_what_cannot_be_divided_is_an_error(weights: dict[str, int], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        divide(100, weights)


def test_a_part_says_how_it_was_worked_out() -> None:
    first, second, _ = divide(10_000, {"a": 1, "b": 1, "c": 1})

    assert first.words(10_000) == (
        "£33.34: its exact part is 33.3333 pounds; it bears one penny left over, its remainder "
        "being among the largest"
    )
    assert second.words(10_000) == "£33.33: its exact part is 33.3333 pounds"


def test_an_overspend_is_covered_in_the_agreed_order() -> None:
    steps = cover_overspend(1_000, underspends=300, reserve=500, uncommitted=100)

    assert [(step.pence, step.left) for step in steps] == [
        (300, 700),
        (500, 200),
        (100, 100),
        (100, 0),
    ]


def test_hours_at_a_price_are_a_weeks_pence_with_halves_upward() -> None:
    assert week_of_hours(Decimal("812.50"), 2_431) == 1_975_188
    assert week_of_hours(Decimal("0.50"), 1) == 1


def test_a_promise_counts_by_the_day_and_only_within_its_days() -> None:
    promise = Promise("packages", 700, date(2026, 3, 1), date(2026, 3, 10))

    assert promised_between(promise, date(2026, 3, 4), date(2026, 3, 31)) == 700
    assert promised_between(promise, date(2026, 3, 11), date(2026, 3, 31)) == 0


def test_a_forecast_counts_no_week_twice() -> None:
    first, last = date(2025, 4, 1), date(2026, 3, 31)
    promise = Promise("packages", 700_00, first)

    (found,) = outlook(
        {"packages": {date(2026, 1, 1): 900_000, date(2026, 2, 1): 100_000}},
        [promise],
        starts_on=date(2026, 1, 1),
        ends_on=last,
    )

    assert found.spent == 1_000_000
    assert found.spent_until_on == date(2026, 2, 28)
    assert found.promised == promised_between(promise, date(2026, 3, 1), last) == 310_000
    assert found.forecast == 1_310_000
    assert found.words == "£10,000 spent to 28 February 2026, and £3,100 promised after it"


def test_a_month_no_ledger_tells_of_is_no_nought() -> None:
    promise = Promise("packages", 700_00, date(2025, 4, 1))

    (found,) = outlook(
        {"packages": {date(2025, 4, 1): 1_000, date(2025, 6, 1): 3_000}},
        [promise],
        starts_on=date(2025, 4, 1),
        ends_on=date(2025, 6, 30),
    )

    assert found.missing == (date(2025, 5, 1),)
    assert found.promised == promised_between(promise, date(2025, 5, 1), date(2025, 5, 31))
    assert found.forecast == 4_000 + found.promised
    assert found.words.endswith("promised after it and for May 2025, of which no ledger tells")


def test_present_values_are_those_of_the_green_books_arithmetic() -> None:
    # A cost of £1m and £100,000 for ten years against benefits of £300,000, at 3.5 % real.
    cost = present_value([100_000_000] + [10_000_000] * 10)
    benefit = present_value([0] + [30_000_000] * 10)

    assert cost == Decimal("183166053.23")
    assert benefit == Decimal("249498159.68")
    assert benefit - cost == Decimal("66332106.45")
    assert round(benefit / cost, 4) == Decimal("1.3621")
