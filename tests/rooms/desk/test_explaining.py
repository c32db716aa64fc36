"""What would somebody see of a person, and why: for officers, without anything of the record."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from oneplace.access import verbs
from oneplace.access.models import AuditEntry, Hat, Relationship
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.desk.presenters.explaining import reader_of
from oneplace.desk.queries import explaining
from oneplace.feeds import reading
from oneplace.kit.refusals import Refused
from oneplace.people import queries as people
from oneplace.vocabulary.terms import BarrierKind, EntryKind, RelationshipKind, Role
from tests.database import as_role
from tests.factories import bring_in_place, make_account, make_hat, signed_in, viewer_in
from tests.rooms.desk.saying import AT, entry, margaret_arrives
from tests.rooms.desk.test_sharing import bar, connect
from tests.rooms.people.saying import NUMBER, OTHER_NUMBER

pytestmark = pytest.mark.django_db
PAGE = "/what-would-they-see/"


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Know the tests' reader by its name, stop the clock, and have the partners."""
    readers = {**reading.READERS, "from_memory": "tests.rooms.records.arriving:READER"}
    monkeypatch.setattr(reading, "READERS", readers)
    monkeypatch.setattr("oneplace.kit.clock.now", lambda: AT)
    bring_in_place()
    yield


@pytest.fixture
def person() -> uuid.UUID:
    """Margaret, with a condition in her record."""
    return margaret_arrives(entry(EntryKind.CONDITION, "Hyperthyroidism"))


@pytest.fixture
def sam() -> Hat:
    """Sam Rivers, a social worker of the council."""
    return make_hat(Role.SOCIAL_WORKER, account=make_account(name="Sam Rivers"))


@pytest.fixture
def officer() -> Client:
    """An officer's browser."""
    return signed_in(Role.IG_OFFICER)


def words_of(answer: Any) -> str:
    """The words of a page without its marks."""
    assert answer.status_code == 200
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))


def ask(client: Client, **typed: str) -> str:
    """What the page answers."""
    return words_of(client.post(PAGE, {"nhs_number": NUMBER, **typed}))


def test_a_colleague_whom_nothing_connects_sees_nothing_and_the_page_says_so(
    officer: Client, person: uuid.UUID, sam: Hat
) -> None:
    words = ask(officer, colleague="sam rivers")

    assert "Margaret Okafor, born in 1943 · NHS number 999 000 0018" in words
    assert "The record does not open. Nothing connects Sam Rivers with this person today." in words
    assert "Nothing, today or before" in words
    assert "Part by part" not in words


def test_the_answer_names_relationship_barrier_agreement_and_each_part(
    officer: Client, person: uuid.UUID, sam: Hat
) -> None:
    connect(person, sam.post.organisation_id, RelationshipKind.CASELOAD)
    bar(person, BarrierKind.LIMIT, "health")

    words = ask(officer, colleague=sam.account.email or "")

    assert "Sam Rivers may open this record: on this worker's or team's caseload." in words
    assert "On this worker's or team's caseload Croydon Council 12 March 2026 open" in words
    assert (
        "The person keeps this part to whoever wrote it: Conditions, medicines and results, "
        "against everybody, since 12 March 2026" in words
    )
    assert "“Caring for people together”, in force until 31 March 2027" in words
    assert "The person’s choices keep these with" in words
    assert "These are not shared with the role “Social worker”, whether or not any exist." in words


def test_nothing_of_the_record_is_shown(officer: Client, person: uuid.UUID, sam: Hat) -> None:
    connect(person, sam.post.organisation_id, RelationshipKind.CASELOAD)

    answer = officer.post(PAGE, {"nhs_number": NUMBER, "colleague": "sam rivers"})

    assert "Hyperthyroidism" not in answer.content.decode()
    assert "Elm Rise" not in answer.content.decode()


def test_a_past_relationship_is_told_as_over(officer: Client, person: uuid.UUID, sam: Hat) -> None:
    connect(person, sam.post.organisation_id, RelationshipKind.STAY)
    with as_role(DatabaseRole.LOADER):
        Relationship.objects.filter(person_id=person, kind=RelationshipKind.STAY).update(
            starts_at=AT - timedelta(days=9), ends_at=AT - timedelta(days=2)
        )

    words = ask(officer, colleague="sam rivers")

    assert "due home from it over Croydon Council 3 March 2026 10 March 2026" in words
    assert "The record does not open." in words


def test_a_role_somewhere_may_be_asked_about_without_naming_anybody(
    officer: Client, person: uuid.UUID
) -> None:
    words = ask(officer, role="analyst", organisation="council")

    assert "Anybody, Analyst at" in words
    assert "The role “Analyst” opens nobody’s record." in words


def test_the_question_is_in_the_audit_with_the_person_and_whom_it_was_about(
    officer: Client, person: uuid.UUID, sam: Hat
) -> None:
    ask(officer, colleague="sam rivers")

    with as_role(DatabaseRole.LOADER):
        kept = AuditEntry.objects.get(action="explain_access", person_id=person)
    assert (kept.subject_kind, kept.subject_id) == ("hat", str(sam.pk))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"nhs_number": OTHER_NUMBER, "colleague": "sam"}, "Nobody here has this NHS number"),
        ({"nhs_number": "9990000019", "colleague": "sam"}, "There is a problem"),
        ({"colleague": "nobody of this name"}, "No colleague here is called that"),
        ({}, "one of the two"),
        ({"role": "gp"}, "Choose both a role and the organisation"),
    ],
)
def test_what_cannot_be_answered_is_told_in_words(
    officer: Client, person: uuid.UUID, sam: Hat, typed: dict[str, str], says: str
) -> None:
    assert says in ask(officer, **typed)


def test_two_colleagues_of_one_name_are_told_apart_by_their_work_email(
    officer: Client, person: uuid.UUID, sam: Hat
) -> None:
    other = make_hat(Role.SOCIAL_WORKER, account=make_account(name="Sam Rivers"))

    words = ask(officer, colleague="Sam Rivers")

    assert f"Several colleagues fit. Type one work email: {sam.account.email}" in words
    assert str(other.account.email) in words


def test_a_stranger_may_neither_ask_nor_find_whom_to_ask_about(person: uuid.UUID, sam: Hat) -> None:
    gp = signed_in(Role.GP)
    viewer = viewer_in(make_hat(Role.GP), at=AT)

    with viewing(viewer, at=AT):
        found = people.numbered(NUMBER, viewer=viewer)
        colleagues = explaining.colleagues("sam", viewer=viewer)
        hats = explaining.in_their_hats(sam.account, viewer=viewer, at=AT)
        with pytest.raises(Refused):
            _explain(person, viewer_in(sam, at=AT), by=viewer)

    assert gp.get(PAGE).status_code == 404
    assert (found, colleagues, hats) == ([], [], [])


def test_without_its_audit_nothing_is_explained(
    person: uuid.UUID, sam: Hat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise RuntimeError("the audit cannot be written")

    monkeypatch.setattr("oneplace.access.audit.record", refuse)
    officer = viewer_in(make_hat(Role.IG_OFFICER), at=AT)

    with viewing(officer, at=AT), pytest.raises(RuntimeError):
        _explain(person, viewer_in(sam, at=AT), by=officer)


def _explain(person: uuid.UUID, about: Viewer, *, by: Viewer) -> object:
    return verbs.explain_access(
        person_id=person, about=about, reader=reader_of(about), by=by, at=AT
    )
