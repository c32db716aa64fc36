"""Names, dates, places and numbers are made comparable, whatever habit wrote them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneplace.science.linkage import tidying
from oneplace.vocabulary.nhs_number import check_digit, is_valid


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cr7 8qy", "CR78QY"),
        ("CR78QY", "CR78QY"),
        ("CRO 8QY", "CR08QY"),
        ("CR0 BQY", "CR08QY"),
        ("SW1A 1AA", "SW1A1AA"),
        ("N1 0AA", "N10AA"),
        ("N1 OAA", "N10AA"),
        ("SEl6 7ID", "SE167ID"),
        ("ZZ99 3VZ", ""),
        ("unknown", ""),
        ("", ""),
        ("12345678", ""),
    ],
)
def test_a_postcode_is_put_right_by_the_place_of_its_signs(text: str, expected: str) -> None:
    assert tidying.postcode(text) == expected


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Flat 5, 401 Tamarisk Gardens", "Flat 5 401 Tamarisk Gdns"),
        ("12 Marigold Lane, Thornton Heath", "12 MARIGOLD LANE"),
        ("Rose Cottage, Church Lane", "rose cottage"),
        ("12A High Street", "12a high st"),
    ],
)
def test_one_home_written_in_two_ways_is_one_home(left: str, right: str) -> None:
    assert tidying.home("CR78QY", left) == tidying.home("CR78QY", right) != ""


def test_neighbours_have_different_homes() -> None:
    assert tidying.home("CR78QY", "12 High Street") != tidying.home("CR78QY", "14 High Street")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("O'Brien", "OBrien"),
        ("Núñez", "NUNEZ"),
        ("Wałęsa", "Walesa"),
        ("de la Cruz", "DeLaCruz"),
        ("Smith-Jones", "Smith Jones"),
    ],
)
def test_marks_and_blanks_do_not_make_another_name(left: str, right: str) -> None:
    assert tidying.letters(left) == tidying.letters(right) != ""


@pytest.mark.parametrize("text", ["Unknown", "BABY", "Not Known", "n/k", "Test", "", "?"])
def test_what_stands_for_no_name_is_no_name(text: str) -> None:
    assert tidying.letters(text) == ""


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("DES", "DESMOND"),
        ("BILL", "WILLIAM"),
        ("BILL", "WILL"),
        ("PEGGY", "MARGARET"),
        ("KASIA", "KATARZYNA"),
        ("MUHAMMAD", "MOHAMMED"),
        ("TUNDE", "BABATUNDE"),
    ],
)
def test_a_nickname_calls_the_whole_name(name: str, other: str) -> None:
    assert other in tidying.calls(name, "")
    assert name in tidying.calls(other, "")


@pytest.mark.parametrize(("name", "other"), [("JOAN", "JEAN"), ("TIM", "TOM"), ("MARY", "MARK")])
def test_names_of_their_own_are_not_nicknames_of_one_another(name: str, other: str) -> None:
    assert other not in tidying.calls(name, "")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("SZYMANSKI", "SHIMANSKI"),
        ("KHAN", "KAN"),
        ("PHILLIPS", "FILIPS"),
        ("CLARKE", "CLARK"),
        ("STEPHENS", "STEVENS"),
        ("MACDONALD", "MCDONALD"),
        ("WRIGHT", "RIGHT"),
    ],
)
def test_like_sounding_names_share_a_code(left: str, right: str) -> None:
    assert tidying.sound(left) == tidying.sound(right)


def test_a_birth_date_and_its_exchange_of_day_and_month_share_a_key() -> None:
    assert tidying.birth_key("1948-06-02") == tidying.birth_key("1948-02-06") == "19480206"
    assert tidying.birth_key("1948-06") == ""


@pytest.mark.parametrize("text", ["1900-01-01", "9999-12-31", "21/06/1948", ""])
def test_a_default_date_is_no_birth_date(text: str) -> None:
    assert tidying.born(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+44 7700 900377", "07700900377"),
        ("0044 20 7946 0377", "02079460377"),
        ("(020) 7946-0377", "02079460377"),
        ("00000000000", ""),
        ("none", ""),
    ],
)
def test_a_phone_number_is_its_national_digits(text: str, expected: str) -> None:
    assert tidying.number(text) == expected


def test_a_mobile_in_the_field_of_the_landline_is_a_mobile() -> None:
    assert tidying.phones("07700 900377", "") == ("", "07700900377")


@pytest.mark.parametrize("text", ["943 476 5919", "9434765918", "0000000000", "", "94347659"])
def test_only_a_sound_nhs_number_counts(text: str) -> None:
    assert bool(tidying.nhs_number(text)) == (bool(text) and is_valid(text))


def test_the_title_tells_the_gender_where_nothing_else_does() -> None:
    assert tidying.gender("", "Mrs") == "F"
    assert tidying.gender("male", "Mrs") == "M"
    assert tidying.gender("not_stated", "Mrs") == ""
    assert tidying.gender("", "Dr") == ""


@given(st.text("0123456789", min_size=9, max_size=11))
def test_the_quick_check_of_a_number_is_that_of_the_vocabulary(text: str) -> None:
    assert bool(tidying.nhs_number(text)) == is_valid(text)
    if len(text) == 10 and (digit := check_digit(text[:9])) is not None:
        whole = text[:9] + str(digit)
        assert bool(tidying.nhs_number(whole)) == is_valid(whole)


def test_a_short_name_is_looked_for_under_the_whole_names_it_stands_for() -> None:
    assert set(tidying.roots("BILL", "")) & set(tidying.roots("WILL", ""))
    assert set(tidying.roots("CHRIS", "")) >= {
        tidying.sound("CHRISTOPHER"),
        tidying.sound("CHRISTINE"),
    }
