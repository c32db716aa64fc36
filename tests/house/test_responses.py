"""Every response, errors included, carries its security headers and nobody's own words."""

import pytest
from django.test import Client

from oneplace.access.models import AuditEntry
from oneplace.config.database import Role as DatabaseRole
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.factories import bring_in_place, signed_in

pytestmark = pytest.mark.django_db
CANARY = "Zebedee Quillfeather"


@pytest.fixture
def client() -> Client:
    bring_in_place()
    return signed_in(Role.GP)


@pytest.mark.parametrize("path", ["/", "/my-day/", "/sign-in/", "/nowhere/", "/help/"])
def test_every_page_carries_the_headers(client: Client, path: str) -> None:
    answer = client.get(path)

    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "no-store"


def test_each_answer_has_a_nonce_of_its_own(client: Client) -> None:
    first, second = client.get("/my-day/"), client.get("/my-day/")

    assert first["Content-Security-Policy"] != second["Content-Security-Policy"]


def test_an_unknown_address_is_not_repeated_on_its_page(client: Client) -> None:
    answer = client.get("/people/Zebedee-Quillfeather/")

    assert answer.status_code == 404
    assert "Quillfeather" not in answer.content.decode()


def test_what_was_typed_into_a_query_does_not_travel_to_sign_in() -> None:
    answer = Client().get("/my-day/", {"name": CANARY})

    assert answer.status_code == 302
    assert "Zebedee" not in answer["Location"]


def test_a_broken_view_shows_a_calm_page_and_logs_no_words_of_the_person(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from oneplace.kit.logs import NoPersonalData

    def broken(*_: object, **__: object) -> None:
        raise ValueError(f"duplicate key: Key (name)=({CANARY}) 943 476 5919 a.b@example.org")

    monkeypatch.setattr("oneplace.access.audit.record_opening", broken)
    client.raise_request_exception = False
    caplog.handler.addFilter(NoPersonalData())

    answer = client.get("/my-day/", {"name": CANARY})

    said = "\n".join(record.getMessage() for record in caplog.records)
    assert answer.status_code == 500
    assert CANARY not in answer.content.decode()
    assert CANARY not in said and "943" not in said and "@" not in said
    assert "ValueError" in said


@pytest.mark.parametrize("path", ["/who-works-together/organisations/%00/", "/%00/", "/help/%00/"])
def test_a_null_character_in_an_address_is_simply_unknown(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_asking_for_what_is_not_there_leaves_a_refusal_in_the_audit(client: Client) -> None:
    before = _refusals()

    answer = client.get("/who-works-together/organisations/nobody-of-this-name/")

    assert answer.status_code == 404
    assert _refusals() - before == {("desk:organisation", "nobody-of-this-name")}


def _refusals() -> set[tuple[str, str]]:
    with as_role(DatabaseRole.LOADER):
        return set(AuditEntry.objects.filter(outcome="refused").values_list("action", "subject_id"))
