"""Brings in step whatever follows from what sources say of persons, in one go."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.clock import local_day
from oneplace.people.announcements import SayingsFollowed
from oneplace.people.verbs.coded import CODED, coded_values, keep_coded, reads_codes
from oneplace.people.verbs.deaths import KEEP_DEATHS, tell_of_deaths
from oneplace.people.verbs.opening import WANTED, keep_open
from oneplace.people.verbs.statements import pluck, run, run_all
from oneplace.people.verbs.summaries import REFRESH, add_names, chunks


def follow_sayings(persons: Sequence[uuid.UUID], *, by: Viewer, at: datetime) -> None:
    """Deaths, summaries, ways to be found, household, who may open, and what codes say they chose.

    Of current persons; codes are read by the loader only.
    """
    values: dict[str, Any] = {
        "persons": list(persons),
        "at": at,
        "today": local_day(at),
        "after": settings.PLACE.thresholds.hospital_opens_after_stay.timedelta,
        "by": by.account_id,
        "name": by.name,
    }
    followed: tuple[str, ...] = (KEEP_DEATHS, *REFRESH, *WANTED)
    if is_coded := reads_codes(by):
        followed = (*followed, CODED)
        values |= coded_values()
    deaths, *rest = run_all(followed, values, things=len(persons))
    tell_of_deaths(deaths, by=by, at=at)
    add_names(pluck(rest[len(REFRESH) - 1]))
    if is_coded:
        keep_coded(rest.pop(), by=by, at=at)
    keep_open(rest[len(REFRESH) :], by=by, at=at)
    announce(SayingsFollowed(tuple(persons), by, at))


_WHOSE = """
select distinct person_id from records_subject
 where id = any(%(subjects)s) and person_id is not null
"""


@transaction.atomic
def keep_in_step(*, subject_ids: Iterable[uuid.UUID], by: Viewer, at: datetime) -> int:
    """Follow what is newly said of numbers whose person stands: stays, deaths, registrations.

    For subjects of whom no identity changed, so that nobody need be linked anew. Returns how many
    persons they are.
    """
    subjects = list(subject_ids)
    if not subjects:
        return 0
    persons = pluck(run(_WHOSE, {"subjects": subjects}, things=len(subjects)))
    for chunk in chunks(persons):
        follow_sayings(chunk, by=by, at=at)
    return len(persons)


@transaction.atomic
def write_findings(*, person_ids: Iterable[uuid.UUID], by: Viewer, at: datetime) -> int:
    """Write anew what follows from what is said of these people, whoever they stand for now.

    For what may be shown of them having changed, and nothing said of them. Returns how many.
    """
    asked = list(person_ids)
    persons = pluck(run(_CURRENT, {"persons": asked}, things=len(asked)))
    for chunk in chunks(persons):
        follow_sayings(chunk, by=by, at=at)
    audit.record(by=by, at=at, action="write_findings", detail={"persons": len(persons)})
    return len(persons)


_CURRENT = "select distinct current_id from people_person where id = any(%(persons)s)"
