"""The FHIR door: each request checked, kept with its answer in one transaction, then answered."""

import base64
import binascii
import re
from typing import Any, Final

import orjson
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt

from oneplace.access import verbs as access
from oneplace.access.clients import by_client, may_use, source_of
from oneplace.access.guard import anyone
from oneplace.access.secrets import hash_of_login
from oneplace.feeds import queries, verbs
from oneplace.feeds.fhir.asking import why_not_method
from oneplace.feeds.fhir.bundles import plan_bundle, plan_resource
from oneplace.feeds.fhir.exact import Limits
from oneplace.feeds.fhir.outcome import http_status
from oneplace.feeds.fhir.plans import Plan
from oneplace.feeds.fhir.supported import IS_SUPPORTED, SUPPORTED
from oneplace.feeds.fhir_door import answers
from oneplace.feeds.fhir_door.pace import ADDRESS_PACE, PACE, TOKEN_PACE
from oneplace.feeds.models import Resource
from oneplace.feeds.permissions import USE_FHIR_DOOR
from oneplace.files.store import NotKept
from oneplace.kit.request import Request

LIMITS: Final = Limits(bytes=16 * 1024 * 1024, entries=5_000)
"""How much one request may bring."""
MOST_VERSIONS: Final = 50
_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")
_LONGEST_FORM: Final = 16 * 1024
_NO_SEARCH: Final = "Searching is not offered: read by Type/id."
_ACROSS: Final = {
    "_search": _NO_SEARCH,
    "_history": "The history of a type or of everything is not offered: read Type/id/_history.",
}
"""What other servers answer across resources, by the end of its address."""


# --- what anybody may ask -------------------------------------------------------------------------


@csrf_exempt
@anyone
def metadata(request: Request) -> HttpResponse:
    """What this door can do: a CapabilityStatement."""
    if request.method != "GET":
        return _not_this_way(request, "GET")
    if not answers.accepts_json(request):
        return _only_json(request)
    return answers.capabilities(request.received_at)


@csrf_exempt
@anyone
def smart_configuration(request: Request) -> HttpResponse:
    """Where a client finds the address for tokens."""
    if request.method != "GET":
        return _not_this_way(request, "GET")
    return answers.smart_configuration()


@csrf_exempt
@anyone
def token(request: Request) -> HttpResponse:
    """A short-lived token for a client that proves itself (RFC 6749, section 4.4)."""
    if request.method != "POST":
        return _not_this_way(request, "POST")
    is_form = request.content_type == "application/x-www-form-urlencoded"
    if not is_form or int(request.META.get("CONTENT_LENGTH") or 0) > _LONGEST_FORM:
        return _no_token(400, "invalid_request", "Send a short form, as OAuth 2.0 asks for.")
    client_id, secret = _credentials(request)
    if _is_too_quick(request.viewer.from_address or "", client_id):
        response = _no_token(429, "slow_down", "Too many requests for tokens. Wait a little.")
        response.headers["Retry-After"] = "5"
        return response
    if request.POST.get("grant_type") != "client_credentials":
        words = "Ask with grant_type=client_credentials."
        return _no_token(400, "unsupported_grant_type", words)
    try:
        issued = access.issue_token(
            client_id=client_id,
            secret=secret,
            scopes=request.POST.get("scope", "").split(),
            by=request.viewer,
            at=request.received_at,
        )
    except access.ClientRefused as why:
        access.note_failed_sign_in(
            login_hash=hash_of_login(f"client {client_id[:60]}"),
            known_place="",
            was_tried=True,
            by=request.viewer,
            at=request.received_at,
            method="client_credentials",
        )
        return _no_token(401 if why.error == "invalid_client" else 400, why.error, str(why))
    return _oauth(
        {
            "access_token": issued.token,
            "token_type": "bearer",
            "expires_in": int(issued.good_for.total_seconds()),
            "scope": " ".join(issued.scopes),
        }
    )


def _is_too_quick(address: str, client_id: str) -> bool:
    """Whether this client at this address, or the address, has asked for too many tokens."""
    if TOKEN_PACE.seconds_to_wait(f"{address} {client_id[:60]}"):
        return True
    return bool(ADDRESS_PACE.seconds_to_wait(address))


def _credentials(request: Request) -> tuple[str, str]:
    """The client's id and secret, from the header or the form."""
    given = request.headers.get("Authorization", "")
    if given.lower().startswith("basic "):
        try:
            text = base64.b64decode(given[6:], validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        client_id, _, secret = text.partition(":")
        return client_id, secret
    return request.POST.get("client_id", ""), request.POST.get("client_secret", "")


def _no_token(status: int, error: str, words: str) -> HttpResponse:
    response = _oauth({"error": error, "error_description": words}, status)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="fhir"'
    return response


def _oauth(body: dict[str, Any], status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(body), status=status, content_type="application/json")


# --- what clients send ----------------------------------------------------------------------------


@csrf_exempt
@by_client(USE_FHIR_DOOR, refuse=answers.refusal)
def whole(request: Request) -> HttpResponse:
    """A transaction or a batch."""
    if request.method != "POST":
        return _not_this_way(request, "POST", _NO_SEARCH if _is_reading(request) else "")
    content = _content(request)
    if isinstance(content, HttpResponse):
        return content
    plan = plan_bundle(content, LIMITS)
    if plan.is_refused and plan.kind != "batch":
        return answers.refused_plan(plan)
    return _keep(request, plan, f"POST {plan.kind}")


@csrf_exempt
@by_client(USE_FHIR_DOOR, refuse=answers.refusal)
def of_type(request: Request, kind: str) -> HttpResponse:
    """A resource to be created, or put where its number says."""
    if request.method not in {"POST", "PUT"}:
        return _not_this_way(request, "POST, PUT", _NO_SEARCH if _is_reading(request) else "")
    query = request.META.get("QUERY_STRING", "") if request.method == "PUT" else ""
    return _one(request, kind, f"{kind}?{query}" if query else kind)


@csrf_exempt
@by_client(USE_FHIR_DOOR, refuse=answers.refusal)
def one(request: Request, kind: str, fhir_id: str) -> HttpResponse:
    """A resource put under its id; or, by GET, read."""
    if request.method == "PUT":
        return _one(request, kind, f"{kind}/{fhir_id}")
    if not _is_reading(request):
        return _not_this_way(request, "GET, HEAD, PUT")
    return _read(request, kind, fhir_id)


def _one(request: Request, kind: str, url: str) -> HttpResponse:
    if kind not in IS_SUPPORTED:
        return _not_supported(request, kind, 404)
    content = _content(request)
    if isinstance(content, HttpResponse):
        return content
    plan = plan_resource(
        content,
        method=request.method or "",
        url=url,
        if_none_exist=request.headers.get("If-None-Exist", ""),
        if_match=request.headers.get("If-Match", ""),
        limits=LIMITS,
    )
    if plan.is_refused:
        status = 400 if _is_about_another(plan) else http_status(plan)
        return answers.refused(plan.faults, status)
    return _keep(request, plan, f"{request.method} {url.partition('?')[0]}")


def _is_about_another(plan: Plan) -> bool:
    """Whether the address and the resource disagree on type or id: the request itself is wrong."""
    return any(fault.code == "invalid" and "address says" in fault.words for fault in plan.faults)


def _content(request: Request) -> bytes | HttpResponse:
    """What was sent; or why it is not even looked at."""
    if not answers.sends_json(request):
        words = "FHIR in XML and other types is not yet supported. Send application/fhir+json."
        return answers.refusal(request, 415, words)
    if not answers.accepts_json(request):
        return _only_json(request)
    wait = PACE.seconds_to_wait(str(request.viewer.account_id))
    if wait:
        response = answers.refusal(request, 429, "Too many requests at once. Wait, then go on.")
        response.headers["Retry-After"] = str(max(1, round(wait)))
        return response
    if int(request.META.get("CONTENT_LENGTH") or 0) > LIMITS.bytes:
        return answers.refusal(request, 413, _too_long())
    content = request.read(LIMITS.bytes + 1)
    return answers.refusal(request, 413, _too_long()) if len(content) > LIMITS.bytes else content


def _too_long() -> str:
    most = LIMITS.bytes // (1024 * 1024)
    return f"At most {most} MB are taken at once. Send it in smaller bundles, or as a file."


def _keep(request: Request, plan: Plan, name: str) -> HttpResponse:
    viewer = request.viewer
    kinds = {step.kind for step in plan.steps}
    closed = sorted(kind for kind in kinds if not may_use(viewer, kind, "write"))
    if closed:
        words = f"This token may not send {', '.join(closed)}: it lacks system/{closed[0]}.write."
        return answers.refusal(request, 403, words)
    source = queries.open_source(source_of(viewer), viewer=viewer)
    if source is None:
        words = "The feed this system sends for is closed. Ask whoever runs the service."
        return answers.refusal(request, 403, words)
    try:
        kept = verbs.receive_resources(
            plan=plan, source=source, name=name, by=viewer, at=request.received_at
        )
    except verbs.PlanRefused as why:
        refused = plan._replace(steps=(), faults=why.faults)
        return answers.refused(why.faults, http_status(refused))
    except NotKept as why:
        response = answers.refusal(request, 503, str(why))
        response.headers["Retry-After"] = "60"
        return response
    if plan.kind == "single":
        return answers.kept_one(request, plan, kept[0])
    return answers.kept_bundle(request, plan, kept)


# --- what clients read ----------------------------------------------------------------------------


@csrf_exempt
@by_client(USE_FHIR_DOOR, refuse=answers.refusal)
def version(request: Request, kind: str, fhir_id: str, version: str) -> HttpResponse:
    """One version of a resource of the client's own source, exactly as it was sent."""
    return _read(request, kind, fhir_id, version)


def _read(request: Request, kind: str, fhir_id: str, version: str = "") -> HttpResponse:
    refused = _why_not_read(request, kind, fhir_id)
    if refused is not None:
        return refused
    if version and not (version.isdecimal() and len(version) < 10):
        return _not_here(request, kind, fhir_id)
    found = queries.resource(
        kind, fhir_id, version=int(version) if version else None, viewer=request.viewer
    )
    if found is None:
        return _not_here(request, kind, fhir_id)
    if not version and answers.etag(found.version) in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
        response.headers["ETag"] = answers.etag(found.version)
        return response
    return answers.resource(found, _content_of(found))


@csrf_exempt
@by_client(USE_FHIR_DOOR, refuse=answers.refusal)
def history(request: Request, kind: str, fhir_id: str) -> HttpResponse:
    """The versions of a resource of the client's own source, newest first."""
    refused = _why_not_read(request, kind, fhir_id)
    if refused is not None:
        return refused
    found = queries.versions(kind, fhir_id, most=MOST_VERSIONS, viewer=request.viewer)
    if not found:
        return _not_here(request, kind, fhir_id)
    address = f"{answers.base_url()}/{kind}/{fhir_id}/_history"
    return answers.history([(each, _content_of(each)) for each in found], address)


def _content_of(found: Resource) -> bytes:
    return queries.content_of(found.delivery, found.offset, found.length)


def _why_not_read(request: Request, kind: str, fhir_id: str) -> HttpResponse | None:
    if not _is_reading(request):
        return _not_this_way(request, "GET, HEAD")
    if kind not in IS_SUPPORTED:
        return _not_supported(request, kind, 404)
    if not _ID.fullmatch(fhir_id):
        return _not_here(request, kind, fhir_id)
    if not answers.accepts_json(request):
        return _only_json(request)
    if not may_use(request.viewer, kind, "read"):
        words = f"This token may not read {kind}: it lacks system/{kind}.read."
        return answers.refusal(request, 403, words)
    return None


# --- refusals -------------------------------------------------------------------------------------


@csrf_exempt
@by_client(USE_FHIR_DOOR, refuse=answers.refusal)
def nowhere(request: Request, rest: str) -> HttpResponse:
    """Any other address under the door."""
    *_, last = rest.rstrip("/").split("/")
    if last.startswith("$"):
        words = f"Operations such as {last[:40]} are not offered. GET /fhir/metadata says what is."
        return answers.refusal(request, 501, words)
    if last in _ACROSS:
        return _not_this_way(request, "", _ACROSS[last])
    words = "There is nothing at this address. GET /fhir/metadata says what there is."
    return answers.refusal(request, 404, words, code="not-supported")


def _is_reading(request: Request) -> bool:
    return request.method in {"GET", "HEAD"}


def _not_here(request: Request, kind: str, fhir_id: str) -> HttpResponse:
    words = f"Your system has sent no {kind} with this id, or not this version of it."
    return answers.refusal(request, 404, words, path=f"{kind}.id")


def _not_supported(request: Request, kind: str, status: int) -> HttpResponse:
    words = f"{kind[:64]} is not supported here. Supported: {', '.join(SUPPORTED)}."
    return answers.refusal(request, status, words, code="not-supported")


def _only_json(request: Request) -> HttpResponse:
    words = "Only JSON is answered here: accept application/fhir+json."
    return answers.refusal(request, 406, words)


def _not_this_way(request: Request, allowed: str, words: str = "") -> HttpResponse:
    said = words or f"{request.method} is not taken here, only {allowed}."
    if not words and request.method in {"DELETE", "PATCH"}:
        said = why_not_method(request.method)
    response = answers.refusal(request, 405, said)
    response.headers["Allow"] = allowed
    return response
