"""The rows the room's queries answer with: entries as a page shows them, and their filters."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

import orjson

from oneplace.records.rules import BY_HAND
from oneplace.vocabulary.terms import EntryKind, EntryStatus, Exactness

_UNDER_WAY: Final = frozenset({EntryStatus.CURRENT, EntryStatus.NOT_SAID})


def goes_on(status: EntryStatus, ends_at: datetime | None, *, at: datetime) -> bool:
    """Whether something is under way at `at`: an end yet to come is none."""
    return status in _UNDER_WAY and (ends_at is None or ends_at > at)


def is_not_to_be_given(kind: EntryKind, detail: Mapping[str, Any]) -> bool:
    """Whether an entry asks that a medicine is *not* given (FHIR R4, `doNotPerform`)."""
    return kind == EntryKind.MEDICINE and detail.get("must_not") is True


def title_shown(kind: EntryKind, title: str, detail: Mapping[str, Any]) -> str:
    """How an entry is called wherever it is shown: what must not be given says so first."""
    return f"Do not give: {title}" if is_not_to_be_given(kind, detail) else title


class EntryShown(NamedTuple):
    """One entry as it stands, with the names of those who acted."""

    starts_at: datetime | None
    ends_at: datetime | None
    recorded_at: datetime | None
    sorts_at: datetime | None
    """When it began, else when it was taken down, else its end."""
    said_at: datetime
    """When its source last said so: the *as of* of the line."""
    first_said_at: datetime
    arrived_at: datetime
    """When this content first reached us, in care time."""
    received_at: datetime
    id: uuid.UUID
    kind: EntryKind
    status: EntryStatus
    exactness: Exactness
    title: str
    code: str
    code_system: str
    words: str
    value: Decimal | None
    unit: str
    organisation: str
    by: str
    """The professional or team: the source's words, else the name of whoever acted."""
    by_role: str
    """What they are, where the source says so."""
    where: str
    """The name of the organisation or place, where the source says so."""
    source: str
    key: str
    subject_id: uuid.UUID
    within_id: uuid.UUID | None
    labels: Sequence[str]
    detail: Mapping[str, Any]
    delivery_id: uuid.UUID | None
    place: str
    """Where in the delivery."""
    has_history: bool
    """Whether its source once said something else."""

    @property
    def is_withdrawn(self) -> bool:
        """Whether its source took it back, or said it was a mistake."""
        return self.status in {EntryStatus.CANCELLED, EntryStatus.IN_ERROR}

    def goes_on(self, at: datetime) -> bool:
        """Whether what it tells of is under way at `at`, as far as its source says."""
        return goes_on(self.status, self.ends_at, at=at)

    @property
    def is_not_to_be_given(self) -> bool:
        """Whether it is a medicine that somebody said must not be given."""
        return is_not_to_be_given(self.kind, self.detail)

    @property
    def is_by_hand(self) -> bool:
        """Whether somebody here entered it."""
        return self.source == BY_HAND


_TIMES: Final = (
    "starts_at", "ends_at", "recorded_at", "sorts_at", "said_at", "first_said_at", "arrived_at",
    "received_at",
)  # fmt: skip
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _as_number(column: str) -> str:
    # Microseconds: a number is read many times quicker than a time, and a page has hundreds.
    return f"(extract(epoch from e.{column}) * 1000000)::bigint"


COLUMNS: Final = f"""
    {", ".join(_as_number(column) for column in _TIMES)},
    e.id, e.kind, e.status, e.exactness, e.title, e.code, e.code_system, e.words, e.value, e.unit,
    e.organisation, coalesce(nullif(e.by, ''), b.name, ''),
    coalesce(b.detail -> 'roles' ->> 0, ''), coalesce(a.name, ''), e.source, e.key, e.subject_id,
    e.within_id, e.labels, e.detail::text, e.delivery_id, e.place,
    exists (select from records_version v
             where v.thing_id = e.id and v.content_sha <> e.content_sha)
"""
"""What `shown` makes rows of, from `e`, an entry, and `WITH_AGENTS`."""
WITH_AGENTS: Final = """
    left join records_agent b on b.id = e.by_agent_id
    left join records_agent a on a.id = e.at_agent_id
"""


# Where the detail is among what follows the exactness: Django has JSON handed over as text.
_DETAIL: Final = -4


def shown(row: Sequence[Any]) -> EntryShown:
    """The row of a statement that selects `COLUMNS`."""
    times, (id, kind, status, exactness, *rest) = row[: len(_TIMES)], row[len(_TIMES) :]
    moments = [None if time is None else _moment(time) for time in times]
    detail = rest[_DETAIL] = orjson.loads(rest[_DETAIL])
    rest[0] = title_shown(EntryKind(kind), rest[0], detail)
    return EntryShown._make(
        (*moments, id, EntryKind(kind), EntryStatus(status), Exactness(exactness), *rest)
    )


def _moment(microseconds: int) -> datetime:
    return _BEGINNING + timedelta(microseconds=microseconds)
