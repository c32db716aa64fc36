"""Receives: keeps what came byte for byte, so that a door may answer once this has committed."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import psycopg
from django.db import OperationalError, connection, transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.feeds.models import Delivery, Source
from oneplace.feeds.shelf import LARGEST, SMALL, shelf
from oneplace.files.store import NotKept, Received, Store
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import DeliveryState, Door

# Whoever waits for something new listens here; told when the transaction commits.
CHANNEL: Final = "oneplace_received"
UNKNOWN_SENDER: Final = "unknown_sender"
_BY_HAND: Final = (Door.COMMAND, Door.UPLOAD, Door.HAND)
_LONGEST_NAME: Final = 500
_FULL: Final = (
    "The disk of the database is full, so nothing was saved: free some space there, then try again."
)

_KEEP: Final = """
with kept as (
    insert into feeds_delivery (id, source_id, door, name, sha256, size, is_in_folder, arrived_at,
        brought_by_id, brought_by_name, state, covers_from, covers_until, declared_count,
        units, accepted, kept_aside, unmapped, replays_id, erased_why)
    values (%(id)s, %(source)s, %(door)s, %(name)s, %(sha256)s, %(size)s, %(in_folder)s, %(at)s,
        %(by)s, %(by_name)s, %(state)s, %(from)s, %(until)s, %(declared)s,
        0, 0, 0, 0, %(replays)s, '')
    on conflict (source_id, sha256) where first_id is null and replays_id is null do nothing
    returning id
), bytes as (
    insert into feeds_raw (delivery_id, content)
    select id, %(content)s from kept where not %(in_folder)s
)
select count(*) from kept
"""


@transaction.atomic
def receive(
    *,
    source: Source,
    door: Door,
    name: str,
    content: bytes | Iterable[bytes],
    by: Viewer,
    at: datetime,
    covers: tuple[datetime | None, datetime | None] | None = None,
    declared: int | None = None,
    replays: Delivery | None = None,
) -> Delivery:
    """Keep what came; the same bytes from the same source again leave a receipt and nothing else.

    `content` is all of it or its pieces, of any size up to `LARGEST`. `covers` are the times it
    says it speaks of, `declared` how many units it says it holds. `replays` is the delivery a part
    of which this is. Raises `NotKept` with one sentence when it is too large or the disk is full:
    nothing is kept then.
    """
    if by.account_id is None:
        raise Refused("Sign in first: what comes in is kept with the name of whoever brought it.")
    store = shelf()
    small, waiting = _taken(content, store)
    try:
        sha256 = hashlib.sha256(small).hexdigest() if waiting is None else waiting.sha256
        if waiting is not None and waiting.size > SMALL:
            hold(sha256)
            store.keep(waiting)
        elif waiting is not None:
            small = waiting.path.read_bytes()
    finally:
        if waiting is not None:
            store.forget(waiting)
    size = len(small) if waiting is None else waiting.size
    delivery = Delivery(
        id=new_id(),
        source=source,
        door=door,
        name=_tidy(name),
        sha256=sha256,
        size=size,
        is_in_folder=size > SMALL,
        arrived_at=at,
        brought_by_id=by.account_id,
        brought_by_name=by.name[:160],
        state=DeliveryState.RECEIVED,
        covers_from=covers[0] if covers else None,
        covers_until=covers[1] if covers else None,
        declared_count=declared,
        replays=replays,
    )
    with told_when_full():
        delivery = _keep(delivery, b"" if delivery.is_in_folder else small)
    if door in _BY_HAND:
        audit.record(
            by=by,
            at=at,
            action="receive",
            subject=("delivery", delivery.pk),
            # The name may tell about a person, so the audit has source and size only.
            detail={"source": source.code, "size": size, "state": delivery.state.value},
        )
    return delivery


@contextmanager
def told_when_full() -> Iterator[None]:
    """Say in a sentence that the disk of the database is full; raises `NotKept` for it."""
    try:
        yield
    except (OperationalError, psycopg.errors.DiskFull) as error:
        if not isinstance(error, psycopg.errors.DiskFull) and not isinstance(
            error.__cause__, psycopg.errors.DiskFull
        ):
            raise
        raise NotKept(_FULL) from error


def _keep(delivery: Delivery, content: bytes) -> Delivery:
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            {
                "id": delivery.pk,
                "source": delivery.source_id,
                "door": delivery.door.value,
                "name": delivery.name,
                "sha256": delivery.sha256,
                "size": delivery.size,
                "in_folder": delivery.is_in_folder,
                "at": delivery.arrived_at,
                "by": delivery.brought_by_id,
                "by_name": delivery.brought_by_name,
                "state": delivery.state.value,
                "from": delivery.covers_from,
                "until": delivery.covers_until,
                "declared": delivery.declared_count,
                "replays": delivery.replays_id,
                "content": content,
            },
        )
        row = cursor.fetchone()
        is_new = bool(row and row[0])
        if is_new:
            cursor.execute("select pg_notify(%s, '')", [CHANNEL])
            # It stands in the table now: saving it again must change that row.
            delivery._state.adding = False
            delivery._state.db = connection.alias
            return delivery
    first = Delivery.objects.get(
        source_id=delivery.source_id,
        sha256=delivery.sha256,
        first__isnull=True,
        replays__isnull=True,
    )
    delivery.first = first
    delivery.state = DeliveryState.SEEN_BEFORE
    delivery.is_in_folder = first.is_in_folder
    delivery.save(force_insert=True)
    return delivery


def _taken(content: bytes | Iterable[bytes], store: Store) -> tuple[bytes, Received | None]:
    """Small bytes as they are; anything else under a temporary name, hashed as it came."""
    if isinstance(content, bytes) and len(content) <= SMALL:
        return content, None
    pieces = _pieces(content) if isinstance(content, bytes) else content
    return b"", store.receive(pieces, largest=LARGEST)


def _pieces(content: bytes) -> Iterable[bytes]:
    step = 1024 * 1024
    return (content[start : start + step] for start in range(0, len(content), step))


def hold(sha256: str) -> None:
    # Keeping and erasing the same content must not overlap, or a delivery would lose its bytes.
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [int(sha256[:15], 16)])


def _tidy(name: str) -> str:
    """A name as it can be stored and shown: no control characters, not longer than its column."""
    kept = "".join(letter if letter.isprintable() else " " for letter in name)
    return kept[-_LONGEST_NAME:].strip() or "without a name"


def unknown_sender() -> Source:
    """The source under which messages of senders nobody has named are kept."""
    return Source.objects.get_or_create(
        pk=UNKNOWN_SENDER,
        defaults={"name": "Senders nobody has named yet", "is_active": True},
    )[0]
