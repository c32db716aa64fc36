"""What this room tells later rooms."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class CaseListed:
    """Somebody came onto a huddle's list: the core team stands in a relationship to them now."""

    case_id: uuid.UUID
    person_id: uuid.UUID
    practice_id: uuid.UUID
    # Who listed them (`access.viewer.Viewer`, which stands above this module).
    by: Any
    at: datetime


@dataclass(frozen=True)
class CaseEnded:
    """Somebody was stepped down or closed; `reason` is a `CaseClosed`, empty for stepped down."""

    case_id: uuid.UUID
    person_id: uuid.UUID
    practice_id: uuid.UUID
    reason: str
    by: Any
    at: datetime


@dataclass(frozen=True)
class MeetingClosed:
    """A meeting's minutes were approved."""

    meeting_id: uuid.UUID
    person_ids: Sequence[uuid.UUID]
    by: Any
    at: datetime
