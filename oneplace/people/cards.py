"""The small face of people on other pages: those a search found, and what waits for the steward."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import NoReverseMatch, reverse

from oneplace.access.viewer import Viewer
from oneplace.feeds.figures import Figure
from oneplace.kit.cards import PersonButton, Row, Section
from oneplace.kit.clock import day_begins, local_day
from oneplace.kit.formats import age, day, moment, nhs_number
from oneplace.people import queries
from oneplace.people.permissions import RAISE_CONCERN, SEE_WHO_IS_WHO
from oneplace.people.queries.news import News
from oneplace.people.queries.review import ReviewFilter
from oneplace.people.queries.searching import Answer, Found, LookedUp
from oneplace.vocabulary.terms import EntryKind, Exactness, RelationshipKind

MOST_CONCERNS = 5
"""Rows on My day; the rest is on the page of concerns."""


@dataclass(frozen=True)
class FoundRow:
    """One person found, as a row: what tells namesakes apart, and why it may be opened or not."""

    person_id: uuid.UUID
    name: str
    born: str
    """`82, born 12 May 1943` for whom the viewer may open, else `born in 1943`."""
    nhs_number: str
    """In groups of 3, 3 and 4; empty for whom the viewer may not open."""
    part_of_address: str
    practice: str
    is_dead: bool
    why: str
    """Why the record opens, or that it does not."""
    address: str
    """Where the record opens; empty where it does not."""


def found_rows(answer: Answer, *, at: datetime) -> list[FoundRow]:
    """The people a search found, best first; asks the database nothing."""
    return [_row(found, at=at) for found in answer.people]


def match_row(match: LookedUp) -> FoundRow:
    """The person a look-up found, as a row: nothing opens by it."""
    return FoundRow(
        person_id=match.person_id,
        name=match.name or "No name",
        born=f"born in {match.born_year}" if match.born_year else "birth not known",
        nhs_number="",
        part_of_address=match.part_of_address,
        practice=match.practice,
        is_dead=match.is_dead,
        why="Looked up in the whole borough; take a referral to open the record",
        address="",
    )


def _row(found: Found, *, at: datetime) -> FoundRow:
    if found.born_on is not None:
        years = "" if found.is_dead else f"{age(found.born_on, at)}, "
        born = f"{years}born {day(found.born_on)}"
    else:
        born = f"born in {found.born_year}" if found.born_year else "birth not known"
    return FoundRow(
        person_id=found.person_id,
        name=found.name or "No name",
        born=born,
        nhs_number=nhs_number(found.nhs_number),
        part_of_address=found.part_of_address,
        practice=found.practice,
        is_dead=found.is_dead,
        why=_why(found),
        address=_address(found.person_id) if found.is_open else "",
    )


def _why(found: Found) -> str:
    if found.why:
        return "; ".join(reason.label for reason in found.why)
    if found.is_open:
        return "You may open this record"
    return "You may not open this record: nothing connects you to this person"


def _address(person_id: uuid.UUID) -> str:
    try:
        return reverse("desk:person", args=[person_id])
    except NoReverseMatch:
        return ""


class PairsToLookAt:
    """Pairs of records and doubted entries that wait for the record steward."""

    section = Section.NOW
    permission = SEE_WHO_IS_WHO

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row for pairs and one for doubts, where there are any."""
        rows = []
        if left := queries.review(ReviewFilter(), viewer=viewer).left:
            rows.append(
                Row(
                    what=f"{left:,} pairs of records that may be one person’s",
                    why_you="You decide who is who; each says why it is in doubt",
                    button="Look",
                    address=reverse("people:who_is_who"),
                )
            )
        if doubts := queries.open_doubts(viewer=viewer).count():
            rows.append(
                Row(
                    what=f"{doubts:,} entries that somebody thinks are about another person",
                    why_you="Readers are warned until you have looked",
                    button="Look",
                    address=reverse("people:doubts"),
                )
            )
        return rows


class Matched:
    """How many of a feed's people are known from elsewhere too, for the feeds pages."""

    title = "Matched to a person"

    def figures(self, *, viewer: Viewer) -> dict[str, Sequence[Figure]]:
        """By the code of the feed; one statement."""
        return {
            source: [Figure("Known from another source too", matched / known, known, "people")]
            for source, known, matched in queries.matched(viewer=viewer)
            if known
        }


class NewsOfMyPeople:
    """What reached us since yesterday of the viewer's own people: hospital, fall, death."""

    section = Section.SINCE_YESTERDAY
    permission = "open_person"

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row for each thing that happened, the newest first."""
        since = day_begins(local_day(at) - timedelta(days=1))
        found = queries.news(viewer=viewer, since=since, at=at)
        return [
            Row(
                what=_what(each, since=since),
                why_you=_why_told(each),
                person=each.name or "No name",
                button="Open",
                address=_address(each.person_id),
                needs_you=False,
            )
            for each in found
        ]


def _why_told(each: News) -> str:
    """Why the viewer is told; of a stay that is over, in the past tense."""
    if each.why is RelationshipKind.STAY and each.kind is EntryKind.STAY and each.ends_at:
        return "Was in this hospital"
    return each.why.label


def _what(each: News, *, since: datetime) -> str:
    when = each.ends_at or each.starts_at
    told = f" · {moment(when) if each.exactness is Exactness.SECOND else day(when)}" if when else ""
    if when and when < since:
        # It happened earlier: what is new is that we heard of it.
        told += f", told us {day(each.arrived_at)}"
    if each.kind is EntryKind.STAY:
        words = "Left hospital" if each.ends_at else "Came into hospital"
        return f"{words}{f': {each.title}' if each.title else ''}{told}"
    if each.kind is EntryKind.FALL:
        return f"Fell{told}"
    if each.kind is EntryKind.DEATH:
        return f"Died{told}. Ring the family before anything is sent"
    return f"{each.title or each.kind.label}{told}"


class ConcernsToReceive:
    """Worries about somebody's safety that wait for the viewer's team."""

    section = Section.NOW
    permission = RAISE_CONCERN

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row for each that waits, the oldest first; nobody else's My day asks for any."""
        if not queries.is_on_duty(viewer=viewer):
            return []
        return [
            Row(
                what="Somebody is worried about a person’s safety",
                why_you=f"{concern.raised_by_name} wrote it; your team is on duty",
                button="Read",
                address=reverse("people:concern", args=[concern.pk]),
            )
            for concern in queries.concerns_waiting(viewer=viewer)[:MOST_CONCERNS]
        ]


WORRY_FROM_PERSON = PersonButton("Worried about safety", "people:raise_concern_for", RAISE_CONCERN)
"""The button at the head of a person's record."""
