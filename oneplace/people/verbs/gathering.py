"""Reads what linkage may look at: a row for each number of a source, from all that is said of it.

A number may be spoken of by several feeds of one partner; the newest saying counts, the others fill
what it leaves out and what was before.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection

from oneplace.kit.clock import local_day
from oneplace.people.models import MatchState
from oneplace.people.verbs.statements import run_all
from oneplace.vocabulary.rows.linkage import Known, SaidSame, SubjectRow
from oneplace.vocabulary.terms import Exactness, ReachKind

_IDENTITIES = """
select i.subject_id, i.id, i.source, i.organisation, i.nhs_number, i.is_nhs_number_sound,
       i.nhs_number_status, i.family, i.given, i.other_given, i.known_as, i.title,
       i.born_on, i.born_exactness, i.gender, i.practice_code, i.died_at, i.previous_families,
       i.is_identity_unknown, i.is_multiple_birth, i.is_deleted
  from records_identity i
 where i.subject_id = any(%(subjects)s)
 order by i.subject_id, i.is_deleted, i.said_at desc, i.version desc, i.id
"""
_REACH = """
select r.identity_id, r.kind, r.text, r.postcode, r.uprn, r.use, r.ends_on
  from records_identity i join records_reach r on r.identity_id = i.id
 where i.subject_id = any(%(subjects)s)
 order by r.identity_id, r.rank, r.position
"""
_FORMER = """
select v.thing_id, v.content ->> 'family',
       array(select way ->> 2 from jsonb_array_elements(v.content -> 'reach') as way
              where way ->> 0 = 'address')
  from records_identity i join records_version v on v.thing_id = i.id
 where i.subject_id = any(%(subjects)s) and v.thing = 'identity'
   and v.content_sha <> i.content_sha
"""
# A number a source gives for the person beside its own is as good as a saying that they are one.
_SAME = """
select s.kept_id::text, s.given_up_id::text from records_same s
 where s.is_same and (s.kept_id = any(%(subjects)s) or s.given_up_id = any(%(subjects)s))
union
select i.subject_id::text, other.id::text
  from records_identity i
  join records_subject other on other.id = any(i.identifier_ids) and other.id <> i.subject_id
 where i.subject_id = any(%(subjects)s) and not i.is_deleted
"""
_SETTLED = """
select one_id::text, other_id::text, state = %(same)s::text from people_match
 where state in (%(same)s::text, %(different)s::text)
   and (one_id = any(%(subjects)s) or other_id = any(%(subjects)s))
"""
_DESCRIBED = (_IDENTITIES, _REACH, _FORMER)
_OLD = frozenset({"previous", "old", "former"})


class _Said(NamedTuple):
    """The columns of `_IDENTITIES`."""

    subject: uuid.UUID
    id: uuid.UUID
    source: str
    organisation: str
    nhs_number: str
    is_sound: bool
    nhs_status: str
    family: str
    given: str
    other_given: str
    known_as: str
    title: str
    born_on: date | None
    exactness: str
    gender: str
    practice_code: str
    died_at: Any
    previous_families: list[str]
    is_unknown: bool
    is_multiple: bool | None
    is_deleted: bool


class Gathered(NamedTuple):
    """All that linkage is told of some subjects."""

    rows: list[SubjectRow]
    same: list[SaidSame]
    known: list[Known]


def gathered(subjects: Sequence[uuid.UUID]) -> Gathered:
    """What linkage may look at of these subjects, what their sources call one, what is settled.

    A subject nobody describes has a row all the same.
    """
    return gathered_with(subjects)[0]


def gathered_with(
    subjects: Sequence[uuid.UUID], *others: str, **values: Any
) -> tuple[Gathered, list[list[Any]]]:
    """The same, and the rows of `others`: statements about these subjects, on the same journey."""
    values |= {
        "subjects": list(subjects),
        "same": MatchState.SAME.value,
        "different": MatchState.DIFFERENT.value,
    }
    said, ways, versions, same, settled, *rest = run_all(
        (*_DESCRIBED, _SAME, _SETTLED, *others), values, things=len(subjects)
    )
    found = Gathered(
        _rows(subjects, said, ways, versions),
        [SaidSame(*row) for row in same],
        [Known(*row) for row in settled],
    )
    return found, rest


def described(subjects: Sequence[uuid.UUID]) -> list[SubjectRow]:
    """The row of each of these subjects alone: enough to know by what others are found."""
    said, ways, versions = run_all(_DESCRIBED, {"subjects": list(subjects)}, things=len(subjects))
    return _rows(subjects, said, ways, versions)


def _rows(
    subjects: Sequence[uuid.UUID], told: list[Any], ways: list[Any], versions: list[Any]
) -> list[SubjectRow]:
    said = [_Said(*row) for row in told]
    reach = {key: list(rows) for key, rows in groupby(ways, itemgetter(0))}
    former: dict[uuid.UUID, list[tuple[str, list[str]]]] = defaultdict(list)
    for identity, family, postcodes in versions:
        former[identity].append((family or "", postcodes))
    described = {
        subject: _row(subject, list(rows), reach, former)
        for subject, rows in groupby(said, itemgetter(0))
    }
    return [
        described.get(subject) or SubjectRow(str(subject), "", is_identity_unknown=True)
        for subject in subjects
    ]


def _row(
    subject: uuid.UUID,
    said: list[_Said],
    reach: dict[uuid.UUID, list[Any]],
    former: dict[uuid.UUID, list[tuple[str, list[str]]]],
) -> SubjectRow:
    best = said[0]
    # A source that removed somebody's entry still tells of whom it had spoken.
    heard = [row for row in said if not row.is_deleted] or said

    def first(name: str) -> Any:
        return next((value for row in heard if (value := getattr(row, name))), "")

    number = next(((row.nhs_number, row.nhs_status) for row in heard if row.is_sound), ("", ""))
    born = next((_born(row) for row in heard if row.born_on), "")
    ways = [way for row in heard for way in reach.get(row.id, ())]
    home, places = _homes(ways)
    families = {name for row in heard for name in (*row.previous_families, row.family) if name}
    for row in heard:
        for family, earlier in former.get(row.id, ()):
            families.add(family)
            places.update(earlier)
    died_at = first("died_at")
    return SubjectRow(
        subject_id=str(subject),
        source=best.source,
        organisation=best.organisation,
        nhs_number=number[0],
        nhs_status=number[1],
        family=first("family"),
        given=first("given"),
        other_given=first("other_given"),
        known_as=first("known_as"),
        title=first("title"),
        born_on=born,
        gender=first("gender"),
        postcode=home[0],
        address_line=home[1],
        uprn=home[2],
        phone=_reached(ways, ReachKind.LANDLINE),
        mobile=_reached(ways, ReachKind.MOBILE),
        email=_reached(ways, ReachKind.EMAIL),
        practice_code=first("practice_code"),
        died_on=local_day(died_at).isoformat() if died_at else "",
        previous_families=tuple(sorted(families - {"", first("family")})),
        previous_postcodes=tuple(sorted(places - {"", home[0]})),
        is_identity_unknown=all(row.is_unknown for row in heard),
        is_multiple_birth=any(row.is_multiple for row in heard),
    )


def _born(said: _Said) -> str:
    if said.born_on is None:
        return ""
    whole = said.born_on.isoformat()
    return {Exactness.YEAR.value: whole[:4], Exactness.MONTH.value: whole[:7]}.get(
        said.exactness, whole
    )


def _homes(ways: list[Any]) -> tuple[tuple[str, str, str], set[str]]:
    """The address that counts (postcode, line, property number), and the other postcodes."""
    addresses = [way for way in ways if way[1] == ReachKind.ADDRESS]
    current = [way for way in addresses if way[6] is None and way[5].lower() not in _OLD]
    chosen = (current or addresses or [None])[0]
    home = ("", "", "") if chosen is None else (chosen[3], chosen[2], chosen[4])
    return home, {way[3] for way in addresses if way[3]}


def _reached(ways: list[Any], kind: ReachKind) -> str:
    return next((way[2] for way in ways if way[1] == kind), "")


def all_subjects() -> Iterator[list[uuid.UUID]]:
    """Every subject, some ten thousand at a time."""
    last = uuid.UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "select id from records_subject where id > %s order by id limit 20000", [last]
            )
            found = [subject for (subject,) in cursor.fetchall()]
        if not found:
            return
        yield found
        last = found[-1]
