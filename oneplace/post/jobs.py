"""Background work of post: deliver, find what a crash left lying, ask after texts."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from oneplace.access.viewer import Viewer, system_viewer, viewing
from oneplace.kit import clock
from oneplace.kit.refusals import Refused
from oneplace.post import links, presenters, verbs
from oneplace.post.models import AttemptOutcome, Channel, Delivery, Message, MessageState
from oneplace.post.papers import papers
from oneplace.post.transports import (
    Outgoing,
    Transport,
    TransportRefused,
    TryAgain,
    Whereabouts,
    transport_for,
)
from oneplace.vocabulary.terms import Purpose

POST: Final = system_viewer(
    "post room", purpose=Purpose.DIRECT_CARE, permissions=frozenset({"deliver_message"})
)
# A job that has not begun by then was lost with its worker.
STRANDED_AFTER: Final = timedelta(minutes=3)
# An attempt that takes longer was cut off: no transport waits longer than half a minute.
CUT_OFF_AFTER: Final = timedelta(minutes=10)
# Networks give up on a text after three days.
ASK_AFTER_FOR: Final = timedelta(days=3)
_LOCK_CLASS: Final = 7057
_OUR_FAULT: Final = "Something went wrong here while it was being sent; the log says what."


@app.task(name=verbs.DELIVER, queue="post", pass_context=False)
def deliver(message_id: str) -> None:
    """Deliver one message: write down that it begins, send it, write down how it went.

    Whoever is killed in between leaves an attempt without an end; the next worker sees it, asks the
    gateway whether it took the message, and otherwise sends it again under the same key.
    """
    with _only_me(uuid.UUID(message_id)) as is_mine:
        if is_mine:
            _deliver(uuid.UUID(message_id))


def _deliver(message_id: uuid.UUID) -> None:
    at = clock.now()
    channel = Message.objects.values_list("channel", flat=True).filter(pk=message_id).first()
    if channel is None:
        return
    transport = transport_for(Channel(channel))
    with viewing(POST, at=at):
        begun = verbs.begin_delivery(
            message_id=message_id, transport=transport.name, by=POST, at=at
        )
    if begun is None:
        return
    try:
        receipt = transport.already_sent(_key(begun.message)) if begun.may_have_left else None
        if receipt is None:
            with viewing(POST, at=at):
                outgoing = _outgoing(begun.message, by=POST)
            receipt = transport.send(outgoing)
    except TryAgain as error:
        with viewing(POST, at=at):
            verbs.put_off(begun=begun, reason=str(error), by=POST, at=at)
    except (TransportRefused, Refused) as error:
        with viewing(POST, at=at):
            verbs.fail_delivery(begun=begun, reason=str(error), by=POST, at=at)
    except Exception:
        with viewing(POST, at=at):
            verbs.put_off(begun=begun, reason=_OUR_FAULT, by=POST, at=at)
        raise
    else:
        with viewing(POST, at=at):
            verbs.record_sent(
                begun=begun,
                reference=receipt.reference,
                is_kept=receipt.is_kept,
                by=POST,
                at=at,
            )


def _key(message: Message) -> str:
    # Once somebody sends a message again on purpose, it must not count as the same one.
    again = Delivery.objects.filter(
        message=message, outcome__in=(AttemptOutcome.REFUSED, AttemptOutcome.KEPT)
    ).count()
    return f"{message.pk}-{again}" if again else str(message.pk)


def _outgoing(message: Message, *, by: Viewer) -> Outgoing:
    has_link = message.link_id is not None
    body = links.fill_in(message.body, message.pk, has_link=has_link)
    return Outgoing(
        key=_key(message),
        message_id=message.pk,
        channel=message.channel,
        name=message.recipient_name,
        to=message.address.to,
        subject=message.subject,
        body=body,
        print_page=presenters.print_page(message, to=message.address.to)
        if message.channel is Channel.LETTER
        else "",
        language=message.language,
        written_at=message.written_at,
        papers=tuple(
            papers().read(attachment.file_id, by=by, at=message.written_at)
            for attachment in message.attachments.all()
        ),
    )


@contextmanager
def _only_me(message_id: uuid.UUID) -> Iterator[bool]:
    """Hold the message against any other worker, whatever the queue thinks; freed by death too."""
    key = int.from_bytes(message_id.bytes[-4:], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [_LOCK_CLASS, key])
        (is_mine,) = cursor.fetchone()
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [_LOCK_CLASS, key])


@app.periodic(cron="* * * * *")
@app.task(name="oneplace.post.jobs.send_what_lies", queue="post", pass_context=False)
def send_what_lies(timestamp: int) -> None:
    """Call again for messages whose job was lost, and for attempts a crash cut off."""
    now = timezone.now()
    lost = Message.objects.filter(
        state__in=(MessageState.HELD, MessageState.QUEUED),
        not_before__lt=now - STRANDED_AFTER,
    ).exclude(channel__in=(Channel.NOTICE, Channel.PARTNER_TEXT))
    cut_off = Message.objects.filter(state=MessageState.SENDING, moved_at__lt=now - CUT_OFF_AFTER)
    for message_id in lost.union(cut_off).values_list("pk", flat=True)[:1000]:
        app.configure_task(verbs.DELIVER, queue="post", lock=f"message-{message_id}").defer(
            message_id=str(message_id)
        )


@app.periodic(cron="*/5 * * * *")
@app.task(name="oneplace.post.jobs.ask_after_texts", queue="post", pass_context=False)
def ask_after_texts(timestamp: int) -> None:
    """Ask the gateway how far the texts it took have come."""
    transport = transport_for(Channel.SMS)
    rows = Delivery.objects.filter(
        message__channel=Channel.SMS,
        message__state=MessageState.SENT,
        message__moved_at__gt=timezone.now() - ASK_AFTER_FOR,
        outcome=AttemptOutcome.SENT,
        transport=transport.name,
    ).select_related("message")
    for delivery in rows.exclude(reference="")[:500]:
        _ask_after(delivery, transport)


def _ask_after(delivery: Delivery, transport: Transport) -> None:
    try:
        found = transport.whereabouts(delivery.reference)
    except (TryAgain, TransportRefused):
        return
    if found is Whereabouts.ON_ITS_WAY:
        return
    at = clock.now()
    with viewing(POST, at=at):
        verbs.record_whereabouts(
            message=delivery.message,
            is_delivered=found is Whereabouts.DELIVERED,
            reason="The telephone network could not deliver it.",
            by=POST,
            at=at,
        )
