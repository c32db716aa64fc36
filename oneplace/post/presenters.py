"""Turns messages into what the pages and prints show; asks the database nothing."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.kit.formats import day, moment
from oneplace.post import links, rules
from oneplace.post.models import (
    Address,
    Answer,
    Channel,
    Message,
    MessageLink,
    MessageState,
)
from oneplace.post.queries import SentFilter, SentPage
from oneplace.post.wording import all_wordings

_URL = re.compile(r"(https?://[^\s<>\"']+[^\s<>\"'.,;:!?)])")
_SMS_ONE = 160
_SMS_JOINED = 153
HIDDEN_ADDRESS = "This address is kept secret."


@dataclass(frozen=True)
class Piece:
    """A stretch of words, perhaps a link."""

    words: str
    is_link: bool = False


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph of lines, or a list of items."""

    kind: str
    lines: tuple[tuple[Piece, ...], ...]


def pieces(words: str) -> tuple[Piece, ...]:
    """The words with addresses of pages set apart."""
    return tuple(
        Piece(part, is_link=bool(_URL.fullmatch(part))) for part in _URL.split(words) if part
    )


def blocks(body: str) -> tuple[Block, ...]:
    """A body's headings ("# "), lists ("- ") and paragraphs (apart by an empty line)."""
    found: list[Block] = []
    for part in re.split(r"\n\s*\n", body.strip()):
        lines = [line.strip() for line in part.splitlines() if line.strip()]
        if not lines:
            continue
        if len(lines) == 1 and lines[0].startswith("# "):
            found.append(Block("heading", (pieces(lines[0][2:]),)))
        elif all(line.startswith("- ") for line in lines):
            found.append(Block("list", tuple(pieces(line[2:]) for line in lines)))
        else:
            found.append(Block("paragraph", tuple(pieces(line) for line in lines)))
    return tuple(found)


@dataclass(frozen=True)
class Letter:
    """A letter as it lies on paper."""

    lines: tuple[str, ...]
    on: str
    reference: str
    blocks: tuple[Block, ...]
    subject: str
    language: str
    is_large_print: bool
    enclosures: tuple[str, ...]


def letter(message: Message, *, to: str, enclosures: Sequence[str] = ()) -> Letter:
    """A message as a letter; `to` are the lines of its envelope, or why they are not shown."""
    return Letter(
        lines=(message.recipient_name, *rules.envelope(to)),
        on=day(message.written_at),
        # The end of a time-ordered id is its random part: short, and says nothing of the person.
        reference=message.pk.hex[-8:].upper(),
        blocks=blocks(_with_link(message)),
        subject=message.subject,
        language=message.language,
        is_large_print=message.is_large_print,
        enclosures=tuple(enclosures),
    )


def print_page(message: Message, *, to: str, enclosures: Sequence[str] = ()) -> str:
    """The complete page a letter is printed from: a room's own, or our letter paper."""
    if message.layout:
        return message.layout
    shown = letter(message, to=to, enclosures=enclosures)
    return render_to_string("post/letter_print.html", {"letter": shown})


def _with_link(message: Message) -> str:
    return links.fill_in(message.body, message.pk, has_link=message.link_id is not None)


@dataclass(frozen=True)
class SentRow:
    """One line of the Sent page."""

    address: str
    channel: str
    recipient: str
    subject: str
    at: datetime
    state: str
    writer: str


@dataclass(frozen=True)
class Sent:
    """The Sent page: what would have left, newest first."""

    rows: tuple[SentRow, ...]
    total: int
    number: int
    pages: int
    is_narrowed: bool
    title: str = "Sent"

    @classmethod
    def of(cls, page: SentPage, wanted: SentFilter) -> "Sent":
        """From one page of messages and what was asked for."""
        return cls(
            rows=tuple(
                SentRow(
                    address=reverse("post:sent_message", args=[message.pk]),
                    channel=message.channel.label,
                    recipient=message.recipient_name,
                    subject=message.subject,
                    at=message.written_at,
                    state=message.state.label,
                    writer=message.writer_name,
                )
                for message in page.messages
            ),
            total=page.total,
            number=page.number,
            pages=page.pages,
            is_narrowed=not wanted.asks_nothing,
        )


def template_choices() -> list[tuple[str, str]]:
    """The templates that can leave the house, by what they are about."""
    return sorted(
        (
            (made.name, made.name.replace("_", " ").capitalize())
            for made in all_wordings().values()
            if made.channel is not Channel.NOTICE
        ),
        key=lambda choice: choice[1],
    )


@dataclass(frozen=True)
class SentMessage:
    """One message as it would have arrived."""

    message: Message
    to: str
    is_address_hidden: bool
    blocks: tuple[Block, ...]
    letter: Letter | None
    sms_parts: int
    sender: str
    attachments: tuple[tuple[str, str], ...]
    answers: tuple[Answer, ...]
    title: str
    can_take_back: bool
    seconds_left: int

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """The way back."""
        return (("Sent", reverse("post:sent")),)

    @classmethod
    def of(
        cls,
        message: Message,
        *,
        address: Address | None,
        enclosed: Sequence[Mapping[str, str]],
        answers: Sequence[Answer],
        viewer: Viewer,
        now: datetime,
    ) -> "SentMessage":
        """From a message and what belongs to it; `now` is machine time."""
        to = address.to if address else HIDDEN_ADDRESS
        names = [row["name"] for row in enclosed]
        body = _with_link(message)
        return cls(
            message=message,
            to=to,
            is_address_hidden=address is None,
            blocks=blocks(body),
            letter=letter(message, to=to, enclosures=names)
            if message.channel is Channel.LETTER
            else None,
            sms_parts=sms_parts(body.strip()),
            sender=f"{settings.PLACE.identity.wordmark} <{settings.DEFAULT_FROM_EMAIL}>",
            attachments=tuple(
                (row["name"], reverse("files:open_file", args=[row["file_id"]])) for row in enclosed
            ),
            answers=tuple(answers),
            title=message.subject,
            can_take_back=rules.why_not_take_back(message, viewer=viewer, now=now) is None,
            seconds_left=max(0, int((message.not_before - now).total_seconds())),
        )


def sms_parts(text: str) -> int:
    """Into how many parts a text message is cut (GSM 03.38: 160 letters alone, 153 joined)."""
    return 1 if len(text) <= _SMS_ONE else -(-len(text) // _SMS_JOINED)


@dataclass(frozen=True)
class NoticeRow:
    """One notice."""

    message: Message
    blocks: tuple[Block, ...]
    is_read: bool
    to: str
    opens: bool


@dataclass(frozen=True)
class Notices:
    """The viewer's notices: unread first, then the newest read."""

    unread: tuple[NoticeRow, ...]
    read: tuple[NoticeRow, ...]
    number: int
    has_more: bool
    title: str = "Notices"

    @classmethod
    def of(
        cls, messages: Sequence[Message], *, number: int, has_more: bool, viewer: Viewer
    ) -> "Notices":
        """From one page of notices, each with `is_read`."""
        rows = [
            NoticeRow(
                message=message,
                blocks=blocks(message.body),
                is_read=bool(message.is_read),  # type: ignore[attr-defined]
                to=""
                if message.recipient_id in (viewer.account_id, viewer.hat_id)
                else message.recipient_name,
                opens=bool(message.opens),
            )
            for message in messages
        ]
        return cls(
            unread=tuple(row for row in rows if not row.is_read),
            read=tuple(row for row in rows if row.is_read),
            number=number,
            has_more=has_more,
        )


@dataclass(frozen=True)
class OwnRow:
    """One message the viewer wrote."""

    message: Message
    seconds_left: int
    can_take_back: bool
    can_copy: bool
    can_send_again: bool
    goes: str = ""
    """Where a text to copy goes in the partner's system."""


@dataclass(frozen=True)
class OwnMessages:
    """What the viewer wrote: what can be taken back, what waits for a hand, and the rest."""

    held: tuple[OwnRow, ...]
    to_copy: tuple[OwnRow, ...]
    rest: tuple[OwnRow, ...]
    for_us: tuple[OwnRow, ...] = ()
    """Texts of others for the system of the viewer's own organisation."""
    title: str = "What you wrote"

    @classmethod
    def of(
        cls,
        messages: Sequence[Message],
        *,
        to_copy: Sequence[Message] = (),
        for_us: Sequence[Message] = (),
        goes: Mapping[uuid.UUID, str],
        viewer: Viewer,
        now: datetime,
    ) -> "OwnMessages":
        """From the viewer's newest messages; `now` is machine time.

        `goes` says, by organisation, where a text goes in its system.
        """

        def row_of(message: Message) -> OwnRow:
            return OwnRow(
                message=message,
                seconds_left=max(0, int((message.not_before - now).total_seconds())),
                can_take_back=rules.why_not_take_back(message, viewer=viewer, now=now) is None,
                can_copy=rules.why_not_copy(message, viewer=viewer) is None,
                can_send_again=message.state is MessageState.FAILED
                and rules.why_not_send_again(message, viewer=viewer) is None,
                goes=goes.get(message.recipient_id, "") if message.recipient_id else "",
            )

        rows = [row_of(message) for message in messages]
        return cls(
            held=tuple(row for row in rows if row.can_take_back),
            to_copy=tuple(row_of(message) for message in to_copy),
            rest=tuple(row for row in rows if not (row.can_take_back or row.can_copy)),
            for_us=tuple(row_of(message) for message in for_us),
        )


@dataclass(frozen=True)
class AnswerByLink:
    """A message opened by its link, with room for an answer."""

    message: Message
    blocks: tuple[Block, ...]
    until: str
    closed: str
    thanks: bool
    title: str

    @classmethod
    def of(cls, link: MessageLink, *, closed: str = "", thanks: bool = False) -> "AnswerByLink":
        """From a link; `closed` says why it opens nothing any more."""
        message = link.message
        return cls(
            message=message,
            blocks=() if closed else blocks(message.body.replace(links.PLACEHOLDER, "")),
            until=moment(link.expires_at),
            closed=closed,
            thanks=thanks,
            title="This link is closed" if closed else message.subject,
        )
