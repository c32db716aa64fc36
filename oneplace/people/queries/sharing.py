"""What people decided about sharing, where somebody may be known under several identifiers."""

import uuid
from collections import defaultdict
from collections.abc import Sequence

from django.db import connection

from oneplace.access.permissions import KEEP_PROTECTIONS
from oneplace.access.queries import choices as choice_queries
from oneplace.access.viewer import Viewer
from oneplace.people.models import Person
from oneplace.vocabulary.terms import Purpose

_SELVES = """
select asked.id, other.id
  from unnest(%s::uuid[]) as asked (id)
  join people_person p on p.id = asked.id
  join people_person other on other.current_id = p.current_id
"""


def selves(person_id: uuid.UUID, *, viewer: Viewer) -> list[uuid.UUID]:
    """Every identifier of this person, itself first; nothing where the record does not open."""
    if viewer.account_id is None:
        return []
    found = Person.objects.filter(current__was__pk=person_id).values_list("pk", flat=True)
    known = set(found) | set(Person.objects.filter(pk=person_id).values_list("pk", flat=True))
    return sorted(known, key=lambda each: (each != person_id, each))


def called(person_id: uuid.UUID, *, viewer: Viewer) -> str | None:
    """The name of a person, for whoever keeps protections; None for nobody, and to all others.

    An officer protects records without reading them.
    """
    if not viewer.may(KEEP_PROTECTIONS):
        return None
    with connection.cursor() as cursor:
        cursor.execute("select people_called(%s)", [person_id])
        found: str | None = cursor.fetchall()[0][0]
        return found


def may_use(
    person_ids: Sequence[uuid.UUID], purpose: Purpose, *, viewer: Viewer
) -> frozenset[uuid.UUID]:
    """Those of these people whose record may be used for this purpose, two statements for all.

    A choice made under one of somebody's identifiers counts for all of them. See
    `access.queries.choices.may_use` for what stops which purpose.
    """
    if viewer.account_id is None or not person_ids:
        return frozenset()
    groups: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_SELVES, [list(person_ids)])
        for asked, other in cursor.fetchall():
            groups[asked].add(other)
    everybody = sorted(set().union(*groups.values())) if groups else []
    free = choice_queries.may_use(everybody, purpose, viewer=viewer)
    return frozenset(asked for asked, group in groups.items() if group <= free)
