"""What waits for whom: counts for the email that names nobody, and a leaver's open work."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q
from django.urls import reverse

from oneplace.access.open_work import OpenWork
from oneplace.access.viewer import Viewer
from oneplace.actions.models import Action
from oneplace.actions.models.action import OPEN
from oneplace.kit.clock import local_day
from oneplace.vocabulary.terms import ActionState

DUE_WITHIN: Final = timedelta(days=2)


@dataclass(frozen=True)
class Waiting:
    """How much waits for one account: no words, no names."""

    account_id: uuid.UUID
    name: str
    email: str
    unanswered: int
    due: int

    @property
    def things(self) -> int:
        """All of it."""
        return self.unanswered + self.due


def waiting_by_account(*, viewer: Viewer, at: datetime) -> list[Waiting]:
    """For each account: asks not answered, and promises late or due within two days.

    For the job that writes the email; pages ask `counts`.
    """
    if viewer.account_id is None:
        return []
    soon = local_day(at) + DUE_WITHIN
    is_new = Q(state__in=(ActionState.ASKED, ActionState.PASSED_ON))
    found = (
        Action.objects.filter(state__in=OPEN, taken_back_at__isnull=True)
        .filter(owner_account__is_active=True, owner_account__email__isnull=False)
        .values("owner_account_id", "owner_account__name", "owner_account__email")
        .annotate(unanswered=Count("pk", filter=is_new))
        .annotate(due=Count("pk", filter=Q(state=ActionState.ACCEPTED, due_on__lte=soon)))
        .order_by("owner_account__name", "owner_account_id")
    )
    waiting = [
        Waiting(
            row["owner_account_id"],
            row["owner_account__name"],
            row["owner_account__email"] or "",
            row["unanswered"],
            row["due"],
        )
        for row in found
    ]
    return [each for each in waiting if each.things]


def open_work(account_id: uuid.UUID, viewer: Viewer) -> Iterator[OpenWork]:
    """What is open in somebody's name and this viewer may see; `access.open_work` asks it."""
    if viewer.account_id is None:
        return
    found = Action.objects.filter(
        owner_account_id=account_id, state__in=OPEN, taken_back_at__isnull=True
    )
    for action in found.order_by("due_on", "pk"):
        yield OpenWork(
            "Action", action.text, reverse("actions:action", args=[action.pk]), action.due_on
        )
