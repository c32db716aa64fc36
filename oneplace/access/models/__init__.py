"""What the room keeps, one thing a file."""

from oneplace.access.models.account import Account, OwnDevice, OwnLink, OwnRecord
from oneplace.access.models.agreement import (
    AgreementParty,
    AgreementTerm,
    SharingAgreement,
    SourceOwner,
)
from oneplace.access.models.audit import AuditEntry, AuditPerson, AuditSeal
from oneplace.access.models.barrier import Barrier, BarrierEvent, Permit
from oneplace.access.models.choice import (
    PROTECTIONS,
    Authority,
    AuthorityEvent,
    AuthorityKind,
    Choice,
    ChoiceEvent,
    ChoiceKind,
    ChoiceOverride,
    ChoiceOverrideEvent,
    DecidedBy,
    Evidence,
    HowTold,
)
from oneplace.access.models.client import ClientSystem, ClientToken
from oneplace.access.models.demo import DemoPerson
from oneplace.access.models.emergency import (
    EmergencyAccess,
    EmergencyGround,
    EmergencyOutcome,
    LookQuestion,
    UnusualAccess,
    UnusualKind,
    UnusualOutcome,
)
from oneplace.access.models.hat import Hat, Invitation
from oneplace.access.models.leaving import Leaving
from oneplace.access.models.national import NationalAsked, NationalCheck, NationalClearance
from oneplace.access.models.relationship import Relationship, RelationshipEvent
from oneplace.access.models.retention import RetentionDue, RetentionHold, RetentionReview
from oneplace.access.models.right import (
    Right,
    RightCopy,
    RightHandover,
    RightItem,
    RightPart,
    RightStep,
)
from oneplace.access.models.session import FailedSignIn, KnownPlace, Session
from oneplace.access.models.worn import WornPurpose

__all__ = [
    "PROTECTIONS",
    "Account",
    "AgreementParty",
    "AgreementTerm",
    "AuditEntry",
    "AuditPerson",
    "AuditSeal",
    "Authority",
    "AuthorityEvent",
    "AuthorityKind",
    "Barrier",
    "BarrierEvent",
    "Choice",
    "ChoiceEvent",
    "ChoiceKind",
    "ChoiceOverride",
    "ChoiceOverrideEvent",
    "ClientSystem",
    "ClientToken",
    "DecidedBy",
    "DemoPerson",
    "EmergencyAccess",
    "EmergencyGround",
    "EmergencyOutcome",
    "Evidence",
    "FailedSignIn",
    "Hat",
    "HowTold",
    "Invitation",
    "KnownPlace",
    "Leaving",
    "LookQuestion",
    "NationalAsked",
    "NationalCheck",
    "NationalClearance",
    "OwnDevice",
    "OwnLink",
    "OwnRecord",
    "Permit",
    "Relationship",
    "RelationshipEvent",
    "RetentionDue",
    "RetentionHold",
    "RetentionReview",
    "Right",
    "RightCopy",
    "RightHandover",
    "RightItem",
    "RightPart",
    "RightStep",
    "Session",
    "SharingAgreement",
    "SourceOwner",
    "UnusualAccess",
    "UnusualKind",
    "UnusualOutcome",
    "WornPurpose",
]
