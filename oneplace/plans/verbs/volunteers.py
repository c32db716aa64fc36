"""Volunteers: added, vetted, matched with somebody who said yes, and let go with thanks."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused
from oneplace.people.rules import account_of
from oneplace.plans import queries, rules
from oneplace.plans.models import PicWork, Volunteer, VolunteerMatch
from oneplace.plans.verbs.plan import owner_of, record, refuse, writes_for
from oneplace.vocabulary.terms import GoalCategory


@transaction.atomic
def add_volunteer(
    *,
    name: str,
    phone: str = "",
    email: str = "",
    likes: str = "",
    helps_with: Sequence[GoalCategory] = (),
    languages: Sequence[str] = (),
    districts: Sequence[str] = (),
    days: Sequence[str] = (),
    most_people: int = 1,
    by: Viewer,
    at: datetime,
) -> Volunteer:
    """Write down somebody who gives their time; nobody is matched before they are vetted."""
    refuse(rules.why_not_keep_volunteers(by=by))
    refuse(rules.why_not_words(name, field="name", what="their name", at=at))
    if by.organisation_id is None:
        raise Refused("Volunteers belong to an organisation, and you wear no hat of one.")
    volunteer = Volunteer(
        organisation_id=by.organisation_id,
        organisation_name=by.organisation_name,
        name=name.strip(),
        phone=phone.strip(),
        email=email.strip(),
        likes=likes.strip(),
        helps_with=[one.value for one in helps_with],
        languages=list(languages),
        districts=[one.strip().upper() for one in districts if one.strip()],
        days=list(days),
        most_people=most_people,
        added_by_name=by.name,
        added_at=at,
    )
    volunteer.save(force_insert=True)
    _record("add_volunteer", volunteer, by=by, at=at)
    return volunteer


@transaction.atomic
def vet_volunteer(
    *,
    volunteer: Volunteer,
    vetted_on: date,
    vetted_until: date,
    vetted_by: str,
    trained_on: date | None = None,
    by: Viewer,
    at: datetime,
) -> Volunteer:
    """Write down who looked at a volunteer's checks, when, and until when they hold."""
    held = _held(volunteer, by=by)
    refuse(rules.why_not_vet(vetted_on, vetted_until, vetted_by, at=at))
    held.vetted_on, held.vetted_until = vetted_on, vetted_until
    held.vetted_by, held.trained_on = vetted_by.strip(), trained_on or held.trained_on
    held.save(update_fields=["vetted_on", "vetted_until", "vetted_by", "trained_on"])
    _record("vet_volunteer", held, by=by, at=at)
    return held


@transaction.atomic
def leave_volunteer(*, volunteer: Volunteer, by: Viewer, at: datetime) -> Volunteer:
    """Write down that somebody gives their time no longer; whoever they visited needs another."""
    held = _held(volunteer, by=by)
    if held.left_on is not None:
        raise Refused("They have left already.")
    if VolunteerMatch.objects.filter(volunteer=held, ended_on=None).exists():
        raise Refused("They still visit somebody. End that first, and find somebody else.")
    held.left_on = local_day(at)
    held.save(update_fields=["left_on"])
    _record("leave_volunteer", held, by=by, at=at)
    return held


@transaction.atomic
def match_volunteer(
    *,
    person_id: uuid.UUID,
    volunteer: Volunteer,
    what_for: str,
    person_agreed_on: date,
    work: PicWork | None = None,
    starts_on: date | None = None,
    by: Viewer,
    at: datetime,
) -> VolunteerMatch:
    """Bring a vetted volunteer together with somebody who said yes to it."""
    person = writes_for(person_id, by=by)
    held = _held(volunteer, by=by)
    matched = queries.matched_with(held, viewer=by)
    refuse(
        rules.why_not_match(
            held, matched=matched, what_for=what_for, person_agreed_on=person_agreed_on, at=at
        )
    )
    match = VolunteerMatch(
        volunteer=held,
        person=person,
        work=work,
        owner=owner_of(by),
        what_for=what_for.strip(),
        person_agreed_on=person_agreed_on,
        starts_on=starts_on or local_day(at),
        matched_by_id=account_of(by),
        matched_by_name=by.name,
        matched_at=at,
    )
    match.save(force_insert=True)
    record("match_volunteer", ("volunteer_match", match.pk), person_id=person.pk, by=by, at=at)
    return match


@transaction.atomic
def end_match(*, match: VolunteerMatch, why: str, by: Viewer, at: datetime) -> VolunteerMatch:
    """Write down that a volunteer comes to somebody no longer, and why."""
    writes_for(match.person_id, by=by)
    refuse(rules.why_not_words(why, field="why", what="why it ends", at=at))
    held = VolunteerMatch.objects.select_for_update(of=("self",)).filter(pk=match.pk).first()
    if held is None or held.ended_on is not None:
        raise Refused("This has ended already.")
    held.ended_on, held.ended_why = local_day(at), why.strip()
    held.save(update_fields=["ended_on", "ended_why"])
    record("end_match", ("volunteer_match", held.pk), person_id=held.person_id, by=by, at=at)
    return held


def _held(volunteer: Volunteer, *, by: Viewer) -> Volunteer:
    refuse(rules.why_not_keep_volunteers(by=by))
    found = Volunteer.objects.select_for_update().filter(pk=volunteer.pk).first()
    if found is None or found.organisation_id != by.organisation_id:
        raise Refused("This volunteer belongs to another organisation. Ask there.")
    return found


def _record(action: str, volunteer: Volunteer, *, by: Viewer, at: datetime) -> None:
    audit.record(by=by, at=at, action=action, subject=("volunteer", volunteer.pk))
