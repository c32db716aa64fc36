"""Rows for the snapshot: referrals at the desk, episodes, what was waited for. No word leaves."""

from typing import Final

from oneplace.homefirst.models.terms import OPEN
from oneplace.records.extracts import TIMEZONE, WORK_COLUMNS

__all__ = ["WORK", "WORK_COLUMNS"]
_OPEN: Final = ", ".join(f"'{state.value}'" for state in OPEN)


def _day(moment: str) -> str:
    return f"({moment} at time zone '{TIMEZONE}')::date"


WORK: Final = f"""
select c.person_id, c.id as work_id, 'life_case' as kind, c.stream as mark, c.state,
       coalesce(nullif(c.rejected_because, ''), nullif(c.closed_because, ''), c.pathway) as note,
       {_day("c.received_at")} as started_on, {_day("c.left_at")} as due_on,
       case when c.state in ({_OPEN}) then null
            else {_day("coalesce(c.closed_at, c.moved_at)")} end as ended_on,
       extract(epoch from c.first_seen_at - coalesce(c.left_at, c.received_at))::float8 / 60
           as value,
       case when c.is_outside_hours then 1 else 0 end::float8 as other, null::text as practice,
       'oneplace'::text as source
  from homefirst_deskcase c
union all
select e.person_id, e.id, 'life_episode', e.sequel, case when e.ended_on is null then 'open'
       else 'ended' end, e.status_at_91_days, e.started_on, null, e.ended_on,
       e.hours_at_start::float8, e.hours_at_exit::float8, null, 'oneplace'
  from homefirst_episode e
union all
select d.person_id, b.id, 'blocker', b.kind, case when b.closed_at is null then 'open'
       else 'closed' end, b.holder, {_day("b.opened_at")}, {_day("d.ready_at")},
       {_day("b.closed_at")}, null, null, null, 'oneplace'
  from homefirst_blocker b join homefirst_discharge d on d.id = b.discharge_id
"""
"""Every referral at a desk, every episode, everything waited for as written here.

`value` of a case is minutes from leaving hospital (else from the referral) to the first visit, by
the person's own clock; `other` is 1 where it began outside the hours of the service, which is
counted apart. An opinion about an admission never leaves: nobody can add it up.
"""
