"""Finds people by what somebody typed; shows of those they may not open only what tells them apart.

Every look goes by equality of keys, which keeps its index under row policies.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from oneplace.access.models import AuditEntry, AuditPerson
from oneplace.access.permissions import EXPLAIN_ACCESS
from oneplace.access.viewer import Viewer
from oneplace.kit.clock import local_day
from oneplace.partners.models import Organisation
from oneplace.people.asking import Asked, asked, name_in_number
from oneplace.people.models import Finding, Overlap, SearchKey
from oneplace.people.permissions import FIND_PERSON, SEE_WHO_IS_WHO
from oneplace.people.spelling import keys_to_try, nicknames, slips
from oneplace.vocabulary.nhs_number import is_valid
from oneplace.vocabulary.terms import OrganisationKind, RelationshipKind

MOST = 25
"""People shown at once: beyond that, more must be typed."""
MOST_SPELLINGS = 12
"""Names one typed name may stand for."""
FEW = 5
"""With fewer found, names that are spelled or sound nearly alike are looked for as well."""

EXACT, NICKNAME, BEGINNING, ONE_SLIP, SOUNDS_LIKE = 1.0, 0.9, 0.8, 0.7, 0.5


@dataclass(frozen=True)
class Found:
    """One person found. `born_on` and `nhs_number` are there only if the record may be opened."""

    person_id: uuid.UUID
    name: str
    born_year: int | None
    part_of_address: str
    practice: str
    is_dead: bool
    why: tuple[RelationshipKind, ...]
    """Why the viewer may open the record; empty where it may not."""
    is_open: bool
    born_on: date | None = None
    nhs_number: str = ""


@dataclass(frozen=True)
class LookedUp:
    """The one person a look-up found: enough to know whether it is the one meant, and no more."""

    person_id: uuid.UUID
    name: str
    born_year: int | None
    part_of_address: str
    practice: str
    is_dead: bool


@dataclass(frozen=True)
class Answer:
    """What a search found: the best first, whether there are more, and how it was understood."""

    asked: Asked
    people: tuple[Found, ...] = ()
    has_more: bool = False
    spellings: tuple[str, ...] = ()
    """Other spellings of the names typed that were looked for as well."""


def search(text: str, *, viewer: Viewer, at: datetime) -> Answer:
    """People the viewer may open who fit what was typed, best first, at most `MOST`.

    Of anybody else the policies show neither name nor key: `verbs.look_up_person` is for those.
    Whoever shows it calls `verbs.find_people`, which counts and audits.
    """
    wanted = asked(text, today=local_day(at))
    found = _answer(wanted, viewer)
    if not found.people and (name := name_in_number(wanted)) is not None:
        # Some systems write a number behind a name: "Zemlak964" is nobody's number.
        other = _answer(name, viewer)
        return other if other.people else found
    return found


def _answer(wanted: Asked, viewer: Viewer) -> Answer:
    if not viewer.may(FIND_PERSON) or not wanted.is_enough:
        return Answer(wanted)
    spellings = _spellings(wanted.names)
    sure = {
        typed: [(name, score) for name, score in names if score >= BEGINNING]
        for typed, names in spellings.items()
    }
    rows = _people(wanted, sure, viewer)
    if len(rows) < FEW and sure != spellings:
        rows = _people(wanted, spellings, viewer)
    if not rows and len(wanted.names) > 1:
        # One of several names may be wrong or missing: then all but one are asked for.
        rows = _people(wanted, spellings, viewer, missing=1)
    others = {
        name for typed, names in spellings.items() for name, score in names if score < EXACT
    } - set(wanted.names)
    return Answer(
        wanted,
        tuple(rows[:MOST]),
        len(rows) > MOST,
        tuple(sorted(others)) if rows else (),
    )


_Spellings = dict[str, list[tuple[str, float]]]

_NEAR = "select distinct key, name from people_namekey where key = any(%s)"
_BEGIN = """
select name from people_namekey where key >= %s and key < %s order by key limit 12
"""


def _spellings(names: Sequence[str]) -> _Spellings:
    """For each name typed, the names in use it may stand for, nearest first, with their score."""
    if not names:
        return {}
    keys = {key: None for name in names for key in keys_to_try(name)}
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, [list(keys)])
        near = cursor.fetchall()
        beginnings = {name: _beginning(cursor, name) for name in names}
    return {name: _nearest(name, near, beginnings[name]) for name in names}


def _beginning(cursor: object, name: str) -> list[str]:
    if len(name) < 3:
        return []
    cursor.execute(_BEGIN, [f"={name}", f"={name}\uffff"])  # type: ignore[attr-defined]
    return [found for (found,) in cursor.fetchall()]  # type: ignore[attr-defined]


def _nearest(
    typed: str, near: Sequence[tuple[str, str]], beginnings: Sequence[str]
) -> list[tuple[str, float]]:
    tried = set(keys_to_try(typed))
    scores = {typed: EXACT}
    for name in nicknames(typed):
        scores.setdefault(name, NICKNAME)
    for name in beginnings:
        scores.setdefault(name, BEGINNING)
    for key, name in near:
        if key not in tried or name in scores:
            continue
        apart = slips(typed, name)
        if apart <= 1:
            scores[name] = ONE_SLIP
        elif key.startswith("~") and apart <= max(2, len(typed) // 3):
            scores[name] = SOUNDS_LIKE
    ranked = sorted(scores.items(), key=lambda item: (-item[1], slips(typed, item[0]), item[0]))
    return ranked[:MOST_SPELLINGS]


# `tried` is small and comes first; each of its keys is looked up in the index of keys.
_PEOPLE = """
with tried as materialized (
    select * from unnest(%(words)s::int[], %(keys)s::text[], %(scores)s::float8[])
        as t (word, key, score)
),
hits as (
    select k.person_id, tried.word, max(tried.score) as score
      from tried cross join lateral (
        select person_id from people_searchkey where key = tried.key
      ) as k group by k.person_id, tried.word
),
scored as (
    select person_id, sum(score) as score from hits
     group by person_id
    having count(*) filter (where word >= 0) >= %(names)s
       and count(*) filter (where word < 0) = %(musts)s
)
select f.person_id, f.name, f.born_year, f.part_of_address, f.is_dead, f.practice_code, s.score
  from scored s cross join lateral (
    select * from people_finding f where f.person_id = s.person_id
  ) as f
 where (%(year)s::int is null or f.born_year = %(year)s)
   and (%(district)s = '' or f.part_of_address like '%%' || %(district)s)
   and (select bool_and(f.name ~* ('(^|[ (-])' || initial))
          from unnest(%(initials)s::text[]) as initial) is not false
 order by s.score + 0.05 * (
        select count(*) from unnest(%(typed)s::text[]) as typed
         where upper(f.name) like '%%' || typed || '%%') desc,
       f.is_dead, f.name, f.person_id
 limit %(most)s
"""
_WHY = """
select f.id, coalesce(o.name, f.practice_code), p.born_on, p.nhs_number, p.id is not null,
       array(select distinct r.kind from access_relationship r
              where r.person_id = f.id and r.party_id = any(%(parties)s)
                and r.starts_at <= access_at() and (r.ends_at is null or r.ends_at > access_at()))
  from unnest(%(persons)s::uuid[], %(practices)s::text[]) as f (id, practice_code)
  left join partners_organisation o on o.code = f.practice_code
  left join lateral (select * from people_person p where p.id = f.id) as p on true
"""


def _people(wanted: Asked, spellings: _Spellings, viewer: Viewer, missing: int = 0) -> list[Found]:
    tried = [
        (word, f"n:{name}", score)
        for word, typed in enumerate(wanted.names)
        for name, score in spellings[typed]
    ]
    tried += [(-1 - place, key, 2.0) for place, key in enumerate(wanted.keys)]
    with connection.cursor() as cursor:
        cursor.execute(
            _PEOPLE,
            {
                "words": [word for word, _, _ in tried],
                "keys": [key for _, key, _ in tried],
                "scores": [score for _, _, score in tried],
                "names": len(wanted.names) - missing,
                "musts": len(wanted.keys),
                "year": wanted.born_year,
                "district": wanted.district,
                "initials": list(wanted.initials),
                "typed": list(wanted.names),
                "most": MOST + 1,
            },
        )
        rows = cursor.fetchall()
        cursor.execute(
            _WHY,
            {
                "persons": [row[0] for row in rows],
                "practices": [row[5] for row in rows],
                "parties": list(viewer.parties),
            },
        )
        whys = {row[0]: row[1:] for row in cursor.fetchall()}
    return [_found(row, whys[row[0]], viewer) for row in rows]


def _found(row: tuple, why: tuple, viewer: Viewer) -> Found:  # type: ignore[type-arg]
    person_id, name, born_year, part_of_address, is_dead, *_ = row
    practice, born_on, nhs_number, is_open, kinds = why
    reasons = [RelationshipKind(kind) for kind in kinds]
    if is_open and viewer.may(SEE_WHO_IS_WHO):
        reasons.append(RelationshipKind.RECORD_STEWARDSHIP)
    return Found(
        person_id=person_id,
        name=name,
        born_year=born_year,
        part_of_address=part_of_address,
        practice=practice or "",
        is_dead=is_dead,
        why=tuple(reasons),
        is_open=is_open,
        born_on=born_on,
        nhs_number=nhs_number or "",
    )


def numbered(nhs_number: str, *, viewer: Viewer) -> list[Finding]:
    """Whoever a source gives this NHS number, for whoever answers for access: name and birth year.

    Nearly always one; several where records have still to be put together.
    """
    if not (viewer.may(EXPLAIN_ACCESS) and is_valid(nhs_number)):
        return []
    keys = SearchKey.objects.filter(key=f"h:{nhs_number}").values("person_id")
    return list(Finding.objects.filter(person_id__in=keys).order_by("person_id"))


def matched(*, viewer: Viewer) -> list[tuple[str, int, int]]:
    """By feed: how many people it tells of, and how many of them another feed tells of too.

    As the last linkage of everybody counted them.
    """
    if viewer.account_id is None:
        return []
    return list(Overlap.objects.values_list("source", "known", "matched"))


def found_lately(*, viewer: Viewer, within: timedelta, action: str = "find_people") -> int:
    """How often this viewer has searched or looked up within this time, by the machine's clock."""
    since = _ago(within)
    return AuditEntry.objects.filter(
        account_id=viewer.account_id, recorded_at__gt=since, action=action
    ).count()


def was_looked_up(person_id: uuid.UUID, *, viewer: Viewer, within: timedelta) -> bool:
    """Whether a look-up of this viewer's own showed them this person within this time."""
    if viewer.account_id is None:
        return False
    return AuditPerson.objects.filter(
        person_id=person_id,
        entry__account_id=viewer.account_id,
        entry__action="look_up_person",
        entry__recorded_at__gt=_ago(within),
    ).exists()


STATUTORY = (
    OrganisationKind.COUNCIL,
    OrganisationKind.ACUTE_TRUST,
    OrganisationKind.MENTAL_HEALTH_TRUST,
    OrganisationKind.GP_COLLABORATIVE,
    OrganisationKind.GP_PRACTICE,
)
"""Bodies whose intake staff may look a person up; the function in the database says the same."""


def is_statutory(*, viewer: Viewer) -> bool:
    """Whether this viewer works at a council, trust or practice."""
    if viewer.organisation_id is None:
        return False
    return Organisation.objects.filter(pk=viewer.organisation_id, kind__in=STATUTORY).exists()


def _ago(within: timedelta) -> datetime:
    """This long ago by the machine's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select clock_timestamp() - make_interval(secs => %s)", [within.total_seconds()]
        )
        found: datetime = cursor.fetchall()[0][0]
    return found
