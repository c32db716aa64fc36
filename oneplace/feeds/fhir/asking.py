"""What a request asks: to create or put a resource, under an id or by a number, at a version."""

from __future__ import annotations

import re
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import unquote_plus

from oneplace.feeds.fhir.faults import IssueCode
from oneplace.feeds.fhir.supported import IS_SUPPORTED, SUPPORTED

Verb = Literal["create", "update", "create_unless_found", "update_found"]

_READING_ONLY: Final = frozenset({"ifNoneMatch", "ifModifiedSince"})
_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")
_URL: Final = re.compile(r"/?([A-Za-z]+)(?:/([^/?]+))?(?:\?(.*))?", re.DOTALL)
_BY_IDENTIFIER: Final = re.compile(r"\??(?:[A-Za-z]+\?)?identifier=([^&,]+)")
_VERSION: Final = re.compile(r'(?:W/)?"([A-Za-z0-9.-]{1,64})"')
LONGEST_ADDRESS: Final = 2_000


class Search(NamedTuple):
    """A conditional request's search: one identifier, the only kind we take."""

    system: str
    value: str


class Asked(NamedTuple):
    """What a request asks."""

    verb: Verb
    kind: str
    id: str = ""
    """The id it is put under; empty for a create or a conditional update."""
    search: Search | None = None
    if_match: str = ""


_NOT_OFFERED: Final = {
    "DELETE": "Nothing is deleted here, so that what was said can always be read. "
    "Send the resource again with its status entered-in-error.",
    "PATCH": "Parts of a resource are not changed here. Put the whole resource.",
    "GET": "Reading inside a bundle is not offered. GET Type/id by itself.",
    "HEAD": "Reading inside a bundle is not offered. GET Type/id by itself.",
}


def why_not_method(method: object) -> str:
    """Why a method that changes nothing here, or none of HTTP's, is not taken."""
    known = _NOT_OFFERED.get(method) if isinstance(method, str) else None
    return known or f"POST and PUT are taken here, not {str(method)[:20]!r}."


class NotAsked(Exception):
    """A request is none we take."""

    def __init__(self, code: IssueCode, path: str, words: str, kind: str = "") -> None:
        super().__init__(words)
        self.code = code
        self.path = path
        self.words = words
        self.kind = kind


def plainly_put(resource: Any, request: dict[str, Any]) -> Asked | None:
    """The most frequent request, PUT to the resource's own address, without further questions."""
    if len(request) != 2 or request.get("method") != "PUT" or resource.__class__ is not dict:
        return None
    kind, identifier = resource.get("resourceType"), resource.get("id")
    if kind.__class__ is not str or identifier.__class__ is not str or kind not in IS_SUPPORTED:
        return None
    # That the id is well formed the tables say, when the resource is held to them.
    if request.get("url") != f"{kind}/{identifier}":
        return None
    return tuple.__new__(Asked, ("update", kind, identifier, None, ""))


def request_for(resource: Any) -> dict[str, Any]:
    """The request that a resource without one makes."""
    kind = resource.get("resourceType") if resource.__class__ is dict else None
    identifier = resource.get("id") if resource.__class__ is dict else None
    if isinstance(identifier, str) and _ID.fullmatch(identifier):
        return {"method": "PUT", "url": f"{kind}/{identifier}"}
    return {"method": "POST", "url": str(kind)}


def asked_by(request: dict[str, Any]) -> Asked:
    """What a request asks; raises `NotAsked`."""
    method, kind, identifier, query = _address(request)
    if_match = _if_match(request)
    if method == "PUT" and identifier and query is None:
        if _ID.fullmatch(identifier):
            return Asked("update", kind, identifier, None, if_match)
        words = "An id is 1 to 64 letters, digits, hyphens and full stops."
    elif method == "PUT" and not identifier and query is not None:
        search = _search(query, "entry.request.url")
        return Asked("update_found", kind, "", search, if_match)
    elif method == "POST" and not identifier and query is None:
        if "ifNoneExist" not in request:
            return Asked("create", kind, "", None, if_match)
        search = _search(request["ifNoneExist"], "entry.request.ifNoneExist")
        return Asked("create_unless_found", kind, "", search, if_match)
    else:
        words = "PUT goes to Type/id or Type?identifier=system|value, POST to Type."
    raise NotAsked("value", "entry.request.url", words, kind)


def _address(request: dict[str, Any]) -> tuple[str, str, str, str | None]:
    """Method, type, id and query."""
    method, url = request.get("method"), request.get("url")
    odd = request.keys() & _READING_ONLY
    if odd:
        words = f"{', '.join(sorted(odd))} belongs to reading; it cannot be kept to here."
        raise NotAsked("not-supported", "entry.request", words)
    if method not in ("POST", "PUT"):
        words = why_not_method(method)
        code: IssueCode = "not-supported" if isinstance(method, str) else "required"
        raise NotAsked(code, "entry.request.method", words)
    is_address = isinstance(url, str) and len(url) <= LONGEST_ADDRESS
    match = _URL.fullmatch(url) if is_address and isinstance(url, str) else None
    if match is None:
        words = "request.url is Type, Type/id or Type?identifier=system|value."
        raise NotAsked("value", "entry.request.url", words)
    if match[1] not in IS_SUPPORTED:
        words = f"{match[1]} is not supported here. Supported: {', '.join(SUPPORTED)}."
        raise NotAsked("not-supported", "entry.resource", words, match[1])
    return method, match[1], match[2] or "", match[3]


def _if_match(request: dict[str, Any]) -> str:
    text = request.get("ifMatch")
    if text is None:
        return ""
    match = _VERSION.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise NotAsked("value", "entry.request.ifMatch", 'ifMatch is a version like W/"3".')
    return match[1]


def _search(query: Any, path: str) -> Search:
    found = _by_number(query) if isinstance(query, str) else None
    if found is None:
        words = "A conditional request is taken by identifier=system|value only."
        raise NotAsked("not-supported", path, words)
    return found


def _by_number(query: str) -> Search | None:
    match = _BY_IDENTIFIER.fullmatch(query)
    system, bar, value = unquote_plus(match[1]).partition("|") if match else ("", "", "")
    return Search(system, value) if bar and value else None


def by_identifier(text: str) -> tuple[str, Search] | None:
    """The type and number of a reference by search, like `Patient?identifier=system|value`."""
    kind, _, query = text.partition("?")
    found = _by_number(query)
    return (kind, found) if found is not None and kind in IS_SUPPORTED else None
