"""What was once said of an entry, and what the person says of it."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson
from django.db import connection
from django.db.models import QuerySet

from oneplace.access.viewer import Viewer
from oneplace.records.models import Entry, Identity, Version
from oneplace.records.queries.rows import COLUMNS, WITH_AGENTS, EntryShown, shown
from oneplace.records.rules import BY_HAND
from oneplace.vocabulary.terms import EntryKind, EntryStatus


class SaidByPerson(NamedTuple):
    """What a person says about an entry, in their own words."""

    words: str
    said_by: str
    taken_by_name: str
    taken_at: datetime


class Saying(NamedTuple):
    """One thing an entry's source said of it."""

    content: Mapping[str, Any]
    """Columns by name, as JSON."""
    said_at: datetime
    """When it was last said so."""
    first_said_at: datetime
    arrived_at: datetime
    received_at: datetime
    delivery_id: uuid.UUID | None
    place: str
    stands: bool
    changed: tuple[str, ...]
    """Which columns differ from the saying before it."""


def entry(entry_id: uuid.UUID, *, viewer: Viewer) -> EntryShown | None:
    """One entry, or None for whoever has no reason to look."""
    if viewer.account_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {COLUMNS} from records_entry e {WITH_AGENTS} where e.id = %s", [entry_id]
        )
        row = cursor.fetchone()
    return None if row is None else shown(row)


def written_by_hand(entry_id: uuid.UUID, *, viewer: Viewer) -> Entry | None:
    """An entry that was written here, as its verbs want it; None if a partner said it.

    The row policies keep from the viewer what nothing connects them with.
    """
    return Entry.objects.filter(pk=entry_id, source=BY_HAND).first()


def parts(entry: EntryShown, *, viewer: Viewer) -> tuple[EntryShown, ...]:
    """What lies within an entry, such as what was found during a stay, in order."""
    if viewer.account_id is None:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {COLUMNS} from records_entry e {WITH_AGENTS}"
            " where e.subject_id = %s and e.within_id = %s and e.status <> 'in_error'"
            " order by e.sorts_at, e.id",
            [entry.subject_id, entry.id],
        )
        return tuple(shown(row) for row in cursor.fetchall())


def history(entry_id: uuid.UUID, *, viewer: Viewer) -> tuple[Saying, ...]:
    """Everything its source ever said of an entry, the first first; what stands is among it.

    What it said of somebody else, before it was about this person, is not shown.
    """
    return history_and_words(entry_id, viewer=viewer)[0]


def history_and_words(
    entry_id: uuid.UUID, *, viewer: Viewer
) -> tuple[tuple[Saying, ...], tuple[SaidByPerson, ...]]:
    """The history of an entry, and what the person says about it; in one statement."""
    if viewer.account_id is None:
        return (), ()
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, {"entry": entry_id})
        rows = cursor.fetchall()
    found: list[Saying] = []
    before: Mapping[str, Any] = {}
    words = ""
    for text, *provenance, words in rows:  # noqa: B007 - the same on each row
        content = orjson.loads(text)
        changed = tuple(name for name in content if before and content[name] != before.get(name))
        found.append(Saying._make((content, *provenance, changed)))
        before = content
    own = orjson.loads(words) if words else []
    return tuple(found), tuple(
        SaidByPerson(said, by, taken_by, datetime.fromisoformat(at))
        for said, by, taken_by, at in own
    )


_CONTENT: Final = tuple(
    field.column
    for field in Entry._meta.concrete_fields
    if field.column
    not in {
        "id", "source", "said_at", "version", "content_sha", "first_said_at", "delivery_id",
        "place", "arrived_at", "received_at", "sorts_at", "owner", "part", "own_labels",
        "erased_at",
    }
)  # fmt: skip
_PAIRS: Final = ", ".join(f"'{name}', e.{name}" for name in _CONTENT)
_HISTORY: Final = f"""
select content, said_at, first_said_at, arrived_at, received_at, delivery_id, place, stands, (
    select jsonb_agg(jsonb_build_array(o.words, o.said_by, o.taken_by_name, o.taken_at)
                     order by o.taken_at, o.id)::text
    from records_ownwords o where o.entry_id = %(entry)s and o.withdrawn_at is null) from (
    select jsonb_build_object({_PAIRS})::text as content, e.said_at, e.version, e.first_said_at,
        e.arrived_at, e.received_at, e.delivery_id, e.place, true as stands
    from records_entry e where e.id = %(entry)s
    union all
    select v.content::text, v.said_at, v.version, v.first_said_at, v.arrived_at, v.received_at,
        v.delivery_id, v.place, false
    from records_version v where v.thing_id = %(entry)s and v.content_sha <> (
        select e.content_sha from records_entry e where e.id = %(entry)s)
) said order by said_at, version, stands
"""


def identities(person_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Identity]:
    """What each source says of who a person is, the latest first, each with its ways of `reach`."""
    found = Identity.objects.filter(subject__person_id=person_id).select_related("subject")
    found = found.prefetch_related("reach").order_by("-said_at", "pk")
    return found if viewer.account_id is not None else found.none()


def earlier_identities(person_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[Version]:
    """What sources once said of who a person is, the latest first."""
    found = Version.objects.filter(thing="identity", subject__person_id=person_id)
    return found.order_by("-said_at", "-pk") if viewer.account_id is not None else found.none()


def stays_now(*, viewer: Viewer, organisation: str = "") -> QuerySet[Entry]:
    """Stays in hospital that go on, of whom the viewer may open; the longest first."""
    if viewer.account_id is None:
        return Entry.objects.none()
    found = Entry.objects.filter(kind=EntryKind.STAY, status=EntryStatus.CURRENT)
    if organisation:
        found = found.filter(organisation=organisation)
    return found.select_related("subject").order_by("starts_at", "pk")
