"""NHS numbers: checking, showing, and making those reserved for tests.

An NHS number has ten digits; the last is a check digit by modulus 11 (NHS Data Dictionary,
attribute NHS NUMBER): the first nine digits are weighted 10, 9 ... 2 and added; eleven minus the
remainder after dividing by eleven is the check digit, eleven counts as nought, and ten means that
no such number is issued. Numbers beginning 999 are set aside for testing and are never given to a
person, so the synthetic borough takes its numbers there and nowhere else.
"""

import functools
import math
import re
from operator import mul
from typing import Final

import numpy as np
import numpy.typing as npt

WEIGHTS: Final = (10, 9, 8, 7, 6, 5, 4, 3, 2)
"""Weight of each of the first nine digits (NHS Data Dictionary)."""

TEST_PREFIX: Final = "999"
"""The first three digits of the range reserved for tests."""

NO_CHECK_DIGIT: Final = 10
"""What the arithmetic gives where no NHS number exists."""

_STEMS_IN_TEST_RANGE: Final = 1_000_000
_FIRST_TEST_STEM: Final = 999_000_000
_MODULUS: Final = 11
_NINE_DIGITS: Final = re.compile(r"[0-9]{9}")
_TEN_DIGITS: Final = re.compile(r"[0-9]{10}")
# What people type between the groups: spaces of every width, hyphens, dashes.
_SEPARATORS: Final = re.compile(r"[\s\u00a0\u2007\u2009\u202f\u2010-\u2015-]+")


class NhsNumberError(ValueError):
    """What was given cannot be an NHS number; the message says why in plain words."""


def tidy(text: str) -> str:
    """The number without the spaces and hyphens people type; nothing else is changed."""
    # Most come as they should be; whether they do is seen far more quickly.
    return text if text.isdecimal() else _SEPARATORS.sub("", text)


def check_digit(nine_digits: str) -> int | None:
    """The tenth digit for nine others, or None where no such NHS number is issued."""
    if not _NINE_DIGITS.fullmatch(nine_digits):
        message = f"A check digit is worked out from nine digits, not from {nine_digits!r}."
        raise NhsNumberError(message)
    total = sum(map(mul, WEIGHTS, map(int, nine_digits)))
    digit = (_MODULUS - total % _MODULUS) % _MODULUS
    return None if digit == NO_CHECK_DIGIT else digit


def why_not_valid(text: str) -> str | None:
    """Why this is not an NHS number, in words for the person who typed it, or None."""
    number = tidy(text)
    if not number:
        return "Enter an NHS number."
    if not number.isascii() or not number.isdigit():
        return "An NHS number has digits only, like 943 476 5919."
    if len(number) != 10:
        return f"An NHS number has 10 digits; this has {len(number)}."
    if len(set(number)) == 1:
        # 000 000 0000 and its like pass the arithmetic; they are typed to get past a form.
        return "An NHS number is not one digit repeated."
    if check_digit(number[:9]) != int(number[9]):
        return "This is not an NHS number: its last digit does not fit. Check each one."
    return None


def is_valid(text: str) -> bool:
    """Whether this is a well-formed NHS number, spaces and hyphens allowed."""
    return why_not_valid(text) is None


def is_test_range(text: str) -> bool:
    """Whether this is a well-formed number of the range reserved for tests (999)."""
    return is_valid(text) and tidy(text).startswith(TEST_PREFIX)


def parse(text: str) -> str:
    """The ten digits of a typed NHS number; raises `NhsNumberError` saying why it is none."""
    reason = why_not_valid(text)
    if reason is not None:
        raise NhsNumberError(reason)
    return tidy(text)


def spoken(number: str) -> str:
    """The number as it is shown and read aloud, three-three-four: 943 476 5919.

    Something that has not ten digits is given back as it came: a page must be able to show what a
    partner really sent.
    """
    digits = tidy(number)
    if not _TEN_DIGITS.fullmatch(digits):
        return number
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"


def check_digits(stems: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The tenth digit for each nine-digit stem; 10 (`NO_CHECK_DIGIT`) where no number is issued."""
    if stems.size and (int(stems.min()) < 0 or int(stems.max()) > 999_999_999):
        message = "A stem is a whole number of at most nine digits."
        raise NhsNumberError(message)
    total = np.zeros(stems.shape, dtype=np.int64)
    remaining = stems.astype(np.int64, copy=True)
    for weight in reversed(WEIGHTS):
        remaining, digit = np.divmod(remaining, 10)
        total += weight * digit
    digits: npt.NDArray[np.int64] = (_MODULUS - total % _MODULUS) % _MODULUS
    return digits


def are_valid(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether each whole number, written with ten digits, is a valid NHS number."""
    in_range = (numbers >= 0) & (numbers <= 9_999_999_999)
    safe = np.where(in_range, numbers, 0)
    stems, last = np.divmod(safe, 10)
    one_digit_repeated = safe % 1_111_111_111 == 0
    valid: npt.NDArray[np.bool_] = in_range & (check_digits(stems) == last) & ~one_digit_repeated
    return valid


@functools.cache
def _usable_test_stems() -> npt.NDArray[np.int64]:
    """Every nine-digit stem beginning 999 that has a check digit, in order."""
    stems = np.arange(_FIRST_TEST_STEM, _FIRST_TEST_STEM + _STEMS_IN_TEST_RANGE, dtype=np.int64)
    usable = check_digits(stems) != NO_CHECK_DIGIT
    # 999 999 9999 passes the arithmetic and is one digit repeated.
    usable &= stems != 999_999_999
    found: npt.NDArray[np.int64] = stems[usable]
    return found


def how_many_synthetic() -> int:
    """How many NHS numbers the test range holds (about 909,000)."""
    return int(_usable_test_stems().size)


def synthetic_numbers(count: int, *, seed: int) -> npt.NDArray[np.int64]:
    """The first `count` NHS numbers of the test range in an order the seed shuffles.

    The same seed gives the same order whatever the count, so a smaller borough's people keep
    their numbers in a larger one. No number comes twice. Shape (count,), whole numbers.
    """
    return synthetic_numbers_at(np.arange(count, dtype=np.int64), seed=seed)


def synthetic_numbers_at(indexes: npt.NDArray[np.int64], *, seed: int) -> npt.NDArray[np.int64]:
    """The NHS number of the test range at each index of the seed's order; index 0 is the first.

    Raises `NhsNumberError` where an index lies beyond the range.
    """
    stems = _usable_test_stems()
    size = int(stems.size)
    if indexes.size and (int(indexes.min()) < 0 or int(indexes.max()) >= size):
        message = (
            f"The test range holds {size:,} NHS numbers; ask for indexes from 0 to {size - 1:,}. "
            "A larger synthetic borough would have to use numbers that may belong to people."
        )
        raise NhsNumberError(message)
    # A multiplier without a common factor with the size visits each stem once: an order that
    # looks random costs no memory and is the same on every machine.
    multiplier = _coprime_near(int(size * 0.6180339887) + 2 * (seed % 9973), size)
    places = (indexes * multiplier + (seed * 7919) % size) % size
    chosen = stems[places]
    return chosen * 10 + check_digits(chosen)


def as_text(numbers: npt.NDArray[np.int64]) -> list[str]:
    """Whole numbers as ten-digit strings, nought in front kept."""
    return [f"{number:010d}" for number in numbers.tolist()]


def _coprime_near(start: int, size: int) -> int:
    multiplier = max(start % size, 1)
    while math.gcd(multiplier, size) != 1:
        multiplier += 1
    return multiplier
