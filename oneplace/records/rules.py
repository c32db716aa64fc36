"""Why something may not be entered, corrected or cancelled by hand: the reason, or None."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from oneplace.access.viewer import Viewer
from oneplace.records.models import Entry
from oneplace.records.permissions import ADD_TO_RECORD
from oneplace.vocabulary.terms import EntryKind, EntryStatus, Exactness

BY_HAND: Final = "oneplace"
"""The source of what is entered by hand."""
LONGEST_TITLE: Final = 300
LONGEST_WORDS: Final = 20_000

# What people at work may write down here. Stays, registrations and deaths have their own ways in:
# the hospital's messages, the practice's extract, `people.record_death`.
ENTERED_BY_HAND: Final = (
    EntryKind.NOTE,
    EntryKind.CONTACT,
    EntryKind.APPOINTMENT,
    EntryKind.CONDITION,
    EntryKind.OBSERVATION,
    EntryKind.PROCEDURE,
    EntryKind.MEDICINE,
    EntryKind.ALLERGY,
    EntryKind.IMMUNISATION,
    EntryKind.ASSESSMENT,
    EntryKind.REVIEW,
    EntryKind.CARE_PACKAGE,
    EntryKind.GOAL,
    EntryKind.FLAG,
    EntryKind.HAZARD,
    EntryKind.FALL,
    EntryKind.CONCERN,
    EntryKind.QUESTIONNAIRE,
    EntryKind.DOCUMENT,
    EntryKind.CHOICE,
    EntryKind.TIE,
)
# What may lie in the future.
_TO_COME: Final = (EntryKind.APPOINTMENT, EntryKind.CARE_PACKAGE, EntryKind.GOAL)
_WITHDRAWN: Final = (EntryStatus.CANCELLED, EntryStatus.IN_ERROR)


@dataclass(frozen=True)
class Draft:
    """What somebody wants to write down; empty means "not said"."""

    kind: EntryKind
    title: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    exactness: Exactness = Exactness.SECOND
    status: EntryStatus = EntryStatus.NOT_SAID
    code: str = ""
    code_system: str = ""
    words: str = ""
    value: Decimal | None = None
    unit: str = ""
    labels: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reason:
    """Why not, and the field of the draft it is about, if it is about one."""

    words: str
    field: str | None = None


def why_not_enter(draft: Draft, *, by: Viewer, at: datetime) -> Reason | None:
    """Why this may not be written down, or None."""
    if by.account_id is None or not by.may(ADD_TO_RECORD):
        return Reason("Your post does not write into people's records.")
    if draft.kind not in ENTERED_BY_HAND:
        return Reason(f"“{draft.kind.label}” is not entered by hand.", "kind")
    if draft.status in _WITHDRAWN:
        return Reason("Something new cannot be cancelled or a mistake already.", "status")
    return _why_not_words(draft) or _why_not_times(draft, at) or _why_not_content(draft)


def _why_not_words(draft: Draft) -> Reason | None:
    if not draft.title.strip():
        return Reason("Say in a few words what it is.", "title")
    if len(draft.title) > LONGEST_TITLE:
        return Reason(
            f"The first line has {len(draft.title)} characters; {LONGEST_TITLE} is the most. "
            "Put the rest into the longer text.",
            "title",
        )
    if len(draft.words) > LONGEST_WORDS:
        return Reason(
            f"The text has {len(draft.words):,} characters; {LONGEST_WORDS:,} is the most. "
            "Attach it as a file instead.",
            "words",
        )
    return None


def _why_not_times(draft: Draft, at: datetime) -> Reason | None:
    may_be_ahead = draft.kind in _TO_COME or draft.status == EntryStatus.PLANNED
    if draft.starts_at and draft.starts_at > at and not may_be_ahead:
        return Reason("This has not happened yet. Check the date.", "starts_at")
    if draft.starts_at and draft.ends_at and draft.ends_at < draft.starts_at:
        return Reason("It ends before it begins. Check both dates.", "ends_at")
    return None


def _why_not_content(draft: Draft) -> Reason | None:
    detail = draft.detail
    if draft.kind == EntryKind.OBSERVATION:
        said = draft.value is not None or draft.words or detail.get("components")
        if not (said or detail.get("answer")):
            return Reason("Give what was measured or seen.", "value")
    if draft.value is not None and not (draft.value.is_finite() and abs(draft.value) < 10**12):
        return Reason("This is not an amount that can be measured.", "value")
    if draft.kind == EntryKind.ALLERGY and detail.get("is_none_known") and detail.get("substance"):
        return Reason("Either no allergy is known, or there is one: not both.", "detail")
    return None


def why_not_own_words(words: str, said_by: str, *, by: Viewer) -> Reason | None:
    """Why a person's own words may not be written down beside an entry, or None."""
    if by.account_id is None or not by.may(ADD_TO_RECORD):
        return Reason("Your post does not write into people's records.")
    if not words.strip():
        return Reason("Write what the person says, in their words.", "words")
    if len(words) > LONGEST_WORDS:
        return Reason(
            f"{LONGEST_WORDS:,} characters are the most that stand beside an entry.", "words"
        )
    if not said_by.strip():
        return Reason("Say whose words these are.", "said_by")
    return None


def why_not_change(entry: Entry, *, why: str, by: Viewer) -> Reason | None:
    """Why an entry may not be corrected or cancelled here, or None."""
    if by.account_id is None or not by.may(ADD_TO_RECORD):
        return Reason("Your post does not write into people's records.")
    if entry.source != BY_HAND:
        return Reason(
            "This came from a partner's system and is mended there. If it is about somebody else, "
            "mark it so, and the record steward will look at it."
        )
    if entry.status in _WITHDRAWN:
        return Reason(f"This is {entry.status.label.lower()} already. Enter it anew instead.")
    if not why.strip():
        return Reason("Say why; whoever reads the history will see it.", "why")
    return None


def why_not_correct(
    entry: Entry, draft: Draft, *, why: str, by: Viewer, at: datetime
) -> Reason | None:
    """Why an entry may not be made to say this instead, or None."""
    refused = why_not_change(entry, why=why, by=by)
    if refused is None and draft.kind != entry.kind:
        refused = Reason(
            f"This is entered as “{EntryKind(entry.kind).label}”. Cancel it as a mistake and "
            "enter it anew.",
            "kind",
        )
    return refused or why_not_enter(draft, by=by, at=at)
