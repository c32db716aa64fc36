"""The small face of plans on other pages: the Plan tab, what matters, reviews that are due."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.kit.cards import PersonLine, PersonPart, Row, Section
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day
from oneplace.kit.together import Asked, Statement
from oneplace.plans import answers, counting, queries
from oneplace.plans.models import (
    CarerNeeds,
    Goal,
    IncomeGained,
    PicWork,
    Plan,
    PlanCopy,
    PlanEntry,
    SaidBy,
    Support,
    VolunteerMatch,
)
from oneplace.plans.permissions import KEEP_CASELOAD, SEE_CASELOAD, SEE_PLAN, WRITE_PLAN
from oneplace.plans.rules import last_day
from oneplace.vocabulary.terms import GoalState, PicState, PlanSection

MOST_GOALS = 3
WRITTEN: tuple[PlanSection, ...] = tuple(
    section for section in PlanSection if section not in (PlanSection.GOALS, PlanSection.SUPPORT)
)
"""Headings under which words are written; goals and helpers have lists of their own."""

PROMPTS: dict[PlanSection, str] = {
    PlanSection.ABOUT_ME: "Who I am, what I have done, what I like to be called.",
    PlanSection.WHAT_MATTERS: "What a good day has in it. Who and what I would miss.",
    PlanSection.STRENGTHS: "What I am good at, and what I do for others.",
    PlanSection.PEOPLE: "Who is close to me, and how to reach them.",
    PlanSection.GOOD_AND_BAD_DAYS: "What makes a day good or bad, and what helps on a bad one.",
    PlanSection.CONTINGENCY: "What should happen if I fall ill, or whoever cares for me does.",
    PlanSection.URGENT_CARE_WISHES: "Where my wishes are written down, and who has them. "
    "The wishes themselves stay there.",
    PlanSection.SHARING: "Who may see this plan, and who should not.",
}


@dataclass(frozen=True)
class LineShown:
    """One line of the plan."""

    entry_id: uuid.UUID
    words: str
    by: str
    on: date


@dataclass(frozen=True)
class SectionShown:
    """One heading with its lines, and what might be written where there is none."""

    section: PlanSection
    lines: tuple[LineShown, ...]
    prompt: str


@dataclass(frozen=True)
class StepShown:
    """One step of a goal."""

    step_id: uuid.UUID
    words: str
    facts: str
    is_done: bool
    is_late: bool


@dataclass(frozen=True)
class GoalShown:
    """A goal as it reads: the person's words, how it stands, its steps."""

    goal_id: uuid.UUID
    words: str
    about: str
    state: str
    said: str
    """What the person said of it, when, or that nobody has asked: then it is not known."""
    is_open: bool
    is_known: bool
    steps: tuple[StepShown, ...]
    baseline: str
    confidence: str
    review: str


@dataclass(frozen=True)
class PlanShown:
    """A whole plan as one viewer sees it now."""

    person_id: uuid.UUID
    plan: Plan | None
    sections: tuple[SectionShown, ...]
    goals: tuple[GoalShown, ...]
    support: Sequence[Support]
    income: Sequence[IncomeGained]
    income_total: str
    agreed: str
    review: str
    is_review_late: bool
    words: queries.Words | None
    words_from: str
    may_write: bool
    goal_count: str = ""
    measures: tuple[answers.ScaleShown, ...] = ()
    work: str = ""
    work_id: uuid.UUID | None = None
    copies: Sequence[PlanCopy] = ()
    volunteers: Sequence[VolunteerMatch] = ()
    carer: CarerNeeds | None = None
    may_keep: bool = False
    """Whether the viewer keeps the coordinators' caseload and its volunteers."""

    @property
    def what_matters(self) -> SectionShown:
        """What matters to the person: it stands first."""
        return next(one for one in self.sections if one.section is PlanSection.WHAT_MATTERS)

    @property
    def others(self) -> tuple[SectionShown, ...]:
        """The other headings, in the order they are read."""
        return tuple(one for one in self.sections if one.section is not PlanSection.WHAT_MATTERS)

    @property
    def written(self) -> tuple[SectionShown, ...]:
        """The other headings under which something stands."""
        return tuple(one for one in self.others if one.lines)

    @property
    def unwritten(self) -> tuple[SectionShown, ...]:
        """The other headings nobody has written under."""
        return tuple(one for one in self.others if not one.lines)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been written here."""
        return not (self.goals or self.support or any(one.lines for one in self.sections))


def plan_shown(person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> PlanShown:
    """The person's plan as it stands, in one statement however long it is."""
    whole = queries.whole_plan(person_id, viewer=viewer, at=at)
    today = local_day(at)
    plan, income = whole.plan, whole.income
    agreed = plan.agreed[0] if plan and plan.agreed else None  # type: ignore[attr-defined]
    review_on = plan.review_on if plan else None
    return PlanShown(
        person_id=person_id,
        plan=plan,
        sections=sections_of(whole.entries),
        goals=tuple(goal_shown(goal, today=today) for goal in whole.goals),
        goal_count=counting.count(goal.state for goal in whole.goals).in_words,
        support=whole.support,
        income=income,
        income_total=f"£{sum(row.pounds_a_year for row in income):,.0f}" if income else "",
        agreed=f"Agreed on {day(agreed.agreed_on)} by {agreed.agreed_by}" if agreed else "",
        review=day(review_on) if review_on else "",
        is_review_late=review_on is not None and review_on < today,
        words=whole.words,
        words_from=from_whom(whole.words) if whole.words else "",
        may_write=viewer.may(WRITE_PLAN),
        measures=answers.latest(whole.measures),
        work=work_shown(whole.work),
        work_id=whole.work.pk if whole.work and viewer.may(SEE_CASELOAD) else None,
        copies=whole.copies,
        volunteers=whole.volunteers,
        carer=whole.carer,
        may_keep=viewer.may(KEEP_CASELOAD),
    )


def work_shown(work: PicWork | None) -> str:
    """Where the coordinator's work stands, in one sentence."""
    if work is None:
        return ""
    who = work.coordinator_name or "No coordinator yet"
    return f"{who}: {PicState(work.state).label.lower()} since {day(work.state_at)}"


def sections_of(entries: Sequence[PlanEntry]) -> tuple[SectionShown, ...]:
    """Lines under their headings, every heading in its order."""
    by_section: dict[PlanSection, list[LineShown]] = defaultdict(list)
    for entry in entries:
        by_section[entry.section].append(
            LineShown(entry.pk, entry.words, _author(entry), entry.said_on)
        )
    return tuple(
        SectionShown(section, tuple(by_section[section]), PROMPTS[section]) for section in WRITTEN
    )


def _author(entry: PlanEntry) -> str:
    said = entry.said_by_name
    if entry.said_by == SaidBy.PERSON:
        return f"{said}, written down by {entry.written_by_name}"
    return f"{said} ({SaidBy(entry.said_by).label.lower()})"


def goal_shown(goal: Goal, *, today: date) -> GoalShown:
    """A goal with its steps and reviews (`in_order`, `said`) as it reads."""
    reviews = goal.said  # type: ignore[attr-defined]
    if reviews:
        last = reviews[0]
        said = f"{last.said_by_name} said so on {day(last.reviewed_on)}"
        said += f": “{last.words}”" if last.words else ""
    else:
        said = "Not known: nobody has asked yet how it went"
    about = " · ".join(
        filter(
            None,
            (
                goal.category.label if goal.category else "",
                f"“{goal.i_statement.label}”" if goal.i_statement else "",
            ),
        )
    )
    return GoalShown(
        goal_id=goal.pk,
        words=goal.in_their_words,
        about=about,
        state=GoalState(goal.state).label,
        said=said,
        is_open=goal.is_open,
        is_known=bool(reviews),
        steps=tuple(
            StepShown(
                step_id=step.pk,
                words=step.words,
                facts=_step_facts(step.helper, step.due_on, step.done_on),
                is_done=step.done_on is not None,
                is_late=step.done_on is None and step.due_on is not None and step.due_on < today,
            )
            for step in goal.in_order  # type: ignore[attr-defined]
        ),
        baseline=goal.baseline,
        confidence=f"{goal.confidence} of 10" if goal.confidence is not None else "",
        review=day(goal.review_on) if goal.review_on else "",
    )


def _step_facts(helper: str, due_on: date | None, done_on: date | None) -> str:
    facts = [f"with {helper}" if helper else ""]
    if done_on is not None:
        facts.append(f"done {day(done_on)}")
    elif due_on is not None:
        facts.append(f"by {day(due_on)}")
    return ", ".join(filter(None, facts))


def from_whom(words: queries.Words) -> str:
    """Whose words they are, from where, and when they were said."""
    sources = {feed.code: settings.PLACE.short_word(feed.partner) for feed in settings.PLACE.feeds}
    who = words.by_whom or "In their own words"
    via = f", as {sources.get(words.source, words.source)} recorded it" if words.source else ""
    return f"{who}{via}{f', {day(words.said_on)}' if words.said_on else ''}"


class WhatMatters:
    """The person's own words, on the first page of their record."""

    permission = SEE_PLAN

    def asks(self, person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> Statement:
        """The best we know of what matters to them."""
        return queries.own_words_asked([person_id], viewer=viewer)

    def part(
        self, person_id: uuid.UUID, found: Sequence[Any], *, viewer: Viewer, at: datetime
    ) -> PersonPart:
        """Their words, or how to write them down."""
        words = queries.words_of(found[0]) if found else None
        return PersonPart(
            title="What matters to me",
            quote=words.text if words else "",
            quote_from=from_whom(words) if words else "",
            nothing="Nobody has written down yet what matters to them. Ask, and write it here.",
            more="The plan",
            more_address=reverse("desk:person_plan", args=[person_id]),
        )


class OpenGoals:
    """The goals somebody works at now, on the first page of their record."""

    permission = SEE_PLAN

    def asks(self, person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> Asked:
        """The goals agreed or under way."""
        return queries.open_goals_asked(person_id, viewer=viewer)

    def part(
        self, person_id: uuid.UUID, found: Sequence[Goal], *, viewer: Viewer, at: datetime
    ) -> PersonPart | None:
        """The first few; nothing where there is none."""
        goals = found
        if not goals:
            return None
        address = reverse("desk:person_plan", args=[person_id]) + "#goals"
        return PersonPart(
            title="Goals",
            lines=tuple(
                PersonLine(goal.in_their_words, facts=goal.first_step, address=address)
                for goal in goals[:MOST_GOALS]
            ),
            more=f"All {len(goals)} goals" if len(goals) > MOST_GOALS else "",
            more_address=address,
        )


class ReviewsDue:
    """Plans the viewer opened whose day to be looked at again comes."""

    section = Section.NEXT
    permission = WRITE_PLAN

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row each, the latest first; the audit keeps whose names were shown."""
        today = local_day(at)
        due = list(queries.reviews_due(viewer=viewer, at=at))
        if due:
            audit.record(
                by=viewer,
                at=at,
                action="see_plans_due",
                persons_shown=[plan.person_id for plan in due],
            )
        return [
            Row(
                what="Plan to be looked at with them"
                + (", late" if plan.review_on and plan.review_on < today else "")
                + (f" · {day(plan.review_on)}" if plan.review_on else ""),
                why_you="You opened this plan",
                person=" ".join(
                    filter(None, (plan.person.known_as or plan.person.given, plan.person.family))
                ),
                button="Open",
                address=reverse("desk:person_plan", args=[plan.person_id]),
                needs_you=bool(plan.review_on and plan.review_on <= today),
            )
            for plan in due
        ]


class CaseloadDue:
    """First contacts of the viewer's own people that come due, and who waits to be taken up."""

    section = Section.NOW
    permission = SEE_CASELOAD

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row for each of the viewer's people nobody has tried to reach; one for all who wait."""
        works = [
            work
            for work in queries.caseload(viewer=viewer, mine=True)
            if work.first_contact_at is None and work.state != PicState.WAITING
        ]
        if works:
            audit.record(
                by=viewer,
                at=at,
                action="see_caseload",
                persons_shown=[work.person_id for work in works],
            )
        rows = [
            Row(
                what="First contact"
                + (f" by {day(last_day(work.first_contact_by))}" if work.first_contact_by else "")
                + (", late" if work.first_contact_by and work.first_contact_by < at else ""),
                why_you="You are their coordinator",
                person=" ".join(
                    filter(
                        None,
                        (
                            work.person.current.known_as or work.person.current.given,
                            work.person.current.family,
                        ),
                    )
                ),
                button="Open",
                address=reverse("plans:work", args=[work.pk]),
                needs_you=True,
            )
            for work in works
        ]
        if waiting := len(queries.not_taken_up(viewer=viewer)):
            rows.append(
                Row(
                    what=f"{waiting} referred to your team, to take up",
                    why_you="You are a coordinator",
                    person="",
                    button="Caseload",
                    address=reverse("plans:caseload"),
                    needs_you=True,
                )
            )
        return rows
