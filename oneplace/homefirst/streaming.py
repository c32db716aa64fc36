"""The desk as open screens follow it: a change travels as the rows it altered, drawn for each.

A screen shows what its viewer chose of the queue, read by their own rights; whoever appears on it
is noted in the audit before it is told. The time left is drawn anew now and then. The stream itself
is the house's (`access.live`).
"""

import uuid
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from django.template.loader import render_to_string

from oneplace.access import audit, screens
from oneplace.access.live import Asked
from oneplace.access.viewer import Viewer, viewing
from oneplace.homefirst import queries
from oneplace.homefirst.desk_pages import DeskRow, Shown, Wanted, shown_of
from oneplace.homefirst.permissions import SEE_LIFE_DESK
from oneplace.homefirst.queries import CaseShown, Counts, DistrictGround
from oneplace.homefirst.verbs.writing import CHANNEL

PREFIX: Final = "/live/desk/"
TOPIC: Final = "desk"
REDRAWS_EVERY_S: Final = 20.0
"""How far the minutes left on a screen may lag behind."""
_MOST: Final = 60
"""With more rows than this to draw, the whole screen is sent."""


@dataclass(frozen=True)
class _Kept:
    """One row on a screen: where it stands, whom it shows."""

    order: tuple[Any, ...]
    row: DeskRow
    person_id: uuid.UUID


@dataclass
class DeskFollower:
    """One screen of the desk: whose, what was chosen, and what it shows."""

    viewer: Viewer
    number: int
    wanted: Wanted
    screen: str
    version: str
    """What the page showed when it was opened, so that the same is not sent again."""
    open: set[uuid.UUID] = field(default_factory=set)
    kept: dict[uuid.UUID, _Kept] | None = None
    counts: Counts | None = None
    ground: Mapping[str, DistrictGround] = field(default_factory=dict)
    key: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass(frozen=True)
class DeskTold:
    """What one screen of the desk is told."""

    number: int
    regions: tuple[Mapping[str, Any], ...]
    is_over: bool = False


class DeskLive:
    """The line of the desks: everybody at one follows the same topic, each sees their own."""

    prefix = PREFIX
    channel = CHANNEL
    redraws_every_s: float | None = REDRAWS_EVERY_S

    def topic_of(self, rest: str) -> Hashable | None:
        """The desks are one topic; there is nothing beneath it."""
        return None if rest else TOPIC

    def heard(self, payload: str) -> tuple[Hashable, str] | None:
        """Which case a notice tells of."""
        try:
            return TOPIC, str(uuid.UUID(payload))
        except ValueError:
            return None

    def admit(self, asked: Asked, viewer: Viewer, *, at: datetime) -> DeskFollower | None:
        """The follower behind a screen; None for whoever is not of a desk."""
        if not viewer.may(SEE_LIFE_DESK):
            return None
        screen = screens.asked_by(asked.query.get("screen", ""))
        if not screens.goes_on(screen, by=viewer, action=SEE_LIFE_DESK):
            audit.record(by=viewer, at=at, action="follow_life_desk")
        version = asked.query.get("version", "") if asked.after == 0 else ""
        return DeskFollower(
            viewer, asked.after, Wanted.of(asked.query), screen or screens.new_screen(), version
        )

    def tell(
        self,
        topic: Hashable,
        followers: Sequence[DeskFollower],
        changed: frozenset[str] | None,
        *,
        at: datetime,
    ) -> Mapping[uuid.UUID, DeskTold]:
        """What each screen is told of the cases that changed; of all, where anything may have."""
        del topic
        only = None if changed is None else {uuid.UUID(each) for each in changed}
        told = {}
        for follower in followers:
            if follower.kept is not None and only is not None and not only:
                continue
            with viewing(follower.viewer, at=at):
                regions = _new_of(follower, only, at=at)
            if regions:
                told[follower.key] = DeskTold(follower.number + 1, tuple(regions))
        return told


def version_of(shown: Shown) -> str:
    """A short word for what a screen shows, by which two showings are compared."""
    said = repr((shown.rows, shown.counts, shown.total))
    return blake2b(said.encode(), digest_size=9).hexdigest()


def _new_of(
    follower: DeskFollower, only: set[uuid.UUID] | None, *, at: datetime
) -> list[Mapping[str, Any]]:
    """The pieces that are new on a screen, with everybody new on it in the audit."""
    viewer, before = follower.viewer, follower.kept
    if before is None:
        only = None
        if follower.wanted.view == "map":
            follower.ground = queries.district_ground(viewer=viewer)
    found = queries.queue(viewer=viewer, at=at, only=only)
    counts = queries.counts(viewer=viewer, at=at)
    open_ids = {row.case.pk for row in found}
    if only is not None:
        open_ids |= follower.open - only
    kept = _kept(follower, found, only, at=at)
    shown = Shown(
        tuple(each.row for each in kept.values()),
        len(open_ids),
        counts,
        follower.wanted,
        at,
        follower.ground,
    )
    screens.note_shown(
        {each.person_id for each in kept.values()},
        screen=follower.screen,
        action=SEE_LIFE_DESK,
        by=viewer,
        at=at,
    )
    had = (follower.counts, len(follower.open))
    follower.open, follower.kept, follower.counts = open_ids, kept, counts
    if before is None:
        is_known = follower.version == version_of(shown)
        return [] if is_known else [_whole(shown)]
    return _pieces(before, kept, shown, is_counted_anew=had != (counts, len(open_ids)))


def _kept(
    follower: DeskFollower,
    found: Sequence[CaseShown],
    only: set[uuid.UUID] | None,
    *,
    at: datetime,
) -> dict[uuid.UUID, _Kept]:
    """The rows of a screen in their order: those read now, and those that did not change."""
    shown, chosen = shown_of(found, Counts(0, 0, 0, 0), follower.wanted, at=at)
    rows = {
        each.case.pk: _Kept(each.order, row, each.case.person_id)
        for each, row in zip(chosen, shown.rows, strict=True)
    }
    if only is not None:
        rows |= {key: kept for key, kept in (follower.kept or {}).items() if key not in only}
    return dict(sorted(rows.items(), key=lambda item: item[1].order))


def _pieces(
    before: Mapping[uuid.UUID, _Kept],
    after: Mapping[uuid.UUID, _Kept],
    shown: Shown,
    *,
    is_counted_anew: bool,
) -> list[Mapping[str, Any]]:
    """The rows that are new, altered, elsewhere or gone; the whole where that is most of it."""
    altered = [key for key, kept in after.items() if _is_other(before.get(key), kept)]
    gone = [key for key in before if key not in after]
    if not altered and not gone and not is_counted_anew:
        return []
    if len(altered) > _MOST or not before or not after:
        return [_whole(shown)] if altered or gone or is_counted_anew else []
    is_board = shown.wanted.view == "board"
    following = _following(after, by_state=is_board)
    pieces: list[Mapping[str, Any]] = [{"region": "gone", "id": f"case-{key}"} for key in gone]
    # From the last to the first, so that whatever a row stands before is in its place.
    for key in reversed(altered):
        row = after[key].row
        pieces.append(
            {
                "region": "row",
                "id": f"case-{key}",
                "in": f"rows-{row.state}" if is_board else "rows",
                "before": f"case-{following[key]}" if following[key] else "",
                "html": _drawn("_desk_card" if is_board else "_desk_row", row=row),
                "new": "" if key in before else row.person,
            }
        )
    pieces.append({"region": "today", "html": _drawn("_desk_today", shown=shown)})
    if shown.wanted.view == "map":
        pieces.append({"region": "map", "html": _drawn("_desk_map", shown=shown)})
    return pieces


def _is_other(before: _Kept | None, after: _Kept) -> bool:
    return before is None or before.row != after.row or before.order != after.order


def _following(
    rows: Mapping[uuid.UUID, _Kept], *, by_state: bool
) -> dict[uuid.UUID, uuid.UUID | None]:
    """Before which row each stands; on a board, within its own state."""
    found: dict[uuid.UUID, uuid.UUID | None] = {}
    last: dict[str, uuid.UUID] = {}
    for key in reversed(list(rows)):
        column = rows[key].row.state if by_state else ""
        found[key] = last.get(column)
        last[column] = key
    return found


def _whole(shown: Shown) -> Mapping[str, Any]:
    return {"region": "whole", "html": _drawn("_desk_rows", shown=shown)}


def _drawn(template: str, **context: Any) -> str:
    return render_to_string(f"homefirst/{template}.html", context)
