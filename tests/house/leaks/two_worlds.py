"""Two worlds that differ only in a hidden fact give every answer byte for byte alike."""

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from oneplace.config.database import Role as DatabaseRole
from oneplace.records.models import Entry
from oneplace.vocabulary.terms import EntryKind, Role
from tests.database import as_role
from tests.house.leaks.facts import SECRET, Fact, hidden
from tests.house.role_matrix.pages import plain, routes_about_a_person, standing_at
from tests.house.role_matrix.situations import SITUATIONS
from tests.house.role_matrix.world import World
from tests.house.test_routes import _declared

Answer = tuple[int, bytes, frozenset[tuple[str, str]]]
_RECORD: Final = (
    *("person", "person_health", "person_care", "person_measures", "person_people"),
    *("person_documents", "person_summary", "person_timeline"),
)
_LISTS: Final = (
    *("desk:my_day", "desk:search", "desk:partners", "desk:services", "desk:help"),
    *("post:notices", "post:own_messages", "people:who_is_who"),
    *("people:merges", "people:doubts", "feeds:feeds", "feeds:kept_aside", "people:add_person"),
)


# These show the machine's clock, or a secret made anew each time: they are never alike.
_NEVER_ALIKE: Final = (
    *("access:own_sign_in", "desk:arriving"),
    *("account_login", "mfa_activate_totp", "mfa_add_webauthn"),
)


@dataclass
class Pairs:
    """How many pairs of worlds answered how many questions, and which differed."""

    pairs: int = 0
    answers: int = 0
    different: list[str] = field(default_factory=list)


def questions(world: World, situation: str, hidden_entry: uuid.UUID) -> Iterator[tuple[str, ...]]:
    """Everything asked of one world: (name, method, path, form fields ...)."""
    person = world.persons[situation]
    name = f"Quill{situation.title().replace('_', '')}"
    for page in _RECORD:
        yield page, "GET", reverse(f"desk:{page}", args=[person])
    story = reverse("desk:person", args=[person])
    timeline = reverse("desk:person_timeline", args=[person])
    for kind in (EntryKind.CONDITION, EntryKind.NOTE, EntryKind.STAY, EntryKind.CONCERN):
        yield f"filter by {kind.value}", "GET", f"{story}?kind={kind.value}"
    for query in ("period=month", "partner=mental_health_trust", "after=~" + str(hidden_entry)):
        yield f"filter {query.partition('=')[0]}", "GET", f"{story}?{query}"
    yield "next page", "GET", f"{timeline}?after=2026-03-01T00:00:00%2B00:00~{hidden_entry}"
    yield "words in a record", "POST", story, "words", SECRET
    entry = reverse("desk:entry", args=[person, hidden_entry])
    yield "the entry itself", "GET", entry
    yield "the entry itself, sent", "POST", entry
    yield "take it back", "GET", reverse("desk:cancel_entry", args=[person, hidden_entry])
    yield "it is not this person", "GET", _marking(person, hidden_entry)
    yield "an empty form", "POST", reverse("desk:add_entry", args=[person]), "kind", "note"
    for words in (name, f"{name} Zebedee", SECRET, "Zebedee 1943", "999 000 0018", "CR0 1XX"):
        yield f"search {words[:9]}", "POST", reverse("desk:search"), "words", words
        yield f"suggest {words[:9]}", "POST", reverse("desk:suggestions"), "words", words
    for page in _LISTS:
        yield page, "GET", reverse(page)
    # Pages nobody thought of here: whatever else names a person in its address.
    ids = {"person_id": person, "entry_id": hidden_entry}
    for route, (_, parts) in routes_about_a_person().items():
        if parts <= ids.keys() and (path := _path(route, {part: ids[part] for part in parts})):
            yield f"page {route}", "GET", path


def _path(route: str, parts: dict[str, uuid.UUID]) -> str | None:
    """The address; None where what is called an entry there is something else."""
    try:
        return reverse(route, kwargs=parts)
    except NoReverseMatch:
        return None


def everything() -> Iterator[tuple[str, ...]]:
    """Every page whose address is known beforehand and names no person."""
    for row in _declared():
        if row.url and row.route not in _NEVER_ALIKE:
            yield f"list {row.route}", "GET", row.url


def _marking(person: uuid.UUID, entry: uuid.UUID) -> str:
    return reverse("people:mark_not_this_person", kwargs={"person_id": person, "entry_id": entry})


def answers(
    world: World, client: Client, situation: str, entry: uuid.UUID, *, is_whole: bool = False
) -> dict[str, Answer]:
    """What a world answers; nothing asked changes it."""
    found: dict[str, Answer] = {}
    asked = [*questions(world, situation, entry), *(everything() if is_whole else ())]
    with standing_at(SITUATIONS[situation].at):
        for name, method, path, *form in asked:
            data = dict(zip(form[::2], form[1::2], strict=True))
            point = transaction.savepoint()
            answer: Any = client.post(path, data) if method == "POST" else client.get(path)
            found[name] = plain(answer)
            transaction.savepoint_rollback(point)
    return found


def compare(world: World, facts: Sequence[Fact], *, seed: int, is_whole: bool = False) -> Pairs:
    """For each fact, the world with it and the world without, question by question.

    `is_whole` asks every page there is besides.
    """
    pairs, chance = Pairs(), random.Random(seed)
    bare: dict[tuple[Role, str], dict[str, Answer]] = {}
    clients: dict[Role, Client] = {}
    for fact in facts:
        client = clients.setdefault(fact.role, world.browser(fact.role))
        key = fact.role, fact.situation
        with transaction.atomic():
            if key not in bare:
                bare[key] = answers(world, client, fact.situation, uuid.uuid4(), is_whole=is_whole)
            without = bare[key]
            point = transaction.savepoint()
            with as_role(DatabaseRole.LOADER):
                fact.add(world, chance)
                entry = Entry.objects.filter(words=SECRET).values_list("pk", flat=True).first()
            _forget_who_looks()
            having = answers(
                world, client, fact.situation, entry or uuid.uuid4(), is_whole=is_whole
            )
            transaction.savepoint_rollback(point)
        pairs.pairs += 1
        pairs.answers += len(without)
        pairs.different += [
            f"{fact.role.value}, {fact.situation}, {fact.words}: {name}"
            for name, answer in having.items()
            if answer != without[name]
        ]
    return pairs


def _forget_who_looks() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('oneplace.parties', '', true)")


def some_facts(number: int, *, seed: int) -> list[Fact]:
    """So many hidden facts, of every kind in turn, for roles and situations by chance."""
    chance = random.Random(seed)
    by_kind: dict[str, list[Fact]] = {}
    for role in Role:
        for situation in SITUATIONS:
            for fact in hidden(role, situation):
                by_kind.setdefault(fact.kind, []).append(fact)
    kinds = sorted(by_kind)
    chosen = [chance.choice(by_kind[kinds[turn % len(kinds)]]) for turn in range(number)]
    # One person at a time, so that the world without is asked once for all their facts.
    return sorted(chosen, key=lambda fact: (fact.role.value, fact.situation))
