"""What a death ended goes on where it stood, once the death is found to be a mistake."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from oneplace.access.models import Relationship
from oneplace.access.viewer import Viewer
from oneplace.referrals import rules
from oneplace.referrals.models import (
    AnswerLink,
    Happened,
    Referral,
    ReferralEvent,
    WaitsFor,
)
from oneplace.referrals.queries.referral import OVER
from oneplace.referrals.verbs.by_link import send_link
from oneplace.referrals.verbs.making import open_record
from oneplace.referrals.verbs.writing import move, note, tell_asker, tell_practice
from oneplace.vocabulary.terms import ConnectionOutcome, ConnectionState

_WORDS: Final = (
    "It was ended when we were told of a death. That was a mistake and has been undone: "
    "the referral goes on where it stood."
)


@transaction.atomic
def start_again(*, person_ids: Sequence[uuid.UUID], by: Viewer, at: datetime) -> int:
    """Let what a death ended go on where it stood, since it was a mistake; returns how many.

    Whoever was asked reads again what they need and has the whole time to answer; an organisation
    without accounts gets a new link, for of the old one only a hash is kept. Whoever asked, and the
    practice, are told.
    """
    held = Referral.objects.select_for_update(of=("self",)).filter(
        person__current_id__in=list(person_ids),
        state=ConnectionState.ENDED,
        outcome=ConnectionOutcome.DIED,
    )
    started = 0
    for referral in held.order_by("asked_at", "pk"):
        before = _before(referral)
        if before is None:
            continue
        note("start_again", referral, Happened.STARTED_AGAIN, words=_WORDS, by=by, at=at)
        referral.answer_by = at + rules.ANSWERS_WITHIN[referral.urgency]
        referral.save(update_fields=["answer_by"])
        state, waits_for = ConnectionState(before.state), WaitsFor(before.waits_for)
        move(referral, state, waits_for=waits_for, by=by, at=at, outcome="")
        _open_again(referral, before, by=by, at=at)
        subject = f"A referral goes on: {referral.service_name}"
        tell_asker(referral, subject, _WORDS, by=by, at=at)
        tell_practice(referral, subject, _WORDS, by=by, at=at)
        started += 1
    return started


def _before(referral: Referral) -> ReferralEvent | None:
    """The referral as it stood last before it was over."""
    past = ReferralEvent.objects.filter(pgh_obj_id=referral.pk).exclude(state__in=OVER)
    found: ReferralEvent | None = past.order_by("-pgh_id").first()
    return found


def _open_again(referral: Referral, before: ReferralEvent, *, by: Viewer, at: datetime) -> None:
    """Let the record open again to whom it was open, and a new link to who answers by link."""
    opened = Relationship.objects.filter(pk=before.relationship_id or uuid.UUID(int=0)).first()
    if opened is not None:
        open_record(referral, party_id=opened.party_id, by=by, at=at)
    link = AnswerLink.objects.filter(referral_id=referral.pk).order_by("-expires_at").first()
    if link is not None:
        send_link(referral=referral, to=link.sent_to, by=by, at=at)
