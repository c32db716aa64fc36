"""Who may let somebody come to an own page, and what is decided there by whose page it is."""

from typing import Final

from oneplace.access.models.account import OwnRecord
from oneplace.access.models.choice import ChoiceKind
from oneplace.access.permissions import KEEP_CHOICES
from oneplace.access.viewer import Viewer
from oneplace.vocabulary.terms import AccountKind

OWN_CHOICES: Final = (
    ChoiceKind.OBJECTION,
    ChoiceKind.EXCLUDED_ORGANISATION,
    ChoiceKind.EXCLUDED_WORKER,
    ChoiceKind.LIMIT,
    ChoiceKind.CONSENT,
    ChoiceKind.SOMEBODY_CLOSE,
)
"""What a person decides by themselves on their own page."""
LONGEST_HOW: Final = 500
LEAST_HOW: Final = 10
"""Letters of how it was confirmed below which nobody was asked anything."""

Reason = tuple[str, str | None]


def why_not_let_in(
    *, name: str, how: str, was_alone: bool, is_open: bool, by: Viewer
) -> Reason | None:
    """Why nobody may be let in to this person's own page now, and the field it is about."""
    if reason := why_not_keep_own(is_open=is_open, by=by):
        return reason, None
    if not name.strip():
        return "Write their name, as the person says it.", "name"
    return why_not_confirmed(how=how, was_alone=was_alone)


def why_not_confirmed(*, how: str, was_alone: bool) -> Reason | None:
    """Why what was asked of the person does not count as their word."""
    if not was_alone:
        return (
            "Ask the person when nobody else is with them: whoever stands beside them may be "
            "the reason for a yes. Then come back.",
            "was_alone",
        )
    if len(how.strip()) < LEAST_HOW:
        return "Say where and how you asked them, in a few words.", "how"
    if len(how) > LONGEST_HOW:
        return f"Say it in at most {LONGEST_HOW} characters.", "how"
    return None


def why_not_keep_own(*, is_open: bool, by: Viewer) -> str | None:
    """Why this viewer may not say who comes to this person's own page."""
    if by.kind is not AccountKind.STAFF or not by.may(KEEP_CHOICES):
        return "Your role does not say who comes to people’s own pages."
    return None if is_open else "Nothing connects you with this person today."


def why_not_suspend(
    own: OwnRecord, *, why: str, is_open: bool, is_own: bool, by: Viewer
) -> str | None:
    """Why an account may not be shut out now; `is_own` where the person says so themselves."""
    if not (is_own and own.is_supporter) and (reason := why_not_keep_own(is_open=is_open, by=by)):
        return reason
    if own.ended_at is not None:
        return "This has ended for good already."
    # In a hurry nobody has to explain: a reason is asked of people at work alone.
    if not is_own and not why.strip():
        return "Say why, in a few words."
    return None


def is_own_choice(viewer: Viewer, kind: ChoiceKind) -> bool:
    """Whether this is for the person to decide by themselves, on their own page."""
    return viewer.kind is AccountKind.RESIDENT and kind in OWN_CHOICES
