"""Takes what waits through the rooms: what was received is said in the record, and whose it is.

Whoever runs it speaks as the loader: the reader process of the service, the import command, the
demonstration. Several may run at once; each takes what no other has locked.
"""

import gc
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

import psycopg
from django.db import InterfaceError, OperationalError, connection, transaction

from oneplace.access.viewer import Viewer, system_viewer, tell_database
from oneplace.kit.kept_plans import cursor_of_deed, keeping
from oneplace.vocabulary.terms import Purpose

if TYPE_CHECKING:
    from oneplace.feeds.models import Delivery
    from oneplace.people.verbs import Placed
    from oneplace.records.verbs import TakenIn

READER: Final = system_viewer(
    "feed reader", purpose=Purpose.DIRECT_CARE, permissions=frozenset({"settle_quarantine"})
)
# From so many bytes waiting on, people are linked once at the end and not after every batch.
MANY_BYTES: Final = 8 * 1024 * 1024
# Up to so many deliveries a plan made before serves what is said in them.
_FEW: Final = 8
_PAUSE_S: Final = 1.0
_LOOK_AGAIN_S: Final = 0.25
# One process links at a time: two would decide about the same people beside each other.
_PLACING: Final = 5_151
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Progress:
    """How far the taking in has come."""

    deliveries: int = 0
    bytes: int = 0
    entries_new: int = 0
    entries_changed: int = 0
    subjects: int = 0
    seconds: float = 0.0


@dataclass
class _Going:
    """One run of taking in."""

    by: Viewer
    at: datetime
    tell: Callable[[Progress], None]
    begun: float = field(default_factory=time.monotonic)
    progress: Progress = field(default_factory=Progress)


def take_in_waiting(
    *,
    at: datetime,
    by: Viewer = READER,
    tell: Callable[[Progress], None] = lambda progress: None,
) -> Progress:
    """Take in everything that waits, oldest first, and decide whose it is.

    Each batch is one transaction, so that a kill loses nothing and shows nothing half. After a
    large backlog people are linked once, at the end; should that be cut short, the next run finds
    the numbers nobody has decided about and links them.
    """
    from oneplace.feeds import queries

    going = _Going(by, at, tell)
    is_many = queries.bytes_waiting(at_most=MANY_BYTES) >= MANY_BYTES
    with seldom_collecting():
        while _take_batch(going, is_placing=not is_many):
            pass
    if is_many:
        link_everybody(at=going.at, by=going.by)
    elif going.progress.deliveries == 0:
        _place_forgotten(going)
        _count_first(going)
    return replace(going.progress, seconds=time.monotonic() - going.begun)


@transaction.atomic(savepoint=False)
def take_together(
    *, deliveries: "Sequence[Delivery]", is_placing: bool = True, by: Viewer, at: datetime
) -> "TakenIn":
    """Write what these deliveries say and decide whose it is, as one deed.

    Somebody waits for the one message that arrives alone, and each journey to the database costs
    it a moment: so of a few deliveries the plans are kept, here for all that follows from them.
    """
    with keeping() if len(deliveries) <= _FEW else nullcontext():
        tell_database(by, at=at)
        return _take_together(deliveries, is_placing=is_placing, by=by, at=at)


def _take_together(
    deliveries: "Sequence[Delivery]", *, is_placing: bool, by: Viewer, at: datetime
) -> "TakenIn":
    from oneplace.people import verbs as people
    from oneplace.records import verbs as records

    taken = records.take_in(deliveries=deliveries, by=by, at=at)
    if is_placing and taken.subject_ids:
        _one_at_a_time()
        people.place(subject_ids=taken.to_place, by=by, at=at)
        # A stay or a death of somebody known changes who may open them, and what must stop.
        others = taken.subject_ids - taken.to_place
        if others:
            people.keep_in_step(subject_ids=others, by=by, at=at)
    return taken


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Let Python look for unreachable circles seldom: a batch makes millions of rows and none."""
    before = gc.get_threshold()
    gc.set_threshold(1_000_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _take_batch(going: _Going, *, is_placing: bool) -> bool:
    """One batch in one transaction; whether there was anything."""
    from oneplace.feeds import queries

    with transaction.atomic():
        deliveries = queries.waiting()
        if not deliveries:
            return False
        taken = take_together(
            deliveries=deliveries, is_placing=is_placing, by=going.by, at=going.at
        )
    known = going.progress
    going.progress = Progress(
        known.deliveries + taken.deliveries,
        known.bytes + sum(each.size for each in deliveries),
        known.entries_new + taken.entries_new,
        known.entries_changed + taken.entries_changed,
        known.subjects + len(taken.subject_ids),
        time.monotonic() - going.begun,
    )
    going.tell(going.progress)
    return True


def link_everybody(*, at: datetime, by: Viewer = READER) -> "Placed":
    """Link everybody anew, while nobody else decides who is who."""
    from oneplace.people import verbs as people
    from oneplace.records import verbs as records

    with transaction.atomic():
        tell_database(by, at=at)
        _one_at_a_time()
        placed = people.relink(by=by, at=at)
        # So much is new that the counts on the feeds page would be out of date until the next job.
        records.count_fields(by=by, at=at)
        return placed


def _place_forgotten(going: _Going) -> None:
    """Numbers nobody decided about, because a run was cut short after a batch of many."""
    from oneplace.people import verbs as people
    from oneplace.records.models import Subject

    forgotten = list(Subject.objects.filter(person_id__isnull=True).values_list("pk", flat=True))
    if forgotten:
        with transaction.atomic():
            tell_database(going.by, at=going.at)
            _one_at_a_time()
            people.place(subject_ids=forgotten, by=going.by, at=going.at)


def _count_first(going: _Going) -> None:
    """Count what the feeds pages show, where nobody has: later a job and each linkage do."""
    from oneplace.people import verbs as people
    from oneplace.records import verbs as records
    from oneplace.records.models import Entry, FieldCount

    if FieldCount.objects.exists() or not Entry.objects.exists():
        return
    with transaction.atomic():
        people.count_matched(by=going.by, at=going.at)
        records.count_fields(by=going.by, at=going.at)


def _one_at_a_time() -> None:
    with cursor_of_deed() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_PLACING])


def read_forever(
    *,
    now: Callable[[], datetime],
    before: Callable[[], bool] = lambda: True,
    is_stopping: Callable[[], bool] = lambda: False,
) -> None:
    """Read whatever comes in, at once when told and every second in any case, until stopped.

    `before` is done before each look, such as a demonstration's arrivals, and says whether to
    read. What goes wrong is logged without content and tried again; a database that went away is
    waited for.
    """
    pause = _PAUSE_S
    while not is_stopping():
        try:
            if before():
                take_in_waiting(at=now())
            pause = _PAUSE_S
            wait_for_something(_PAUSE_S)
        except (OperationalError, InterfaceError, psycopg.OperationalError):
            _log.warning("The database does not answer; trying again.")
            connection.close()
            time.sleep(pause)
            pause = min(pause * 2, 30.0)
        except Exception as error:
            # Its words could quote what a partner sent.
            _log.error("Taking in failed: %s", type(error).__name__)
            connection.close()
            time.sleep(pause)
            pause = min(pause * 2, 30.0)


def wait_for_something(seconds: float) -> None:
    """Wait until something is received, or this long."""
    from oneplace.feeds.verbs.receiving import CHANNEL

    connection.ensure_connection()
    raw = connection.connection
    with connection.cursor() as cursor:
        cursor.execute(f"listen {CHANNEL}")
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        for _ in raw.notifies(timeout=min(left, _LOOK_AGAIN_S), stop_after=1):
            return
