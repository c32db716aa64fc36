"""Being asked opens a referral to those whose role needs it, while they help, and no address that
is protected.
"""

from dataclasses import replace

import pytest

from oneplace.access.models import Barrier
from oneplace.access.viewer import Viewer, permissions_of, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.partners.models import Organisation
from oneplace.people.models import Person
from oneplace.referrals import queries, verbs
from oneplace.referrals.models import PassedOn, Referral, ReferralEvent, ReferralStep
from oneplace.vocabulary.terms import (
    BarrierKind,
    ConnectionOutcome,
    ConnectionSentBack,
    DataCategory,
    Role,
)
from tests.database import as_role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import arrive, connected, unconnected
from tests.rooms.referrals.asking import (
    asked,
    code_sent,
    garden,
    link_viewer,
    partner_service,
    secret_of_link,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def margaret(db: None) -> Person:
    """Whom somebody is asked to help."""
    return arrive()


@pytest.fixture
def gp(margaret: Person) -> Viewer:
    """Who asks."""
    return connected(Role.GP, margaret, "Dr Gita Gray")


@pytest.fixture
def charity(margaret: Person) -> Viewer:
    """Who is asked, with an account."""
    return unconnected(Role.VOLUNTARY_ORGANISATION, "Vera Volunteer")


@pytest.fixture
def made(margaret: Person, gp: Viewer, charity: Viewer) -> Referral:
    """A referral the charity said yes to."""
    assert charity.organisation_id is not None
    code = Organisation.objects.get(pk=charity.organisation_id).code
    service = partner_service(code)
    with viewing(gp, at=AT):
        referral = asked(margaret, service, gp)
    with viewing(charity, at=AT):
        return verbs.accept(referral=referral, by=charity, at=AT)


def _read(viewer: Viewer) -> dict[str, int]:
    with viewing(viewer, at=AT):
        return {
            model.__name__: model._default_manager.count()
            for model in (Referral, ReferralEvent, ReferralStep, PassedOn)
            if model._default_manager.exists()
        }


def _protect(margaret: Person) -> None:
    with as_role(DatabaseRole.LOADER):
        Barrier(
            person_id=margaret.pk,
            kind=BarrierKind.PROTECTED_ADDRESS,
            category=DataCategory.REACH.value,
            source="test",
            starts_at=AT,
        ).save(force_insert=True)


def _tell_where_she_lives() -> None:
    with as_role(DatabaseRole.LOADER):
        PassedOn.objects.update(address="1 Hidden Road")


def test_whoever_said_yes_reads_it(made: Referral, charity: Viewer) -> None:
    assert set(_read(charity)) == {"Referral", "ReferralEvent", "ReferralStep", "PassedOn"}


@pytest.mark.parametrize(
    "role", [Role.FINANCE_LEAD, Role.PROGRAMME_DIRECTOR, Role.PRACTICE_MANAGER]
)
def test_a_colleague_of_the_asked_whose_role_needs_no_support_reads_nothing(
    made: Referral, charity: Viewer, role: Role
) -> None:
    colleague = replace(charity, role=role, permissions=permissions_of(role))

    assert _read(colleague) == {}


def test_whoever_asked_reads_nothing_of_it_in_another_hat_that_opens_no_records(
    made: Referral, gp: Viewer
) -> None:
    officer = replace(gp, role=Role.IG_OFFICER, permissions=permissions_of(Role.IG_OFFICER))

    assert _read(officer) == {}


def test_once_it_has_ended_whoever_helped_reads_no_name(made: Referral, charity: Viewer) -> None:
    with viewing(charity, at=AT):
        verbs.connect(referral=made, by=charity, at=AT)
        verbs.end_referral(referral=made, outcome=next(iter(ConnectionOutcome)), by=charity, at=AT)

    assert "PassedOn" not in _read(charity)
    assert "Referral" in _read(charity)


def test_once_it_is_sent_back_whoever_helped_reads_no_name(made: Referral, charity: Viewer) -> None:
    with viewing(charity, at=AT):
        verbs.send_back(referral=made, because=next(iter(ConnectionSentBack)), by=charity, at=AT)

    assert PassedOn.__name__ not in _read(charity)


def test_an_address_protected_since_is_told_nobody_who_was_asked(
    made: Referral, margaret: Person, gp: Viewer, charity: Viewer
) -> None:
    _tell_where_she_lives()
    assert "PassedOn" in _read(charity)

    _protect(margaret)

    assert "PassedOn" not in _read(charity)
    assert "PassedOn" in _read(gp)


def test_a_name_passed_on_without_the_protected_address_is_still_read(
    made: Referral, margaret: Person, charity: Viewer
) -> None:
    with as_role(DatabaseRole.LOADER):
        PassedOn.objects.update(address="")
    _protect(margaret)

    assert "PassedOn" in _read(charity)


def _opened_by_link(margaret: Person, gp: Viewer) -> tuple[Referral, Viewer]:
    service = garden()
    with viewing(gp, at=AT):
        referral = asked(margaret, service, gp)
    secret = secret_of_link()
    holder = link_viewer(secret)
    with viewing(holder, at=AT):
        verbs.accept(referral=referral, by=holder, at=AT)
        link = queries.link_by_secret(secret, viewer=holder)
        assert link is not None
        verbs.send_code(link=link, by=holder, at=AT)
        assert verbs.enter_code(link=link, code=code_sent(), by=holder, at=AT) == ""
    return referral, holder


def test_a_link_reads_the_name_until_the_referral_is_over(margaret: Person, gp: Viewer) -> None:
    referral, holder = _opened_by_link(margaret, gp)
    assert "PassedOn" in _read(holder)

    with viewing(gp, at=AT):
        verbs.take_back(referral=referral, why="She is well again", by=gp, at=AT)

    assert "PassedOn" not in _read(holder)


def test_a_link_in_whose_place_another_came_reads_no_name(margaret: Person, gp: Viewer) -> None:
    referral, holder = _opened_by_link(margaret, gp)

    with viewing(gp, at=AT):
        verbs.send_link(
            referral=Referral.objects.get(pk=referral.pk), to="office@example.org", by=gp, at=AT
        )

    assert {"Referral", "ReferralStep", "PassedOn"}.isdisjoint(_read(holder))


def test_a_sealed_record_closes_what_was_asked(
    made: Referral, margaret: Person, charity: Viewer
) -> None:
    with as_role(DatabaseRole.LOADER):
        Barrier(person_id=margaret.pk, kind=BarrierKind.SEALED, source="test", starts_at=AT).save(
            force_insert=True
        )

    assert _read(charity) == {}
