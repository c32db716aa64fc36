"""Directories come in by the front door: nothing that can be read is lost, faults are told."""

from datetime import date, time

import orjson
import pytest
from django.conf import settings

from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.directory import queries, verbs
from oneplace.directory.models import Postcode, Service
from oneplace.feeds.open_referral.page import NotAPage, read_page
from oneplace.feeds.open_referral.reader import READER
from oneplace.feeds.reading import read
from oneplace.vocabulary.terms import DirectoryCheck, NeedKind
from tests.database import as_role
from tests.factories import AT, LOADER, bring_in_place
from tests.rooms.directory.pages import GARDEN, LUNCH, arrive, page, received

pytestmark = pytest.mark.django_db


def test_a_service_is_read_with_where_when_and_for_whom() -> None:
    said = read_page(page(GARDEN, LUNCH))

    garden, lunch = said.services
    assert garden.name == "Garden friends"
    assert lunch.places[0].postcode == "CR7 8AB"
    assert lunch.times[0].weekdays == (1,)
    assert lunch.times[0].opens_at == time(12, 0)
    assert lunch.cost_pence == 450
    assert lunch.min_age == 60
    assert garden.checked_on == date(2026, 2, 1)
    assert said.faults == ()


def test_every_fault_is_told_and_no_service_is_lost() -> None:
    broken = {**GARDEN, "id": "", "url": "not an address", "minimum_age": 500}

    said = read_page(orjson.dumps({"contents": [broken, LUNCH], "size": 7, "total_items": 2}))

    assert [service.name for service in said.services] == ["Garden friends", "Lunch at St Paul's"]
    places = [place for place, _ in said.faults]
    assert places == ["page", "service 1, id", "service 1, url", "service 1, minimum_age"]


def test_what_is_no_page_is_refused_with_the_reason() -> None:
    with pytest.raises(NotAPage, match="no JSON"):
        read_page(b"<html>")
    units = list(read(received(b"<html>"), "open_referral"))
    assert units[0].fault is not None
    assert units[0].fault.is_whole


def test_the_door_counts_each_service_and_keeps_faults_aside() -> None:
    content = page({**GARDEN, "url": "nowhere"}, LUNCH)

    units = list(READER.units(received(content)))

    assert [unit.place for unit in units if unit.fault is None] == [
        "Garden friends",
        "Lunch at St Paul's",
    ]
    assert [unit.place for unit in units if unit.fault] == ["service 1, url"]


def test_services_arrive_through_the_door_and_are_found() -> None:
    bring_in_place()
    with as_role(DatabaseRole.LOADER), viewing(LOADER, at=AT):
        arrive(page(GARDEN, LUNCH), at=AT)
        Postcode.objects.create(code="CR78AB", latitude=51.4, longitude=-0.1)

    with viewing(LOADER, at=AT):
        found = queries.search(text="somebody to help me with my gardning", viewer=LOADER, at=AT)
        near = queries.search(text="lonely", near="cr7 8ab", viewer=LOADER, at=AT)
        unknown = queries.search(text="lunch", near="ZZ9 9ZZ", viewer=LOADER, at=AT)
    assert [each.service.name for each in found.found] == ["Garden friends"]
    assert found.corrected["gardning"].startswith("garden")
    assert NeedKind.HOME_AND_GARDEN in found.needs
    assert found.found[0].check is DirectoryCheck.CHECKED
    assert near.found[0].service.name == "Lunch at St Paul's"
    assert near.found[0].km == pytest.approx(0, abs=0.01)
    assert unknown.is_near_unknown
    assert unknown.found


def test_a_service_in_no_page_of_a_newer_release_is_not_listed() -> None:
    bring_in_place()
    with as_role(DatabaseRole.LOADER), viewing(LOADER, at=AT):
        arrive(page(GARDEN, LUNCH), release="2026-02-09", at=AT)
        arrive(page(LUNCH), release="2026-03-09", at=AT)

    listed = dict(Service.objects.values_list("name", "is_listed"))
    assert listed == {"Garden friends": False, "Lunch at St Paul's": True}


def test_the_places_own_services_stand_in_it_with_their_teams() -> None:
    bring_in_place()
    with as_role(DatabaseRole.LOADER), viewing(LOADER, at=AT):
        count = verbs.take_place_services(place=settings.PLACE, by=LOADER, at=AT)
        again = verbs.take_place_services(place=settings.PLACE, by=LOADER, at=AT)

    assert count == again == Service.objects.filter(is_listed=True).count()
    assert Service.objects.filter(team=None).count() < count
