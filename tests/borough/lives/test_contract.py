"""Every table keeps the contract that feeds rely on."""

import numpy as np
import pytest

from oneplace.borough.lives.columns import NEVER, Coded, arrow_table, coded
from oneplace.borough.tables import TABLES, Lives
from oneplace.vocabulary import nhs_number

_REFERS_TO = {
    "person": "people", "other": "people", "carer": "people", "cared_for": "people",
    "lost": "people", "next_of_kin": "people", "twin": "people", "stay": "hospital_stays",
    "hospital_stay": "hospital_stays", "organisation": "organisations",
    "employer": "organisations", "provider": "organisations", "address": "addresses",
    "practice": "practices", "staff": "staff", "coordinator": "staff", "lead": "staff",
    "owner": "staff", "facilitator": "staff", "consultant": "staff", "line_manager": "staff",
    "professional_lead": "staff", "concept": "concepts", "complaint": "concepts",
    "diagnosis": "concepts", "medicine": "concepts", "network": "networks", "area": "areas",
    "team": "teams", "care_home": "care_homes", "household": "households",
    "huddle_case": "huddle_cases", "discussion": "huddle_discussions",
    "meeting": "huddle_meetings", "pic_case": "pic_cases", "service": "voluntary_services",
    "life_episode": "life_episodes", "postcode_index": "postcodes",
    "voluntary_organisation": "voluntary_organisations",
    "community_referral": "community_referrals",
    "mental_health_referral": "mental_health_referrals", "request": "council_requests",
    "referral": "social_prescribing_referrals", "pharmacist_review": "pharmacist_reviews",
}  # fmt: skip


@pytest.mark.parametrize("name", list(TABLES))
def test_a_table_has_its_schema_and_no_unwanted_nulls(small: Lives, name: str) -> None:
    table = small[name]

    assert table.schema == TABLES[name].schema
    for column in TABLES[name].columns:
        if not column.is_nullable:
            assert table.column(column.name).null_count == 0, column.name


@pytest.mark.parametrize("name", [name for name in TABLES if not name.startswith("truth")])
def test_a_table_has_rows(small: Lives, name: str) -> None:
    assert small[name].num_rows > 0


@pytest.mark.parametrize("name", list(TABLES))
def test_indexes_point_at_rows_that_exist(lives: Lives, name: str) -> None:
    for column in TABLES[name].columns:
        if column.kind != "index":
            continue
        values = lives.numpy(name, column.name)
        if column.meaning == "itself":
            assert np.array_equal(values, np.arange(len(values)))
            continue
        target = _REFERS_TO.get(column.name, "concepts" if column.name == "reason" else "")
        assert target, f"{name}.{column.name} refers to an unknown table"
        if len(values):
            assert values.max() < lives[target].num_rows
            assert values.min() >= (-1 if column.is_nullable else 0)


def test_nhs_numbers_are_unique_valid_and_of_the_test_range(lives: Lives) -> None:
    numbers = lives.numpy("people", "nhs_number").tolist()

    assert len(set(numbers)) == len(numbers)
    assert nhs_number.are_valid(np.array([int(number) for number in numbers])).all()
    assert all(number.startswith("999") for number in numbers)


def test_phones_are_those_kept_for_drama(lives: Lives) -> None:
    for column, start in (("landline", "020 7946 0"), ("mobile", "07700 900")):
        found = {number for number in lives.numpy("people", column) if number is not None}
        assert all(number.startswith(start) for number in found)


def test_postcodes_have_a_letter_no_real_unit_has(lives: Lives) -> None:
    postcodes = lives.numpy("postcodes", "postcode").tolist()

    assert all(set(text[-2:]) & set("CIKMOV") for text in postcodes)


def test_emails_go_nowhere(lives: Lives) -> None:
    emails = {email for email in lives.numpy("people", "email").tolist() if email}

    assert all(email.endswith("@example.org") for email in emails)


def test_missing_columns_are_named() -> None:
    with pytest.raises(ValueError, match="table unit_prices: missing columns"):
        arrow_table("unit_prices", {"kind": coded(["a"])})


def test_a_null_where_none_may_be_is_named() -> None:
    values = {
        "person": np.array([0]), "died_at": np.array([NEVER]), "registered_on": np.array([1]),
        "cause": coded(["heart"]), "place": coded(["home"]), "stay": np.array([-1]),
    }  # fmt: skip

    with pytest.raises(ValueError, match="column died_at: 1 nulls"):
        arrow_table("deaths", values)


def test_words_given_twice_become_one() -> None:
    words = Coded(np.array([0, 1, 2, -1]), ["as directed", "5 mg", "as directed"])

    assert words.isin("5 mg").tolist() == [False, True, False, False]
    assert words.decoded().tolist() == ["as directed", "5 mg", "as directed", None]
