"""What stands on the officers' page, and what officers and emergencies put on My day.

A room adds a section with `put_on_officers_page` in `config/wiring.py`. Each says how many wait,
the oldest first, and in words what will come where none do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from django.urls import NoReverseMatch, reverse

from oneplace.access.permissions import (
    HANDLE_RIGHTS,
    KEEP_AGREEMENTS,
    KEEP_PROTECTIONS,
    OPEN_EMERGENCY,
    REVIEW_EMERGENCY,
    SEE_AUDIT,
    WEAR_SAFEGUARDING,
)
from oneplace.access.queries import agreements as agreement_queries
from oneplace.access.queries import choices as choice_queries
from oneplace.access.queries import emergency as emergency_queries
from oneplace.access.queries import rights as right_queries
from oneplace.access.queries import worn as worn_queries
from oneplace.access.queries.national import national_standing
from oneplace.access.viewer import Viewer
from oneplace.kit import formats
from oneplace.kit.cards import Row, Section
from oneplace.kit.clock import day_begins, local_day

MOST: Final = 5
"""Rows of a section shown on the officers' page; the rest is a link away."""
REVIEW_WITHIN: Final = timedelta(days=1)
"""Emergency access is reviewed by the next day: the hazard log says so."""
EXPIRES_WITHIN: Final = timedelta(days=90)
NEW_OBJECTIONS: Final = timedelta(days=28)
ASK_BEFORE: Final = timedelta(days=7)
"""So long before an answer is too old the officers hear of it."""


def address_of(route: str, *given: object) -> str:
    """The address of a page; nothing where there is no such page."""
    try:
        return reverse(route, args=given)
    except NoReverseMatch:
        return ""


class OfficersSection(Protocol):
    """One section of the officers' page."""

    @property
    def key(self) -> str:
        """A word for the section's address on the page."""
        ...

    @property
    def title(self) -> str:
        """The heading."""
        ...

    @property
    def permission(self) -> str:
        """Only hats with this permission see the section."""
        ...

    @property
    def nothing(self) -> str:
        """What to say where nothing waits: what will come here, and from whom."""
        ...

    @property
    def needs_officer(self) -> bool:
        """Whether an officer must do something; what is only good to know is not on My day."""
        ...

    @property
    def all_at(self) -> tuple[str, str]:
        """What the link to everything says, and its route; two empty texts for none."""
        ...

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """Everything that waits, oldest first."""
        ...


_sections: list[OfficersSection] = []


def put_on_officers_page(*sections: OfficersSection) -> None:
    """Add sections, in the order in which they should stand; once, at start-up."""
    _sections.extend(section for section in sections if section not in _sections)


@dataclass(frozen=True)
class Waiting:
    """A section with what waits in it."""

    section: OfficersSection
    all_rows: tuple[Row, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """The oldest of them."""
        return self.all_rows[:MOST]

    @property
    def count(self) -> int:
        """How many wait."""
        return len(self.all_rows)


def waiting_for(
    viewer: Viewer, *, at: datetime, sections: Iterable[OfficersSection] | None = None
) -> list[Waiting]:
    """Every section this viewer may see, with how many wait and the oldest of them."""
    return [
        Waiting(section, tuple(section.rows(viewer=viewer, at=at)))
        for section in (_sections if sections is None else sections)
        if viewer.may(section.permission)
    ]


@dataclass(frozen=True)
class EmergenciesToReview:
    """Emergency access nobody has reviewed."""

    key: str = "emergency"
    title: str = "Emergency access to review"
    permission: str = REVIEW_EMERGENCY
    nothing: str = (
        "Every emergency access has been reviewed. When somebody opens a record in an emergency, "
        "you are told at once and it waits here until an officer has reviewed it."
    )
    needs_officer: bool = True
    all_at: tuple[str, str] = ("All emergency access", "desk:emergencies")

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """Those that wait, oldest first; those still open say until when."""
        return [
            Row(
                person=one.account_name,
                what=f"opened a record in an emergency, {formats.moment(one.starts_at)}",
                why_you=one.ground.label,
                until=one.starts_at + REVIEW_WITHIN,
                button="Review",
                address=reverse("desk:review_emergency", args=[one.pk]),
            )
            for one in emergency_queries.emergencies_waiting(viewer=viewer)
        ]


@dataclass(frozen=True)
class QuestionsWaiting:
    """Questions about looks without an answer."""

    key: str = "questions"
    title: str = "Questions about who looked"
    permission: str = SEE_AUDIT
    nothing: str = (
        "No question waits for an answer. A resident, or you, can ask about any look at a record; "
        "the worker’s line manager answers."
    )
    needs_officer: bool = False
    all_at: tuple[str, str] = ("Who looked at a record", "desk:who_looked")

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """Those without an answer, oldest first."""
        return [
            Row(
                person=one.about_name,
                what=f"looked at a record, {formats.moment(one.looked_at)}: {one.words}",
                why_you=f"Waits for {one.to_names} since {formats.moment(one.asked_at)}",
                button="Open",
                address=reverse("desk:look_question", args=[one.pk]),
            )
            for one in emergency_queries.look_questions_open(viewer=viewer)
        ]


@dataclass(frozen=True)
class UnusualLooks:
    """Looks out of the ordinary."""

    key: str = "unusual"
    title: str = "Looks out of the ordinary"
    permission: str = SEE_AUDIT
    nothing: str = (
        "Nothing stands out. Every two hours the audit is searched for people who look at their "
        "own record, at somebody of their family name or address, at many people they have nothing "
        "to do with, or outside their usual hours."
    )
    needs_officer: bool = True
    all_at: tuple[str, str] = ("All looks out of the ordinary", "desk:unusual")

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """Those nobody has looked into, oldest first."""
        return [
            Row(
                person=one.account_name,
                what=f"{one.kind.label}, {formats.day(one.on_day)}",
                why_you=one.words,
                button="Look into",
                address=reverse("desk:settle_unusual", args=[one.pk]),
            )
            for one in emergency_queries.unusual_waiting(viewer=viewer)
        ]


@dataclass(frozen=True)
class Requests:
    """Requests of people about their own data."""

    key: str = "requests"
    title: str = "Requests of people about their data"
    permission: str = HANDLE_RIGHTS
    nothing: str = (
        "No request waits. When somebody asks for a copy of their record, or to have it put right, "
        "restricted or erased, it comes here with the day by which the law wants an answer."
    )
    needs_officer: bool = True
    all_at: tuple[str, str] = ("All requests", "desk:rights")

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """The first to be due first."""
        return [
            Row(
                what=f"{one.right.kind.label}, received {formats.day(one.right.received_on)}",
                why_you=one.right.state.label,
                until=day_begins(one.right.due_on + timedelta(days=1)),
                button="Open",
                address=address_of("desk:right", one.right.pk),
            )
            for one in right_queries.open_requests(viewer=viewer, on=local_day(at))
        ]


@dataclass(frozen=True)
class Overrides:
    """Choices that were stepped over and not looked at again."""

    key: str = "overrides"
    title: str = "Choices that were stepped over"
    permission: str = KEEP_PROTECTIONS
    nothing: str = (
        "Nobody’s choice was stepped over without a second look. When somebody shares against a "
        "person’s objection to keep them safe, it comes here with its reason and its day of review."
    )
    needs_officer: bool = True
    all_at: tuple[str, str] = ("", "")

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """The first to be reviewed first."""
        return [
            Row(
                person=one.made_by_name,
                what=f"stepped over a choice for {one.party_name}",
                why_you=one.reason,
                until=day_begins(one.review_on + timedelta(days=1)),
                button="Review",
                address=address_of("desk:review_override", one.person_id, one.pk),
            )
            for one in choice_queries.overrides_to_review(viewer=viewer)
        ]


@dataclass(frozen=True)
class Objections:
    """Objections and limits that were recorded lately."""

    key: str = "objections"
    title: str = "New objections and limits"
    permission: str = KEEP_PROTECTIONS
    nothing: str = (
        "Nobody has objected in the last four weeks. What people decide about sharing is recorded "
        "by whoever they tell, takes effect at once, and comes here."
    )
    needs_officer: bool = False
    all_at: tuple[str, str] = ("", "")

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """Those of the last four weeks, oldest first; whose they are, the page says."""
        since = at - NEW_OBJECTIONS
        found = choice_queries.open_objections(viewer=viewer).filter(recorded_at__gt=since)
        return [
            Row(
                what=f"{one.kind.label}, {formats.day(one.recorded_at)}",
                why_you=f"Recorded by {one.recorded_by_name}"
                + (f", {one.recorded_for}" if one.recorded_for else ""),
                button="Open",
                address=address_of("desk:protections", one.person_id),
            )
            for one in found.order_by("recorded_at", "pk")
        ]


@dataclass(frozen=True)
class AgreementsExpiring:
    """Sharing agreements that somebody must look at within three months."""

    key: str = "agreements"
    title: str = "Sharing agreements ending or due for review"
    permission: str = KEEP_AGREEMENTS
    nothing: str = (
        "No agreement ends, waits for a signature or falls due for review within three months. An "
        "agreement stops sharing by itself on the day after its last."
    )
    needs_officer: bool = True
    all_at: tuple[str, str] = ("All sharing agreements", "access:agreements")

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """Those, the first to end first."""
        due = agreement_queries.expiring_agreements(
            viewer=viewer, on=local_day(at), within=EXPIRES_WITHIN
        )
        return [
            Row(
                what=one.name,
                why_you=f"{one.state.label}. Last day {formats.day(one.last_day)}; review by "
                f"{formats.day(one.review_on)}",
                button="Open",
                address=address_of("access:agreement", one.code),
            )
            for one in due
        ]


@dataclass(frozen=True)
class NationalOptOuts:
    """The national service is to be asked anew, or its answer to be taken in."""

    key: str = "national-opt-out"
    title: str = "National data opt-out"
    permission: str = SEE_AUDIT
    needs_officer: bool = True
    nothing: str = (
        "The national service answered lately. Beyond care only people are used who came back in "
        "its answer, and each answer holds for three weeks at most."
    )
    all_at: tuple[str, str] = ("How it stands", "desk:national_opt_out")

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """What is to be done, if anything."""
        found = national_standing(viewer=viewer, at=at)
        if found is None or not found.purposes:
            return []
        if found.waiting is not None:
            what = f"Asked {formats.day(local_day(found.waiting.asked_at))}: no answer yet"
        elif found.holds_until is None:
            what = "The national service has never been asked"
        elif found.holds_until - at > ASK_BEFORE:
            return []
        else:
            holds = "holds until" if found.holds else "held until"
            what = f"The last answer {holds} {formats.moment(found.holds_until)}"
        left_out = "" if found.holds else "Until it answers, nobody is used beyond care"
        return [
            Row(
                what=what,
                why_you=left_out or "Ask before the answer is too old",
                until=found.holds_until,
                button="Open",
                address=reverse("desk:national_opt_out"),
            )
        ]


@dataclass(frozen=True)
class Leavers:
    """Who leaves, or left lately."""

    key: str = "leavers"
    title: str = "Leavers"
    permission: str = SEE_AUDIT
    nothing: str = (
        "Nobody leaves, and nobody left within a month. When somebody’s last day is recorded under "
        "People at work, they come here."
    )
    needs_officer: bool = False
    all_at: tuple[str, str] = ("People at work", "access:people_at_work")

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """The first to leave first."""
        return [
            Row(
                person=one.account.name,
                what=(
                    f"left on {formats.day(one.last_on)}: access has ended everywhere"
                    if one.took_effect_at
                    else f"leaves at the end of {formats.day(one.last_on)}"
                ),
                button="Open",
                address=reverse("access:colleague", args=[one.account_id]),
            )
            for one in emergency_queries.leavers(viewer=viewer, on=local_day(at))
        ]


@dataclass(frozen=True)
class SafetyLooks:
    """Who looked into a safeguarding concern lately."""

    key: str = "safety"
    title: str = "Looks into safeguarding concerns"
    permission: str = SEE_AUDIT
    needs_officer: bool = False
    nothing: str = (
        "Nobody looked into a concern within a week. When somebody of a safeguarding team opens a "
        "record to keep a person safe, it stands here with their reason, and ends within hours."
    )
    all_at: tuple[str, str] = ("", "")

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """Those of the last week, newest first."""
        return [
            Row(
                person=one.account_name,
                what=f"looked into a concern, {formats.moment(one.starts_at)} to "
                f"{formats.clock_time(one.ended_at or one.ends_at)}",
                why_you=one.reason,
                button="Who looked",
                address=reverse("desk:who_looked_at", args=[one.person_id]),
            )
            for one in worn_queries.worn_lately(viewer=viewer, at=at)
        ]


# --- My day ---------------------------------------------------------------------------------------


class OwnEmergencies:
    """Records the viewer has open in an emergency, for the section Now."""

    section = Section.NOW
    permission = OPEN_EMERGENCY

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """What is open, the first to end first; one statement."""
        return [
            Row(
                what="A record is open to you in an emergency",
                why_you=f"Closes by itself at {formats.clock_time(one.ends_at)}; end it sooner if "
                "you can",
                until=one.ends_at,
                button="Open or end",
                address=reverse("desk:open_emergency"),
                needs_you=False,
            )
            for one in emergency_queries.own_emergencies(viewer=viewer, at=at)
        ]


class OwnSafetyLooks:
    """Concerns the viewer looks into, for the section Now."""

    section = Section.NOW
    permission = WEAR_SAFEGUARDING

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """What is open, the first to end first; one statement, and none off the team."""
        if not viewer.is_on_safeguarding_team:
            return []
        return [
            Row(
                what="You look into a safeguarding concern",
                why_you=f"Closes by itself at {formats.clock_time(one.ends_at)}: {one.reason}",
                until=one.ends_at,
                button="Open or end",
                address=reverse("desk:person", args=[one.person_id]),
                needs_you=False,
            )
            for one in worn_queries.own_worn(viewer=viewer, at=at)
        ]


class QuestionsToAnswer:
    """Questions about looks the viewer is asked, for the section Now."""

    section = Section.NOW
    permission = "open_my_day"

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """What waits for the viewer's answer, oldest first; one statement."""
        return [
            Row(
                person=one.about_name,
                what="looked at a record, and somebody asks why",
                why_you=f"You are asked since {formats.moment(one.asked_at)}",
                button="Answer",
                address=reverse("desk:look_question", args=[one.pk]),
            )
            for one in emergency_queries.look_questions_to(viewer=viewer)
        ]


class RequestsToPractice:
    """Requests about their own data made to a practice, for those who have no officers' page."""

    section = Section.NOW
    permission = HANDLE_RIGHTS

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """The first to be due first; none for officers, whose own page shows them."""
        return () if viewer.may(REVIEW_EMERGENCY) else Requests().rows(viewer=viewer, at=at)


class ForOfficers:
    """What waits on the officers' page, for their section Now: emergencies one by one, and the rest
    as one row for each section with something in it.
    """

    section = Section.NOW
    permission = REVIEW_EMERGENCY

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """What waits for a review, oldest first, then how much waits of each other thing."""
        emergencies = EmergenciesToReview()
        others = [one for one in _sections if one.needs_officer and one.key != emergencies.key]
        return [
            *emergencies.rows(viewer=viewer, at=at),
            *(
                Row(
                    what=f"{one.section.title}: {one.count}",
                    why_you="You answer for it at your organisation",
                    until=min((row.until for row in one.all_rows if row.until), default=None),
                    button="Look",
                    address=f"{reverse('desk:officer')}#{one.section.key}-title",
                )
                for one in waiting_for(viewer, at=at, sections=others)
                if one.count
            ),
        ]
