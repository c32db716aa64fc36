"""Words of a person stand on pages for those who may read them, and nowhere else.

Every personal field of the world holds words of its own. Whatever is asked for, rightly or not,
none of them may stand in a log, an address, an error page, a counter, a message or the audit.
"""

import logging
import re
import uuid
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.logs import NoPersonalData
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.factories import AT
from tests.house.leaks.two_worlds import questions
from tests.house.role_matrix.pages import standing_at
from tests.house.role_matrix.world import World, make_world

pytestmark = pytest.mark.django_db
CANARY = re.compile(r"Qz\w+-\w+zQ|Quill[A-Z]|Zebedee|99900\d{5}|999 00\d|1943-05-12")
OUTSIDE = "select row_to_json(t)::text from {} t"
COUNTERS = ("kit_counter", "access_auditentry", "access_auditperson", "access_session")


@pytest.fixture
def world() -> World:
    """Every seat and every situation."""
    return make_world()


def _asked(client: Client, world: World, situation: str) -> list[Any]:
    entry = world.items[situation, "council", "alerts"]
    assert isinstance(entry, uuid.UUID)
    found = []
    for _, method, path, *form in questions(world, situation, entry):
        data = dict(zip(form[::2], form[1::2], strict=True))
        found.append(client.post(path, data) if method == "POST" else client.get(path))
    return found


@pytest.mark.parametrize(
    ("role", "situation"), [(Role.GP, "own_team"), (Role.SOCIAL_WORKER, "sealed")]
)
def test_no_word_of_a_person_leaves_the_pages(
    world: World, role: Role, situation: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.WARNING)
    caplog.handler.addFilter(NoPersonalData())

    with standing_at(AT):
        answers = _asked(world.browser(role), world, situation)

    with as_role(DatabaseRole.LOADER), connection.cursor() as cursor:
        kept = []
        for table in COUNTERS:
            cursor.execute(OUTSIDE.format(table))
            kept += [row[0] for row in cursor.fetchall()]
    addresses = [answer.headers.get("Location", "") for answer in answers]
    errors = [answer.content.decode() for answer in answers if answer.status_code >= 400]
    headers = [str(dict(answer.headers)) for answer in answers]
    letters = [f"{letter.subject} {letter.body}" for letter in mail.outbox]
    said = [record.getMessage() for record in caplog.records]
    for place in (said, addresses, errors, headers, letters, kept):
        assert [words for words in place if CANARY.search(words)] == []


def test_the_canaries_are_there_to_be_found(world: World) -> None:
    with standing_at(AT):
        answers = _asked(world.browser(Role.GP), world, "own_team")

    shown = " ".join(answer.content.decode(errors="replace") for answer in answers)
    assert len(set(CANARY.findall(shown))) > 20


def test_a_page_that_breaks_over_a_record_says_none_of_it(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.handler.addFilter(NoPersonalData())
    client = world.browser(Role.GP)

    def broken(*given: object, **more: object) -> None:
        raise ValueError(f"cannot show {given} {more} of Zebedee Quillfeather, Qzcouncil-noteszQ")

    monkeypatch.setattr("oneplace.desk.presenters.record.make", broken)
    with standing_at(AT):
        answer = client.get(f"/person/{world.persons['own_team']}/")

    said = "\n".join(record.getMessage() for record in caplog.records)
    assert answer.status_code == 500
    assert not CANARY.search(answer.content.decode())
    assert not CANARY.search(said)
