"""What this room tells later rooms."""

import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class MessageAnswered:
    """Somebody answered a message; the room named in `cause_room` knows what it means."""

    message_id: uuid.UUID
    answer_id: uuid.UUID
    cause_room: str
    cause_kind: str
    cause_id: uuid.UUID | None
    person_id: uuid.UUID | None
    choice: str
    at: datetime


@dataclass(frozen=True)
class MessageFailed:
    """A message could not be delivered, whatever was tried."""

    message_id: uuid.UUID
    cause_room: str
    cause_kind: str
    cause_id: uuid.UUID | None
    person_id: uuid.UUID | None
    at: datetime
