"""Rows for the snapshot: plans, goals by the one definition, and measures answered twice. No words.

What partners' files tell of the same is told here too: whoever counts has one place to look.
"""

from typing import Final

from oneplace.plans.counting import ACHIEVED, OF_PARTNERS
from oneplace.records.extracts import TIMEZONE, WORK_COLUMNS
from oneplace.science.instruments import ScoreKind, instrument
from oneplace.vocabulary.terms import GoalState, MeasureCompletedBy, PlanSection

__all__ = ["MARKS", "WORK", "WORK_COLUMNS"]
MARKS: Final = {("ons4", "satisfied"): "life_satisfaction"}
"""What indicators call a scale; every other is `instrument.scale`."""


def _day(moment: str) -> str:
    return f"({moment} at time zone '{TIMEZONE}')::date"


def _partners_state(column: str) -> str:
    cases = " ".join(f"when '{word}' then '{state.value}'" for word, state in OF_PARTNERS.items())
    return f"case lower({column}) {cases} else '{GoalState.AGREED.value}' end"


_TOLD: Final = """
e.status not in ('cancelled', 'in_error') and e.erased_at is null
   and e.part not in ('protected', 'safeguarding')
"""
_SETTLED: Final = f"('{GoalState.AGREED.value}', '{GoalState.UNDER_WAY.value}')"

_PLANS: Final = f"""
select p.person_id, p.id as work_id, 'plan' as kind, '' as mark,
       case when p.closed_at is not null then 'closed' when a.agreed_on is null then 'open'
            else 'agreed' end as state, '' as note,
       coalesce(a.agreed_on, {_day("p.opened_at")}) as started_on, p.review_on as due_on,
       {_day("p.closed_at")} as ended_on,
       case when exists (select from plans_planentry w
                          where w.plan_id = p.id and w.ended_at is null and w.said_by = 'person'
                            and w.section = '{PlanSection.WHAT_MATTERS.value}')
              or exists (select from plans_goal g
                          where g.plan_id = p.id and g.state <> '{GoalState.TAKEN_BACK.value}')
            then 1 else 0 end::float8 as value,
       null::float8 as other, null::text as practice, 'oneplace'::text as source
  from plans_plan p
  left join lateral (select max(x.agreed_on) as agreed_on from plans_planagreement x
                      where x.plan_id = p.id) a on true
union all
select s.person_id, e.id, 'plan', '', case when e.ends_at is null then 'agreed' else 'closed' end,
       '', {_day("e.starts_at")}, null, {_day("e.ends_at")},
       case when exists (select from records_entry g
                          where g.subject_id = e.subject_id and g.kind = 'goal'
                            and coalesce(g.detail ->> 'in_their_words', '') <> '')
            then 1 else 0 end::float8, null, null, e.source
  from records_entry e join records_subject s on s.id = e.subject_id
 where e.kind = 'care_plan' and e.title like 'My Life plan%%' and s.person_id is not null
   and e.starts_at is not null and {_TOLD}
"""

_GOALS: Final = f"""
select g.person_id, g.id, 'goal', coalesce(g.category, ''), g.state, coalesce(g.i_statement, ''),
       g.set_on, g.review_on,
       case when g.state not in {_SETTLED} then r.reviewed_on end,
       case when g.state = '{ACHIEVED.value}' then 1 else 0 end::float8, null, null, 'oneplace'
  from plans_goal g
  left join lateral (select max(x.reviewed_on) as reviewed_on from plans_goalreview x
                      where x.goal_id = g.id) r on true
 where g.state <> '{GoalState.TAKEN_BACK.value}'
union all
select s.person_id, e.id, 'goal', coalesce(replace(e.detail ->> 'about', ' ', '_'), ''),
       {_partners_state("e.detail ->> 'achievement'")}, coalesce(e.detail ->> 'i_statement', ''),
       {_day("e.starts_at")}, null, {_day("e.ends_at")},
       case when {_partners_state("e.detail ->> 'achievement'")} = '{ACHIEVED.value}' then 1
            else 0 end::float8, null, null, e.source
  from records_entry e join records_subject s on s.id = e.subject_id
 where e.kind = 'goal' and s.person_id is not null and e.starts_at is not null and {_TOLD}
"""

_MARK: Final = (
    "case "
    + " ".join(
        f"when m.instrument = '{code}' and c.scale = '{scale}' then '{mark}'"
        for (code, scale), mark in MARKS.items()
    )
    + " else m.instrument || '.' || c.scale end"
)
# Somebody's own answers are never set against what another answered for them.
_BY_PROXY: Final = f"(m.mode = '{MeasureCompletedBy.PROXY.value}')"
_CONVERTED: Final = ", ".join(
    f"({raw}, {metric}::float8)" for raw, metric in instrument("swemwbs").conversion.items()
)
_PAIRS: Final = f"""
select * from (
    select distinct on (t.current_id, t.mark, t.by_proxy)
           t.person_id, t.id, 'pair', t.mark, '', '', t.measured_on, null::date,
           last_value(t.measured_on) over later,
           t.value, last_value(t.value) over later as other, null, t.source
      from (select p.current_id, m.person_id, m.id, {_MARK} as mark, {_BY_PROXY} as by_proxy,
                   m.measured_on, c.value, m.version || c.value_set as definition,
                   'oneplace' as source, m.written_at
              from plans_measure m join plans_measurescore c on c.measure_id = m.id
              join people_person p on p.id = m.person_id
             where m.struck_at is null and m.not_done = '' and c.kind <> '{ScoreKind.RAW.value}'
           ) t
    window later as (partition by t.current_id, t.mark, t.by_proxy, t.definition
                     order by t.measured_on, t.written_at
                     rows between unbounded preceding and unbounded following)
     order by t.current_id, t.mark, t.by_proxy, t.measured_on, t.written_at
) pair (person_id, work_id, kind, mark, state, note, started_on, due_on, ended_on, value, other,
        practice, source)
 where ended_on > started_on
union all
select * from (
    select distinct on (t.person_id) t.person_id, t.id, 'pair', 'swemwbs.metric', '', '',
           t.answered_on, null::date, last_value(t.answered_on) over later, t.metric,
           last_value(t.metric) over later, null, t.source
      from (select s.person_id, e.id, {_day("e.starts_at")} as answered_on, c.metric, e.source
              from records_entry e join records_subject s on s.id = e.subject_id
              join (values {_CONVERTED}) as c (raw, metric)
                on c.raw = (e.detail -> 'totals' ->> 'short_wellbeing_raw')::float8
             where e.kind = 'questionnaire' and s.person_id is not null
               and e.starts_at is not null and {_TOLD}) t
    window later as (partition by t.person_id order by t.answered_on
                     rows between unbounded preceding and unbounded following)
     order by t.person_id, t.answered_on
) pair (person_id, work_id, kind, mark, state, note, started_on, due_on, ended_on, value, other,
        practice, source)
 where ended_on > started_on
"""

WORK: Final = f"{_PLANS} union all {_GOALS} union all {_PAIRS}"
"""Plans, goals and measures answered twice; columns as `WORK_COLUMNS`.

A raw sum is never told: partners' are converted, and only the same definition makes a pair.
"""
