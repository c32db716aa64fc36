"""Where people live, as far as the viewer may know it: a point to reckon the way by, no address."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection

from oneplace.access.viewer import Viewer
from oneplace.directory.models import Postcode
from oneplace.kit.clock import local_day
from oneplace.science.routing import Point

_POINTS: Final = """
with asked as materialized (
    select p.id, p.current_id, coalesce(f.part_of_address, '') = '' as is_secret
      from people_person p left join people_finding f on f.person_id = p.current_id
     where p.id = any(%(persons)s)
), lives as (
    select distinct on (a.id) a.id, r.postcode
      from asked a
     cross join lateral (select s.id from records_subject s
                          where s.person_id = a.current_id offset 0) s
     cross join lateral (select * from records_identity i where i.subject_id = s.id offset 0) i
     cross join lateral (select * from records_reach r where r.identity_id = i.id offset 0) r
      left join partners_organisation o on o.code = i.organisation and o.kind = 'gp_practice'
     where not a.is_secret and not i.is_deleted and r.kind = 'address' and r.postcode <> ''
       and (r.ends_on is null or r.ends_on >= %(today)s)
       and lower(r.use) not in ('previous', 'old', 'temporary', 'temp', 'billing', 'mailing')
     order by a.id, case when o.id is not null then 0 else 1 end, i.said_at desc, i.id, r.rank
)
select l.id, w.latitude, w.longitude
  from lives l join lateral (
    select d.latitude, d.longitude from directory_postcode d
     where d.code in (replace(upper(l.postcode), ' ', ''), split_part(upper(l.postcode), ' ', 1))
     order by length(d.code) desc limit 1
  ) w on true
"""


def points(
    person_ids: Sequence[uuid.UUID], *, viewer: Viewer, at: datetime
) -> dict[uuid.UUID, Point]:
    """Where these people live, by the person asked for; nobody whose address is protected.

    One statement. The row policies keep an address from whoever may not read it.
    """
    if viewer.account_id is None or not person_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_POINTS, {"persons": list(person_ids), "today": local_day(at)})
        return {row[0]: Point(row[1], row[2]) for row in cursor.fetchall()}


def postcodes(codes: Sequence[str], *, viewer: Viewer) -> dict[str, Point]:
    """Where postcodes of places of work lie, by the code as it was asked; of nobody's home."""
    bare = {code: code.replace(" ", "").upper() for code in codes if code}
    if viewer.account_id is None or not bare:
        return {}
    found = {
        each.code: Point(each.latitude, each.longitude)
        for each in Postcode.objects.filter(code__in=set(bare.values()))
    }
    return {code: found[short] for code, short in bare.items() if short in found}
