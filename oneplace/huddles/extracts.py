"""Rows for the snapshot: which huddles were held, by whom, and who had been told before."""

from typing import Final

from oneplace.records.extracts import TIMEZONE, WORK_COLUMNS
from oneplace.vocabulary.terms import Attendance, MeetingState, Role

__all__ = ["WANTED", "WORK", "WORK_COLUMNS"]
WANTED: Final = (Role.COMMUNITY_NURSE, Role.SOCIAL_WORKER, Role.PHARMACIST)
"""Without whom a huddle was not whole, besides the practice's own."""
_HELD: Final = f"'{MeetingState.MINUTED.value}', '{MeetingState.CLOSED.value}'"
_CAME: Final = f"'{Attendance.PRESENT.value}', '{Attendance.BY_VIDEO.value}'"
_ROLES: Final = ", ".join(f"'{role.value}'" for role in WANTED)


def _day(moment: str) -> str:
    return f"({moment} at time zone '{TIMEZONE}')::date"


WORK: Final = f"""
select null::uuid as person_id, m.id as work_id, 'huddle' as kind, '' as mark, m.state, '' as note,
       {_day("m.starts_at")} as started_on, null::date as due_on, {_day("m.closed_at")} as ended_on,
       case when (select count(distinct t.role) from huddles_attendee t
                   where t.meeting_id = m.id and t.attendance in ({_CAME})
                     and t.role in ({_ROLES})) = {len(WANTED)} then 1 else 0 end::float8 as value,
       null::float8 as other,
       (select min(o.code) from huddles_seriespractice p
          join partners_organisation o on o.id = p.practice_id where p.series_id = m.series_id)
           as practice,
       'oneplace'::text as source
  from huddles_meeting m where m.state in ({_HELD})
union all
select i.person_id, i.id, 'told', '',
       case when c.told_on <= {_day("i.discussed_at")} then 'told' else 'not_told' end, '',
       {_day("i.discussed_at")}, null, c.told_on, null, null, null, 'oneplace'
  from huddles_item i join huddles_case c on c.id = i.case_id
 where i.discussed_at is not null and i.state = 'done'
"""
"""Huddles held, and everybody discussed in one."""
