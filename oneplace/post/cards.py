"""The small face of post on other pages: notices, texts to copy, what can still be taken back."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.kit.cards import Row, Section
from oneplace.post import queries
from oneplace.post.models import Message

# My day shows so many; the rest is on the pages of notices and of own messages.
MOST_SHOWN = 5


class Messages:
    """The viewer's unread notices, and what they wrote and can still take back."""

    section = Section.NOW
    permission = "open_my_day"

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """Unread notices, what is to be copied elsewhere, then what is held; one statement."""
        found = queries.waiting(viewer=viewer, most=MOST_SHOWN + 1)
        shown = [_row(message, viewer) for message in found.unread[:MOST_SHOWN]]
        if len(found.unread) > MOST_SHOWN:
            shown.append(
                Row(what="More notices", button="See all", address=reverse("post:notices"))
            )
        if found.own_texts:
            why = "You wrote what is not filed there yet"
            shown.append(_to_copy(found.own_texts, why, "to-copy"))
        if found.our_texts:
            why = "Others wrote it for your organisation’s own system"
            shown.append(_to_copy(found.our_texts, why, "for-us"))
        return shown + [_held(message) for message in found.held]


def _to_copy(number: int, why: str, part: str) -> Row:
    many = f"More than {MOST_SHOWN} texts" if number > MOST_SHOWN else f"{number} texts"
    return Row(
        what=f"{'One text' if number == 1 else many} to copy into another system",
        why_you=why,
        button="Copy",
        address=f"{reverse('post:own_messages')}#{part}",
        needs_you=False,
    )


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
