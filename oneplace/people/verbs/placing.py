"""Decides whose the numbers of sources are: everybody's anew, or those just spoken of."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.people.assigning import Known as Before
from oneplace.people.assigning import changes_for
from oneplace.people.models import LinkageModel, Overlap
from oneplace.people.verbs.doubts import keep_doubtful
from oneplace.people.verbs.gathering import all_subjects, described, gathered, gathered_with
from oneplace.people.verbs.linking import Decided, decide_all, decide_few
from oneplace.people.verbs.statements import keeping_plans, pluck, run, run_all
from oneplace.people.verbs.writing import (
    KNOWN,
    bring_in_step,
    known_from,
    known_of,
    taken,
    write_changes,
)
from oneplace.science import linkage
from oneplace.science.linkage.model import ModelRefused
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

    Speaks as the loader, which has told the database so. With no new evidence nothing is written
    but the audit.
    """
    rows: list[SubjectRow] = []
    same: list[SaidSame] = []
    known: list[Known] = []
    for chunk in all_subjects():
        found = gathered(chunk)
        run(_KEEP_KEYS, _block_keys(found.rows), things=len(chunk))
        rows += found.rows
        same += found.same
        known += found.known
    if not rows:
        return Placed(0, 0)
    decided = decide_all(rows, same, [*known, *_decided_by_hand()])
    if decided.model is not None:
        _keep_model(decided.model, at=at)
    subjects = [uuid.UUID(row.subject_id) for row in rows]
    placed = _write(decided, known_of(subjects), subjects=subjects, by=by, at=at)
    _audit("relink", placed, by=by, at=at)
    count_matched(by=by, at=at)
    return placed


@transaction.atomic
def count_matched(*, by: Viewer, at: datetime) -> None:
    """Count of each feed's people how many another feed knows too; counts alone, of nobody."""
    audit.record(by=by, at=at, action="count_matched")
    Overlap.objects.all().delete()
    Overlap.objects.bulk_create(Overlap(*counted) for counted in run(_MATCHED, {}, things=MANY))


@transaction.atomic(savepoint=False)
def place(*, subject_ids: Iterable[uuid.UUID], by: Viewer, at: datetime) -> Placed:
    """Decide whose these numbers are, beside everybody who shares a trait with them.

    Speaks as the loader, which has told the database so. For thousands it is still a few
    statements; for very many, or while no weights have been learnt, everybody is linked anew.
    """
    subjects = sorted(set(subject_ids))
    if not subjects:
        return Placed(0, 0)
    if len(subjects) >= MANY:
        return relink(by=by, at=at)
    with keeping_plans(things=len(subjects)):
        return _place(subjects, by=by, at=at)


def _place(subjects: Sequence[uuid.UUID], *, by: Viewer, at: datetime) -> Placed:
    model = _model()
    around = _around(subjects)
    found, (shared, by_hand, *links) = gathered_with(
        around, _SHARED, _BY_HAND_AMONG, *KNOWN, largest=_LARGEST
    )
    decided = decide_few(
        found.rows,
        keys=dict(shared),
        same=found.same,
        known=[*found.known, *(Known(one, other, is_same=True) for one, other in by_hand)],
        model=model or linkage.Model.shipped(),
    )
    known = known_from(*links)
    placed = _write(decided, known, subjects=around, touched=subjects, by=by, at=at)
    _audit("place", placed, by=by, at=at)
    return placed


def _write(
    decided: Decided,
    known: Before,
    *,
    subjects: Sequence[uuid.UUID],
    touched: Sequence[uuid.UUID] | None = None,
    by: Viewer,
    at: datetime,
) -> Placed:
    """Write what was decided; `touched` are those of whom something new is said, None: all."""
    wanted = {
        id_for("person", str(min(group)))
        for group in decided.groups
        if not any(subject in known.links for subject in group)
    }
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
    delete from people_blockkey k where k.subject_id = any(%(subjects)s::uuid[])
       and not exists (select from wanted w where w.subject_id = k.subject_id and w.key = k.key)
)
insert into people_blockkey (subject_id, key) select subject_id, key from wanted
on conflict (subject_id, key) do nothing
"""
# Whoever shares a key that is not everybody's, and all other numbers of the same persons. Of a key
# no more is read than tells that it is everybody's; and a join where an array stands would read
# every person, for a plan that is kept believes a few hundred may be near.
_AROUND = """
with near as (
    select unnest(%(subjects)s::uuid[]) as subject_id
    union
    select unnest(held.subjects) from unnest(%(keys)s::text[]) as mine (key)
     cross join lateral (
        select array_agg(k.subject_id) as subjects from (
            select subject_id from people_blockkey
             where key = mine.key limit %(largest)s::int + 1) k
     ) as held
     where cardinality(held.subjects) between 2 and %(largest)s::int
    union
    select unnest(array[one_id, other_id]) from people_match
     where one_id = any(%(subjects)s::uuid[]) or other_id = any(%(subjects)s::uuid[])
    union
    select unnest(array[kept_id, given_up_id]) from records_same
     where kept_id = any(%(subjects)s::uuid[]) or given_up_id = any(%(subjects)s::uuid[])
    union
    select other.id from records_identity i join records_subject other
        on other.id = any(i.identifier_ids) where i.subject_id = any(%(subjects)s::uuid[])
)
select subject_id from near
union
select l.subject_id from people_link l
 where l.ended_at is null and l.person_id = any(array(
    select p.id from people_person p where p.current_id = any(array(
        select p.current_id from people_person p where p.id = any(array(
            select l.person_id from people_link l
             where l.ended_at is null
               and l.subject_id = any(array(select subject_id from near))))))))
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


def _block_keys(rows: Sequence[SubjectRow]) -> dict[str, Any]:
    """The keys of these subjects, as `_KEEP_KEYS` wants them."""
    owned = [(row.subject_id, key) for row in rows for key in linkage.keys_of(linkage.prepare(row))]
    return {
        "subjects": [row.subject_id for row in rows],
        "owners": [subject for subject, _ in owned],
        "keys": [key for _, key in owned],
        "largest": _LARGEST,
    }


def remember_traits(subjects: Sequence[uuid.UUID]) -> None:
    """Let these subjects be candidates for whoever arrives later."""
    run(_KEEP_KEYS, _block_keys(described(subjects)), things=len(subjects))


def _around(subjects: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """These subjects, whoever shares a trait with them, and all numbers of those persons."""
    values = _block_keys(described(subjects))
    _, around = run_all((_KEEP_KEYS, _AROUND), values, things=len(subjects))
    return sorted(pluck(around))


# --- what was decided before ---------------------------------------------------------------------
# A steward's merge without a pair of numbers to it still holds: every pair across it is one person.
_BY_HAND = """
select a.subject_id::text, b.subject_id::text
  from people_merge m
  join people_link a on a.person_id = m.kept_id and a.ended_at is null
  join people_link b on b.person_id = m.given_up_id and b.ended_at is null
 where m.undone_at is null and m.decided_by = 'steward'
"""


_BY_HAND_AMONG = f"{_BY_HAND} and a.subject_id = any(%(subjects)s)"


def _decided_by_hand() -> list[Known]:
    return [Known(one, other, is_same=True) for one, other in run(_BY_HAND, {}, things=MANY)]


_MATCHED = """
with told as (
    select distinct s.person_id, i.source from records_subject s
      join records_identity i on i.subject_id = s.id where s.person_id is not null
),
counted as (
    select source, count(*) over (partition by person_id) as sources from told
)
select source, count(*), count(*) filter (where sources > 1) from counted
 group by source order by source
"""


# --- the weights ---------------------------------------------------------------------------------
_NEWEST = "select id from people_linkagemodel order by learnt_at desc, id desc limit 1"
_models: dict[uuid.UUID, linkage.Model] = {}


def _model() -> linkage.Model | None:
    """The weights last learnt; read once, for they are a few megabytes."""
    newest = pluck(run(_NEWEST, {}, things=1))
    if not newest:
        return None
    if newest[0] not in _models:
        stored = LinkageModel.objects.get(pk=newest[0])
        _models.clear()
        try:
            _models[newest[0]] = linkage.Model.from_plain(stored.content)
        except (ModelRefused, KeyError):
            # Learnt by an earlier version: the shipped weights serve until everybody is relinked.
            _models[newest[0]] = linkage.Model.shipped()
    return _models[newest[0]]


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
