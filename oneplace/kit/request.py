"""The request as our middleware leaves it, and what its address may say."""

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


_MOST_DIGITS = 5


def page_number(request: HttpRequest) -> int:
    """Which page of a list is asked for, 1 to 99,999, and 1 for anything else.

    By the address, or by the form where what was typed may not stand in an address.
    """
    sent = request.POST if request.method == "POST" else request.GET
    given = str(sent.get("page", ""))
    is_number = given.isdecimal() and len(given) <= _MOST_DIGITS
    return max(1, int(given)) if is_number else 1
