"""Swaps ids: whoever opens one record tries every key of another in each address and form they see.

The addresses and forms are those of the pages themselves, found by reading them, so that a new page
is tried the day it is linked. Whatever comes back may hold no word of what is closed.
"""

import random
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from django.db import transaction
from django.test import Client

from oneplace.access.models import Relationship
from oneplace.config.database import Role as DatabaseRole
from oneplace.records.models import Identity, Subject
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.house.leaks.facts import SECRET
from tests.house.role_matrix.pages import standing_at
from tests.house.role_matrix.situations import SITUATIONS
from tests.house.role_matrix.truth import truth
from tests.house.role_matrix.world import CANARY, World

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MOST_PAGES: Final = 60
# Signing out would end the try; the language of the rest is GET and POST.
_LEAVE_ALONE: Final = ("/sign-out/", "/sign-in/", "/static/")


@dataclass
class Swaps:
    """How many swaps were tried and what came through."""

    tried: int = 0
    leaks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Form:
    """A form of a page: where it is sent and what it holds."""

    method: str
    action: str
    fields: tuple[tuple[str, str], ...]


class _Reader(HTMLParser):
    """Reads the links and forms of a page."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.links: list[str] = []
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.append(given["href"].partition("#")[0])
        for name in ("hx-get", "hx-post", "src"):
            if given.get(name, "").startswith("/"):
                self.links.append(given[name])
        if tag == "form":
            action = given.get("action") or self.path
            self.forms.append(Form(given.get("method", "get").upper(), action, ()))
        if tag in ("input", "option", "button", "textarea") and given.get("name") and self.forms:
            last = self.forms[-1]
            one = (given["name"], given.get("value", ""))
            self.forms[-1] = Form(last.method, last.action, (*last.fields, one))


def swap_everything(
    world: World, role: Role, *, own: str, other: str, most: int, seed: int
) -> Swaps:
    """Open the record of situation `own`, and try the keys of `other`, which is closed."""
    assert not truth()[role, other].is_record_open
    chance, swaps = random.Random(seed), Swaps()
    client = world.browser(role)
    foreign = _keys_of(world, other)
    with standing_at(SITUATIONS[own].at):
        links, forms = _found(client, f"/person/{world.persons[own]}/")
        attempts = list(_attempts(links, forms, foreign))
        for method, path, data in chance.sample(attempts, min(most, len(attempts))):
            swaps.tried += 1
            point = transaction.savepoint()
            answer: Any = getattr(client, method.lower())(path, data)
            swaps.leaks += [
                f"{role.value}: {method} {path} {what}" for what in _wrong(answer, own, role)
            ]
            transaction.savepoint_rollback(point)
    return swaps


def _keys_of(world: World, situation: str) -> list[str]:
    """Every key of a person's things: the person, entries, numbers, identities, relationships."""
    person = world.persons[situation]
    with as_role(DatabaseRole.LOADER):
        found = [
            person,
            *(key for (name, *_), key in world.items.items() if name == situation),
            *Subject.objects.filter(person_id=person).values_list("pk", flat=True),
            *Identity.objects.filter(subject__person_id=person).values_list("pk", flat=True),
            *Relationship.objects.filter(person_id=person).values_list("pk", flat=True),
        ]
    return [str(key) for key in found if isinstance(key, uuid.UUID)]


def _found(client: Client, start: str) -> tuple[list[str], list[Form]]:
    """The links and forms with a key in them, of every page reached from one."""
    waiting = [start, "/my-day/", "/search/"]
    seen: dict[str, int] = {}
    links: dict[str, None] = {}
    forms: dict[Form, None] = {}
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        shape = _UUID.sub("*", path)
        if seen.get(shape, 0) >= 2 or path.startswith(_LEAVE_ALONE):
            continue
        seen[shape] = seen.get(shape, 0) + 1
        point = transaction.savepoint()
        answer = client.get(path)
        transaction.savepoint_rollback(point)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        reader = _Reader(urlsplit(path).path)
        reader.feed(answer.content.decode(errors="replace"))
        links |= dict.fromkeys(link for link in reader.links if _UUID.search(link))
        forms |= dict.fromkeys(reader.forms)
        waiting += reader.links
    return list(links), list(forms)


def _attempts(
    links: Sequence[str], forms: Sequence[Form], foreign: Sequence[str]
) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Each key in a path, a query or a field put out for each foreign one, one at a time."""
    for link in links:
        for number, place in enumerate(_UUID.finditer(link)):
            for key in foreign:
                yield "GET", link[: place.start()] + key + link[place.end() :], {}
                if number == 0:
                    yield "POST", link[: place.start()] + key + link[place.end() :], {}
    for form in forms:
        data = {name: value for name, value in form.fields if name != "csrfmiddlewaretoken"}
        for key in foreign if form.method in ("GET", "POST") else ():
            for place in _UUID.finditer(form.action):
                action = form.action[: place.start()] + key + form.action[place.end() :]
                yield form.method, action, data
            for name, value in data.items():
                if _UUID.search(value):
                    yield form.method, form.action, {**data, name: _UUID.sub(key, value)}
                elif name in ("after", "words", "partner", "person", "file", "to"):
                    yield form.method, form.action, {**data, name: key}


def _wrong(answer: Any, own: str, role: Role) -> Iterator[str]:
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        yield f"breaks ({answer.status_code})"
    body = bytes(getattr(answer, "content", b"")).decode(errors="replace")
    told = {(who, item) for who, item in CANARY.findall(body)}
    yield from (f"tells {item} of {who}" for who, item in told - truth()[role, own].opens)
    if SECRET in body:
        yield "tells the secret"
