"""One person's record at a glance: who it is, what sources say of them, what stands, what is new.

One statement, because a page of a record has few to spend. The row policies decide whether there is
anything: whoever has no reason to look finds nobody.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import orjson
from django.conf import settings

from oneplace.access import audit
from oneplace.access.rule.light import Light, light_from, light_of, light_values
from oneplace.access.viewer import Viewer
from oneplace.kit.clock import day_begins, local_day
from oneplace.kit.kept_plans import kept_plans
from oneplace.people.queries.person import WAITS
from oneplace.people.verbs.marks import ONE_LOOK
from oneplace.vocabulary.terms import EntryKind, Exactness, Gender

MONTHS: Final = 24
"""How far the lanes go back."""
MOST_NEW: Final = 40
MOST_STANDING: Final = 250
MOST_ALSO: Final = 600
FIRST_LOOK: Final = timedelta(days=30)
"""What is new to somebody who opens a record for the first time."""

Row = Mapping[str, Any]

STANDING: Final = (
    EntryKind.FLAG,
    EntryKind.HAZARD,
    EntryKind.TIE,
    EntryKind.CHOICE,
    EntryKind.CARE_PLAN,
    EntryKind.CARE_TEAM,
    EntryKind.EPISODE,
    EntryKind.REGISTRATION,
    EntryKind.CARE_PACKAGE,
    EntryKind.DEATH,
    EntryKind.GOAL,
)
"""Kinds of which what still stands is told in the banner and round it."""


@dataclass(frozen=True)
class Record:
    """One person, with everything the frame of each page of the record needs."""

    person_id: uuid.UUID
    """Whoever the person asked for is now."""
    person: Row
    identities: Sequence[Row]
    """What each source says of who they are, the most believed first, each with its `reach`."""
    lanes: Sequence[Row]
    """`{source, month, number}` of the last months, and once in all for what is older."""
    new: Sequence[Row]
    """What arrived since the last look, newest first."""
    new_count: int
    standing: Sequence[Row]
    """What stands now of the kinds of `STANDING`."""
    stays: Sequence[Row]
    """Stays in hospital and what was waited for in them, newest first."""
    also: Sequence[Row]
    """Everything of the kinds that were asked for, what is over too, newest first."""
    subjects: Mapping[uuid.UUID, tuple[str, str]]
    """The numbers of sources that are this person's: who gave each, and the number."""
    matches: Sequence[Row]
    """Pairs nobody has decided, of which this person is one side."""
    doubts: Mapping[uuid.UUID, str]
    """Entries somebody says are about another, and who said so."""
    merged_from: int
    """How many other persons were found to be this one."""
    since: datetime
    """Since when something counts as new."""
    is_first_look: bool
    safety: Sequence[Row]
    """What whoever visits must do, `{says, said_at}`; never why."""
    light: Light
    """What the viewer sees of it, and why."""

    @property
    def born_on(self) -> date | None:
        """The date of birth, as exact as it is known."""
        given = self.person["born_on"]
        return date.fromisoformat(given) if given else None

    @property
    def born_exactness(self) -> Exactness:
        """How exactly the date of birth is known."""
        return Exactness(self.person["born_exactness"])

    @property
    def gender(self) -> Gender | None:
        """The gender, where a source says it."""
        return Gender(self.person["gender"]) if self.person["gender"] else None


_ENTRY: Final = """
    select e.id, e.kind, e.source, e.key, e.status, e.starts_at, e.ends_at, e.sorts_at, e.exactness,
           e.title, e.code, e.words, e.value, e.unit, e.organisation, e.detail, e.said_at,
           e.arrived_at, e.within_id, coalesce(nullif(e.by, ''), b.name, '') as by,
           b.phone as by_phone, a.name as where_name, a.phone as where_phone
"""
_AGENTS: Final = """
    left join records_agent b on b.id = e.by_agent_id
    left join records_agent a on a.id = e.at_agent_id
"""
# What was a mistake tells nothing at a glance, but that it was one is news to who read it before.
# An allergy or a condition is news whenever it began.
_HEAD: Final = f"""
with me as materialized (
    select c.* from people_person p join people_person c on c.id = p.current_id
     where p.id = %(person)s
), audited as (
    {{written}} where exists (select from me)
), look as materialized (
    select case when %(at)s - l.looked_at > %(one_look)s then l.looked_at else l.before_at end
           as before_at
      from people_lastlook l
     where l.account_id = %(account)s and l.person_id = (select id from me)
), since as (
    select coalesce((select before_at from look), %(first)s) as at
), mine as materialized (
    select s.id, s.authority, s.value from records_subject s
     where s.person_id = (select id from me)
), every as materialized (
    select e.* from records_entry e where e.subject_id = any (array(select id from mine))
), entries as not materialized (
    select e.* from every e where e.status <> 'in_error'
), arrived as materialized (
    select e.* from every e
     where e.arrived_at > (select at from since)
       and (e.kind in ('allergy', 'condition') or e.status = 'in_error' or e.sorts_at is null
            or e.sorts_at > (select at from since) - interval '1 year')
), fresh as (
    {_ENTRY}, exists (select from records_version v where v.thing_id = e.id
                      and v.content_sha <> e.content_sha) as is_corrected
      from arrived e {_AGENTS}
     order by (e.kind = 'allergy' or e.status = 'in_error') desc,
           e.sorts_at desc nulls last, e.id limit {MOST_NEW}
), standing as (
    {_ENTRY} from entries e {_AGENTS}
     where e.kind = any (%(standing)s) and e.status not in ('cancelled', 'ended', 'planned')
       and (e.ends_at is null or e.ends_at > %(at)s)
     order by e.sorts_at desc nulls last, e.id limit {MOST_STANDING}
), stays as (
    {_ENTRY} from entries e {_AGENTS}
     where e.kind in ('stay', 'blocker') and e.status not in ('cancelled', 'planned')
     order by e.sorts_at desc nulls last, e.id limit {MOST_STANDING}
), also as (
    {_ENTRY} from entries e {_AGENTS}
     where e.kind = any (%(also)s) and e.status <> 'cancelled'
     order by e.sorts_at desc nulls last, e.id limit {MOST_ALSO}
), said as (
    select i.id, i.source, i.subject_id, s.authority, s.value, i.said_at, i.arrived_at,
           i.organisation, i.title, i.given, i.family, i.known_as, i.born_on, i.nhs_number,
           i.is_nhs_number_sound, i.nhs_number_status, i.language, i.needs_interpreter,
           i.lives_alone, i.accommodation, i.communication_needs, i.practice_code, i.is_deleted,
           i.marital_status, i.religion, i.ethnicity, i.detail,
           case when o.id is not null and i.nhs_number_status = 'verified' then 0
                when o.id is not null then 1
                when i.nhs_number_status = 'verified' then 2
                else 3 end + case when i.is_deleted then 10 else 0 end as trust,
           (select coalesce(json_agg(json_build_object(
                       'kind', r.kind, 'text', r.text, 'postcode', r.postcode, 'use', r.use,
                       'ends_on', r.ends_on, 'note', r.note) order by r.rank, r.position), '[]')
              from records_reach r where r.identity_id = i.id) as reach
      from records_identity i join mine s on s.id = i.subject_id
      left join partners_organisation o on o.code = i.organisation and o.kind = 'gp_practice'
)
select (select to_json(me) from me),
       (select coalesce(json_agg(said order by trust, said_at desc, id), '[]') from said),
       (select coalesce(json_agg(lane), '[]') from (
            select source, case when sorts_at >= %(from)s
                                then to_char(sorts_at at time zone %(zone)s, 'YYYY-MM')
                   end as month,
                   count(*) as number, max(sorts_at) as last_at
              from entries where sorts_at <= %(at)s and status <> 'cancelled' group by 1, 2
        ) lane),
       (select coalesce(json_agg(fresh), '[]') from fresh),
       (select count(*) from arrived),
       (select coalesce(json_agg(standing), '[]') from standing),
       (select coalesce(json_agg(stays), '[]') from stays),
       (select coalesce(json_agg(also), '[]') from also),
       (select coalesce(json_object_agg(id, json_build_array(authority, value)), '{{{{}}}}')
          from mine),
       (select coalesce(json_agg(json_build_object(
            'id', m.id, 'evidence', m.evidence, 'risk', m.risk, 'found_at', m.found_at,
            'other', case when m.one_id in (select id from mine) then b.person_id
                          else a.person_id end)), '[]')
          from people_match m
          join records_subject a on a.id = m.one_id join records_subject b on b.id = m.other_id
         where m.state = any (%(waits)s)
           and (m.one_id in (select id from mine) or m.other_id in (select id from mine))),
       (select coalesce(json_object_agg(d.entry_id, d.marked_by_name), '{{{{}}}}')
          from people_notthisperson d
         where d.settled_at is null and d.entry_id in (select id from entries)),
       (select count(*) from people_person p
         where p.current_id = (select id from me) and p.id <> p.current_id),
       (select at from since),
       not exists (select from look where before_at is not null),
       (select coalesce(json_agg(safe order by safe.said_at desc, safe.says), '[]')
          from records_safety((select id from me)) safe),
       {light_of("(select id from me)", "access_opened()")}
  from me
"""  # noqa: S608 - put together of our own parts


def record(
    person_id: uuid.UUID,
    *,
    viewer: Viewer,
    at: datetime,
    also: Sequence[EntryKind] = (),
) -> Record | None:
    """The record of whoever this person is now; None where the viewer may not open it.

    The statement leaves the entry of this look in the audit. `also` are kinds of which everything
    is wanted.
    """
    if viewer.account_id is None:
        return None
    written, audited = audit.within(by=viewer, at=at, action="see_record", person_id=person_id)
    values = {
        **audited,
        **light_values(viewer),
        "person": person_id,
        "account": viewer.account_id,
        "at": at,
        "one_look": ONE_LOOK,
        "first": at - FIRST_LOOK,
        "from": day_begins(_months_back(at)),
        "zone": settings.TIME_ZONE,
        "also": [kind.value for kind in also],
        "standing": [kind.value for kind in STANDING],
        "waits": [state.value for state in WAITS],
    }
    with kept_plans() as cursor:
        cursor.execute(_HEAD.format(written=written), values)
        row = cursor.fetchone()
    if row is None:
        return None
    person, said, lanes, new, number, standing, stays, everything, mine, *rest = map(_loaded, row)
    matches, doubts, merged, since, first, safety, light = rest
    return Record(
        person_id=uuid.UUID(person["id"]),
        person=person,
        identities=said,
        lanes=lanes,
        new=new,
        new_count=number,
        standing=standing,
        stays=stays,
        also=everything,
        subjects={uuid.UUID(key): (who, number) for key, (who, number) in mine.items()},
        matches=matches,
        doubts={uuid.UUID(key): name for key, name in doubts.items()},
        merged_from=merged,
        since=since,
        is_first_look=first,
        safety=safety,
        light=light_from(light, viewer, at=at),
    )


def _loaded(part: Any) -> Any:
    return orjson.loads(part) if isinstance(part, str) else part


def _months_back(at: datetime) -> date:
    """The first day of the earliest month of the lanes."""
    today = local_day(at)
    months = today.year * 12 + today.month - MONTHS
    return date(months // 12, months % 12 + 1, 1)
