"""The truth table against the real pages: every address, method, role and situation.

What is closed must be, byte for byte, the page of the unknown; what is open may say only what the
table opens: each item of the world carries words of its own, which are looked for in the answer.
"""

import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from unittest.mock import patch

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from oneplace.vocabulary.terms import Role
from tests.house.role_matrix.situations import SITUATIONS
from tests.house.role_matrix.truth import Truth, truth
from tests.house.role_matrix.world import CANARY, World
from tests.house.test_routes import Row, _declared, _routes

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
RECORD_PAGES: Final = (
    *("desk:person", "desk:person_health", "desk:person_care", "desk:person_measures"),
    *("desk:person_people", "desk:person_documents", "desk:person_summary"),
    *("desk:person_timeline", "desk:entry"),
)
"""Pages that open whenever the record does and the role may open records; of others the table says
only when they stay closed, because more may stand before them than who looks."""
BEFORE_THE_RECORD: Final = ("desk:open_emergency_for", "desk:wear_safeguarding")
"""Pages that stand before a record and open to a role whomever they are about: they must be the
same for a person there is and one there is not.
"""
_NONCE = re.compile(rb'nonce="[^"]+"')
_NONCE_IN_HEADER = re.compile(r"'nonce-[^']+'")
# What a form is given anew each time: its key, and the number under which it is sent only once.
_TOKEN = re.compile(rb'name="(csrfmiddlewaretoken|concern_id)" value="[^"]+"')
# How many seconds of twelve hours the session still has, by the machine's clock: a page that comes
# a second later says one less.
_LEFT = re.compile(rb'data-left="\d+"')
_HX_TOKEN = re.compile(rb'"X-CSRFToken": ?"[^"]+"')


@dataclass
class Tally:
    """How many cells were asked and what was wrong."""

    cells: int = 0
    wrong: list[str] = field(default_factory=list)


def plain(answer: HttpResponse) -> tuple[int, bytes, frozenset[tuple[str, str]]]:
    """An answer without what differs each time: status, body and headers, no keys of forms."""
    body = bytes(getattr(answer, "content", b""))
    for pattern in (_NONCE, _TOKEN, _HX_TOKEN, _LEFT):
        body = pattern.sub(b"", body)
    headers = {(name, _NONCE_IN_HEADER.sub("", words)) for name, words in answer.headers.items()}
    return answer.status_code, body, frozenset(headers)


@contextmanager
def standing_at(at: datetime) -> Iterator[None]:
    """Care time stands still."""
    with patch("oneplace.kit.clock.now", lambda: at):
        yield


def asked(client: Client, method: str, path: str) -> HttpResponse:
    """One request whose effect is undone, so that none changes what the next one finds."""
    with transaction.atomic():
        point = transaction.savepoint()
        answer: Any = client.generic(method, path)
        transaction.savepoint_rollback(point)
    return answer  # type: ignore[no-any-return]


def routes_about_a_person() -> dict[str, tuple[Row, frozenset[str]]]:
    """Every declared route whose address names a person or something of one, with its parts."""
    rows = {row.route: row for row in _declared()}
    found = {}
    for route, pattern in _routes(list[object](get_resolver().url_patterns)):
        if isinstance(pattern, URLPattern) and route in rows:
            parts = _parts(route, pattern)
            if {"person_id", "entry_id"} & parts:
                found[route] = (rows[route], frozenset(parts))
    return found


def _parts(route: str, pattern: URLPattern) -> set[str]:
    return set(pattern.pattern.regex.groupindex)


def path_of(world: World, route: str, parts: frozenset[str], situation: str) -> str | None:
    """The address of a route for the person of a situation; None where nobody can know one."""
    own = {
        "person_id": world.persons[situation],
        "entry_id": world.items[situation, "council", "alerts"],
    }
    try:
        return reverse(route, kwargs={part: own.get(part, uuid.uuid4()) for part in parts})
    except NoReverseMatch:
        return None


def hold_pages_against_the_table(
    world: World,
    roles: Sequence[Role],
    *,
    situations: Sequence[str] = tuple(SITUATIONS),
    methods: Sequence[str] = METHODS,
    routes: Sequence[str] = (),
) -> Tally:
    """Ask every route about a person, as every role in every situation; nothing stays changed."""
    tally, table = Tally(), truth()
    chosen = {
        route: found
        for route, found in routes_about_a_person().items()
        if not routes or route in routes
    }
    for role in roles:
        client = world.browser(role)
        for situation in situations:
            with standing_at(SITUATIONS[situation].at):
                unknown = {method: plain(asked(client, method, _nowhere())) for method in methods}
                for route, (row, parts) in chosen.items():
                    path = path_of(world, route, parts, situation)
                    alike = unknown
                    if route in BEFORE_THE_RECORD and row.allows(role):
                        nobody = reverse(route, kwargs={part: uuid.uuid4() for part in parts})
                        alike = {method: plain(asked(client, method, nobody)) for method in methods}
                    for method in methods if path else ():
                        answer = asked(client, method, str(path))
                        tally.cells += 1
                        tally.wrong += [
                            f"{role.value}, {situation}, {method} {route}: {what}"
                            for what in _wrong(
                                answer,
                                method=method,
                                row=row,
                                role=role,
                                expected=table[role, situation],
                                unknown=alike[method],
                            )
                        ]
    return tally


def _nowhere() -> str:
    return reverse("desk:person", args=[uuid.uuid4()])


def _wrong(
    answer: HttpResponse,
    *,
    method: str,
    row: Row,
    role: Role,
    expected: Truth,
    unknown: tuple[int, bytes, frozenset[tuple[str, str]]],
) -> Iterator[str]:
    """What is wrong with an answer, in words."""
    status = answer.status_code
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        yield f"broken ({status})"
    told = {(who, item) for who, item in CANARY.findall(_text(answer))}
    yield from (f"leaks {item} of {who}" for who, item in sorted(told - expected.opens))
    opens = row.allows(role) and expected.is_record_open
    if row.route == "desk:entry":
        opens = opens and ("council", "alerts") in expected.opens
    if not opens and plain(answer) != unknown:
        yield f"closed, and yet not the page of the unknown ({status})"
    if opens and method == "GET" and row.route in RECORD_PAGES and status != HTTPStatus.OK:
        yield f"open, and yet {status}"
    if opens and method == "GET" and row.route == "desk:person_timeline":
        entries = {(who, item) for who, item in expected.opens if item not in ("who", "reach")}
        yield from (f"hides {item} of {who}" for who, item in sorted(entries - told))


def _text(answer: Any) -> str:
    return bytes(getattr(answer, "content", b"")).decode(errors="replace")
