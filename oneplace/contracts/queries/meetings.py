"""Meetings, their items and papers, who is in the room, and the interests that touch an item."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import QuerySet

from oneplace.access.viewer import Viewer
from oneplace.contracts import bodies, rules
from oneplace.contracts.models import (
    BoardMeeting,
    Interest,
    Item,
    ItemRuling,
    MeetingStage,
    Presence,
    Seat,
    Vote,
)
from oneplace.contracts.queries.alliance import seats_of
from oneplace.contracts.rules import Conflict, Quorum
from oneplace.kit.clock import local_day


def meetings(*, viewer: Viewer, body: str = "") -> QuerySet[BoardMeeting]:
    """Meetings the viewer may know of, newest first."""
    found = BoardMeeting.objects.all()
    return found.filter(body=body) if body else found


def next_meetings(*, viewer: Viewer, at: datetime) -> QuerySet[BoardMeeting]:
    """Meetings still to come, soonest first."""
    open_ones = (MeetingStage.PLANNED, MeetingStage.PAPERS_SENT)
    return (
        meetings(viewer=viewer).filter(stage__in=open_ones, starts_at__gte=at).order_by("starts_at")
    )


def meeting(meeting_id: uuid.UUID, *, viewer: Viewer) -> BoardMeeting | None:
    """One meeting with its agenda, papers, minutes, rulings and votes, as far as may be read."""
    return (
        BoardMeeting.objects.prefetch_related(
            "items__papers",
            "items__minuted",
            "items__decision",
            "items__rulings__seat__organisation",
            "items__votes__seat__organisation",
        )
        .filter(pk=meeting_id)
        .first()
    )


def item(item_id: uuid.UUID, *, viewer: Viewer) -> Item | None:
    """One item with its meeting and decision."""
    return Item.objects.select_related("meeting", "decision").filter(pk=item_id).first()


def interests(*, viewer: Viewer) -> QuerySet[Interest]:
    """The register of interests, those that are over too."""
    return Interest.objects.select_related("organisation")


@dataclass(frozen=True)
class InTheRoom:
    """Everything by which an item's quorum and vote are judged."""

    seats: tuple[Seat, ...]
    presences: Mapping[uuid.UUID, Presence]
    rulings: Mapping[uuid.UUID, ItemRuling] = field(default_factory=dict)
    votes: Mapping[uuid.UUID, Vote] = field(default_factory=dict)

    def quorum(self, body: str, *, position: int = 0) -> Quorum:
        """How many partners count, for an item by its position."""
        found = bodies.body(body)
        if found is None:
            return Quorum(0, 1)
        return rules.quorum(
            found,
            self.seats,
            presences=self.presences,
            rulings=self.rulings,
            position=position,
        )


def in_the_room(of: BoardMeeting, *, about: Item | None = None, viewer: Viewer) -> InTheRoom:
    """Who sits on the body that day, who came, and for an item what was ruled and said."""
    seats = tuple(seats_of(of.body, viewer=viewer, on=local_day(of.starts_at)))
    presences = {each.seat_id: each for each in Presence.objects.filter(meeting=of)}
    if about is None:
        return InTheRoom(seats, presences)
    return InTheRoom(
        seats,
        presences,
        {each.seat_id: each for each in ItemRuling.objects.filter(item=about)},
        {each.seat_id: each for each in Vote.objects.filter(item=about)},
    )


def conflicts_in(
    of: BoardMeeting, items: Sequence[Item], *, viewer: Viewer, on: date
) -> dict[uuid.UUID, tuple[Conflict, ...]]:
    """By item, whose interest in it the chair has not ruled on yet; in three statements."""
    seats = tuple(seats_of(of.body, viewer=viewer, on=on))
    declared = tuple(
        Interest.objects.filter(holder_id__in=[each.holder_id for each in seats if each.holder_id])
    )
    ruled = set(ItemRuling.objects.filter(item__in=items).values_list("item_id", "seat_id"))
    return {
        each.pk: tuple(
            conflict
            for conflict in rules.conflicts(each, seats, declared, on=on)
            if (each.pk, conflict.seat.pk) not in ruled
        )
        for each in items
    }
