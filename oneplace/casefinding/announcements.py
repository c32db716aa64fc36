"""What this room tells later rooms."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class PersonListed:
    """A practice put somebody on its list: the next huddle there takes them up."""

    person_id: uuid.UUID
    practice_id: uuid.UUID
    suggestion_id: uuid.UUID
    at: datetime
    # Who did it (`access.viewer.Viewer`, which stands above this module).
    by: Any = None


@dataclass(frozen=True)
class PersonUnlisted:
    """Somebody left a practice's list: taken back at once, objected, moved away or died."""

    person_id: uuid.UUID
    practice_id: uuid.UUID
    suggestion_id: uuid.UUID
    at: datetime
    by: Any = None
    # In words, for whoever had them on an agenda.
    why: str = ""
