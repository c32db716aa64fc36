"""The small face of referrals on other pages: what waits on My day, what runs for a person."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.kit.cards import PersonButton, PersonLine, PersonPart, Row, Section
from oneplace.kit.clock import day_begins, local_day
from oneplace.kit.formats import day, moment
from oneplace.kit.together import Asked
from oneplace.referrals import queries
from oneplace.referrals.models import Referral, ReferralStep, WaitsFor
from oneplace.referrals.models.terms import Happened
from oneplace.referrals.permissions import ANSWER_REFERRAL, MAKE_REFERRAL, SEE_REFERRALS
from oneplace.referrals.queries import Listed
from oneplace.vocabulary.terms import ConnectionState, Urgency

MOST: Final = 8
REFER: Final = PersonButton("Refer", "referrals:refer", MAKE_REFERRAL)


class AskedOfUs:
    """What the viewer's team or organisation was asked for and has not answered."""

    section = Section.NOW
    permission = ANSWER_REFERRAL

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row each, the soonest to be answered first."""
        waiting = [
            each
            for each in queries.asked_of_us(viewer=viewer)
            if each.referral.state == ConnectionState.OFFERED
            and each.referral.waits_for is WaitsFor.THEM
        ]
        _note_names(waiting[:MOST], viewer=viewer, at=at)
        return [_row(each, f"Asked of {each.referral.answering_name}") for each in waiting[:MOST]]


class AskedByThemselves:
    """Who asked on the public pages and waits to be rung by the viewer's team."""

    section = Section.NOW
    permission = ANSWER_REFERRAL

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row each, the soonest to be rung first."""
        return [
            Row(
                what=f"Ring {one.given} {one.family}: {one.need[:100]}",
                why_you=f"Asked on the public pages for {one.service_name}",
                until=one.answer_by,
                button="Ring",
                address=reverse("referrals:self_referral", args=[one.pk]),
            )
            for one in queries.self_referrals(viewer=viewer)[:MOST]
        ]


class AnswersMissing:
    """What the viewer was asked back, and what nobody has answered in time."""

    section = Section.NOW
    permission = MAKE_REFERRAL

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """Questions first, then what is late."""
        asked_back = queries.unanswered_questions(viewer=viewer)[:MOST]
        unanswered = queries.late_answers(viewer=viewer, at=at)[: MOST - len(asked_back)]
        _note_names([*asked_back, *unanswered], viewer=viewer, at=at)
        asked = [
            _row(each, f"{each.referral.service_name} asked you something") for each in asked_back
        ]
        late = [
            _row(each, f"{each.referral.service_name} has not answered", button="Look")
            for each in unanswered
        ]
        return [*asked, *late]


class InHand:
    """What the viewer's team or organisation said yes to and has not started yet."""

    section = Section.NEXT
    permission = ANSWER_REFERRAL

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row each, what waits longest first."""
        waiting = queries.in_hand(viewer=viewer, most=MOST)
        _note_names(waiting, viewer=viewer, at=at)
        return [
            replace(
                _row(each, f"{_next_step(each.referral)}, since {day(each.referral.moved_at)}"),
                until=None,
                button="Open",
                needs_you=False,
            )
            for each in waiting
        ]


class ReferralNews:
    """What askers answered or took back since yesterday of what the viewer's own were asked."""

    section = Section.SINCE_YESTERDAY
    permission = ANSWER_REFERRAL

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """The newest step of each referral, the newest first."""
        since = day_begins(local_day(at) - timedelta(days=1))
        found = queries.news_of_referrals(viewer=viewer, since=since, most=MOST)
        _note_names([each.listed for each in found], viewer=viewer, at=at)
        return [
            replace(
                _row(each.listed, _who_said(each.step), button="Look"),
                what=f"{Happened(each.step.happened).label}: {each.listed.referral.need[:120]}",
                until=None,
                needs_you=False,
            )
            for each in found
        ]


def _next_step(referral: Referral) -> str:
    if referral.state == ConnectionState.FIRST_CONTACT:
        return "Spoken with, not started"
    return "Said yes, not spoken with yet"


def _who_said(step: ReferralStep) -> str:
    return f"{step.by_organisation or step.by_name} · {moment(step.happened_at)}"


class OpenReferrals:
    """What was asked for a person and has not ended, on the first page of their record."""

    permission = SEE_REFERRALS

    def asks(self, person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> Asked:
        """Everything asked for them, newest first."""
        return queries.of_person_asked(person_id, viewer=viewer)

    def part(
        self, person_id: uuid.UUID, found: Sequence[Referral], *, viewer: Viewer, at: datetime
    ) -> PersonPart | None:
        """The open ones, newest first; nothing where nothing was asked."""
        waiting = [one for one in found if one.is_open]
        if not waiting:
            return None
        return PersonPart(
            title="Asked for",
            lines=tuple(_line(one, at=at) for one in waiting[:MOST]),
            more="All referrals",
            more_address=reverse("referrals:referrals"),
        )


def stands(referral: Referral) -> str:
    """Where it stands, in the words of both sides."""
    if referral.state == ConnectionState.DECLINED and referral.declined_because:
        return f"Said no: {referral.declined_because.label.lower()}"
    if referral.state == ConnectionState.SENT_BACK and referral.sent_back_because:
        return f"Sent back: {referral.sent_back_because.label.lower()}"
    if referral.state == ConnectionState.ENDED:
        return f"Ended: {referral.outcome.label.lower()}" if referral.outcome else "Taken back"
    if referral.is_lost:
        return "Lost: asked three times, no answer"
    if referral.state == ConnectionState.OFFERED:
        return "Asked again, no answer yet" if referral.reminders else "Asked, no answer yet"
    return ConnectionState(referral.state).label


def _note_names(shown: Sequence[Listed], *, viewer: Viewer, at: datetime) -> None:
    """The entry in the audit of the names My day showed."""
    persons = [each.referral.person_id for each in shown if each.name]
    if persons:
        audit.record(by=viewer, at=at, action="list_referrals", persons_shown=persons)


def _line(referral: Referral, *, at: datetime) -> PersonLine:
    is_late = referral.waits_for is not WaitsFor.NOBODY and referral.answer_by < at
    return PersonLine(
        text=referral.service_name,
        facts=f"{referral.need[:100]} · {stands(referral).lower()} · "
        f"{referral.asked_by_name}, "
        f"{day(referral.asked_at)}",
        address=reverse("referrals:referral", args=[referral.pk]),
        mark="late" if is_late else "",
    )


def _row(listed: Listed, why: str, *, button: str = "Answer") -> Row:
    referral = listed.referral
    soon = "" if referral.urgency is Urgency.ROUTINE else f" · {referral.urgency.label}"
    return Row(
        what=f"{referral.need[:120]}{soon}",
        why_you=why,
        person=listed.name,
        until=referral.answer_by,
        button=button,
        address=reverse("referrals:referral", args=[referral.pk]),
    )
