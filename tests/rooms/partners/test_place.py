"""The partners' tables say what the place file says, and say it again after every change."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from pytest_django import DjangoAssertNumQueries

from oneplace.config.database import Role as DatabaseRole
from oneplace.partners import queries, verbs
from oneplace.partners.models import Organisation, Post, Team
from oneplace.vocabulary.place import load_place, place_path
from tests.database import as_role
from tests.factories import LOADER

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _as_loader():  # type: ignore[no-untyped-def]
    with as_role(DatabaseRole.LOADER):
        yield


def test_every_partner_practice_team_and_network_of_the_file_is_there() -> None:
    place = settings.PLACE

    verbs.bring_in_place(place=place, by=LOADER, at=AT)

    assert queries.partners().count() == len(place.partners)
    assert queries.practices().count() == len(place.practices)
    assert queries.teams().count() == len(place.teams)
    assert {n.name for n in queries.networks()} == {n.name for n in place.networks}


def test_bringing_in_twice_changes_nothing() -> None:
    verbs.bring_in_place(place=settings.PLACE, by=LOADER, at=AT)
    before = [
        set(model.objects.values_list("pk", flat=True)) for model in (Organisation, Team, Post)
    ]

    verbs.bring_in_place(place=settings.PLACE, by=LOADER, at=AT)

    after = [
        set(model.objects.values_list("pk", flat=True)) for model in (Organisation, Team, Post)
    ]
    assert after == before


def test_what_has_gone_from_the_file_is_closed_and_kept() -> None:
    place = settings.PLACE
    verbs.bring_in_place(place=place, by=LOADER, at=AT)
    last = place.practices[-1]
    smaller = place.model_copy(update={"practices": place.practices[:-1]})

    verbs.bring_in_place(place=smaller, by=LOADER, at=AT)

    gone = Organisation.objects.get(code=last.code)
    assert gone.closed_on == AT.date()
    assert queries.practices().count() == len(place.practices) - 1


def test_a_second_different_place_fits_the_same_tables() -> None:
    other = load_place(place_path("northmere"))

    brought = verbs.bring_in_place(place=other, by=LOADER, at=AT)

    assert brought.networks == len(other.networks)
    assert queries.partners().count() == len(other.partners) == len(settings.PLACE.partners) - 2


def test_each_thing_is_found_with_what_stands_in_it(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    place = settings.PLACE
    verbs.bring_in_place(place=place, by=LOADER, at=AT)
    partner, written = place.partners[0], place.teams[0]
    in_network = place.practices_of(place.networks[0].code)

    with django_assert_num_queries(6):
        network = queries.network(place.networks[0].code)
        team = queries.team(written.code)
        organisation = queries.organisation(partner.code)

    assert network and team and organisation
    practices: list[Organisation] = network.open_practices  # type: ignore[attr-defined]
    posts: list[Post] = team.open_posts  # type: ignore[attr-defined]
    hosted: list[Team] = organisation.open_teams  # type: ignore[attr-defined]
    assert {row.code for row in practices} == {row.code for row in in_network}
    assert {post.role for post in posts} == {held.role for held in written.holds}
    assert {row.key for row in hosted} == {
        row.code for row in place.teams if row.partner == partner.code
    }


def test_what_is_closed_is_not_found() -> None:
    place = settings.PLACE
    verbs.bring_in_place(place=place, by=LOADER, at=AT)
    practice, team = place.practices[0], place.teams[0]
    Organisation.objects.filter(code=practice.code).update(closed_on=AT.date())
    Team.objects.filter(key=team.code).update(closed_on=AT.date())

    listed = {row.code for row in queries.partners_and_practices()}

    assert queries.organisation(practice.code) is None and practice.code not in listed
    assert queries.team(team.code) is None
    assert team.code not in {row.key for row in queries.open_teams()}
