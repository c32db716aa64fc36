"""Goal attainment scaling: a person's goals on their scales, for therapists and the person."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from oneplace.access.guard import may
from oneplace.kit.forms import FormPage
from oneplace.kit.request import Request
from oneplace.people.models import Person
from oneplace.plans import queries, verbs
from oneplace.plans.attainment_forms import ScaleForm, ScoreForm
from oneplace.plans.attainment_presenters import AttainmentPage
from oneplace.plans.measure_forms import StrikeForm
from oneplace.plans.models import Goal, GoalAttainment
from oneplace.plans.permissions import SCORE_GOALS, SEE_PLAN
from oneplace.plans.views.around import form_or_done, note_reading, person_or_404


@require_safe
@may(SEE_PLAN)
def goal_attainment(request: Request, person_id: uuid.UUID) -> HttpResponse:
    """Each goal with its levels, where it stood, and the T score with its limits."""
    person = person_or_404(request, person_id)
    note_reading(request, person)
    goals = queries.scaled_goals(person.pk, viewer=request.viewer)
    page = AttainmentPage.of(
        person,
        goals,
        queries.attained(goals),
        may_score=request.viewer.may(SCORE_GOALS),
    )
    return render(request, "plans/goal_attainment.html", {"page": page})


@may(SCORE_GOALS)
def scale_goal(request: Request, person_id: uuid.UUID, goal_id: uuid.UUID) -> HttpResponse:
    """Say with the person what each level of this goal would look like."""
    person, goal = _goal(request, person_id, goal_id)
    before = queries.scale_of_goal(goal.pk, viewer=request.viewer)
    names = [*ScaleForm.base_fields]
    initial = {name: getattr(before, name) for name in names} if before else {}

    def write(**typed: Any) -> None:
        verbs.scale_goal(goal=goal, by=request.viewer, at=request.received_at, **typed)

    return form_or_done(
        request,
        ScaleForm(request.POST or None, initial=initial),
        _page(
            person,
            "What would each level look like?",
            f"“{goal.in_their_words}”",
            "Save the levels",
            "Write them together, before work begins. Start with what you both expect.",
        ),
        write,
        done="Saved. Now write down where it stands today.",
        to=_here(person),
    )


@may(SCORE_GOALS)
def score_goal(request: Request, person_id: uuid.UUID, goal_id: uuid.UUID) -> HttpResponse:
    """Write down where this goal stands."""
    person, goal = _goal(request, person_id, goal_id)
    scale = queries.scale_of_goal(goal.pk, viewer=request.viewer)
    if scale is None:
        raise Http404
    moment = queries.moment_of_next_score(scale, viewer=request.viewer)

    def write(**typed: Any) -> None:
        verbs.score_goal(scale=scale, by=request.viewer, at=request.received_at, **typed)

    return form_or_done(
        request,
        ScoreForm(
            request.POST or None,
            scale=scale,
            moment=moment,
        ),
        _page(
            person,
            "Where does it stand?",
            f"“{goal.in_their_words}”",
            "Save",
            "Ask the person first; choose the words that fit.",
        ),
        write,
        done="Saved.",
        to=_here(person),
    )


@may(SCORE_GOALS)
def strike_score(request: Request, person_id: uuid.UUID, attainment_id: uuid.UUID) -> HttpResponse:
    """Strike out a score entered wrongly."""
    person = person_or_404(request, person_id)
    found = queries.attainment(attainment_id, viewer=request.viewer)
    if found is None or not _is_theirs(found, person):
        raise Http404

    def write(why: str) -> None:
        verbs.strike_score(attainment=found, why=why, by=request.viewer, at=request.received_at)

    return form_or_done(
        request,
        StrikeForm(request.POST or None),
        _page(person, "Strike this score out", "", "Strike it out", "It stays readable, with why."),
        write,
        done="Struck out.",
        to=_here(person),
    )


def _goal(request: Request, person_id: uuid.UUID, goal_id: uuid.UUID) -> tuple[Person, Goal]:
    person = person_or_404(request, person_id)
    found = queries.goal(goal_id, viewer=request.viewer)
    if found is None or found.person.current_id != person.current_id:
        raise Http404
    return person, found


def _is_theirs(found: GoalAttainment, person: Person) -> bool:
    return bool(found.scale.person.current_id == person.current_id)


def _here(person: Person) -> str:
    return reverse("plans:goal_attainment", args=[person.pk])


def _page(person: Person, title: str, caption: str, send: str, lead: str) -> FormPage:
    return FormPage(
        title=title,
        caption=caption,
        lead=lead,
        send=send,
        cancel=_here(person),
        crumbs=(("Goals on a scale", _here(person)),),
    )
