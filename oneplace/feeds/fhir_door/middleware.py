"""Lets every refusal under the door speak FHIR: also those made before or beside its views."""

from collections.abc import Callable
from typing import Final

import psycopg
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse

from oneplace.feeds.fhir_door import answers
from oneplace.kit.request import Request

_TRY_AGAIN_S: Final = "30"
_WORDS: Final = {
    400: "This request cannot be read as HTTP asks for: look at its address and its headers.",
    404: "There is nothing at this address. GET /fhir/metadata says what there is.",
}
_OURS: Final = (
    "Something of ours broke, and nothing of this request was kept. Send it again; should it "
    "happen twice, tell whoever runs the service"
)
_FULL: Final = (
    "The disk of the database is full, so nothing of this request was kept. Send it again later; "
    "whoever runs the service must free some space first."
)
_AWAY: Final = (
    "The database does not answer, so nothing of this request was kept. Send the same again in "
    "half a minute: what came twice counts once."
)


class in_fhir:  # noqa: N801 - named as the function it stands in for in MIDDLEWARE
    """Answers under `/fhir` are FHIR, whoever gives them."""

    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        """Serve the request; a page in answer to a program becomes an OperationOutcome."""
        response = self.get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if not _is_under_the_door(request) or not is_page or response.status_code < 400:
            return response
        status = response.status_code if response.status_code in _WORDS else 500
        if status == 500:
            words = f"{_OURS}: reference {getattr(request, 'request_id', '')}."
            return answers.refusal(request, 500, words)
        return answers.refusal(request, status, _WORDS[status])

    def process_exception(self, request: Request, error: Exception) -> HttpResponse | None:
        """A database that is away or full: nothing was kept, and the sender may try again."""
        if not _is_under_the_door(request):
            return None
        if not isinstance(error, OperationalError | InterfaceError):
            return None
        is_full = isinstance(error.__cause__, psycopg.errors.DiskFull)
        response = answers.refusal(request, 503, _FULL if is_full else _AWAY)
        response.headers["Retry-After"] = _TRY_AGAIN_S
        return response


def _is_under_the_door(request: Request) -> bool:
    return request.path == "/fhir" or request.path.startswith("/fhir/")
