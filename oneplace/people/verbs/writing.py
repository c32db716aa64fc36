"""Writes what was decided about who is who: persons, links, merges, and whose each number is."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import connection

from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.people.announcements import MergeUndone, PersonMerged, PersonsMerged
from oneplace.people.assigning import Changes, Known
from oneplace.people.models import LinkedBy
from oneplace.people.rules import account_of
from oneplace.people.verbs.coded import ask_to_read_codes, reads_codes
from oneplace.people.verbs.following import follow_sayings
from oneplace.people.verbs.statements import pluck, run, run_all
from oneplace.people.verbs.summaries import chunks
from oneplace.records import verbs as records_verbs
from oneplace.vocabulary.ids import new_id


class How(NamedTuple):
    """How it was decided that a subject is a person's."""

    linked_by: LinkedBy
    weight: float | None = None
    evidence: str = ""


ALONE = How(LinkedBy.ALONE)
_AT_ONCE: Final = 20_000
"""So many links are moved by one statement."""

_LINKS = """
select l.subject_id, l.person_id from people_link l
 where l.ended_at is null and l.subject_id = any(%(subjects)s)
"""
# Everything that ever led to the same person: a chain of merges is small.
_SURVIVORS = """
with persons as (
    select distinct p.current_id from people_link l join people_person p on p.id = l.person_id
     where l.ended_at is null and l.subject_id = any(%(subjects)s)
)
select m.given_up_id, m.kept_id
  from people_merge m join people_person g on g.id = m.given_up_id
  join persons on persons.current_id = g.current_id
 where m.undone_at is null
"""
KNOWN: Final = (_LINKS, _SURVIVORS)
"""What is believed of `subjects`: whose they are, and for whom those persons stand."""
_TAKEN = "select id from people_person where id = any(%(persons)s)"
_ADD_PERSONS = """
insert into people_person (id, current_id, title, given, family, known_as, sort_name,
    born_exactness, gender, nhs_number, is_nhs_number_verified, has_other_nhs_number,
    practice_code, died_exactness, is_dead, is_identity_unknown, subjects, made_at)
select id, id, '', '', '', '', '', 'day', '', '', false, false, '', 'day', false, false, 0,
       %(at)s::timestamptz
  from unnest(%(persons)s::uuid[]) as fresh (id)
"""
_END_LINKS = """
update people_link set ended_at = %(at)s
 where ended_at is null and subject_id = any(%(subjects)s)
"""
_ADD_LINKS = """
insert into people_link (id, subject_id, person_id, linked_by, weight, evidence, since_at)
select fresh.*, %(at)s::timestamptz
  from unnest(%(ids)s::uuid[], %(subjects)s::uuid[], %(owners)s::uuid[], %(linked_by)s::text[],
              %(weights)s::float8[], %(evidence)s::text[]) as fresh
"""
_UNDO_MERGES = """
update people_merge set undone_at = %s, undone_by_id = %s, undone_by_name = %s, undone_why = %s
 where undone_at is null and given_up_id = any(%s)
returning id, kept_id, given_up_id
"""
_ADD_MERGES = """
insert into people_merge (id, kept_id, given_up_id, decided_by, match_id, why, merged_by_id,
    merged_by_name, merged_at, undone_by_name, undone_why)
select fresh.*, %s, %s, %s, '', ''
  from unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::uuid[], %s::text[]) as fresh
"""
# Whom each person stands for, followed along merges in force; only rows that change are written.
_FOLLOW = """
with recursive led as (
    select p.id as start, p.id as now, 0 as steps from people_person p where p.id = any(%(persons)s)
    union all
    select led.start, m.kept_id, led.steps + 1 from led
      join people_merge m on m.given_up_id = led.now and m.undone_at is null
     where led.steps < 100
),
ends as (
    select distinct on (start) start, now from led order by start, steps desc
)
update people_person p set current_id = ends.now from ends
 where p.id = ends.start and p.current_id <> ends.now
"""
_BY_PERSON = """
select l.subject_id, p.current_id from people_link l join people_person p on p.id = l.person_id
 where l.ended_at is null and l.person_id = any(%(persons)s)
"""
_GROUP = """
select other.id from people_person p join people_person other on other.current_id = p.current_id
 where p.id = any(%(among)s)
"""


def known_of(subjects: Sequence[uuid.UUID]) -> Known:
    """What is believed of these subjects, and along which merges."""
    return known_from(*run_all(KNOWN, {"subjects": list(subjects)}, things=len(subjects)))


def known_from(links: Sequence[Any], survivors: Sequence[Any]) -> Known:
    """What is believed, from the rows of `KNOWN`."""
    return Known(dict(links), dict(survivors))


def taken(persons: Iterable[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Which of these identifiers are persons already."""
    asked = list(persons)
    return (
        frozenset(pluck(run(_TAKEN, {"persons": asked}, things=len(asked))))
        if asked
        else frozenset()
    )


def add_persons(persons: Sequence[uuid.UUID], *, at: datetime) -> None:
    """Make persons of whom nothing is known yet."""
    run(_ADD_PERSONS, {"at": at, "persons": list(persons)}, things=len(persons))


def move_links(
    links: Sequence[tuple[uuid.UUID, uuid.UUID]],
    how: Mapping[uuid.UUID, How],
    *,
    at: datetime,
) -> None:
    """Link subjects to persons, in place of the links they have; those stay as history."""
    run_all((_END_LINKS, _ADD_LINKS), _link_values(links, how, at=at), things=len(links))


def _link_values(
    links: Sequence[tuple[uuid.UUID, uuid.UUID]], how: Mapping[uuid.UUID, How], *, at: datetime
) -> dict[str, Any]:
    subjects = [subject for subject, _ in links]
    hows = [how.get(subject, ALONE) for subject in subjects]
    return {
        "at": at,
        "ids": [new_id() for _ in links],
        "subjects": subjects,
        "owners": [person for _, person in links],
        "linked_by": [each.linked_by.value for each in hows],
        "weights": [each.weight for each in hows],
        "evidence": [each.evidence for each in hows],
    }


class NewMerge(NamedTuple):
    """A merge to be written."""

    kept: uuid.UUID
    given_up: uuid.UUID
    decided_by: LinkedBy = LinkedBy.LIKENESS
    match: uuid.UUID | None = None
    why: str = ""


def add_merges(merges: Sequence[NewMerge], *, by: Viewer, at: datetime) -> list[PersonMerged]:
    """Write merges; whom persons stand for is written by `follow_merges`."""
    ids = [new_id() for _ in merges]
    columns = [list(column) for column in zip(*merges, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD_MERGES,
            [account_of(by), by.name, at, ids, *columns],
        )
    return [
        PersonMerged(id, merge.kept, merge.given_up) for id, merge in zip(ids, merges, strict=True)
    ]


def take_back_merges(
    given_up: Sequence[uuid.UUID], *, why: str, by: Viewer, at: datetime
) -> list[PersonMerged]:
    """Take back the merges in force of these persons given up."""
    with connection.cursor() as cursor:
        cursor.execute(_UNDO_MERGES, [at, account_of(by), by.name, why, list(given_up)])
        return [PersonMerged(*row) for row in cursor.fetchall()]


def follow_merges(persons: Sequence[uuid.UUID]) -> None:
    """Let each of these persons stand for whoever its merges in force lead to."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, {"persons": list(persons)})


def selves(persons: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """These persons and everybody who is the same as one of them."""
    asked = list(persons)
    return sorted(set(pluck(run(_GROUP, {"among": asked}, things=len(asked)))))


def write_changes(
    changes: Changes, how: Mapping[uuid.UUID, How], known: Known, *, by: Viewer, at: datetime
) -> set[uuid.UUID]:
    """Write what was decided; returns every person whose subjects may have changed."""
    old = {known.links[subject] for subject, _ in changes.links if subject in known.links}
    persons = {person for _, person in changes.links} | old | set(changes.undone)
    persons |= {person for merge in changes.merges for person in merge}
    if changes.is_empty():
        return persons
    values = {"among": sorted(persons), "persons": changes.new_persons}
    values |= _link_values(changes.links[:_AT_ONCE], how, at=at)
    steps = (_GROUP, _ADD_PERSONS, _END_LINKS, _ADD_LINKS)
    around = set(pluck(run_all(steps, values, things=len(persons))[0])) | persons
    for start in range(_AT_ONCE, len(changes.links), _AT_ONCE):
        move_links(changes.links[start : start + _AT_ONCE], how, at=at)
    undone, made = [], []
    if changes.undone:
        undone = take_back_merges(changes.undone, why="What sources say has changed", by=by, at=at)
    if changes.merges:
        made = add_merges(
            [NewMerge(kept, given_up) for kept, given_up in changes.merges], by=by, at=at
        )
    if undone or made:
        follow_merges(sorted(around))
    if undone:
        announce(MergeUndone(undone, by=by, at=at))
    if made:
        announce(PersonsMerged(made, by=by, at=at))
    return around


def bring_in_step(persons: Iterable[uuid.UUID], *, by: Viewer, at: datetime) -> None:
    """Make everything kept of these persons follow from their links and merges.

    Whose each subject is, deaths, summaries, ways to be found, and who may open them.
    """
    group = sorted(set(persons))
    if not group:
        return
    values = {"persons": group}
    whose, found = run_all((_BY_PERSON, _CURRENT), values, things=len(group))
    records_verbs.say_whose(whose=dict(whose), by=by, at=at)
    current = sorted(pluck(found))
    for chunk in chunks(current):
        follow_sayings(chunk, by=by, at=at)
    if not reads_codes(by):
        ask_to_read_codes(current)
    forget_found(sorted(set(group) - set(current)))


_CURRENT = "select distinct current_id from people_person where id = any(%(persons)s)"


_FORGET = (
    "delete from people_finding where person_id = any(%s)",
    "delete from people_searchkey where person_id = any(%s)",
    "delete from people_household where person_id = any(%s)",
)


def forget_found(persons: Sequence[uuid.UUID]) -> None:
    """Let nobody find these persons any longer: somebody else stands for them."""
    if not persons:
        return
    with connection.cursor() as cursor:
        for statement in _FORGET:
            cursor.execute(statement, [list(persons)])
