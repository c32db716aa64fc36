"""The files carry the demo's story: Desmond leaves, the council is silent, everybody has a hat."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import Role

from .conftest import Borough


@pytest.fixture(scope="module")
def desmond(borough: Borough) -> dict[str, Any]:
    told: dict[str, Any] = borough.truth_json("scripted")["desmond"]
    return told


@pytest.fixture(scope="module")
def people(borough: Borough) -> list[dict[str, str]]:
    return borough.read_csv("people_at_work/people_at_work.csv")


def test_desmond_leaves_hospital_in_a_message_that_has_not_arrived_yet(
    borough: Borough, desmond: dict[str, Any]
) -> None:
    now = datetime.fromisoformat(borough.manifest["now"])

    (leaving, *_) = [
        message
        for message in desmond["hospital_messages"]
        if message["kind"] == "A03"
        and message["visit"].startswith("S")
        and datetime.fromisoformat(message["arrives_at"]) > now
    ]

    arrives = datetime.fromisoformat(leaving["arrives_at"])
    assert leaving["file"].startswith("later/hospital/adt/")
    assert arrives - now <= timedelta(hours=3)
    content = (borough.folder / leaving["file"]).read_bytes()
    assert leaving["visit"].encode() in content
    assert content.count(b"MSH|") <= 5


def test_the_hospital_holds_two_records_of_desmond(desmond: dict[str, Any]) -> None:
    records = [row for row in desmond["identifiers"] if row["source"] == "hospital"]

    numbers = [row["nhs_number"] for row in records]

    assert len(records) == 2
    assert numbers == [desmond["facts"]["nhs_number"], None]
    held = {message["identifier"] for message in desmond["hospital_messages"]}
    assert held == {row["identifier"] for row in records}


def test_the_council_has_been_silent_since_sunday(borough: Borough) -> None:
    now = datetime.fromisoformat(borough.manifest["now"])
    files = borough.of_feed("council_cases")

    last_day = max(
        datetime.fromisoformat(row["covers_until"])
        for row in files
        if datetime.fromisoformat(row["arrives_at"]) <= now
    ) - timedelta(days=1)
    following = min(
        datetime.fromisoformat(row["arrives_at"])
        for row in files
        if datetime.fromisoformat(row["arrives_at"]) > now
    )

    assert last_day.strftime("%A %d %B %Y") == "Sunday 08 March 2026"
    assert following - now < timedelta(days=3)


def test_other_feeds_are_fresh(borough: Borough) -> None:
    now = datetime.fromisoformat(borough.manifest["now"])
    for feed, days in (("hospital_messages", 1), ("gp_recent", 2), ("community_services", 2),
                       ("charity_cases", 8), ("mental_health", 2)):  # fmt: skip
        last = max(
            datetime.fromisoformat(row["arrives_at"])
            for row in borough.of_feed(feed)
            if datetime.fromisoformat(row["arrives_at"]) <= now
        )
        assert now - last < timedelta(days=days), feed


def test_every_role_has_people_and_one_of_them_is_chosen_for_the_demo(
    borough: Borough, people: list[dict[str, str]]
) -> None:
    demo = borough.read_csv("people_at_work/demo_sign_ins.csv")
    emails = {row["email"] for row in people}

    chosen = {row["role"]: row for row in demo}

    assert set(chosen) == set(Role.stored_words())
    assert len(demo) == len(chosen)
    for role, row in chosen.items():
        assert row["email"] in emails
        assert row["why"] == "" or row["why"].endswith("."), "the door has words for the rest"
        if role != Role.RESIDENT:
            assert any(r["email"] == row["email"] and r["role"] == role for r in people)
            assert any(
                r["email"] == row["email"] and r["role"] == role and not r["ends_on"]
                for r in people
            )
    assert chosen["therapist"]["name"].startswith("Sana ")


def test_some_people_hold_two_posts_some_are_seconded_and_some_have_left(
    people: list[dict[str, str]],
) -> None:
    by_email: dict[str, list[dict[str, str]]] = {}
    for row in people:
        by_email.setdefault(row["email"], []).append(row)

    two_posts = [rows for rows in by_email.values() if len(rows) == 2]
    seconded = [
        row for row in people
        if row["employer_code"] and row["employer_code"] != row["post_organisation_code"]
    ]  # fmt: skip

    assert len(two_posts) >= 8
    assert all(len({repr(sorted(row.items())) for row in rows}) == 2 for rows in two_posts)
    assert len(seconded) >= 5
    assert sum(bool(row["ends_on"]) for row in people) >= 3


def test_codes_keys_and_colleagues_are_known(
    borough: Borough, people: list[dict[str, str]], place: Place
) -> None:
    organisations = {row["code"] for row in borough.read_csv("people_at_work/organisations.csv")}
    organisations |= {row.code for row in place.partners} | {row.code for row in place.practices}
    networks = {row.code for row in place.networks}
    teams = {row.code for row in place.teams}
    emails = {row["email"] for row in people}

    for row in people:
        if row["kind"] == "resident":
            continue
        assert row["employer_code"] in organisations
        assert row["post_organisation_code"] in organisations
        assert not row["network_key"] or row["network_key"] in networks
        assert {key for key in row["team_keys"].split(";") if key} <= teams
        for colleague in (row["line_manager_email"], row["professional_lead_email"]):
            assert not colleague or (colleague in emails and colleague != row["email"])
        assert row["starts_on"]
        assert not row["ends_on"] or row["ends_on"] >= row["starts_on"]
