"""What a worker takes along of a person's plan, and takes back from the visit.

Own words, goals and the last answers go along; a goal, what the person says of one, a line under
*What matters* and a measure come back, each through the same verb as at a desk.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from oneplace.access.viewer import Viewer
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day
from oneplace.kit.refusals import Refused
from oneplace.kit.words import say
from oneplace.plans import queries, verbs, wording
from oneplace.plans.models import Goal, GoalOrigin, Measure
from oneplace.plans.permissions import WRITE_PLAN
from oneplace.plans.rules import OUTCOMES
from oneplace.science.instruments import Item
from oneplace.visits.pack import Conflicted, Json, Leaf, PackField, PackForm, PackLine
from oneplace.vocabulary.terms import GoalCategory, GoalState, MeasureCompletedBy, PlanSection

SET_GOAL: Final = "set_goal"
REVIEW_GOAL: Final = "review_goal"
OWN_WORDS: Final = "write_words"
MEASURE: Final = "record_measure"
TAKEN_ALONG: Final = ("ons4", "swemwbs", "wemwbs", "loneliness_direct")
"""Measures a visit offers, of those this place may ask."""

_GOAL = PackForm(
    kind=SET_GOAL,
    title="A goal",
    button="Set the goal",
    lead="Their words and a first step are enough.",
    fields=(
        PackField(
            "in_their_words",
            "What do you want?",
            "words",
            hint="In their own words.",
            missing="Write what the person wants, in their own words.",
        ),
        PackField("first_step", "The first step"),
        PackField("helper", "Who helps with it?"),
        PackField("due_on", "By when?", "date"),
        PackField(
            "category",
            "What part of life is it about?",
            "choice",
            options=(("", "Not said"), *GoalCategory.choices()),
        ),
    ),
)
_WORDS = PackForm(
    kind=OWN_WORDS,
    title="What matters to them",
    button="Write it down",
    lead="As they say it. It stands first on their page and opens the {huddle}.",
    fields=(PackField("words", "Their words", "words", missing="Write what was said."),),
)
_MODE = PackField(
    "mode",
    "Who chose the answers?",
    "choice",
    options=tuple(MeasureCompletedBy.choices()),
    value=MeasureCompletedBy.SELF.value,
    missing="Say who chose the answers.",
)


class PlanPart:
    """The plan's part of the pack."""

    name = "plan"
    permission = WRITE_PLAN
    kinds = (SET_GOAL, REVIEW_GOAL, OWN_WORDS, MEASURE)

    def rows(
        self, person_ids: Sequence[uuid.UUID], *, viewer: Viewer, at: datetime
    ) -> Mapping[uuid.UUID, Json]:
        """Own words, open goals and last answers of each; six statements however many."""
        words = queries.own_words(person_ids, viewer=viewer)
        goals = queries.goals_with_steps(person_ids, viewer=viewer)
        measures = queries.measures_of_many(person_ids, viewer=viewer)
        asked = [one for code in TAKEN_ALONG if not (one := wording.asked_by_code(code)).why_not]
        forms = tuple(_measure_form(one) for one in asked)
        return {
            person: _leaf(
                words.get(person), goals.get(person, ()), measures.get(person, ()), forms, at=at
            ).as_json()
            for person in person_ids
        }

    def take(
        self,
        kind: str,
        payload: Mapping[str, Any],
        *,
        person_id: uuid.UUID,
        by: Viewer,
        at: datetime,
    ) -> object:
        """Write down what was filled in; raises `Refused`, or `Conflicted` for a goal reviewed."""
        match kind:
            case "set_goal":
                return _take_goal(payload, person_id=person_id, by=by, at=at)
            case "review_goal":
                return _take_review(payload, by=by, at=at)
            case "write_words":
                return verbs.write_words(
                    person_id=person_id,
                    section=PlanSection.WHAT_MATTERS,
                    words=_text(payload, "words"),
                    by=by,
                    at=at,
                )
            case "record_measure":
                return _take_measure(payload, person_id=person_id, by=by, at=at)
        raise Refused(f"The plan takes no {kind}.")


def _leaf(
    words: queries.Words | None,
    goals: Sequence[Goal],
    measures: Sequence[Measure],
    measure_forms: tuple[PackForm, ...],
    *,
    at: datetime,
) -> Leaf:
    lines = [_goal_line(goal, at=at) for goal in goals]
    if measures:
        lines.append(
            PackLine(
                f"Last asked how they are: {day(measures[0].measured_on)}",
                facts=", ".join(dict.fromkeys(_name_of(one) for one in measures[:4])),
            )
        )
    return Leaf(
        title="Their plan",
        quote=words.text if words else "",
        quote_from=day(words.said_on) if words and words.said_on else "",
        lines=tuple(lines),
        nothing="No goal yet. Ask what a good day would have in it.",
        forms=(
            _GOAL,
            *(_review_form(goal) for goal in goals),
            *measure_forms,
            replace(_WORDS, lead=say(_WORDS.lead)),
        ),
    )


def _name_of(measure: Measure) -> str:
    return wording.asked_by_code(measure.instrument).instrument.name


def _goal_line(goal: Goal, *, at: datetime) -> PackLine:
    waiting = [step for step in goal.in_order if step.done_on is None]  # type: ignore[attr-defined]
    step = waiting[0] if waiting else None
    facts = ""
    if step is not None:
        facts = f"Next: {step.words}" + (f", with {step.helper}" if step.helper else "")
        facts += f", by {day(step.due_on)}" if step.due_on else ""
    is_late = step is not None and step.due_on is not None and step.due_on < local_day(at)
    return PackLine(goal.in_their_words, facts=facts, mark="late" if is_late else "")


def _review_form(goal: Goal) -> PackForm:
    return PackForm(
        kind=REVIEW_GOAL,
        title=f"How did it go? “{goal.in_their_words[:80]}”",
        button="Write it down",
        lead="The person says it, nobody for them.",
        hidden={"goal_id": str(goal.pk)},
        fields=(
            PackField(
                "outcome",
                "What do they say?",
                "choice",
                options=tuple((state.value, state.label) for state in OUTCOMES),
                missing="Say how it went, as the person sees it.",
            ),
            PackField("words", "In their words", "words"),
        ),
    )


def _measure_form(asked: wording.Asked) -> PackForm:
    told = asked.instrument
    return PackForm(
        kind=MEASURE,
        title=told.name,
        button="Save the answers",
        lead=told.period,
        is_for_person=True,
        hidden={"instrument": told.code},
        fields=(*(_item_field(asked, item) for item in told.items), _MODE),
    )


def _item_field(asked: wording.Asked, item: Item) -> PackField:
    missing = f"Choose an answer: {item.label.lower()}."
    answers = asked.answers_of(item)
    if any(answers.values()):
        options = tuple((str(number), words) for number, words in answers.items())
        return PackField(
            item.code, asked.words_of(item), "choice", options=options, missing=missing
        )
    return PackField(
        item.code,
        asked.words_of(item),
        "scale",
        least=item.least,
        most=item.most,
        least_label=item.least_words,
        most_label=item.most_words,
        missing=missing,
    )


def _text(payload: Mapping[str, Any], name: str) -> str:
    found = payload.get(name, "")
    return found if isinstance(found, str) else ""


def _take_goal(
    payload: Mapping[str, Any], *, person_id: uuid.UUID, by: Viewer, at: datetime
) -> Goal:
    category = _text(payload, "category")
    if category and category not in GoalCategory.stored_words():
        raise Refused("Choose the part of life again.", field="category")
    return verbs.set_goal(
        person_id=person_id,
        in_their_words=_text(payload, "in_their_words"),
        first_step=_text(payload, "first_step"),
        helper=_text(payload, "helper"),
        due_on=_day(payload, "due_on"),
        category=GoalCategory(category) if category else None,
        origin=GoalOrigin.VISIT,
        origin_id=_id(payload, "visit_id"),
        by=by,
        at=at,
    )


def _take_review(payload: Mapping[str, Any], *, by: Viewer, at: datetime) -> object:
    goal_id = _id(payload, "goal_id")
    goal = queries.goal(goal_id, viewer=by) if goal_id else None
    if goal is None:
        raise Refused("This goal is not open to you any more.")
    if _text(payload, "outcome") not in GoalState.stored_words():
        raise Refused("Say how it went, as the person sees it.", field="outcome")
    if not goal.is_open and goal.said:  # type: ignore[attr-defined]
        last = goal.said[0]  # type: ignore[attr-defined]
        raise Conflicted(
            "Somebody wrote down meanwhile how this goal went. Both are kept.",
            theirs=f"{last.outcome.label}, {day(last.reviewed_on)}. {last.words}".strip(),
        )
    return verbs.review_goal(
        goal=goal,
        outcome=GoalState(_text(payload, "outcome")),
        words=_text(payload, "words"),
        reviewed_on=local_day(at),
        by=by,
        at=at,
    )


def _take_measure(
    payload: Mapping[str, Any], *, person_id: uuid.UUID, by: Viewer, at: datetime
) -> Measure:
    code = _text(payload, "instrument")
    asked = wording.asked_by_code(code)
    mode = _text(payload, "mode") or MeasureCompletedBy.SELF.value
    if mode not in MeasureCompletedBy.stored_words():
        raise Refused("Say who chose the answers.", field="mode")
    answers = {}
    for item in asked.instrument.items:
        found = str(payload.get(item.code, "")).strip()
        if found:
            if not found.isdecimal():
                raise Refused(f"{item.label}: choose one of the numbers.", field=item.code)
            answers[item.code] = int(found)
    return verbs.record_measure(
        person_id=person_id,
        instrument=code,
        answers=answers,
        mode=MeasureCompletedBy(mode),
        proxy_name=_text(payload, "proxy_name"),
        moment=queries.moment_of_next(person_id, instrument=code, viewer=by),
        measured_on=local_day(at),
        origin_id=_id(payload, "visit_id"),
        by=by,
        at=at,
    )


def _id(payload: Mapping[str, Any], name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(_text(payload, name))
    except ValueError:
        return None


def _day(payload: Mapping[str, Any], name: str) -> date | None:
    found = _text(payload, name).strip()
    try:
        return date.fromisoformat(found) if found else None
    except ValueError:
        raise Refused("Choose the day again.", field=name) from None
