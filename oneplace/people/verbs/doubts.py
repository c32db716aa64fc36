"""Keeps the pairs the record steward should look at in step with what linkage finds doubtful."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from oneplace.people.models import Risk
from oneplace.people.verbs.linking import Doubtful
from oneplace.people.verbs.statements import run
from oneplace.vocabulary.ids import new_id

# Asked once for two persons, by their likeliest pair of numbers; a pair somebody has looked at
# already stands for the two persons, whatever it was answered.
_KEEP = """
with doubtful as (
    select d.*, one.person_id as one_person, other.person_id as other_person
      from unnest(%(ids)s::uuid[], %(ones)s::uuid[], %(others)s::uuid[], %(weights)s::float8[],
                  %(evidence)s::text[], %(risks)s::text[])
           as d (id, one_id, other_id, weight, evidence, risk)
      join records_subject one on one.id = d.one_id
      join records_subject other on other.id = d.other_id
     where one.person_id <> other.person_id
),
asked as (
    select m.id, m.one_id, m.other_id, m.state, one.person_id as one_person,
           other.person_id as other_person
      from people_match m
      join records_subject one on one.id = m.one_id
      join records_subject other on other.id = m.other_id
     where m.one_id = any(%(subjects)s) or m.other_id = any(%(subjects)s)
),
likeliest as (
    select distinct on (least(one_person, other_person), greatest(one_person, other_person)) *
      from doubtful
     where not exists (
        select from asked
         where asked.state not in ('waiting', 'overtaken')
           and least(asked.one_person, asked.other_person) = least(one_person, other_person)
           and greatest(asked.one_person, asked.other_person) = greatest(one_person, other_person))
     order by least(one_person, other_person), greatest(one_person, other_person), weight desc,
              one_id, other_id
),
overtaken as (
    update people_match m set state = 'overtaken', settled_at = %(at)s::timestamptz
      from asked
     where m.id = asked.id and m.state in ('waiting', 'unsure', 'second_reader', 'disagreed')
       and m.one_id = any(%(subjects)s) and m.other_id = any(%(subjects)s)
       and (asked.one_person = asked.other_person
            or m.state = 'waiting' and not exists (
                select from likeliest l where l.one_id = m.one_id and l.other_id = m.other_id))
),
kept as (
    insert into people_match as m (id, one_id, other_id, weight, evidence, risk, state, found_at)
    select id, least(one_id, other_id), greatest(one_id, other_id), weight, evidence,
           case when risk = '' and exists (
                select from records_identity i
                 where i.subject_id in (one_id, other_id) and i.detail ? 'restricted')
                then %(restricted)s::text else risk end,
           'waiting', %(at)s::timestamptz
      from likeliest
    on conflict (one_id, other_id) do update set weight = excluded.weight,
        evidence = excluded.evidence, risk = excluded.risk,
        state = 'waiting', settled_at = null
     where m.state in ('waiting', 'overtaken')
       and (m.state = 'overtaken' or (m.evidence, m.risk) <> (excluded.evidence, excluded.risk)
            or abs(coalesce(m.weight, 0) - excluded.weight) > 0.01)
)
select count(*) from likeliest
"""


def keep_doubtful(
    doubtful: Sequence[Doubtful], *, subjects: Sequence[uuid.UUID], at: datetime
) -> int:
    """Write pairs to be looked at, and let those no longer doubtful rest; returns how many wait.

    `subjects` are all that were compared: of pairs across them nothing else is doubtful.
    """
    ordered = [
        each._replace(one=min(each.one, each.other), other=max(each.one, each.other))
        for each in doubtful
    ]
    values = {
        "ids": [new_id() for _ in ordered],
        "ones": [each.one for each in ordered],
        "others": [each.other for each in ordered],
        "weights": [each.weight for each in ordered],
        "evidence": [each.evidence for each in ordered],
        "risks": [each.risk for each in ordered],
        "subjects": list(subjects),
        "at": at,
        "restricted": Risk.RESTRICTED.value,
    }
    return int(run(_KEEP, values, things=len(subjects))[0][0])
