"""What this room tells later rooms."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class DirectoriesRead:
    """Pages of a directory of services came in and were read; the services are in them."""

    delivery_ids: Sequence[uuid.UUID]
    # Who reads (`access.viewer.Viewer`, which stands above this module).
    by: Any
    at: datetime
