"""What the room keeps, one thing a file."""

from oneplace.community.models.group import Attendance, Group, Member, MemberEvent, Session
from oneplace.community.models.money import Fund, Grant, GrantCondition, GrantReport
from oneplace.community.models.talking import (
    Call,
    Companion,
    CompanionEvent,
    Contact,
    PointOfAccess,
)
from oneplace.community.models.terms import (
    GRANT,
    CallOutcome,
    ContactOutcome,
    FundKind,
    GrantState,
    PointKind,
    UnmetBecause,
)
from oneplace.community.models.unmet import UnmetNeed

__all__ = [
    "GRANT",
    "Attendance",
    "Call",
    "CallOutcome",
    "Companion",
    "CompanionEvent",
    "Contact",
    "ContactOutcome",
    "Fund",
    "FundKind",
    "Grant",
    "GrantCondition",
    "GrantReport",
    "GrantState",
    "Group",
    "Member",
    "MemberEvent",
    "PointKind",
    "PointOfAccess",
    "Session",
    "UnmetBecause",
    "UnmetNeed",
]
