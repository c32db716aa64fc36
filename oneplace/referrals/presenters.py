"""Referrals on pages: a list with who waits for whom, one in full, the page behind a link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.urls import NoReverseMatch, reverse

from oneplace.access.viewer import Viewer
from oneplace.directory.queries import Answer, Found
from oneplace.kit.formats import day, moment
from oneplace.people.models import Person
from oneplace.referrals.cards import stands
from oneplace.referrals.models import (
    AnswerLink,
    Happened,
    PassedOn,
    Referral,
    ReferralStep,
    WaitsFor,
)
from oneplace.referrals.queries import Listed
from oneplace.vocabulary.terms import (
    ConnectionOutcome,
    ConnectionSentBack,
    ConnectionState,
    DirectoryCheck,
    ReferralRejected,
    Urgency,
)

_REASONS: dict[Happened, type[ReferralRejected | ConnectionSentBack | ConnectionOutcome]] = {
    Happened.DECLINED: ReferralRejected,
    Happened.SENT_BACK: ConnectionSentBack,
    Happened.ENDED: ConnectionOutcome,
}


_TALK = (Happened.QUESTION, Happened.REPLY)


class ToDo(Protocol):
    """One thing that may be done: its word in the address, its button, whether it is likely next.

    `acts.Act`, which knows forms and verbs besides, fits it.
    """

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def is_first(self) -> bool: ...
    @property
    def is_one_tap(self) -> bool: ...


def turn(referral: Referral, *, at: datetime) -> tuple[str, bool]:
    """Who waits for whom since when, and whether that is late."""
    if not referral.is_open or referral.waits_for is WaitsFor.NOBODY:
        return "", False
    if referral.waits_for is WaitsFor.ASKER:
        return f"{referral.asked_by_name} is to answer", referral.answer_by < at
    return (
        f"{referral.answering_name} is to answer by {moment(referral.answer_by)}",
        referral.answer_by < at,
    )


@dataclass(frozen=True)
class ReferralRow:
    """One referral in a list."""

    title: str
    person: str
    need: str
    stands: str
    turn: str
    is_late: bool
    urgency: str
    asked: str
    address: str


@dataclass(frozen=True)
class ReferralsPage:
    """What was asked of us, what we asked, what is over."""

    asked_of_us: tuple[ReferralRow, ...]
    asked_by_us: tuple[ReferralRow, ...]
    tab: str
    may_answer: bool
    # How many asked on the public pages and wait to be rung.
    self_asked: int

    @classmethod
    def of(
        cls,
        of_us: Sequence[Listed],
        by_us: Sequence[Listed],
        *,
        tab: str,
        may_answer: bool,
        self_asked: int = 0,
        at: datetime,
    ) -> "ReferralsPage":
        """Both lists."""
        return cls(
            tuple(_row(each, at=at) for each in of_us),
            tuple(_row(each, at=at) for each in by_us),
            tab,
            may_answer,
            self_asked,
        )


def _row(listed: Listed, *, at: datetime) -> ReferralRow:
    referral = listed.referral
    words, is_late = turn(referral, at=at)
    where = " · ".join(filter(None, (referral.age_band, referral.district)))
    return ReferralRow(
        title=referral.service_name,
        person=listed.name or f"Somebody {where}".strip(),
        need=referral.need,
        stands=stands(referral),
        turn=words,
        is_late=is_late,
        urgency="" if referral.urgency is Urgency.ROUTINE else Urgency(referral.urgency).label,
        asked=f"{referral.asked_by_name}, {day(referral.asked_at)}",
        address=reverse("referrals:referral", args=[referral.pk]),
    )


@dataclass(frozen=True)
class StepLine:
    """One thing that happened."""

    what: str
    words: str
    by: str
    at: datetime


@dataclass(frozen=True)
class ReferralPage:
    """One referral in full."""

    referral: Referral
    title: str
    name: str
    person_address: str
    stands: str
    turn: str
    is_late: bool
    steps: tuple[StepLine, ...]
    acts: Sequence[ToDo]
    passed_on: PassedOn | None
    offer_address: str

    @classmethod
    def of(
        cls,
        referral: Referral,
        steps: Sequence[ReferralStep],
        *,
        person: Person | None,
        passed_on: PassedOn | None,
        acts: Sequence[ToDo],
        viewer: Viewer,
        at: datetime,
    ) -> "ReferralPage":
        """The referral as the viewer may read it."""
        words, is_late = turn(referral, at=at)
        can_offer = (
            person is not None
            and viewer.may("make_referral")
            and (
                referral.state in (ConnectionState.DECLINED, ConnectionState.SENT_BACK)
                or referral.is_lost
            )
        )
        return cls(
            referral=referral,
            title=referral.service_name,
            name=name_of(person) if person else (passed_on.name if passed_on else ""),
            person_address=_page_of(person),
            stands=stands(referral),
            turn=words,
            is_late=is_late,
            steps=tuple(_line(step) for step in steps),
            acts=acts,
            passed_on=passed_on,
            offer_address=f"{reverse('referrals:refer', args=[person.pk])}?after={referral.pk}"
            if can_offer and person
            else "",
        )


def _line(step: ReferralStep) -> StepLine:
    reasons = _REASONS.get(step.happened)
    reason = reasons(step.reason).label if reasons and step.reason else ""
    organisation = f", {step.by_organisation}" if step.by_organisation else ""
    return StepLine(
        what=f"{step.happened.label}{f': {reason.lower()}' if reason else ''}",
        words=step.words,
        by=f"{step.by_name}{organisation}{', by the link' if step.is_by_link else ''}",
        at=step.happened_at,
    )


def name_of(person: Person) -> str:
    """What a person is called."""
    return " ".join(filter(None, (person.known_as or person.given, person.family))) or "No name"


def _page_of(person: Person | None) -> str:
    if person is None:
        return ""
    try:
        return reverse("desk:person", args=[person.pk])
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class ServiceChoice:
    """One service that fits."""

    name: str
    provider: str
    what: str
    facts: str
    mark: str
    address: str
    tell_address: str


def service_choices(
    answer: Answer, person: Person, *, after: str = ""
) -> tuple[ServiceChoice, ...]:
    """What a search found, each leading to the form that asks it."""
    return tuple(_choice(found, person, after) for found in answer.found)


def _choice(found: Found, person: Person, after: str) -> ServiceChoice:
    service = found.service
    facts = [
        f"{found.km:.1f} km away" if found.km is not None else service.area,
        service.who_for,
        service.cost_words,
        service.capacity.label if service.capacity_on else "",
    ]
    stale = found.check in (DirectoryCheck.STALE, DirectoryCheck.NEVER_CHECKED)
    address = reverse("referrals:refer_to", args=[person.pk, service.pk])
    return ServiceChoice(
        name=service.name,
        provider=service.provider.name,
        what=service.what,
        facts=" · ".join(filter(None, facts)),
        mark=found.check.label.lower() if stale else "",
        address=f"{address}?after={after}" if after else address,
        tell_address=reverse("referrals:signpost", args=[person.pk, service.pk]),
    )


@dataclass(frozen=True)
class LinkPage:
    """The page behind a link: need and district, and after a Yes and a code the name."""

    question: str
    need: str
    facts: tuple[str, ...]
    asked_by: str
    service: str
    number: str
    stands: str
    acts: Sequence[ToDo]
    passed_on: PassedOn | None
    words: str
    is_yes: bool
    until: str
    closed: str = ""
    said: tuple[StepLine, ...] = ()
    """What was asked back and answered."""

    @classmethod
    def of(
        cls,
        link: AnswerLink,
        steps: Sequence[ReferralStep],
        *,
        passed_on: PassedOn | None,
        acts: Sequence[ToDo],
    ) -> "LinkPage":
        """What the link shows now."""
        referral = link.referral
        is_yes = referral.state not in (
            ConnectionState.OFFERED,
            ConnectionState.DECLINED,
            ConnectionState.ENDED,
            ConnectionState.SENT_BACK,
        )
        who = " ".join(filter(None, ("somebody", referral.age_band)))
        where = f" in {referral.district}" if referral.district else ""
        return cls(
            question=f"Can you help {who}{where}?",
            need=referral.need,
            facts=tuple(
                filter(
                    None,
                    (
                        referral.need_kind.label if referral.need_kind else "",
                        f"How soon: {Urgency(referral.urgency).label.lower()}",
                    ),
                )
            ),
            asked_by=", ".join(
                filter(None, (referral.asked_by_name, referral.asked_by_organisation))
            ),
            service=referral.service_name,
            number=referral.number,
            stands=stands(referral),
            acts=acts,
            passed_on=passed_on,
            words=passed_on.words if passed_on else "",
            said=tuple(_line(step) for step in steps if step.happened in _TALK),
            is_yes=is_yes,
            until=day(link.expires_at),
        )

    @classmethod
    def closed_with(cls, reason: str) -> "LinkPage":
        """A link that opens nothing: no word of what it was about."""
        return cls(reason, "", (), "", "", "", "", (), None, "", False, "", closed=reason)
