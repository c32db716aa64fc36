"""Looks at records that stand out, found in sets: for a job that reads the audit and who is who.

What is looked for is a sign and no proof. Each has its measure here, so that an officer can say why
a look was asked about, and a colleague of a common name is not asked about every day.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection

from oneplace.access.models import UnusualKind
from oneplace.access.permissions import SEE_AUDIT
from oneplace.access.verbs import Unusual
from oneplace.access.viewer import Viewer

UNCOMMON_SHARE: Final = 0.002
UNCOMMON_COUNT: Final = 10
"""A family name counts where at most one in 500 people has it, or at most ten."""
MANY: Final = 50
MANY_TIMES: Final = 3
"""Shown without a connection in one day: at least so many, and so many times the role's median."""
BASELINE: Final = timedelta(days=28)
LEAST_DAYS: Final = 5
"""Days with looks after which an account's own hours are known; before that, 07:00 to 21:00."""
_FALLBACK: Final = (7.0, 21.0)
_MARGIN: Final = 1.0
"""Hours before and after the usual ones that are still usual."""

# One row for each account, person and day of the window; machine time only narrows what is read.
_OPENED: Final = """
opened as materialized (
    select e.account_id, e.person_id, (e.care_at at time zone %(zone)s)::date as on_day,
           min(e.care_at) as first_at, max(e.care_at) as last_at, count(*) as looks
      from access_auditentry e
     where e.action = 'see_record' and e.outcome = 'done' and e.account_kind = 'staff'
       and e.person_id is not null and e.care_at >= %(since)s and e.care_at < %(until)s
     group by 1, 2, 3
),
worker as materialized (
    select a.id as account_id, people_letters(a.name) as whole,
           people_letters(regexp_replace(btrim(a.name), '^.*\\s', '')) as family
      from access_account a where a.id in (select account_id from opened)
)
"""
_FAMILIES: Final = """
families as materialized (
    select people_letters(p.family) as family, count(*) as people from people_person p
     where p.current_id = p.id and p.family <> '' and people_letters(p.family) in (
        select family from worker)
     group by 1
),
everybody as (select count(*) as people from people_person p where p.current_id = p.id)
"""
_NAMES: Final = f"""
with {_OPENED}, {_FAMILIES}
select case when people_letters(p.given || ' ' || p.family) = w.whole
            then '{UnusualKind.OWN_RECORD.value}' else '{UnusualKind.FAMILY_NAME.value}' end,
       o.account_id, o.person_id, o.on_day, o.first_at, o.last_at, o.looks, f.people
  from opened o
  join worker w on w.account_id = o.account_id
  join people_person p on p.id = o.person_id
  join families f on f.family = w.family
 cross join everybody e
 where people_letters(p.family) = w.family
   and (people_letters(p.given || ' ' || p.family) = w.whole
        or f.people <= greatest(%(count)s, e.people * %(share)s))
"""  # noqa: S608 - put together of our own parts
_ADDRESS: Final = f"""
with {_OPENED}
select distinct '{UnusualKind.SAME_ADDRESS.value}', o.account_id, o.person_id, o.on_day, o.first_at,
       o.last_at, o.looks, 0
  from opened o
  join worker w on w.account_id = o.account_id
  join people_household mine on mine.person_id = o.person_id
  join people_household other on other.place = mine.place and other.person_id <> mine.person_id
  join people_person p on p.id = other.person_id
 where people_letters(p.given || ' ' || p.family) = w.whole
"""  # noqa: S608 - put together of our own parts
# Persons a list showed with whom no relationship of the account, its hat, teams or organisation
# stood; compared with what is usual for the role.
_UNRELATED: Final = """
with shown as materialized (
    select e.account_id, e.hat_id, e.organisation_id, e.role, e.care_at, x.person_id,
           (e.care_at at time zone %(zone)s)::date as on_day
      from access_auditentry e join access_auditperson x on x.entry_id = e.id
     where e.outcome = 'done' and e.account_kind = 'staff'
       and e.recorded_at > now() - %(machine)s::interval
       and e.care_at >= %(base)s and e.care_at < %(until)s
),
unrelated as materialized (
    select s.account_id, s.role, s.on_day, min(s.care_at) as first_at, max(s.care_at) as last_at,
           count(distinct s.person_id) as people
      from shown s
      left join access_hat h on h.id = s.hat_id
     where not exists (
        select from access_relationship r
         where r.person_id = s.person_id and r.starts_at <= s.care_at
           and (r.ends_at is null or r.ends_at > s.care_at)
           and (r.party_id in (s.account_id, s.hat_id, s.organisation_id)
                or r.party_id in (select t.team_id from partners_post_teams t
                                   where t.post_id = h.post_id)))
     group by 1, 2, 3
),
usual as (
    select role, percentile_cont(0.5) within group (order by people) as people
      from unrelated group by role
)
select account_id, on_day, first_at, last_at, u.people, round(usual.people)
  from unrelated u join usual using (role)
 where u.on_day >= (%(since)s::timestamptz at time zone %(zone)s)::date
   and u.people >= %(many)s and u.people >= usual.people * %(times)s
"""
_HOURS: Final = """
with looked as materialized (
    select e.account_id, e.care_at, (e.care_at at time zone %(zone)s)::date as on_day,
           extract(hour from e.care_at at time zone %(zone)s)
           + extract(minute from e.care_at at time zone %(zone)s) / 60.0 as hour
      from access_auditentry e
     where e.action = 'see_record' and e.outcome = 'done' and e.account_kind = 'staff'
       and e.recorded_at > now() - %(machine)s::interval
       and e.care_at >= %(base)s and e.care_at < %(until)s
),
usual as (
    select account_id, count(distinct on_day) as days,
           percentile_cont(0.05) within group (order by hour) as from_hour,
           percentile_cont(0.95) within group (order by hour) as to_hour
      from looked where care_at < %(since)s group by account_id
),
odd as (
    select l.*, case when u.days >= %(least)s then greatest(u.from_hour - %(margin)s, 0)
                     else %(early)s end as from_hour,
           case when u.days >= %(least)s then least(u.to_hour + %(margin)s, 24)
                else %(late)s end as to_hour
      from looked l left join usual u using (account_id)
     where l.care_at >= %(since)s
)
select account_id, on_day, min(care_at), max(care_at), count(*), min(from_hour), max(to_hour)
  from odd where hour < from_hour or hour > to_hour
 group by account_id, on_day
"""
_WORKERS: Final = """
select a.id, a.name, coalesce(p.title, ''), o.id, coalesce(o.name, '')
  from access_account a
  left join lateral (
    select h.post_id from access_hat h where h.account_id = a.id
     order by h.ended_at is not null, h.starts_on desc limit 1
  ) h on true
  left join partners_post p on p.id = h.post_id
  left join partners_organisation o on o.id = p.organisation_id
 where a.id = any(%s)
"""


def unusual_looks(*, viewer: Viewer, since: datetime, until: datetime) -> list[Unusual]:
    """Looks between two moments that stand out, in six statements however many there are.

    For a job with everybody's eyes; a page's policies would hide what it compares.
    """
    if not viewer.may(SEE_AUDIT):
        return []
    values: dict[str, Any] = {
        "zone": settings.TIME_ZONE,
        "since": since,
        "until": until,
        "base": since - BASELINE,
        # Care time may run ahead of the machine's in a demonstration, and never behind it.
        "machine": BASELINE + (until - since) + timedelta(days=3),
        "share": UNCOMMON_SHARE,
        "count": UNCOMMON_COUNT,
        "many": MANY,
        "times": MANY_TIMES,
        "least": LEAST_DAYS,
        "margin": _MARGIN,
        "early": _FALLBACK[0],
        "late": _FALLBACK[1],
    }
    with connection.cursor() as cursor:
        rows: list[tuple[Any, ...]] = []
        for statement in (_NAMES, _ADDRESS):
            cursor.execute(statement, values)
            rows += [(*row[:-1], _why(UnusualKind(row[0]), row[-1])) for row in cursor.fetchall()]
        cursor.execute(_UNRELATED, values)
        rows += [
            (UnusualKind.MANY_UNRELATED, account, None, *rest, _many(rest[-1], usual))
            for account, *rest, usual in cursor.fetchall()
        ]
        cursor.execute(_HOURS, values)
        rows += [
            (UnusualKind.ODD_HOURS, account, None, *rest, _hours(begin, end))
            for account, *rest, begin, end in cursor.fetchall()
        ]
        cursor.execute(_WORKERS, [list({row[1] for row in rows})])
        workers = {row[0]: row for row in cursor.fetchall()}
    return [_made(row, workers[row[1]]) for row in rows if row[1] in workers]


def _made(row: Sequence[Any], worker: Sequence[Any]) -> Unusual:
    kind, account_id, person_id, on_day, first_at, last_at, looks, words = row
    _, name, title, organisation_id, organisation = worker
    return Unusual(
        kind=UnusualKind(kind),
        account_id=account_id,
        account_name=name,
        title=title,
        organisation_id=organisation_id,
        organisation_name=organisation,
        person_id=person_id,
        on_day=on_day,
        first_at=first_at,
        last_at=last_at,
        looks=looks,
        words=words,
    )


def _why(kind: UnusualKind, people: int) -> str:
    here = "1 person here has" if people == 1 else f"{people:,} people here have"
    if kind is UnusualKind.OWN_RECORD:
        return f"The person has the worker’s own name; {here} the family name."
    if kind is UnusualKind.FAMILY_NAME:
        return f"The person has the worker’s family name, which {here}."
    return "The person lives at one address with somebody of the worker’s own name."


def _many(people: int, usual: float) -> str:
    return (
        f"Lists showed {people:,} people with whom nothing connected the worker that day; in this "
        f"role {int(usual):,} is usual."
    )


def _hours(begin: float, end: float) -> str:
    return f"The worker usually looks between {_clock(begin)} and {_clock(end)}."


def _clock(hour: float) -> str:
    minutes = round(float(hour) * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"
