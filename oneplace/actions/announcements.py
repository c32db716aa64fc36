"""What this room tells later rooms."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from oneplace.vocabulary.terms import ActionOrigin, ActionState


@dataclass(frozen=True)
class ActionMoved:
    """An action stands elsewhere now: asked, accepted, declined, passed on, done, or taken back."""

    action_id: uuid.UUID
    person_id: uuid.UUID | None
    state: ActionState
    origin: ActionOrigin
    origin_id: uuid.UUID | None
    # Who moved it (`access.viewer.Viewer`, which stands above this module).
    by: Any
    at: datetime
    is_taken_back: bool = False
