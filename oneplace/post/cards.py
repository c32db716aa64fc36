"""The small face of post on other pages: unread notices, and what can still be taken back."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.kit.cards import Row, Section
from oneplace.post import queries
from oneplace.post.models import Message

# My day shows the newest; the rest is on the page of notices.
MOST_NOTICES = 5


class Messages:
    """The viewer's unread notices, and what they wrote and can still take back."""

    section = Section.NOW
    permission = "open_my_day"

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """The newest unread notices, then what is held, the next to leave first; one statement."""
        unread, held = queries.waiting(viewer=viewer, most=MOST_NOTICES + 1)
        shown = [_row(message, viewer) for message in unread[:MOST_NOTICES]]
        if len(unread) > MOST_NOTICES:
            shown.append(
                Row(what="More notices", button="See all", address=reverse("post:notices"))
            )
        return shown + [_held(message) for message in held]


def _row(message: Message, viewer: Viewer) -> Row:
    return Row(
        what=message.subject,
        why_you=f"From {message.writer_name}{_to_whom(message, viewer)}",
        button="Read",
        address=reverse("post:notices"),
    )


def _to_whom(message: Message, viewer: Viewer) -> str:
    is_own = message.recipient_id in (viewer.account_id, viewer.hat_id)
    return "" if is_own else f", to {message.recipient_name}"


def _held(message: Message) -> Row:
    return Row(
        what=f"{message.channel.label} to {message.recipient_name}: {message.subject}",
        why_you="It leaves in a moment; you can take it back until then",
        button="Take back",
        address=reverse("post:own_messages"),
        needs_you=False,
    )
