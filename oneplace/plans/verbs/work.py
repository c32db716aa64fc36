"""A coordinator's work: taken up, given to somebody, each try, the plan, pauses, the end."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.db import transaction

from oneplace.access import verbs as access_verbs
from oneplace.access.models import Account, Hat, Relationship
from oneplace.access.viewer import Viewer
from oneplace.actions import running
from oneplace.actions import verbs as actions
from oneplace.actions.models import Clock
from oneplace.kit.announcing import announce
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Organisation
from oneplace.people import queries as people
from oneplace.people.models import Person
from oneplace.people.rules import account_of
from oneplace.plans import queries, rules
from oneplace.plans.announcements import CoordinatorMoved
from oneplace.plans.models import PicStep, PicWork, Tried, WorkHappened
from oneplace.plans.verbs.plan import owner_of, record, refuse
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.referrals import verbs as referrals
from oneplace.referrals.models import REFERRAL, Referral
from oneplace.vocabulary.terms import (
    ConnectionOutcome,
    ConnectionSentBack,
    ConnectionState,
    PicClosed,
    PicState,
    PicUnsuitable,
    PicWeight,
    RelationshipKind,
)

FIRST_CONTACT: Final = "coordinator_first_contact"
LENGTH: Final = "coordinator_length"
"""Clocks of the place file; a place without them has none."""
_THING: Final = "coordinators_work"
_HAPPENED: Final = {
    PicState.WAITING: WorkHappened.WAITING,
    PicState.VISIT_BOOKED: WorkHappened.VISIT_BOOKED,
    PicState.PLAN_AGREED: WorkHappened.PLAN_AGREED,
    PicState.ACTIVE: WorkHappened.STARTED,
    PicState.PAUSED: WorkHappened.PAUSED,
    PicState.EXIT_REVIEW: WorkHappened.EXIT_REVIEW,
    PicState.CLOSED: WorkHappened.CLOSED,
    PicState.DECLINED: WorkHappened.DECLINED,
    PicState.UNSUITABLE: WorkHappened.UNSUITABLE,
    PicState.COULD_NOT_REACH: WorkHappened.COULD_NOT_REACH,
}
_OUTCOME: Final = {
    PicClosed.WANTS_NO_MORE: ConnectionOutcome.TRIED_IT,
    PicClosed.MOVED_AWAY: ConnectionOutcome.MOVED_AWAY,
    PicClosed.DIED: ConnectionOutcome.DIED,
}


@transaction.atomic
def take_up_referral(*, referral: Referral, by: Viewer, at: datetime) -> PicWork:
    """Say yes to a referral to the coordinators: their work with the person begins with it.

    The clock of the first contact runs from when the referral came, not from now. Raises `Refused`
    where the coordinators work with the person already.
    """
    person = _person(referral.person_id, by=by)
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
    person = _person(person_id, by=by)
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
    held = _held(work, by=by)
    if weight is not None:
        held.weight = weight
    load = queries.load_of(hat, viewer=by, besides=held)
    refuse(rules.why_not_allocate(held, hat, load=load, most=_most(), why=why, at=at))
    _close_record(held, by=by, at=at)
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
    record("allocate_work", (_THING, held.pk), person_id=held.person_id, by=by, at=at)
    if held.referral_id and REFERRAL.may(_referral(held).state, ConnectionState.ALLOCATED):
        referrals.allocate(referral=_referral(held), to=hat.account.name, by=by, at=at)
    return held


@transaction.atomic
def let_wait(*, work: PicWork, words: str = "", by: Viewer, at: datetime) -> PicWork:
    """Put a person on the waiting list because nobody has room; they are told, not forgotten."""
    return _move("let_wait", work, PicState.WAITING, words=words, by=by, at=at)


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
    held = _held(work, by=by)
    refuse(rules.why_not_move(held, PicState.CONTACT_ATTEMPTED, at=at))
    happened = WorkHappened.SPOKEN if is_reached else WorkHappened.NOT_REACHED
    held.state, held.state_at = PicState.CONTACT_ATTEMPTED, at
    held.first_contact_at = held.first_contact_at or at
    held.save()
    step(held, happened, tried=tried, words=words, by=by, at=at)
    record("try_contact", (_THING, held.pk), person_id=held.person_id, by=by, at=at)
    _stop_clock(held, FIRST_CONTACT, f"{tried.label}: {happened.label}", by=by, at=at)
    if held.referral_id:
        referral = _referral(held)
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
    ended = _move("give_up_reaching", work, PicState.COULD_NOT_REACH, words=said, by=by, at=at)
    _send_back(ended, ConnectionSentBack.COULD_NOT_REACH, said, by=by, at=at)
    return ended


@transaction.atomic
def book_first_visit(
    *, work: PicWork, visit_on: date, words: str = "", by: Viewer, at: datetime
) -> PicWork:
    """Write down that a first visit is booked; the visit itself stands in the visits."""
    if visit_on < local_day(at):
        raise Refused("This day is over. Choose one to come.", field="visit_on")
    said = words.strip() or f"On {visit_on:%-d %B %Y}"
    return _move("book_first_visit", work, PicState.VISIT_BOOKED, words=said, by=by, at=at)


@transaction.atomic
def agree_work_plan(*, work: PicWork, agreed_on: date, by: Viewer, at: datetime) -> PicWork:
    """Write down that the person agreed to their plan; the clock of the work's length starts."""
    changes = {"plan_agreed_on": agreed_on}
    moved = _move("agree_work_plan", work, PicState.PLAN_AGREED, changes=changes, by=by, at=at)
    if running.rule_of(LENGTH) is not None and moved.team_id is not None:
        _start_clock(moved, LENGTH, "The person agreed to their plan", started_at=at, by=by, at=at)
    if moved.referral_id:
        referral = _referral(moved)
        if rules.may_connect(referral.state):
            referrals.connect(referral=referral, words="The plan is agreed.", by=by, at=at)
    return moved


@transaction.atomic
def start_support(*, work: PicWork, words: str = "", by: Viewer, at: datetime) -> PicWork:
    """Write down that what was agreed has begun."""
    return _move("start_support", work, PicState.ACTIVE, words=words, by=by, at=at)


@transaction.atomic
def pause_work(
    *, work: PicWork, why: str, until: date | None = None, by: Viewer, at: datetime
) -> PicWork:
    """Let the work rest, such as during a stay in hospital, with the reason."""
    if until is not None and until < local_day(at):
        raise Refused("This day is over. Choose one to come.", field="until")
    changes = {"paused_from": work.state, "paused_until": until}
    return _move("pause_work", work, PicState.PAUSED, words=why, changes=changes, by=by, at=at)


@transaction.atomic
def resume_work(*, work: PicWork, words: str = "", by: Viewer, at: datetime) -> PicWork:
    """Let the work go on where it rested."""
    held = _held(work, by=by)
    if held.state != PicState.PAUSED:
        raise Refused("This work is not resting.")
    back_to = PicState(held.paused_from or PicState.ACTIVE)
    refuse(rules.why_not_move(held, back_to, at=at))
    held.state, held.state_at, held.paused_from, held.paused_until = back_to, at, "", None
    held.save()
    step(held, WorkHappened.RESUMED, words=words, by=by, at=at)
    record("resume_work", (_THING, held.pk), person_id=held.person_id, by=by, at=at)
    return held


@transaction.atomic
def note_work(*, work: PicWork, words: str, by: Viewer, at: datetime) -> PicStep:
    """Write a note in the work, such as five minutes after a visit."""
    held = _held(work, by=by)
    refuse(rules.why_not_words(words, field="words", what="your note", at=at))
    written = step(held, WorkHappened.NOTE, words=words, by=by, at=at)
    record("note_work", (_THING, held.pk), person_id=held.person_id, by=by, at=at)
    return written


@transaction.atomic
def weigh_work(*, work: PicWork, weight: PicWeight, by: Viewer, at: datetime) -> PicWork:
    """Say how much of a coordinator's week the person takes."""
    held = _held(work, by=by)
    held.weight = weight
    held.save(update_fields=["weight"])
    step(held, WorkHappened.WEIGHED, reason=weight.value, by=by, at=at)
    record("weigh_work", (_THING, held.pk), person_id=held.person_id, by=by, at=at)
    return held


@transaction.atomic
def hold_exit_review(
    *, work: PicWork, reviewed_on: date, words: str = "", by: Viewer, at: datetime
) -> PicWork:
    """Write down the last review, held with the person."""
    if reviewed_on > local_day(at):
        raise Refused("This day is still to come.", field="reviewed_on")
    changes = {"exit_reviewed_on": reviewed_on}
    return _move(
        "hold_exit_review",
        work,
        PicState.EXIT_REVIEW,
        words=words,
        changes=changes,
        by=by,
        at=at,
    )


@transaction.atomic
def close_work(
    *, work: PicWork, because: PicClosed, summary: str, by: Viewer, at: datetime
) -> PicWork:
    """End the work; the practice and whoever referred get the summary, in the same moment.

    Work that came to its end together needs the last review, and a last measure or why not.
    """
    held = _held(work, by=by)
    measures = queries.measures_of(held.person_id, viewer=by)
    refuse(rules.why_not_close(held, because, summary, measures, at=at))
    ended = _move(
        "close_work",
        held,
        PicState.CLOSED,
        reason=because.value,
        words=summary,
        changes={"closed_because": because},
        by=by,
        at=at,
    )
    outcome = _OUTCOME.get(because, ConnectionOutcome.TOOK_PART)
    is_told = False
    if ended.referral_id:
        referral = _referral(ended)
        if REFERRAL.may(referral.state, ConnectionState.ENDED):
            referrals.end_referral(referral=referral, outcome=outcome, words=summary, by=by, at=at)
            is_told = True
    if not is_told:
        _tell(ended, summary, by=by, at=at)
    return ended


@transaction.atomic
def decline_work(*, work: PicWork, words: str = "", by: Viewer, at: datetime) -> PicWork:
    """End the work because the person does not want it; whoever referred hears of it."""
    ended = _move("decline_work", work, PicState.DECLINED, words=words, by=by, at=at)
    said = words.strip() or "They do not want a coordinator now."
    _send_back(ended, ConnectionSentBack.NOT_SUITABLE, said, by=by, at=at)
    return ended


@transaction.atomic
def end_as_unsuitable(
    *, work: PicWork, because: PicUnsuitable, words: str = "", by: Viewer, at: datetime
) -> PicWork:
    """End the work because a coordinator is not what the person needs, with the reason."""
    ended = _move(
        "end_as_unsuitable",
        work,
        PicState.UNSUITABLE,
        reason=because.value,
        words=words,
        changes={"unsuitable_because": because},
        by=by,
        at=at,
    )
    said = " ".join(filter(None, (f"{because.label}.", words.strip())))
    _send_back(ended, ConnectionSentBack.NOT_SUITABLE, said, by=by, at=at)
    return ended


def step(
    work: PicWork,
    happened: WorkHappened,
    *,
    tried: Tried | None = None,
    reason: str = "",
    words: str = "",
    by: Viewer,
    at: datetime,
) -> PicStep:
    """One line of what happened; the verb that calls it writes the audit."""
    written = PicStep(
        work=work,
        person_id=work.person_id,
        owner=owner_of(by),
        happened=happened,
        tried=tried or "",
        reason=reason,
        words=words.strip(),
        by_id=account_of(by),
        by_name=by.name,
        happened_at=at,
    )
    written.save(force_insert=True)
    return written


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
    record("open_work", (_THING, work.pk), person_id=person.pk, by=by, at=at)
    if running.rule_of(FIRST_CONTACT) is not None and team_id is not None:
        because = f"Referred by {referred_from}"
        clock = _start_clock(work, FIRST_CONTACT, because, started_at=referred_at, by=by, at=at)
        work.first_contact_by = clock.due_at
        work.save(update_fields=["first_contact_by"])
    return work


def _move(
    action: str,
    work: PicWork,
    after: PicState,
    *,
    reason: str = "",
    words: str = "",
    changes: Mapping[str, object] | None = None,
    by: Viewer,
    at: datetime,
) -> PicWork:
    held = _held(work, by=by)
    for name, value in (changes or {}).items():
        setattr(held, name, value)
    before = PicState(held.state)
    refuse(rules.why_not_move(held, after, reason=reason or words, at=at))
    held.state, held.state_at = after, at
    if rules.is_over(after):
        held.ended_at = at
    held.save()
    step(held, _HAPPENED[after], reason=reason, words=words, by=by, at=at)
    record(action, (_THING, held.pk), person_id=held.person_id, by=by, at=at)
    if rules.is_over(after):
        for key in (FIRST_CONTACT, LENGTH):
            _stop_clock(held, key, after.label, by=by, at=at)
        _close_record(held, by=by, at=at)
    announce(CoordinatorMoved(held.pk, held.person_id, before, after, at))
    return held


def _person(person_id: uuid.UUID, *, by: Viewer) -> Person:
    person = people.person(person_id, viewer=by)
    is_connected = person is not None and queries.is_connected(person.pk, viewer=by)
    refuse(rules.why_not_keep_caseload(is_connected=is_connected, by=by))
    assert person is not None  # noqa: S101 - the rule refused nobody's work before
    return person


def _held(work: PicWork, *, by: Viewer) -> PicWork:
    found = PicWork.objects.select_for_update(of=("self",)).filter(pk=work.pk).first()
    if found is None:
        raise Refused("This work is not open to you.")
    _person(found.person_id, by=by)
    access_verbs.own_by_hand(by=by)
    return found


def _referral(work: PicWork) -> Referral:
    found = Referral.objects.filter(pk=work.referral_id).first()
    if found is None:
        raise Refused("The referral is not open to you.")
    return found


def _most() -> int:
    most: int = settings.PLACE.thresholds.pic_caseload
    return most


def _start_clock(
    work: PicWork, key: str, because: str, *, started_at: datetime, by: Viewer, at: datetime
) -> Clock:
    assert work.team_id is not None  # noqa: S101 - asked before
    return actions.start_clock(
        key=key,
        person_id=work.person_id,
        thing=(_THING, work.pk),
        party_id=work.team_id,
        started_at=started_at,
        because=because,
        by=by,
        at=at,
    )


def _stop_clock(work: PicWork, key: str, because: str, *, by: Viewer, at: datetime) -> None:
    clock = Clock.objects.filter(key=key, thing_id=work.pk, stopped_at=None).first()
    if clock is not None:
        stopped_at = max(at, clock.started_at)
        actions.stop_clock(clock=clock, stopped_at=stopped_at, because=because, by=by, at=at)


def _close_record(work: PicWork, *, by: Viewer, at: datetime) -> None:
    if work.relationship_id is not None:
        opened = Relationship(pk=work.relationship_id, person_id=work.person_id)
        access_verbs.end_relationship(relationship=opened, by=by, at=at)
        work.relationship_id = None
        work.save(update_fields=["relationship_id"])


def _send_back(
    work: PicWork, because: ConnectionSentBack, words: str, *, by: Viewer, at: datetime
) -> None:
    if work.referral_id:
        referral = _referral(work)
        if REFERRAL.may(referral.state, ConnectionState.SENT_BACK):
            referrals.send_back(referral=referral, because=because, words=words, by=by, at=at)
            return
    _tell(work, words, by=by, at=at)


def _tell(work: PicWork, words: str, *, by: Viewer, at: datetime) -> None:
    """Let the practice and whoever referred hear how it ended, where no referral tells them."""
    practice = Organisation.objects.filter(pk__in=[work.practice_id]).first()
    referrer = Account.objects.filter(pk__in=[work.referrer_id], is_active=True).first()
    to = [Recipient.organisation(practice)] if practice else []
    if referrer is not None and referrer.pk != by.account_id:
        to.append(Recipient.account(referrer))
    for recipient in to:
        post.write_message(
            template="notice",
            values={
                "subject": f"A coordinator’s work has ended: {work.state.label}",
                "words": words,
            },
            to=recipient,
            cause=Cause("plans", _THING, work.pk),
            person_id=work.person_id,
            by=by,
            at=at,
        )
