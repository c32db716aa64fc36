"""What a change of a meeting alters on each screen: pieces of the page, read once, drawn for each.

A change travels in the stream with the words it changed, so that no screen reads the page again.
What is written of a person is read once for everybody whose record of them opens; whom a screen
shows, with their record around them, is read for each viewer by that viewer's own rights.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.template.loader import render_to_string

from oneplace.access.viewer import Viewer, viewing
from oneplace.actions import queries as actions
from oneplace.huddles import presenters, queries
from oneplace.huddles.models import Change, ChangeKind, Item, Meeting
from oneplace.huddles.queries import Around, Board
from oneplace.vocabulary.terms import MeetingState

_WHOLE: Final = frozenset(
    {
        ChangeKind.TURN,
        ChangeKind.HIDING,
        ChangeKind.ACCESS,
        ChangeKind.ORDER,
        ChangeKind.ROOM,
        ChangeKind.OVER,
    }
)
"""Changes after which each screen is drawn anew for its own viewer."""


_MOST: Final = 200
"""A screen further behind than this is drawn anew."""


@dataclass
class Follower:
    """One screen that follows a meeting: whose, whom it may see, and how far it has come."""

    viewer: Viewer
    number: int
    opened: frozenset[uuid.UUID] = frozenset()
    key: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass(frozen=True)
class Told:
    """What one screen is told: up to which change, and the pieces that are new."""

    number: int
    regions: tuple[dict[str, str], ...]
    is_over: bool = False


def tell(
    meeting_id: uuid.UUID, followers: Sequence[Follower], *, at: datetime
) -> dict[uuid.UUID, Told]:
    """What each of these screens is to be told now, by its key; nothing for who is up to date.

    Each follower's rights are asked of the database again wherever a whole screen is drawn.
    """
    if not followers:
        return {}
    since = min(follower.number for follower in followers)
    with viewing(followers[0].viewer, at=at) as viewer:
        changes = queries.changes_after(meeting_id, since, viewer=viewer)
    if not changes:
        return {}
    told: dict[uuid.UUID, Told] = {}
    written = _written(meeting_id, changes, followers, at=at)
    for follower in followers:
        mine = [change for change in changes if change.number > follower.number]
        if not mine:
            continue
        is_far_behind = len(mine) > _MOST
        if is_far_behind or any(ChangeKind(change.kind) in _WHOLE for change in mine):
            told[follower.key] = whole(meeting_id, follower, at=at)
        else:
            regions = [
                piece
                for item_id in _items_of(mine, written)
                if (read := written.get(item_id)) and read.item.person_id in follower.opened
                for piece in _pieces(read, viewer=follower.viewer, at=at)
            ]
            told[follower.key] = Told(mine[-1].number, tuple(regions))
    return told


def _items_of(changes: Sequence[Change], written: dict[uuid.UUID, Around]) -> list[uuid.UUID]:
    """The people whose lines or actions changed; an answered action is of whoever it was for."""
    found = dict.fromkeys(change.item_id for change in changes if change.item_id)
    answered = {change.thing_id for change in changes if change.kind == ChangeKind.ACTION}
    if answered:
        found |= dict.fromkeys(written)
    return [item_id for item_id in found if item_id]


def _written(
    meeting_id: uuid.UUID,
    changes: Sequence[Change],
    followers: Sequence[Follower],
    *,
    at: datetime,
) -> dict[uuid.UUID, Around]:
    """What was written of each person that changed, each read once by a viewer who may."""
    wanted = {change.item_id for change in changes if change.item_id}
    found: dict[uuid.UUID, Around] = {}
    with_answer = any(change.kind == ChangeKind.ACTION for change in changes)
    for follower in followers:
        left = wanted - set(found)
        if not left and not (with_answer and not found):
            break
        with viewing(follower.viewer, at=at) as viewer:
            meeting = queries.meeting(meeting_id, viewer=viewer)
            if meeting is None:
                continue
            if with_answer and meeting.now_item_id:
                left = left | {meeting.now_item_id}
            for item_id in left:
                item = queries.item(item_id, viewer=viewer)
                if item is not None:
                    found[item_id] = _read(meeting, item, viewer=viewer, at=at)
    return found


def _read(meeting: Meeting, item: Item, *, viewer: Viewer, at: datetime) -> Around:
    lines = queries.lines([item.pk], viewer=viewer).get(item.pk, [])
    open_now = actions.open_of_many([item.person_id], viewer=viewer).get(item.person_id, ())
    shown = [line for line in lines if not (meeting.is_hiding and line.is_sensitive)]
    asked = queries.services_asked(item.person_id, viewer=viewer, at=at)
    return Around(item, tuple(shown), tuple(open_now), (), None, (), (), asked)


def _pieces(around: Around, *, viewer: Viewer, at: datetime) -> list[dict[str, str]]:
    is_hiding = around.item.meeting.is_hiding
    person = presenters.person_shown(around, viewer=viewer, at=at, is_hiding=is_hiding)
    item = str(around.item.pk)
    return [
        {"region": name, "item": item, "html": _drawn(f"huddles/_{name}.html", person=person)}
        for name in ("lines", "actions", "outcome", "told")
    ]


def whole(meeting_id: uuid.UUID, follower: Follower, *, at: datetime) -> Told:
    """Everything of one screen, by its viewer's own rights, which are noted on the follower."""
    with viewing(follower.viewer, at=at) as viewer:
        meeting = queries.meeting(meeting_id, viewer=viewer)
        if meeting is None:
            return Told(follower.number, (), is_over=True)
        if meeting.state != MeetingState.LIVE:
            return Told(meeting.changes, (), is_over=True)
        board: Board = queries.board(meeting, viewer=viewer, at=at)
        screen = presenters.screen(board, viewer=viewer, at=at)
    follower.opened = frozenset(item.person_id for item in board.items)
    shown = {"screen": screen, "viewer": viewer, "back": "order"}
    return Told(
        meeting.changes,
        tuple(
            {"region": name, "item": "", "html": _drawn(f"huddles/_{name}.html", **shown)}
            for name in ("screen", "order", "attendees")
        ),
    )


def _drawn(template: str, **context: Any) -> str:
    # The key every form carries is the page's own: the screen's script sends it.
    return render_to_string(template, {**context, "csrf_input": ""})
