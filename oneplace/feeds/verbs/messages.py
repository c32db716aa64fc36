"""Receives messages of a connection: many in one transaction, each answered once it has committed.

The row says who sent which message when; an audit entry beside each would only say it again.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import psycopg
from django.db import connection, transaction

from oneplace.access.viewer import Viewer
from oneplace.feeds.models import Source
from oneplace.feeds.shelf import SMALL
from oneplace.feeds.verbs.quarantine import keep_aside
from oneplace.feeds.verbs.receiving import CHANNEL, receive, told_when_full
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import DeliveryState, Door, QuarantineReason, QuarantineState


class MessageIn(NamedTuple):
    """One message as it came."""

    source: str
    """The code of the source it belongs to."""
    name: str
    content: bytes
    why_aside: str = ""
    """Why nobody reads it, as where its sender is unknown. Empty for what is read."""
    reason: QuarantineReason = QuarantineReason.UNKNOWN_SENDER
    place: str = "MSH-3, MSH-4"


class MessageKept(NamedTuple):
    """What became of it."""

    sha256: str
    is_new: bool


_KEEP: Final = """
with incoming as (
    select * from unnest(%(ids)s::uuid[], %(sources)s::text[], %(names)s::text[],
        %(hashes)s::text[], %(sizes)s::bigint[], %(states)s::text[], %(contents)s::bytea[])
        as t(id, source_id, name, sha256, size, state, content)
), kept as (
    insert into feeds_delivery (id, source_id, door, name, sha256, size, is_in_folder, arrived_at,
        brought_by_id, brought_by_name, state, units, accepted, kept_aside, unmapped, erased_why)
    select id, source_id, %(door)s, name, sha256, size, false, %(at)s, %(by)s, %(by_name)s,
        state, 0, 0, 0, 0, '' from incoming
    on conflict (source_id, sha256) where first_id is null and replays_id is null do nothing
    returning id
), bytes as (
    insert into feeds_raw (delivery_id, content)
    select incoming.id, incoming.content from incoming join kept using (id)
)
select id, pg_notify(%(channel)s, '') from kept
"""
_RECEIPTS: Final = """
insert into feeds_delivery (id, source_id, door, name, sha256, size, is_in_folder, arrived_at,
    brought_by_id, brought_by_name, state, units, accepted, kept_aside, unmapped, erased_why,
    first_id)
select t.id, t.source_id, %(door)s, t.name, t.sha256, t.size, f.is_in_folder, %(at)s, %(by)s,
    %(by_name)s, %(seen)s, 0, 0, 0, 0, '', f.id
from unnest(%(ids)s::uuid[], %(sources)s::text[], %(names)s::text[], %(hashes)s::text[],
    %(sizes)s::bigint[]) as t(id, source_id, name, sha256, size)
join feeds_delivery f on f.source_id = t.source_id and f.sha256 = t.sha256
    and f.first_id is null and f.replays_id is null
"""
_ASIDE: Final = """
insert into feeds_quarantined (id, delivery_id, place, "offset", length, reason, words, state,
    settled_by_name, settled_why)
values (%s, %s, %s, 0, null, %s, %s, %s, '', '')
"""


@transaction.atomic
def receive_messages(
    *, messages: Sequence[MessageIn], by: Viewer, at: datetime
) -> list[MessageKept]:
    """Keep these messages in one transaction, in their order; repeats leave a receipt.

    Answer none of them before it has committed. Raises `NotKept` when the disk is full: then none
    is kept.
    """
    small = [(new_id(), each) for each in messages if len(each.content) <= SMALL]
    hashes = [hashlib.sha256(each.content).hexdigest() for each in messages]
    of_small = [hash for hash, each in zip(hashes, messages, strict=True) if _is_small(each)]
    columns: dict[str, Any] = {
        "ids": [key for key, _ in small],
        "sources": [each.source for _, each in small],
        "names": [each.name[:500] for _, each in small],
        "hashes": of_small,
        "sizes": [len(each.content) for _, each in small],
        "states": [_state(each).value for _, each in small],
        "contents": [each.content for _, each in small],
        "channel": CHANNEL,
        "door": Door.MLLP.value,
        "seen": DeliveryState.SEEN_BEFORE.value,
        "at": at,
        "by": by.account_id,
        "by_name": by.name[:160],
    }
    # A plan made once: planning this anew for each message would cost more than keeping it.
    with told_when_full(), psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(_KEEP, columns, prepare=True)
        kept = {key for key, _ in cursor.fetchall()}
        if len(kept) < len(small):
            cursor.execute(_RECEIPTS, _without(columns, kept))
        for key, each in small:
            if each.why_aside and key in kept:
                state = QuarantineState.OPEN.value
                cursor.execute(
                    _ASIDE, [new_id(), key, each.place, each.reason.value, each.why_aside, state]
                )
    is_new = iter([key in kept for key, _ in small])
    return [
        MessageKept(hash, next(is_new) if _is_small(each) else _large(each, by=by, at=at))
        for hash, each in zip(hashes, messages, strict=True)
    ]


def _is_small(message: MessageIn) -> bool:
    return len(message.content) <= SMALL


def _state(message: MessageIn) -> DeliveryState:
    return DeliveryState.KEPT_ASIDE if message.why_aside else DeliveryState.RECEIVED


def _without(columns: dict[str, Any], kept: set[Any]) -> dict[str, Any]:
    left = [place for place, key in enumerate(columns["ids"]) if key not in kept]
    return {
        name: [value[place] for place in left] if isinstance(value, list) else value
        for name, value in columns.items()
    }


def _large(message: MessageIn, *, by: Viewer, at: datetime) -> bool:
    delivery = receive(
        source=Source.objects.get(pk=message.source),
        door=Door.MLLP,
        name=message.name,
        content=message.content,
        by=by,
        at=at,
    )
    is_new = delivery.state is not DeliveryState.SEEN_BEFORE
    if is_new and message.why_aside:
        keep_aside(delivery=delivery, reason=message.reason, words=message.why_aside, by=by, at=at)
    return is_new
