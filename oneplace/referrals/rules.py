"""Why something may not be done with a referral: the reason in words, or nothing."""

from datetime import datetime, timedelta
from typing import Final

from oneplace.access.viewer import Viewer
from oneplace.directory.models import Service
from oneplace.kit.clock import local_day
from oneplace.referrals.models import REFERRAL, AnswerLink, Referral, WaitsFor
from oneplace.referrals.permissions import ANSWER_REFERRAL, MAKE_REFERRAL
from oneplace.vocabulary.terms import AccountKind, ConnectionState, Urgency

LONGEST_WORDS: Final = 2000
ANSWERS_WITHIN: Final = {
    Urgency.TWO_HOURS: timedelta(minutes=30),
    Urgency.SAME_DAY: timedelta(hours=2),
    Urgency.TWO_DAYS: timedelta(days=1),
    Urgency.ROUTINE: timedelta(days=5),
}
"""How long whoever is asked has for a yes or no, before both sides are told that it is late."""
LINK_OPENS: Final = timedelta(days=60)
"""How long a link may be used after it was sent: through an answer and the first weeks of help."""
CODE_OPENS: Final = timedelta(minutes=30)
MOST_CODES: Final = 10

Reason = tuple[str, str | None]
"""The reason in words, and the field it is about."""


def why_not_make(  # noqa: PLR0911 - one reason after another
    service: Service | None,
    need: str,
    *,
    is_wanted: bool,
    is_connected: bool,
    is_dead: bool,
    already: Referral | None,
    by: Viewer,
    at: datetime,
) -> Reason | None:
    """Why a referral may not be made."""
    if not by.may(MAKE_REFERRAL):
        return "Your role does not refer people.", None
    if not is_connected:
        return "Nothing connects you with this person now, so you do not refer them.", None
    if is_dead:
        return "This person has died. Ring the family, and stop what is under way.", None
    if not need.strip():
        return "Write what the person would like help with, in plain words.", "need"
    if len(need) > LONGEST_WORDS:
        return f"Write at most {LONGEST_WORDS:,} characters.", "need"
    if not is_wanted:
        return "Ask the person first: nobody is referred without knowing.", "is_wanted"
    if service is not None and (closed := why_closed(service, at=at)):
        return closed, "service"
    if already is not None:
        return (
            f"{already.service_name} was asked for them already and has not ended: referral "
            f"{already.number}.",
            "service",
        )
    return None


def why_not_signpost(
    service: Service, *, is_connected: bool, is_dead: bool, by: Viewer, at: datetime
) -> Reason | None:
    """Why somebody may not be told of a service."""
    if not by.may(MAKE_REFERRAL):
        return "Your role does not refer people.", None
    if not is_connected:
        return "Nothing connects you with this person now.", None
    if is_dead:
        return "This person has died.", None
    if closed := why_closed(service, at=at):
        return closed, "service"
    return None


def why_closed(service: Service, *, at: datetime) -> str | None:
    """Why a service takes nobody now."""
    if not service.is_listed:
        return f"{service.name} is not in the directory any more. Choose another service."
    today = local_day(at)
    has_begun = service.closed_from is not None and service.closed_from <= today
    if has_begun and (service.closed_until is None or service.closed_until >= today):
        return f"{service.name} is closed at the moment. {service.closed_why}".strip()
    return None


def answers_for(referral: Referral, *, by: Viewer) -> bool:
    """Whether the viewer is, or works for, whoever was asked."""
    if by.kind is AccountKind.LINK:
        return referral.link_party_id is not None and referral.link_party_id in by.parties
    return referral.answering_id in by.parties and by.may(ANSWER_REFERRAL)


def asked_for(referral: Referral, *, by: Viewer) -> bool:
    """Whether the viewer asked, or works where whoever asked does."""
    if referral.asked_by_id in by.parties:
        return True
    return by.organisation_id is not None and (
        referral.asked_by_organisation_id == by.organisation_id and by.may(MAKE_REFERRAL)
    )


def why_not_answer(
    referral: Referral, after: ConnectionState, *, reason: object = None, by: Viewer
) -> str | None:
    """Why whoever is asked may not move the referral on like this."""
    if not answers_for(referral, by=by):
        return "Only whoever was asked can answer this."
    return REFERRAL.why_not(referral.state, after, reason=reason)


def why_not_ask_back(referral: Referral, words: str, *, by: Viewer) -> Reason | None:
    """Why a question may not be asked back."""
    if not answers_for(referral, by=by):
        return "Only whoever was asked can ask back.", None
    if not referral.is_open:
        return "This referral has ended.", None
    if not words.strip():
        return "Write what you would like to know.", "words"
    return None


def why_not_reply(referral: Referral, words: str, *, by: Viewer) -> Reason | None:
    """Why a question may not be answered."""
    if not asked_for(referral, by=by):
        return "Only whoever asked for help can answer this.", None
    if referral.waits_for is not WaitsFor.ASKER:
        return "Nothing was asked, or somebody has answered already.", None
    if not words.strip():
        return "Write your answer.", "words"
    return None


def why_not_take_back(referral: Referral, why: str, *, by: Viewer) -> Reason | None:
    """Why whoever asked may not take the referral back."""
    if not asked_for(referral, by=by):
        return "Only whoever asked can take it back.", None
    if not referral.is_open:
        return "This referral has ended already.", None
    if not why.strip():
        return "Write why it is taken back.", "why"
    return None


def why_link_is_closed(link: AnswerLink, referral: Referral, *, now: datetime) -> str | None:
    """Why a link opens nothing any more: nothing of the referral is said."""
    if link.closed_at is not None or not referral.is_open:
        return "This has been answered, or is not needed any more. Thank you."
    if link.expires_at <= now:
        return "This link has expired. Ring whoever sent it if you can still help."
    return None
