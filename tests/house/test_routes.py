"""Who may open which address: every route is declared by hand in routes.csv, and is as it says."""

import csv
import inspect
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from oneplace.config import permissions
from oneplace.desk.topics import topics
from oneplace.vocabulary.terms import Role
from tests import walks
from tests.factories import bring_in_place, signed_in

TABLE = Path(__file__).with_name("routes.csv")
EVERYBODY, SIGNED_IN, ALL_ROLES = "everybody", "signed in", "all roles"
STAFF_ROLES = "staff roles"  # every role but the resident


@dataclass(frozen=True)
class Row:
    """One declared route: what its guard asks, and by hand which roles may open it."""

    route: str
    method: str
    needs: str
    roles: str
    example: str

    @property
    def url(self) -> str | None:
        """An address to try, or None where nobody can know one beforehand."""
        if self.example.startswith(("none", "walk")):
            return None
        place = settings.PLACE
        stands_for = {
            "@network": place.networks[0].code,
            "@team": place.teams[0].code,
            "@organisation": place.partners[0].code,
            "@service": place.services[0].code,
            "@help": topics(is_demo=False)[0].key,
        }
        given = json.loads(self.example or "{}")
        return reverse(self.route, kwargs={k: stands_for.get(v, v) for k, v in given.items()})

    def allows(self, role: Role | None) -> bool:
        """Whether the table lets a role (None: not signed in) in."""
        if self.roles == EVERYBODY:
            return True
        if role is None:
            return False
        if self.roles == STAFF_ROLES:
            return role is not Role.RESIDENT
        return self.roles in (SIGNED_IN, ALL_ROLES) or role.value in self.roles.split()


def _declared() -> list[Row]:
    with TABLE.open(newline="") as file:
        return [Row(**row) for row in csv.DictReader(file)]


def _routes(patterns: list[object], space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = ":".join(part for part in (space, pattern.namespace) if part)
            yield from _routes(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield ":".join(part for part in (space, pattern.name or "") if part), pattern


def _url_map() -> dict[str, URLPattern]:
    return dict(_routes(get_resolver().url_patterns))


def test_every_route_is_declared_and_every_declared_route_exists() -> None:
    declared = {row.route for row in _declared()}

    assert set(_url_map()) - declared == set(), "add these to tests/house/routes.csv"
    assert {r for r in declared - set(_url_map()) if not r.startswith("demo:")} == set()


def test_every_view_has_a_guard_and_it_is_the_declared_one() -> None:
    wrong = []
    rows = {row.route: row for row in _declared()}
    for route, pattern in _url_map().items():
        guard = getattr(pattern.callback, "guard", None)
        if guard is None:
            wrong.append(f"{route} has no guard")
        elif route in rows and guard.needs != rows[route].needs:
            wrong.append(f"{route} asks {guard.needs}, the table says {rows[route].needs}")

    assert wrong == []


def test_every_permission_asked_is_one_the_rooms_know() -> None:
    asked = {row.needs for row in _declared()} - {"anyone", "signed_in"}

    assert asked - permissions.known() == set()


def test_a_route_without_an_address_says_why_or_which_walk_comes_by_it() -> None:
    walked = Path(inspect.getsourcefile(walks) or "").read_text()
    wrong = []
    for row in _declared():
        kind, _, words = row.example.partition(": ")
        if kind == "walk" and (words not in walks.WALKS or f'"{row.route}' not in walked):
            wrong.append(f"{row.route}: no walk {words!r} takes its picture")
        if kind == "none" and not words:
            wrong.append(f"{row.route}: why has it no example?")

    assert wrong == []


def test_the_table_names_only_roles_there_are() -> None:
    known = {role.value for role in Role} | {
        *("everybody", "signed", "in", "all", "staff", "roles"),
    }

    assert {word for row in _declared() for word in row.roles.split()} - known == set()


def _answer(client: Client, row: Row) -> str:
    """What happens: "open", "sign in", "hidden" (the page of the unknown)."""
    assert row.url is not None
    ask = client.post if row.method == "POST" else client.get
    answer = ask(row.url)
    if answer.status_code >= 500:
        return "broken"
    if answer.status_code == 404:
        return "hidden"
    if answer.status_code == 302 and answer["Location"].startswith("/sign-in/"):
        return "sign in"
    return "open"


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role.value if role else "nobody")
def test_each_role_opens_what_the_table_says_and_nothing_else(role: Role | None) -> None:
    bring_in_place()
    known = _url_map()
    wrong = []
    for row in _declared():
        if row.url is None or row.route not in known:
            continue
        client = Client() if role is None else signed_in(role)
        client.raise_request_exception = False
        found = _answer(client, row)
        expected = "open" if row.allows(role) else ("sign in" if role is None else "hidden")
        if found != expected:
            wrong.append(f"{row.route}: {found}, expected {expected}")

    assert wrong == []


@pytest.mark.django_db
def test_unknown_and_forbidden_are_the_same_page() -> None:
    bring_in_place()
    client = signed_in(Role.ANALYST)
    forbidden = next(
        row
        for row in _declared()
        if not row.allows(Role.ANALYST) and row.url and row.method == "GET"
    )

    unknown = client.get("/nowhere-at-all/")
    hidden = client.get(forbidden.url)

    def plain(answer: object) -> str:
        text = answer.content.decode()  # type: ignore[attr-defined]
        nonce = answer.headers["Content-Security-Policy"].split("nonce-")[1].split("'")[0]  # type: ignore[attr-defined]
        token = text.split('name="csrfmiddlewaretoken" value="')
        for part in token[1:]:
            text = text.replace(part.split('"')[0], "TOKEN")
        return text.replace(nonce, "NONCE")

    assert (unknown.status_code, hidden.status_code) == (404, 404)
    assert plain(unknown) == plain(hidden)
    assert set(unknown.headers) == set(hidden.headers)
