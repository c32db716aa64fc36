"""The open feed: every page and entity keeps to the standard; counts agree; anybody reads."""

from datetime import date

import pytest
from django.test import Client

from oneplace.config.database import Role as DatabaseRole
from oneplace.directory.models import Location, Service
from oneplace.directory.publishing.shapes import faults_of, faults_of_page
from tests.database import as_role
from tests.factories import AT, bring_in_place
from tests.rooms.directory.pages import GARDEN, LUNCH, arrive, page

pytestmark = pytest.mark.django_db
LISTS = {
    "services": "service",
    "service_at_locations": "service_at_location",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
    "organizations": "organization",
}


@pytest.fixture
def feed(db: None) -> Client:
    bring_in_place()
    with as_role(DatabaseRole.LOADER):
        more = [
            {**GARDEN, "id": f"more{number}", "name": f"Garden {number}"} for number in range(7)
        ]
        broken = {
            "id": "s9", "name": "Everything wrong", "organization": {"name": "Nobody"},
            "email": "no address", "url": "nowhere", "minimum_age": -4,
            "schedules": [{"opens_at": "noon"}],
        }  # fmt: skip
        arrive(page(GARDEN, LUNCH, broken, *more), at=AT)
    return Client()


def test_the_feed_says_which_standard_it_keeps_to(feed: Client) -> None:
    said = feed.get("/open-referral/").json()

    assert said["version"] == "HSDS-UK-3.0"
    assert said["openapi_url"].endswith("/open-referral/openapi.json")
    assert feed.get("/open-referral/openapi.json").json()["openapi"] == "3.1.0"


@pytest.mark.parametrize("name", list(LISTS))
def test_every_page_and_every_entity_keeps_to_the_standard(feed: Client, name: str) -> None:
    number, seen, total = 1, [], None
    while True:
        answer = feed.get(f"/open-referral/{name}", {"page": number, "per_page": 3})
        body = answer.json()
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert list(faults_of_page(body, LISTS[name])) == []
        seen += [row["id"] for row in body["contents"]]
        total = body["total_items"]
        if body["last_page"]:
            break
        number += 1

    assert len(seen) == len(set(seen)) == total > 0
    for one in seen[:4]:
        body = feed.get(f"/open-referral/{name}/{one}").json()
        assert list(faults_of(body, LISTS[name])) == []
        assert body["id"] == one


def test_a_page_beyond_the_last_is_empty_and_says_so(feed: Client) -> None:
    body = feed.get("/open-referral/services", {"page": 99}).json()

    assert body["contents"] == []
    assert body["empty"] is True
    assert list(faults_of_page(body, "service")) == []


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"search": "lunch"}, {"Lunch at St Paul's"}),
        ({"minimum_age": "50"}, {"Lunch at St Paul's"}),
        ({"day": "TU"}, {"Lunch at St Paul's"}),
        ({"day": "TU", "start_time": "12:30", "end_time": "13:30"}, {"Lunch at St Paul's"}),
        ({"day": "WE"}, set()),
    ],
)
def test_services_are_found_by_the_standards_parameters(
    feed: Client, asked: dict[str, str], names: set[str]
) -> None:
    found = feed.get("/open-referral/services", asked).json()["contents"]

    assert {row["name"] for row in found} & {"Lunch at St Paul's", "Garden friends"} == names


@pytest.mark.parametrize(
    ("path", "asked", "names"),
    [
        ("services", {"page": "x"}, "page"),
        ("services", {"per_page": "100000"}, "per_page"),
        ("services", {"day": "someday"}, "day"),
        ("services", {"start_time": "noon"}, "start_time"),
        ("services", {"taxonomy_term_id": "x"}, "taxonomy_term_id"),
        ("service_at_locations", {"postcode": "ZZ99 9ZZ"}, "postcode"),
        ("service_at_locations", {"proximity": "100"}, "proximity"),
    ],
)
def test_what_cannot_be_understood_is_named(
    feed: Client, path: str, asked: dict[str, str], names: str
) -> None:
    answer = feed.get(f"/open-referral/{path}", asked)

    assert answer.status_code == 400
    assert answer.json()["message"].startswith(f"{names}:")


def test_an_id_nobody_knows_is_not_found(feed: Client) -> None:
    nobody = "00000000-0000-4000-8000-000000000000"

    for name in LISTS:
        assert feed.get(f"/open-referral/{name}/{nobody}").status_code == 404


def test_a_closed_service_says_so_in_the_standards_words(feed: Client) -> None:
    with as_role(DatabaseRole.LOADER):
        Service.objects.filter(name="Lunch at St Paul's").update(
            closed_from=date(2020, 1, 1), closed_why="The hall is being repaired"
        )

    (found,) = feed.get("/open-referral/services", {"search": "lunch"}).json()["contents"]

    assert found["status"] == "temporarily closed"
    assert found["alert"] == "The hall is being repaired"


def test_an_address_without_a_street_is_no_address(feed: Client) -> None:
    with as_role(DatabaseRole.LOADER):
        Location.objects.update(address="", postcode="CR7 8AB")

    body = feed.get("/open-referral/service_at_locations").json()

    assert list(faults_of_page(body, "service_at_location")) == []
    assert "addresses" not in body["contents"][0]["location"]


def test_the_checker_finds_what_is_wrong() -> None:
    wrong = {
        "id": "x", "name": "", "status": "open", "email": "nobody", "url": "nowhere",
        "schedules": [{"id": "1", "byday": "XX"}],
    }  # fmt: skip

    said = " ".join(faults_of(wrong, "service"))

    for place in ("service.id", "service.name", "service.status", "service.email", "service.url",
                  "service.organization_id: required", "schedules[0].byday"):  # fmt: skip
        assert place in said, place
