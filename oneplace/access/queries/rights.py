"""What officers ask about requests of people about their own data; a person stays an identifier."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from oneplace.access import audit
from oneplace.access.models import Hat, Right, RightItem, RightPart, SourceOwner
from oneplace.access.permissions import HANDLE_RIGHTS
from oneplace.access.rules import rights as right_rules
from oneplace.access.viewer import Viewer
from oneplace.vocabulary.terms import Role

SOON_DAYS = 7
MOST_CLOSED = 50


@dataclass(frozen=True)
class OpenRequest:
    """A request as a list shows it."""

    right: Right
    days_left: int
    """Until it is due; negative when late."""
    undecided: int
    """Items that may be about somebody else and have no decision."""

    @property
    def is_late(self) -> bool:
        """Whether its month is over."""
        return self.days_left < 0

    @property
    def is_soon(self) -> bool:
        """Whether it is due within a week."""
        return 0 <= self.days_left <= SOON_DAYS


def open_requests(*, viewer: Viewer, on: date) -> tuple[OpenRequest, ...]:
    """Requests this officer's partner must still answer, the most pressing first; one statement."""
    own = viewer.organisation_id
    if own is None:
        return ()
    # Whoever only reviews a part has nothing to do once that is done.
    waits = RightPart.objects.filter(
        right=OuterRef("pk"), organisation_id=own, reviewed_at__isnull=True,
        taken_over_why="",
    )  # fmt: skip
    answers = Q(organisation_id=own) | Q(asked_id=own)
    rows = _all(viewer).filter(answers | Exists(waits), closed_at__isnull=True)
    rows = rows.annotate(undecided=_UNDECIDED)
    return tuple(
        OpenRequest(right, right.days_left(on), right.undecided)
        for right in rows.select_related("organisation").order_by("due_on", "pk")
    )


def closed_requests(*, viewer: Viewer) -> list[Right]:
    """Requests that were answered, refused or withdrawn, the latest first; the last fifty."""
    rows = _all(viewer).filter(closed_at__isnull=False).select_related("organisation")
    return list(rows.order_by("-closed_at", "-pk")[:MOST_CLOSED])


def right(right_id: uuid.UUID, *, viewer: Viewer) -> Right | None:
    """One request; None for whoever may not handle it. Its steps and handovers are read in turn."""
    rows = _all(viewer).select_related("organisation", "asked")
    return rows.filter(pk=right_id).first()


def items(right: Right, *, viewer: Viewer) -> list[RightItem]:
    """What a request is about, with what was decided."""
    if not viewer.may(HANDLE_RIGHTS):
        return []
    return list(RightItem.objects.filter(right=right).order_by("owner", "pk"))


def parts(right: Right, *, viewer: Viewer) -> list[RightPart]:
    """The partners who review what they recorded of a copy, by name."""
    if not (right.source_ids and viewer.may(HANDLE_RIGHTS)):
        return []
    return list(RightPart.objects.filter(right=right).select_related("organisation"))


def whose_part(right: Right, *, viewer: Viewer) -> dict[str, RightPart]:
    """The part each source of entries belongs to, where another partner reviews it."""
    held = {part.organisation_id: part for part in parts(right, viewer=viewer)}
    owners = SourceOwner.objects.filter(organisation_id__in=list(held))
    return {row.owner: held[row.organisation_id] for row in owners}


def part(part_id: uuid.UUID, *, viewer: Viewer) -> RightPart | None:
    """One of them; None for whoever may not handle its request."""
    if not viewer.may(HANDLE_RIGHTS):
        return None
    return RightPart.objects.filter(pk=part_id).select_related("right", "organisation").first()


def with_officer(organisations: Collection[uuid.UUID], *, on: date) -> frozenset[uuid.UUID]:
    """Those of these organisations that have an officer at work on this day."""
    held = Hat.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on),
        ended_at__isnull=True,
        starts_on__lte=on,
        account__is_active=True,
        post__role=Role.IG_OFFICER,
        post__organisation_id__in=list(organisations),
    )
    return frozenset(held.values_list("post__organisation_id", flat=True))


def owner_words(*, viewer: Viewer) -> dict[str, str]:
    """The short word of the partner whose each source of entries is."""
    rows = SourceOwner.objects.values_list(
        "owner", "organisation__short_word", "organisation__name"
    )
    return {owner: word or name for owner, word, name in rows}


def owner_organisations(*, viewer: Viewer) -> dict[str, uuid.UUID]:
    """The partner whose each source of entries is."""
    return dict(SourceOwner.objects.values_list("owner", "organisation_id"))


@dataclass(frozen=True)
class Tally:
    """How far a review has come."""

    items: int
    perhaps_others: int
    decided: int
    undecided: int
    black_out: int
    withhold: int


def tally(of: list[RightItem]) -> Tally:
    """Counts over the items of a request."""
    hinted = [item for item in of if item.hints]
    return Tally(
        items=len(of),
        perhaps_others=len(hinted),
        decided=sum(1 for item in of if item.decision),
        undecided=right_rules.open_items(of),
        black_out=sum(1 for item in of if item.decision == "black_out"),
        withhold=sum(1 for item in of if item.decision == "withhold"),
    )


@dataclass(frozen=True)
class LinkedCopy:
    """A copy opened by its link."""

    form: str
    content: bytes


def copy_by_link(
    secret_hash: str, code_hash: str, *, form: str, viewer: Viewer, at: datetime
) -> LinkedCopy | None:
    """The copy a link leads to, for whoever has its code too; each opening is in the audit.

    None for a wrong code, a link that is over, and one that never was: nobody can tell which.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select handover_id, person_id, form, content from access_open_right_link(%s, %s, %s)",
            [secret_hash, code_hash, form],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    handover, person, found, content = row
    audit.record(
        by=viewer,
        at=at,
        action="open_right_link",
        subject=("handover", handover),
        person_id=person,
        detail={"form": found},
    )
    return LinkedCopy(found, bytes(content))


_UNDECIDED = Count("items", filter=Q(items__decision="") & ~Q(items__hints=[]))


def _all(viewer: Viewer) -> QuerySet[Right]:
    # The policy keeps to the officer's own partner; this keeps to officers.
    rows = Right.objects.all()
    return rows if viewer.may(HANDLE_RIGHTS) else rows.none()
