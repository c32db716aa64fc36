"""Keeps why a person's record may be opened in step with what sources say: registrations and stays.

The practice a person is registered with; the hospital of an open stay, and for a while after
(`hospital_opens_after_stay` of the place: letters, results, questions); the record steward, by
permission.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from itertools import permutations
from typing import Any, Final

from oneplace.access import verbs as access_verbs
from oneplace.access.verbs import WantedRelationship
from oneplace.access.viewer import Viewer
from oneplace.vocabulary.terms import RelationshipKind

SOURCE: Final = "people"
# Everything that is one person: those given up for it may have rows of later rooms of their own.
_SELVES = """
    select p.id, p.current_id from people_person p where p.current_id = any(%(persons)s)
"""
_PRACTICES = f"""
select selves.id, o.id, 'registered_practice', null::uuid, %(at)s::timestamptz, null::timestamptz
  from ({_SELVES}) selves
  join people_person p on p.id = selves.current_id and p.practice_code <> ''
  join partners_organisation o on o.code = p.practice_code and o.closed_on is null
"""
_STAYS = f"""
select selves.id, coalesce(named.id, teller.id), 'stay', e.id,
       least(e.starts_at, %(at)s::timestamptz),
       case when e.status = 'current' and e.ends_at is null then null
            else coalesce(e.ends_at, e.starts_at) + %(after)s::interval end
  from ({_SELVES}) selves
  join records_subject s on s.person_id = selves.current_id
  join records_entry e on e.subject_id = s.id
  left join partners_organisation named on named.code = e.organisation
  -- A trust names itself by a code of its own in what it sends; then whoever sent it is meant.
  left join feeds_source source on source.code = e.source
  left join partners_organisation teller on teller.code = source.organisation_code
 where coalesce(named.id, teller.id) is not null
   and e.kind = 'stay' and e.status in ('current', 'ended', 'not_said')
   and e.starts_at <= %(at)s
   and (e.status = 'current' and e.ends_at is null
        or coalesce(e.ends_at, e.starts_at) + %(after)s::interval > %(at)s)
"""


_HELD = f"""
select selves.id, selves.current_id, r.party_id, r.kind, r.source_id, r.ends_at
  from ({_SELVES}) selves
  left join access_relationship r on r.person_id = selves.id and r.source = '{SOURCE}'
       and (r.ends_at is null or r.ends_at > %(at)s)
"""
WANTED: Final = (f"{_PRACTICES} union all {_STAYS}", _HELD)
"""What is to be opened for `persons`; and who they all are, with what is open."""


def keep_open(found: Sequence[Sequence[Any]], *, by: Viewer, at: datetime) -> None:
    """Open, change and end relationships as `WANTED` found them, of current persons.

    What later rooms opened for one of somebody's identifiers holds for the others while they are
    one. Where everything is in step already, nothing is written.
    """
    wished, open_now = found
    wanted = [
        WantedRelationship(person, party, RelationshipKind(kind), *rest)
        for person, party, kind, *rest in wished
    ]
    selves = sorted({(person, current) for person, current, *_ in open_now})
    held = {(person, *rest) for person, _, *rest in open_now if rest[0] is not None}
    is_merged = any(person != current for person, current in selves)
    told = {(each[0], each[1], each[2].value, each[3], each[5]) for each in wanted}
    if not is_merged and told == held:
        return
    access_verbs.keep_relationships(
        persons=[person for person, _ in selves],
        wanted=wanted,
        same=_pairs(selves),
        source=SOURCE,
        by=by,
        at=at,
    )


def _pairs(held: Sequence[tuple[uuid.UUID, uuid.UUID]]) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Every two identifiers of one person, both ways round."""
    merged = {current for person, current in held if person != current}
    groups: dict[uuid.UUID, list[uuid.UUID]] = {current: [] for current in merged}
    for person, current in held:
        if current in merged:
            groups[current].append(person)
    return [pair for group in groups.values() for pair in permutations(group, 2)]
