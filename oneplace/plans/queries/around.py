"""Those around a plan, for a viewer: who has a copy, a form by its code, volunteers and matches."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from oneplace.access.viewer import Viewer
from oneplace.people.models import Person
from oneplace.plans.models import CarerNeeds, PlanCopy, Volunteer, VolunteerMatch
from oneplace.plans.permissions import SEE_CASELOAD
from oneplace.vocabulary.terms import GoalCategory


@dataclass(frozen=True)
class Offered:
    """A volunteer with how many they visit, and what speaks for them."""

    volunteer: Volunteer
    people: int
    speaks_for: tuple[str, ...] = ()
    why_not: str = ""


def copies_of(person_id: uuid.UUID, *, viewer: Viewer) -> QuerySet[PlanCopy]:
    """Who was given the person's plan, newest first."""
    if viewer.account_id is None:
        return PlanCopy.objects.none()
    return PlanCopy.objects.filter(
        person__current__in=Person.objects.filter(was__pk=person_id)
    ).select_related("plan")


def copy(copy_id: uuid.UUID, *, viewer: Viewer) -> PlanCopy | None:
    """One copy of a plan."""
    if viewer.account_id is None:
        return None
    return PlanCopy.objects.select_related("plan", "person").filter(pk=copy_id).first()


def form_of_code(code: str, *, viewer: Viewer) -> PlanCopy | None:
    """The paper form with this code, however it was typed."""
    letters = "".join(each for each in code.upper() if each.isalnum())
    if viewer.account_id is None or len(letters) != 8:
        return None
    written = f"{letters[:4]}-{letters[4:]}"
    return PlanCopy.objects.select_related("plan", "person").filter(code=written).first()


def carer_needs_of(person_id: uuid.UUID, *, viewer: Viewer) -> CarerNeeds | None:
    """What somebody who cares for another needs for themselves."""
    if viewer.account_id is None:
        return None
    return CarerNeeds.objects.filter(
        person__current__in=Person.objects.filter(was__pk=person_id)
    ).first()


def volunteers(*, viewer: Viewer) -> list[Offered]:
    """The volunteers of the viewer's organisation who have not left, by name."""
    if viewer.account_id is None or not viewer.may(SEE_CASELOAD):
        return []
    ours = Volunteer.objects.filter(organisation_id__in=viewer.parties, left_on=None)
    matched = Counter(
        VolunteerMatch.objects.filter(volunteer__in=ours, ended_on=None).values_list(
            "volunteer_id", flat=True
        )
    )
    return [Offered(one, matched[one.pk]) for one in ours]


def volunteer(volunteer_id: uuid.UUID, *, viewer: Viewer) -> Volunteer | None:
    """One volunteer of the viewer's organisation."""
    if viewer.account_id is None or not viewer.may(SEE_CASELOAD):
        return None
    ours = Volunteer.objects.filter(organisation_id__in=viewer.parties)
    return ours.filter(pk=volunteer_id).first()


def volunteers_for(
    *,
    categories: Sequence[GoalCategory],
    language: str = "",
    district: str = "",
    viewer: Viewer,
    on: date,
) -> list[Offered]:
    """Who might suit somebody, with what speaks for each; the vetted with room first."""
    found = []
    wanted = {one.value: one.label.lower() for one in categories}
    for offered in volunteers(viewer=viewer):
        one = offered.volunteer
        speaks = [wanted[word] for word in one.helps_with if word in wanted]
        if language and language in one.languages:
            speaks.append("speaks their language")
        if district and district in one.districts:
            speaks.append(f"goes to {district}")
        why_not = ""
        if one.vetted_until is None or one.vetted_until < on:
            why_not = "not vetted, or the checks have run out"
        elif offered.people >= one.most_people:
            why_not = "visits as many as they can"
        found.append(Offered(one, offered.people, tuple(speaks), why_not))
    return sorted(found, key=lambda each: (bool(each.why_not), -len(each.speaks_for)))


def matched_with(volunteer: Volunteer, *, viewer: Viewer) -> int:
    """How many people a volunteer visits now, of those whose plans open to the viewer."""
    if viewer.account_id is None:
        return 0
    return VolunteerMatch.objects.filter(volunteer=volunteer, ended_on=None).count()


def match(match_id: uuid.UUID, *, viewer: Viewer) -> VolunteerMatch | None:
    """One match with its volunteer."""
    if viewer.account_id is None:
        return None
    return VolunteerMatch.objects.select_related("volunteer", "person").filter(pk=match_id).first()
