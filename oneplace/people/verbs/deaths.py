"""Takes down that somebody has died, as sources say or by hand, and takes it back."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.refusals import refuse_if
from oneplace.people import rules
from oneplace.people.announcements import DeathsUndone, PeopleDied
from oneplace.people.models import Death, Person
from oneplace.people.verbs.summaries import refresh_summaries
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import Exactness

# One row per person: when, as exactly as anybody says (a practice before others, then the newest),
# who says so, and a hash of it all, so that one and the same saying is decided about once.
_SAID_DEAD = """
with said as (
    select s.person_id, i.source, i.died_at, i.died_exactness as exactness, i.said_at, i.id,
           case when o.id is null then 1 else 0 end as trust
      from records_subject s join records_identity i on i.subject_id = s.id
      left join partners_organisation o on o.code = i.organisation and o.kind = 'gp_practice'
     where s.person_id = any(%(persons)s) and not i.is_deleted
       and (i.is_dead or i.died_at is not null) and coalesce(i.is_dead, true)
    union all
    select s.person_id, e.source, e.starts_at, e.exactness, e.said_at, e.id, 1
      from records_subject s join records_entry e on e.subject_id = s.id
     where s.person_id = any(%(persons)s) and e.kind = 'death'
       and e.status not in ('cancelled', 'in_error')
),
evidence as (
    select person_id,
        (array_agg(died_at order by (died_at is null),
            array_position(array['second', 'day', 'month', 'year'], exactness::text),
            trust, said_at desc, id))[1] as died_at,
        (array_agg(exactness order by (died_at is null),
            array_position(array['second', 'day', 'month', 'year'], exactness::text),
            trust, said_at desc, id))[1] as exactness,
        string_agg(distinct source, ', ' order by source) as said_by,
        md5(string_agg(distinct source || ' ' || coalesce((died_at at time zone 'UTC')::text, ''),
            ';')) as saying
      from said group by person_id
)
"""
KEEP_DEATHS = f"""
{_SAID_DEAD},
here as (
    select p.id from people_person p where p.id = any(%(persons)s) and p.current_id = p.id
),
changed as (
    update people_death d set died_at = e.died_at, died_exactness = e.exactness,
           said_by = e.said_by, saying = e.saying
      from evidence e
     where d.person_id = e.person_id and d.undone_at is null and d.said_by <> 'oneplace'
       and d.saying <> e.saying
),
undone as (
    update people_death d set undone_at = %(at)s, undone_by_id = %(by)s::uuid,
           undone_by_name = %(name)s::text, undone_why = 'No source says so any longer'
     where d.person_id = any(%(persons)s) and d.undone_at is null and d.said_by <> 'oneplace'
       and not exists (select from evidence e join here on here.id = e.person_id
                        where e.person_id = d.person_id)
 returning d.person_id
),
died as (
    insert into people_death (id, person_id, died_at, died_exactness, said_by, saying,
        recorded_by_id, recorded_by_name, recorded_at, undone_by_name, undone_why)
    select gen_random_uuid(), e.person_id, e.died_at, e.exactness, e.said_by, e.saying,
           %(by)s::uuid, %(name)s::text, %(at)s::timestamptz, '', ''
      from evidence e join here on here.id = e.person_id
     where not exists (select from people_death d where d.person_id = e.person_id
                          and (d.undone_at is null or d.saying = e.saying))
 returning person_id
)
select 'died', person_id from died union all select 'undone', person_id from undone
"""


def tell_of_deaths(found: Sequence[tuple[str, uuid.UUID]], *, by: Viewer, at: datetime) -> None:
    """Audit and announce what `KEEP_DEATHS` brought in step: who died, and who did not after all.

    What was taken back by hand does not come back by the same sayings; a new one brings it back.
    """
    died = [person for what, person in found if what == "died"]
    undone = [person for what, person in found if what == "undone"]
    if died:
        _audit(died, "record_death", by=by, at=at)
        announce(PeopleDied(died, by=by, at=at))
    if undone:
        _audit(undone, "undo_death", by=by, at=at)
        announce(DeathsUndone(undone, by=by, at=at))


def _audit(persons: Sequence[uuid.UUID], action: str, *, by: Viewer, at: datetime) -> None:
    one = persons[0] if len(persons) == 1 else None
    audit.record(by=by, at=at, action=action, person_id=one, detail={"persons": len(persons)})


@transaction.atomic
def record_death(
    *, person: Person, died_at: datetime | None, exactness: Exactness, by: Viewer, at: datetime
) -> Death:
    """Take down by hand that somebody has died; everything that must stop, stops with it."""
    refuse_if(rules.why_not_record_death(person, died_at, at=at), field="died_on")
    death = Death(
        id=new_id(),
        person=person,
        died_at=died_at,
        died_exactness=exactness,
        said_by="oneplace",
        recorded_by_id=rules.account_of(by),
        recorded_by_name=by.name,
        recorded_at=at,
    )
    death.save(force_insert=True)
    refresh_summaries(persons=[person.pk], at=at)
    audit.record(by=by, at=at, action="record_death", person_id=person.pk)
    announce(PeopleDied([person.pk], by=by, at=at))
    return death


@transaction.atomic
def undo_death(*, death: Death, why: str, by: Viewer, at: datetime) -> Death:
    """Take back that somebody has died; the same sayings do not bring it back by themselves."""
    refuse_if(rules.why_not_undo_death(death, why), field="why")
    death.undone_at, death.undone_why = at, why
    death.undone_by_id, death.undone_by_name = rules.account_of(by), by.name
    death.save(update_fields=["undone_at", "undone_why", "undone_by_id", "undone_by_name"])
    refresh_summaries(persons=[death.person_id], at=at)
    audit.record(by=by, at=at, action="undo_death", person_id=death.person_id, reason=why)
    announce(DeathsUndone([death.person_id], by=by, at=at))
    return death
