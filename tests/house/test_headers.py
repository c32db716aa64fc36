"""Every answer, whatever it is, carries what tells a browser to keep it to itself."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client

from oneplace.access.sign_in import BROWSER_KNOWN_BY, remember_browser
from oneplace.vocabulary.terms import Role
from tests.factories import AT, bring_in_place, signed_in
from tests.house.role_matrix.pages import (
    METHODS,
    asked,
    path_of,
    routes_about_a_person,
    standing_at,
)
from tests.house.role_matrix.world import World, make_world
from tests.house.test_routes import _declared

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Every seat and every situation."""
    return make_world()


# Open data of services, never of a person, which any machine and any other site may read and keep.
OPEN_DATA = "/open-referral/"
OPEN_DATA_LACKS = {"no-store", "resource", "no other origin"}


def missing(answer: Any) -> list[str]:
    """What an answer lacks."""
    policy = answer.headers.get("Content-Security-Policy", "")
    wanted = {
        "a policy that begins with nothing": "default-src 'none'" in policy,
        "no frames": "frame-ancestors 'none'" in policy,
        "nothing unsafe": "unsafe" not in policy,
        "no-store": "no-store" in answer.headers.get("Cache-Control", ""),
        "nosniff": answer.headers.get("X-Content-Type-Options") == "nosniff",
        "deny frames": answer.headers.get("X-Frame-Options") == "DENY",
        "referrer": answer.headers.get("Referrer-Policy") in ("same-origin", "no-referrer"),
        "opener": answer.headers.get("Cross-Origin-Opener-Policy") == "same-origin",
        "resource": answer.headers.get("Cross-Origin-Resource-Policy") == "same-origin",
        "permissions": "Permissions-Policy" in answer.headers,
        "no other origin": "Access-Control-Allow-Origin" not in answer.headers,
    }
    return [name for name, is_there in wanted.items() if not is_there]


def test_every_route_answers_with_every_header_whoever_asks(world: World) -> None:
    about = routes_about_a_person()
    paths = {row.url for row in _declared() if row.route not in about}
    paths |= {path_of(world, route, parts, "own_team") for route, (_, parts) in about.items()}
    wrong = []

    with standing_at(AT):
        for client in (world.browser(Role.GP), world.browser(Role.IG_OFFICER), Client()):
            client.raise_request_exception = False
            for path in sorted(filter(None, paths)):
                answer = asked(client, "GET", path)
                lacks = set(missing(answer))
                if path.startswith(OPEN_DATA):
                    lacks = lacks - OPEN_DATA_LACKS | {*answer.cookies}
                wrong += [(path, each) for each in lacks]

    assert wrong == []


def test_open_data_is_the_same_for_everybody_and_knows_nobody() -> None:
    bring_in_place()
    browsers = signed_in(Role.GP), Client()

    answers = [browser.get(f"{OPEN_DATA}services") for browser in browsers]

    assert answers[0].content == answers[1].content
    assert all(answer.headers["Access-Control-Allow-Origin"] == "*" for answer in answers)
    assert not any(answer.cookies or "Set-Cookie" in answer.headers for answer in answers)


def test_errors_and_unusual_methods_carry_them_too() -> None:
    bring_in_place()
    client = signed_in(Role.GP)
    client.raise_request_exception = False
    paths = ("/nowhere/", "/person/x/", "/my-day/", "/%00/", "/sign-in/")

    wrong = {
        (method, path): missing(asked(client, method, path)) for method in METHODS for path in paths
    }

    assert {case: what for case, what in wrong.items() if what} == {}


def test_a_broken_page_and_a_strange_host_carry_them_too(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    bring_in_place()
    client = signed_in(Role.GP)
    client.raise_request_exception = False
    settings.ALLOWED_HOSTS = ["testserver"]
    strange = client.get("/my-day/", headers={"host": "elsewhere.example"})
    huge = client.post("/search/", {"words": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)})
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False).post("/search/")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("oneplace.access.audit.record_opening", broken)
    ours = client.get("/my-day/")

    assert [answer.status_code for answer in (strange, ours, strict)] == [400, 500, 403]
    assert huge.status_code >= 400
    assert [missing(answer) for answer in (strange, huge, strict, ours)] == [[], [], [], []]


def test_over_https_browsers_are_told_never_to_come_otherwise() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from django.conf import settings as s;"
            "print(s.SECURE_HSTS_SECONDS >= 31536000, s.SESSION_COOKIE_SECURE,"
            " s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE)",
        ],
        env={**os.environ, "ONEPLACE_PUBLIC_URL": "https://oneplace.example"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert told == ["True", "True", "True", "True", "Lax"]


def _over_https(asked: str) -> list[str]:
    """What a service at an https address answers to a few lines of Python."""
    told = subprocess.run(
        [sys.executable, "-c", asked],
        env={**os.environ, "ONEPLACE_PUBLIC_URL": "https://oneplace.example"},
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.split()


def test_over_https_cookies_bear_a_name_only_this_host_can_set() -> None:
    names = _over_https(
        "import django; django.setup();"
        "from django.conf import settings as s;"
        "from oneplace.access.sign_in import BROWSER_COOKIE as b;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, b,"
        " s.SESSION_COOKIE_PATH, s.CSRF_COOKIE_PATH, s.SESSION_COOKIE_DOMAIN, s.CSRF_COOKIE_DOMAIN)"
    )

    assert names[:3] == [f"__Host-oneplace_{each}" for each in ("session", "csrf", "browser")]
    # Browsers refuse the name where a cookie is not for the whole of one host.
    assert names[3:] == ["/", "/", "None", "None"]


def test_the_cookie_that_knows_a_browser_again_is_of_this_host_alone(settings: Any) -> None:
    settings.IS_HTTPS = True
    request, answer = HttpRequest(), HttpResponse()
    setattr(request, BROWSER_KNOWN_BY, "a secret")

    remember_browser(request, answer)  # type: ignore[arg-type]

    (cookie,) = answer.cookies.values()
    assert (cookie["path"], cookie["domain"]) == ("/", "")
    assert cookie["secure"] and cookie["httponly"]


def test_signing_out_tells_the_browser_to_forget_and_nothing_else_does() -> None:
    bring_in_place()
    client = signed_in(Role.GP)

    page = client.get("/my-day/")
    asked_first = client.get("/sign-out/")
    out = client.post("/sign-out/")
    again = Client().post("/sign-out/")

    assert out["Clear-Site-Data"] == '"cache", "storage"'
    assert "_auth_user_id" not in client.session
    for other in (page, asked_first, again):
        assert "Clear-Site-Data" not in other.headers
