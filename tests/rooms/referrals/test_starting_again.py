"""A death that was a mistake: what it ended goes on where it stood."""

import pytest

from oneplace.access.models import Relationship
from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.people.models import Person
from oneplace.post.models import Message
from oneplace.referrals import jobs, verbs
from oneplace.referrals.models import AnswerLink, Happened, Referral, WaitsFor
from oneplace.vocabulary.terms import ConnectionState, Role
from tests.database import as_role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import arrive, connected
from tests.rooms.referrals.asking import asked, garden, partner_service

pytestmark = pytest.mark.django_db


def _now(referral: Referral) -> Referral:
    with as_role(DatabaseRole.LOADER):
        return Referral.objects.get(pk=referral.pk)


def _stopped_and_started(referral: Referral) -> None:
    person = str(referral.person_id)
    with as_role(DatabaseRole.LOADER):
        Person.objects.filter(pk=person).update(is_dead=True)
        jobs.stop_for_deaths([person])
        assert Referral.objects.get(pk=referral.pk).state == ConnectionState.ENDED
        Person.objects.filter(pk=person).update(is_dead=False)
        jobs.start_again([person])


def test_it_goes_on_where_it_stood_and_opens_to_whom_it_was_open() -> None:
    margaret = arrive()
    gp = connected(Role.GP, margaret, "Dr Gray")
    with viewing(gp, at=AT):
        made = asked(margaret, partner_service("age_uk"), gp)

    _stopped_and_started(made)

    found = _now(made)
    assert (found.state, found.waits_for, found.outcome) == (
        ConnectionState.OFFERED,
        WaitsFor.THEM,
        "",
    )
    with as_role(DatabaseRole.LOADER):
        assert found.steps.order_by("-pk")[0].happened == Happened.STARTED_AGAIN
        opened = Relationship.objects.get(pk=found.relationship_id or "")
        assert (opened.party_id, opened.ends_at) == (found.answering_id, None)
        told = Message.objects.filter(cause_id=made.pk, subject__startswith="A referral goes on")
        assert "That was a mistake" in told[0].body


def test_who_answers_by_link_gets_a_new_one() -> None:
    margaret = arrive()
    gp = connected(Role.GP, margaret, "Dr Gray")
    with viewing(gp, at=AT):
        made = asked(margaret, garden(), gp)

    _stopped_and_started(made)

    with as_role(DatabaseRole.LOADER):
        links = AnswerLink.objects.filter(referral_id=made.pk)
        assert [link.closed_at is None for link in links.order_by("expires_at")] == [False, True]
        assert Message.objects.filter(template="referral_link").count() == 2


def test_a_job_that_comes_late_ends_nothing_of_somebody_who_lives() -> None:
    margaret = arrive()
    gp = connected(Role.GP, margaret, "Dr Gray")
    with viewing(gp, at=AT):
        made = asked(margaret, garden(), gp)

    with as_role(DatabaseRole.LOADER):
        jobs.stop_for_deaths([str(margaret.pk)])

    assert _now(made).state == ConnectionState.OFFERED


def test_what_ended_for_another_reason_stays_ended() -> None:
    margaret = arrive()
    gp = connected(Role.GP, margaret, "Dr Gray")
    with viewing(gp, at=AT):
        made = asked(margaret, garden(), gp)
        verbs.take_back(referral=made, why="Asked twice", by=gp, at=AT)

    with as_role(DatabaseRole.LOADER):
        jobs.start_again([str(margaret.pk)])

    assert _now(made).state == ConnectionState.ENDED
