"""The request as our middleware leaves it, for the type checker and the reader."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from oneplace.kit.clock import Lazy


class Request(HttpRequest):
    """Django's request with what the house adds; only ever used as a type."""

    request_id: uuid.UUID
    care_clock: Lazy
    received_at: datetime
    csp_nonce: str
    viewer: Any
    htmx: Any
    session_has_ended: bool
    ended_account_id: str | None
