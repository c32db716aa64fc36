"""Emergency access, questions about looks and unusual looks, for those who answer for them."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet

from oneplace.access import queries
from oneplace.access.models import (
    Account,
    AuditEntry,
    EmergencyAccess,
    Hat,
    Leaving,
    LookQuestion,
    UnusualAccess,
)
from oneplace.access.permissions import ANSWER_LOOKS, REVIEW_EMERGENCY, SEE_AUDIT
from oneplace.access.viewer import Viewer, permissions_of
from oneplace.vocabulary.terms import AuditOutcome, Role

LATELY: Final = timedelta(hours=1)
RECENT: Final = timedelta(days=90)
_HOUR_AGO: Final = "select clock_timestamp() - make_interval(secs => %s)"


def emergency(emergency_id: uuid.UUID, *, viewer: Viewer) -> EmergencyAccess | None:
    """One emergency access, for whoever opened it and for officers who review."""
    if viewer.account_id is None:
        return None
    found = EmergencyAccess.objects.filter(pk=emergency_id)
    if not viewer.may(REVIEW_EMERGENCY):
        found = found.filter(account_id=viewer.account_id)
    return found.first()


def emergencies_waiting(*, viewer: Viewer) -> QuerySet[EmergencyAccess]:
    """Emergency access nobody has reviewed yet, oldest first; for officers."""
    waiting = EmergencyAccess.objects.filter(reviewed_at__isnull=True).order_by("starts_at", "id")
    return waiting if viewer.may(REVIEW_EMERGENCY) else waiting.none()


def emergencies_reviewed(*, viewer: Viewer, at: datetime) -> QuerySet[EmergencyAccess]:
    """What was reviewed in the last three months, newest first; for officers."""
    reviewed = EmergencyAccess.objects.filter(reviewed_at__gt=at - RECENT)
    reviewed = reviewed.order_by("-reviewed_at", "id")
    return reviewed if viewer.may(REVIEW_EMERGENCY) else reviewed.none()


def own_emergencies(*, viewer: Viewer, at: datetime) -> QuerySet[EmergencyAccess]:
    """What this viewer opened in an emergency and is still open, the first to end first."""
    if viewer.account_id is None:
        return EmergencyAccess.objects.none()
    return EmergencyAccess.objects.filter(
        account_id=viewer.account_id, ended_at__isnull=True, ends_at__gt=at, starts_at__lte=at
    ).order_by("ends_at", "id")


def refused_lately(*, viewer: Viewer) -> int:
    """How often emergency access was refused to them within the hour, by the machine's clock."""
    with connection.cursor() as cursor:
        cursor.execute(_HOUR_AGO, [LATELY.total_seconds()])
        since = cursor.fetchall()[0][0]
    return AuditEntry.objects.filter(
        account_id=viewer.account_id,
        recorded_at__gt=since,
        action="open_emergency",
        outcome=AuditOutcome.REFUSED,
    ).count()


def officers_of(
    organisations: Iterable[uuid.UUID], *, on: date, but_not: uuid.UUID | None = None
) -> list[Account]:
    """Officers who answer for access at these organisations, by name: employed or posted there.

    Where none of them has an officer, whoever answers for looks there, such as the practice
    manager; else every officer of the alliance: somebody always hears of it. For rooms that write
    notices; who works in which post is known within the alliance.
    """
    every = [one for one in queries.holders_of(SEE_AUDIT, on=on) if one.pk != but_not]
    wanted = set(organisations)
    theirs = _seated(every, SEE_AUDIT, wanted, on=on)
    if not theirs:
        managers = [one for one in queries.holders_of(ANSWER_LOOKS, on=on) if one.pk != but_not]
        theirs = _seated(managers, ANSWER_LOOKS, wanted, on=on)
    return theirs or every


def _seated(
    among: Sequence[Account], permission: str, places: set[uuid.UUID], *, on: date
) -> list[Account]:
    """Those who are employed or posted at one of these organisations in a role that carries it."""
    roles = [role for role in Role if permission in permissions_of(role)]
    held = Hat.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on),
        Q(employer_id__in=places) | Q(post__organisation_id__in=places),
        account_id__in=[one.pk for one in among],
        post__role__in=roles,
        ended_at__isnull=True,
        starts_on__lte=on,
    )
    there = set(held.values_list("account_id", flat=True))
    return [one for one in among if one.pk in there]


def answers_for(
    account_id: uuid.UUID, hat_id: uuid.UUID | None, *, on: date, asker: uuid.UUID | None
) -> list[Account]:
    """Who answers for what somebody looked at: their line manager in that post, else officers.

    Never whoever looked, nor whoever asks.
    """
    hats = Hat.objects.select_related("line_manager", "post")
    hat = hats.filter(pk=hat_id).first() if hat_id else None
    manager = hat.line_manager if hat else None
    if manager and manager.is_active and manager.pk not in (account_id, asker):
        return [manager]
    places = [hat.employer_id, hat.post.organisation_id] if hat else []
    officers = officers_of(places, on=on, but_not=account_id)
    return [one for one in officers if one.pk != asker] or officers


def active_account(account_id: uuid.UUID) -> Account | None:
    """An active account, to write to; who works here is known within the alliance."""
    return Account.objects.filter(pk=account_id, is_active=True).first()


def accounts(account_ids: Iterable[uuid.UUID]) -> list[Account]:
    """Active accounts, to write to, by name."""
    found = Account.objects.filter(pk__in=list(account_ids), is_active=True)
    return list(found.order_by("name", "pk"))


def look_question(question_id: uuid.UUID, *, viewer: Viewer) -> LookQuestion | None:
    """One question about a look, for who asked, who is asked, and officers."""
    if viewer.account_id is None:
        return None
    return LookQuestion.objects.filter(pk=question_id).first()


def look_questions_open(*, viewer: Viewer) -> QuerySet[LookQuestion]:
    """Questions about looks that wait for an answer, oldest first; for officers."""
    waiting = LookQuestion.objects.filter(answered_at__isnull=True).order_by("asked_at", "id")
    return waiting if viewer.may(SEE_AUDIT) else waiting.none()


def look_questions_to(*, viewer: Viewer) -> QuerySet[LookQuestion]:
    """Questions about looks this viewer is asked and has not answered, oldest first."""
    if viewer.account_id is None:
        return LookQuestion.objects.none()
    return LookQuestion.objects.filter(
        to_ids__contains=[viewer.account_id], answered_at__isnull=True
    ).order_by("asked_at", "id")


def look_questions_about(person_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[LookQuestion]:
    """What was asked about looks at one record, newest first; for officers and who asked."""
    if viewer.account_id is None:
        return LookQuestion.objects.none()
    return LookQuestion.objects.filter(person_id=person_id).order_by("-asked_at", "id")


def unusual_waiting(*, viewer: Viewer) -> QuerySet[UnusualAccess]:
    """Looks out of the ordinary that nobody has looked into, oldest first; for officers."""
    waiting = UnusualAccess.objects.filter(settled_at__isnull=True).order_by("first_at", "id")
    return waiting if viewer.may(SEE_AUDIT) else waiting.none()


def unusual_settled(*, viewer: Viewer, at: datetime) -> QuerySet[UnusualAccess]:
    """What was looked into in the last three months, newest first; for officers."""
    settled = UnusualAccess.objects.filter(settled_at__gt=at - RECENT).order_by("-settled_at", "id")
    return settled if viewer.may(SEE_AUDIT) else settled.none()


def unusual(unusual_id: uuid.UUID, *, viewer: Viewer) -> UnusualAccess | None:
    """One of them, for officers."""
    if not viewer.may(SEE_AUDIT):
        return None
    return UnusualAccess.objects.filter(pk=unusual_id).first()


def leavers(*, viewer: Viewer, on: date) -> list[Leaving]:
    """Who leaves soon, and who left within a month: the first to leave first; for officers."""
    if not viewer.may(SEE_AUDIT):
        return []
    found = Leaving.objects.filter(taken_back_at__isnull=True, last_on__gt=on - timedelta(days=31))
    return list(found.select_related("account").order_by("last_on", "id"))
