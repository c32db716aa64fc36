"""What people asked on the public pages, for the team that answers, and whose record it may be."""

import uuid
from datetime import datetime

from django.db.models import F, QuerySet

from oneplace.access.viewer import Viewer
from oneplace.people import queries as people
from oneplace.people.queries.searching import Found
from oneplace.referrals.models import SelfReferral
from oneplace.referrals.permissions import ANSWER_REFERRAL


def self_referrals(*, viewer: Viewer, is_open: bool = True) -> QuerySet[SelfReferral]:
    """What was asked of the viewer's team on the public pages, the soonest to be rung first."""
    found = SelfReferral.objects.filter(answering_id__in=viewer.parties)
    if viewer.account_id is None or not viewer.may(ANSWER_REFERRAL):
        return found.none()
    if is_open:
        return found.filter(answered_at=None).order_by("answer_by", "pk")
    return found.exclude(answered_at=None).order_by("-answered_at", "-pk")[:100]


def self_referral(asked_id: uuid.UUID, *, viewer: Viewer) -> SelfReferral | None:
    """One of them; None for whoever is not of the team that answers."""
    if viewer.account_id is None or not viewer.may(ANSWER_REFERRAL):
        return None
    found = SelfReferral.objects.select_related("service", "referral")
    return found.filter(pk=asked_id, answering_id__in=viewer.parties).first()


def whose_it_may_be(asked: SelfReferral, *, viewer: Viewer, at: datetime) -> tuple[Found, ...]:
    """People the viewer may open already whose name, and birth date if given, is the one written.

    Of anybody else nothing is told: the public page must not become a way to look people up.
    """
    parts = [asked.given, asked.family]
    if asked.born_on:
        parts.append(asked.born_on.strftime("%d/%m/%Y"))
    found = people.search(" ".join(parts), viewer=viewer, at=at).people
    return tuple(one for one in found if one.is_open and not one.is_dead)


def self_referrals_late(*, viewer: Viewer, at: datetime, most: int = 500) -> QuerySet[SelfReferral]:
    """Who still waits to be rung beyond the day they were told; for the job."""
    if viewer.account_id is None:
        return SelfReferral.objects.none()
    found = SelfReferral.objects.filter(answered_at=None, answer_by__lt=at, reminders__lt=3)
    return found.order_by(F("answer_by").asc(), "pk")[:most]
