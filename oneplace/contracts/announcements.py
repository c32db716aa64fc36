"""What this room tells later rooms."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class DecisionMade:
    """A decision took its last step: it is in force from its day, or was refused or replaced."""

    decision_id: uuid.UUID
    is_in_force: bool
    at: datetime
    # Who did it (`access.viewer.Viewer`, which stands above this module).
    by: Any = None


@dataclass(frozen=True)
class DecisionSentBack:
    """A partner's own board said no: the decision is with our board again."""

    decision_id: uuid.UUID
    organisation_id: uuid.UUID
    at: datetime
    by: Any = None


@dataclass(frozen=True)
class QuestionAnswered:
    """Somebody who asked the alliance in public has an answer."""

    question_id: uuid.UUID
    asked_by_id: uuid.UUID | None
    at: datetime
    by: Any = None
