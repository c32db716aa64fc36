"""Referrals of a person, of a list, of a viewer's own team; with the names the viewer may read."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from oneplace.access.viewer import Viewer
from oneplace.kit.together import NOTHING, Asked, MadeOnce
from oneplace.people import queries as people
from oneplace.people.models import Person
from oneplace.referrals.models import (
    PassedOn,
    Referral,
    ReferralOrigin,
    ReferralStep,
    Signposted,
    WaitsFor,
)
from oneplace.referrals.models.referral import LOST_AFTER
from oneplace.referrals.models.terms import Happened
from oneplace.vocabulary.terms import ConnectionState

OVER = (ConnectionState.DECLINED, ConnectionState.ENDED)
IN_HAND = (ConnectionState.ACCEPTED, ConnectionState.ALLOCATED, ConnectionState.FIRST_CONTACT)


@dataclass(frozen=True)
class Listed:
    """A referral in a list, with the name of whom it is for as far as the viewer may read it."""

    referral: Referral
    name: str
    """Empty where the record is not open to the viewer."""


@dataclass(frozen=True)
class News:
    """What somebody else did last with a referral."""

    listed: Listed
    step: ReferralStep


def referral(referral_id: uuid.UUID, *, viewer: Viewer) -> Referral | None:
    """One referral; None where it is not open to the viewer."""
    if viewer.account_id is None:
        return None
    return Referral.objects.select_related("service").filter(pk=referral_id).first()


def steps(referral_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[ReferralStep]:
    """What happened to a referral, in order."""
    found = ReferralStep.objects.filter(referral_id=referral_id)
    return found if viewer.account_id is not None else found.none()


def passed_on(referral_id: uuid.UUID, *, viewer: Viewer) -> PassedOn | None:
    """What was passed on about the person, for those to whom it has been opened."""
    if viewer.account_id is None:
        return None
    return PassedOn.objects.filter(pk=referral_id).first()


def of_person(person_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Referral]:
    """Everything asked for a person, newest first."""
    if viewer.account_id is None:
        return Referral.objects.none()
    now = Person.objects.filter(was__pk=person_id)
    return Referral.objects.filter(person__current__in=now).order_by("-asked_at", "-pk")


def of_person_asked(person_id: uuid.UUID, *, viewer: Viewer) -> Asked:
    """Everything asked for a present person, newest first; to be read together with others."""
    return _OF_PERSON.of(person_id) if viewer.account_id is not None else NOTHING


_OF_PERSON: Final = MadeOnce(
    lambda person_id: Referral.objects.filter(person__current_id=person_id).order_by(
        "-asked_at", "-pk"
    )
)


def of_origin(
    origin: ReferralOrigin, origin_id: uuid.UUID, *, viewer: Viewer
) -> QuerySet[Referral]:
    """What was asked on one occasion, such as a huddle, in the order asked."""
    if viewer.account_id is None:
        return Referral.objects.none()
    return Referral.objects.filter(origin=origin, origin_id=origin_id).order_by("asked_at", "pk")


def asked_of_us(*, viewer: Viewer, is_open: bool = True) -> list[Listed]:
    """What the viewer's team or organisation was asked for, what is to be answered first."""
    if viewer.account_id is None:
        return []
    found = Referral.objects.filter(answering_id__in=viewer.parties)
    return _listed(_open(found, is_open=is_open), viewer=viewer)


def asked_by_us(*, viewer: Viewer, is_open: bool = True) -> list[Listed]:
    """What the viewer, or somebody of the viewer's organisation, asked others for."""
    if viewer.account_id is None:
        return []
    ours = Q(asked_by_id=viewer.account_id)
    if viewer.organisation_id is not None:
        ours |= Q(asked_by_organisation_id=viewer.organisation_id)
    return _listed(_open(Referral.objects.filter(ours), is_open=is_open), viewer=viewer)


def unanswered_questions(*, viewer: Viewer) -> list[Listed]:
    """What the viewer was asked back about referrals they made."""
    if viewer.account_id is None:
        return []
    found = Referral.objects.filter(asked_by_id=viewer.account_id, waits_for=WaitsFor.ASKER)
    return _listed(found.exclude(state__in=OVER), viewer=viewer)


def late_answers(*, viewer: Viewer, at: datetime) -> list[Listed]:
    """Referrals the viewer made that nobody has answered in time, the latest first."""
    if viewer.account_id is None:
        return []
    found = Referral.objects.filter(
        asked_by_id=viewer.account_id, state=ConnectionState.OFFERED, waits_for=WaitsFor.THEM
    )
    return _listed(found.filter(answer_by__lt=at).order_by("answer_by"), viewer=viewer)


def in_hand(*, viewer: Viewer, most: int) -> list[Listed]:
    """What the viewer's team or organisation said yes to and has not started.

    What waits longest stands first; at most `most` of them.
    """
    if viewer.account_id is None:
        return []
    found = Referral.objects.filter(answering_id__in=viewer.parties, state__in=IN_HAND)
    return _listed(found.order_by("moved_at", "pk")[:most], viewer=viewer)


def news_of_referrals(*, viewer: Viewer, since: datetime, most: int) -> list[News]:
    """What askers said or took back since a moment of what the viewer's own were asked for.

    Newest first, one line a referral, at most `most` of them. Whoever asked is told by notices.
    """
    if viewer.account_id is None:
        return []
    newest = (
        ReferralStep.objects.filter(
            referral__answering_id__in=viewer.parties,
            happened_at__gte=since,
            happened__in=(Happened.REPLY, Happened.TAKEN_BACK),
        )
        .order_by("referral_id", "-happened_at", "-id")
        .distinct("referral_id")
    )
    found = list(
        ReferralStep.objects.filter(pk__in=newest.values("pk"))
        .select_related("referral")
        .order_by("-happened_at", "-id")[:most]
    )
    listed = _listed([step.referral for step in found], viewer=viewer)
    return [News(each, step) for each, step in zip(listed, found, strict=True)]


def to_remind(*, viewer: Viewer, at: datetime, most: int = 500) -> QuerySet[Referral]:
    """What is to be asked again for: late answers asked for at most twice; for the job."""
    if viewer.account_id is None:
        return Referral.objects.none()
    found = Referral.objects.filter(
        state=ConnectionState.OFFERED,
        waits_for=WaitsFor.THEM,
        answer_by__lt=at,
        reminders__lte=LOST_AFTER,
    )
    return found.order_by("answer_by", "pk")[:most]


def told_of(person_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Signposted]:
    """Services somebody was told of to go to by themselves, newest first."""
    if viewer.account_id is None:
        return Signposted.objects.none()
    now = Person.objects.filter(was__pk=person_id)
    return Signposted.objects.filter(person__current__in=now)


def _open(found: QuerySet[Referral], *, is_open: bool) -> QuerySet[Referral]:
    if is_open:
        return found.exclude(state__in=OVER).order_by("answer_by", "pk")
    return found.filter(state__in=OVER).order_by("-moved_at", "-pk")[:100]


def _listed(found: Iterable[Referral], *, viewer: Viewer) -> list[Listed]:
    rows = list(found)
    persons = people.persons([row.person_id for row in rows], viewer=viewer) if rows else ()
    names = {
        person.pk: " ".join(filter(None, (person.known_as or person.given, person.family)))
        for person in persons
    }
    return [Listed(row, names.get(row.person_id, "")) for row in rows]
