"""Why the purpose of keeping somebody safe may not be worn, or not be taken off; or None."""

from datetime import datetime, timedelta
from typing import Final

from oneplace.access.models.worn import LONGEST_WORN, WornPurpose
from oneplace.access.permissions import OPEN_EMERGENCY, WEAR_SAFEGUARDING
from oneplace.access.rules.emergency import MOST_REFUSED, SHORTEST_REASON
from oneplace.access.viewer import Viewer
from oneplace.vocabulary.terms import AccountKind

NOT_ON_DUTY: Final = (
    "Only the safeguarding team looks into concerns. Ring them, or raise a concern with them."
)
NOTHING_OPENS: Final = (
    "No record opens this way. If somebody is in danger, ring 999. The information governance "
    "officer can tell you more."
)
"""The same words for nobody there, for a sealed record, and for a worker the person keeps out."""


def why_not_wear(by: Viewer) -> str | None:
    """Why this viewer never looks into a concern."""
    if by.kind is not AccountKind.STAFF or by.organisation_id is None:
        return NOT_ON_DUTY
    may = by.may(WEAR_SAFEGUARDING) and by.may(OPEN_EMERGENCY)
    if not (may and by.is_on_safeguarding_team):
        return NOT_ON_DUTY
    return None


def why_not_wear_now(
    by: Viewer, *, reason: str, lasts: timedelta, refused_lately: int
) -> tuple[str, str | None] | None:
    """Why not for this concern, and the field it is about."""
    if words := why_not_wear(by):
        return words, None
    if len(reason.strip()) < SHORTEST_REASON:
        return "Say in a sentence what the concern is: it is kept with the look.", "reason"
    if not timedelta(0) < lasts <= LONGEST_WORN:
        return "A look lasts up to 4 hours. Start another when you need it.", "hours"
    if refused_lately >= MOST_REFUSED:
        return "Too many attempts within the hour opened nothing. Ring your manager.", None
    return None


def why_not_take_off(worn: WornPurpose, *, by: Viewer, at: datetime) -> str | None:
    """Why a look cannot be ended now."""
    if worn.account_id != by.account_id:
        return "Only whoever looks ends it."
    return None if is_worn(worn, at=at) else "This has already ended."


def is_worn(worn: WornPurpose, *, at: datetime) -> bool:
    """Whether the record still opens by it."""
    return (worn.ended_at or worn.ends_at) > at
