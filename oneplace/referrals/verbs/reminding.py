"""Whoever was asked and does not answer is asked again; whoever asked hears that it is late."""

from datetime import datetime
from typing import Final

from django.db import transaction

from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Organisation, Team
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.referrals import rules
from oneplace.referrals.models import AnswerLink, Happened, Referral, WaitsFor
from oneplace.referrals.verbs.by_link import send_link
from oneplace.referrals.verbs.writing import held, note, tell_asker
from oneplace.vocabulary.terms import ConnectionState

_MOST_REMINDERS: Final = 3


@transaction.atomic
def remind(*, referral: Referral, by: Viewer, at: datetime) -> Referral:
    """Ask again for an answer that is late; the second time without one counts as lost.

    Each time whoever was asked has the whole time again. Whoever asked hears of it, and after the
    second time that somebody else had better be asked.
    """
    asked = held(referral)
    if asked.state != ConnectionState.OFFERED or asked.waits_for is not WaitsFor.THEM:
        raise Refused("Nobody waits for their answer.")
    if asked.answer_by >= at:
        raise Refused("They still have time to answer.")
    if asked.reminders >= _MOST_REMINDERS:
        raise Refused("They have been asked three times.")
    asked.reminders += 1
    asked.reminded_at = at
    asked.answer_by = at + rules.ANSWERS_WITHIN[asked.urgency]
    asked.save(update_fields=["reminders", "reminded_at", "answer_by"])
    note("remind", asked, Happened.REMINDED, by=by, at=at)
    _ask_again(asked, by=by, at=at)
    words = (
        f"Referral {asked.number} counts as lost: nobody has answered. Ring them, or ask another "
        "service."
        if asked.is_lost
        else f"We have asked {asked.answering_name} again. Referral {asked.number}."
    )
    tell_asker(asked, f"{asked.service_name} has not answered", words, by=by, at=at)
    return asked


def _ask_again(referral: Referral, *, by: Viewer, at: datetime) -> None:
    if referral.answering_id is None:
        link = AnswerLink.objects.filter(referral_id=referral.pk).order_by("-expires_at").first()
        if link is not None:
            # Of the old link only a hash is kept; a new one goes to the same known address.
            send_link(referral=referral, to=link.sent_to, by=by, at=at)
        return
    recipient = _recipient(referral)
    if recipient is not None:
        post.write_message(
            template="notice",
            values={
                "subject": f"Somebody waits for your answer: referral {referral.number}",
                "words": referral.need,
            },
            to=recipient,
            cause=Cause("referrals", "referral", referral.pk),
            person_id=referral.person_id,
            by=by,
            at=at,
        )


def _recipient(referral: Referral) -> Recipient | None:
    assert referral.answering_id is not None  # noqa: S101 - asked by whoever calls
    team = Team.objects.filter(pk=referral.answering_id).first()
    if team is not None:
        return Recipient.team(team)
    organisation = Organisation.objects.filter(pk=referral.answering_id).first()
    return Recipient.organisation(organisation) if organisation is not None else None
