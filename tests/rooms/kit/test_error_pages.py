"""Error pages say what happened and what to do, whatever else is broken."""

from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory

from oneplace.kit import views
from oneplace.vocabulary.terms import Role
from tests.factories import bring_in_place, signed_in


@pytest.fixture
def strict(db: None) -> Client:
    """A GP's browser before a server that checks the key of every form."""
    bring_in_place()
    return signed_in(Role.GP, Client(enforce_csrf_checks=True))


def test_a_form_without_its_key_can_be_sent_again_from_our_own_page(strict: Client) -> None:
    answer = strict.post("/search/", {"words": "falls"}, headers={"sec-fetch-site": "same-origin"})

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Send it again" in page
    assert 'name="words" value="falls"' in page


def test_a_strangers_form_cannot_be_sent_again(strict: Client) -> None:
    for site in ({"sec-fetch-site": "cross-site"}, {}):
        page = strict.post("/search/", {"words": "falls"}, headers=site).content.decode()

        assert "Send it again" not in page
        assert "falls" not in page


def test_a_password_is_never_put_into_a_page_to_send_again(strict: Client) -> None:
    answer = strict.post(
        "/sign-in/",
        {"login": "ruth@example.org", "password": "four words nobody joins"},
        headers={"sec-fetch-site": "same-origin"},
    )

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "four words" not in page and "Send it again" not in page


def test_our_own_mistake_is_told_calmly_with_a_reference(rf: RequestFactory) -> None:
    request: Any = rf.get("/my-day/")
    request.request_id = "0198-reference"
    request.session = {}

    answer = views.server_error(request)

    page = answer.content.decode()
    assert answer.status_code == 500
    assert "was not saved" in page and "0198-reference" in page


def test_our_own_mistake_is_told_even_when_templates_fail(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no templates today")

    monkeypatch.setattr(views, "render", broken)

    answer = views.server_error(rf.get("/"))

    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Something went wrong on our side" in page
    assert "no templates today" not in page


def test_the_page_for_what_is_unknown_does_not_repeat_the_address(strict: Client) -> None:
    answer = strict.get("/people/Zebedee/")

    page = answer.content.decode()
    assert answer.status_code == 404
    assert "Zebedee" not in page
    assert "Go to My day" in page
    assert "aria-current" not in page


@pytest.mark.django_db
def test_somebody_not_signed_in_is_offered_to_sign_in(client: Client) -> None:
    page = client.get("/nowhere/").content.decode()

    assert "You may need to sign in first" in page
    assert isinstance(client.get("/nowhere/").wsgi_request, HttpRequest)
