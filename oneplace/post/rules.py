"""Why a message may not be written, taken back or answered: the reason in plain words, or None."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from oneplace.access.viewer import Viewer
from oneplace.post.models import (
    MESSAGE,
    Channel,
    Message,
    MessageLink,
    MessageState,
    RecipientKind,
)
from oneplace.post.recipients import Recipient
from oneplace.post.wording import Audience, FieldKind, Wording
from oneplace.vocabulary import nhs_number
from oneplace.vocabulary.terms import AccountKind

# Four joined text messages of 153 letters (GSM 03.38): longer ones are cut by some networks.
LONGEST_SMS: Final = 612
_TEN_DIGITS: Final = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_PHONE: Final = re.compile(r"^\+?\d{10,15}$")
_FEWEST_LINES: Final = 2
_NAMES_LOOKED_UP: Final = (FieldKind.COLLEAGUE_NAME, FieldKind.HOUSE_NAME)
# What a text to the person themselves may still say: their own name, and words written to them.
_TO_THEMSELVES: Final = frozenset({FieldKind.PERSON_NAME, FieldKind.WORDS})


def signed_by(by: Viewer) -> str:
    """Who a reader is told wrote it: of a job that keeps a room, the place; nobody rings a job."""
    is_keeper = by.kind is AccountKind.BACKGROUND_JOB and by.name.startswith("keeper of ")
    return str(settings.PLACE.name) if is_keeper else by.name


def why_not_write(wording: Wording, to: Recipient, *, by: Viewer) -> str | None:
    """Why nobody can be written to like this."""
    if by.account_id is None:
        return "Sign in first: a message bears the name of whoever wrote it."
    if not to.name.strip():
        return "Say who the message is for."
    if wording.channel is Channel.NOTICE and to.id is None:
        return "A notice is for somebody who signs in here, a team or an organisation."
    return _why_no_way_there(wording.channel, to)


def _why_no_way_there(channel: Channel, to: Recipient) -> str | None:
    if channel is Channel.EMAIL:
        try:
            validate_email(to.to)
        except ValidationError:
            return "Write an email address, like jo@example.org."
    if channel is Channel.SMS and not _PHONE.match(dialled(to.to)):
        return "Write a telephone number of 10 to 15 digits, like 020 7946 0018."
    if channel is Channel.LETTER and len(envelope(to.to)) < _FEWEST_LINES:
        return "A letter needs an address of at least two lines."
    return None


def dialled(number: str) -> str:
    """A telephone number without what people write into it for reading."""
    return re.sub(r"[\s().-]", "", number)


def envelope(address: str) -> list[str]:
    """The lines of an address."""
    return [line.strip() for line in address.splitlines() if line.strip()]


def why_not_email(
    wording: Wording,
    values: Mapping[str, Any],
    body: str,
    *,
    to: Recipient,
    known_names: Collection[str],
    keep_out: Collection[str] = (),
) -> str | None:
    """Why these words may not leave by email or text message: they could say who somebody is.

    The rule holds by form, not by trust: a template declares what each of its fields is; fields
    that could be about a resident are not allowed at all; a name must be the recipient's own, or
    be found among colleagues, organisations, teams and roles (`known_names`). Whatever then still
    looks like an NHS number, or is among the words to `keep_out`, refuses the whole message.
    """
    if wording.channel not in (Channel.EMAIL, Channel.SMS):
        return None
    to_themselves = (
        wording.channel is Channel.SMS
        and wording.audience is Audience.PERSON
        and to.kind in (RecipientKind.PERSON, RecipientKind.ADDRESS)
    )
    return _why_not_fields(
        wording, values, to=to, to_themselves=to_themselves, known_names=known_names
    ) or _why_not_words(wording.channel, body, keep_out=() if to_themselves else keep_out)


def _why_not_fields(
    wording: Wording,
    values: Mapping[str, Any],
    *,
    to: Recipient,
    to_themselves: bool,
    known_names: Collection[str],
) -> str | None:
    for field, kind in wording.fields.items():
        if kind.is_personal and not (to_themselves and kind in _TO_THEMSELVES):
            return (
                f"Template '{wording.name}' puts {kind.label.lower()} (field '{field}') into "
                f"{_a(wording.channel)}, which can be read by others: write a notice instead, and "
                "let the message say only that something waits."
            )
        if kind is FieldKind.RECIPIENT_NAME and values.get(field) != to.name:
            return f"The field '{field}' must be the name of whoever the message is for."
        if kind in _NAMES_LOOKED_UP and values.get(field) not in known_names:
            return (
                f"The field '{field}' must be the name of a colleague, an organisation, a team or "
                "a role here; other names do not leave the house this way."
            )
    return None


def _why_not_words(channel: Channel, body: str, *, keep_out: Collection[str]) -> str | None:
    # Our own addresses may hold ten digits in a row; they say nothing about anybody.
    words = re.sub(r"https?://\S+", "", body)
    for found in _TEN_DIGITS.finditer(words):
        if nhs_number.is_valid(nhs_number.tidy(found.group())):
            return f"What looks like an NHS number is in {_a(channel)}: leave it out."
    for word in keep_out:
        if word and re.search(rf"\b{re.escape(word)}\b", words, re.IGNORECASE):
            return f"The person it is about is named in {_a(channel)}: leave the name out."
    if channel is Channel.SMS and len(body) > LONGEST_SMS:
        return f"A text message has at most {LONGEST_SMS} letters; this has {len(body)}."
    return None


def _a(channel: Channel) -> str:
    return "an email" if channel is Channel.EMAIL else f"a {channel.label.lower()}"


def why_not_take_back(message: Message, *, viewer: Viewer, now: datetime) -> str | None:
    """Why this viewer may not take the message back; `now` is machine time."""
    if message.writer_id != viewer.account_id:
        return "Only whoever wrote a message can take it back."
    if message.state is MessageState.HELD and message.not_before <= now:
        return "It is too late to take it back: it is on its way."
    return MESSAGE.why_not(message.state, MessageState.TAKEN_BACK)


def why_not_answer(
    message: Message,
    *,
    viewer: Viewer,
    choice: str,
    words: str,
    link: MessageLink | None = None,
    now: datetime,
) -> str | None:
    """Why this viewer may not answer the message like this; `now` is machine time."""
    if not choice and not words.strip():
        return "Choose an answer, or write one."
    if choice and choice not in message.choices:
        return "Choose one of the answers shown."
    if message.state in (MessageState.TAKEN_BACK, MessageState.STOPPED):
        return "This message was withdrawn and cannot be answered any more."
    if viewer.account_id == message.link_id and link is not None:
        return why_link_is_closed(link, now=now)
    if message.recipient_id not in viewer.parties and message.writer_id != viewer.account_id:
        return "Only those a message was written to can answer it, or its writer for them."
    return None


def why_link_is_closed(link: MessageLink, *, now: datetime) -> str | None:
    """Why a link opens nothing any more; `now` is machine time."""
    if link.closed_at is not None:
        return "This link has been closed. Ask whoever wrote to you for another."
    if link.expires_at <= now:
        return "This link has expired. Ask whoever wrote to you for another."
    return None


def why_not_mark_read(message: Message, *, viewer: Viewer) -> str | None:
    """Why this is not the viewer's notice to read."""
    if message.channel is not Channel.NOTICE:
        return "Only notices are marked as read."
    if message.recipient_id not in viewer.parties:
        return "This notice is for somebody else."
    return None


def why_not_copy(message: Message, *, viewer: Viewer) -> str | None:
    """Why this text cannot be noted as copied into the partner's system."""
    if message.channel is not Channel.PARTNER_TEXT:
        return "Only texts for a partner's own system are copied."
    theirs = viewer.organisation_id is not None and viewer.organisation_id == message.recipient_id
    if message.writer_id != viewer.account_id and not theirs:
        return "Only whoever wrote the text, or somebody of that partner, can say it was copied."
    return MESSAGE.why_not(message.state, MessageState.SENT)


def why_not_send_again(message: Message, *, viewer: Viewer) -> str | None:
    """Why the message cannot be sent once more."""
    if message.writer_id != viewer.account_id:
        return "Only whoever wrote a message can send it again."
    if message.has_secret:
        return "The secret in this message has been cut: start again where it came from."
    return MESSAGE.why_not(message.state, MessageState.QUEUED)
