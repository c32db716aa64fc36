"""Indexes where FHIR resources lie: a version for each change, none for the same bytes again.

What stands is asked for once, by type and id; which versions are new is then worked out here, and
they are copied straight into their tables under ids taken beforehand, so that their numbers can be
copied after them. Staging the same rows, counting them for the planner and joining them back cost
PostgreSQL twice as much.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, Final, NamedTuple

from django.db import connection

from oneplace.feeds.models import Delivery
from oneplace.feeds.queries.deliveries import hold_resources
from oneplace.feeds.reading import ResourceNoted, Tally

_STANDING: Final = """
select r.kind, r.fhir_id, r.id, r.version, r.sha256, r.is_deleted
from unnest(%s::text[], %s::text[]) as a(kind, fhir_id)
join feeds_resource r on r.source_id = %s and r.kind = a.kind and r.fhir_id = a.fhir_id
    and r.is_current
"""
_NOT_CURRENT: Final = """
update feeds_resource set is_current = false where id = any(%s::bigint[])
"""
_IDS: Final = """
select nextval(s.name) from generate_series(1, %s), (
    select pg_get_serial_sequence('feeds_resource', 'id')::regclass as name offset 0
) s
"""
_RESOURCES: Final = """
copy feeds_resource (id, source_id, kind, fhir_id, version, delivery_id, "offset", length, sha256,
    last_updated, is_deleted, is_current) from stdin
"""
_NUMBERS: Final = """
copy feeds_resourcenumber (source_id, kind, number_sha, resource_id) from stdin
"""

_Key = tuple[str, str]
"""Type and id."""
_Lying = tuple[str, ResourceNoted]
"""A resource in a delivery."""


class _Version(NamedTuple):
    """A version that is new."""

    key: _Key
    number: int
    lying: _Lying


class _Standing(NamedTuple):
    """The current version: its row (none of one that is just being written), number and content."""

    row: int | None
    version: int
    sha256: str
    is_deleted: bool


def index_resources(read: Sequence[tuple[Delivery, Tally]]) -> None:
    """Write where the resources of these deliveries lie, in the transaction of their rows."""
    found: dict[str, list[_Lying]] = defaultdict(list)
    for delivery, tally in read:
        own = str(delivery.pk)
        found[delivery.source_id] += [
            (own, noted) for noted in tally.noted if isinstance(noted, ResourceNoted)
        ]
    for source, lying in sorted(found.items()):
        if lying:
            # The same resource may come by two loaders, or by a file and the HTTP door, at once.
            hold_resources(source)
            _index(source, lying)


def _index(source: str, lying: Sequence[_Lying]) -> None:
    """Write the versions that are new among these of one source, in the order they came."""
    with connection.cursor() as cursor:
        standing = _standing(cursor, source, {(noted.kind, noted.fhir_id) for _, noted in lying})
        news = _news(lying, standing)
        if not news:
            return
        # First the old ones stand back: the unique index looks at each row as it is written.
        gone = [standing[key].row for key in {one.key for one in news} if key in standing]
        if gone:
            cursor.execute(_NOT_CURRENT, [gone])
        cursor.execute(_IDS, [len(news)])
        ids = [id for (id,) in cursor.fetchall()]
        current = {one.key: id for id, one in zip(ids, news, strict=True)}
        moments = {at: at.isoformat() for at in {one.lying[1].last_updated for one in news}}
        _copy(
            cursor,
            _RESOURCES,
            [
                _line(source, id, one, moments, is_current=current[one.key] == id)
                for id, one in zip(ids, news, strict=True)
            ],
        )
        # A number finds the current version only, so only that one's are written down.
        _copy(
            cursor,
            _NUMBERS,
            [
                f"{source}\t{one.key[0]}\t{sha}\t{id}\n"
                for id, one in zip(ids, news, strict=True)
                if one.lying[1].numbers and current[one.key] == id
                for sha in one.lying[1].numbers
            ],
        )


def _standing(cursor: Any, source: str, keys: Collection[_Key]) -> dict[_Key, _Standing]:
    """What stands of each, where anything does."""
    ordered = sorted(keys)
    cursor.execute(
        _STANDING,
        [_array(kind for kind, _ in ordered), _array(fhir_id for _, fhir_id in ordered), source],
    )
    return {(row[0], row[1]): _Standing(*row[2:]) for row in cursor.fetchall()}


def _array(texts: Iterable[str]) -> str:
    """An array as one text, made more quickly than text by text; types and ids need no escapes."""
    return '{"' + '","'.join(texts) + '"}'


def _news(lying: Iterable[_Lying], standing: Mapping[_Key, _Standing]) -> list[_Version]:
    """The versions to be written, by type and id: each differs from the one before it."""
    now: dict[_Key, tuple[int, str, bool]] = {
        key: (one.version, one.sha256, one.is_deleted) for key, one in standing.items()
    }
    news: list[_Version] = []
    nothing = (0, "", False)
    for one in lying:
        noted = one[1]
        key = (noted.kind, noted.fhir_id)
        before, sha256, is_deleted = now.get(key, nothing)
        if before and sha256 == noted.sha256 and is_deleted == noted.is_deleted:
            continue
        now[key] = (before + 1, noted.sha256, noted.is_deleted)
        news.append(tuple.__new__(_Version, (key, before + 1, one)))
    # In one order, so that the pages of the indexes are gone through once.
    news.sort(key=itemgetter(0, 1))
    return news


def _line(
    source: str, id: int, one: _Version, moments: Mapping[datetime, str], *, is_current: bool
) -> str:
    """One line for COPY; `moments` are those of a few deliveries, each as text."""
    delivery, (kind, fhir_id, offset, length, sha256, last_updated, is_deleted, _) = one.lying
    return (
        f"{id}\t{source}\t{kind}\t{fhir_id}\t{one.number}\t{delivery}\t{offset}\t{length}\t{sha256}"
        f"\t{moments[last_updated]}\t{'t' if is_deleted else 'f'}\t{'t' if is_current else 'f'}\n"
    )


def _copy(cursor: Any, statement: str, told: Sequence[str]) -> None:
    if told:
        with cursor.copy(statement) as copy:
            copy.write("".join(told))
