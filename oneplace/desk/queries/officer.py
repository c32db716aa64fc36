"""Who a person is, said as little as officers and emergencies need; where a letter would go."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection

from oneplace.access.permissions import SEE_AUDIT
from oneplace.access.viewer import Viewer
from oneplace.partners.models import Organisation
from oneplace.people.models import Finding, SearchKey


@dataclass(frozen=True)
class Named:
    """A person as somebody who searches may read them: no more tells two namesakes apart."""

    person_id: uuid.UUID
    name: str
    born_year: int | None
    part_of_address: str
    practice: str


@dataclass(frozen=True)
class Envelope:
    """A name and the lines of an address, for a letter."""

    name: str
    greeting: str
    lines: tuple[str, ...]
    is_dead: bool

    @property
    def to(self) -> str:
        """The envelope: the name and where they live, a line each."""
        return "\n".join((self.name, *self.lines))


def named(person_ids: Iterable[uuid.UUID | None], *, viewer: Viewer) -> dict[uuid.UUID, Named]:
    """These persons by id, as far as the viewer answers for access or may open them."""
    wanted = {person for person in person_ids if person is not None}
    if viewer.account_id is None or not wanted:
        return {}
    found = list(Finding.objects.filter(person_id__in=wanted))
    practices = dict(
        Organisation.objects.filter(code__in={row.practice_code for row in found}).values_list(
            "code", "name"
        )
    )
    return {
        row.person_id: Named(
            row.person_id,
            row.name,
            row.born_year,
            row.part_of_address,
            practices.get(row.practice_code, ""),
        )
        for row in found
    }


def person_of_number(nhs_number: str, *, viewer: Viewer) -> uuid.UUID | None:
    """Whoever has this sound NHS number (ten digits), for officers; nobody where two have it."""
    if not viewer.may(SEE_AUDIT):
        return None
    found = SearchKey.objects.filter(key=f"h:{nhs_number}").values_list("person_id", flat=True)
    persons = set(found[:2])
    return persons.pop() if len(persons) == 1 else None


_ENVELOPE: Final = """
select p.title, p.given, p.family, p.is_dead, r.lines, r.text, r.postcode
  from people_person p
  left join lateral (
    select r.lines, r.text, r.postcode
      from records_subject s
      join records_identity i on i.subject_id = s.id and not i.is_deleted
      join records_reach r on r.identity_id = i.id
     where s.person_id = p.id and r.kind = 'address'
       and (r.ends_on is null or r.ends_on >= %(today)s)
       and lower(r.use) not in ('previous', 'old', 'temporary', 'temp', 'billing')
     order by i.nhs_number_status <> 'verified', i.said_at desc, r.rank, r.position limit 1
  ) r on true
 where p.id = %(person)s and p.current_id = p.id
"""


def envelope(person_id: uuid.UUID, *, viewer: Viewer, on: date) -> Envelope | None:
    """Where a letter to this person goes, as far as the viewer may read it; None for a stranger.

    Without lines where no address is known, or where it is kept secret from the viewer.
    """
    if viewer.account_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_ENVELOPE, {"person": person_id, "today": on})
        row = cursor.fetchone()
    if row is None:
        return None
    title, given, family, is_dead, lines, text, postcode = row
    parts = [part.strip() for part in (lines or (text or "").split(",")) if part.strip()]
    if postcode and not any(postcode in part for part in parts):
        parts.append(postcode)
    name = " ".join(filter(None, (title, given, family)))
    greeting = " ".join(filter(None, (title or given, family)))
    return Envelope(name, greeting or "Sir or Madam", tuple(parts), is_dead)


_RECORDED: Final = """
select distinct o.organisation_id
  from records_subject s
  join records_entry e on e.subject_id = s.id
  join access_sourceowner o on o.owner = e.owner
 where s.person_id = %s
"""


def recorded_by(person_id: uuid.UUID, *, viewer: Viewer) -> list[uuid.UUID]:
    """Organisations that recorded what opens to this viewer of this person's record."""
    if viewer.account_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_RECORDED, [person_id])
        return [organisation for (organisation,) in cursor.fetchall()]


_PLACES: Final = """
select id from partners_organisation where id = any(%(parties)s)
union select host_id from partners_team where id = any(%(parties)s)
union select p.organisation_id from access_hat h join partners_post p on p.id = h.post_id
       where h.id = any(%(parties)s)
"""


def organisations_of(parties: Iterable[uuid.UUID], *, viewer: Viewer) -> list[uuid.UUID]:
    """The organisations these parties are, belong to or work for."""
    if viewer.account_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, {"parties": list(parties)})
        return [organisation for (organisation,) in cursor.fetchall() if organisation]
