"""Indexes where FHIR resources lie: a version for each change, none for the same bytes again."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.db import connection

from oneplace.feeds.models import Delivery
from oneplace.feeds.queries.deliveries import hold_resources
from oneplace.feeds.reading import ResourceNoted, Tally

_STAGED: Final = """
create temporary table if not exists feeds_resource_in (number bigint, source text, delivery uuid,
    kind text, fhir_id text, "offset" bigint, length int, sha256 text, last_updated timestamptz,
    is_deleted boolean) on commit drop;
create temporary table if not exists feeds_resource_new (number bigint, source text, delivery uuid,
    kind text, fhir_id text, "offset" bigint, length int, sha256 text, last_updated timestamptz,
    is_deleted boolean, stands bigint, before int) on commit drop;
create temporary table if not exists feeds_number_in (number bigint, number_sha text)
    on commit drop;
truncate feeds_resource_in, feeds_resource_new, feeds_number_in
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
# A number finds the current version only, so only that one's are written down.
_NUMBERS: Final = """
insert into feeds_resourcenumber (source_id, kind, number_sha, resource_id)
select n.source, n.kind, i.number_sha, r.id
from feeds_number_in i
join feeds_resource_new n on n.number = i.number
join feeds_resource r on r.source_id = n.source and r.kind = n.kind and r.fhir_id = n.fhir_id
    and r.is_current and r.delivery_id = n.delivery and r."offset" = n."offset"
"""


def index_resources(read: Sequence[tuple[Delivery, Tally]]) -> None:
    """Write where the resources of these deliveries lie, in the transaction of their rows."""
    changed = list(_changed(read))
    if not changed:
        return
    lines = [_line(number, *each) for number, each in enumerate(changed, 1)]
    numbers = [
        f"{number}\t{sha}" for number, (_, noted) in enumerate(changed, 1) for sha in noted.numbers
    ]
    with connection.cursor() as cursor:
        # The same resource may come by two loaders, or by a file and the HTTP door, at once.
        for source in sorted({delivery.source_id for delivery, tally in read if tally.noted}):
            hold_resources(source)
        cursor.execute(_STAGED)
        with cursor.copy("copy feeds_resource_in from stdin") as copy:
            copy.write("\n".join(lines))
        cursor.execute("analyze feeds_resource_in")
        cursor.execute(_NEW)
        cursor.execute(_NOT_CURRENT)
        cursor.execute(_IN)
        if numbers:
            with cursor.copy("copy feeds_number_in from stdin") as copy:
                copy.write("\n".join(numbers))
            cursor.execute("analyze feeds_number_in, feeds_resource_new")
            cursor.execute(_NUMBERS)


def _changed(read: Sequence[tuple[Delivery, Tally]]) -> Iterator[tuple[Delivery, ResourceNoted]]:
    """Each resource noted, but for what stands there with the same bytes just before."""
    before: dict[tuple[Any, ...], tuple[str, bool]] = {}
    for delivery, tally in read:
        for noted in tally.noted:
            if not isinstance(noted, ResourceNoted):
                continue
            key = (delivery.source_id, noted.kind, noted.fhir_id)
            state = (noted.sha256, noted.is_deleted)
            if before.get(key) == state:
                continue
            before[key] = state
            yield delivery, noted


def _line(number: int, delivery: Delivery, noted: ResourceNoted) -> str:
    """One line for COPY."""
    kind, fhir_id, offset, length, sha256, last_updated, is_deleted, _ = noted
    return (
        f"{number}\t{delivery.source_id}\t{delivery.pk}\t{kind}\t{fhir_id}\t{offset}\t{length}"
        f"\t{sha256}\t{last_updated.isoformat()}\t{'t' if is_deleted else 'f'}"
    )
