"""The directory on pages: found, one in full, kept right, taken home."""

import pytest
from django.urls import reverse

from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.directory.models import Postcode, Service
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.factories import AT, LOADER, bring_in_place, signed_in
from tests.rooms.directory.pages import GARDEN, LUNCH, arrive, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def lunch(db: None) -> Service:
    bring_in_place()
    with as_role(DatabaseRole.LOADER), viewing(LOADER, at=AT):
        arrive(page(GARDEN, LUNCH), at=AT)
        Postcode.objects.create(code="CR78AB", latitude=51.4, longitude=-0.1)
    return Service.objects.get(name__startswith="Lunch")


@pytest.mark.parametrize("role", [Role.PIC, Role.RESIDENT, Role.VOLUNTARY_ORGANISATION])
def test_anybody_with_a_hat_or_a_page_of_their_own_finds_help(lunch: Service, role: Role) -> None:
    client = signed_in(role)

    words = client.post(
        reverse("directory:find_services"), {"words": "someone lonely", "near": "CR7 8AB"}
    ).content.decode()

    assert "Lunch at St Paul" in words
    assert "0.0 km away" in words
    assert "Tuesday, 12:00 to 14:00" in words


def test_a_postcode_that_does_not_exist_is_said_so_and_nothing_is_lost(lunch: Service) -> None:
    words = (
        signed_in(Role.PIC)
        .post(reverse("directory:find_services"), {"words": "lunch", "near": "QQ1 1QQ"})
        .content.decode()
    )

    assert "We do not know this postcode" in words
    assert "Lunch at St Paul" in words


def test_one_service_says_when_where_and_for_whom(lunch: Service) -> None:
    words = (
        signed_in(Role.RESIDENT).get(reverse("directory:entry", args=[lunch.pk])).content.decode()
    )

    for part in ("Tuesday", "1 High Street", "£4.50", "People from 60 years on", "Tamil"):
        assert part in words
    assert "Keep it right" not in words


def test_an_editor_checks_closes_and_opens_an_entry(lunch: Service) -> None:
    editor = signed_in(Role.PIC)

    def keep(act: str, **typed: str) -> None:
        address = reverse("directory:keep_service", args=[lunch.pk, act])
        assert editor.get(address).status_code == 200
        assert editor.post(address, typed).status_code == 302

    keep("confirm")
    keep("capacity", capacity="full")
    keep("correct", what="Soup and company")
    keep("close", from_on_day="1", from_on_month="3", from_on_year="2026", why="Easter")
    closed = editor.get(reverse("directory:entry", args=[lunch.pk])).content.decode()
    keep("open")

    lunch.refresh_from_db()
    assert "Closed from 1 March 2026. Easter" in closed
    assert (lunch.what, lunch.capacity, lunch.closed_from) == ("Soup and company", "full", None)
    assert lunch.checked_by


def test_a_list_to_take_home_holds_what_was_ticked(lunch: Service) -> None:
    client = signed_in(Role.PIC)

    printed = client.post(
        reverse("directory:print_services"), {"services": [str(lunch.pk), "nonsense"]}
    )
    nothing = client.post(reverse("directory:print_services"), {}, follow=True)

    assert "020 7946 0177" in printed.content.decode()
    assert "Tick the services" in nothing.content.decode()


def test_what_was_typed_stands_in_no_address(lunch: Service) -> None:
    words = signed_in(Role.PIC).get(reverse("directory:find_services"), {"words": "lunch"})

    assert 'value="lunch"' not in words.content.decode()


def test_an_entry_that_is_not_there_is_not_found(lunch: Service) -> None:
    client = signed_in(Role.PIC)
    nobody = "01a00000-0000-7000-8000-000000000000"

    assert client.get(reverse("directory:entry", args=[nobody])).status_code == 404
    address = reverse("directory:keep_service", args=[lunch.pk, "burn"])
    assert client.get(address).status_code == 404
