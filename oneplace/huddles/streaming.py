"""Meetings under way as screens follow them: who may, and what each of them is told.

The meeting's own count says which change a screen saw last; one that was away is told everything
since. The stream itself is the house's (`access.live`).
"""

import uuid
from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from typing import Final

from oneplace.access import audit
from oneplace.access.live import Asked
from oneplace.access.viewer import Viewer
from oneplace.huddles import fragments, queries
from oneplace.huddles.fragments import Follower, Told
from oneplace.huddles.permissions import SEE_HUDDLES
from oneplace.huddles.verbs.changing import CHANNEL

PREFIX: Final = "/live/huddles/"


class MeetingsLive:
    """The line of meetings under way: a topic a meeting."""

    prefix = PREFIX
    channel = CHANNEL
    redraws_every_s: float | None = None

    def topic_of(self, rest: str) -> Hashable | None:
        """The meeting an address names."""
        return _meeting_of(rest)

    def heard(self, payload: str) -> tuple[Hashable, str] | None:
        """Of which meeting a notice tells, and the number of the change."""
        named, _, number = payload.partition(":")
        meeting_id = _meeting_of(named)
        return None if meeting_id is None else (meeting_id, number)

    def admit(self, asked: Asked, viewer: Viewer, *, at: datetime) -> Follower | None:
        """The follower behind a screen, with an entry in the audit; None for who may not."""
        if not viewer.may(SEE_HUDDLES) or not isinstance(asked.topic, uuid.UUID):
            return None
        meeting = queries.meeting(asked.topic, viewer=viewer)
        if meeting is None:
            return None
        opened = frozenset(item.person_id for item in queries.items(meeting, viewer=viewer))
        audit.record(by=viewer, at=at, action="follow_huddle", subject=("meeting", meeting.pk))
        return Follower(viewer, asked.after, opened)

    def tell(
        self,
        topic: Hashable,
        followers: Sequence[Follower],
        changed: frozenset[str] | None,
        *,
        at: datetime,
    ) -> Mapping[uuid.UUID, Told]:
        """What each screen of a meeting is told; the changes themselves say since when."""
        del changed
        return fragments.tell(topic, followers, at=at) if isinstance(topic, uuid.UUID) else {}


def _meeting_of(said: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(said)
    except ValueError:
        return None
