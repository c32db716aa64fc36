"""Since yesterday: what happened to the viewer's own people, and to nobody else's."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from oneplace.access.models import AuditEntry, AuditPerson
from oneplace.access.viewer import NOBODY, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.people import queries
from oneplace.people.cards import NewsOfMyPeople
from oneplace.vocabulary.terms import EntryKind, EntryStatus, RelationshipKind
from tests.database import as_role
from tests.factories import bring_in_place
from tests.rooms.people.saying import AT, GP, HOSPITAL, margaret, person_of, say, stay
from tests.rooms.people.test_searching import viewer

pytestmark = pytest.mark.django_db
SINCE = AT - timedelta(days=1)


@pytest.fixture(autouse=True)
def margaret_comes_to_hospital() -> Iterator[None]:
    """Margaret of one practice came into hospital today; a year ago she fell."""
    bring_in_place()
    with as_role(DatabaseRole.LOADER):
        known = margaret(GP, "1", practice_code="ZZAS06", organisation="ZZAS06")
        admitted = stay(starts_at=datetime(2026, 3, 11, 22, tzinfo=UTC), title="Pneumonia")
        fell = stay(
            kind=EntryKind.FALL,
            key="fall 1",
            status=EntryStatus.ENDED,
            starts_at=AT - timedelta(days=400),
        )
        say(known, margaret(HOSPITAL, "H1"), admitted, fell)
    yield


def test_the_practice_is_told_who_came_into_hospital_and_why_it_is() -> None:
    gp = viewer(practice="ZZAS06")

    with viewing(gp, at=AT):
        (found,) = queries.news(viewer=gp, since=SINCE, at=AT)
        (row,) = NewsOfMyPeople().rows(viewer=gp, at=AT)

    assert (found.kind, found.why) == (EntryKind.STAY, RelationshipKind.REGISTERED_PRACTICE)
    assert row.person == "Margaret Okafor"
    assert row.what.startswith("Came into hospital: Pneumonia")
    assert not row.needs_you and "/person/" in row.address


def test_what_happened_earlier_says_when_it_was_told() -> None:
    gp = viewer(practice="ZZAS06")
    left = stay(
        starts_at=AT - timedelta(days=9), ends_at=AT - timedelta(days=4), key="stay 2", title="Fall"
    )
    with as_role(DatabaseRole.LOADER):
        say(margaret(HOSPITAL, "H1"), left)

    with viewing(gp, at=AT):
        rows = [row.what for row in NewsOfMyPeople().rows(viewer=gp, at=AT)]

    assert any(what.startswith("Left hospital: Fall · 8 March") for what in rows), rows
    assert any(", told us " in what for what in rows if what.startswith("Left"))
    assert not any(", told us " in what for what in rows if what.startswith("Came"))


def test_whoever_is_shown_stands_in_the_audit() -> None:
    gp = viewer(practice="ZZAS06")

    with viewing(gp, at=AT):
        queries.news(viewer=gp, since=SINCE, at=AT)

    with as_role(DatabaseRole.LOADER):
        entry = AuditEntry.objects.get(action="see_news")
        shown = AuditPerson.objects.filter(entry=entry)
        assert [each.person_id for each in shown] == [person_of(GP, "1").pk]


def test_a_stranger_is_told_nothing() -> None:
    elsewhere = viewer(practice="ZZTH04")
    nobody = replace(NOBODY)

    for looking in (elsewhere, nobody):
        with viewing(looking, at=AT):
            assert queries.news(viewer=looking, since=SINCE, at=AT) == []
