"""Numbers of the community services' export, and the few words its sheets share.

Sheets after the first name a referral, an episode, a stay, a review or a huddle case instead of the
person: each such number is a number of the same person, which the sheet that opens it says.
"""

from datetime import datetime
from typing import Any, Final

from oneplace.feeds.tables.saying import Saying
from oneplace.vocabulary.rows import SameSaid, SubjectKey

REFERRAL: Final = "referral"
EPISODE: Final = "life"
SPELL: Final = "spell"
MEDICINES: Final = "medicines"
HUDDLE_CASE: Final = "huddle_case"


def person(saying: Saying, number: str, column: str = "patient_id") -> SubjectKey:
    """Whoever the services mean by a number of theirs."""
    return SubjectKey(f"community:{saying.organisation}", saying.need(column, number))


def about(saying: Saying, what: str, column: str, number: str) -> SubjectKey:
    """Whoever a referral, an episode, a stay, a review or a huddle case is about."""
    return SubjectKey(f"community:{saying.organisation}:{what}", saying.need(column, number))


def same(saying: Saying, kept: SubjectKey, other: SubjectKey) -> SameSaid:
    """That both are numbers of one person."""
    return SameSaid(saying.source, kept, other, saying.said_at, saying.place, saying.version)


def words(code: str) -> str:
    """A code of theirs as words."""
    return code.replace("_", " ")


def iso(at: datetime | None) -> str:
    """A moment as text, empty for none."""
    return at.isoformat() if at else ""


def told(*parts: dict[str, str]) -> list[dict[str, Any]]:
    """Those of which the last thing is said."""
    return [dict(part) for part in parts if list(part.values())[-1]]
