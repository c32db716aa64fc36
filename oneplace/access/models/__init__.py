"""What the room keeps, one thing a file."""

from oneplace.access.models.account import Account, OwnRecord
from oneplace.access.models.audit import AuditEntry, AuditOutcome, AuditPerson, AuditSeal
from oneplace.access.models.hat import Hat, Invitation
from oneplace.access.models.relationship import Relationship, RelationshipEvent

__all__ = [
    "Account",
    "AuditEntry",
    "AuditOutcome",
    "AuditPerson",
    "AuditSeal",
    "Hat",
    "Invitation",
    "OwnRecord",
    "Relationship",
    "RelationshipEvent",
]
