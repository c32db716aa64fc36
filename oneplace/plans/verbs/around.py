"""Around a plan: who was given it, a paper form that finds its plan again, what a carer needs."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction

from oneplace.access.viewer import Viewer
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused
from oneplace.people.rules import account_of
from oneplace.plans import queries, rules
from oneplace.plans.models import CarerNeeds, CopyKind, NeedOfCarer, Plan, PlanCopy
from oneplace.plans.verbs.plan import open_plan, owner_of, record, refuse, writes_for

LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""No letter that is read as another or as a number."""
_LENGTH: Final = 8


@transaction.atomic
def give_copy(
    *,
    plan: Plan,
    given_to: str,
    kind: CopyKind,
    given_on: date | None = None,
    by: Viewer,
    at: datetime,
) -> PlanCopy:
    """Write down that somebody was given the plan; a paper form gets a code that names it alone."""
    writes_for(plan.person_id, by=by)
    on = given_on or local_day(at)
    refuse(rules.why_not_words(given_to, field="given_to", what="who was given it", at=at))
    if on > local_day(at):
        raise Refused("This day is still to come.", field="given_on")
    copy = PlanCopy(
        plan=plan,
        person_id=plan.person_id,
        owner=owner_of(by),
        given_to=given_to.strip(),
        kind=kind,
        given_on=on,
        code=new_code() if kind is CopyKind.PAPER_FORM else "",
        written_by_id=account_of(by),
        written_by_name=by.name,
        written_at=at,
    )
    copy.save(force_insert=True)
    record("give_copy", ("plan_copy", copy.pk), person_id=plan.person_id, by=by, at=at)
    return copy


@transaction.atomic
def take_back_copy(*, copy: PlanCopy, by: Viewer, at: datetime) -> PlanCopy:
    """Write down that somebody has the plan no longer, or should not."""
    writes_for(copy.person_id, by=by)
    if copy.ended_on is not None:
        raise Refused("This was taken back already.")
    copy.ended_on = local_day(at)
    copy.save(update_fields=["ended_on"])
    record("take_back_copy", ("plan_copy", copy.pk), person_id=copy.person_id, by=by, at=at)
    return copy


@transaction.atomic
def return_form(*, code: str, by: Viewer, at: datetime) -> PlanCopy:
    """Find the plan a filled-in paper form belongs to by its code, and note that it came back."""
    found = queries.form_of_code(code, viewer=by)
    if found is None:
        raise Refused(
            "No form with this code opens to you. Look at the letters again; the code stands at "
            "the foot of each sheet.",
            field="code",
        )
    writes_for(found.person_id, by=by)
    if found.returned_at is None:
        found.returned_at = at
        found.save(update_fields=["returned_at"])
    record("return_form", ("plan_copy", found.pk), person_id=found.person_id, by=by, at=at)
    return found


@transaction.atomic
def write_carer_needs(
    *,
    person_id: uuid.UUID,
    cares_for: str,
    hours_a_week: int | None = None,
    needs: Sequence[NeedOfCarer] = (),
    in_their_words: str = "",
    if_i_cannot: str = "",
    knows_rights_on: date | None = None,
    assessment_due_on: date | None = None,
    assessed_on: date | None = None,
    review_on: date | None = None,
    by: Viewer,
    at: datetime,
) -> CarerNeeds:
    """Write down what somebody who cares for another needs for themselves, in their own record."""
    plan = open_plan(person_id=person_id, by=by, at=at)
    refuse(rules.why_not_carer(cares_for, hours_a_week, assessed_on=assessed_on, at=at))
    mine = CarerNeeds.objects.select_for_update(of=("self",)).filter(person_id=plan.person_id)
    held = mine.first() or CarerNeeds(person_id=plan.person_id, owner=owner_of(by))
    held.cares_for, held.hours_a_week = cares_for.strip(), hours_a_week
    held.needs = [one.value for one in needs]
    held.in_their_words, held.if_i_cannot = in_their_words.strip(), if_i_cannot.strip()
    held.knows_rights_on = knows_rights_on
    held.assessment_due_on, held.assessed_on = assessment_due_on, assessed_on
    held.review_on = review_on
    held.written_by_id, held.written_by_name = account_of(by), by.name
    held.written_at = at
    held.save()
    record("write_carer_needs", ("carer_needs", held.pk), person_id=plan.person_id, by=by, at=at)
    return held


def new_code() -> str:
    """Eight letters in two fours, that nobody can guess and everybody can read aloud."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(_LENGTH))
    return f"{drawn[:4]}-{drawn[4:]}"
