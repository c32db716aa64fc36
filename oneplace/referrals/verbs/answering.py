"""A referral is answered and worked at, by whoever was asked; asked back, replied, taken back."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.people import queries as people
from oneplace.referrals import rules
from oneplace.referrals.models import AnswerLink, Happened, Referral, WaitsFor
from oneplace.referrals.naming import telling_in
from oneplace.referrals.queries.referral import OVER
from oneplace.referrals.verbs.by_link import send_link
from oneplace.referrals.verbs.writing import (
    close,
    close_links,
    held,
    move,
    note,
    refuse,
    tell_asker,
    tell_practice,
)
from oneplace.vocabulary.terms import (
    ConnectionOutcome,
    ConnectionSentBack,
    ConnectionState,
    ReferralRejected,
)


@transaction.atomic
def accept(*, referral: Referral, words: str = "", by: Viewer, at: datetime) -> Referral:
    """Say yes."""
    asked = _answered(referral, ConnectionState.ACCEPTED, by=by)
    note("accept_referral", asked, Happened.ACCEPTED, words=words, by=by, at=at)
    _tell_both(asked, "said yes", words, by=by, at=at)
    move(asked, ConnectionState.ACCEPTED, waits_for=WaitsFor.NOBODY, by=by, at=at)
    with connection.cursor() as cursor:
        cursor.execute("select referrals_pass_on(%s)", [asked.pk])
    return asked


@transaction.atomic
def decline(
    *, referral: Referral, because: ReferralRejected, words: str = "", by: Viewer, at: datetime
) -> Referral:
    """Say no, with the reason; whoever asked hears of it and may ask somebody else."""
    asked = _answered(referral, ConnectionState.DECLINED, reason=because, by=by)
    note(
        "decline_referral",
        asked,
        Happened.DECLINED,
        reason=because.value,
        words=words,
        by=by,
        at=at,
    )
    _tell_both(asked, f"said no: {_small(because.label)}", words, by=by, at=at)
    _over(asked, ConnectionState.DECLINED, by=by, at=at, declined_because=because)
    return asked


@transaction.atomic
def answer(
    *,
    referral: Referral,
    is_yes: bool,
    because: ReferralRejected | None = None,
    words: str = "",
    by: Viewer,
    at: datetime,
) -> Referral:
    """Say yes or no."""
    if is_yes:
        return accept(referral=referral, words=words, by=by, at=at)
    if because is None:
        raise Refused("Say why not: it helps whoever asked to find somebody else.", field="because")
    return decline(referral=referral, because=because, words=words, by=by, at=at)


@transaction.atomic
def allocate(*, referral: Referral, to: str, by: Viewer, at: datetime) -> Referral:
    """Give the person to somebody of the team that said yes."""
    asked = _answered(referral, ConnectionState.ALLOCATED, by=by)
    if not to.strip():
        raise Refused("Write who takes it.", field="to")
    note("allocate_referral", asked, Happened.ALLOCATED, words=to, by=by, at=at)
    move(
        asked,
        ConnectionState.ALLOCATED,
        waits_for=WaitsFor.NOBODY,
        by=by,
        at=at,
        allocated_to=to.strip(),
    )
    return asked


@transaction.atomic
def first_contact(*, referral: Referral, words: str = "", by: Viewer, at: datetime) -> Referral:
    """Write down the first word with the person."""
    asked = _answered(referral, ConnectionState.FIRST_CONTACT, by=by)
    note("first_contact", asked, Happened.FIRST_CONTACT, words=words, by=by, at=at)
    move(asked, ConnectionState.FIRST_CONTACT, waits_for=WaitsFor.NOBODY, by=by, at=at)
    return asked


@transaction.atomic
def not_reached(*, referral: Referral, words: str = "", by: Viewer, at: datetime) -> Referral:
    """Write down a try to reach the person that came to nothing; the referral stays where it is."""
    asked = held(referral)
    refuse_if(None if rules.answers_for(asked, by=by) else "Only whoever was asked can say this.")
    refuse_if(None if asked.is_open else "This referral has ended.")
    note("not_reached", asked, Happened.NOT_REACHED, words=words, by=by, at=at)
    tell_asker(
        asked,
        f"{asked.service_name} tried to reach them without success",
        words or "If you know a better time or number, write to them.",
        by=by,
        at=at,
    )
    return asked


@transaction.atomic
def connect(*, referral: Referral, words: str = "", by: Viewer, at: datetime) -> Referral:
    """Write down that help has begun."""
    asked = _up_to(referral, ConnectionState.CONNECTED, by=by, at=at)
    note("connect_referral", asked, Happened.CONNECTED, words=words, by=by, at=at)
    _tell_both(asked, "has started", words, by=by, at=at)
    move(asked, ConnectionState.CONNECTED, waits_for=WaitsFor.NOBODY, by=by, at=at)
    return asked


@transaction.atomic
def attended(*, referral: Referral, words: str = "", by: Viewer, at: datetime) -> Referral:
    """Write down that the person came, or was visited."""
    asked = _up_to(referral, ConnectionState.ATTENDED, by=by, at=at)
    note("attended_referral", asked, Happened.ATTENDED, words=words, by=by, at=at)
    move(asked, ConnectionState.ATTENDED, waits_for=WaitsFor.NOBODY, by=by, at=at)
    return asked


@transaction.atomic
def end_referral(
    *,
    referral: Referral,
    outcome: ConnectionOutcome,
    words: str = "",
    by: Viewer,
    at: datetime,
) -> Referral:
    """Write down what came of it; the record opens to whoever helped no longer."""
    asked = _answered(referral, ConnectionState.ENDED, reason=outcome, by=by)
    note("end_referral", asked, Happened.ENDED, reason=outcome.value, words=words, by=by, at=at)
    _tell_both(asked, f"has ended: {_small(outcome.label)}", words, by=by, at=at)
    _over(asked, ConnectionState.ENDED, by=by, at=at, outcome=outcome)
    return asked


@transaction.atomic
def send_back(
    *,
    referral: Referral,
    because: ConnectionSentBack,
    words: str = "",
    by: Viewer,
    at: datetime,
) -> Referral:
    """Give the person back to whoever asked, with the reason; somebody else may be asked then."""
    asked = _answered(referral, ConnectionState.SENT_BACK, reason=because, by=by)
    note("send_back", asked, Happened.SENT_BACK, reason=because.value, words=words, by=by, at=at)
    _tell_both(asked, f"sent them back to you: {_small(because.label)}", words, by=by, at=at)
    move(
        asked,
        ConnectionState.SENT_BACK,
        waits_for=WaitsFor.ASKER,
        by=by,
        at=at,
        sent_back_because=because,
    )
    close(asked, by=by, at=at)
    return asked


@transaction.atomic
def ask_back(*, referral: Referral, words: str, by: Viewer, at: datetime) -> Referral:
    """Ask whoever referred something before answering; it is their turn then."""
    asked = held(referral)
    refuse(rules.why_not_ask_back(asked, words, by=by))
    note("ask_back", asked, Happened.QUESTION, words=words, by=by, at=at)
    tell_asker(asked, f"{asked.service_name} asks you something", words.strip(), by=by, at=at)
    asked.waits_for = WaitsFor.ASKER
    asked.save(update_fields=["waits_for"])
    return asked


@transaction.atomic
def reply(*, referral: Referral, words: str, by: Viewer, at: datetime) -> Referral:
    """Answer what was asked back; it is their turn again, with the whole time to answer."""
    asked = held(referral)
    is_by_link = asked.link_party_id is not None and asked.state == ConnectionState.OFFERED
    person = people.person(asked.person_id, viewer=by) if is_by_link else None
    refuse(
        rules.why_not_reply(
            asked, words, telling=telling_in(words, person) if is_by_link else (), by=by
        )
    )
    note("reply_referral", asked, Happened.REPLY, words=words, by=by, at=at)
    is_offered = asked.state == ConnectionState.OFFERED
    asked.waits_for = WaitsFor.THEM if is_offered else WaitsFor.NOBODY
    asked.answer_by = at + rules.ANSWERS_WITHIN[asked.urgency]
    asked.save(update_fields=["waits_for", "answer_by"])
    link = AnswerLink.objects.filter(referral_id=asked.pk, closed_at=None).first()
    if is_offered and link is not None:
        # Of the old link only a hash is kept: whoever answers by link hears of it by a new one.
        send_link(referral=asked, to=link.sent_to, by=by, at=at)
    return asked


@transaction.atomic
def raise_worry(*, referral: Referral, words: str, by: Viewer, at: datetime) -> Referral:
    """Tell whoever asked, at once, that somebody is worried about the person."""
    asked = held(referral)
    refuse_if(None if rules.answers_for(asked, by=by) else "Only whoever was asked can say this.")
    refuse_if(None if words.strip() else "Write what worries you.", field="words")
    note("raise_worry", asked, Happened.WORRIED, words=words, by=by, at=at)
    subject = f"{asked.service_name} is worried about somebody you referred"
    tell_asker(asked, subject, words.strip(), by=by, at=at)
    tell_practice(asked, subject, words.strip(), by=by, at=at)
    return asked


@transaction.atomic
def take_back(*, referral: Referral, why: str, by: Viewer, at: datetime) -> Referral:
    """Take back what was asked, with the reason."""
    asked = held(referral)
    refuse(rules.why_not_take_back(asked, why, by=by))
    note("take_back_referral", asked, Happened.TAKEN_BACK, words=why, by=by, at=at)
    _over(asked, ConnectionState.ENDED, by=by, at=at)
    return asked


@transaction.atomic
def stop_for_deaths(*, person_ids: Sequence[uuid.UUID], by: Viewer, at: datetime) -> None:
    """End what runs for people who have died, so that nobody rings.

    Links open nothing from then on. Whoever asked, or is asked, sees why.
    """
    died = ConnectionOutcome.DIED
    theirs = Referral.objects.select_for_update(of=("self",)).filter(person_id__in=person_ids)
    for asked in theirs.exclude(state__in=OVER):
        note("stop_for_deaths", asked, Happened.ENDED, reason=died.value, by=by, at=at)
        _over(asked, ConnectionState.ENDED, by=by, at=at, outcome=died)


def _answered(
    referral: Referral, after: ConnectionState, *, reason: object = None, by: Viewer
) -> Referral:
    asked = held(referral)
    refuse_if(rules.why_not_answer(asked, after, reason=reason, by=by))
    return asked


# A charity that answers by link says "started"; that somebody spoke with the person is said by it.
_ON_THE_WAY = (
    ConnectionState.ACCEPTED,
    ConnectionState.ALLOCATED,
    ConnectionState.FIRST_CONTACT,
    ConnectionState.CONNECTED,
    ConnectionState.ATTENDED,
)


def _up_to(referral: Referral, after: ConnectionState, *, by: Viewer, at: datetime) -> Referral:
    """The referral ready to become `after`: steps that are implied are taken without words."""
    asked = held(referral)
    refuse_if(None if rules.answers_for(asked, by=by) else "Only whoever was asked can say this.")
    if asked.state in _ON_THE_WAY:
        for state in _ON_THE_WAY[_ON_THE_WAY.index(ConnectionState(asked.state)) + 1 :]:
            if state is after:
                break
            if state is not ConnectionState.ALLOCATED:
                move(asked, state, waits_for=WaitsFor.NOBODY, by=by, at=at)
    refuse_if(rules.why_not_answer(asked, after, by=by))
    return asked


def _over(
    referral: Referral, state: ConnectionState, *, by: Viewer, at: datetime, **more: str
) -> None:
    move(referral, state, waits_for=WaitsFor.NOBODY, by=by, at=at, **more)
    close(referral, by=by, at=at)
    close_links(referral, now=timezone.now())


def _tell_both(referral: Referral, what: str, words: str, *, by: Viewer, at: datetime) -> None:
    subject = f"{referral.service_name} {what}"
    said = words.strip() or f"Referral {referral.number}: {referral.need}"
    tell_asker(referral, subject, said, by=by, at=at)
    tell_practice(referral, subject, said, by=by, at=at)


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]
