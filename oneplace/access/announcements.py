"""What this room tells later rooms."""

import enum
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class LeaverRecorded:
    """Somebody's access has ended; what is still open in their name needs another owner."""

    account_id: uuid.UUID
    # The viewer who recorded it (`access.viewer.Viewer`, which stands above this module).
    by: Any
    at: datetime


@dataclass(frozen=True)
class CopyWanted:
    """A copy of a record is to be made in the background, for the partner who was asked."""

    right_id: uuid.UUID
    organisation_id: uuid.UUID


@dataclass(frozen=True)
class PartsAsked:
    """These partners have to review what they recorded, before a copy of everything is released."""

    # The `access.models.Right`, which stands above this module.
    right: Any
    organisation_ids: Sequence[uuid.UUID]
    by: Any
    at: datetime


@dataclass(frozen=True)
class RightSigned:
    """A second officer signed what another reviewed of a request about somebody's own data."""

    right_id: uuid.UUID
    is_erasure: bool


@dataclass(frozen=True)
class LeaverTakenBack:
    """A leaving was recorded by mistake; access is as it was."""

    account_id: uuid.UUID
    by: Any
    at: datetime


@dataclass(frozen=True)
class ChoicesChanged:
    """What these people decided about sharing, or what protects them, has changed."""

    person_ids: Sequence[uuid.UUID]
    # The word of an `access.models.ChoiceKind`.
    kind: str
    by: Any
    at: datetime


@dataclass(frozen=True)
class EmergencyOpened:
    """A record was opened in an emergency: officers must hear of it, and mostly the person."""

    # The `access.models.EmergencyAccess`, which stands above this module.
    emergency: Any
    by: Any
    at: datetime


@dataclass(frozen=True)
class EmergencyReviewed:
    """An officer has said what to make of an emergency access."""

    emergency: Any
    by: Any
    at: datetime


@dataclass(frozen=True)
class LookAsked:
    """Somebody asked about a look at a record: whoever answers for it must hear."""

    # The `access.models.LookQuestion`.
    question: Any
    by: Any
    at: datetime


@dataclass(frozen=True)
class LookAnswered:
    """A question about a look has its answer."""

    question: Any
    by: Any
    at: datetime


class AgreementStep(enum.Enum):
    """What happened to a version of a sharing agreement."""

    WRITTEN = "written"
    SIGNED_BY_ALL = "signed by all"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class AgreementChanged:
    """A version of a sharing agreement was written, signed by all, stopped or withdrawn."""

    # The `access.models.SharingAgreement`, as it stands now.
    agreement: Any
    did: AgreementStep
    by: Any
    at: datetime
