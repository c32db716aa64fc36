"""Counts how full each source's fields are; as the loader, over everything, a few times a day."""

from datetime import datetime
from typing import Final

from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.records.models import FieldCount

_PEOPLE: Final = {
    "NHS number that checks": "i.is_nhs_number_sound",
    "Date of birth": "i.born_on is not null",
    "First and family name": "i.given <> '' and i.family <> ''",
    "Address": "w.has_address",
    "Phone or email": "w.has_phone",
    "GP practice": "i.practice_code <> ''",
    "Ethnicity": "i.ethnicity <> ''",
    "Main language": "i.language <> ''",
}
_ENTRIES: Final = {
    "Date of the entry": "e.sorts_at is not null",
    "Who did it": "e.by <> '' or e.by_agent_id is not null",
    "Code": "e.code <> ''",
}


def _counted(fields: dict[str, str]) -> str:
    return ", ".join(f"count(*) filter (where {holds})" for holds in fields.values())


_COUNT_PEOPLE: Final = f"""
select i.source, count(*), {_counted(_PEOPLE)}
  from records_identity i
  left join (
    select identity_id, bool_or(kind = 'address' and (text <> '' or postcode <> '')) as has_address,
           bool_or(kind <> 'address' and text <> '') as has_phone
      from records_reach group by identity_id
  ) w on w.identity_id = i.id
 where not i.is_deleted group by i.source
"""
_COUNT_ENTRIES: Final = f"""
select e.source, count(*), {_counted(_ENTRIES)}
  from records_entry e where e.status <> 'in_error' group by e.source
"""


@transaction.atomic
def count_fields(*, by: Viewer, at: datetime) -> int:
    """Count anew how many rows of each source have each field filled; returns how many counts.

    Speaks as the loader: two statements over the whole record.
    """
    rows: list[FieldCount] = []
    for position, (statement, fields, what) in enumerate(
        ((_COUNT_PEOPLE, _PEOPLE, "people"), (_COUNT_ENTRIES, _ENTRIES, "entries"))
    ):
        with connection.cursor() as cursor:
            cursor.execute(statement)
            for source, total, *filled in cursor.fetchall():
                rows += [
                    FieldCount(
                        source=source,
                        position=position * 100 + number,
                        field=field,
                        what=what,
                        filled=count,
                        of=total,
                        counted_at=at,
                    )
                    for number, (field, count) in enumerate(zip(fields, filled, strict=True))
                ]
    FieldCount.objects.all().delete()
    FieldCount.objects.bulk_create(rows)
    audit.record(by=by, at=at, action="count_fields", detail={"counts": len(rows)})
    return len(rows)
