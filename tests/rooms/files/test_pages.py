"""The one address of every file: what the browser is told, and who is told nothing."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oneplace.access.guard import PROVEN_BY_PROVIDER
from oneplace.access.models import Account, AuditEntry
from oneplace.access.viewer import Viewer, viewing
from oneplace.files import verbs
from oneplace.files.models import File
from oneplace.vocabulary.ids import new_id
from tests.rooms.files.conftest import PDF, PNG, relate

pytestmark = pytest.mark.django_db


def _sign_in(client: Client, viewer: Viewer) -> None:
    account = Account.objects.create(
        pk=viewer.account_id,
        kind=viewer.kind,
        name=viewer.name,
        email=f"{viewer.account_id}@example.org",
    )
    client.force_login(account)
    session = client.session
    session[PROVEN_BY_PROVIDER] = True
    session.save()


@pytest.fixture
def signed_in(client: Client, colleague: Viewer) -> Iterator[Client]:
    _sign_in(client, colleague)
    yield client


def _put(by: Viewer, at: datetime, content: bytes, name: str) -> File:
    with viewing(by, at=at):
        return verbs.put_file(
            chunks=[content], name=name, why="x", room="plans", thing_kind="plan", by=by, at=at
        )


def _read(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def _address(file: File) -> str:
    return reverse("files:open_file", args=[file.pk])


@pytest.mark.parametrize(
    ("content", "name", "media_type", "disposition"),
    [
        (PDF, "letter.pdf", "application/pdf", "inline"),
        (PNG, "scan.png", "image/png", "inline"),
        (b"GIF89a" + bytes(9), "a.gif", "image/gif", "attachment"),
        (b"a,b\n", "list.csv", "text/plain; charset=utf-8", "attachment"),
        (b"<html><script>1</script>", "p.html", "application/octet-stream", "attachment"),
        (b"<svg onload='x'>", "p.svg", "application/octet-stream", "attachment"),
    ],
)
def test_only_pdf_png_and_jpeg_are_shown_and_nothing_may_run(  # noqa: PLR0917
    signed_in: Client,
    colleague: Viewer,
    at: datetime,
    content: bytes,
    name: str,
    media_type: str,
    disposition: str,
) -> None:
    file = _put(colleague, at, content, name)

    response = signed_in.get(_address(file))

    assert response.status_code == 200
    assert _read(response) == content
    assert response.headers["Content-Type"] == media_type
    assert response.headers["Content-Disposition"] == f'{disposition}; filename="{name}"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "script-src" not in response.headers["Content-Security-Policy"]


def test_a_picture_is_sandboxed(signed_in: Client, colleague: Viewer, at: datetime) -> None:
    response = signed_in.get(_address(_put(colleague, at, PNG, "x.png")))

    assert response.headers["Content-Security-Policy"].endswith("sandbox")
    assert response.headers["Cache-Control"] == "private, no-store"


def test_an_opening_is_audited_with_its_person(
    signed_in: Client, colleague: Viewer, at: datetime
) -> None:
    person = new_id()
    relate(colleague, person, at)
    with viewing(colleague, at=at):
        file = verbs.put_file(
            chunks=[PDF],
            name="x.pdf",
            why="x",
            room="plans",
            thing_kind="plan",
            person_id=person,
            by=colleague,
            at=at,
        )

    _read(signed_in.get(_address(file)))

    with viewing(colleague, at=at):
        entry = AuditEntry.objects.get(action="open_file")
        assert (entry.person_id, entry.subject_id) == (person, str(file.pk))


def test_forbidden_and_unknown_files_look_alike(
    client: Client, colleague: Viewer, stranger: Viewer, at: datetime
) -> None:
    file = _put(colleague, at, PDF, "x.pdf")
    _sign_in(client, stranger)

    forbidden = client.get(_address(file))
    unknown = client.get(reverse("files:open_file", args=[new_id()]))

    assert (forbidden.status_code, unknown.status_code) == (404, 404)


def test_who_is_not_signed_in_is_asked_to(client: Client, colleague: Viewer, at: datetime) -> None:
    response = client.get(_address(_put(colleague, at, PDF, "x.pdf")))

    assert response.status_code == 302
    assert "/sign-in/" in response.headers["Location"]


def test_opening_a_file_stays_within_eight_statements(
    signed_in: Client, colleague: Viewer, at: datetime
) -> None:
    file = _put(colleague, at, PDF, "x.pdf")
    _read(signed_in.get(_address(file)))

    with CaptureQueriesContext(
        connection,
    ) as statements:
        _read(signed_in.get(_address(file)))

    asked = [s for s in statements if "SAVEPOINT" not in s["sql"]]
    assert len(asked) <= 8, "\n".join(s["sql"][:120] for s in asked)
