"""Why emergency access may not be opened, ended or reviewed, or a look asked about; or None."""

from datetime import datetime, timedelta
from typing import Final

from oneplace.access.models import EmergencyAccess, LookQuestion, UnusualAccess
from oneplace.access.models.emergency import EMERGENCY_PURPOSES, LONGEST_EMERGENCY
from oneplace.access.permissions import OPEN_EMERGENCY, REVIEW_EMERGENCY, SEE_AUDIT
from oneplace.access.viewer import Viewer
from oneplace.vocabulary.terms import AccountKind, Purpose

SHORTEST_REASON: Final = 15
LONGEST_WORDS: Final = 2000
MOST_REFUSED: Final = 5
"""Attempts within an hour that opened nothing: more is looking for people, not an emergency."""

NOTHING_OPENS: Final = (
    "No record opens this way. Check the number. If somebody is in danger, ring 999, the person’s "
    "practice or the out-of-hours doctor; the information governance officer can tell you more."
)
"""The same words for nobody found, for a sealed record, and for a worker the person keeps out."""


def why_not_open_emergency(  # noqa: PLR0911 - one reason after another reads best flat
    *,
    purpose: Purpose,
    reason: str,
    lasts: timedelta,
    unsafe_why: str | None,
    refused_lately: int,
    by: Viewer,
) -> tuple[str, str | None] | None:
    """Why not, and the field it is about. `unsafe_why` is None where the person will be told."""
    if by.kind is not AccountKind.STAFF or not by.may(OPEN_EMERGENCY):
        return "Your role does not open records in an emergency.", None
    if by.organisation_id is None:
        return "Choose the post you work in first.", None
    if purpose not in EMERGENCY_PURPOSES or by.purpose not in EMERGENCY_PURPOSES:
        return "Emergency access is for caring for somebody or keeping them safe.", "purpose"
    if len(reason.strip()) < SHORTEST_REASON:
        return "Say in a sentence why it cannot wait: it will be read when it is reviewed.", (
            "reason"
        )
    if not timedelta(0) < lasts <= LONGEST_EMERGENCY:
        return "Emergency access lasts up to 60 minutes.", "minutes"
    if unsafe_why is not None and len(unsafe_why.strip()) < SHORTEST_REASON:
        return "Say in a sentence why telling the person would not be safe.", "unsafe_why"
    if refused_lately >= MOST_REFUSED:
        return (
            "Too many attempts within the hour opened nothing. Ring the person’s practice, or your "
            "information governance officer."
        ), None
    return None


def why_not_end_emergency(emergency: EmergencyAccess, *, by: Viewer, at: datetime) -> str | None:
    """Why it cannot be ended now."""
    if emergency.account_id != by.account_id and not by.may(REVIEW_EMERGENCY):
        return "Only whoever opened it, or an officer, ends it."
    return None if is_open(emergency, at=at) else "This has already ended."


def why_not_review_emergency(
    emergency: EmergencyAccess, *, words: str, by: Viewer, at: datetime
) -> str | None:
    """Why this viewer cannot say what to make of it now."""
    if not by.may(REVIEW_EMERGENCY):
        return "Emergency access is reviewed by information governance officers."
    if emergency.account_id == by.account_id:
        return "You opened this yourself. Another officer reviews it."
    if emergency.reviewed_at is not None:
        return f"{emergency.reviewed_by_name} has reviewed this already."
    if is_open(emergency, at=at):
        return "It is still open. End it first, or review it when its time is over."
    if len(words.strip()) < SHORTEST_REASON:
        return "Say in a sentence what you found and what follows."
    return None


def is_open(emergency: EmergencyAccess, *, at: datetime) -> bool:
    """Whether the record still opens by it."""
    return (emergency.ended_at or emergency.ends_at) > at


def why_not_ask_about_look(*, words: str, is_own: bool, by: Viewer) -> str | None:
    """Why this viewer cannot ask about a look."""
    if not by.may(SEE_AUDIT) and not is_own:
        return "Looks are asked about by the person, or by an information governance officer."
    if not words.strip():
        return "Say what you would like to know."
    return None


def why_not_answer_look(question: LookQuestion, *, words: str, by: Viewer) -> str | None:
    """Why this viewer cannot answer a question about a look."""
    if by.account_id not in question.to_ids:
        return "This question is for somebody else."
    if question.answered_at is not None:
        return f"{question.answered_by_name} has answered this already."
    return None if words.strip() else "Write an answer."


def why_not_settle_unusual(found: UnusualAccess, *, words: str, by: Viewer) -> str | None:
    """Why this viewer cannot say what came of looking into it."""
    if not by.may(SEE_AUDIT):
        return "This is looked into by information governance officers."
    if found.account_id == by.account_id:
        return "These looks are your own. Another officer looks into them."
    if found.settled_at is not None:
        return f"{found.settled_by_name} has looked into this already."
    return None if words.strip() else "Say in a few words what came of it."
