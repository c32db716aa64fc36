"""A person's timeline: one statement that checks why the viewer may look, notes it, and reads."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.kit.kept_plans import kept_plans
from oneplace.records.queries.rows import COLUMNS, WITH_AGENTS, EntryShown, shown
from oneplace.vocabulary.terms import EntryKind, EntryStatus

PAGE: Final = 50
LARGEST_PAGE: Final = 500
STEWARD: Final = "see_who_is_who"


@dataclass(frozen=True)
class Filters:
    """What somebody wants to see of a timeline; empty means everything."""

    sources: tuple[str, ...] = ()
    kinds: tuple[EntryKind, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    """Every word of it must stand in the entry: its title, words, code, people or detail."""


@dataclass(frozen=True)
class Place:
    """Where a page of a timeline begins: right after this entry."""

    sorts_at: datetime | None
    id: uuid.UUID


@dataclass(frozen=True)
class Timeline:
    """One page of a timeline, newest first; what has no date comes last."""

    entries: tuple[EntryShown, ...]
    next: Place | None
    """Where the next page begins; None on the last."""


def timeline(
    person_id: uuid.UUID,
    *,
    viewer: Viewer,
    at: datetime,
    filters: Filters = Filters(),  # noqa: B008 - frozen
    after: Place | None = None,
    size: int = PAGE,
) -> Timeline:
    """Entries of whoever `person_id` is now; empty for whoever has no reason to look.

    The statement asks for the relationship by key, writes the audit's entry of this read in its
    transaction, and reads each subject's newest entries along one index.
    """
    size = min(size, LARGEST_PAGE)
    narrowed, values = _narrowed(filters, after)
    written, audited = audit.within(
        by=viewer,
        at=at,
        action="see_timeline",
        person_id=person_id,
        detail={"sources": list(filters.sources), "kinds": [str(kind) for kind in filters.kinds]},
    )
    # A search has a text of its own for each number of words.
    with connection.cursor() if filters.text else kept_plans() as cursor:
        cursor.execute(
            _READ.format(written=written, narrowed=narrowed),
            {
                **audited,
                **values,
                "parties": list(viewer.parties),
                "may": viewer.may(STEWARD),
                "at": at,
                "size": size + 1,
            },
        )
        found = [shown(row) for row in cursor.fetchall()]
    more = len(found) > size
    entries = tuple(found[:size])
    return Timeline(entries, Place(entries[-1].sorts_at, entries[-1].id) if more else None)


_READ: Final = f"""
with allowed as materialized (
    select true from access_relationship r
    where r.person_id = %(person_id)s and r.party_id = any (%(parties)s)
      and r.starts_at <= %(at)s and (r.ends_at is null or r.ends_at > %(at)s)
    union all select true where %(may)s
    limit 1
), audited as (
    {{written}} where exists (select from allowed)
), mine as materialized (
    select s.id from records_subject s
    where s.person_id = %(person_id)s and exists (select from allowed)
), chosen as materialized (
    select e.* from mine cross join lateral (
        select * from records_entry e where e.subject_id = mine.id {{narrowed}}
        order by e.sorts_at desc nulls last, e.id limit %(size)s
    ) e
    order by e.sorts_at desc nulls last, e.id limit %(size)s
)
select {COLUMNS} from chosen e {WITH_AGENTS} order by e.sorts_at desc nulls last, e.id
"""


def _narrowed(filters: Filters, after: Place | None) -> tuple[str, Mapping[str, Any]]:
    """SQL that narrows the entries `e` to those wanted, and its values."""
    conditions: list[str] = []
    values: dict[str, Any] = {}

    def narrow(condition: str, **given: Any) -> None:
        conditions.append(condition)
        values.update(given)

    # What was entered in error stands on its own page and in what is new, never in a timeline.
    narrow("e.status <> %(mistake)s", mistake=EntryStatus.IN_ERROR.value)
    if filters.sources:
        narrow("e.source = any (%(sources)s)", sources=list(filters.sources))
    if filters.kinds:
        narrow("e.kind = any (%(kinds)s)", kinds=[kind.value for kind in filters.kinds])
    if filters.since:
        # Whatever had not ended by then.
        narrow("coalesce(e.ends_at, e.sorts_at) >= %(since)s", since=filters.since)
    if filters.until:
        narrow("e.sorts_at < %(until)s", until=filters.until)
    for number, word in enumerate(_words_of(filters.text)):
        narrow(f"{SAYS} like %(word_{number})s", **{f"word_{number}": f"%{_plain(word)}%"})
    if after:
        if after.sorts_at is None:
            narrow("e.sorts_at is null and e.id > %(after_id)s", after_id=after.id)
        else:
            narrow(
                "(e.sorts_at < %(after_at)s or (e.sorts_at = %(after_at)s and e.id > %(after_id)s)"
                " or e.sorts_at is null)",
                after_at=after.sorts_at,
                after_id=after.id,
            )
    return "".join(f" and {condition}" for condition in conditions), values


# What free text is looked for in: only ever among one person's entries, found by their subjects.
SAYS: Final = (
    "lower(concat_ws(' ', e.title, e.words, e.code, e.by, e.organisation, e.detail::text))"
)
MOST_WORDS: Final = 8


def _words_of(text: str) -> Sequence[str]:
    """The words of a search, in small letters."""
    return text.lower().split()[:MOST_WORDS]


def _plain(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
