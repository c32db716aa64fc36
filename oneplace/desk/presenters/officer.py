"""The officers' page, emergency access and its review, and looks that stand out."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from oneplace.access.models import EmergencyAccess, LookQuestion, UnusualAccess
from oneplace.access.queries.looks import Look
from oneplace.access.queries.national import NationalStanding
from oneplace.access.rules.emergency import is_open
from oneplace.access.viewer import Viewer
from oneplace.desk.officer_cards import Waiting, address_of
from oneplace.desk.presenters.looks import LookLine, facts_of, line_of
from oneplace.desk.queries.officer import Named
from oneplace.kit import formats
from oneplace.kit.words import label_of


@dataclass(frozen=True)
class OfficerSection:
    """One section as the page shows it."""

    key: str
    title: str
    nothing: str
    waiting: Waiting
    all_words: str
    all_address: str

    @property
    def count(self) -> int:
        """How many wait in all."""
        return self.waiting.count

    @property
    def more(self) -> int:
        """How many are not shown here."""
        return self.waiting.count - len(self.waiting.rows)


@dataclass(frozen=True)
class OfficerPage:
    """What waits for an information governance officer."""

    head_line: str
    at: datetime
    sections: tuple[OfficerSection, ...]

    @property
    def waiting(self) -> tuple["OfficerSection", ...]:
        """Sections in which something waits."""
        return tuple(one for one in self.sections if one.count)

    @property
    def empty(self) -> tuple["OfficerSection", ...]:
        """Sections in which nothing does."""
        return tuple(one for one in self.sections if not one.count)

    @classmethod
    def of(cls, waiting: Sequence[Waiting], *, at: datetime) -> "OfficerPage":
        """The page, sections in the order in which they were put there."""
        total = sum(one.count for one in waiting)
        return cls(
            head_line=f"{formats.plural(total, 'thing')} to look at"
            if total
            else "Nothing waits for you",
            at=at,
            sections=tuple(
                OfficerSection(
                    one.section.key,
                    one.section.title,
                    one.section.nothing,
                    one,
                    one.section.all_at[0],
                    address_of(one.section.all_at[1]) if one.section.all_at[1] else "",
                )
                for one in waiting
            ),
        )


@dataclass(frozen=True)
class EmergencyRow:
    """One emergency access in a list."""

    id: uuid.UUID
    who: str
    post: str
    whose: str
    when: str
    why: str
    state: str
    is_open: bool
    is_reviewed: bool

    @classmethod
    def of(cls, one: EmergencyAccess, named: Named | None, *, at: datetime) -> "EmergencyRow":
        """One row; the person by name as far as the viewer may find people."""
        return cls(
            id=one.pk,
            who=one.account_name,
            post=", ".join(filter(None, (one.title or label_of(one.role), one.organisation_name))),
            whose=named.name if named else "A person whose name is protected",
            when=f"{formats.moment(one.starts_at)} to "
            f"{formats.clock_time(one.ended_at or one.ends_at)}",
            why=one.ground.label,
            state=_state(one, at),
            is_open=is_open(one, at=at),
            is_reviewed=one.reviewed_at is not None,
        )


def _state(one: EmergencyAccess, at: datetime) -> str:
    if one.reviewed_at is not None:
        return f"{one.outcome.label}. {one.reviewed_by_name}, {formats.day(one.reviewed_at)}"
    if is_open(one, at=at):
        return f"Open until {formats.clock_time(one.ends_at)}"
    return f"Waits for review since {formats.moment(one.ended_at or one.ends_at)}"


@dataclass(frozen=True)
class EmergenciesPage:
    """Emergency access: what waits, and what was reviewed."""

    title: str
    waiting: tuple[EmergencyRow, ...]
    reviewed: tuple[EmergencyRow, ...]

    @classmethod
    def of(
        cls,
        waiting: Sequence[EmergencyAccess],
        reviewed: Sequence[EmergencyAccess],
        named: Mapping[uuid.UUID, Named],
        *,
        at: datetime,
    ) -> "EmergenciesPage":
        """The page."""
        return cls(
            title="Emergency access",
            waiting=tuple(EmergencyRow.of(e, named.get(e.person_id), at=at) for e in waiting),
            reviewed=tuple(EmergencyRow.of(e, named.get(e.person_id), at=at) for e in reviewed),
        )


@dataclass(frozen=True)
class ReviewPage:
    """One emergency access with its seven facts, what was looked at, and its review."""

    title: str
    caption: str
    emergency: EmergencyAccess
    facts: tuple[tuple[str, str], ...]
    lines: tuple[LookLine, ...]
    is_open: bool
    is_reviewed: bool
    why_not: str
    send: str = "Save the review"

    @classmethod
    def of(
        cls,
        one: EmergencyAccess,
        named: Named | None,
        looks: Sequence[Look],
        concerned: Sequence[str],
        *,
        at: datetime,
        viewer: Viewer,
    ) -> "ReviewPage":
        """The page; whoever opened it reads it and does not review it."""
        opened = is_open(one, at=at)
        own = one.account_id == viewer.account_id
        return cls(
            title=f"{one.account_name} opened a record in an emergency",
            caption="Emergency access",
            emergency=one,
            facts=_facts(one, named, concerned),
            lines=tuple(line_of(look) for look in looks),
            is_open=opened,
            is_reviewed=one.reviewed_at is not None,
            why_not="You opened this yourself. Another officer reviews it." if own else "",
        )

    @property
    def still_open(self) -> str:
        """Until when it is open."""
        return formats.clock_time(self.emergency.ends_at)


def _facts(
    one: EmergencyAccess, named: Named | None, concerned: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    ended = f", ended at {formats.clock_time(one.ended_at)}" if one.ended_at else ""
    minutes = round((one.ends_at - one.starts_at).total_seconds() / 60)
    whose = named.name if named else "A person whose name is protected"
    return (
        ("Who", one.account_name),
        (
            "As what, and where",
            ", ".join(filter(None, (one.title or label_of(one.role), one.organisation_name))),
        ),
        ("Whose record", " · ".join(filter(None, (whose, facts_of(named))))),
        ("Why", f"{one.ground.label}. “{one.reason}” For: {one.purpose.label.lower()}."),
        ("When", f"{formats.moment(one.starts_at)}, for {minutes} minutes{ended}"),
        ("From where", one.from_address or "Not known"),
        ("Who was told", _told(one, concerned)),
    )


def _told(one: EmergencyAccess, concerned: Sequence[str]) -> str:
    officers = formats.plural(one.officers_told, "officer")
    of = f": {formats.sentence_list(list(concerned))}" if concerned else ""
    if one.letter_id:
        person = "A letter to the person is written."
    elif one.is_unsafe_to_tell:
        person = f"The person is not told, because it would not be safe: “{one.unsafe_why}”"
    else:
        person = f"The person has not been told. {one.not_told_why}"
    return f"{officers} at once, for the partners concerned{of}. {person}"


@dataclass(frozen=True)
class UnusualRow:
    """Looks that stand out, in a list."""

    id: uuid.UUID
    kind: str
    who: str
    post: str
    whose: str
    when: str
    words: str
    state: str
    is_settled: bool

    @classmethod
    def of(cls, one: UnusualAccess, named: Named | None) -> "UnusualRow":
        """One row."""
        return cls(
            id=one.pk,
            kind=one.kind.label,
            who=one.account_name,
            post=", ".join(filter(None, (one.title, one.organisation_name))),
            whose=""
            if one.person_id is None
            else named.name
            if named
            else "A person whose name is protected",
            when=f"{formats.moment(one.first_at)} to {formats.clock_time(one.last_at)}",
            words=one.words,
            state=f"{one.outcome.label}. {one.settled_by_name}, {formats.day(one.settled_at)}"
            if one.settled_at
            else "",
            is_settled=one.settled_at is not None,
        )


@dataclass(frozen=True)
class UnusualPage:
    """Everything that stands out, and what came of what did."""

    title: str
    waiting: tuple[UnusualRow, ...]
    settled: tuple[UnusualRow, ...]

    @classmethod
    def of(
        cls,
        waiting: Sequence[UnusualAccess],
        settled: Sequence[UnusualAccess],
        named: Mapping[uuid.UUID, Named],
    ) -> "UnusualPage":
        """The page."""

        def row(one: UnusualAccess) -> UnusualRow:
            return UnusualRow.of(one, named.get(one.person_id) if one.person_id else None)

        return cls(
            title="Looks out of the ordinary",
            waiting=tuple(row(one) for one in waiting),
            settled=tuple(row(one) for one in settled),
        )


@dataclass(frozen=True)
class QuestionPage:
    """One question about a look, with its answer or the room for one."""

    title: str
    caption: str
    question: LookQuestion
    asker: str
    may_answer: bool
    send: str = "Send the answer"

    @classmethod
    def of(cls, question: LookQuestion, *, viewer: Viewer) -> "QuestionPage":
        """The page, for whoever asked, whoever is asked, and officers."""
        return cls(
            title=f"Why did {question.about_name} look at a record?",
            caption="A question about a look",
            question=question,
            asker="The person whose record it is" if question.is_own else question.asked_by_name,
            may_answer=question.answered_at is None and viewer.account_id in question.to_ids,
        )


@dataclass(frozen=True)
class NationalPage:
    """How the national data opt-out stands, in days and counts."""

    title: str
    lead: str
    is_warning: bool
    facts: tuple[tuple[str, str], ...]
    purposes: tuple[str, ...]

    @classmethod
    def of(cls, found: NationalStanding | None) -> "NationalPage":
        """The page; with no answer that holds, it says that everybody is left out."""
        holds = found is not None and found.holds
        purposes = found.purposes if found else ()
        return cls(
            title="National data opt-out",
            lead=_national_lead(found),
            is_warning=bool(purposes) and not holds,
            facts=() if found is None else _national_facts(found),
            purposes=tuple(purpose.label for purpose in purposes),
        )


def _national_lead(found: NationalStanding | None) -> str:
    if found is None or not found.purposes:
        return "This place uses records for nothing that the national data opt-out is about."
    if found.answered is None:
        return (
            "The national service has not answered yet. Until it does, nobody is used beyond care."
        )
    if not found.holds:
        return (
            f"The last answer held until {formats.moment(found.holds_until)}. Until there is a "
            "newer one, nobody is used beyond care."
        )
    return (
        f"The answer holds until {formats.moment(found.holds_until)}. Who did not come back in it "
        "is left out of everything but care."
    )


def _national_facts(found: NationalStanding) -> tuple[tuple[str, str], ...]:
    rows: list[tuple[str, str]] = []
    if (last := found.answered) is not None and last.answered_at is not None:
        back = last.numbers_back or 0
        rows += [
            ("Asked", f"{formats.moment(last.asked_at)}, by {last.asked_by_name}"),
            ("Answered", f"{formats.moment(last.answered_at)}, by {last.answered_by_name}"),
            ("Numbers asked about", f"{last.numbers_asked:,}"),
            ("Came back: may be used", f"{back:,}"),
            ("Did not come back: left out", f"{last.numbers_asked - back:,}"),
            ("Left out: no sound NHS number to ask about", f"{last.without_number:,}"),
        ]
    if (waiting := found.waiting) is not None:
        asked = f"{waiting.numbers_asked:,} numbers, {formats.moment(waiting.asked_at)}"
        rows.append(("Asked, and not answered yet", f"{asked}, by {waiting.asked_by_name}"))
    return tuple(rows)
