"""When a request about somebody's own data is due, and why a step may not be taken: or None.

The month: Information Commissioner's Office, guidance on the right of access (Open Government
Licence): one calendar month from the day of receipt, or from the day identity is shown where it was
in doubt and asked for at once; the corresponding day of the next month, or its last day where there
is none; the next working day where it falls on a weekend or holiday; two months more for complex or
many requests, the person being told why within the first.
"""

import calendar
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Final

from oneplace.access.models import Right, RightItem, RightPart
from oneplace.access.models.right import STATES, ItemDecision, RightKind, RightState, WhoAsks
from oneplace.access.permissions import HANDLE_RIGHTS
from oneplace.access.viewer import Viewer
from oneplace.kit.formats import sentence_list
from oneplace.vocabulary.terms import AccountKind, Term

MOST_EXTENDED: Final = 2
LEAST_REASON: Final = 3
"""Letters of a reason below which nobody has been told anything."""


class ErasureGround(Term):
    """Why the law lets something be erased (UK GDPR article 17(1), and 17(3) for care)."""

    NO_LONGER_NEEDED = "no_longer_needed", "Kept longer than it is needed"
    UNLAWFUL = "unlawful", "Recorded without a lawful reason, or about the wrong person"
    CONSENT_WITHDRAWN = "consent_withdrawn", "Rested on consent alone, which was withdrawn"
    ORDER = "order", "A court or regulator orders it"


WHY_MOSTLY_REFUSED: Final = (
    "Care records are kept because the law asks for it and because care rests on them, so the "
    "right to erasure reaches few of them (UK GDPR article 17(3)): what is about the wrong "
    "person, what rested on consent alone, what is kept too long, and what a court orders gone."
)


def due_on(
    starts_on: date, *, extended_by_months: int = 0, is_working_day: Callable[[date], bool]
) -> date:
    """The day by which a request received on `starts_on` must be answered."""
    months = starts_on.month - 1 + 1 + extended_by_months
    year, month = starts_on.year + months // 12, months % 12 + 1
    last = calendar.monthrange(year, month)[1]
    due = date(year, month, min(starts_on.day, last))
    while not is_working_day(due):
        due += timedelta(days=1)
    return due


def is_own(viewer: Viewer, name: str) -> bool:
    """Whether somebody of this name may be the viewer; the database knows more surely."""
    return _folded(viewer.name) == _folded(name)


def _folded(name: str) -> tuple[str, ...]:
    return tuple(sorted(name.casefold().split()))


def why_not_handle(viewer: Viewer, right: Right) -> str | None:
    """Why this viewer may do nothing about this request."""
    if viewer.kind is AccountKind.BACKGROUND_JOB:
        return None
    if viewer.account_id is None or not viewer.may(HANDLE_RIGHTS):
        return "Requests about people’s own data are handled by the information governance officer."
    if viewer.organisation_id not in (right.organisation_id, right.asked_id, *right.source_ids):
        return "This request was made to another partner; its officer handles it."
    if is_own(viewer, right.person_name) or is_own(viewer, right.asker_name):
        return (
            "Nobody handles a request of their own, or of somebody of their name: ask a colleague."
        )
    return None


def answers_for(viewer: Viewer, right: Right) -> bool:
    """Whether the viewer's partner answers the request, and does not only review its part."""
    if viewer.kind is AccountKind.BACKGROUND_JOB:
        return True
    return viewer.organisation_id in (right.organisation_id, right.asked_id)


def why_not_answer_for(viewer: Viewer, right: Right) -> str | None:
    """Why this viewer may not do what is for the partner who was asked."""
    if answers_for(viewer, right):
        return None
    return "The partner who was asked answers this request; you review what your own recorded."


def decides(viewer: Viewer, right: Right, part: RightPart | None) -> bool:
    """Whether an item is the viewer's to decide; `part` is the one it belongs to, if any does.

    What a partner recorded is decided by its own officer until they have reviewed it; all else, and
    what was taken over, by whoever answers the request.
    """
    if part is None or part.taken_over_why:
        return answers_for(viewer, right)
    return viewer.organisation_id == part.organisation_id and part.reviewed_at is None


def why_not_decide_for(
    viewer: Viewer, right: Right, part: RightPart | None, *, named: str
) -> str | None:
    """Why this viewer may not decide an item; `named` is the partner who recorded it."""
    if decides(viewer, right, part):
        return None
    if part is not None and part.reviewed_at is not None:
        return f"{part.reviewed_by_name} has reviewed what {named} recorded already."
    return f"What {named} recorded is decided by its own officer."


def why_not_review_part(
    right: Right, part: RightPart | None, items: Iterable[RightItem]
) -> str | None:
    """Why a partner's officer may not say that its part is reviewed."""
    if part is None or part.taken_over_why:
        return "Your organisation has nothing to review in this request."
    if part.reviewed_at is not None:
        return f"{part.reviewed_by_name} has reviewed it already."
    if right.state != RightState.GATHERED:
        return "It is not under review now."
    return why_not_finish_review(items)


def why_not_take_over(right: Right, part: RightPart, *, why: str, by: Viewer) -> str | None:
    """Why a part may not be reviewed in its partner's place."""
    if reason := why_not_answer_for(by, right):
        return reason
    if right.state != RightState.GATHERED or not part.is_waiting:
        return "This part does not wait for its partner."
    return why_not_reason(why, what="Say why its own officer does not review it.")


def why_not_all_reviewed(waiting: Iterable[str]) -> str | None:
    """Why the review as a whole is not finished; `waiting` are the names of partners."""
    names = list(waiting)
    if not names:
        return None
    have = "has" if len(names) == 1 else "have"
    return f"{sentence_list(names)} {have} still to review what they recorded."


def why_not_move(right: Right, to: RightState, *, reason: str = "") -> str | None:
    """Why a request may not come to this state now."""
    states = STATES[RightKind(right.kind)]
    before = RightState(right.state)
    if not states.may(before, to):
        return f"The request is at “{before.label}”; this does not follow from there."
    if states.needs_reason(to) and not _is_said(reason):
        return "Say why; the person is told."
    return None


def why_not_reason(words: str, *, what: str = "Say why in a few words.") -> str | None:
    """Why these words are no reason."""
    return None if _is_said(words) else what


def _is_said(words: str) -> bool:
    return len(words.strip()) >= LEAST_REASON


def why_not_receive(
    viewer: Viewer, *, asker_name: str, asker_is: WhoAsks, authority: str, on: date, today: date
) -> str | None:
    """Why a request may not be written down like this."""
    if viewer.account_id is None or not viewer.may(HANDLE_RIGHTS):
        return "Requests about people’s own data are written down by the officer who handles them."
    if viewer.organisation_id is None:
        return "Your post belongs to no partner, so nobody could say who was asked."
    if is_own(viewer, asker_name):
        return "Nobody handles a request of their own: ask a colleague to write it down."
    if on > today:
        return "It was received on a day that has not come yet. Check the date."
    if asker_is is not WhoAsks.PERSON and not _is_said(authority):
        return (
            "Say what was seen that lets them ask for somebody else, such as the registered power."
        )
    return None


def why_not_extend(right: Right, *, months: int, why: str, today: date) -> str | None:
    """Why more time may not be taken."""
    if not right.is_open:
        return "The request is closed."
    if right.extended_by_months:
        return "More time was taken already; it can be taken once."
    if not 1 <= months <= MOST_EXTENDED:
        return f"One or {MOST_EXTENDED} months more is all the law allows."
    if today > right.due_on:
        return "The month is over: more time is taken before it ends, not after."
    return why_not_reason(why, what="Say why it is complex; the person is told within the month.")


def open_items(items: Iterable[RightItem]) -> int:
    """How many items somebody must still decide: those that may be about somebody else."""
    return sum(1 for item in items if item.hints and not item.decision)


def why_not_finish_review(items: Iterable[RightItem]) -> str | None:
    """Why the review is not finished."""
    left = open_items(items)
    if left:
        one = (
            "item that may be about somebody else has"
            if left == 1
            else "items that may be about somebody else have"
        )
        return f"{left} {one} no decision yet."
    return None


def why_not_decide(decision: ItemDecision, *, black: Iterable[str], reason: str) -> str | None:
    """Why an item may not be decided like this."""
    if decision is ItemDecision.BLACK_OUT and not any(word.strip() for word in black):
        return "Write the words to black out, one a line, as they stand in the item."
    if decision is not ItemDecision.KEEP and not _is_said(reason):
        return "Say why; the second officer reads it, and the person may ask."
    return None


def why_not_choose(chosen: int) -> str | None:
    """Why these entries are not enough to go on with."""
    return None if chosen else "Choose at least one entry that it is about."


def why_not_erase(holds: int) -> str | None:
    """Why nothing of a record may be erased."""
    if holds:
        return "A hold stands on this record: nothing of it is erased until it is lifted."
    return None


def why_not_review_retention(
    decision: str, *, keep_until: date | None, today: date, holds: int, is_reviewed: bool
) -> str | None:
    """Why it may not be decided like this what becomes of a record past its time."""
    if is_reviewed:
        return "It was reviewed already."
    if decision == "destroy" and holds:
        return "A hold stands on this record: lift it before it is to be destroyed."
    if decision == "keep" and (keep_until is None or keep_until <= today):
        return "Say until which day it is kept; it comes back to the list then."
    return None


def why_not_answer(viewer: Viewer, right: Right) -> str | None:
    """Why this viewer may not say whether an entry is wrong."""
    if right.asked_id is not None and viewer.organisation_id != right.asked_id:
        return "The partner who recorded it answers; its officer sees the question."
    return None


def why_not_sign(viewer: Viewer, right: Right) -> str | None:
    """Why this viewer may not sign what another reviewed."""
    if viewer.account_id in (right.reviewed_by_id,):
        return "You reviewed it yourself: a second officer reads it and signs."
    return None
