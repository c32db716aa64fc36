"""Every response, errors included, carries its security headers and nobody's own words."""

import re
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from oneplace.access.guard import ANYONE
from oneplace.access.models import AuditEntry
from oneplace.access.sign_in import BROWSER_COOKIE
from oneplace.config.database import Role as DatabaseRole
from oneplace.desk.own_device_views import DEVICE_COOKIE
from oneplace.kit.logs import SECRET_PARTS, NoPersonalData, secret_prefixes
from oneplace.referrals.views import CODE_COOKIE
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.factories import bring_in_place, signed_in
from tests.house.test_routes import _routes

pytestmark = pytest.mark.django_db
PROJECT = Path(__file__).resolve().parents[2]
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


def test_the_refused_way_to_a_page_is_the_page_of_the_unknown_and_audited(client: Client) -> None:
    path = f"/people-at-work/posts/{uuid.uuid4()}/end/"
    before = _refusals()

    answers = [browser.get(path) for browser in (client, Client())]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert {action for action, _ in _refusals() - before} == {"access:end_hat"}


# --- addresses of any length ----------------------------------------------------------------------
# The same in every process, so that each names its tests alike.
NOBODYS = "0b5d1c52-7c1e-4f0e-9a53-6d1f3b8e2a90"
LONG = "a" * 300
LONGEST_THAT_FITS = {
    "number": "9" * 300,
    "kind": "P" + "a" * 40,
    "fhir_id": "a" * 64,
    "version": "1" * 20,
}


def _with_words() -> list[tuple[str, str]]:
    """Every route with a part that is not an id of ours, and its address with a long one."""
    found = []
    for route, pattern in _routes(get_resolver().url_patterns):
        parts = dict.fromkeys(pattern.pattern.regex.groupindex, LONG)
        ids = {part for part in parts if part.endswith("_id")} - {"provider_id"}
        if ids != parts.keys():
            ours = {**dict.fromkeys(ids, NOBODYS), "pk": "9" * 300}
            given = {part: ours.get(part, LONG) for part in parts}
            found.append((route, _reversed(route, given)))
    return found


def _reversed(route: str, given: dict[str, str]) -> str:
    """The address; where its pattern itself bounds a part, with the longest that still fits."""
    try:
        return reverse(route, kwargs=given)
    except NoReverseMatch:
        fitting = {part: LONGEST_THAT_FITS.get(part, value) for part, value in given.items()}
    try:
        return reverse(route, kwargs=fitting)
    except NoReverseMatch:
        # Sign-in calls a provider by a word, the directory by an id of ours.
        ids = {part: NOBODYS for part in fitting if part == "provider_id"}
        return reverse(route, kwargs={**fitting, **ids})


@pytest.mark.parametrize(("route", "path"), _with_words(), ids=lambda part: str(part)[:40])
def test_a_part_of_any_length_breaks_no_page_and_is_audited(
    client: Client, route: str, path: str
) -> None:
    client.raise_request_exception = False
    before = _entries()

    answers = [browser.get(path).status_code for browser in (client, Client())]
    answers += [browser.post(path).status_code for browser in (client, Client())]

    assert max(answers) < 500
    if 404 in (answers[0], answers[2]):
        assert _entries() > before


def _entries() -> int:
    with as_role(DatabaseRole.LOADER):
        return AuditEntry.objects.count()


# --- links that open by their secret --------------------------------------------------------------
SECRET = "TheSecretOfALiveLink"


def _secret_links() -> list[str]:
    return [
        reverse(route, kwargs=dict.fromkeys(pattern.pattern.regex.groupindex, SECRET))
        for route, pattern in _routes(get_resolver().url_patterns)
        if SECRET_PARTS & set(pattern.pattern.regex.groupindex)
    ]


def test_a_part_that_opens_a_page_by_itself_is_called_a_secret() -> None:
    # Words, not secrets: whoever guesses one learns nothing.
    words = {"role", "provider_id"}
    # What is published: services, terms of a taxonomy, figures the alliance gave its word for.
    words |= {"service_id", "held_id", "taxonomy_id", "term_id", "number"}
    unnamed = [
        route
        for route, pattern in _routes(get_resolver().url_patterns)
        if isinstance(pattern, URLPattern) and pattern.callback.guard.needs == ANYONE
        for parts in [set(pattern.pattern.regex.groupindex)]
        if parts - words and not parts & SECRET_PARTS
    ]

    assert unnamed == []
    assert secret_prefixes() == (
        "answer/",
        "can-you-help/",
        "come-in/",
        "find-help/check/",
        "forgotten-password/",
        "huddles/calendar/",
        "invitation/",
        "your-copy/",
    )


@pytest.mark.parametrize("path", _secret_links())
def test_the_secret_of_a_link_stands_in_no_log(
    path: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError(path)

    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    caplog.handler.addFilter(NoPersonalData())

    # A browser that keeps no cookie; a link that is not ours; a page of ours that breaks.
    strict.post(path, {"password": "x"})
    strict.get(path)
    monkeypatch.setattr("oneplace.access.guard.viewer_of", broken)
    strict.get(path)

    said = [record.getMessage() for record in caplog.records]
    assert len(said) >= 2
    assert SECRET not in "".join(said)


@pytest.mark.parametrize("path", _secret_links())
def test_the_secret_of_a_link_stands_in_no_audit(client: Client, path: str) -> None:
    client.get(path)

    assert SECRET not in "".join(subject for _, subject in _refusals())


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_proxys_log_cuts_every_address_that_goes_on_with_a_secret(name: str) -> None:
    text = (Path(__file__).resolve().parents[2] / "deploy" / "proxy" / name).read_text()
    cut = "|".join(prefix.removesuffix("/") for prefix in secret_prefixes())

    assert f"{cut})/" in text


# --- where somebody asks from ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("forwarded", "noted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("unknown, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9:5678", "203.0.113.9"),
        ("[2001:db8::1]:5678", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("unknown", None),
        ("203.0.113.999", None),
        ("", None),
    ],
)
def test_whatever_a_proxy_says_of_the_address_no_page_breaks(
    client: Client, settings: object, forwarded: str, noted: str | None
) -> None:
    settings.TRUSTED_PROXY = True  # type: ignore[attr-defined]

    answer = client.get("/my-day/", headers={"x-forwarded-for": forwarded})

    assert answer.status_code == 200
    with as_role(DatabaseRole.LOADER):
        entry = AuditEntry.objects.order_by("-id").first()
    assert entry is not None and entry.from_address == noted


@pytest.mark.parametrize("page", ["1", "0", "-1", "x", "", "99999", "9" * 4_400])
@pytest.mark.parametrize("path", ["/notices/", "/people-at-work/"])
def test_a_page_number_of_any_length_breaks_no_list(path: str, page: str) -> None:
    bring_in_place()
    manager = signed_in(Role.PROGRAMME_DIRECTOR)

    assert manager.get(path, {"page": page}).status_code == 200


def _refusals() -> set[tuple[str, str]]:
    with as_role(DatabaseRole.LOADER):
        return set(AuditEntry.objects.filter(outcome="refused").values_list("action", "subject_id"))


def test_every_cookie_is_one_that_people_are_told_of() -> None:
    """Five are set, and both papers say so: the privacy notes by name, the page by number."""
    known = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, BROWSER_COOKIE]
    known += [CODE_COOKIE, DEVICE_COOKIE]
    notes = (PROJECT / "docs" / "privacy.md").read_text()
    page = (PROJECT / "oneplace" / "desk" / "jinja2" / "desk" / "privacy.html").read_text()
    setters = [
        file.relative_to(PROJECT).as_posix()
        for file in (PROJECT / "oneplace").rglob("*.py")
        if re.search(r"\.(set_cookie|set_signed_cookie)\(", file.read_text())
    ]

    assert re.findall(r"^\| `(\w+)` \|", notes, re.MULTILINE) == known
    assert "We set five cookies" in page
    assert sorted(setters) == [
        "oneplace/access/sign_in.py",
        "oneplace/desk/own_device_views.py",
        "oneplace/referrals/views.py",
    ]
    assert "cookie" not in settings.MESSAGE_STORAGE
