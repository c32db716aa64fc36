"""Lets every refusal under the door speak FHIR: also those made before or beside its views."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import orjson
import psycopg
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.http import HttpResponse

from oneplace.access.clients import source_of
from oneplace.access.viewer import tell_database
from oneplace.feeds import queries, verbs
from oneplace.feeds.fhir.supported import IS_SUPPORTED
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


# Who may not come in at all, comes too often, or asks for what is not there, is no matter of the
# feed's content: the audit has those.
_OF_WHAT_WAS_SENT: Final = frozenset({400, 403, 405, 406, 409, 412, 413, 415, 422})

_REFUSING: Final = frozenset({"fatal", "error"})
_NAMES: Final = frozenset({*IS_SUPPORTED, "Bundle"})

log = logging.getLogger(__name__)


class in_fhir:  # noqa: N801 - named as the function it stands in for in MIDDLEWARE
    """Answers under `/fhir` are FHIR, whoever gives them."""

    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        """Serve the request; a page in answer to a program becomes an OperationOutcome."""
        response = self.get_response(request)
        if _is_under_the_door(request) and request.method not in {"GET", "HEAD"}:
            _note(request, response)
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


class _Refusal(NamedTuple):
    """What was refused with one status: a request, or entries of a batch that was taken."""

    asked: str
    status: int
    issues: Sequence[dict[str, Any]]


def _note(request: Request, response: HttpResponse) -> None:
    """Leave a trace on the page of the sender's feed; what came of the request stays as it is."""
    viewer = request.viewer
    code = source_of(viewer)
    if not code:
        return
    try:
        refusals = _refusals(request, response)
        if not refusals:
            return
        at = request.received_at
        with transaction.atomic():
            tell_database(viewer, at=at)
            source = queries.open_source(code, viewer=viewer)
            if source is None:
                return
            for refusal in refusals:
                verbs.note_refusal(
                    source=source,
                    asked=refusal.asked,
                    status=refusal.status,
                    faults=[
                        (" ".join(issue.get("expression") or ()), _words(issue))
                        for issue in refusal.issues
                    ],
                    by=viewer,
                    at=at,
                )
    except (DatabaseError, orjson.JSONDecodeError):
        # The sender has its answer; a note about it is worth no second refusal.
        log.exception("A refusal could not be noted on the page of its feed")


def _refusals(request: Request, response: HttpResponse) -> list[_Refusal]:
    if response.status_code in _OF_WHAT_WAS_SENT:
        kind = request.path.removeprefix("/fhir").strip("/").partition("/")[0] or "Bundle"
        asked = f"{request.method} {kind if kind in _NAMES else 'something else'}"
        issues = orjson.loads(response.content).get("issue", ())
        return [_Refusal(asked, response.status_code, issues)]
    if not response.content.startswith(answers.OF_A_BATCH):
        return []
    by_status: dict[int, list[dict[str, Any]]] = {}
    for entry in orjson.loads(response.content).get("entry", ()):
        answer = entry["response"]
        status = int(answer["status"][:3])
        if status in _OF_WHAT_WAS_SENT:
            issues = answer.get("outcome", {}).get("issue", ())
            refusing = [issue for issue in issues if issue["severity"] in _REFUSING]
            by_status.setdefault(status, []).extend(refusing)
    return [_Refusal("Entry of a batch", *each) for each in sorted(by_status.items())]


def _words(issue: dict[str, Any]) -> str:
    return str(issue.get("diagnostics") or (issue.get("details") or {}).get("text") or "")
