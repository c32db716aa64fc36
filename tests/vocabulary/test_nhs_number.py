"""NHS numbers against published examples and by properties."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oneplace.vocabulary import nhs_number

# 943 476 5919 and 401 023 2137 stand as examples in many public NHS specifications; 999 000 0018
# belongs to the range set aside for tests.
PUBLISHED = ("9434765919", "9990000018", "4010232137")

STEMS = st.integers(min_value=0, max_value=999_999_999)


def _number(stem: int) -> str:
    digit = nhs_number.check_digit(f"{stem:09d}")
    assume(digit is not None)
    number = f"{stem:09d}{digit}"
    assume(len(set(number)) > 1)
    return number


@pytest.mark.parametrize("number", PUBLISHED)
def test_published_examples_are_valid(number: str) -> None:
    assert nhs_number.is_valid(number)


@pytest.mark.parametrize(
    "typed", ["943 476 5919", "943-476-5919", " 943 476 5919 ", "943 476 5919"]
)
def test_spaces_and_hyphens_do_not_matter(typed: str) -> None:
    assert nhs_number.parse(typed) == "9434765919"


def test_the_check_digit_of_a_published_example_is_worked_out() -> None:
    assert nhs_number.check_digit("943476591") == 9


def test_a_remainder_of_one_means_that_no_number_is_issued() -> None:
    unusable = next(
        f"{stem:09d}" for stem in range(1000) if nhs_number.check_digit(f"{stem:09d}") is None
    )

    assert not any(nhs_number.is_valid(f"{unusable}{digit}") for digit in range(10))


def test_eleven_counts_as_nought() -> None:
    stem = next(stem for stem in range(1, 1000) if nhs_number.check_digit(f"{stem:09d}") == 0)

    assert nhs_number.is_valid(f"{stem:09d}0")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter an NHS number"),
        ("   ", "Enter an NHS number"),
        ("943 476 591", "this has 9"),
        ("943 476 59190", "this has 11"),
        ("943 476 591X", "digits only"),
        ("٩٤٣٤٧٦٥٩١٩", "digits only"),
        ("943 476 5918", "last digit does not fit"),
        ("000 000 0000", "one digit repeated"),
    ],
)
def test_a_refusal_says_why_in_plain_words(typed: str, words: str) -> None:
    reason = nhs_number.why_not_valid(typed)

    assert reason is not None
    assert words in reason
    with pytest.raises(nhs_number.NhsNumberError, match=words):
        nhs_number.parse(typed)


@given(STEMS, st.integers(0, 9), st.integers(1, 9))
def test_any_single_wrong_digit_is_caught(stem: int, position: int, change: int) -> None:
    number = _number(stem)
    wrong_digit = (int(number[position]) + change) % 10

    wrong = number[:position] + str(wrong_digit) + number[position + 1 :]

    assert not nhs_number.is_valid(wrong)


@given(STEMS, st.integers(0, 8))
def test_two_neighbouring_digits_exchanged_are_caught(stem: int, position: int) -> None:
    number = _number(stem)
    assume(number[position] != number[position + 1])

    wrong = number[:position] + number[position + 1] + number[position] + number[position + 2 :]

    assert not nhs_number.is_valid(wrong)


@given(st.text(max_size=14))
def test_no_text_breaks_the_check(text: str) -> None:
    assert nhs_number.is_valid(text) == (nhs_number.why_not_valid(text) is None)
    assert isinstance(nhs_number.spoken(text), str)


@given(st.lists(STEMS, min_size=1, max_size=50))
def test_many_check_digits_at_once_agree_with_one_at_a_time(stems: list[int]) -> None:
    together = nhs_number.check_digits(np.array(stems, dtype=np.int64))

    one_at_a_time = [nhs_number.check_digit(f"{stem:09d}") for stem in stems]
    assert together.tolist() == [
        nhs_number.NO_CHECK_DIGIT if digit is None else digit for digit in one_at_a_time
    ]


@given(st.lists(st.integers(-5, 10_000_000_005), min_size=1, max_size=50))
def test_many_numbers_at_once_agree_with_one_at_a_time(numbers: list[int]) -> None:
    together = nhs_number.are_valid(np.array(numbers, dtype=np.int64))

    assert together.tolist() == [
        0 <= number <= 9_999_999_999 and nhs_number.is_valid(f"{number:010d}") for number in numbers
    ]


def test_a_number_is_shown_three_three_four() -> None:
    assert nhs_number.spoken("9990000018") == "999 000 0018"


def test_what_is_no_number_is_shown_as_it_came() -> None:
    assert nhs_number.spoken("unknown 12") == "unknown 12"


def test_only_numbers_beginning_999_belong_to_the_test_range() -> None:
    assert nhs_number.is_test_range("999 000 0018")
    assert not nhs_number.is_test_range("943 476 5919")
    assert not nhs_number.is_test_range("999 000 0019")


def test_synthetic_numbers_are_valid_of_the_test_range_and_never_twice() -> None:
    numbers = nhs_number.synthetic_numbers(380_000, seed=7)

    assert nhs_number.are_valid(numbers).all()
    assert (numbers // 10_000_000 == 999).all()
    assert np.unique(numbers).size == numbers.size


def test_the_whole_test_range_can_be_used_once() -> None:
    size = nhs_number.how_many_synthetic()

    assert np.unique(nhs_number.synthetic_numbers(size, seed=3)).size == size


@given(st.integers(0, 10_000), st.integers(1, 400))
def test_a_smaller_borough_keeps_its_numbers_in_a_larger_one(seed: int, count: int) -> None:
    small = nhs_number.synthetic_numbers(count, seed=seed)
    large = nhs_number.synthetic_numbers(count + 50, seed=seed)

    assert (large[:count] == small).all()


def test_another_seed_gives_another_order() -> None:
    one = nhs_number.synthetic_numbers(100, seed=1)
    other = nhs_number.synthetic_numbers(100, seed=2)

    assert (one != other).any()


def test_more_people_than_the_test_range_holds_are_refused_with_the_reason() -> None:
    with pytest.raises(nhs_number.NhsNumberError, match="holds 909,090 NHS numbers"):
        nhs_number.synthetic_numbers(909_091, seed=1)


def test_numbers_become_text_of_ten_digits() -> None:
    assert nhs_number.as_text(np.array([18, 9990000018])) == ["0000000018", "9990000018"]
