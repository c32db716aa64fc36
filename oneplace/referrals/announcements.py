"""What this room tells later rooms."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from oneplace.access.viewer import Viewer
from oneplace.vocabulary.terms import ConnectionState


@dataclass(frozen=True)
class ReferralMade:
    """A service was asked for somebody."""

    referral_id: uuid.UUID
    person_id: uuid.UUID
    service_id: uuid.UUID | None
    answering_id: uuid.UUID | None
    # The stored word of a `ReferralOrigin`.
    origin: str
    origin_id: uuid.UUID | None
    at: datetime
    # Who asked (`access.viewer.Viewer`, which stands above this module).
    by: Any = None


@dataclass(frozen=True)
class ReferralMoved:
    """A referral stands elsewhere than before: answered, begun, ended, sent back."""

    referral_id: uuid.UUID
    person_id: uuid.UUID
    before: ConnectionState
    after: ConnectionState
    # The stored word of a `ReferralOrigin`.
    origin: str
    origin_id: uuid.UUID | None
    by: Viewer
    at: datetime
