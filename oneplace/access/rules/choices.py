"""Who may record what a person decided about sharing, and what follows from each choice."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from oneplace.access.models.choice import (
    DECIDES,
    PROTECTIONS,
    SEEN,
    Authority,
    Choice,
    ChoiceKind,
    ChoiceOverride,
    DecidedBy,
    Evidence,
    HowTold,
)
from oneplace.access.permissions import KEEP_CHOICES, KEEP_PROTECTIONS
from oneplace.access.rules.own import is_own_choice
from oneplace.access.viewer import Viewer
from oneplace.vocabulary.place import SharingRule
from oneplace.vocabulary.terms import (
    AccountKind,
    BarrierKind,
    CodedChoice,
    ConfidentialityBasis,
    DataCategory,
    Purpose,
)

BARRIER_OF: Final[Mapping[ChoiceKind, BarrierKind]] = {
    ChoiceKind.OBJECTION: BarrierKind.OBJECTION,
    ChoiceKind.LIMIT: BarrierKind.LIMIT,
    ChoiceKind.EXCLUDED_ORGANISATION: BarrierKind.ORGANISATION_EXCLUDED,
    ChoiceKind.EXCLUDED_WORKER: BarrierKind.NAMED_PERSON,
    ChoiceKind.OWN_FAMILY: BarrierKind.OWN_FAMILY,
    ChoiceKind.COLLEAGUE: BarrierKind.COLLEAGUE,
    ChoiceKind.SEAL: BarrierKind.SEALED,
    ChoiceKind.PROTECTED_ADDRESS: BarrierKind.PROTECTED_ADDRESS,
    ChoiceKind.COURT_RESTRICTION: BarrierKind.COURT_RESTRICTION,
    ChoiceKind.INVESTIGATION: BarrierKind.INVESTIGATION,
}
"""Which barrier a choice puts before the record; the others put none."""

KIND_OF_CODE: Final[Mapping[CodedChoice, ChoiceKind]] = {
    CodedChoice.OBJECTION: ChoiceKind.OBJECTION,
    CodedChoice.TYPE_1_OPT_OUT: ChoiceKind.TYPE_1_OPT_OUT,
}
"""Which choice a code of a partner's record becomes; always about all organisations alike."""

ABOUT_AN_ORGANISATION: Final = (
    ChoiceKind.EXCLUDED_ORGANISATION,
    ChoiceKind.CONSENT,
    ChoiceKind.COLLEAGUE,
)
ABOUT_A_WORKER: Final = (
    ChoiceKind.EXCLUDED_WORKER,
    ChoiceKind.OWN_FAMILY,
    ChoiceKind.INVESTIGATION,
)
MAY_BE_ABOUT_ONE: Final = (ChoiceKind.OBJECTION, ChoiceKind.LIMIT, ChoiceKind.COURT_RESTRICTION)
OF_A_PART: Final = (ChoiceKind.LIMIT, ChoiceKind.COURT_RESTRICTION, ChoiceKind.CONSENT)
REACH_ONLY: Final = (ChoiceKind.PROTECTED_ADDRESS,)

CAN_BE_STEPPED_OVER: Final = (ChoiceKind.OBJECTION, ChoiceKind.LIMIT)
"""Choices of the person themselves that a greater need may step over; a protection never."""
GREATER_NEED: Final = (
    ConfidentialityBasis.PUBLIC_INTEREST,
    ConfidentialityBasis.STATUTE,
    ConfidentialityBasis.COURT_ORDER,
)
LONGEST_OVERRIDE: Final = timedelta(days=28)
REVIEW_WITHIN: Final = timedelta(days=28)
"""The reference alliance states no times; a month is how often its networks meet about a person."""

LONGEST_WORDS: Final = 2000
ASK_THE_OFFICER: Final = (
    "Only the information governance officer and the record steward do this. Ring them."
)


@dataclass(frozen=True)
class ChoiceDraft:
    """What somebody wants to record about a person's choice, not written yet."""

    kind: ChoiceKind
    how: HowTold
    said_on: date
    party_id: uuid.UUID | None = None
    party_name: str = ""
    category: DataCategory | None = None
    lets_in: Sequence[tuple[uuid.UUID, str]] = ()
    words: str = ""
    decided_by: DecidedBy = DecidedBy.PERSON
    decided_by_name: str = ""
    capacity_words: str = ""
    review_on: date | None = None


@dataclass(frozen=True)
class Reason:
    """Why not, and which field of a page it is about."""

    words: str
    field: str | None = None


def why_not_keep(viewer: Viewer, kind: ChoiceKind, *, is_open: bool) -> str | None:
    """Why this viewer may not record or end a choice of this kind at all.

    `is_open`: the person's record opens to the viewer, so something connects the two.
    """
    if viewer.kind is AccountKind.BACKGROUND_JOB:
        return None
    if viewer.kind is AccountKind.RESIDENT:
        # `is_open` then says whether it is their own page.
        is_theirs = is_open and is_own_choice(viewer, kind)
        return None if is_theirs else "Ring us: this is not decided on your own page."
    if kind in PROTECTIONS:
        return None if viewer.may(KEEP_PROTECTIONS) else ASK_THE_OFFICER
    if viewer.may(KEEP_PROTECTIONS):
        return None
    if not viewer.may(KEEP_CHOICES):
        return "Your role does not record what people decide about sharing."
    return None if is_open else "Nothing connects you with this person today."


def why_not_record(
    draft: ChoiceDraft,
    *,
    by: Viewer,
    is_open: bool,
    today: date,
    standing: Collection[Choice],
    authorities: Collection[Authority],
) -> Reason | None:
    """Why this cannot be recorded; `standing` and `authorities` are the person's open ones."""
    if words := why_not_keep(by, draft.kind, is_open=is_open):
        return Reason(words)
    if draft.said_on > today:
        return Reason("That day is still to come. Enter today or a day before.", "said_on")
    return (
        _why_not_about(draft, by=by)
        or _why_not_decided(draft, authorities)
        or _why_not_beside(draft, standing)
    )


def _why_not_about(  # noqa: PLR0911 - one reason after another reads best flat
    draft: ChoiceDraft, *, by: Viewer
) -> Reason | None:
    if draft.kind in ABOUT_AN_ORGANISATION and draft.party_id is None:
        return Reason("Choose the organisation this is about.", "organisation")
    if draft.kind in ABOUT_A_WORKER and draft.party_id is None:
        return Reason("Say which worker this is about.", "worker")
    if draft.kind in (ChoiceKind.EXCLUDED_WORKER, ChoiceKind.INVESTIGATION) and (
        draft.party_id is not None and draft.party_id == by.account_id
    ):
        return Reason("Ask a colleague to record this: nobody records it of themselves.", "worker")
    if draft.kind is ChoiceKind.LIMIT and draft.category is None:
        return Reason("Choose the part of the record this is about.", "category")
    if draft.category is DataCategory.WHO:
        return Reason("A name cannot be kept back by itself: seal the record instead.", "category")
    if draft.kind is ChoiceKind.SOMEBODY_CLOSE and not draft.party_name.strip():
        return Reason("Say who should not be told.", "party_name")
    if draft.kind in PROTECTIONS and not draft.words.strip():
        return Reason("Say why, in a few words.", "words")
    if len(draft.words) > LONGEST_WORDS:
        return Reason(f"Use {LONGEST_WORDS} characters or fewer.", "words")
    return None


def _why_not_decided(draft: ChoiceDraft, authorities: Collection[Authority]) -> Reason | None:
    if draft.decided_by is DecidedBy.BEST_INTERESTS and not draft.capacity_words.strip():
        return Reason(
            "Say why they could not decide this now, who was asked and what they would want.",
            "capacity_words",
        )
    if draft.decided_by is not DecidedBy.ATTORNEY:
        return None
    if not draft.decided_by_name:
        return Reason("Choose who decided for them.", "decided_by_name")
    if any(one.name == draft.decided_by_name and may_decide(one) for one in authorities):
        return None
    return Reason(
        f"We have not seen a paper by which {draft.decided_by_name} may decide about this. "
        "Record who may speak for them, and the paper you saw, first.",
        "decided_by_name",
    )


def may_decide(authority: Authority) -> bool:
    """Whether somebody may decide about sharing for the person: the right paper, seen."""
    return authority.ended_at is None and authority.kind in DECIDES and authority.evidence in SEEN


def _why_not_beside(draft: ChoiceDraft, standing: Collection[Choice]) -> Reason | None:
    for choice in standing:
        if draft.kind is ChoiceKind.TOLD and choice.kind is ChoiceKind.TOLD:
            if choice.said_on == draft.said_on:
                return Reason("It is recorded already that they were told on this day.", "said_on")
            continue
        is_same = (choice.kind, choice.party_id, choice.category or None, choice.party_name) == (
            draft.kind,
            draft.party_id,
            draft.category,
            draft.party_name,
        )
        if is_same:
            return Reason("This is recorded already, and stands.")
        if (
            draft.kind is ChoiceKind.CONSENT
            and choice.kind in (ChoiceKind.OBJECTION, ChoiceKind.EXCLUDED_ORGANISATION)
            and choice.party_id in (None, draft.party_id)
        ):
            return Reason(
                f"“{choice.kind.label}” stands since {choice.said_on:%-d %B %Y}. Take it back "
                "first, if they have changed their mind."
            )
    return None


def why_not_end(choice: Choice, *, why: str, by: Viewer, is_open: bool) -> Reason | None:
    """Why a choice cannot be taken back by this viewer."""
    if words := why_not_keep(by, choice.kind, is_open=is_open):
        return Reason(words)
    if choice.ended_at is not None:
        return Reason("This has already been taken back.")
    return None if why.strip() else Reason("Say why, in a few words.", "why")


def why_not_override(  # noqa: PLR0911 - one reason after another reads best flat
    choice: Choice,
    *,
    reason: str,
    basis: ConfidentialityBasis,
    last_on: date,
    review_on: date,
    by: Viewer,
    is_open: bool,
    today: date,
) -> Reason | None:
    """Why a choice cannot be stepped over; urgent care and safeguarding need no override."""
    if words := why_not_keep(by, choice.kind, is_open=is_open):
        return Reason(words)
    if choice.ended_at is not None:
        return Reason("This choice has been taken back: nothing is left to step over.")
    if choice.kind not in CAN_BE_STEPPED_OVER:
        return Reason("This is not stepped over. Ask the information governance officer.")
    if basis not in GREATER_NEED:
        return Reason("Choose why the law allows it.", "basis")
    if not reason.strip():
        return Reason("Say why it is needed, in a few words.", "reason")
    if not today <= last_on <= today + LONGEST_OVERRIDE:
        return Reason(
            f"Choose a last day from today up to {LONGEST_OVERRIDE.days} days from now.", "last_on"
        )
    if not today <= review_on <= last_on + REVIEW_WITHIN:
        return Reason(
            f"Choose a day for looking at it again, at most {REVIEW_WITHIN.days} days after the "
            "last day.",
            "review_on",
        )
    return None


def why_not_review(override: ChoiceOverride, *, words: str, by: Viewer) -> Reason | None:
    """Why this viewer does not settle the review of an override."""
    if override.reviewed_at is not None:
        return Reason("This has been looked at already.")
    if by.account_id == override.made_by_id and by.account_id is not None:
        return Reason("Somebody else looks at this again: nobody reviews their own.")
    if not (by.may(KEEP_PROTECTIONS) or by.may(KEEP_CHOICES)):
        return Reason("Your role does not review this.")
    return None if words.strip() else Reason("Say what you found, in a few words.", "words")


def why_not_authority(
    *, name: str, evidence: Evidence, seen_on: date | None, by: Viewer, is_open: bool, today: date
) -> Reason | None:
    """Why somebody cannot be recorded as caring for a person or deciding for them."""
    if words := why_not_keep(by, ChoiceKind.TOLD, is_open=is_open):
        return Reason(words)
    if not name.strip():
        return Reason("Say their name.", "name")
    if evidence in SEEN and seen_on is None:
        return Reason("Say on which day you saw it.", "seen_on")
    if seen_on is not None and seen_on > today:
        return Reason("That day is still to come.", "seen_on")
    return None


def stops(purpose: Purpose, sharing: SharingRule) -> tuple[ChoiceKind, ...]:
    """Which choices take somebody out of what is done for this purpose in a place.

    Care itself and keeping somebody safe are stopped by no opt-out (national data opt-out
    operational policy guidance 4.0; type 1 opt-outs stop what goes beyond care only). For care, an
    objection stops being listed before other organisations, where the place respects it. What is
    sealed or restricted by a court is used for nothing but care.
    """
    if purpose is Purpose.SAFEGUARDING:
        return ()
    found: list[ChoiceKind] = [ChoiceKind.SEAL, ChoiceKind.COURT_RESTRICTION]
    if sharing.respects_objection:
        found.append(ChoiceKind.OBJECTION)
    if purpose is Purpose.DIRECT_CARE:
        return tuple(found)
    found.append(ChoiceKind.TYPE_1_OPT_OUT)
    if sharing.respects_national_opt_out:
        found.append(ChoiceKind.NATIONAL_OPT_OUT)
    return tuple(found)
