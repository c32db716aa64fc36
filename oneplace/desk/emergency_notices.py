"""Who hears of emergency access and of questions about looks: officers, the person, who asked.

Listeners to announcements of access (`config.wiring`). They write into the outbox in the same
transaction: a record does not open unless those who must hear of it have been written to.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.urls import reverse

from oneplace.access import verbs as access_verbs
from oneplace.access.announcements import (
    EmergencyOpened,
    EmergencyReviewed,
    LookAnswered,
    LookAsked,
)
from oneplace.access.models import Account, EmergencyAccess
from oneplace.access.queries import emergency as emergency_queries
from oneplace.access.viewer import Viewer
from oneplace.desk.queries import officer as queries
from oneplace.kit import formats
from oneplace.kit.clock import local_day
from oneplace.kit.words import label_of
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause

LEAST_LINES: Final = 1
"""Lines an address needs besides the name, to be written on an envelope."""


def tell_of_emergency(opened: EmergencyOpened) -> None:
    """Tell the officers of the partners concerned at once, and the person unless that is unsafe."""
    emergency, by, at = opened.emergency, opened.by, opened.at
    concerned = _concerned(emergency, by=by)
    officers = emergency_queries.officers_of(concerned, on=local_day(at), but_not=by.account_id)
    opens = reverse("desk:review_emergency", args=[emergency.pk])
    # The officers need no name to begin with, and a notice about a person opens only to those
    # connected with them: so it names none.
    words = (
        f"{emergency.account_name}, {_post(emergency)}, opened a record at "
        f"{formats.clock_time(emergency.starts_at)} for {_minutes(emergency)} minutes. "
        f"{emergency.ground.label}. Open this to see what is known, and review it once it is over."
    )
    for officer in officers:
        _notice(
            officer,
            subject="A record was opened in an emergency",
            words=words,
            opens=opens,
            cause=Cause("access", "emergency", emergency.pk),
            by=by,
            at=at,
        )
        if officer.email:
            post.write_message(
                template="something_waits",
                values={"name": officer.name, "count": 1, "link": opens},
                to=Recipient.account(officer),
                cause=Cause("access", "emergency", emergency.pk),
                hold=False,
                by=by,
                at=at,
            )
    letter_id, why_not = _letter(emergency, by=by, at=at)
    access_verbs.note_told(
        emergency=emergency,
        letter_id=letter_id,
        not_told_why=why_not,
        officers=len(officers),
        also_concerned=concerned,
    )


def _concerned(emergency: EmergencyAccess, *, by: Viewer) -> list[uuid.UUID]:
    """Organisations connected with the person, whose entries open, and the worker's own."""
    parties = access_verbs.concerned_by(emergency)
    found = set(queries.organisations_of(parties, viewer=by))
    found.update(queries.recorded_by(emergency.person_id, viewer=by))
    found.update(place for place in (by.organisation_id, by.employer_id) if place is not None)
    return sorted(found)


def _letter(
    emergency: EmergencyAccess, *, by: Viewer, at: datetime
) -> tuple[uuid.UUID | None, str]:
    """The letter to the person, or why none was written."""
    if emergency.is_unsafe_to_tell:
        return None, "Marked as unsafe to tell."
    found = queries.envelope(emergency.person_id, viewer=by, on=local_day(at))
    if found is None or not found.name:
        return None, "Nobody’s name is known for a letter."
    if found.is_dead:
        return None, "The person has died."
    if len(found.lines) < LEAST_LINES:
        return None, "No address is known, or it is kept secret."
    letter = post.write_message(
        template="emergency_letter",
        values={
            "salutation": found.greeting,
            "who": emergency.account_name,
            "post": emergency.title or label_of(emergency.role),
            "organisation": emergency.organisation_name,
            "when": emergency.starts_at,
            "until": f"until {formats.clock_time(emergency.ends_at)}",
            "ground": emergency.ground.label[:1].lower() + emergency.ground.label[1:],
        },
        to=Recipient.person(emergency.person_id, name=found.name, to=found.to),
        cause=Cause("access", "emergency", emergency.pk),
        person_id=emergency.person_id,
        by=by,
        at=at,
    )
    return letter.pk, ""


def tell_of_review(reviewed: EmergencyReviewed) -> None:
    """Tell whoever opened a record in an emergency what the review found."""
    emergency = reviewed.emergency
    opener = emergency_queries.active_account(emergency.account_id)
    if opener is None:
        return
    _notice(
        opener,
        subject="Your emergency access was reviewed",
        words=(
            f"You opened a record on {formats.moment(emergency.starts_at)}. "
            f"{emergency.reviewed_by_name} found: {emergency.outcome.label}.\n\n"
            f"{emergency.review_words}"
        ),
        opens="",
        cause=Cause("access", "emergency", emergency.pk),
        by=reviewed.by,
        at=reviewed.at,
    )


def tell_of_question(asked: LookAsked) -> None:
    """Tell those who answer for a look that somebody asked about it."""
    question = asked.question
    for account in emergency_queries.accounts(question.to_ids):
        _notice(
            account,
            subject=f"Why did {question.about_name} look at a record?",
            words=(
                f"{_asker(question.is_own, question.asked_by_name)} asks about a look on "
                f"{formats.moment(question.looked_at)}. Open this to read the question and answer."
            ),
            opens=reverse("desk:look_question", args=[question.pk]),
            cause=Cause("access", "look_question", question.pk),
            by=asked.by,
            at=asked.at,
        )


def tell_of_answer(answered: LookAnswered) -> None:
    """Tell whoever asked about a look that there is an answer."""
    question = answered.question
    for account in emergency_queries.accounts([question.asked_by_id]):
        _notice(
            account,
            subject="Your question about a look has its answer",
            words=f"{question.answered_by_name} answered: {question.answer}",
            opens=reverse("desk:look_question", args=[question.pk]),
            cause=Cause("access", "look_question", question.pk),
            by=answered.by,
            at=answered.at,
        )


def _asker(is_own: bool, name: str) -> str:
    return "The person whose record it is" if is_own else f"{name}, who answers for access,"


def _post(emergency: EmergencyAccess) -> str:
    return ", ".join(
        filter(None, (emergency.title or label_of(emergency.role), emergency.organisation_name))
    )


def _minutes(emergency: EmergencyAccess) -> int:
    return round((emergency.ends_at - emergency.starts_at).total_seconds() / 60)


def _notice(
    account: Account,
    *,
    subject: str,
    words: str,
    opens: str,
    cause: Cause,
    by: Viewer,
    at: datetime,
    choices: Sequence[str] = (),
) -> None:
    post.write_message(
        template="notice",
        values={"subject": subject, "words": words},
        to=Recipient.account(account),
        cause=cause,
        opens=opens,
        choices=choices,
        by=by,
        at=at,
    )
