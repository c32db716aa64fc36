"""A coordinator's work begins: taken up, given to somebody, each try, the visit, the plan."""

import uuid
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from oneplace.access import verbs as access_verbs
from oneplace.access.models import Hat
from oneplace.access.viewer import Viewer
from oneplace.actions import running
from oneplace.kit.formats import day
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Organisation
from oneplace.people.models import Person
from oneplace.plans import queries, rules
from oneplace.plans.models import PicWork, Tried, WorkHappened
from oneplace.plans.verbs.plan import record, refuse
from oneplace.plans.verbs.work_writing import (
    FIRST_CONTACT,
    LENGTH,
    THING,
    close_record,
    hold,
    move,
    person_beside,
    referral_of,
    send_back,
    start_clock,
    step,
    stop_clock,
)
from oneplace.referrals import verbs as referrals
from oneplace.referrals.models import REFERRAL, Referral
from oneplace.visits import verbs as visits
from oneplace.visits.models import VisitOrigin, VisitPurpose
from oneplace.vocabulary.terms import (
    ConnectionSentBack,
    ConnectionState,
    PicState,
    PicWeight,
    RelationshipKind,
)


@transaction.atomic
def take_up_referral(*, referral: Referral, by: Viewer, at: datetime) -> PicWork:
    """Say yes to a referral to the coordinators: their work with the person begins with it.

    The clock of the first contact runs from when the referral came, not from now. Raises `Refused`
    where the coordinators work with the person already.
    """
    person = person_beside(referral.person_id, by=by)
    already = queries.open_work_of(person.pk, viewer=by)
    refuse(rules.why_not_take_up(already, by=by))
    if referral.state == ConnectionState.OFFERED:
        referrals.accept(referral=referral, by=by, at=at)
    return _begin(
        person,
        referral=referral,
        referred_at=referral.asked_at,
        referred_from=referral.asked_by_organisation or referral.asked_by_name,
        practice_id=referral.practice_id,
        referrer_id=referral.asked_by_id,
        team_id=referral.answering_id,
        by=by,
        at=at,
    )


@transaction.atomic
def open_work(*, person_id: uuid.UUID, referred_from: str, by: Viewer, at: datetime) -> PicWork:
    """Begin a coordinator's work without a referral, with somebody they stand beside already."""
    person = person_beside(person_id, by=by)
    refuse(rules.why_not_take_up(queries.open_work_of(person.pk, viewer=by), by=by))
    refuse(
        rules.why_not_words(referred_from, field="referred_from", what="who asked for it", at=at)
    )
    practice = Organisation.objects.filter(code=person.practice_code or "").first()
    return _begin(
        person,
        referral=None,
        referred_at=at,
        referred_from=referred_from.strip(),
        practice_id=practice.pk if practice else None,
        referrer_id=None,
        team_id=by.team_ids[0] if by.team_ids else by.organisation_id,
        by=by,
        at=at,
    )


@transaction.atomic
def allocate_work(
    *,
    work: PicWork,
    hat: Hat,
    why: str = "",
    weight: PicWeight | None = None,
    by: Viewer,
    at: datetime,
) -> PicWork:
    """Give a person to a coordinator, whose record opens to them; over their room, with a reason.

    Whoever had them before has them no longer.
    """
    held = hold(work, by=by)
    if weight is not None:
        held.weight = weight
    load = queries.load_of(hat, viewer=by, besides=held)
    refuse(
        rules.why_not_allocate(
            held, hat, load=load, most=settings.PLACE.thresholds.pic_caseload, why=why, at=at
        )
    )
    close_record(held, by=by, at=at)
    opened = access_verbs.open_relationship(
        person_id=held.person_id,
        party_id=hat.pk,
        kind=RelationshipKind.CASELOAD,
        source="plans",
        source_id=held.pk,
        by=by,
        at=at,
    )
    held.relationship_id = opened.pk
    held.hat_id, held.coordinator_id = hat.pk, hat.account_id
    held.coordinator_name, held.allocated_at = hat.account.name, at
    if held.state == PicState.WAITING:
        held.state, held.state_at = PicState.REFERRED, at
    held.save()
    step(held, WorkHappened.ALLOCATED, words=why or f"To {hat.account.name}", by=by, at=at)
    record("allocate_work", (THING, held.pk), person_id=held.person_id, by=by, at=at)
    if held.referral_id and REFERRAL.may(referral_of(held).state, ConnectionState.ALLOCATED):
        referrals.allocate(referral=referral_of(held), to=hat.account.name, by=by, at=at)
    return held


@transaction.atomic
def let_wait(*, work: PicWork, words: str = "", by: Viewer, at: datetime) -> PicWork:
    """Put a person on the waiting list because nobody has room; they are told, not forgotten."""
    return move("let_wait", work, PicState.WAITING, words=words, by=by, at=at)


@transaction.atomic
def try_contact(
    *,
    work: PicWork,
    tried: Tried,
    is_reached: bool,
    words: str = "",
    by: Viewer,
    at: datetime,
) -> PicWork:
    """Write down a try to reach the person; the first one stops the clock of the first contact."""
    held = hold(work, by=by)
    refuse(rules.why_not_move(held, PicState.CONTACT_ATTEMPTED, at=at))
    happened = WorkHappened.SPOKEN if is_reached else WorkHappened.NOT_REACHED
    held.state, held.state_at = PicState.CONTACT_ATTEMPTED, at
    held.first_contact_at = held.first_contact_at or at
    held.save()
    step(held, happened, tried=tried, words=words, by=by, at=at)
    record("try_contact", (THING, held.pk), person_id=held.person_id, by=by, at=at)
    stop_clock(held, FIRST_CONTACT, f"{tried.label}: {happened.label}", by=by, at=at)
    if held.referral_id:
        referral = referral_of(held)
        if not is_reached:
            referrals.not_reached(referral=referral, words=words, by=by, at=at)
        elif REFERRAL.may(referral.state, ConnectionState.FIRST_CONTACT):
            referrals.first_contact(referral=referral, words=words, by=by, at=at)
    return held


@transaction.atomic
def give_up_reaching(*, work: PicWork, words: str = "", by: Viewer, at: datetime) -> PicWork:
    """End the work because the person could not be reached: after three tries and a letter.

    Whoever referred hears of it, and what was tried.
    """
    steps = queries.steps_of(work, viewer=by)
    refuse(rules.why_not_give_up(steps))
    said = words.strip() or rules.tries_in_words(steps)
    ended = move("give_up_reaching", work, PicState.COULD_NOT_REACH, words=said, by=by, at=at)
    send_back(ended, ConnectionSentBack.COULD_NOT_REACH, said, by=by, at=at)
    return ended


@transaction.atomic
def book_first_visit(
    *,
    work: PicWork,
    opens_at: datetime,
    closes_at: datetime,
    words: str = "",
    by: Viewer,
    at: datetime,
) -> PicWork:
    """Book the first visit of the coordinator who has them, within a window told to the person.

    It stands among the visits from then on, and in the coordinator's pack.
    """
    held = hold(work, by=by)
    hat = Hat.objects.filter(pk=held.hat_id or uuid.UUID(int=0)).first()
    if hat is None:
        raise Refused("Give them to a coordinator first: somebody has to go.")
    visits.book(
        person_id=held.person_id,
        purpose=VisitPurpose.FIRST,
        opens_at=opens_at,
        closes_at=closes_at,
        worker=hat,
        why=words,
        origin=VisitOrigin.CASELOAD,
        origin_id=held.pk,
        by=by,
        at=at,
    )
    said = f"On {day(opens_at)}. {words.strip()}".strip()
    return move("book_first_visit", held, PicState.VISIT_BOOKED, words=said, by=by, at=at)


@transaction.atomic
def agree_work_plan(*, work: PicWork, agreed_on: date, by: Viewer, at: datetime) -> PicWork:
    """Write down that the person agreed to their plan; the clock of the work's length starts."""
    changes = {"plan_agreed_on": agreed_on}
    moved = move("agree_work_plan", work, PicState.PLAN_AGREED, changes=changes, by=by, at=at)
    if running.rule_of(LENGTH) is not None and moved.team_id is not None:
        start_clock(moved, LENGTH, "The person agreed to their plan", started_at=at, by=by, at=at)
    if moved.referral_id:
        referral = referral_of(moved)
        if rules.may_connect(referral.state):
            referrals.connect(referral=referral, words="The plan is agreed.", by=by, at=at)
    return moved


@transaction.atomic
def start_support(*, work: PicWork, words: str = "", by: Viewer, at: datetime) -> PicWork:
    """Write down that what was agreed has begun."""
    return move("start_support", work, PicState.ACTIVE, words=words, by=by, at=at)


def _begin(
    person: Person,
    *,
    referral: Referral | None,
    referred_at: datetime,
    referred_from: str,
    practice_id: uuid.UUID | None,
    referrer_id: uuid.UUID | None,
    team_id: uuid.UUID | None,
    by: Viewer,
    at: datetime,
) -> PicWork:
    access_verbs.own_by_hand(by=by)
    work = PicWork(
        person=person,
        referral=referral,
        referred_at=referred_at,
        referred_from=referred_from,
        practice_id=practice_id,
        referrer_id=referrer_id,
        team_id=team_id,
        state_at=at,
    )
    work.save(force_insert=True)
    step(work, WorkHappened.REFERRED, words=f"By {referred_from}", by=by, at=at)
    record("open_work", (THING, work.pk), person_id=person.pk, by=by, at=at)
    if running.rule_of(FIRST_CONTACT) is not None and team_id is not None:
        because = f"Referred by {referred_from}"
        clock = start_clock(work, FIRST_CONTACT, because, started_at=referred_at, by=by, at=at)
        work.first_contact_by = clock.due_at
        work.save(update_fields=["first_contact_by"])
    return work
