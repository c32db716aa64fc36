"""A plan and its lines: opened, written, replaced, agreed; who does what; when it is looked at."""

import uuid
from datetime import date, datetime

from django.db import transaction

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.people import queries as people
from oneplace.people.models import Person
from oneplace.people.rules import account_of
from oneplace.plans import queries, rules
from oneplace.plans.announcements import PlanAgreed
from oneplace.plans.models import Plan, PlanAgreement, PlanEntry, SaidBy, Support
from oneplace.vocabulary.terms import PlanSection


@transaction.atomic
def open_plan(
    *, person_id: uuid.UUID, review_on: date | None = None, by: Viewer, at: datetime
) -> Plan:
    """The person's plan: the open one, or a new one. Raises `Refused` for who may not write it."""
    person = writes_for(person_id, by=by)
    found = queries.plan_of(person.pk, viewer=by)
    if found is not None:
        return found
    plan = Plan(
        person=person,
        opened_at=at,
        opened_by_id=account_of(by),
        opened_by_name=by.name,
        review_on=review_on,
    )
    plan.save(force_insert=True)
    record("open_plan", ("plan", plan.pk), person_id=person.pk, by=by, at=at)
    return plan


@transaction.atomic
def write_words(
    *,
    person_id: uuid.UUID,
    section: PlanSection,
    words: str,
    said_by: SaidBy = SaidBy.PERSON,
    said_by_name: str = "",
    said_on: date | None = None,
    replaces: PlanEntry | None = None,
    by: Viewer,
    at: datetime,
) -> PlanEntry:
    """Write a line under a heading, or put it in the place of an older one, which is kept.

    `said_by_name` is left empty for the person themselves. Raises `Refused` without words, and
    where somebody changed the line meanwhile.
    """
    plan = open_plan(person_id=person_id, by=by, at=at)
    refuse(rules.why_not_words(words, field="words", what="what was said", said_on=said_on, at=at))
    if said_by is not SaidBy.PERSON and not said_by_name.strip():
        raise Refused("Write whose words these are.", field="said_by_name")
    if replaces is not None:
        replaces = _end(replaces, why="", by=by, at=at)
    entry = PlanEntry(
        plan=plan,
        person=plan.person,
        owner=owner_of(by),
        section=section,
        words=words.strip(),
        said_by=said_by,
        said_by_name=said_by_name.strip() or name_of(plan.person),
        said_on=said_on or local_day(at),
        written_by_id=account_of(by),
        written_by_name=by.name,
        written_at=at,
        replaces=replaces,
    )
    entry.save(force_insert=True)
    record(
        "write_words",
        ("plan_entry", entry.pk),
        person_id=plan.person_id,
        by=by,
        at=at,
        detail={"section": section.value, "replaces": str(replaces.pk) if replaces else ""},
    )
    return entry


@transaction.atomic
def take_out_words(*, entry: PlanEntry, why: str, by: Viewer, at: datetime) -> PlanEntry:
    """Take a line out of the plan; it stays readable in older versions."""
    writes_for(entry.person_id, by=by)
    refuse(rules.why_not_words(why, field="why", what="why it is taken out", at=at))
    ended = _end(entry, why=why.strip(), by=by, at=at)
    record("take_out_words", ("plan_entry", entry.pk), person_id=entry.person_id, by=by, at=at)
    return ended


@transaction.atomic
def agree_plan(
    *,
    plan: Plan,
    agreed_by: str,
    agreed_on: date,
    review_on: date | None = None,
    by: Viewer,
    at: datetime,
) -> PlanAgreement:
    """Write down that the person agrees to their plan as it stands; when it is looked at next."""
    writes_for(plan.person_id, by=by)
    refuse(rules.why_not_agree(plan, agreed_by=agreed_by, agreed_on=agreed_on, at=at))
    agreement = PlanAgreement(
        plan=plan,
        agreed_on=agreed_on,
        agreed_by=agreed_by.strip(),
        written_by_id=account_of(by),
        written_by_name=by.name,
        written_at=at,
    )
    agreement.save(force_insert=True)
    if review_on is not None:
        plan.review_on = review_on
        plan.save(update_fields=["review_on"])
    record("agree_plan", ("plan", plan.pk), person_id=plan.person_id, by=by, at=at)
    announce(PlanAgreed(plan.pk, plan.person_id, agreed_on, at))
    return agreement


@transaction.atomic
def plan_review(*, plan: Plan, review_on: date, by: Viewer, at: datetime) -> Plan:
    """Set the day on which the person and their helpers look at the plan next."""
    writes_for(plan.person_id, by=by)
    if review_on < local_day(at):
        raise Refused("This day is over. Choose one to come.", field="review_on")
    plan.review_on = review_on
    plan.save(update_fields=["review_on"])
    record("plan_review", ("plan", plan.pk), person_id=plan.person_id, by=by, at=at)
    return plan


@transaction.atomic
def add_support(
    *,
    person_id: uuid.UUID,
    who: str,
    what: str,
    how_often: str = "",
    phone: str = "",
    by: Viewer,
    at: datetime,
) -> Support:
    """Write down who does what for the person."""
    plan = open_plan(person_id=person_id, by=by, at=at)
    refuse(rules.why_not_words(who, field="who", what="who helps", at=at))
    refuse(rules.why_not_words(what, field="what", what="what they do", at=at))
    support = Support(
        plan=plan,
        person=plan.person,
        owner=owner_of(by),
        who=who.strip(),
        what=what.strip(),
        how_often=how_often.strip(),
        phone=phone.strip(),
        added_by_id=account_of(by),
        added_by_name=by.name,
        added_at=at,
    )
    support.save(force_insert=True)
    record("add_support", ("support", support.pk), person_id=plan.person_id, by=by, at=at)
    return support


@transaction.atomic
def end_support(*, support: Support, by: Viewer, at: datetime) -> Support:
    """Write down that somebody does not help any more."""
    writes_for(support.person_id, by=by)
    support.ended_on = local_day(at)
    support.save(update_fields=["ended_on"])
    record("end_support", ("support", support.pk), person_id=support.person_id, by=by, at=at)
    return support


def writes_for(person_id: uuid.UUID, *, by: Viewer) -> Person:
    """Whoever this person is now; raises `Refused` where the viewer may not write in their plan."""
    person = people.person(person_id, viewer=by)
    is_connected = person is not None and queries.is_connected(person.pk, viewer=by)
    refuse_if(rules.why_not_write(is_connected=is_connected, by=by))
    assert person is not None  # noqa: S101 - the rule refused nobody's plan before
    access_verbs.own_by_hand(by=by)
    return person


def owner_of(by: Viewer) -> str:
    """By which name agreements know what is typed at the viewer's organisation."""
    return f"oneplace:{by.organisation_name}"


def name_of(person: Person) -> str:
    """The person's name as they are called."""
    return " ".join(filter(None, (person.known_as or person.given, person.family))) or "The person"


def record(
    action: str,
    subject: tuple[str, uuid.UUID],
    *,
    person_id: uuid.UUID,
    by: Viewer,
    at: datetime,
    detail: dict[str, str] | None = None,
) -> None:
    """The entry in the audit; never a word of the plan."""
    audit.record(by=by, at=at, action=action, subject=subject, person_id=person_id, detail=detail)


def _end(entry: PlanEntry, *, why: str, by: Viewer, at: datetime) -> PlanEntry:
    held = PlanEntry.objects.select_for_update().filter(pk=entry.pk).first()
    if held is None:
        raise Refused("This line is not open to you any more.")
    refuse_if(rules.why_not_replace(held))
    held.ended_at = max(at, held.written_at)
    held.ended_by_name = by.name
    held.ended_why = why
    held.save(update_fields=["ended_at", "ended_by_name", "ended_why"])
    return held


def refuse(reason: rules.Reason | None) -> None:
    if reason is not None:
        refuse_if(reason[0], field=reason[1])
