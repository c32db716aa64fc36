"""Rows for the snapshot: what was asked and whether it was kept in time. No word of it leaves."""

from typing import Final

from oneplace.actions.models.action import OPEN
from oneplace.records.extracts import TIMEZONE, WORK_COLUMNS

__all__ = ["WORK", "WORK_COLUMNS"]
_OPEN: Final = ", ".join(f"'{state.value}'" for state in OPEN)


def _day(moment: str) -> str:
    return f"({moment} at time zone '{TIMEZONE}')::date"


WORK: Final = f"""
select a.person_id, a.id as work_id, 'action' as kind, a.origin as mark, a.state, '' as note,
       {_day("a.asked_at")} as started_on, a.due_on,
       case when a.state in ({_OPEN}) then null else {_day("a.moved_at")} end as ended_on,
       null::float8 as value, null::float8 as other, null::text as practice,
       'oneplace'::text as source
  from actions_action a where a.taken_back_at is null
union all
select c.person_id, c.id, 'clock', c.key,
       case when c.stopped_at is null then 'running' when c.due_at is null then 'stopped'
            when c.stopped_at <= c.due_at then 'kept' else 'missed' end,
       case when c.breach_reason = '' then '' else 'said' end,
       {_day("c.started_at")}, {_day("c.due_at")}, {_day("c.stopped_at")},
       extract(epoch from c.stopped_at - c.started_at)::float8 / 60 - coalesce(
           (select sum(extract(epoch from p.until_at - p.from_at))::float8 / 60
              from actions_pause p where p.clock_id = c.id and p.until_at is not null), 0),
       extract(epoch from (c.started_at at time zone '{TIMEZONE}')::time)::float8 / 60, null,
       'oneplace'
  from actions_clock c
"""
"""Every ask and every clock; why a clock was missed stays behind, only that it was said leaves."""
