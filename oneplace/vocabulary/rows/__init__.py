"""Row shapes: what one part of the house hands to the next, whatever store it keeps them in."""

from oneplace.vocabulary.rows.said import (
    AgentSaid,
    EntrySaid,
    IdentitySaid,
    Lasting,
    ReachSaid,
    Said,
    SameSaid,
    SubjectKey,
    Unmapped,
)
from oneplace.vocabulary.rows.together import EntriesSaid, Told

__all__ = [
    "AgentSaid",
    "EntriesSaid",
    "EntrySaid",
    "IdentitySaid",
    "Lasting",
    "ReachSaid",
    "Said",
    "SameSaid",
    "SubjectKey",
    "Told",
    "Unmapped",
]
