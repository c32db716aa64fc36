"""What this door answers: outcomes of what was sent, a bundle of responses, what it can do."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from oneplace.feeds.fhir.faults import Fault
from oneplace.feeds.fhir.plans import Plan
from oneplace.feeds.fhir.schema import DATA
from oneplace.feeds.fhir.supported import FHIR_VERSION, JSON_TYPES, SUPPORTED

_MOST_ISSUES: Final = 200
"""How many faults one answer lists; the rest are counted."""

_STATUSES: Final[dict[str, int]] = {
    "too-long": 413,
    "too-costly": 413,
    "conflict": 412,
    "multiple-matches": 412,
    "throttled": 429,
}
_ENTRY_STATUSES: Final = {
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    412: "412 Precondition Failed",
    413: "413 Content Too Large",
    422: "422 Unprocessable Entity",
    429: "429 Too Many Requests",
}
_NOT_SUPPORTED: Final = {"entry.request.method": 405, "entry.resource": 404}
"""By its place, how an entry that asks for something not offered is answered."""
_UNREADABLE: Final = frozenset({"structure", "invalid", "required", "value"})


_DOCUMENTATION: Final = (
    "Transactions are all or nothing; entries of a batch stand alone, one after the other. What is "
    "read is what was received, byte for byte, by the source that sent it. Conditional create "
    "(If-None-Exist, ifNoneExist) and conditional update are decided by identifier=system|value "
    "only. Every refusal is an OperationOutcome that names the place. Not offered: DELETE (405; "
    "send the resource with its status entered-in-error), PATCH (405; put the whole resource), "
    "search and the history of a type or of everything (405; read by Type/id), reading inside a "
    "bundle (405 of the entry), operations (501), and XML (415 of what is sent, 406 of what is "
    "asked for). The history of a resource shows its newest 50 versions; each is read by number."
)
"""What `/metadata` says in words; the places that answer so are `asking` and `fhir_door.views`."""


class Result(NamedTuple):
    """What came of one step, for the answer."""

    status: str
    """Like `201 Created`."""
    location: str = ""
    etag: str = ""
    last_modified: str = ""


def operation_outcome(faults: Iterable[Fault]) -> dict[str, Any]:
    """An OperationOutcome; without faults it says that all went well."""
    listed = list(faults)
    issues = [_issue(fault) for fault in listed[:_MOST_ISSUES]]
    if len(listed) > _MOST_ISSUES:
        words = f"{len(listed) - _MOST_ISSUES:,} further issues are not listed here."
        issues.append(_issue(Fault("information", "informational", words)))
    if not issues:
        issues.append(_issue(Fault("information", "informational", "All went well.")))
    return {"resourceType": "OperationOutcome", "issue": issues}


def http_status(plan: Plan) -> int:
    """The status that answers a refused plan (R4, section 3.1.0.1.5); 200 for one not refused.

    A batch that could be read is always answered with 200: each entry has an answer of its own.
    """
    if not plan.is_refused or plan.kind == "batch":
        return 200
    worst = next(fault for fault in plan.faults if fault.refuses)
    if worst.code in _STATUSES:
        return _STATUSES[worst.code]
    if plan.kind == "unreadable":
        if worst.code == "not-supported" and not worst.path:
            return 415
        return 400 if worst.code in _UNREADABLE else 422
    return 422


def transaction_response(plan: Plan, results: Sequence[Result]) -> dict[str, Any]:
    """The answer to a carried-out plan: one entry per entry sent, in its order.

    `results` stand in the order of `plan.steps`. In a batch, refused entries answer with their
    outcome.
    """
    by_entry = {step.entry: result for step, result in zip(plan.steps, results, strict=True)}
    entries = []
    for index in range(plan.entries):
        faults = plan.faults_of(index)
        result = by_entry.get(index)
        if index in plan.held_entries:
            # Read with the entries that name it; there is nothing of its own to point to.
            answer: dict[str, Any] = {"status": "202 Accepted"}
        elif result is None:
            answer = {"status": _entry_status(faults)}
        else:
            given = {
                "status": result.status,
                "location": result.location,
                "etag": result.etag,
                "lastModified": result.last_modified,
            }
            answer = {name: text for name, text in given.items() if text}
        if faults:
            answer["outcome"] = operation_outcome(faults)
        entries.append({"response": answer})
    answered: dict[str, Any] = {"resourceType": "Bundle", "type": f"{plan.kind}-response"}
    if entries:
        answered["entry"] = entries
    return answered


def _entry_status(faults: Sequence[Fault]) -> str:
    """What an entry of a batch would have been answered, had it been sent by itself."""
    worst = next((fault for fault in faults if fault.refuses), None)
    if worst is None:
        return _ENTRY_STATUSES[422]
    if worst.code == "not-supported":
        return _ENTRY_STATUSES[_NOT_SUPPORTED.get(worst.path, 422)]
    return _ENTRY_STATUSES[_STATUSES.get(worst.code, 422)]


def capability_statement(*, base_url: str, at: str, version: str, publisher: str) -> dict[str, Any]:
    """What `/metadata` answers: nothing is listed that does not work.

    `at` is a FHIR date and time; `version` the software's.
    """
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": at,
        "publisher": publisher,
        "kind": "instance",
        "software": {"name": "oneplace", "version": version},
        "implementation": {"description": f"{publisher}: one record", "url": base_url},
        "fhirVersion": FHIR_VERSION,
        "format": [JSON_TYPES[0], "json"],
        "rest": [
            {
                "mode": "server",
                "documentation": _DOCUMENTATION,
                "resource": [_can(kind) for kind in SUPPORTED],
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
            }
        ],
    }


def _can(kind: str) -> dict[str, Any]:
    can: dict[str, Any] = {
        "type": kind,
        "interaction": [
            {"code": code} for code in ("read", "vread", "update", "history-instance", "create")
        ],
        "versioning": "versioned",
        "readHistory": True,
        "updateCreate": True,
        "conditionalCreate": True,
        "conditionalRead": "not-match",
        "conditionalUpdate": True,
        "conditionalDelete": "not-supported",
    }
    profiles = _profiles().get(kind, ())
    if profiles:
        can["supportedProfile"] = list(profiles)
    return can


@functools.cache
def _profiles() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    with (DATA / "uk_profiles.csv").open(newline="", encoding="utf-8") as opened:
        for row in csv.DictReader(opened):
            found.setdefault(row["resource"], []).append(row["url"])
    return {kind: tuple(urls) for kind, urls in found.items()}


def _issue(fault: Fault) -> dict[str, Any]:
    issue: dict[str, Any] = {
        "severity": fault.severity,
        "code": fault.code,
        "diagnostics": str(fault),
    }
    expression = _expression(fault)
    if expression:
        issue["expression"] = [expression]
    return issue


def _expression(fault: Fault) -> str:
    """The element as FHIRPath from what was sent: `Bundle.entry[2].resource.birthDate`."""
    if fault.entry is None:
        return fault.path
    start = f"Bundle.entry[{fault.entry}]"
    if fault.path.startswith("entry"):
        return start + fault.path.removeprefix("entry")
    _, dot, inner = fault.path.partition(".")
    return f"{start}.resource{dot}{inner}"
