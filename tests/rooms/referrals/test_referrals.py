"""A referral from the asking to the end: who may do what, who hears, whom the record opens to."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError

from oneplace.access.models import Relationship
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.refusals import Refused
from oneplace.people import queries as people
from oneplace.people.models import Person
from oneplace.post.models import Message
from oneplace.referrals import queries, verbs
from oneplace.referrals.models import Happened, PassedOn, Referral, WaitsFor
from oneplace.vocabulary.terms import (
    ConnectionOutcome,
    ConnectionSentBack,
    ConnectionState,
    ReferralRejected,
    RelationshipKind,
    Role,
    Urgency,
)
from tests.database import as_role
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import arrive, connected, unconnected
from tests.rooms.referrals.asking import (
    NEED,
    asked,
    code_sent,
    garden,
    link_viewer,
    partner_service,
    secret_of_link,
    team_service,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def margaret(db: None) -> Person:
    return arrive()


@pytest.fixture
def gp(margaret: Person) -> Viewer:
    return connected(Role.GP, margaret, "Dr Gray")


@pytest.fixture
def nurse(margaret: Person) -> Viewer:
    """Somebody of a team, with nothing to do with Margaret."""
    return unconnected(Role.LIFE_COORDINATOR, "Nina Nurse")


def teams_referral(margaret: Person, gp: Viewer, nurse: Viewer) -> Referral:
    from oneplace.partners.models import Team

    service = team_service(Team.objects.select_related("host").get(pk=nurse.team_ids[0]))
    with viewing(gp, at=AT):
        return asked(margaret, service, gp)


def test_a_team_that_is_asked_may_open_the_record_until_it_says_no(
    margaret: Person, gp: Viewer, nurse: Viewer
) -> None:
    with viewing(nurse, at=AT):
        assert people.person(margaret.pk, viewer=nurse) is None

    made = teams_referral(margaret, gp, nurse)

    with viewing(nurse, at=AT):
        assert people.person(margaret.pk, viewer=nurse) is not None
        assert [each.referral.pk for each in queries.asked_of_us(viewer=nurse)] == [made.pk]
        verbs.decline(
            referral=made,
            because=ReferralRejected.NO_CAPACITY,
            words="Try next month",
            by=nurse,
            at=AT + timedelta(minutes=5),
        )
    with viewing(nurse, at=AT + timedelta(minutes=6)):
        assert people.person(margaret.pk, viewer=nurse) is None
        told = Message.objects.filter(recipient_id=gp.account_id).values_list("subject", flat=True)
    with viewing(gp, at=AT + timedelta(minutes=6)):
        told = list(
            Message.objects.filter(recipient_id=gp.account_id).values_list("subject", flat=True)
        )
        assert told == ["Help to walk again said no: no capacity"]


def test_the_whole_way_is_kept_step_by_step(margaret: Person, gp: Viewer, nurse: Viewer) -> None:
    made = teams_referral(margaret, gp, nurse)

    with viewing(nurse, at=AT):
        verbs.accept(referral=made, by=nurse, at=AT)
        verbs.allocate(referral=made, to="Nina Nurse", by=nurse, at=AT)
        verbs.first_contact(referral=made, by=nurse, at=AT)
        verbs.connect(referral=made, by=nurse, at=AT)
        verbs.attended(referral=made, by=nurse, at=AT)
        verbs.end_referral(referral=made, outcome=ConnectionOutcome.TOOK_PART, by=nurse, at=AT)
        kept = [step.happened for step in queries.steps(made.pk, viewer=nurse)]

    assert kept == [
        Happened.OFFERED,
        Happened.ACCEPTED,
        Happened.ALLOCATED,
        Happened.FIRST_CONTACT,
        Happened.CONNECTED,
        Happened.ATTENDED,
        Happened.ENDED,
    ]


def test_what_is_asked_back_waits_for_whoever_asked(
    margaret: Person, gp: Viewer, nurse: Viewer
) -> None:
    made = teams_referral(margaret, gp, nurse)

    with viewing(nurse, at=AT):
        verbs.ask_back(referral=made, words="Can she manage stairs?", by=nurse, at=AT)
    with viewing(gp, at=AT):
        (waiting,) = queries.unanswered_questions(viewer=gp)
        assert waiting.name == "Margaret Okafor"
        verbs.reply(referral=waiting.referral, words="With a rail", by=gp, at=AT)
        assert queries.unanswered_questions(viewer=gp) == []
        found = queries.referral(made.pk, viewer=gp)
        assert found is not None
        assert found.waits_for is WaitsFor.THEM


def test_an_answer_that_is_late_is_seen_by_whoever_asked(
    margaret: Person, gp: Viewer, nurse: Viewer
) -> None:
    made = teams_referral(margaret, gp, nurse)

    with viewing(gp, at=AT):
        assert queries.late_answers(viewer=gp, at=AT + timedelta(days=4)) == []
        late = queries.late_answers(viewer=gp, at=AT + timedelta(days=6))
    assert [each.referral.pk for each in late] == [made.pk]


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda made, by: verbs.accept(referral=made, by=by, at=AT), "Only whoever was asked"),
        (
            lambda made, by: verbs.decline(
                referral=made, because=ReferralRejected.NO_CAPACITY, by=by, at=AT
            ),
            "Only whoever was asked",
        ),
        (
            lambda made, by: verbs.reply(referral=made, words="x", by=by, at=AT),
            "Nothing was asked",
        ),
        (lambda made, by: verbs.take_back(referral=made, why="", by=by, at=AT), "Write why"),
    ],
)
def test_whoever_asked_may_not_answer_for_the_others(
    margaret: Person,
    gp: Viewer,
    nurse: Viewer,
    act: Callable[[Referral, Viewer], object],
    says: str,
) -> None:
    made = teams_referral(margaret, gp, nurse)

    with viewing(gp, at=AT), pytest.raises(Refused, match=says):
        act(made, gp)


def test_what_was_declined_can_be_offered_elsewhere_once(
    margaret: Person, gp: Viewer, nurse: Viewer
) -> None:
    made = teams_referral(margaret, gp, nurse)
    other = garden()

    with viewing(gp, at=AT), pytest.raises(Refused, match="has not answered yet"):
        verbs.offer_elsewhere(referral=made, service=other, by=gp, at=AT)
    with viewing(nurse, at=AT):
        verbs.accept(referral=made, by=nurse, at=AT)
        verbs.send_back(referral=made, because=ConnectionSentBack.NOT_SUITABLE, by=nurse, at=AT)
    with viewing(gp, at=AT):
        held = queries.referral(made.pk, viewer=gp)
        assert held is not None
        second = verbs.offer_elsewhere(referral=held, service=other, by=gp, at=AT)
        assert second.follows_id == made.pk
        assert second.need == NEED
        with pytest.raises(Refused, match="Another service was asked already"):
            verbs.offer_elsewhere(referral=held, service=other, by=gp, at=AT)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"need": " "}, "need"), ({"is_wanted": False}, "is_wanted")],
)
def test_nobody_is_referred_without_a_need_or_behind_their_back(
    margaret: Person, gp: Viewer, changes: dict[str, object], field: str
) -> None:
    service = garden()
    given = {"person_id": margaret.pk, "service": service, "need": NEED, **changes}

    with viewing(gp, at=AT), pytest.raises(Refused) as refused:
        verbs.make_referral(by=gp, at=AT, **given)  # type: ignore[arg-type]

    assert refused.value.field == field


def test_the_same_service_is_not_asked_twice_at_once(margaret: Person, gp: Viewer) -> None:
    service = garden()
    with viewing(gp, at=AT):
        asked(margaret, service, gp)
        with pytest.raises(Refused, match="was asked for them already"):
            asked(margaret, service, gp)


def test_a_stranger_refers_nobody(margaret: Person, nurse: Viewer) -> None:
    service = garden()

    with viewing(nurse, at=AT), pytest.raises(Refused, match="Nothing connects you"):
        asked(margaret, service, nurse)


def test_a_closed_service_takes_nobody(margaret: Person, gp: Viewer) -> None:
    service = garden()
    service.closed_from, service.closed_why = AT.date(), "Holidays until May."

    with viewing(gp, at=AT), pytest.raises(Refused, match="Holidays until May"):
        asked(margaret, service, gp)


def test_a_service_nobody_can_reach_is_said_so(margaret: Person, gp: Viewer) -> None:
    service = garden()
    service.provider.email = ""

    with viewing(gp, at=AT), pytest.raises(Refused, match="no email in the directory"):
        asked(margaret, service, gp)


# --- by link --------------------------------------------------------------------------------------


def test_a_link_shows_need_and_district_and_no_name(margaret: Person, gp: Viewer) -> None:
    service = garden()
    with viewing(gp, at=AT):
        made = asked(margaret, service, gp)
    secret = secret_of_link()
    viewer = link_viewer(secret)

    with viewing(viewer, at=AT):
        link = queries.link_by_secret(secret, viewer=viewer)
        assert link is not None
        assert link.referral.district == "CR7"
        assert link.referral.age_band == "in their 80s"
        assert people.person(margaret.pk, viewer=viewer) is None
        assert queries.passed_on(made.pk, viewer=viewer) is None
        assert not PassedOn.objects.exists()
    with as_role(DatabaseRole.LOADER):
        sent = Message.objects.get(template="referral_link")
        assert "Margaret" not in sent.body
        assert NEED not in sent.body


def test_the_name_opens_after_a_yes_and_the_right_code_only(margaret: Person, gp: Viewer) -> None:
    service = garden()
    with viewing(gp, at=AT):
        asked(margaret, service, gp)
    secret = secret_of_link()
    viewer = link_viewer(secret)

    with viewing(viewer, at=AT):
        link = queries.link_by_secret(secret, viewer=viewer)
        assert link is not None
        with pytest.raises(Refused, match="Say yes first"):
            verbs.send_code(link=link, by=viewer, at=AT)
        verbs.accept(referral=link.referral, by=viewer, at=AT)
        link.referral.refresh_from_db()
        verbs.send_code(link=link, by=viewer, at=AT)
        assert verbs.enter_code(link=link, code="1", by=viewer, at=AT).startswith("This is not")
        assert queries.opened_by_link(link, viewer=viewer) is None
        assert verbs.enter_code(link=link, code=code_sent(), by=viewer, at=AT) == ""
        opened = queries.opened_by_link(link, viewer=viewer)
        assert opened is not None
        assert opened.name == "Margaret Okafor"
        assert opened.phone == "020 7946 0018"
        assert "14 Elm Rise" in opened.address


def test_a_code_is_guessed_five_times_at_most(margaret: Person, gp: Viewer) -> None:
    service = garden()
    with viewing(gp, at=AT):
        asked(margaret, service, gp)
    secret = secret_of_link()
    viewer = link_viewer(secret)

    with viewing(viewer, at=AT):
        link = queries.link_by_secret(secret, viewer=viewer)
        assert link is not None
        verbs.accept(referral=link.referral, by=viewer, at=AT)
        link.referral.refresh_from_db()
        verbs.send_code(link=link, by=viewer, at=AT)
        for _ in range(5):
            verbs.enter_code(link=link, code="000000", by=viewer, at=AT)
        answer = verbs.enter_code(link=link, code=code_sent(), by=viewer, at=AT)

    assert answer == "Too many wrong codes. Ring us: we will send a new link."


def test_another_link_opens_nothing_of_this_referral(margaret: Person, gp: Viewer) -> None:
    service = garden()
    with viewing(gp, at=AT):
        made = asked(margaret, service, gp)
    forged = link_viewer("somebody-elses-secret")

    with viewing(forged, at=AT):
        assert queries.link_by_secret("somebody-elses-secret", viewer=forged) is None
        assert queries.referral(made.pk, viewer=forged) is None
        with pytest.raises(Refused):
            verbs.accept(referral=made, by=forged, at=AT)


def test_whoever_holds_a_link_cannot_open_the_name_past_the_function(
    margaret: Person, gp: Viewer
) -> None:
    service = garden()
    with viewing(gp, at=AT):
        made = asked(margaret, service, gp)
    viewer = link_viewer(secret_of_link())

    with viewing(viewer, at=AT):
        changed = PassedOn.objects.filter(pk=made.pk).update(opened_to_id=viewer.account_id)
        with pytest.raises(DatabaseError):
            PassedOn(
                referral_id=made.pk,
                person_id=margaret.pk,
                owner="",
                asked_by_id=made.asked_by_id,
                opened_to_id=viewer.account_id,
                name="x",
            ).save(force_insert=True)
    assert changed == 0


def test_a_charity_says_started_and_what_stands_between_is_implied(
    margaret: Person, gp: Viewer
) -> None:
    service = garden()
    with viewing(gp, at=AT):
        made = asked(margaret, service, gp)
    viewer = link_viewer(secret_of_link())

    with viewing(viewer, at=AT):
        verbs.accept(referral=made, by=viewer, at=AT)
        moved = verbs.connect(referral=made, by=viewer, at=AT)
    assert moved.state == ConnectionState.CONNECTED
    with viewing(gp, at=AT):
        subjects = set(
            Message.objects.filter(recipient_id=gp.account_id).values_list("subject", flat=True)
        )
    assert subjects == {"Garden friends said yes", "Garden friends has started"}


def test_a_partner_sees_the_name_once_it_said_yes(margaret: Person, gp: Viewer) -> None:
    charity = unconnected(Role.VOLUNTARY_ORGANISATION, "Vera Volunteer")
    from oneplace.partners.models import Organisation

    code = Organisation.objects.get(pk=charity.organisation_id).code
    service = partner_service(code)
    with viewing(gp, at=AT):
        made = asked(margaret, service, gp)

    with viewing(charity, at=AT):
        before = queries.passed_on(made.pk, viewer=charity)
        verbs.accept(referral=made, by=charity, at=AT)
        after = queries.passed_on(made.pk, viewer=charity)
    assert before is None
    assert after is not None
    assert after.name == "Margaret Okafor"


def test_an_ended_referral_opens_the_record_no_longer(
    margaret: Person, gp: Viewer, nurse: Viewer
) -> None:
    made = teams_referral(margaret, gp, nurse)
    later = AT + timedelta(hours=1)

    with viewing(gp, at=later):
        verbs.take_back(referral=made, why="She is well again", by=gp, at=later)

    with as_role(DatabaseRole.LOADER):
        opened = Relationship.objects.get(
            person_id=margaret.pk, kind=RelationshipKind.OPEN_REFERRAL
        )
    assert opened.ends_at == later


def test_urgent_asks_are_to_be_answered_sooner(margaret: Person, gp: Viewer) -> None:
    service = garden()
    with viewing(gp, at=AT):
        made = verbs.make_referral(
            person_id=margaret.pk,
            service=service,
            need=NEED,
            urgency=Urgency.TWO_HOURS,
            by=gp,
            at=AT,
        )
    assert made.answer_by == AT + timedelta(minutes=30)


def test_what_is_to_be_known_opens_with_the_name_and_not_before(
    margaret: Person, gp: Viewer
) -> None:
    service = garden()
    with viewing(gp, at=AT):
        made = verbs.make_referral(
            person_id=margaret.pk,
            service=service,
            need=NEED,
            words="She grieves for her husband",
            by=gp,
            at=AT,
        )
    viewer = link_viewer(secret_of_link())

    with viewing(viewer, at=AT):
        row = Referral.objects.filter(pk=made.pk).values().get()
        assert "grieves" not in repr(row)
        assert not PassedOn.objects.exists()
