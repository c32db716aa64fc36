"""The coordinators' caseload: taken up, given away by room, tried, closed; volunteers."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.refusals import Refused
from oneplace.people.models import Person
from oneplace.plans import queries, verbs
from oneplace.plans.models import MeasureMoment, MeasureNotDone, PicWork, Tried, Volunteer
from oneplace.plans.rules import last_day
from oneplace.post.models import Message
from oneplace.referrals.models import Referral
from oneplace.vocabulary.terms import ConnectionState, PicClosed, PicState, PicWeight, Role
from tests.database import as_role
from tests.factories import viewer_in
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import (
    arrive,
    beside,
    client_of,
    coordinator,
    referred_to_coordinators,
    unconnected,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def margaret(db: None) -> Person:
    return arrive()


@pytest.fixture
def referral(margaret: Person) -> Referral:
    return referred_to_coordinators(margaret)


@pytest.fixture
def pic(referral: Referral) -> Viewer:
    return viewer_in(coordinator("Jo Reyes"))


@pytest.fixture
def page(pic: Viewer) -> Client:
    return client_of(pic)


@pytest.fixture
def work(referral: Referral, pic: Viewer) -> PicWork:
    with viewing(pic, at=AT):
        return verbs.take_up_referral(referral=referral, by=pic, at=AT)


def hat_of(viewer: Viewer) -> object:
    with viewing(viewer, at=AT):
        found = queries.coordinator_hat(viewer.hat_id, viewer=viewer, on=AT.date())  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_referral_waits_on_the_board_with_its_clock(page: Client) -> None:
    shown = page.get(reverse("plans:caseload")).content.decode()

    assert "Referred, to take up" in shown
    assert "Margaret Okafor" in shown
    assert "first contact by 19 March 2026" in shown


def test_taking_it_up_says_yes_to_whoever_asked_and_starts_the_clock(
    page: Client, referral: Referral, pic: Viewer
) -> None:
    page.post(reverse("plans:take_up_referral", args=[referral.pk]))

    with viewing(pic, at=AT):
        work = queries.caseload(viewer=pic)[0]
        referral.refresh_from_db()
    assert referral.state == ConnectionState.ACCEPTED
    assert work.first_contact_by is not None
    assert last_day(work.first_contact_by) == date(2026, 3, 19)


def test_nobody_is_taken_up_twice(work: PicWork, pic: Viewer) -> None:
    with viewing(pic, at=AT), pytest.raises(Refused, match="works with this person already"):
        verbs.open_work(person_id=work.person_id, referred_from="Ada", by=pic, at=AT)


def test_giving_somebody_opens_their_record_to_the_coordinator(work: PicWork, pic: Viewer) -> None:
    with viewing(pic, at=AT):
        verbs.allocate_work(work=work, hat=hat_of(pic), by=pic, at=AT)  # type: ignore[arg-type]
        mine = queries.caseload(viewer=pic, mine=True)

    assert [one.pk for one in mine] == [work.pk]
    assert mine[0].coordinator_name == "Jo Reyes"
    assert mine[0].relationship_id is not None


def test_over_their_room_only_with_a_reason(work: PicWork, pic: Viewer, settings: Any) -> None:
    tight = settings.PLACE.thresholds.model_copy(update={"pic_caseload": 1})
    settings.PLACE = settings.PLACE.model_copy(update={"thresholds": tight})
    heavy = PicWeight.HEAVY
    hat = hat_of(pic)

    with viewing(pic, at=AT):
        with pytest.raises(Refused, match="would have 2 places taken of 1") as refused:
            verbs.allocate_work(work=work, hat=hat, weight=heavy, by=pic, at=AT)  # type: ignore[arg-type]
        given = verbs.allocate_work(
            work=work,
            hat=hat,
            weight=heavy,
            why="They share a language",
            by=pic,
            at=AT,  # type: ignore[arg-type]
        )

    assert refused.value.field == "why"
    assert given.coordinator_name == "Jo Reyes"


def test_three_tries_on_three_days_and_a_letter_before_anybody_is_given_up(
    work: PicWork, pic: Viewer, referral: Referral
) -> None:
    with viewing(pic, at=AT):
        for days in (0, 0, 1):
            verbs.try_contact(
                work=work,
                tried=Tried.PHONE,
                is_reached=False,
                by=pic,
                at=AT + timedelta(days=days),
            )
        with pytest.raises(Refused, match="Not yet: 1 more on other days and a letter"):
            verbs.give_up_reaching(work=work, by=pic, at=AT + timedelta(days=2))
        for days, tried in ((2, Tried.DOOR), (3, Tried.LETTER)):
            verbs.try_contact(
                work=work, tried=tried, is_reached=False, by=pic, at=AT + timedelta(days=days)
            )
        verbs.give_up_reaching(work=work, by=pic, at=AT + timedelta(days=9))
        referral.refresh_from_db()
        ended = queries.work(work.pk, viewer=pic)

    assert referral.state == ConnectionState.SENT_BACK
    with as_role(DatabaseRole.LOADER):
        told = Message.objects.filter(body__contains="at the door on 14 March 2026")
        assert told.exists()
        held = PicWork.objects.get(pk=work.pk)
    assert held.state == PicState.COULD_NOT_REACH
    assert held.ended_at is not None
    assert ended is None or ended.state == PicState.COULD_NOT_REACH


def test_the_first_try_stops_the_clock(work: PicWork, pic: Viewer) -> None:
    with viewing(pic, at=AT):
        held = verbs.try_contact(
            work=work, tried=Tried.PHONE, is_reached=True, words="Ring after ten", by=pic, at=AT
        )

    assert held.first_contact_at == AT


def test_a_first_visit_stands_among_the_visits(page: Client, work: PicWork, pic: Viewer) -> None:
    from oneplace.visits.models import Visit, VisitPurpose

    with viewing(pic, at=AT):
        verbs.allocate_work(work=work, hat=hat_of(pic), by=pic, at=AT)  # type: ignore[arg-type]
    soon = timezone.localdate() + timedelta(days=4)
    page.post(
        reverse("plans:act_on_work", args=[work.pk, "book_first_visit"]),
        {
            "visit_on_day": soon.day,
            "visit_on_month": soon.month,
            "visit_on_year": soon.year,
            "opens": "10:00",
            "closes": "12:00",
        },
    )

    with viewing(pic, at=AT):
        visit = Visit.objects.get()
        held = queries.work(work.pk, viewer=pic)
    assert visit.purpose == VisitPurpose.FIRST
    assert visit.worker_id == pic.account_id
    assert held is not None
    assert held.state == PicState.VISIT_BOOKED


def test_work_closes_with_its_last_review_a_last_measure_and_a_summary(
    work: PicWork, pic: Viewer, referral: Referral
) -> None:
    with as_role(DatabaseRole.LOADER):
        PicWork.objects.filter(pk=work.pk).update(state=PicState.ACTIVE)
        Referral.objects.filter(pk=referral.pk).update(state=ConnectionState.CONNECTED)
    later = AT + timedelta(days=90)
    completed = PicClosed.COMPLETED
    with viewing(pic, at=AT):
        with pytest.raises(Refused, match="Hold the last review"):
            verbs.close_work(work=work, because=completed, summary="Well", by=pic, at=later)
        verbs.hold_exit_review(work=work, reviewed_on=later.date(), by=pic, at=later)
        with pytest.raises(Refused, match="without it nobody knows what changed"):
            verbs.close_work(work=work, because=completed, summary="Well", by=pic, at=later)
        verbs.note_measure_not_done(
            person_id=work.person_id,
            instrument="ons4",
            because=MeasureNotDone.DID_NOT_WANT,
            moment=MeasureMoment.EXIT,
            by=pic,
            at=later,
        )
        verbs.close_work(
            work=work, because=completed, summary="She gets to church again.", by=pic, at=later
        )

    with as_role(DatabaseRole.LOADER):
        referral.refresh_from_db()
        told = Message.objects.filter(body__contains="She gets to church again.").count()
    assert referral.state == ConnectionState.ENDED
    assert told >= 1


def test_a_pause_goes_on_where_it_stopped(work: PicWork, pic: Viewer) -> None:
    with viewing(pic, at=AT):
        verbs.try_contact(work=work, tried=Tried.PHONE, is_reached=True, by=pic, at=AT)
        held = queries.work(work.pk, viewer=pic)
        assert held is not None
        verbs.pause_work(work=held, why="In hospital", by=pic, at=AT)
        again = verbs.resume_work(work=work, by=pic, at=AT + timedelta(days=7))

    assert again.state == PicState.CONTACT_ATTEMPTED


@pytest.mark.parametrize(
    "act",
    [
        "allocate_work",
        "let_wait",
        "try_contact",
        "give_up_reaching",
        "book_first_visit",
        "agree_work_plan",
        "start_support",
        "pause_work",
        "resume_work",
        "note_work",
        "weigh_work",
        "hold_exit_review",
        "close_work",
        "decline_work",
        "end_as_unsuitable",
    ],
)
def test_every_step_has_its_form(page: Client, work: PicWork, act: str) -> None:
    answer = page.get(reverse("plans:act_on_work", args=[work.pk, act]))

    assert answer.status_code == 200


def test_a_work_reads_as_it_happened(page: Client, work: PicWork, pic: Viewer) -> None:
    page.post(
        reverse("plans:act_on_work", args=[work.pk, "try_contact"]),
        {"tried": "phone", "is_reached": "no", "words": "Rang twice"},
    )

    shown = page.get(reverse("plans:work", args=[work.pk])).content.decode()
    assert "Tried to reach them, without success by phone" in shown
    assert "Rang twice" in shown
    board = page.get(reverse("plans:caseload")).content.decode()
    assert "Contact attempted" in board


def test_somebody_elses_work_is_not_found(work: PicWork) -> None:
    nurse = client_of(unconnected(Role.COMMUNITY_NURSE))

    assert nurse.get(reverse("plans:work", args=[work.pk])).status_code in (403, 404)
    assert nurse.get(reverse("plans:caseload")).status_code in (403, 404)


def test_nobody_unvetted_is_sent_to_a_home(page: Client, margaret: Person, pic: Viewer) -> None:
    from tests.rooms.plans.around_margaret import Hat

    beside(Hat.objects.get(pk=pic.hat_id), margaret)
    page.post(reverse("plans:add_volunteer"), {"name": "Rosa Lima", "most_people": "1"})
    rosa = Volunteer.objects.get()
    match = {
        "volunteer": str(rosa.pk),
        "what_for": "Dominoes",
        "person_agreed_on_day": "10",
        "person_agreed_on_month": "3",
        "person_agreed_on_year": "2026",
    }
    address = reverse("plans:match_volunteer", args=[margaret.pk])

    refused = page.post(address, match).content.decode()
    assert "is not vetted yet" in refused

    page.post(
        reverse("plans:vet_volunteer", args=[rosa.pk]),
        {
            **{"vetted_on_day": "1", "vetted_on_month": "2", "vetted_on_year": "2026"},
            **{"vetted_until_day": "1", "vetted_until_month": "2", "vetted_until_year": "2029"},
            "vetted_by": "Jo Reyes",
        },
    )
    assert page.post(address, match).status_code == 302
    shown = page.get(reverse("desk:person_plan", args=[margaret.pk])).content.decode()
    assert "Dominoes" in shown
    assert "1 of 1" in page.get(reverse("plans:volunteers")).content.decode()
    assert page.get(reverse("plans:volunteer", args=[rosa.pk])).status_code == 200
