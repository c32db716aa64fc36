"""Why something may not be done with a referral: the reason in words, or nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from oneplace.access.viewer import Viewer
from oneplace.directory.models import Service
from oneplace.kit.clock import local_day
from oneplace.kit.formats import sentence_list
from oneplace.referrals.models import (
    REFERRAL,
    AnswerLink,
    AskedFor,
    Referral,
    SelfAnswer,
    SelfReferral,
    WaitsFor,
)
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
    telling: Sequence[str] = (),
    by: Viewer,
    at: datetime,
) -> Reason | None:
    """Why a referral may not be made; `telling` is what in the need says who it is."""
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
    if telling:
        return _tells(telling), "need"
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


def why_not_reply(
    referral: Referral, words: str, *, telling: Sequence[str] = (), by: Viewer
) -> Reason | None:
    """Why a question may not be answered; `telling` is what in the answer says who it is."""
    if not asked_for(referral, by=by):
        return "Only whoever asked for help can answer this.", None
    if referral.waits_for is not WaitsFor.ASKER:
        return "Nothing was asked, or somebody has answered already.", None
    if not words.strip():
        return "Write your answer.", "words"
    return (_tells(telling), "words") if telling else None


def _tells(telling: Sequence[str]) -> str:
    said = sentence_list([f"“{each}”" for each in telling])
    return (
        f"This is read by link before anybody has said yes, and {said} tells who it is. Leave it "
        "out: name, number and address follow after the yes and the code."
    )


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


SELF_ANSWERED_WITHIN: Final = 2
"""Working days within which somebody who asked on the public pages is rung."""
MOST_ASKED_BY_ONE: Final = 4
"""Asks an hour from one address: a family may share one, a machine needs more."""
MOST_ASKED_BY_ALL: Final = 120
"""Asks an hour in the whole place; beyond that the page gives the telephone number."""
LEAST_TRIES: Final = 3
"""Different days on which somebody is rung before they count as not reached."""
LEAST_DIGITS: Final = 10


def why_not_ask_yourself(  # noqa: PLR0911 - one reason after another
    service: Service,
    *,
    asked_for: AskedFor,
    need: str,
    phone: str,
    asker_name: str,
    is_known: bool,
    at: datetime,
) -> Reason | None:
    """Why somebody may not ask a service on the public pages."""
    if not service.is_self_referral:
        return "This service is asked by a GP or another worker. Ask them, or ring us.", None
    if closed := why_closed(service, at=at):
        return closed, None
    if not need.strip():
        return "Write what you would like help with, in a few words.", "need"
    if len(need) > LONGEST_WORDS:
        return f"Write at most {LONGEST_WORDS:,} letters.", "need"
    if sum(sign.isdigit() for sign in phone) < LEAST_DIGITS:
        return "Write the whole telephone number, with the code of the area.", "phone"
    if asked_for is AskedFor.SELF:
        return None
    if not asker_name.strip():
        return "Write your own name, so that we know who asked.", "asker_name"
    if not is_known:
        return (
            "Ask them first: we ring them, and nobody is helped without knowing. If you think they "
            "are in danger, ring us instead.",
            "is_known",
        )
    return None


def why_not_handle(asked: SelfReferral, *, by: Viewer) -> str | None:
    """Why this viewer does not answer what somebody asked on the public pages."""
    if not by.may(ANSWER_REFERRAL) or asked.answering_id not in by.parties:
        return "Only the team that was asked answers this."
    if not asked.is_open:
        return f"{asked.answered_by_name} has answered this already."
    return None


def why_not_self_answer(asked: SelfReferral, answer: SelfAnswer, words: str) -> Reason | None:
    """Why an answer to somebody who asked may not stand: nobody spoke with them yet."""
    if answer is SelfAnswer.TAKEN_UP:
        return "Choose whose record it is, and take it up.", "answer"
    days = {str(each["at"])[:10] for each in asked.tries}
    if answer is SelfAnswer.COULD_NOT_REACH and len(days) < LEAST_TRIES:
        return (
            f"Ring on {LEAST_TRIES} different days first, and write each try down. So far: "
            f"{len(days)}.",
            "answer",
        )
    if answer is SelfAnswer.NOT_REAL and not days:
        return "Ring the number once first, and write the try down.", "answer"
    if not words.strip():
        return "Write what you told them, and how.", "words"
    return None
