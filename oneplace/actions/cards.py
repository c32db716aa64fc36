"""The small face of actions on other pages: what is owed on My day, what is open for a person."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.urls import NoReverseMatch, reverse

from oneplace.access.viewer import Viewer
from oneplace.actions import queries, rules, sentences
from oneplace.actions.models import Action
from oneplace.actions.permissions import ASK_ACTION, SEE_ACTIONS
from oneplace.kit.cards import PersonButton, PersonLine, PersonPart, Row, Section
from oneplace.kit.clock import local_day
from oneplace.kit.together import Asked
from oneplace.kit.words import say
from oneplace.vocabulary.terms import ActionState

MOST = 8
"""Rows of one card; the rest is on the page of actions."""


@dataclass(frozen=True)
class ActionRow:
    """One action as a line: a sentence, whom it is for, and how late it is."""

    action: Action
    sentence: str
    person: str
    person_address: str
    due: str
    late: str
    """How late it is, for who sees that; empty otherwise."""
    is_unanswered: bool
    is_open: bool
    is_mine: bool
    has_died: bool
    address: str


def action_row(action: Action, *, viewer: Viewer, at: datetime) -> ActionRow:
    """An action as a row for a viewer; its person must be selected with it."""
    opens = action.person is not None and viewer.may("open_person")
    return ActionRow(
        action=action,
        sentence=sentences.sentence(action, viewer=viewer, at=at),
        person=sentences.person_words(action),
        person_address=_person_page(action.person_id) if opens else "",
        due=sentences.near_day(action.due_on, local_day(at)),
        late=sentences.late_words(action, viewer=viewer, at=at),
        is_unanswered=action.state in (ActionState.ASKED, ActionState.PASSED_ON),
        is_open=action.is_open,
        is_mine=rules.is_owner(action, viewer),
        has_died=action.person is not None and action.person.is_dead,
        address=reverse("actions:action", args=[action.pk]),
    )


class OpenActions:
    """What is open for a person: a part of their page."""

    permission = SEE_ACTIONS

    def asks(self, person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> Asked:
        """What somebody owes for them, the first due first."""
        return queries.first_open_asked(person_id, viewer=viewer)

    def part(
        self, person_id: uuid.UUID, found: Sequence[Action], *, viewer: Viewer, at: datetime
    ) -> PersonPart | None:
        """What somebody owes for them."""
        lines = [
            _person_line(action, viewer=viewer, at=at) for action in found[: queries.FIRST_FEW]
        ]
        return PersonPart(
            title="Open actions",
            lines=tuple(lines),
            nothing=say(
                "Nobody owes anything for them. What is asked in a {huddle}, on a visit or "
                "here stands here until it is settled."
            ),
            more="More actions" if len(found) > queries.FIRST_FEW else "",
            more_address=_all() if len(found) > queries.FIRST_FEW else "",
        )


ASK_FROM_PERSON: Final = PersonButton("Ask somebody", "actions:ask_for", ASK_ACTION)
"""The button at the head of a person's record."""


def _person_line(action: Action, *, viewer: Viewer, at: datetime) -> PersonLine:
    return PersonLine(
        text=action.text,
        facts=f"{sentences.sentence(action, viewer=viewer, at=at)}.",
        address=reverse("actions:action", args=[action.pk]),
        mark=sentences.late_words(action, viewer=viewer, at=at),
    )


def _person_page(person_id: uuid.UUID | None) -> str:
    try:
        return reverse("desk:person", args=[person_id])
    except NoReverseMatch:
        return ""


class Owed:
    """What is asked of the viewer and not answered, and what they promised for today or before."""

    section = Section.NOW
    permission = SEE_ACTIONS

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """Late ones first, then what is due today, then what waits for an answer."""
        today = local_day(at)
        found = queries.owed(viewer=viewer, at=at, most=MOST + 1)
        rows = [_owed_row(action, viewer, at, today) for action in found[:MOST]]
        if len(found) > MOST:
            rows.append(Row(what="More is asked of you", button="See all", address=_all()))
        return rows


class DueNext:
    """What the viewer has promised for the days to come."""

    section = Section.NEXT
    permission = SEE_ACTIONS

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """The promises of the next seven days, the first due first."""
        today = local_day(at)
        return [
            Row(
                what=f"{action.text} · {sentences.due_words(action.due_on, today)}",
                why_you=f"You promised {action.asked_by_name} this",
                person=sentences.person_words(action),
                button="Open",
                address=reverse("actions:action", args=[action.pk]),
                needs_you=False,
            )
            for action in queries.promised(viewer=viewer, at=at, most=MOST)
        ]


class AnswersToYou:
    """What came of what the viewer asked of others."""

    section = Section.SINCE_YESTERDAY
    permission = SEE_ACTIONS

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """The newest answers: declined, done, not needed, not reached."""
        today = local_day(at)
        return [
            Row(
                what=f"{action.text}: {sentences.state_words(action, today)}",
                why_you=f"You asked {action.owner_name}",
                person=sentences.person_words(action),
                button="Open",
                address=reverse("actions:action", args=[action.pk]),
                needs_you=action.state in (ActionState.DECLINED, ActionState.COULD_NOT_REACH),
            )
            for action in queries.answered(viewer=viewer, at=at, most=MOST)
        ]


def _owed_row(action: Action, viewer: Viewer, at: datetime, today: date) -> Row:
    late = sentences.late_words(action, viewer=viewer, at=at)
    is_asked = action.state in (ActionState.ASKED, ActionState.PASSED_ON)
    of_whom = "you" if action.owner_account_id == viewer.account_id else action.owner_name
    due = late or sentences.due_words(action.due_on, today)
    why = f"{action.asked_by_name} asked {of_whom}, {sentences.origin_words(action)}"
    return Row(
        what=f"{action.text} · {due}",
        why_you=why if is_asked else f"You promised {action.asked_by_name} this",
        person=sentences.person_words(action),
        button="Answer" if is_asked else "Done?",
        address=reverse("actions:action", args=[action.pk]),
    )


def _all() -> str:
    return reverse("actions:actions")
