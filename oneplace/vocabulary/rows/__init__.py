"""Row shapes: what one part of the house hands to the next, whatever store it keeps them in."""

from oneplace.vocabulary.rows.said import (
    AgentSaid,
    EntrySaid,
    IdentitySaid,
    ReachSaid,
    Said,
    SameSaid,
    SubjectKey,
    Unmapped,
)

__all__ = [
    "AgentSaid",
    "EntrySaid",
    "IdentitySaid",
    "ReachSaid",
    "Said",
    "SameSaid",
    "SubjectKey",
    "Unmapped",
]
