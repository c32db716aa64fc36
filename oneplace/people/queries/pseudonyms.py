"""From the numbers an analysis speaks in back to people: only to those the viewer may open.

Row policies apply as everywhere: as the web role a number of somebody the viewer has no reason to
see is a number of nobody. A background job that writes suggestions asks as the loader.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence

from django.db import connection

from oneplace.access.viewer import Viewer

# An entry's number in the snapshot: `people.extracts` makes it in the same words.
EVENT_NUMBER = "('x' || substr(md5({entry}::text || ':' || {salt}::text), 1, 15))::bit(60)::bigint"


def people_behind(numbers: Collection[int], *, viewer: Viewer) -> Mapping[int, uuid.UUID]:
    """Who stands behind these pseudonyms, or whoever that person is one with now."""
    if viewer.account_id is None or not numbers:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select k.number, p.current_id from people_pseudonym k"
            " join people_person p on p.id = k.person_id where k.number = any (%s)",
            [list(numbers)],
        )
        return dict(cursor.fetchall())


def pseudonyms_of(person_ids: Collection[uuid.UUID], *, viewer: Viewer) -> Mapping[uuid.UUID, int]:
    """The pseudonyms of these people, where they have one and the viewer may open them."""
    if viewer.account_id is None or not person_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select person_id, number from people_pseudonym where person_id = any (%s)",
            [list(person_ids)],
        )
        return dict(cursor.fetchall())


_ENTRIES_BEHIND = f"""
select x.number, x.id from (
    select e.id, {EVENT_NUMBER.format(entry="e.id", salt="k.event_salt")} as number
      from people_pseudonym k
      join people_person p on p.current_id = k.person_id
      join records_subject s on s.person_id in (p.id, k.person_id)
      join records_entry e on e.subject_id = s.id
     where k.person_id = %(person)s
) x where x.number = any (%(events)s)
"""


def entries_behind(
    person_id: uuid.UUID, events: Sequence[int], *, viewer: Viewer
) -> Mapping[int, uuid.UUID]:
    """Which entries of the record the numbers of events of a reason are, as far as they open."""
    if viewer.account_id is None or not events:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES_BEHIND, {"person": person_id, "events": list(events)})
        return dict(cursor.fetchall())
