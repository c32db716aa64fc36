"""Gives a number to everybody who has none, before their record is carried to the snapshot."""

from datetime import datetime
from typing import Final

from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer

_NUMBER: Final = (
    "greatest(1, ('x' || substr(md5(gen_random_uuid()::text || gen_random_uuid()::text), 1, 15))"
    "::bit(60)::bigint)"
)
_GIVE: Final = f"""
insert into people_pseudonym (person_id, number, event_salt)
select p.id, {_NUMBER}, {_NUMBER} from people_person p
 where p.current_id = p.id
   and not exists (select from people_pseudonym k where k.person_id = p.id)
on conflict do nothing
"""
_LACKING: Final = """
select exists (select from people_person p where p.current_id = p.id
   and not exists (select from people_pseudonym k where k.person_id = p.id))
"""


@transaction.atomic
def give_pseudonyms(*, by: Viewer, at: datetime) -> int:
    """Give a pseudonym to every current person without one; returns how many were given.

    The numbers are the database's own randomness. Two alike would be refused and made anew.
    """
    given = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_LACKING)
            if not cursor.fetchone()[0]:
                break
            cursor.execute(_GIVE)
            given += cursor.rowcount
    if given:
        audit.record(by=by, at=at, action="give_pseudonyms", detail={"persons": given})
    return given
