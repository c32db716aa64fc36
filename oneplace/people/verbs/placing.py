"""Decides whose the numbers of sources are: everybody's anew, or those just spoken of."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer, tell_database
from oneplace.people.assigning import changes_for
from oneplace.people.models import LinkageModel
from oneplace.people.verbs.doubts import keep_doubtful
from oneplace.people.verbs.gathering import all_subjects, said_same, settled, subject_rows_of
from oneplace.people.verbs.linking import Decided, decide_all, decide_few
from oneplace.people.verbs.writing import bring_in_step, known_of, taken, write_changes
from oneplace.science import linkage
from oneplace.vocabulary.ids import id_for, new_id
from oneplace.vocabulary.rows.linkage import Known, SaidSame, SubjectRow

MANY = 20_000
"""From so many subjects at once on, everybody is linked anew: it costs less and learns more."""


@dataclass(frozen=True)
class Placed:
    """What a linkage changed."""

    subjects: int
    persons: int
    new_persons: int = 0
    moved: int = 0
    merged: int = 0
    undone: int = 0
    to_review: int = 0


@transaction.atomic
def relink(*, by: Viewer, at: datetime) -> Placed:
    """Link everybody anew, learning the weights from them, and write what differs.

    Speaks as the loader. With no new evidence nothing is written but the audit.
    """
    tell_database(by, at=at)
    rows: list[SubjectRow] = []
    same: list[SaidSame] = []
    known: list[Known] = []
    for chunk in all_subjects():
        found = subject_rows_of(chunk)
        _keep_block_keys(found)
        rows += found
        same += said_same(chunk)
        known += settled(chunk)
    if not rows:
        return Placed(0, 0)
    decided = decide_all(rows, same, [*known, *_decided_by_hand()])
    if decided.model is not None:
        _keep_model(decided.model, at=at)
    placed = _write(decided, subjects=[uuid.UUID(row.subject_id) for row in rows], by=by, at=at)
    _audit("relink", placed, by=by, at=at)
    return placed


@transaction.atomic
def place(*, subject_ids: Iterable[uuid.UUID], by: Viewer, at: datetime) -> Placed:
    """Decide whose these numbers are, beside everybody who shares a trait with them.

    Speaks as the loader. For thousands it is still a few statements; for very many, or while no
    weights have been learnt, everybody is linked anew.
    """
    subjects = sorted(set(subject_ids))
    if not subjects:
        return Placed(0, 0)
    model = _model()
    if len(subjects) >= MANY:
        return relink(by=by, at=at)
    tell_database(by, at=at)
    around = _around(subjects)
    rows = subject_rows_of(around)
    decided = decide_few(
        rows,
        keys=_shared_keys(around),
        same=said_same(around),
        known=[*settled(around), *_decided_by_hand(around)],
        model=model or linkage.Model.shipped(),
    )
    placed = _write(decided, subjects=around, touched=subjects, by=by, at=at)
    _audit("place", placed, by=by, at=at)
    return placed


def _write(
    decided: Decided,
    *,
    subjects: Sequence[uuid.UUID],
    touched: Sequence[uuid.UUID] | None = None,
    by: Viewer,
    at: datetime,
) -> Placed:
    """Write what was decided; `touched` are those of whom something new is said, None: all."""
    known = known_of(subjects)
    wanted = {id_for("person", str(min(group))) for group in decided.groups}
    in_use = taken(wanted) - set(known.links.values())
    changes = changes_for(decided.groups, known, taken=in_use, changed=frozenset(touched or ()))
    persons = write_changes(changes, decided.how, known, by=by, at=at)
    if touched is None:
        persons |= set(known.links.values())
    else:
        persons |= {known.links[subject] for subject in touched if subject in known.links}
    bring_in_step(persons, by=by, at=at)
    review = keep_doubtful(decided.doubtful, subjects=subjects, at=at)
    return Placed(
        subjects=len(subjects if touched is None else touched),
        persons=len(decided.groups),
        new_persons=len(changes.new_persons),
        moved=sum(subject in known.links for subject, _ in changes.links),
        merged=len(changes.merges),
        undone=len(changes.undone),
        to_review=review,
    )


def _audit(action: str, placed: Placed, *, by: Viewer, at: datetime) -> None:
    audit.record(by=by, at=at, action=action, detail=vars(placed))


# --- keys by which candidates are found ----------------------------------------------------------
_KEEP_KEYS = """
with wanted as (
    select * from unnest(%(owners)s::uuid[], %(keys)s::text[]) as w (subject_id, key)
),
gone as (
    delete from people_blockkey k where k.subject_id = any(%(subjects)s)
       and not exists (select from wanted w where w.subject_id = k.subject_id and w.key = k.key)
)
insert into people_blockkey (subject_id, key) select subject_id, key from wanted
on conflict (subject_id, key) do nothing
"""
# Whoever shares a key that is not everybody's, and all other numbers of the same persons.
_AROUND = """
with near as (
    select unnest(%(subjects)s::uuid[]) as subject_id
    union
    select unnest(held.subjects) from (
        select array_agg(k.subject_id) as subjects from people_blockkey k
         where k.key = any(%(keys)s) group by k.key having count(*) between 2 and %(largest)s
    ) as held
    union
    select unnest(array[one_id, other_id]) from people_match
     where one_id = any(%(subjects)s) or other_id = any(%(subjects)s)
    union
    select unnest(array[kept_id, given_up_id]) from records_same
     where kept_id = any(%(subjects)s) or given_up_id = any(%(subjects)s)
    union
    select other.id from records_identity i join records_subject other
        on other.id = any(i.identifier_ids) where i.subject_id = any(%(subjects)s)
),
currents as (
    select distinct p.current_id from near
      join people_link l on l.subject_id = near.subject_id and l.ended_at is null
      join people_person p on p.id = l.person_id
)
select subject_id from near
union
select l.subject_id from currents
  join people_person p on p.current_id = currents.current_id
  join people_link l on l.person_id = p.id and l.ended_at is null
"""
_SHARED = """
with mine as (
    select distinct key from people_blockkey where subject_id = any(%(subjects)s)
),
held as (
    select k.key, k.subject_id, count(*) over (partition by k.key) as holders
      from mine join people_blockkey k on k.key = mine.key
)
select key, array_agg(subject_id::text) from held
 where holders between 2 and %(largest)s and subject_id = any(%(subjects)s)
 group by key having count(*) > 1
"""
_LARGEST = linkage.Settings().largest_block


def _keep_block_keys(rows: Sequence[SubjectRow]) -> set[str]:
    """Bring the keys of these subjects in step; returns all of them."""
    owned = [(row.subject_id, key) for row in rows for key in linkage.keys_of(linkage.prepare(row))]
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP_KEYS,
            {
                "subjects": [row.subject_id for row in rows],
                "owners": [subject for subject, _ in owned],
                "keys": [key for _, key in owned],
            },
        )
    return {key for _, key in owned}


def _around(subjects: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """These subjects, whoever shares a trait with them, and all numbers of those persons."""
    keys = _keep_block_keys(subject_rows_of(subjects))
    with connection.cursor() as cursor:
        cursor.execute(
            _AROUND, {"subjects": list(subjects), "keys": sorted(keys), "largest": _LARGEST}
        )
        return sorted(subject for (subject,) in cursor.fetchall())


def _shared_keys(subjects: Sequence[uuid.UUID]) -> Mapping[str, Sequence[str]]:
    """Subjects by the keys they share, keys of too many left out."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, {"subjects": list(subjects), "largest": _LARGEST})
        return dict(cursor.fetchall())


# --- what was decided before ---------------------------------------------------------------------
# A steward's merge without a pair of numbers to it still holds: every pair across it is one person.
_BY_HAND = """
select a.subject_id::text, b.subject_id::text
  from people_merge m
  join people_link a on a.person_id = m.kept_id and a.ended_at is null
  join people_link b on b.person_id = m.given_up_id and b.ended_at is null
 where m.undone_at is null and m.decided_by = 'steward'
"""


def _decided_by_hand(subjects: Sequence[uuid.UUID] | None = None) -> list[Known]:
    with connection.cursor() as cursor:
        if subjects is None:
            cursor.execute(_BY_HAND)
        else:
            cursor.execute(f"{_BY_HAND} and a.subject_id = any(%s)", [list(subjects)])
        firsts: dict[str, list[str]] = defaultdict(list)
        for one, other in cursor.fetchall():
            firsts[one].append(other)
    return [Known(one, other, is_same=True) for one, others in firsts.items() for other in others]


# --- the weights ---------------------------------------------------------------------------------
_models: dict[uuid.UUID, linkage.Model] = {}


def _model() -> linkage.Model | None:
    """The weights last learnt; read once, for they are a few megabytes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from people_linkagemodel order by learnt_at desc, id desc limit 1"
        )
        row = cursor.fetchone()
    if row is None:
        return None
    if row[0] not in _models:
        stored = LinkageModel.objects.get(pk=row[0])
        _models.clear()
        _models[row[0]] = linkage.Model.from_plain(stored.content)
    return _models[row[0]]


def _keep_model(model: linkage.Model, *, at: datetime) -> None:
    if LinkageModel.objects.filter(version=model.version).exists():
        return
    LinkageModel(
        id=new_id(),
        version=model.version,
        content=orjson.loads(orjson.dumps(model.plain())),
        subjects=model.rows,
        learnt_at=at,
    ).save(force_insert=True)
