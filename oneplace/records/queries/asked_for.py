"""What the record holds for one request about somebody's own data, for who handles it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from django.db import connection

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.records.models import Erasure, OwnWords
from oneplace.records.queries.rows import COLUMNS, WITH_AGENTS, EntryShown, shown
from oneplace.vocabulary.terms import LabelKind

_SEE: Final = "see_asked_for"


@dataclass(frozen=True)
class AskedEntry:
    """An entry a request reaches."""

    entry: EntryShown
    owner: str
    """Who recorded it, as the rule of access calls them."""
    content_sha: str
    own_labels: tuple[str, ...]
    """What it was marked with here."""
    own_words: tuple[str, ...]
    """What the person says about it."""

    @property
    def is_restricted(self) -> bool:
        """Whether it is not to be used for now."""
        return LabelKind.USE_RESTRICTED in self.own_labels


@dataclass(frozen=True)
class AskedIdentity:
    """What one source says of who the person is, and how they are reached."""

    id: uuid.UUID
    source: str
    owner: str
    content_sha: str
    said_at: datetime
    facts: dict[str, Any]
    reach: Sequence[dict[str, Any]]


@dataclass(frozen=True)
class AskedFor:
    """Everything a request reaches, oldest first."""

    entries: tuple[AskedEntry, ...]
    identities: tuple[AskedIdentity, ...]


def asked_for(
    right_id: uuid.UUID, person_id: uuid.UUID, *, viewer: Viewer, at: datetime
) -> AskedFor:
    """What a request reaches; raises the database's refusal where it is not the viewer's to handle.

    It says so in the audit first, which the database asks for.
    """
    _say(_SEE, right_id, person_id, viewer=viewer, at=at)
    values: dict[str, uuid.UUID | str] = {"right": right_id, "wanted": _SEE}
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, values)
        entries = tuple(
            AskedEntry(shown(row), owner, sha, tuple(labels), tuple(words or ()))
            for *row, owner, sha, labels, words in cursor.fetchall()
        )
        cursor.execute(_IDENTITIES, values)
        identities = tuple(
            AskedIdentity(id, source, owner, sha, said_at, _loaded(facts), _loaded(reach))
            for id, source, owner, sha, said_at, facts, reach in cursor.fetchall()
        )
    return AskedFor(entries, identities)


_ENTRIES: Final = f"""
with words as materialized (
    select entry_id, array_agg(said_by || ': ' || words order by taken_at, id) as said
      from records_own_words_of_right(%(right)s, %(wanted)s) group by entry_id
)
select {COLUMNS}, e.owner, encode(e.content_sha, 'hex'),
    e.own_labels, w.said
from records_of_right(%(right)s, %(wanted)s) e {WITH_AGENTS} left join words w on w.entry_id = e.id
order by e.sorts_at nulls first, e.id
"""
_FACTS: Final = (
    "nhs_number", "nhs_number_status", "title", "given", "other_given", "family", "known_as",
    "previous_families", "born_on", "gender", "ethnicity", "language", "needs_interpreter",
    "marital_status", "religion", "is_dead", "died_at", "practice_code", "organisation",
    "lives_alone", "accommodation", "communication_needs",
)  # fmt: skip
_IDENTITIES: Final = f"""
with ways as materialized (
    select identity_id, jsonb_agg(jsonb_build_object('kind', kind, 'text', text, 'use', "use",
        'postcode', postcode, 'starts_on', starts_on, 'ends_on', ends_on, 'note', note)
        order by position) as ways
      from records_reach_of_right(%(right)s, %(wanted)s) group by identity_id
)
select i.id, i.source, i.owner, encode(i.content_sha, 'hex'), i.said_at,
       jsonb_build_object({", ".join(f"'{name}', i.{name}" for name in _FACTS)})::text,
       coalesce(w.ways, '[]')::text
from records_identities_of_right(%(right)s, %(wanted)s) i left join ways w on w.identity_id = i.id
order by i.source, i.id
"""


def own_words(entry_id: uuid.UUID, *, viewer: Viewer) -> tuple[OwnWords, ...]:
    """What the person says about an entry, for whoever reads the entry."""
    if viewer.account_id is None:
        return ()
    return tuple(OwnWords.objects.filter(entry_id=entry_id, withdrawn_at__isnull=True))


def erasures(right_id: uuid.UUID, *, viewer: Viewer) -> tuple[Erasure, ...]:
    """The certificates of what was erased after a request."""
    if viewer.account_id is None:
        return ()
    return tuple(Erasure.objects.filter(right_id=right_id))


def _say(
    action: str, right_id: uuid.UUID, person_id: uuid.UUID, *, viewer: Viewer, at: datetime
) -> None:
    audit.record(by=viewer, at=at, action=action, subject=("right", right_id), person_id=person_id)


def _loaded(text: Any) -> Any:
    return orjson.loads(text) if isinstance(text, str) else text
