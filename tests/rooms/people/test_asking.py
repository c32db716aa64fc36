"""What somebody typed to find a person, taken apart, in every way usual in Britain."""

from datetime import date

import pytest

from oneplace.people.asking import asked, name_in_number
from oneplace.people.spelling import keys_to_try, near_spellings, nicknames, slips

TODAY = date(2026, 3, 12)


@pytest.mark.parametrize(
    "typed",
    [
        "12/05/1943", "12/5/43", "12-5-1943", "12.5.43", "12 May 1943", "12th May 1943",
        "12 may 43", "May 12, 1943", "1943-05-12", "12051943", "12 5 1943", "12th of May 1943",
    ],
)  # fmt: skip
def test_a_date_of_birth_is_understood_in_every_habit(typed: str) -> None:
    found = asked(f"Okafor {typed}", today=TODAY)

    assert found.born_on == date(1943, 5, 12)
    assert found.names == ("OKAFOR",)


@pytest.mark.parametrize("typed", ["999 000 0018", "9990000018", "999-000-0018", "999 0000018"])
def test_an_nhs_number_is_understood_in_groups_or_plain(typed: str) -> None:
    assert asked(typed, today=TODAY).nhs_number == "9990000018"


def test_ten_digits_that_are_no_nhs_number_are_said_to_be_none() -> None:
    found = asked("999 000 0017", today=TODAY)

    assert not found.nhs_number
    assert "last digit" in found.remark
    assert not found.is_enough


def test_two_digits_of_a_year_lie_in_the_past() -> None:
    assert asked("1/2/26", today=TODAY).born_on == date(2026, 2, 1)
    assert asked("1/2/27", today=TODAY).born_on == date(1927, 2, 1)


def test_an_impossible_date_is_not_taken_for_one() -> None:
    assert asked("31/2/1943", today=TODAY).born_on is None


@pytest.mark.parametrize(
    ("typed", "part", "value"),
    [
        ("cr7 8qy", "postcode", "CR78QY"),
        ("CR78QY", "postcode", "CR78QY"),
        ("okafor cr7", "district", "CR7"),
        ("020 7946 0018", "phone", "02079460018"),
        ("+44 7700 900123", "phone", "07700900123"),
        ("okafor 1943", "born_year", 1943),
        ("H0012345", "number", "H0012345"),
        ("Mrs M. Okafor", "initials", ("M",)),
        ("O'Connor", "names", ("OCONNOR",)),
        ("Zoë Smith-Jones", "names", ("ZOE", "SMITH", "JONES")),
        ("Łukasz", "names", ("LUKASZ",)),
    ],
)
def test_each_part_is_taken_for_what_it_is(typed: str, part: str, value: object) -> None:
    assert getattr(asked(typed, today=TODAY), part) == value


def test_a_year_or_an_initial_alone_is_not_enough() -> None:
    assert not asked("1943", today=TODAY).is_enough
    assert not asked("M", today=TODAY).is_enough
    assert not asked("", today=TODAY).is_enough


def test_one_slip_apart_shares_a_key_and_other_names_do_not() -> None:
    kept = set(near_spellings("OKAFOR"))

    for typed in ("OKAFR", "OKAFFOR", "OKAFUR", "OAKFOR"):
        assert kept & set(keys_to_try(typed)), typed
    assert not kept & set(keys_to_try("PATEL"))


def test_slips_count_exchanged_letters_once() -> None:
    assert slips("OKAFOR", "OAKFOR") == 1
    assert slips("OKAFOR", "OKAFOR") == 0
    assert slips("SMITH", "SMYTHE") == 2


def test_nicknames_lead_to_the_name_in_the_record() -> None:
    assert "MARGARET" in nicknames("PEGGY")


def test_the_letters_of_a_number_nobody_bears_may_be_a_name() -> None:
    found = name_in_number(asked("Maria Zemlak964", today=TODAY))

    assert found is not None
    assert (found.number, found.names) == ("", ("MARIA", "ZEMLAK"))
    assert name_in_number(asked("H0012345", today=TODAY)) is None
