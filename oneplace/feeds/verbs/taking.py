"""Marks what was read: states, what was kept aside, where messages lie, counts of the day."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from oneplace.access.viewer import Viewer
from oneplace.feeds.announcements import DirectoriesRead
from oneplace.feeds.models import Delivery
from oneplace.feeds.reading import MessageNoted, Tally
from oneplace.feeds.verbs.indexing import index_resources
from oneplace.kit.announcing import announce
from oneplace.kit.kept_plans import cursor_of_deed
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import DeliveryState, QuarantineState

# The reader of directories: nothing in them is about a person, so another room takes them.
DIRECTORY: Final = "open_referral"
_WALL_CLOCK: Final = ZoneInfo("Europe/London")

_STATES: Final = """
update feeds_delivery d set state = t.state, read_at = %s, units = t.units, accepted = t.accepted,
    kept_aside = t.kept_aside, unmapped = t.unmapped
from unnest(%s::uuid[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
    as t(id, state, units, accepted, kept_aside, unmapped)
where d.id = t.id
"""
_UNMAPPED: Final = """
insert into feeds_unmappedfield (source_id, path, times, first_at, last_at)
select source, path, sum(times), min(at), max(at)
from unnest(%s::text[], %s::text[], %s::bigint[], %s::timestamptz[]) as t(source, path, times, at)
group by source, path order by source, path
on conflict (source_id, path) do update set times = feeds_unmappedfield.times + excluded.times,
    first_at = least(feeds_unmappedfield.first_at, excluded.first_at),
    last_at = greatest(feeds_unmappedfield.last_at, excluded.last_at)
"""
_DAYS: Final = """
insert into feeds_daycount (source_id, day, deliveries, units, rows, kept_aside, unmapped)
select source, day, count(*), sum(units), sum(rows), sum(kept_aside), sum(unmapped)
from unnest(%s::text[], %s::date[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
    as t(source, day, units, rows, kept_aside, unmapped)
group by source, day order by source, day
on conflict (source_id, day) do update set
    deliveries = feeds_daycount.deliveries + excluded.deliveries,
    units = feeds_daycount.units + excluded.units, rows = feeds_daycount.rows + excluded.rows,
    kept_aside = feeds_daycount.kept_aside + excluded.kept_aside,
    unmapped = feeds_daycount.unmapped + excluded.unmapped
"""
_MESSAGES: Final = """
copy feeds_message (delivery_id, source_id, number, "offset", length, sha256, sender, control_id,
    event, visit_key, prior_visit_key, subject_key, said_at) from stdin
"""
_QUARANTINED: Final = """
copy feeds_quarantined (id, delivery_id, place, "offset", length, reason, words, state,
    settled_by_name, settled_why) from stdin
"""


@transaction.atomic(savepoint=False)
def mark_read(*, read: Sequence[tuple[Delivery, Tally]], by: Viewer, at: datetime) -> None:
    """Write down what came of each delivery, in the transaction that writes its rows."""
    if not read:
        return
    _mark_states(read)
    with connection.cursor() as cursor:
        _copy(cursor, _MESSAGES, _message_rows(read))
        _copy(cursor, _QUARANTINED, _quarantined_rows(read))
    index_resources(read)
    _count_unmapped(read, at)
    _count_days(read)
    directories = [
        delivery.pk
        for delivery, tally in read
        if delivery.source.reader == DIRECTORY and not tally.is_whole
    ]
    if directories:
        announce(DirectoriesRead(directories, by, at))


def state_after(tally: Tally) -> DeliveryState:
    """How far a delivery has been taken, by what came of its units."""
    if tally.is_whole or (tally.kept_aside and not tally.accepted):
        return DeliveryState.KEPT_ASIDE
    return DeliveryState.PARTLY_READ if tally.kept_aside else DeliveryState.READ


def _mark_states(read: Sequence[tuple[Delivery, Tally]]) -> None:
    for delivery, tally in read:
        delivery.state = state_after(tally)
    with cursor_of_deed() as cursor:
        cursor.execute(
            _STATES,
            [
                timezone.now(),
                [delivery.pk for delivery, _ in read],
                [delivery.state.value for delivery, _ in read],
                [tally.units for _, tally in read],
                [tally.accepted for _, tally in read],
                [tally.kept_aside for _, tally in read],
                [sum(tally.unmapped.values()) for _, tally in read],
            ],
        )


def _copy(cursor: Any, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    first = next(iterator := iter(rows), None)
    if first is None:
        return
    with cursor.copy(statement) as copy:
        copy.write_row(first)
        for row in iterator:
            copy.write_row(row)


def _kept(text: str) -> str:
    """What a sender wrote as the database can keep it: it takes no null characters."""
    return text.replace("\x00", " ")


def _message_rows(read: Sequence[tuple[Delivery, Tally]]) -> Iterator[Sequence[Any]]:
    for delivery, tally in read:
        for noted in tally.noted:
            if isinstance(noted, MessageNoted):
                yield (
                    delivery.pk, delivery.source_id, noted.number, noted.offset, noted.length,
                    noted.sha256, _kept(noted.sender)[:200], _kept(noted.control_id)[:200],
                    _kept(noted.event)[:12],
                    _kept(noted.visit_key)[:300], _kept(noted.prior_visit_key)[:300],
                    _kept(noted.subject_key)[:300],
                    noted.said_at,
                )  # fmt: skip


def _quarantined_rows(read: Sequence[tuple[Delivery, Tally]]) -> Iterator[Sequence[Any]]:
    for delivery, tally in read:
        for fault, offset, length in tally.faults:
            yield (
                new_id(), delivery.pk, _kept(fault.place)[:300], offset, length, fault.reason.value,
                _kept(fault.words)[:2000], QuarantineState.OPEN.value, "", "",
            )  # fmt: skip


def _count_unmapped(read: Sequence[tuple[Delivery, Tally]], at: datetime) -> None:
    counted: Counter[tuple[str, str]] = Counter()
    for delivery, tally in read:
        for path, times in tally.unmapped.items():
            counted[delivery.source_id, _kept(path)] += times
    if not counted:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _UNMAPPED,
            [
                [source for source, _ in counted],
                [path for _, path in counted],
                list(counted.values()),
                [at] * len(counted),
            ],
        )


def _count_days(read: Sequence[tuple[Delivery, Tally]]) -> None:
    with cursor_of_deed() as cursor:
        cursor.execute(
            _DAYS,
            [
                [delivery.source_id for delivery, _ in read],
                [_day(delivery.arrived_at) for delivery, _ in read],
                [tally.units for _, tally in read],
                [tally.rows for _, tally in read],
                [tally.kept_aside for _, tally in read],
                [sum(tally.unmapped.values()) for _, tally in read],
            ],
        )


def _day(at: datetime) -> date:
    return at.astimezone(_WALL_CLOCK).date()
