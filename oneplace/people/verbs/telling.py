"""Tells people how their information is shared, for a whole list, with the letters drafted."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from oneplace.access import verbs as access_verbs
from oneplace.access.models import HowTold
from oneplace.access.viewer import Viewer
from oneplace.kit.clock import local_day
from oneplace.kit.words import label_of
from oneplace.people.verbs.summaries import HOME
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.vocabulary.terms import Purpose

TEMPLATE: Final = "sharing_letter"

# As far as the writer may read where each of them lives; nobody who has died is written to. Where
# somebody is found by no part of an address, the address is kept secret.
_HOMES: Final = f"""
{HOME}
written_to as (select p.* from people_person p where p.id = any(%(persons)s) and not p.is_dead)
select p.id, concat_ws(' ', nullif(p.title, ''), nullif(p.given, ''), nullif(p.family, '')),
       coalesce(homes.text, ''), coalesce(homes.postcode, ''),
       coalesce(f.part_of_address, '') = ''
  from written_to p
  left join homes on homes.whose = p.id
  left join people_finding f on f.person_id = p.id
 order by p.sort_name, p.id
"""


@dataclass(frozen=True)
class PeopleTold:
    """What came of telling a list: who is recorded, who has a letter, and who was left out."""

    told: tuple[uuid.UUID, ...]
    letters: tuple[uuid.UUID, ...]
    # Told, but no letter: no address the writer may read, or the person has died.
    without_letter: tuple[uuid.UUID, ...]
    # Nothing connects the writer with them today.
    not_open: tuple[uuid.UUID, ...]


@transaction.atomic
def tell_people(
    *,
    person_ids: Sequence[uuid.UUID],
    how: HowTold,
    said_on: date,
    with_letter: bool,
    by: Viewer,
    at: datetime,
) -> PeopleTold:
    """Record for all of these people that they were told, and draft a letter to each if wanted.

    The letters wait in the outbox for the place's time to take them back. Exceptions are left out
    of `person_ids` by whoever calls it.
    """
    told = access_verbs.record_told(person_ids=person_ids, how=how, said_on=said_on, by=by, at=at)
    written = _write_letters(told.person_ids, by=by, at=at) if with_letter else ()
    return PeopleTold(
        told.person_ids,
        written,
        tuple(each for each in told.person_ids if with_letter and each not in written),
        told.not_open,
    )


def _write_letters(
    persons: Sequence[uuid.UUID], *, by: Viewer, at: datetime
) -> tuple[uuid.UUID, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_HOMES, {"persons": list(persons), "today": local_day(at)})
        rows = cursor.fetchall()
    reachable = [row for row in rows if row[2] and row[1]]
    for person, name, home, postcode, is_secret in reachable:
        post.write_message(
            template=TEMPLATE,
            values={
                "salutation": f"Dear {name}",
                "how_we_share": settings.PLACE.sharing[Purpose.DIRECT_CARE].words,
                "signed_by": by.name,
                "role": by.title or (label_of(by.role) if by.role else "The team around you"),
                "organisation": by.organisation_name or settings.PLACE.name,
            },
            to=Recipient.person(
                person, name=name, to=_envelope(name, home, postcode), is_secret=is_secret
            ),
            cause=Cause("people", "telling", person),
            person_id=person,
            by=by,
            at=at,
        )
    return tuple(row[0] for row in reachable)


def _envelope(name: str, home: str, postcode: str) -> str:
    """The lines of an envelope; a source's one line is cut where it has commas."""
    lines = [part.strip() for part in home.split(",") if part.strip()]
    return "\n".join([name, *lines, *([postcode] if postcode and postcode not in lines else [])])
