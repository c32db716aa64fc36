"""What the room answers: notices, what was sent, what can be taken back; on behalf of a viewer."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Window
from django.db.models.functions import JSONObject
from django.utils import timezone

from oneplace.access.viewer import Viewer
from oneplace.post import links
from oneplace.post.models import (
    Address,
    Answer,
    Attachment,
    Channel,
    Delivery,
    Message,
    MessageLink,
    MessageState,
    Reading,
)
from oneplace.post.permissions import SEE_SENT

# What leaves the house; a notice stays in it.
LEAVES = (Channel.EMAIL, Channel.SMS, Channel.LETTER, Channel.PARTNER_TEXT)
SENT_PAGE_SIZE = 30


@dataclass(frozen=True)
class SentFilter:
    """What somebody looks for on the Sent page; an empty part asks nothing."""

    channel: Channel | None = None
    on: date | None = None
    template: str = ""
    recipient: str = ""
    words: str = ""

    @property
    def asks_nothing(self) -> bool:
        """Whether every message is wanted."""
        return self == SentFilter()


@dataclass(frozen=True)
class SentPage:
    """One page of what would have left, newest first, and how much there is in all."""

    messages: tuple[Message, ...]
    number: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // SENT_PAGE_SIZE))


def message(message_id: uuid.UUID, *, viewer: Viewer) -> Message | None:
    """One message with its address, unless the address is kept secret from this viewer."""
    if viewer.account_id is None:
        return None
    return Message.objects.select_related("address").filter(pk=message_id).first()


def address(message: Message, *, viewer: Viewer) -> Address | None:
    """Where the message goes; None when the address is kept secret from this viewer."""
    if viewer.account_id is None:
        return None
    try:
        return message.address
    except Address.DoesNotExist:
        return None


def deliveries(message: Message, *, viewer: Viewer) -> list[Delivery]:
    """Every attempt to deliver it, in order."""
    return [] if viewer.account_id is None else list(message.deliveries.all())


def answers(message: Message, *, viewer: Viewer) -> list[Answer]:
    """Every answer to it, in order."""
    return [] if viewer.account_id is None else list(message.answers.all())


def attachments(message: Message, *, viewer: Viewer) -> list[Attachment]:
    """The files that go with it, in order."""
    return [] if viewer.account_id is None else list(message.attachments.all())


def sent(wanted: SentFilter, *, viewer: Viewer, page: int = 1) -> SentPage:
    """What left or would have left; in a demonstration, and to who may see it there, only."""
    if not (settings.IS_DEMO and viewer.may(SEE_SENT)):
        return SentPage((), 1, 0)
    rows = _matching(wanted).annotate(total=Window(Count("*")))
    number = max(page, 1)
    begin = (number - 1) * SENT_PAGE_SIZE
    found = list(rows.defer("body", "layout")[begin : begin + SENT_PAGE_SIZE])
    if not found and number > 1:
        return sent(wanted, viewer=viewer)
    return SentPage(tuple(found), number, found[0].total if found else 0)


def sent_message(message_id: uuid.UUID, *, viewer: Viewer) -> Message | None:
    """One message of the Sent page, with `enclosed` files (name, file_id).

    In a demonstration, and to who may see it there, only.
    """
    if not (settings.IS_DEMO and viewer.may(SEE_SENT)):
        return None
    return (
        Message.objects.select_related("address")
        .annotate(
            # In the same statement: the page shows a message and all that belongs to it at once.
            enclosed=ArraySubquery(
                Attachment.objects.filter(message=OuterRef("pk")).values(
                    row=JSONObject(name="name", file_id="file_id")
                )
            )
        )
        .filter(pk=message_id, is_invented=True, channel__in=LEAVES)
        .first()
    )


def _matching(wanted: SentFilter) -> QuerySet[Message]:
    rows = Message.objects.filter(is_invented=True, channel__in=LEAVES)
    if wanted.channel is not None:
        rows = rows.filter(channel=wanted.channel)
    if wanted.on is not None:
        rows = rows.filter(written_at__date=wanted.on)
    if wanted.template:
        rows = rows.filter(template=wanted.template)
    if wanted.recipient:
        rows = rows.filter(recipient_name__icontains=wanted.recipient)
    for word in wanted.words.split():
        rows = rows.filter(
            Q(subject__icontains=word) | Q(body__icontains=word) | Q(recipient_name__icontains=word)
        )
    return rows.order_by("-written_at", "-id")


def notices(*, viewer: Viewer) -> QuerySet[Message]:
    """The viewer's notices, newest first, each with `is_read`."""
    if viewer.account_id is None:
        return Message.objects.none()
    read = Reading.objects.filter(message=OuterRef("pk"), account_id__in=_own(viewer))
    return (
        Message.objects.filter(
            channel=Channel.NOTICE,
            state=MessageState.DELIVERED,
            recipient_id__in=viewer.parties,
        )
        .annotate(is_read=Exists(read))
        .order_by("-recorded_at", "-id")
    )


def unread_notices(*, viewer: Viewer) -> QuerySet[Message]:
    """The notices this viewer has not read, newest first."""
    read = Reading.objects.filter(message=OuterRef("pk"), account_id__in=_own(viewer))
    return notices(viewer=viewer).exclude(Exists(read))


def _own(viewer: Viewer) -> list[uuid.UUID]:
    return [] if viewer.account_id is None else [viewer.account_id]


def notice(message_id: uuid.UUID, *, viewer: Viewer) -> Message | None:
    """One of the viewer's notices."""
    return notices(viewer=viewer).filter(pk=message_id).first()


def held_messages(*, viewer: Viewer) -> QuerySet[Message]:
    """What this viewer wrote and can still take back, the next to leave first."""
    if viewer.account_id is None:
        return Message.objects.none()
    return Message.objects.filter(
        writer_id=viewer.account_id, state=MessageState.HELD, not_before__gt=timezone.now()
    ).order_by("not_before")


@dataclass(frozen=True)
class Waiting:
    """What of post waits for somebody on My day."""

    unread: tuple[Message, ...] = ()
    held: tuple[Message, ...] = ()
    """What they can still take back, the next to leave first."""
    own_texts: int = 0
    """Texts they wrote that nobody has yet copied into the partner's system, at most so many."""
    our_texts: int = 0
    """Texts of others for the own system of their organisation."""


def waiting(*, viewer: Viewer, most: int) -> Waiting:
    """In one statement: at most so many unread notices and texts to copy; what is held, whole."""
    if viewer.account_id is None:
        return Waiting()
    held = held_messages(viewer=viewer).order_by().values("pk")
    to_copy = texts_to_copy(viewer=viewer)[:most].values("pk")
    for_us = texts_for_us(viewer=viewer)[:most].values("pk")
    newest = unread_notices(viewer=viewer)[:most].values("pk")
    rows = list(Message.objects.filter(pk__in=newest.union(held, to_copy, for_us, all=True)))
    still = [row for row in rows if row.state == MessageState.HELD]
    texts = [row for row in rows if row.state == MessageState.QUEUED]
    own = sum(row.writer_id == viewer.account_id for row in texts)
    return Waiting(
        unread=tuple(row for row in rows if row.state == MessageState.DELIVERED),
        held=tuple(sorted(still, key=lambda row: row.not_before or row.recorded_at)),
        own_texts=own,
        our_texts=len(texts) - own,
    )


def own_messages(*, viewer: Viewer) -> QuerySet[Message]:
    """What this viewer wrote to leave the house, newest first."""
    if viewer.account_id is None:
        return Message.objects.none()
    return Message.objects.filter(writer_id=viewer.account_id, channel__in=LEAVES).defer("layout")


def message_by_link(secret: str, *, viewer: Viewer) -> MessageLink | None:
    """The link of this secret with its message, looked at as the party that holds it."""
    link = (
        MessageLink.objects.select_related("message")
        .filter(pk=links.party_of(secret), message__link_id__in=viewer.parties)
        .first()
    )
    return link if link and links.is_secret_of(secret, link.secret_hash) else None


def texts_to_copy(*, viewer: Viewer) -> QuerySet[Message]:
    """Texts this viewer wrote that wait to be copied into a partner's system, oldest first."""
    if viewer.account_id is None:
        return Message.objects.none()
    return Message.objects.filter(
        writer_id=viewer.account_id,
        channel=Channel.PARTNER_TEXT,
        state=MessageState.QUEUED,
    ).order_by("recorded_at")


def texts_for_us(*, viewer: Viewer) -> QuerySet[Message]:
    """Texts of others that wait to be copied into the own system of the viewer's organisation.

    Only of people whose record is open to the viewer; the oldest first.
    """
    if viewer.account_id is None or viewer.organisation_id is None:
        return Message.objects.none()
    waiting = Message.objects.filter(
        recipient_id=viewer.organisation_id,
        channel=Channel.PARTNER_TEXT,
        state=MessageState.QUEUED,
    )
    return waiting.exclude(writer_id=viewer.account_id).order_by("recorded_at")


def texts_of(room: str, kind: str, cause_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Message]:
    """Texts for partners' own systems that one thing gave rise to, the oldest first."""
    if viewer.account_id is None:
        return Message.objects.none()
    return Message.objects.filter(
        cause_room=room, cause_kind=kind, cause_id=cause_id, channel=Channel.PARTNER_TEXT
    ).order_by("recorded_at")


def messages_about(person_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Message]:
    """What was written about a person and may be read by this viewer, newest first."""
    if viewer.account_id is None:
        return Message.objects.none()
    return Message.objects.filter(person_id=person_id).select_related("address")
