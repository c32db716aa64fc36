"""Why something may not be done with a visit: the reason in words, or nothing."""

from datetime import datetime, timedelta
from typing import Final

from oneplace.access.viewer import Viewer
from oneplace.visits.models import OPEN, TO_COME, VISIT, DoorStep, Outing, Visit, VisitState
from oneplace.visits.permissions import BOOK_VISIT, MAKE_VISITS

LONGEST_WORDS: Final = 4000
LONGEST_MINUTES: Final = 8 * 60
LATEST_MINUTES: Final = 4 * 60
GRACE: Final = timedelta(minutes=10)
"""How long after the time somebody gave nobody is asked; then they are."""
ANSWERS_WITHIN: Final = timedelta(minutes=15)
"""How long a worker who was asked has, before whoever leads is told."""

Reason = tuple[str, str | None]
"""The reason in words, and the field it is about."""


def why_not_book(  # noqa: PLR0911 - one reason after another
    *,
    is_connected: bool,
    is_dead: bool,
    opens_at: datetime,
    closes_at: datetime,
    minutes: int,
    has_somebody: bool,
    by: Viewer,
    at: datetime,
) -> Reason | None:
    """Why a visit may not be booked."""
    if not by.may(BOOK_VISIT):
        return "Your role does not book visits.", None
    if not is_connected:
        return "Nothing connects you with this person now, so you book no visit to them.", None
    if is_dead:
        return "This person has died. Ring the family, and stop what is under way.", None
    if not has_somebody:
        return "Say who goes, or which team sends somebody.", "worker"
    if closes_at < opens_at:
        return "The visit would end before it begins.", "closes_at"
    if closes_at <= at:
        return "This time is over. Choose one to come.", "opens_at"
    if not 0 < minutes <= LONGEST_MINUTES:
        return f"A visit takes 1 to {LONGEST_MINUTES} minutes.", "minutes"
    return None


def goes(visit: Visit, *, by: Viewer) -> bool:
    """Whether the viewer is whoever goes, or works in their team and goes to people's doors."""
    if not by.may(MAKE_VISITS):
        return False
    return visit.worker_id == by.account_id or visit.team_id in by.parties


def arranges(visit: Visit, *, by: Viewer) -> bool:
    """Whether the viewer may move or cancel it: booked it, goes, or arranges visits here."""
    if by.account_id in (visit.booked_by_id, visit.worker_id):
        return True
    if not by.may(BOOK_VISIT):
        return False
    ours = (visit.team_id, visit.organisation_id)
    return any(party is not None and party in by.parties for party in ours)


def why_not_go_on(visit: Visit, after: VisitState, *, by: Viewer) -> str | None:
    """Why whoever goes may not say that they are there, done, or before a closed door."""
    if not goes(visit, by=by):
        return "Only whoever goes on this visit, or their team, can say this."
    if visit.state == VisitState.MOVED:
        return "This visit was moved to another time meanwhile. Look at the new one."
    if visit.state == VisitState.CANCELLED:
        return f"This visit was cancelled meanwhile: {visit.ended_why or 'no reason was written'}"
    return VISIT.why_not(visit.state, after)


def why_not_say_late(visit: Visit, minutes: int, *, by: Viewer) -> Reason | None:
    """Why whoever goes may not say that they run late."""
    if not goes(visit, by=by):
        return "Only whoever goes on this visit, or their team, can say this.", None
    if visit.state not in TO_COME:
        return f"This visit is {visit.state.label.lower()}: nobody waits for it any more.", None
    if not 0 < minutes <= LATEST_MINUTES:
        return (
            f"Say how many minutes later, from 1 to {LATEST_MINUTES}. Later than that, move the "
            "visit.",
            "minutes",
        )
    return None


def why_not_move(
    visit: Visit, *, why: str, opens_at: datetime, closes_at: datetime, by: Viewer, at: datetime
) -> Reason | None:
    """Why a visit may not be moved to another window."""
    if not arranges(visit, by=by):
        return (
            "Only whoever booked this visit, goes on it, or arranges visits here can move it.",
            None,
        )
    if visit.state not in TO_COME:
        return "Only a visit still to come can be moved.", None
    if not why.strip():
        return "Write why it is moved; the person is told.", "why"
    if closes_at < opens_at:
        return "The visit would end before it begins.", "closes_at"
    if closes_at <= at:
        return "This time is over. Choose one to come.", "opens_at"
    return None


def why_not_cancel(visit: Visit, *, why: str, by: Viewer) -> Reason | None:
    """Why a visit may not be cancelled."""
    if not arranges(visit, by=by):
        return (
            "Only whoever booked this visit, goes on it, or arranges visits here can cancel it.",
            None,
        )
    if visit.state not in (*TO_COME, VisitState.NO_ANSWER):
        return "Only a visit still to come can be cancelled.", None
    if not why.strip():
        return "Write why it does not happen.", "why"
    return None


def why_not_plan(visit: Visit, *, by: Viewer) -> str | None:
    """Why a round may not give a visit to somebody, or put it at another minute of its window."""
    if not arranges(visit, by=by):
        return "Only whoever arranges visits here can plan this one."
    if visit.state != VisitState.BOOKED:
        return "Only a visit nobody has set out for can be planned anew."
    if visit.is_locked:
        return "This visit is locked: its worker and time stay. Unlock it first."
    return None


def why_not_write(visit: Visit, words: str, *, by: Viewer) -> Reason | None:
    """Why a note may not be written."""
    if not goes(visit, by=by):
        return "Only whoever went on this visit, or their team, writes its note.", None
    if not words.strip():
        return "Write what happened.", "words"
    if len(words) > LONGEST_WORDS:
        return f"Write at most {LONGEST_WORDS:,} characters.", "words"
    return None


def why_not_step(
    visit: Visit, step: DoorStep, words: str, *, is_found: bool, by: Viewer
) -> Reason | None:
    """Why something done before a closed door may not be written down."""
    if not (goes(visit, by=by) or arranges(visit, by=by)):
        return "Only whoever stands at the door, or their team, can say this.", None
    if visit.nobody_answered_at is None:
        return "Say first that nobody answered.", None
    if is_found:
        return "They have been found already.", None
    if step is DoorStep.FOUND and not words.strip():
        return "Write where they are and how they are.", "words"
    return None


def why_not_check_in(
    visit: Visit, *, out_by_at: datetime, is_in: bool, by: Viewer, at: datetime
) -> Reason | None:
    """Why somebody may not check in."""
    if not goes(visit, by=by):
        return "Only whoever goes on this visit checks in for it.", None
    if visit.state not in OPEN:
        return "This visit is over.", None
    if is_in:
        return "You are checked in already.", None
    if out_by_at <= at:
        return "This time is over. Say when you expect to be out.", "out_by_at"
    return None


def why_not_check_out(outing: Outing) -> str | None:
    """Why somebody may not check out."""
    return "You are checked out already." if outing.out_at is not None else None
