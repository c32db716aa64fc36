"""What people write on their own page: their words, what they want, and that it is their plan.

It stands in the plan with their own name, among what whoever keeps the plan with them wrote: the
same partners read it, and the same choices about sharing close it.
"""

import uuid
from datetime import datetime

from django.db import transaction

from oneplace.access import verbs as access_verbs
from oneplace.access.queries import own as own_queries
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.partners import queries as partners
from oneplace.people import queries as people
from oneplace.people.models import Person
from oneplace.people.rules import account_of
from oneplace.plans import queries, rules
from oneplace.plans.announcements import GoalSet, PlanAgreed
from oneplace.plans.models import (
    Goal,
    GoalOrigin,
    GoalStep,
    Plan,
    PlanAgreement,
    PlanEntry,
    SaidBy,
)
from oneplace.plans.verbs.plan import name_of, record, refuse
from oneplace.vocabulary.terms import AccountKind, PlanSection


@transaction.atomic
def add_own_words(
    *,
    person_id: uuid.UUID,
    section: PlanSection,
    words: str,
    replaces: PlanEntry | None = None,
    by: Viewer,
    at: datetime,
) -> PlanEntry:
    """Add words to one's own plan, or to that of somebody one was chosen to help.

    A line one wrote oneself may be replaced; nobody's else. Raises `Refused`.
    """
    person, is_supporter = _whose(person_id, by=by)
    refuse(rules.why_not_words(words, field="words", what="what you want to say", at=at))
    plan = _plan_of(person, by=by, at=at)
    if replaces is not None:
        replaces = _ended(replaces, by=by, at=at)
    entry = PlanEntry(
        plan=plan,
        person=plan.person,
        owner=_owner(plan, person, by=by),
        section=section,
        words=words.strip(),
        said_by=SaidBy.CARER if is_supporter else SaidBy.PERSON,
        said_by_name=by.name if is_supporter else name_of(person),
        said_on=local_day(at),
        written_by_id=account_of(by),
        written_by_name=by.name,
        written_at=at,
        replaces=replaces,
    )
    entry.save(force_insert=True)
    record(
        "add_own_words",
        ("plan_entry", entry.pk),
        person_id=person.pk,
        by=by,
        at=at,
        detail={"section": section.value},
    )
    return entry


@transaction.atomic
def set_own_goal(
    *, person_id: uuid.UUID, in_their_words: str, first_step: str = "", by: Viewer, at: datetime
) -> Goal:
    """Write down by oneself what one wants, and a first step if one knows it."""
    person, _ = _whose(person_id, by=by, is_alone=True)
    refuse(
        rules.why_not_words(
            in_their_words, field="in_their_words", what="what you would like to do", at=at
        )
    )
    plan = _plan_of(person, by=by, at=at)
    goal = Goal(
        plan=plan,
        person=plan.person,
        owner=_owner(plan, person, by=by),
        in_their_words=in_their_words.strip(),
        first_step=first_step.strip(),
        origin=GoalOrigin.SELF,
        set_on=local_day(at),
        set_by_id=account_of(by),
        set_by_name=by.name,
        set_at=at,
    )
    goal.save(force_insert=True)
    if first_step.strip():
        GoalStep(
            goal=goal,
            position=1,
            words=first_step.strip(),
            written_by_name=by.name,
            written_at=at,
        ).save(force_insert=True)
    record("set_own_goal", ("goal", goal.pk), person_id=person.pk, by=by, at=at)
    announce(GoalSet(goal.pk, plan.person_id, GoalOrigin.SELF, None, at))
    return goal


@transaction.atomic
def say_my_plan(*, person_id: uuid.UUID, by: Viewer, at: datetime) -> PlanAgreement:
    """Say of the plan as it stands: that is my plan."""
    person, _ = _whose(person_id, by=by, is_alone=True)
    plan = queries.plan_of(person.pk, viewer=by)
    if plan is None:
        raise Refused("There is no plan here yet.")
    agreement = PlanAgreement(
        plan=plan,
        agreed_on=local_day(at),
        agreed_by=name_of(person),
        written_by_id=account_of(by),
        written_by_name=by.name,
        written_at=at,
    )
    agreement.save(force_insert=True)
    record("say_my_plan", ("plan", plan.pk), person_id=person.pk, by=by, at=at)
    announce(PlanAgreed(plan.pk, plan.person_id, local_day(at), at))
    return agreement


def _whose(person_id: uuid.UUID, *, by: Viewer, is_alone: bool = False) -> tuple[Person, bool]:
    """Whose page it is and whether a supporter writes; raises `Refused` where it is not open."""
    found = own_queries.own_page_of(person_id, viewer=by)
    refuse_if(None if found else "This page is not open to you.")
    assert found is not None  # noqa: S101 - refused before
    if is_alone and by.kind is not AccountKind.RESIDENT:
        raise Refused("This is for the person to say. You can add your own words to the plan.")
    person = people.person(person_id, viewer=by)
    if person is None:
        raise Refused("This page is not open to you.")
    return person, found.is_supporter


def _plan_of(person: Person, *, by: Viewer, at: datetime) -> Plan:
    found = queries.plan_of(person.pk, viewer=by)
    if found is not None:
        return found
    plan = Plan(person=person, opened_at=at, opened_by_id=account_of(by), opened_by_name=by.name)
    plan.save(force_insert=True)
    record("open_plan", ("plan", plan.pk), person_id=person.pk, by=by, at=at)
    return plan


def _owner(plan: Plan, person: Person, *, by: Viewer) -> str:
    """Among whose words it stands: of who keeps the plan with them, else of their practice."""
    newest = (
        PlanEntry.objects.filter(plan=plan).order_by("-written_at").values_list("owner", flat=True)
    )
    goals = Goal.objects.filter(plan=plan).order_by("-set_at").values_list("owner", flat=True)
    if found := newest.first() or goals.first():
        return found
    practice = partners.organisation(person.practice_code) if person.practice_code else None
    if practice is None:
        raise Refused("We do not know yet who keeps your plan with you. Please ring us.")
    access_verbs.own_by_hand(by=by, organisation_id=practice.pk)
    return f"oneplace:{practice.name}"


def _ended(entry: PlanEntry, *, by: Viewer, at: datetime) -> PlanEntry:
    """A line one wrote oneself, taken out for the one that replaces it."""
    held = PlanEntry.objects.select_for_update().filter(pk=entry.pk).first()
    if held is None or held.written_by_id != by.account_id:
        raise Refused("Only who wrote a line changes it. Add your own words beside it.")
    refuse_if(rules.why_not_replace(held))
    held.ended_at = max(at, held.written_at)
    held.ended_by_name = by.name
    held.save(update_fields=["ended_at", "ended_by_name"])
    return held
