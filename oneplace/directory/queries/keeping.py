"""What editors look after: proposals, likenesses, imports, stale entries, an entry's versions."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from oneplace.access.viewer import Viewer
from oneplace.directory.links import hash_of
from oneplace.directory.models import (
    CheckLink,
    Import,
    Likeness,
    LikenessState,
    Proposal,
    ProposalState,
    Service,
    ServiceEvent,
)
from oneplace.directory.permissions import KEEP_DIRECTORY
from oneplace.directory.queries.searching import DUE_AFTER
from oneplace.kit.clock import local_day

_SHOWN: Final = (
    "name", "what", "who_for", "how_to_refer", "phone", "email", "website", "cost_words", "area",
    "min_age", "max_age", "languages", "capacity", "capacity_words", "closed_from", "closed_until",
    "closed_why", "checked_on", "checked_by", "is_listed",
)  # fmt: skip
_LABELS: Final = {
    "what": "What it offers", "who_for": "Who it is for", "how_to_refer": "How to ask",
    "cost_words": "Cost", "min_age": "Youngest age", "max_age": "Oldest age",
    "capacity_words": "About the room", "closed_from": "Closed from", "closed_until": "Until",
    "closed_why": "Closed because", "is_listed": "Listed",
}  # fmt: skip


@dataclass(frozen=True)
class Changed:
    """What one version of an entry changed: `(field, before, after)`, as they are read."""

    at: datetime
    fields: tuple[tuple[str, str, str], ...]


def waiting_proposals(*, viewer: Viewer) -> Sequence[Proposal]:
    """What was proposed and not decided, the oldest first."""
    if not viewer.may(KEEP_DIRECTORY):
        return []
    found = Proposal.objects.filter(state=ProposalState.WAITING)
    return list(found.select_related("service__provider").order_by("made_at", "pk")[:100])


def proposal(proposal_id: uuid.UUID, *, viewer: Viewer) -> Proposal | None:
    """One proposal."""
    if not viewer.may(KEEP_DIRECTORY):
        return None
    return Proposal.objects.select_related("service__provider").filter(pk=proposal_id).first()


def likenesses(*, viewer: Viewer, most: int = 60) -> Sequence[Likeness]:
    """Pairs of entries that may be one service and nobody has looked at, the likest first."""
    if not viewer.may(KEEP_DIRECTORY):
        return []
    found = Likeness.objects.filter(state=LikenessState.FOUND)
    return list(
        found.select_related("one__provider", "other__provider")
        .defer("one__search", "other__search")
        .order_by("-score", "pk")[:most]
    )


def pair_of_likes(likeness_id: uuid.UUID, *, viewer: Viewer) -> Likeness | None:
    """One pair."""
    if not viewer.may(KEEP_DIRECTORY):
        return None
    found = Likeness.objects.select_related("one__provider", "other__provider")
    return found.defer("one__search", "other__search").filter(pk=likeness_id).first()


def imports(*, viewer: Viewer) -> Sequence[Import]:
    """Files brought in by hand, newest first."""
    if not viewer.may(KEEP_DIRECTORY):
        return []
    return list(Import.objects.all()[:20])


def import_of(import_id: uuid.UUID, *, viewer: Viewer) -> Import | None:
    """One file that was brought in."""
    if not viewer.may(KEEP_DIRECTORY):
        return None
    return Import.objects.filter(pk=import_id).first()


def to_check(*, viewer: Viewer, at: datetime, most: int = 60) -> Sequence[Service]:
    """Listed entries nobody has checked for half a year, the longest first."""
    if not viewer.may(KEEP_DIRECTORY):
        return []
    return list(_due(at).select_related("provider").defer("search")[:most])


def owners_to_ask(*, viewer: Viewer, at: datetime, most: int = 200) -> QuerySet[Service]:
    """Entries whose owner is to be asked: due, with an address, and not asked lately; the job's."""
    if not viewer.may(KEEP_DIRECTORY):
        return Service.objects.none()
    asked = CheckLink.objects.filter(expires_at__gt=timezone.now()).values("service_id")
    with_address = ~Q(email="") | ~Q(provider__email="")
    found = _due(at).filter(with_address).exclude(pk__in=asked).exclude(source_code="place")
    return found.select_related("provider").defer("search")[:most]


def _due(at: datetime) -> QuerySet[Service]:
    due = Q(checked_on=None) | Q(checked_on__lt=local_day(at) - DUE_AFTER)
    listed = Service.objects.filter(is_listed=True, same_as=None)
    return listed.filter(due).order_by(F("checked_on").asc(nulls_first=True), "name", "pk")


def check_link(secret: str, *, viewer: Viewer) -> CheckLink | None:
    """The link of this secret; whoever holds it looks, signed in or not."""
    found = CheckLink.objects.select_related("service__provider").defer("service__search")
    return found.filter(secret_hash=hash_of(secret)).first()


def versions(service_id: uuid.UUID, *, viewer: Viewer, most: int = 40) -> list[Changed]:
    """What each version of an entry changed, newest first; what a feed left as it was is none."""
    if not viewer.may(KEEP_DIRECTORY):
        return []
    rows = list(
        ServiceEvent.objects.filter(pgh_obj_id=service_id).order_by("-pgh_created_at", "-pgh_id")[
            : most + 1
        ]
    )
    found = []
    for after, before in zip(rows, [*rows[1:], None], strict=False):
        fields = tuple(
            (_label(name), _read(getattr(before, name)) if before else "", _read(value))
            for name in _SHOWN
            if (value := getattr(after, name)) != (getattr(before, name) if before else None)
            and (before is not None or _read(value))
        )
        if fields:
            found.append(Changed(after.pgh_created_at, fields))
    return found


def _label(name: str) -> str:
    return _LABELS.get(name, name.replace("_", " ").capitalize())


def _read(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(getattr(value, "label", value))
