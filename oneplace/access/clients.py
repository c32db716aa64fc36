"""Partners' systems as viewers: what their scopes allow, and who is behind a bearer token.

OAuth 2.0 client credentials (RFC 6749, section 4.4) with bearer tokens (RFC 6750) and scopes as
SMART's backend services write them: `system/Type.read`, `system/Type.write`, `*` for any.
"""

import functools
import re
import uuid
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

from django.db import connection
from django.http import HttpResponse

from oneplace.access import audit
from oneplace.access.guard import Guard, address_of
from oneplace.access.secrets import hash_of
from oneplace.access.viewer import Viewer
from oneplace.kit.request import Request
from oneplace.vocabulary.terms import AccountKind

View = TypeVar("View", bound=Callable[..., Any])
Refuse = Callable[[Request, int, str], HttpResponse]

_SCOPE: Final = re.compile(r"system/(\*|[A-Z][A-Za-z]{1,40})\.(read|write|\*)")
_SOURCE: Final = re.compile(r"[a-z0-9_-]{1,60}")
_BEARER: Final = re.compile(r"bearer +([A-Za-z0-9._~+/=-]{20,200})", re.IGNORECASE)
DOOR: Final = "client"


def why_not_scope(scope: str) -> str | None:
    """Why this is not a scope we know, or None."""
    if _SCOPE.fullmatch(scope):
        return None
    return f"“{scope}” is not a scope. Write system/*.write, system/*.read or system/Patient.read."


def why_not_source(code: str) -> str | None:
    """Why this cannot be the code of a feed, or None; the code becomes part of a permission."""
    if _SOURCE.fullmatch(code):
        return None
    return f"“{code[:60]}” is no code of a feed: write small letters, digits, - and _ only."


def is_within(wanted: str, granted: Iterable[str]) -> bool:
    """Whether a scope asks for no more than those granted allow."""
    kind, action = _parts(wanted)
    actions = {"read", "write"} if action == "*" else {action}
    return all(
        any(_covers(scope, kind, one) for scope in granted if _SCOPE.fullmatch(scope))
        for one in actions
    )


def _covers(scope: str, kind: str, action: str) -> bool:
    of_kind, of_action = _parts(scope)
    return of_kind in {kind, "*"} and of_action in {action, "*"}


def _parts(scope: str) -> tuple[str, str]:
    kind, _, action = scope.removeprefix("system/").rpartition(".")
    return kind, action


def may_use(viewer: Viewer, kind: str, action: str) -> bool:
    """Whether a client's token allows this of a type of resource (`*` for every type)."""
    return is_within(f"system/{kind}.{action}", viewer.permissions)


def source_of(viewer: Viewer) -> str:
    """The code of the feed whose system this is; empty for anybody else."""
    return next(
        (one.removeprefix("client:") for one in viewer.permissions if one.startswith("client:")),
        "",
    )


_WHOSE: Final = """
select a.id, a.name, c.source_code, t.scopes
from access_clienttoken t
join access_clientsystem c on c.id = t.client_id
join access_account a on a.id = c.account_id
where t.token_hash = %s and t.expires_at > now() and c.revoked_at is null and a.is_active
"""


def viewer_of_token(request: Request) -> Viewer | None:
    """The client behind a request's bearer token; None without a good one."""
    match = _BEARER.fullmatch(request.headers.get("Authorization", "").strip())
    if match is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_WHOSE, [hash_of(match[1])])
        row = cursor.fetchone()
    if row is None:
        return None
    account_id, name, source_code, scopes = row
    return Viewer(
        account_id=uuid.UUID(str(account_id)),
        kind=AccountKind.CLIENT_SYSTEM,
        name=name,
        permissions=frozenset({f"client:{source_code}", *scopes}),
        request_id=request.request_id,
        from_address=address_of(request),
        door=DOOR,
        route=request.resolver_match.view_name if request.resolver_match else "",
    )


def by_client(permission: str, *, refuse: Refuse) -> Callable[[View], View]:
    """Let a view be opened only by a client with a good token; each opening is audited.

    `permission` names what the view does, for the table of routes; what a token allows is its
    scopes, which the view asks by `may_use`. `refuse(request, status, words)` answers a refusal in
    the door's own language.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded_view(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            at = request.care_clock()
            request.received_at = at
            viewer = viewer_of_token(request)
            if viewer is None:
                words = (
                    "A bearer token is needed, and it must not have run out. "
                    "Ask for one at /fhir/token with your client's id and secret."
                )
                response = refuse(request, 401, words)
                response.headers["WWW-Authenticate"] = 'Bearer realm="fhir", error="invalid_token"'
                return response
            request.viewer = viewer
            subject = (str(kwargs["kind"]), str(kwargs["fhir_id"])) if "fhir_id" in kwargs else None
            audit.record_opening(
                by=viewer,
                at=at,
                action=permission,
                subject=subject,
                detail={"method": request.method},
            )
            return view(request, *args, **kwargs)  # type: ignore[no-any-return]

        guarded_view.guard = Guard(permission, is_client=True)  # type: ignore[attr-defined]
        return guarded_view  # type: ignore[return-value]

    return decorate
