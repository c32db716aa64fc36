"""What this room tells later rooms."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class GroupAttended:
    """Somebody came to a group."""

    group_id: uuid.UUID
    person_id: uuid.UUID
    held_on: date
    at: datetime


@dataclass(frozen=True)
class GrantGiven:
    """A network gave a grant from one of its funds."""

    grant_id: uuid.UUID
    fund_id: uuid.UUID
    pence: int
    at: datetime


@dataclass(frozen=True)
class NeedUnmet:
    """Somebody asked for help that is not there."""

    unmet_id: uuid.UUID
    # The stored word of a `NeedKind`.
    need: str
    network_id: uuid.UUID | None
    at: datetime
