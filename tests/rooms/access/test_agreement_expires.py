"""An agreement stops by itself: what was read on its last day is not read the day after."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest

from oneplace.access import verbs
from oneplace.access.models import AgreementParty, Relationship, SharingAgreement, SourceOwner
from oneplace.access.rule import decide
from oneplace.access.rule.facts import case_of
from oneplace.access.viewer import Viewer, permissions_of, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.feeds import reading
from oneplace.partners.models import Organisation
from oneplace.records import queries as records
from oneplace.records import verbs as records_verbs
from oneplace.records.models import Entry
from oneplace.vocabulary.ids import id_for, new_id
from oneplace.vocabulary.terms import AccountKind, DataCategory, RelationshipKind, Role
from tests.database import as_role
from tests.factories import AT, bring_in_place, signed_in
from tests.rooms.records.arriving import MARY, arrive, entry, loader

pytestmark = pytest.mark.django_db

PERSON = new_id()
CODE = "direct_care"
LAST = date(2027, 3, 31)
SOURCE = "hospital_list"


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Mary has a condition the hospital recorded, and is on a social worker's caseload."""
    readers = {**reading.READERS, "from_memory": "tests.rooms.records.arriving:READER"}
    monkeypatch.setattr(reading, "READERS", readers)
    bring_in_place()
    with as_role(DatabaseRole.LOADER):
        hospital = Organisation.objects.get(code="hospital_trust")
        SourceOwner.objects.create(owner=SOURCE, organisation=hospital)
        records_verbs.take_in(deliveries=[arrive(entry("1", source=SOURCE))], by=loader(), at=AT)
        whose = {id_for("subject", f"{MARY.authority}|{MARY.value}"): PERSON}
        records_verbs.say_whose(whose=whose, by=loader(), at=AT)
    yield


@pytest.fixture
def worker() -> Viewer:
    """A social worker of the council."""
    account = new_id()
    with as_role(DatabaseRole.LOADER):
        Relationship.objects.create(
            person_id=PERSON,
            party_id=account,
            kind=RelationshipKind.CASELOAD,
            source="test",
            starts_at=AT - timedelta(days=1),
        )
    return Viewer(
        account_id=account,
        kind=AccountKind.STAFF,
        name="Sana Ortiz",
        role=Role.SOCIAL_WORKER,
        organisation_id=Organisation.objects.get(code="council").pk,
        permissions=permissions_of(Role.SOCIAL_WORKER),
    )


def _noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 12, tzinfo=UTC)


def _reads(worker: Viewer, at: datetime) -> tuple[int, int, bool]:
    """Entries in the timeline, rows past every filter of ours, and the rule's own answer."""
    with viewing(worker, at=at):
        page = records.timeline(PERSON, viewer=worker, at=at)
        rows = Entry.objects.count()
        case = case_of(PERSON, worker, at=at)
    return (
        len(page.entries),
        rows,
        decide.decides(decide.of_part(case, owner=SOURCE, part=DataCategory.HEALTH)),
    )


def test_an_entry_read_on_the_last_day_is_not_read_the_day_after(worker: Viewer) -> None:
    assert _reads(worker, _noon(LAST)) == (1, 1, True)
    assert _reads(worker, _noon(LAST + timedelta(days=1))) == (0, 0, False)


def test_the_last_day_ends_at_midnight_by_the_wall_clock(worker: Viewer) -> None:
    # In summer time, which begins in the last week of March, midnight is 23:00 in universal time.
    assert _reads(worker, datetime(2027, 3, 31, 22, 59, tzinfo=UTC))[2]
    assert not _reads(worker, datetime(2027, 3, 31, 23, 0, tzinfo=UTC))[2]


def test_the_page_says_so_from_that_day_on() -> None:
    def page(on: date) -> str:
        with patch("oneplace.kit.clock.now", lambda: _noon(on)):
            return signed_in(Role.GP).get(f"/agreements/{CODE}/").content.decode()

    assert "Its last day is today" in page(LAST)
    assert "It ended on 31 March 2027. Nothing has been shared under it since." in page(
        LAST + timedelta(days=1)
    )


def test_a_renewed_agreement_goes_on_sharing_without_a_gap(worker: Viewer) -> None:
    written = SharingAgreement.objects.get(code=CODE, version=1)
    officer = Viewer(
        account_id=new_id(),
        kind=AccountKind.STAFF,
        name="Olive Officer",
        role=Role.IG_OFFICER,
        organisation_id=Organisation.objects.get(code="council").pk,
        permissions=permissions_of(Role.IG_OFFICER),
    )
    with viewing(officer, at=AT):
        verbs.renew_agreement(
            code=CODE,
            starts_on=written.ends_on + timedelta(days=1),
            review_on=date(2028, 3, 31),
            ends_on=date(2029, 3, 31),
            by=officer,
            at=AT,
        )
    assert _reads(worker, _noon(LAST + timedelta(days=1)))[2] is False

    with viewing(officer, at=AT):
        for key in AgreementParty.objects.filter(
            agreement__code=CODE, agreement__version=2, signed_on__isnull=True
        ).values_list("key", flat=True):
            verbs.record_signature(
                code=CODE, version=2, key=key, signed_by="A. Chief", signed_on=AT.date(),
                by=officer, at=AT,
            )  # fmt: skip

    assert _reads(worker, _noon(LAST)) == (1, 1, True)
    assert _reads(worker, _noon(LAST + timedelta(days=1))) == (1, 1, True)
