"""What every verb of a coordinator's work does: hold it, move it on, its clocks, its lines."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.conf import settings

from oneplace.access import verbs as access_verbs
from oneplace.access.models import Account, Relationship
from oneplace.access.viewer import Viewer
from oneplace.actions import verbs as actions
from oneplace.actions.models import Clock
from oneplace.kit.announcing import announce
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Organisation, Team
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
    ConnectionSentBack,
    ConnectionState,
    PicState,
    RelationshipKind,
)

FIRST_CONTACT: Final = "coordinator_first_contact"
LENGTH: Final = "coordinator_length"
"""Clocks of the place file; a place without them has none."""
THING: Final = "coordinators_work"
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


def move(
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
    held = hold(work, by=by)
    for name, value in (changes or {}).items():
        setattr(held, name, value)
    before = PicState(held.state)
    refuse(rules.why_not_move(held, after, reason=reason or words, at=at))
    held.state, held.state_at = after, at
    if rules.is_over(after):
        held.ended_at = at
    held.save()
    step(held, _HAPPENED[after], reason=reason, words=words, by=by, at=at)
    record(action, (THING, held.pk), person_id=held.person_id, by=by, at=at)
    if rules.is_over(after):
        for key in (FIRST_CONTACT, LENGTH):
            stop_clock(held, key, after.label, by=by, at=at)
        close_record(held, by=by, at=at)
    announce(CoordinatorMoved(held.pk, held.person_id, before, after, at))
    return held


def person_beside(person_id: uuid.UUID, *, by: Viewer) -> Person:
    person = people.person(person_id, viewer=by)
    is_connected = person is not None and queries.is_connected(person.pk, viewer=by)
    refuse(rules.why_not_keep_caseload(is_connected=is_connected, by=by))
    assert person is not None  # noqa: S101 - the rule refused nobody's work before
    return person


def hold(work: PicWork, *, by: Viewer) -> PicWork:
    found = PicWork.objects.select_for_update(of=("self",)).filter(pk=work.pk).first()
    if found is None:
        raise Refused("This work is not open to you.")
    person_beside(found.person_id, by=by)
    access_verbs.own_by_hand(by=by)
    return found


def referral_of(work: PicWork) -> Referral:
    found = Referral.objects.filter(pk=work.referral_id).first()
    if found is None:
        raise Refused("The referral is not open to you.")
    return found


def _most() -> int:
    most: int = settings.PLACE.thresholds.pic_caseload
    return most


def start_clock(
    work: PicWork, key: str, because: str, *, started_at: datetime, by: Viewer, at: datetime
) -> Clock:
    assert work.team_id is not None  # noqa: S101 - asked before
    return actions.start_clock(
        key=key,
        person_id=work.person_id,
        thing=(THING, work.pk),
        party_id=work.team_id,
        started_at=started_at,
        because=because,
        by=by,
        at=at,
    )


def stop_clock(work: PicWork, key: str, because: str, *, by: Viewer, at: datetime) -> None:
    clock = Clock.objects.filter(key=key, thing_id=work.pk, stopped_at=None).first()
    if clock is not None:
        stopped_at = max(at, clock.started_at)
        actions.stop_clock(clock=clock, stopped_at=stopped_at, because=because, by=by, at=at)


def close_record(work: PicWork, *, by: Viewer, at: datetime) -> None:
    if work.relationship_id is not None:
        opened = Relationship(pk=work.relationship_id, person_id=work.person_id)
        access_verbs.end_relationship(relationship=opened, by=by, at=at)
        work.relationship_id = None
        work.save(update_fields=["relationship_id"])


def open_record_again(
    work: PicWork, relationship_id: uuid.UUID | None, *, by: Viewer, at: datetime
) -> None:
    """Let the record open again to whom this relationship opened it."""
    before = Relationship.objects.filter(pk=relationship_id or uuid.UUID(int=0)).first()
    if before is None:
        return
    opened = access_verbs.open_relationship(
        person_id=work.person_id,
        party_id=before.party_id,
        kind=RelationshipKind.CASELOAD,
        source="plans",
        source_id=work.pk,
        by=by,
        at=at,
    )
    work.relationship_id = opened.pk
    work.save(update_fields=["relationship_id"])


def tell_coordinator(work: PicWork, subject: str, words: str, *, by: Viewer, at: datetime) -> None:
    """Let the coordinator hear of it, or the team where nobody has the work yet."""
    account = Account.objects.filter(
        pk=work.coordinator_id or uuid.UUID(int=0), is_active=True
    ).first()
    team = Team.objects.filter(pk=work.team_id or uuid.UUID(int=0)).first()
    to = Recipient.account(account) if account else Recipient.team(team) if team else None
    if to is not None:
        post.write_message(
            template="notice",
            values={"subject": subject, "words": words},
            to=to,
            cause=Cause("plans", THING, work.pk),
            person_id=work.person_id,
            by=by,
            at=at,
        )


def send_back(
    work: PicWork, because: ConnectionSentBack, words: str, *, by: Viewer, at: datetime
) -> None:
    if work.referral_id:
        referral = referral_of(work)
        if REFERRAL.may(referral.state, ConnectionState.SENT_BACK):
            referrals.send_back(referral=referral, because=because, words=words, by=by, at=at)
            return
    tell(work, words, by=by, at=at)


def tell(work: PicWork, words: str, *, by: Viewer, at: datetime) -> None:
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
            cause=Cause("plans", THING, work.pk),
            person_id=work.person_id,
            by=by,
            at=at,
        )
