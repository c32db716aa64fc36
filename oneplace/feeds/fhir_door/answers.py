"""What the FHIR door answers: statuses, headers, and resources exactly as they were sent."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from django.conf import settings
from django.http import HttpResponse
from django.utils.http import http_date

from oneplace import __version__
from oneplace.feeds.fhir.faults import Fault, IssueCode
from oneplace.feeds.fhir.outcome import (
    Result,
    capability_statement,
    http_status,
    operation_outcome,
    transaction_response,
)
from oneplace.feeds.fhir.plans import Plan
from oneplace.feeds.fhir.supported import JSON_TYPES, SUPPORTED
from oneplace.feeds.models import Resource
from oneplace.feeds.verbs import Kept
from oneplace.kit.request import Request

FHIR_JSON: Final = "application/fhir+json"
_PREFER: Final = re.compile(r"return=(minimal|representation|OperationOutcome)")
_CODES: Final[dict[int, IssueCode]] = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "not-supported",
    429: "throttled",
    500: "exception",
    501: "not-supported",
    503: "transient",
}
_REASONS: Final = {
    "created": "201 Created",
    "updated": "200 OK",
    "unchanged": "200 OK",
    "found": "200 OK",
}
_STATUS_OF: Final = {"created": 201, "updated": 200, "unchanged": 200, "found": 200}
_ACCEPTED: Final = frozenset({*JSON_TYPES, "application/*", "*/*", "json"})


def base_url() -> str:
    """The door's own address."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/fhir"


def json_response(body: object, status: int = 200) -> HttpResponse:
    """A FHIR answer in JSON."""
    return raw_response(orjson.dumps(body), status)


def raw_response(body: bytes, status: int = 200) -> HttpResponse:
    """Bytes of JSON as they are."""
    return HttpResponse(body, status=status, content_type=f"{FHIR_JSON}; charset=utf-8")


def refusal(
    request: Request, status: int, words: str, *, code: IssueCode | None = None, path: str = ""
) -> HttpResponse:
    """An OperationOutcome with one issue."""
    fault = Fault("error", code or _CODES[status], words, path)
    return refused([fault], status)


def refused(faults: Sequence[Fault], status: int) -> HttpResponse:
    """An OperationOutcome of why nothing was kept."""
    return json_response(operation_outcome(faults), status)


def refused_plan(plan: Plan) -> HttpResponse:
    """Why a plan was refused."""
    return refused(plan.faults, http_status(plan))


def preferred(request: Request) -> str:
    """What the sender prefers to have back: `minimal`, `representation` or `OperationOutcome`."""
    match = _PREFER.search(request.headers.get("Prefer", ""))
    return match[1] if match else "representation"


def accepts_json(request: Request) -> bool:
    """Whether the sender takes JSON back."""
    asked = request.GET.get("_format")
    wanted = asked if asked else request.headers.get("Accept") or "*/*"
    kinds = [part.split(";")[0].strip().lower() for part in wanted.split(",")]
    return any(kind in _ACCEPTED for kind in kinds)


def sends_json(request: Request) -> bool:
    """Whether what was sent says that it is JSON."""
    return (request.content_type or "").lower() in JSON_TYPES


def location(kind: str, identifier: str, version: int) -> str:
    """The address of one version."""
    return f"{base_url()}/{kind}/{identifier}/_history/{version}"


def etag(version: int) -> str:
    """A version as HTTP writes it."""
    return f'W/"{version}"'


def kept_one(request: Request, plan: Plan, kept: Kept) -> HttpResponse:
    """The answer to a single resource that was taken in."""
    step = plan.steps[0]
    status = _STATUS_OF[kept.what]
    wish = preferred(request)
    if wish == "OperationOutcome":
        response = json_response(operation_outcome(plan.faults), status)
    elif wish == "minimal" or kept.what == "found":
        response = raw_response(b"", status)
    else:
        response = raw_response(plan.bytes_of(step), status)
    return _versioned(response, step.kind, kept.id, kept.version, kept.last_updated)


def _versioned(
    response: HttpResponse, kind: str, identifier: str, version: int, updated: datetime | None
) -> HttpResponse:
    response.headers["Location"] = location(kind, identifier, version)
    response.headers["ETag"] = etag(version)
    if updated is not None:
        response.headers["Last-Modified"] = http_date(updated.timestamp())
    return response


OF_A_BATCH: Final = b'{"resourceType":"Bundle","type":"batch-response"'
"""How the answer to a batch begins: `transaction_response` puts its type there."""


def kept_bundle(request: Request, plan: Plan, kept: Sequence[Kept]) -> HttpResponse:
    """The answer to a bundle: one entry for each entry sent, in its order."""
    faults = [one.fault for one in kept if one.fault is not None]
    done = [
        (step, one) for step, one in zip(plan.steps, kept, strict=True) if one.what != "refused"
    ]
    results = [
        Result(
            _REASONS[one.what],
            location(step.kind, one.id, one.version),
            etag(one.version),
            one.last_updated.astimezone(UTC).isoformat() if one.last_updated else "",
        )
        for step, one in done
    ]
    told = plan._replace(steps=tuple(step for step, _ in done), faults=(*plan.faults, *faults))
    body = transaction_response(told, results)
    if "representation" in request.headers.get("Prefer", ""):
        for step, _ in done:
            sent = orjson.Fragment(plan.bytes_of(step))
            body["entry"][step.entry]["resource"] = sent
    return json_response(body)


def resource(found: Resource, content: bytes) -> HttpResponse:
    """A resource exactly as it was sent."""
    response = raw_response(content)
    response.headers["ETag"] = etag(found.version)
    response.headers["Last-Modified"] = http_date(found.last_updated.timestamp())
    return response


def history(found: Sequence[tuple[Resource, bytes]], address: str) -> HttpResponse:
    """Versions of a resource, newest first, each exactly as it was sent."""
    entries = [
        {
            "fullUrl": f"{base_url()}/{one.kind}/{one.fhir_id}",
            "resource": orjson.Fragment(content),
            "request": {"method": "PUT", "url": f"{one.kind}/{one.fhir_id}"},
            "response": {
                "status": "201" if one.version == 1 else "200",
                "etag": etag(one.version),
                "lastModified": one.last_updated.astimezone(UTC).isoformat(),
            },
        }
        for one, content in found
    ]
    newest = found[0][0].version if found else 0
    return json_response(
        {
            "resourceType": "Bundle",
            "type": "history",
            "total": newest,
            "link": [{"relation": "self", "url": address}],
            "entry": entries,
        }
    )


def capabilities(at: datetime) -> HttpResponse:
    """What this door can do."""
    statement = capability_statement(
        base_url=base_url(),
        at=at.astimezone(UTC).isoformat(timespec="seconds"),
        version=__version__,
        publisher=settings.PLACE.name,
    )
    token = f"{base_url()}/token"
    statement["rest"][0]["security"] = {
        "extension": [
            {
                "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                "extension": [{"url": "token", "valueUri": token}],
            }
        ],
        "service": [
            {
                "coding": [
                    {
                        "system": (
                            "http://terminology.hl7.org/CodeSystem/restful-security-service"
                        ),
                        "code": "SMART-on-FHIR",
                    }
                ],
                "text": "OAuth 2.0 client credentials",
            }
        ],
    }
    return json_response(statement)


def smart_configuration() -> HttpResponse:
    """Where a token is asked for, as SMART's backend services look it up."""
    scopes = ["system/*.read", "system/*.write", *(f"system/{kind}.read" for kind in SUPPORTED)]
    body: Mapping[str, Any] = {
        "token_endpoint": f"{base_url()}/token",
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": scopes,
        "capabilities": ["client-confidential-symmetric", "permission-v1"],
    }
    return HttpResponse(orjson.dumps(body), content_type="application/json")
