"""What a person decided about sharing, as sentences: what stands, what it does, who said so."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from oneplace.access.models import Authority, Choice, ChoiceKind, ChoiceOverride, DecidedBy
from oneplace.access.permissions import KEEP_CHOICES, KEEP_PROTECTIONS
from oneplace.access.rules.choices import CAN_BE_STEPPED_OVER, may_decide, why_not_review
from oneplace.access.viewer import Viewer
from oneplace.kit.formats import day
from oneplace.kit.words import say
from oneplace.people.models import Person
from oneplace.records.models import Restriction
from oneplace.vocabulary.terms import ChoiceAboutSharing

A_MOMENT = timedelta(seconds=1)
"""An override ends with the midnight after its last day."""

_DOES = {
    ChoiceKind.OBJECTION: "Other organisations see only what they recorded themselves. Urgent care "
    "and keeping somebody safe go on. They stand on no {huddle}’s list; a charity is told nothing.",
    ChoiceKind.LIMIT: "It stays with whoever wrote it. Urgent care still sees it.",
    ChoiceKind.EXCLUDED_ORGANISATION: "Nobody there opens the record, but in urgent care.",
    ChoiceKind.EXCLUDED_WORKER: "They cannot open the record at all.",
    ChoiceKind.CONSENT: "They see what the agreement with them names, and no more.",
    ChoiceKind.SOMEBODY_CLOSE: "It closes no record: look here before you speak with the family.",
    ChoiceKind.NATIONAL_OPT_OUT: "Not used for planning and research. Care is as before.",
    ChoiceKind.TYPE_1_OPT_OUT: "The practice’s data is used for care only.",
    ChoiceKind.OWN_FAMILY: "They cannot open the record.",
    ChoiceKind.COLLEAGUE: "There, it opens to their own team or worker only, not to everybody.",
    ChoiceKind.SEAL: "Nobody opens the record or finds it by searching, but those named.",
    ChoiceKind.PROTECTED_ADDRESS: "Address, phone and household are shown to whoever recorded them "
    "and to those named. Nobody finds the person by them.",
    ChoiceKind.COURT_RESTRICTION: "Nobody opens what it covers, but those named.",
    ChoiceKind.INVESTIGATION: "They cannot open the record until it is lifted.",
}
_STATE = {
    ChoiceAboutSharing.NOT_YET_TOLD: "It is not recorded that they were told how their information "
    "is shared.",
    ChoiceAboutSharing.TOLD: "They were told how their information is shared, and did not object.",
    ChoiceAboutSharing.CONSENTED: "They were asked, and said yes.",
    ChoiceAboutSharing.OBJECTED: "They object to sharing.",
    ChoiceAboutSharing.WITHDRAWN: "They said yes once, and took it back.",
}


@dataclass(frozen=True)
class ChoiceRow:
    """One choice, in a sentence, with what it does and who said so."""

    says: str
    does: str
    words: str
    facts: str
    why: str
    ended: str
    end_address: str = ""
    step_over_address: str = ""
    look_again: str = ""


@dataclass(frozen=True)
class OverrideRow:
    """A choice that was stepped over: for whom, until when, why, and who looks again."""

    says: str
    reason: str
    facts: str
    review_address: str


@dataclass(frozen=True)
class AuthorityRow:
    """Somebody who cares for the person or may decide for them."""

    name: str
    what: str
    facts: str
    covers: str
    end_address: str


@dataclass(frozen=True)
class MarkRow:
    """An entry that was marked as needing more care."""

    says: str
    why: str
    facts: str
    lift_address: str


def name_of(person: Person) -> str:
    """The name a page stands under."""
    return " ".join(filter(None, (person.given, person.family))) or "This person"


def sentence(choice: Choice) -> str:
    """What was decided, in one plain sentence."""
    whom = choice.party_name
    part = f"“{choice.category.label}”" if choice.category else ""
    said = {
        ChoiceKind.TOLD: "Told how their information is shared",
        ChoiceKind.OBJECTION: f"Objects to sharing with {whom or 'other organisations'}",
        ChoiceKind.LIMIT: f"Keeps {part} {f'from {whom}' if whom else 'with whoever wrote it'}",
        ChoiceKind.EXCLUDED_ORGANISATION: f"Keeps {whom} out of the record",
        ChoiceKind.EXCLUDED_WORKER: f"Keeps {whom} out of the record",
        ChoiceKind.CONSENT: f"Says yes to sharing with {whom}",
        ChoiceKind.SOMEBODY_CLOSE: f"{whom} is not to be told",
        ChoiceKind.OWN_FAMILY: f"{whom} is their family or friend",
        ChoiceKind.COLLEAGUE: f"Works for {whom}",
        ChoiceKind.INVESTIGATION: f"{whom} is part of an enquiry about them",
    }
    words: str = said.get(choice.kind, choice.kind.label)
    return words


def still_coded(choice: Choice) -> str:
    """What must be done besides, where a partner's record says it in a code."""
    if not choice.entry_id:
        return ""
    them = choice.recorded_for or "them"
    return (
        f" It came with {choice.recorded_by_name}. Ask {them} to record it there too: "
        "a newer code there counts again."
    )


def _row(choice: Choice, viewer: Viewer, *, at: datetime) -> ChoiceRow:
    decided = "" if choice.decided_by is DecidedBy.PERSON else f", {_decider(choice)}"
    organisation = f", {choice.recorded_for}" if choice.recorded_for else ""
    stands = choice.ended_at is None
    over = choice.kind in CAN_BE_STEPPED_OVER and choice.decided_by is not DecidedBy.COURT
    return ChoiceRow(
        says=sentence(choice),
        does=say(_DOES.get(choice.kind, "")) if stands else "",
        words=choice.words,
        facts=f"{day(choice.said_on)}, {choice.how.label.lower()}{decided}. "
        f"Recorded by {choice.recorded_by_name}{organisation}.",
        why=choice.capacity_words,
        ended=""
        if choice.ended_at is None
        else f"Taken back {day(choice.ended_at)} by {choice.ended_by_name}: {choice.ended_why}",
        end_address=_to("desk:end_choice", choice.person_id, choice.pk) if stands else "",
        step_over_address=_to("desk:override_choice", choice.person_id, choice.pk)
        if stands and over
        else "",
        look_again=f"Look at it again on {day(choice.review_on)}." if choice.review_on else "",
    )


def _decider(choice: Choice) -> str:
    label = choice.decided_by.label[:1].lower() + choice.decided_by.label[1:]
    return f"decided by {choice.decided_by_name}" if choice.decided_by_name else label


def _to(route: str, *parts: object) -> str:
    return reverse(route, args=parts)


@dataclass(frozen=True)
class SharingPage:
    """Everything one person decided about sharing."""

    person_id: uuid.UUID
    name: str
    state: str
    may_keep: bool
    may_protect: bool
    standing: Sequence[ChoiceRow]
    before: Sequence[ChoiceRow]
    overrides: Sequence[OverrideRow]
    authorities: Sequence[AuthorityRow]

    @classmethod
    def of(
        cls,
        person: Person,
        *,
        state: ChoiceAboutSharing | None,
        choices: Iterable[Choice],
        overrides: Iterable[ChoiceOverride],
        authorities: Iterable[Authority],
        viewer: Viewer,
        at: datetime,
    ) -> "SharingPage":
        """The page for one viewer."""
        rows = list(choices)
        return cls(
            person_id=person.pk,
            name=name_of(person),
            state=_STATE[state] if state else "",
            may_keep=viewer.may(KEEP_CHOICES),
            may_protect=viewer.may(KEEP_PROTECTIONS),
            standing=[_row(row, viewer, at=at) for row in rows if row.ended_at is None],
            before=[_row(row, viewer, at=at) for row in rows if row.ended_at is not None],
            overrides=[_override(row, viewer, at=at) for row in overrides],
            authorities=[_authority(row) for row in authorities],
        )


def _override(row: ChoiceOverride, viewer: Viewer, *, at: datetime) -> OverrideRow:
    last = "let past until" if row.ends_at > at else "was let past until"
    reviewed = (
        f"Looked at again {day(row.reviewed_at)} by {row.reviewed_by_name}: {row.review_words}"
        if row.reviewed_at
        else f"Somebody else looks at it again on {day(row.review_on)}."
    )
    is_mine = why_not_review(row, words="-", by=viewer) is not None
    return OverrideRow(
        says=f"{row.party_name} {last} {day(row.ends_at - A_MOMENT)}: {row.basis.label.lower()}",
        reason=row.reason,
        facts=f"By {row.made_by_name}. {reviewed}",
        review_address=""
        if row.reviewed_at or is_mine
        else _to("desk:review_override", row.person_id, row.pk),
    )


def _authority(row: Authority) -> AuthorityRow:
    seen = f", {day(row.seen_on)}" if row.seen_on else ""
    paper = f" ({row.evidence_words})" if row.evidence_words else ""
    may = "May decide about sharing for them. " if may_decide(row) else ""
    return AuthorityRow(
        name=row.name,
        what=row.kind.label,
        facts=f"{may}{row.evidence.label}{paper}{seen}. Recorded by {row.recorded_by_name}.",
        covers=row.covers,
        end_address=_to("desk:end_authority", row.person_id, row.pk),
    )


@dataclass(frozen=True)
class ProtectionsPage:
    """What protects one record, for those who keep protections."""

    person_id: uuid.UUID
    name: str
    standing: Sequence[ChoiceRow]
    before: Sequence[ChoiceRow]
    marks: Sequence[MarkRow]

    @classmethod
    def of(
        cls,
        person_id: uuid.UUID,
        name: str,
        *,
        choices: Iterable[Choice],
        marks: Iterable[Restriction],
        viewer: Viewer,
        at: datetime,
    ) -> "ProtectionsPage":
        """The page for one viewer."""
        rows = [_protection(row, viewer, at=at) for row in choices]
        return cls(
            person_id=person_id,
            name=name,
            standing=[row for row in rows if not row.ended],
            before=[row for row in rows if row.ended],
            marks=[_mark(row) for row in marks],
        )


def _protection(choice: Choice, viewer: Viewer, *, at: datetime) -> ChoiceRow:
    row = _row(choice, viewer, at=at)
    named = ", ".join(choice.lets_in_names)
    return ChoiceRow(
        says=row.says,
        does=f"{row.does} Named: {named}." if named and row.does else row.does,
        words=row.words,
        facts=row.facts,
        why="",
        ended=row.ended,
        end_address=_to("desk:lift_protection", choice.person_id, choice.pk)
        if row.end_address
        else "",
        look_again=row.look_again,
    )


def _mark(row: Restriction) -> MarkRow:
    lifted = (
        f" Lifted {day(row.lifted_at)} by {row.lifted_by_name}: {row.lifted_why}"
        if row.lifted_at
        else ""
    )
    return MarkRow(
        says=f"An entry is marked: {row.label.label}",
        why=row.why,
        facts=f"{day(row.put_at)}, by {row.put_by_name}.{lifted}",
        lift_address=""
        if row.lifted_at or row.person_id is None
        else _to("desk:lift_restriction", row.person_id, row.pk),
    )
