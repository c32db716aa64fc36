"""What waits to be read, and its bytes: asked by the reader process as the loader."""

import hashlib
import io
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Any, BinaryIO, Final, TypeVar

from django.db import connection

from oneplace.feeds.models import Answered, Delivery, Raw, Source
from oneplace.feeds.reading import (
    Block,
    Earlier,
    Given,
    NoReader,
    ReaderOfRows,
    Received,
    Unit,
    read_in_blocks,
    read_several,
    reader,
)
from oneplace.feeds.shelf import shelf
from oneplace.files.store import NotKept
from oneplace.kit.kept_plans import cursor_of_deed
from oneplace.vocabulary.terms import DeliveryState, Door

# A batch is bounded by bytes too, so that one transaction stays small enough to be done soon.
MOST_BYTES: Final = 64 * 1024 * 1024
_ROWS_AT_ONCE: Final = 256
# Readers that draw rows from several deliveries.
_FOLDED: Final = frozenset({"hl7"})
_FOLDING: Final = 5_152
_Read = TypeVar("_Read", bound=Unit | Block)


def waiting(limit: int = 2000, *, most_bytes: int = MOST_BYTES) -> list[Delivery]:
    """Deliveries not read yet, oldest first; in a transaction they are locked against others.

    At least one, and as many more as fit into `most_bytes`. What another process has locked is
    passed over.
    """
    found = (
        Delivery.objects.filter(state=DeliveryState.RECEIVED)
        .exclude(source__reader="")
        .select_related("source", "source__mapping")
        .order_by("id")
    )
    if connection.in_atomic_block:
        found = found.select_for_update(skip_locked=True, of=("self",))
    taken: list[Delivery] = []
    size = 0
    for delivery in found[:limit]:
        size += delivery.size
        if taken and size > most_bytes:
            break
        taken.append(delivery)
    return taken


def is_anything_waiting() -> bool:
    """Whether something received has not been read."""
    return Delivery.objects.filter(state=DeliveryState.RECEIVED).exclude(source__reader="").exists()


def bytes_waiting(*, at_most: int) -> int:
    """How many bytes wait to be read, counted up to about `at_most`."""
    found = (
        Delivery.objects.filter(state=DeliveryState.RECEIVED)
        .exclude(source__reader="")
        .order_by("id")
        .values_list("size", flat=True)
    )
    total = 0
    for size in found.iterator():
        total += size
        if total >= at_most:
            break
    return total


def open_delivery(delivery: Delivery) -> BinaryIO:
    """All bytes of a delivery, for reading; raises `NotKept` where they were erased or are gone."""
    if delivery.erased_at is not None:
        raise NotKept(f"The bytes of this delivery were erased: {delivery.erased_why}.")
    if delivery.is_in_folder:
        return shelf().open(delivery.sha256)
    row = Raw.objects.filter(pk=delivery.pk).first()
    if row is None:
        raise NotKept("The bytes of this delivery are closed to you, or they are gone.")
    return io.BytesIO(bytes(row.content))


def content_of(delivery: Delivery, offset: int = 0, length: int | None = None) -> bytes:
    """A slice of a delivery's bytes; all from `offset` where no length is given."""
    with open_delivery(delivery) as opened:
        opened.seek(offset)
        return opened.read() if length is None else opened.read(length)


def alone(delivery: Delivery, row: bytes) -> bytes:
    """A row of a delivery as a file of its own: below its heading, where its reader needs one."""
    try:
        own = reader(delivery.source.reader)
    except NoReader:
        return row
    if not isinstance(own, ReaderOfRows):
        return row
    try:
        return own.alone(_received(delivery, [delivery], {}, {}), row)
    except NotKept:
        return row


def source_of_messages(
    facility: str, application: str, *, takes_anybody: bool = False
) -> Source | None:
    """The active source whose list has this sender: its facility, alone or with its application.

    With `takes_anybody` the one feed of messages there is takes whoever is on no list.
    """
    wanted = {facility, f"{facility}/{application}"} if facility else set()
    sources = list(Source.objects.filter(reader="hl7", is_active=True).order_by("code"))
    for source in sources:
        if wanted & set(source.senders):
            return source
    return sources[0] if takes_anybody and len(sources) == 1 else None


def units(deliveries: Sequence[Delivery]) -> Iterator[tuple[Delivery, Unit]]:
    """Every unit of these deliveries, each with its delivery; damage gives faults, never an error.

    Deliveries of one source that stand together are read together where their reader can. What is
    folded from earlier deliveries too is folded by one process at a time, to the end of the
    transaction: two beside each other would each miss what the other has.
    """
    return _units(deliveries, read_several)


def units_in_blocks(deliveries: Sequence[Delivery]) -> Iterator[tuple[Delivery, Unit | Block]]:
    """The same, with rows of a table that stand together in blocks where their reader can."""
    return _units(deliveries, read_in_blocks)


def _units(
    deliveries: Sequence[Delivery],
    read: Callable[[Sequence[Received], str], Iterator[tuple[Received, _Read]]],
) -> Iterator[tuple[Delivery, _Read]]:
    for _, same in groupby(deliveries, key=lambda delivery: delivery.source_id):
        several = list(same)
        if several[0].source.reader in _FOLDED:
            _one_at_a_time(several[0].source_id)
        by_id = {str(delivery.pk): delivery for delivery in several}
        rows = _rows_of(several)
        given = _given_of(several)
        received = [_received(delivery, several, rows, given) for delivery in several]
        for one, unit in read(received, several[0].source.reader):
            yield by_id[one.id], unit


def _one_at_a_time(source: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, hashtext(%s))", [_FOLDING, source])


_RAW: Final = "select delivery_id, content from feeds_raw where delivery_id = any(%s)"


def _rows_of(deliveries: Sequence[Delivery]) -> dict[str, bytes]:
    """The bytes of the small ones, asked for together."""
    keys = [each.pk for each in deliveries if not each.is_in_folder and each.erased_at is None]
    found: dict[str, bytes] = {}
    for start in range(0, len(keys), _ROWS_AT_ONCE):
        with cursor_of_deed() as cursor:
            cursor.execute(_RAW, [keys[start : start + _ROWS_AT_ONCE]])
            found.update((str(key), bytes(content)) for key, content in cursor.fetchall())
    return found


def _given_of(deliveries: Sequence[Delivery]) -> dict[str, dict[int, Given]]:
    """What the FHIR door answered about each resource of what came in by it, or of what it was."""
    wanted = [each for each in deliveries if each.door is Door.FHIR or each.replays_id]
    if not wanted:
        return {}
    keys = [key for each in wanted for key in (each.pk, each.replays_id) if key]
    answered = {
        row.pk: {int(start): Given(*given) for start, given in row.given.items()}
        for row in Answered.objects.filter(pk__in=keys)
    }
    found: dict[str, dict[int, Given]] = {}
    for each in wanted:
        given = answered.get(each.pk) or answered.get(each.replays_id)
        if given is not None or each.door is Door.FHIR:
            found[str(each.pk)] = given or {}
    return found


def _received(
    delivery: Delivery,
    together: Sequence[Delivery],
    rows: dict[str, bytes],
    given: dict[str, dict[int, Given]],
) -> Received:
    source = delivery.source
    return Received(
        id=str(delivery.pk),
        source=source.code,
        organisation=source.organisation_code,
        name=delivery.name,
        size=delivery.size,
        sha256=delivery.sha256,
        arrived_at=delivery.arrived_at,
        open=_opening(delivery, rows),
        declared_count=delivery.declared_count,
        covers_until=delivery.covers_until,
        habits=source.habits,
        mapping=source.mapping.toml if source.mapping else "",
        given=given.get(str(delivery.pk)),
        earlier=partial(_earlier, source, [each.pk for each in together]),
        numbered=partial(numbered, source.code),
    )


def _opening(delivery: Delivery, rows: dict[str, bytes]) -> Callable[[], BinaryIO]:
    content = rows.get(str(delivery.pk))
    if content is not None:
        return partial(io.BytesIO, content)
    return partial(open_delivery, delivery)


def lock_number(text: str) -> int:
    """What a transaction holds while it decides about resources of a source, or one of them."""
    digest = hashlib.sha256(f"fhir|{text}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def hold_resources(source: str) -> None:
    """Let nobody else change resources of this source until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [lock_number(source)])


_NUMBERED: Final = """
select n.kind, n.number_sha, r.fhir_id, r.sha256
from unnest(%s::text[], %s::text[]) as a(kind, number_sha)
join feeds_resourcenumber n on n.source_id = %s and n.kind = a.kind
    and n.number_sha = a.number_sha
join feeds_resource r on r.id = n.resource_id and r.is_current
order by r.fhir_id
"""


def numbered(
    source: str, wanted: Collection[tuple[str, str]]
) -> dict[tuple[str, str], dict[str, str]]:
    """By type and hash of a number, the source's current resources that have it: id to hash.

    What is answered stays true until the transaction ends: other doors wait.
    """
    found: dict[tuple[str, str], dict[str, str]] = {}
    if not wanted:
        return found
    hold_resources(source)
    asked = sorted(wanted)
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERED, [[kind for kind, _ in asked], [sha for _, sha in asked], source])
        for kind, sha, identifier, content in cursor.fetchall():
            found.setdefault((kind, sha), {})[identifier] = content
    return found


_EARLIER: Final = """
with recursive visit(key) as (
    select unnest(%(visits)s::text[])
    union
    select case when m.visit_key = visit.key then m.prior_visit_key else m.visit_key end
    from visit join feeds_message m
      on m.source_id = %(source)s and m.prior_visit_key <> ''
     and (m.visit_key = visit.key or m.prior_visit_key = visit.key)
)
select m.delivery_id, m.number, m."offset", m.length from feeds_message m
where m.source_id = %(source)s and m.delivery_id <> all (%(together)s)
  and m.visit_key in (select key from visit where key <> '')
union
select m.delivery_id, m.number, m."offset", m.length from feeds_message m
where m.source_id = %(source)s and m.delivery_id <> all (%(together)s)
  and m.subject_key = any (%(subjects)s)
order by 1, 2
"""


def _earlier(
    source: Source, together: Sequence[Any], visits: Collection[str], subjects: Collection[str]
) -> Iterable[Earlier]:
    with connection.cursor() as cursor:
        cursor.execute(
            _EARLIER,
            {
                "source": source.code,
                "together": list(together),
                "visits": list(visits),
                "subjects": list(subjects),
            },
        )
        found = cursor.fetchall()
    slices: dict[Any, list[tuple[int, int, int]]] = defaultdict(list)
    for delivery_id, number, offset, length in found:
        slices[delivery_id].append((number, offset, length))
    keys = list(slices)
    for start in range(0, len(keys), _ROWS_AT_ONCE):
        some = Delivery.objects.filter(pk__in=keys[start : start + _ROWS_AT_ONCE])
        deliveries = list(some.order_by("id"))
        rows = _rows_of(deliveries)
        for delivery in deliveries:
            if delivery.erased_at is not None:
                continue
            with _opening(delivery, rows)() as opened:
                for number, offset, length in slices[delivery.pk]:
                    opened.seek(offset)
                    yield Earlier(opened.read(length), str(delivery.pk), number)
