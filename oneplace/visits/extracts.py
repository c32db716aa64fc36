"""Rows for the snapshot: visits, what they were for and how long they took. No word leaves."""

from typing import Final

from oneplace.records.extracts import TIMEZONE, WORK_COLUMNS

__all__ = ["WORK", "WORK_COLUMNS"]


def _day(moment: str) -> str:
    return f"({moment} at time zone '{TIMEZONE}')::date"


def _minutes(since: str, until: str) -> str:
    return f"extract(epoch from {until} - {since})::float8 / 60"


WORK: Final = f"""
select v.person_id, v.id as work_id, 'visit' as kind, v.purpose as mark, v.state,
       v.origin as note, {_day("v.opens_at")} as started_on, {_day("v.closes_at")} as due_on,
       case when v.state in ('finished', 'cancelled', 'moved')
            then {_day("coalesce(v.finished_at, v.closes_at)")} end as ended_on,
       {_minutes("v.arrived_at", "v.finished_at")} as value,
       {_minutes("v.closes_at", "v.arrived_at")} as other, null::text as practice,
       'oneplace'::text as source
  from visits_visit v
"""
"""Every visit. `value` is the minutes somebody was there; `other` the minutes after the window

closed that they arrived, below nothing where they came in time.
"""
