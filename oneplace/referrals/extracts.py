"""Rows for the snapshot: what services were asked for and what came of it. No need in words."""

from typing import Final

from oneplace.records.extracts import TIMEZONE, WORK_COLUMNS

__all__ = ["WORK", "WORK_COLUMNS"]


def _day(moment: str) -> str:
    return f"({moment} at time zone '{TIMEZONE}')::date"


WORK: Final = f"""
select r.person_id, r.id as work_id, 'referral' as kind, coalesce(r.need_kind, '') as mark, r.state,
       coalesce(r.outcome, '') as note, {_day("r.asked_at")} as started_on,
       {_day("r.answer_by")} as due_on,
       case when r.state in ('declined', 'ended') then {_day("r.moved_at")} end as ended_on,
       null::float8 as value, null::float8 as other, null::text as practice,
       'oneplace'::text as source
  from referrals_referral r
"""
"""Every ask of a service."""
