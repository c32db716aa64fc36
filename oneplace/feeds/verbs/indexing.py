"""Indexes where FHIR resources lie: a version for each change, none for the same bytes again."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.db import connection

from oneplace.feeds.models import Delivery
from oneplace.feeds.reading import ResourceNoted, Tally

_STAGED: Final = """
create temporary table if not exists feeds_resource_in (number bigint, source text, delivery uuid,
    kind text, fhir_id text, "offset" bigint, length int, sha256 text, last_updated timestamptz,
    is_deleted boolean) on commit drop;
create temporary table if not exists feeds_resource_new (number bigint, source text, delivery uuid,
    kind text, fhir_id text, "offset" bigint, length int, sha256 text, last_updated timestamptz,
    is_deleted boolean, stands bigint, before int) on commit drop;
truncate feeds_resource_in, feeds_resource_new
"""
# The first of a batch is new where it differs from what stands; each further one differs from the
# one before it.
_NEW: Final = """
insert into feeds_resource_new
select i.number, i.source, i.delivery, i.kind, i.fhir_id, i."offset", i.length, i.sha256,
    i.last_updated, i.is_deleted, c.id, coalesce(c.version, 0)
from (select *, row_number() over (partition by source, kind, fhir_id order by number) as nth
    from feeds_resource_in) i
left join feeds_resource c on c.source_id = i.source and c.kind = i.kind
    and c.fhir_id = i.fhir_id and c.is_current
where c.id is null or i.nth > 1 or c.sha256 <> i.sha256 or c.is_deleted <> i.is_deleted
"""
# First the old ones stand back: the unique index looks at each row as it is written.
_NOT_CURRENT: Final = """
update feeds_resource set is_current = false
where id in (select stands from feeds_resource_new where stands is not null)
"""
_IN: Final = """
insert into feeds_resource (source_id, kind, fhir_id, version, delivery_id, "offset", length,
    sha256, last_updated, is_deleted, is_current)
select source, kind, fhir_id, before + row_number() over resource, delivery, "offset", length,
    sha256, last_updated, is_deleted,
    row_number() over resource = count(*) over (partition by source, kind, fhir_id)
from feeds_resource_new
window resource as (partition by source, kind, fhir_id order by number)
order by kind, fhir_id, number
"""


def lock_number(text: str) -> int:
    """What a transaction holds while it decides about resources of a source, or one of them."""
    digest = hashlib.sha256(f"fhir|{text}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def index_resources(read: Sequence[tuple[Delivery, Tally]]) -> None:
    """Write where the resources of these deliveries lie, in the transaction of their rows."""
    lines = list(_lines(read))
    if not lines:
        return
    with connection.cursor() as cursor:
        # The same resource may come by two loaders, or by a file and the HTTP door, at once.
        for source in sorted({delivery.source_id for delivery, tally in read if tally.noted}):
            cursor.execute("select pg_advisory_xact_lock(%s)", [lock_number(source)])
        cursor.execute(_STAGED)
        with cursor.copy("copy feeds_resource_in from stdin") as copy:
            copy.write("\n".join(lines))
        cursor.execute("analyze feeds_resource_in")
        cursor.execute(_NEW)
        cursor.execute(_NOT_CURRENT)
        cursor.execute(_IN)


def _lines(read: Sequence[tuple[Delivery, Tally]]) -> Iterator[str]:
    """One line for COPY each, but for what stands there with the same bytes just before."""
    before: dict[tuple[Any, ...], tuple[str, bool]] = {}
    number = 0
    for delivery, tally in read:
        source, own = delivery.source_id, f"{delivery.source_id}\t{delivery.pk}"
        for noted in tally.noted:
            if noted.__class__ is not ResourceNoted:
                continue
            kind, fhir_id, offset, length, sha256, last_updated, is_deleted = noted
            key = (source, kind, fhir_id)
            if before.get(key) == (sha256, is_deleted):
                continue
            before[key] = (sha256, is_deleted)
            number += 1
            yield (
                f"{number}\t{own}\t{kind}\t{fhir_id}\t{offset}\t{length}\t{sha256}"
                f"\t{last_updated.isoformat()}\t{'t' if is_deleted else 'f'}"
            )
