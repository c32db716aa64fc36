"""The small face of case finding on other pages: rows of My day, and the line on a person."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.casefinding import queries
from oneplace.casefinding.models import Reason as ReasonRow
from oneplace.casefinding.permissions import (
    OPEN_NAMES,
    RAISE_WORRY,
    SCREEN_SUGGESTIONS,
    SEE_PRACTICE_LIST,
)
from oneplace.kit.cards import PersonButton, PersonLine, PersonPart, Row, Section
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day
from oneplace.kit.together import Asked
from oneplace.kit.words import say

BRING_TO_HUDDLE = PersonButton("Bring to the {huddle}", "casefinding:raise_worry", RAISE_WORRY)
_MOST_REASONS = 4


class PeopleToLookAt:
    """How many people wait for the practice of the GP."""

    section = Section.NOW
    permission = SCREEN_SUGGESTIONS

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """One row where anybody waits."""
        if (count := queries.how_many_wait(viewer=viewer, on=local_day(at))) == 0:
            return []
        return [
            Row(
                what="1 person to look at" if count == 1 else f"{count} people to look at",
                why_you="Your practice decides who goes on its list, and why now is told first",
                button="Look",
                address=reverse("casefinding:screening"),
            )
        ]


class PeopleToTell:
    """Who was accepted and does not know yet."""

    section = Section.NOW
    permission = SCREEN_SUGGESTIONS

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """One row where anybody was accepted and not told."""
        if (count := queries.how_many_to_tell(viewer=viewer)) == 0:
            return []
        who = "1 person" if count == 1 else f"{count} people"
        return [
            Row(
                what=f"{who} accepted and still to be told",
                why_you=say("They go on the list for the {huddle} once they know"),
                button="Tell",
                address=reverse("casefinding:practice_list"),
            )
        ]


class NamesToOpen:
    """What facilitators asked of the practice."""

    section = Section.NOW
    permission = OPEN_NAMES

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row for each list a facilitator asks names of."""
        return [
            Row(
                what=f"{asked.asked_by_name} asks for names: {asked.version.saved_list.name}",
                why_you=asked.why,
                button="Look",
                address=reverse("casefinding:open_names", args=[asked.pk]),
            )
            for asked in queries.names_asked(viewer=viewer)
        ]


class NewOnTheLists:
    """For the facilitator: who came on the lists of the network since last week."""

    section = Section.NEXT
    permission = SEE_PRACTICE_LIST

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row for each practice with somebody new on its list."""
        if viewer.may(SCREEN_SUGGESTIONS):
            return []
        return [
            Row(
                what=f"{'1 person' if new == 1 else f'{new} people'} new on the list",
                why_you=say("{name}: for the next {huddle}", name=name),
                button="See",
                address=f"{reverse('casefinding:practice_list')}?practice={code}",
                needs_you=False,
            )
            for code, name, new in queries.new_on_lists(viewer=viewer, at=at)
        ]


class WhyNow:
    """On a person's page: why they are suggested or on a list, as far as the viewer may read it."""

    permission = "open_person"

    def asks(self, person_id: uuid.UUID, *, viewer: Viewer, at: datetime) -> Asked:
        """The reasons of their open suggestion."""
        return queries.reasons_asked(person_id, viewer=viewer)

    def part(
        self, person_id: uuid.UUID, found: Sequence[ReasonRow], *, viewer: Viewer, at: datetime
    ) -> PersonPart | None:
        """The reasons with their dates; nothing where nobody suggested them."""
        reasons = [queries.reason_of(row) for row in found]
        if not reasons:
            return None
        address = ""
        if viewer.may(SEE_PRACTICE_LIST):
            address = reverse("casefinding:suggestion", args=[reasons[0].suggestion_id])
        return PersonPart(
            title="Why now",
            lines=tuple(
                PersonLine(reason.text, ", ".join(filter(None, (day(reason.on), reason.source))))
                for reason in reasons[:_MOST_REASONS]
            ),
            more="All reasons, and what was decided" if address else "",
            more_address=address,
        )
