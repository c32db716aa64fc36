"""Nobody real can be in the files: test NHS numbers, drama phones, example addresses only."""

import itertools
import re

from oneplace.vocabulary.nhs_number import is_valid

from .conftest import Borough

# Locations of registered homes are numbered 1-9000000001 and so on: no NHS number follows a hyphen.
TEN_DIGITS = re.compile(rb"(?<![0-9A-Za-z-])([0-9]{10})(?![0-9A-Za-z])")
DRAMA = re.compile(rb"020 7946 0[0-9]{3}|07700 900[0-9]{3}")
EMAILS = re.compile(rb"[\w.+-]+@([\w.-]+\w)")
GROUPED = re.compile(rb"(?<![0-9])0[0-9]{2,4} [0-9]{3,4} ?[0-9]{3,4}(?![0-9])")


def test_only_nhs_numbers_of_the_test_range_anywhere(borough: Borough) -> None:
    for row in borough.files:
        for number in TEN_DIGITS.findall((borough.folder / row["path"]).read_bytes()):
            assert number.startswith(b"999"), (row["path"], number)


def test_only_phone_numbers_reserved_for_drama_anywhere(borough: Borough) -> None:
    found = 0
    for row in borough.files:
        for number in GROUPED.findall((borough.folder / row["path"]).read_bytes()):
            assert DRAMA.fullmatch(number), (row["path"], number)
            found += 1

    assert found > 1_000


def test_only_example_addresses_of_email_anywhere(borough: Borough) -> None:
    for row in borough.files:
        for domain in EMAILS.findall((borough.folder / row["path"]).read_bytes()):
            assert domain.endswith((b"example.org", b".example")), (row["path"], domain)


def test_mistyped_numbers_fail_their_check_digit_and_others_pass(borough: Borough) -> None:
    for row in borough.truth("defects"):
        if row["field"] == "nhs_number" and row["kind"] == "mistyped":
            assert not is_valid(row["written"])
        if row["field"] == "nhs_number" and row["kind"] == "of_another":
            assert is_valid(row["written"])
            assert row["written"] != row["right"]


def test_source_numbers_say_nothing_of_the_order_of_people(borough: Borough) -> None:
    rows = [row for row in borough.truth("who_is_who") if row["source"] == "council"]
    by_number = [row["person"] for row in sorted(rows, key=lambda row: row["identifier"])]

    rising = sum(a < b for a, b in itertools.pairwise(by_number))

    assert 0.35 < rising / (len(by_number) - 1) < 0.65
