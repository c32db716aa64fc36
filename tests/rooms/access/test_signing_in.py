"""Signing in with email and password: in, out, guessed at, forgotten, ended."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.test import Client

from oneplace.access import guessing
from oneplace.access.middleware import BEGAN_IN_SESSION, SEEN_IN_SESSION
from oneplace.access.models import Account, FailedSignIn, Session
from oneplace.access.sign_in import BROWSER_COOKIE, browser_words
from oneplace.config.database import Role as DatabaseRole
from oneplace.vocabulary.terms import AccountKind, AuditOutcome, Role
from tests.database import as_role
from tests.rooms.access.conftest import PASSWORD, Borough, audited, code_now

ComeIn = Callable[..., Client]


def _try(browser: Client, account: Account, password: str, **extra: str) -> bool:
    answer = browser.post("/sign-in/", {"login": account.email, "password": password}, **extra)
    return answer.status_code == 302


def test_the_right_password_opens_my_day_in_the_only_hat(borough: Borough, come_in: ComeIn) -> None:
    account = borough.person(Role.GP)

    browser = come_in(account)
    answer = browser.get("/my-day/", follow=True)

    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == "/my-day/"
    assert audited("sign_in")[-1].detail == {"by": ["password"]}
    assert audited("wear_hat")[-1].account_id == account.pk


def test_capitals_in_an_address_do_not_matter(borough: Borough, client: Client) -> None:
    account = borough.account(email="ruth@example.org")

    answer = client.post("/sign-in/", {"login": "Ruth@Example.org", "password": PASSWORD})

    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(account.pk)


@pytest.mark.parametrize(
    "kind", [AccountKind.CLIENT_SYSTEM, AccountKind.DEVICE, AccountKind.BACKGROUND_JOB]
)
def test_only_people_sign_in(borough: Borough, client: Client, kind: AccountKind) -> None:
    account = borough.account(kind=kind)

    _try(client, account, PASSWORD)

    assert "_auth_user_id" not in client.session


def test_a_wrong_password_is_audited_without_the_typed_address(
    borough: Borough, client: Client
) -> None:
    account = borough.account(email="ruth@example.org")

    answer = client.post("/sign-in/", {"login": account.email, "password": "wrong"})

    assert "The email address or the password is not right" in answer.content.decode()
    entry = audited("sign_in")[-1]
    assert entry.outcome is AuditOutcome.FAILED
    assert "ruth" not in str(entry.detail)
    assert FailedSignIn.objects.count() == 1


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(
    borough: Borough, client: Client
) -> None:
    account = borough.account()

    wrong = client.post("/sign-in/", {"login": account.email, "password": "wrong"})
    unknown = client.post("/sign-in/", {"login": "nobody@example.org", "password": "wrong"})

    shown = [_error(answer.content.decode()) for answer in (wrong, unknown)]
    assert shown[0] == shown[1] != ""


def _error(page: str) -> str:
    found = re.search(r"error-summary.*?</div>", page, re.DOTALL)
    return re.sub(r"\s+|<[^>]+>", " ", found.group(0)) if found else ""


def test_signing_in_changes_the_sessions_key(borough: Borough, client: Client) -> None:
    account = borough.account()
    client.get("/sign-in/")
    session = client.session
    session["story"] = {"chapter": 1}
    session.save()
    before = session.session_key

    _try(client, account, PASSWORD)

    assert client.session.session_key != before


def test_signing_out_ends_the_session(borough: Borough, come_in: ComeIn) -> None:
    account = borough.account()
    browser = come_in(account)
    key = browser.session.session_key

    browser.post("/sign-out/")

    assert not Session.objects.filter(session_key=key).exists()
    assert audited("sign_out")[-1].account_id == account.pk
    assert browser.get("/your-sign-in/").status_code == 302


# --- guessing -------------------------------------------------------------------------------------


def test_a_burst_of_guesses_gives_no_entry_and_locks_out_no_clinician(
    borough: Borough, client: Client, no_second_step: None
) -> None:
    account = borough.person(Role.GP)
    assert _try(client, account, PASSWORD, REMOTE_ADDR="10.1.1.1")
    client.post("/sign-out/")
    stranger = Client()

    entered = 0
    for guess in range(120):
        # The right password is among the guesses, once the strangers' count is full.
        password = PASSWORD if guess > guessing.MOST_FROM_STRANGERS else f"guess {guess}"
        entered += _try(stranger, account, password, REMOTE_ADDR=f"203.0.113.{guess}")

    assert entered == 0
    assert FailedSignIn.objects.count() == guessing.MOST_FROM_STRANGERS
    assert _try(client, account, PASSWORD, REMOTE_ADDR="10.1.1.1")


def test_the_clinicians_own_browser_is_known_from_another_address_too(
    borough: Borough, client: Client, no_second_step: None
) -> None:
    account = borough.person(Role.GP)
    _try(client, account, PASSWORD, REMOTE_ADDR="10.1.1.1")
    client.post("/sign-out/")
    stranger = Client()
    for guess in range(guessing.MOST_FROM_STRANGERS + 1):
        _try(stranger, account, f"guess {guess}", REMOTE_ADDR=f"203.0.113.{guess}")

    assert client.cookies[BROWSER_COOKIE].value
    assert not _try(Client(), account, PASSWORD, REMOTE_ADDR="198.51.100.9")
    assert _try(client, account, PASSWORD, REMOTE_ADDR="198.51.100.9")


def test_a_known_place_is_slowed_too_but_apart(borough: Borough, client: Client) -> None:
    account = borough.account()
    _try(client, account, PASSWORD, REMOTE_ADDR="10.1.1.1")
    client.post("/sign-out/")

    for guess in range(guessing.MOST_AT_KNOWN_PLACE):
        _try(client, account, f"guess {guess}", REMOTE_ADDR="10.1.1.1")

    assert not _try(client, account, PASSWORD, REMOTE_ADDR="10.1.1.1")


def test_a_guesser_in_the_same_building_does_not_lock_out_the_clinicians_browser(
    borough: Borough, client: Client, no_second_step: None
) -> None:
    account = borough.person(Role.GP)
    _try(client, account, PASSWORD, REMOTE_ADDR="10.1.1.1")
    client.post("/sign-out/")
    colleague = Client()
    for guess in range(guessing.MOST_AT_KNOWN_PLACE + 1):
        _try(colleague, account, f"guess {guess}", REMOTE_ADDR="10.1.1.1")

    assert not _try(colleague, account, PASSWORD, REMOTE_ADDR="10.1.1.1")
    assert _try(client, account, PASSWORD, REMOTE_ADDR="10.1.1.1")


def test_the_same_guess_tried_on_everybody_is_stopped_by_its_address(
    borough: Borough, client: Client
) -> None:
    for number in range(guessing.MOST_FROM_ADDRESS):
        _try(client, Account(email=f"somebody{number}@example.org"), "Spring2026!")
    account = borough.account()

    entered = _try(client, account, PASSWORD)

    assert not entered
    assert (
        "Too many wrong passwords"
        in client.post("/sign-in/", {"login": account.email, "password": PASSWORD}).content.decode()
    )


def test_old_guesses_do_not_count(borough: Borough, client: Client) -> None:
    account = borough.account()
    for guess in range(guessing.MOST_FROM_STRANGERS):
        _try(client, account, f"guess {guess}")

    FailedSignIn.objects.update(
        failed_at=datetime.now(UTC) - guessing.WINDOW - timedelta(minutes=1)
    )

    assert _try(client, account, PASSWORD)


def test_ten_thousand_attempts_are_counted_quickly(borough: Borough) -> None:
    tried = guessing.attempt("ruth@example.org", from_address="203.0.113.1", known_place="")
    FailedSignIn.objects.bulk_create(
        FailedSignIn(login_hash=tried.login_hash, from_address="203.0.113.1") for _ in range(10_000)
    )

    began = datetime.now(UTC)
    reasons = {guessing.why_not_try(tried) for _ in range(20)}

    assert None not in reasons
    assert datetime.now(UTC) - began < timedelta(seconds=2)


# --- limits of a session --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "limit"),
    [(SEEN_IN_SESSION, "idle"), (BEGAN_IN_SESSION, "absolute")],
)
def test_a_session_ends_when_idle_or_old(
    borough: Borough, come_in: ComeIn, key: str, limit: str
) -> None:
    browser = come_in(borough.person(Role.GP))
    assert browser.get("/your-sign-in/").status_code == 200
    session = browser.session
    longest = getattr(settings.PLACE.sessions, limit).timedelta
    session[key] = (datetime.now(UTC) - longest - timedelta(seconds=5)).isoformat()
    session.save()

    answer = browser.get("/your-sign-in/")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")
    assert "_auth_user_id" not in browser.session


def test_a_session_within_its_limits_goes_on(borough: Borough, come_in: ComeIn) -> None:
    browser = come_in(borough.person(Role.GP))
    session = browser.session
    idle = settings.PLACE.sessions.idle.timedelta
    session[SEEN_IN_SESSION] = (datetime.now(UTC) - idle + timedelta(seconds=30)).isoformat()
    session.save()

    assert browser.get("/your-sign-in/").status_code == 200
    seen = datetime.fromisoformat(browser.session[SEEN_IN_SESSION])
    assert datetime.now(UTC) - seen < timedelta(minutes=1)


# --- where one is signed in -----------------------------------------------------------------------


def test_the_page_shows_where_one_is_signed_in_and_ends_one_of_them(
    borough: Borough, come_in: ComeIn
) -> None:
    account = borough.person(Role.GP)
    here = come_in(account, Client(headers={"user-agent": "Firefox/120 Windows"}))
    there = come_in(account, Client(headers={"user-agent": "Safari/1 iPhone"}))

    page = here.get("/your-sign-in/").content.decode()
    reference = re.search(r"/your-sign-in/places/(\w+)/end/", page)
    assert "Firefox on Windows" in page and "Safari on iPhone" in page
    assert reference is not None
    assert str(there.session.session_key) not in page
    here.post(f"/your-sign-in/places/{reference.group(1)}/end/")

    assert there.get("/your-sign-in/").status_code == 302
    assert here.get("/your-sign-in/").status_code == 200
    assert audited("end_session")[-1].account_id == account.pk


def test_nobody_ends_another_accounts_session(borough: Borough, come_in: ComeIn) -> None:
    mine = come_in(borough.person(Role.GP, "Ann One"))
    theirs = come_in(borough.person(Role.GP, "Bea Two"), Client())
    from oneplace.access.queries import session_reference

    reference = session_reference(theirs.session.session_key)
    mine.post(f"/your-sign-in/places/{reference}/end/")

    assert theirs.get("/your-sign-in/").status_code == 200


def test_signing_out_everywhere_leaves_this_browser_and_no_other(
    borough: Borough, come_in: ComeIn
) -> None:
    account = borough.person(Role.GP)
    here, there = come_in(account), come_in(account, Client())
    here.get("/hats/")
    before = here.session.session_key

    here.post("/your-sign-in/sign-out-everywhere/")

    assert there.get("/your-sign-in/").status_code == 302
    assert here.get("/your-sign-in/").status_code == 200
    assert here.session.session_key != before
    assert here.get("/my-day/").status_code == 200


def test_a_stolen_session_row_opens_nothing_after_signing_out_everywhere(
    borough: Borough, come_in: ComeIn
) -> None:
    account = borough.person(Role.GP)
    browser = come_in(account)
    stolen = dict(browser.session.items())

    account.sessions_valid_from = datetime.now(UTC)
    account.save()
    session = browser.session
    session.update(stolen)
    session.save()

    assert browser.get("/your-sign-in/").status_code == 302


def test_browsers_say_what_they_are_in_two_words() -> None:
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/120 Safari/537 Edg/120"

    assert browser_words(edge) == "Edge on Windows"
    assert browser_words("") == "Unknown browser"


# --- passwords ------------------------------------------------------------------------------------


def test_a_forgotten_password_is_set_anew_by_a_link_that_opens_once(
    borough: Borough, client: Client, come_in: ComeIn, letters: list[mail.EmailMessage]
) -> None:
    account = borough.person(Role.GP)
    elsewhere = come_in(account, Client())

    client.post("/forgotten-password/", {"email": account.email})
    link = re.search(r"http://\S+", letters[0].body)
    assert link is not None
    path = link.group(0).removeprefix(settings.PUBLIC_URL)
    form = client.get(path, follow=True)
    action = form.request["PATH_INFO"]
    new = "quite another four words"
    done = client.post(action, {"password1": new, "password2": new}, follow=True)

    assert done.status_code == 200
    assert elsewhere.get("/your-sign-in/").status_code == 302
    assert _try(Client(), account, new)
    assert "does not open" in Client().get(path, follow=True).content.decode()
    assert "set anew" in letters[1].subject
    assert audited("change_password")[-1].subject_id == str(account.pk)


def test_no_letter_goes_to_an_address_nobody_here_has(
    borough: Borough, client: Client, letters: list[mail.EmailMessage]
) -> None:
    answer = client.post("/forgotten-password/", {"email": "stranger@example.org"})

    assert answer["Location"] == "/forgotten-password/sent/"
    assert letters == []


def test_somebody_brought_in_from_a_list_sets_a_first_password_by_link(
    borough: Borough, client: Client, letters: list[mail.EmailMessage]
) -> None:
    account = borough.account(password=None)

    client.post("/forgotten-password/", {"email": account.email})

    assert len(letters) == 1


def test_a_short_password_is_refused(borough: Borough, come_in: ComeIn) -> None:
    browser = come_in(borough.account())

    answer = browser.post(
        "/your-sign-in/password/",
        {"oldpassword": PASSWORD, "password1": "eleven char", "password2": "eleven char"},
    )

    assert "at least 12 characters" in answer.content.decode()


def test_changing_the_password_ends_the_other_sessions(
    borough: Borough, come_in: ComeIn, letters: list[mail.EmailMessage]
) -> None:
    account = borough.account()
    here, there = come_in(account), come_in(account, Client())
    new = "quite another four words"

    here.post(
        "/your-sign-in/password/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )

    assert here.get("/your-sign-in/").status_code == 200
    assert there.get("/your-sign-in/").status_code == 302
    assert letters[-1].subject == "Your password was changed"


# --- what is exposed ------------------------------------------------------------------------------


def test_nobody_signs_up_unasked(client: Client, db: None) -> None:
    for path in ("/sign-up/", "/accounts/signup/", "/signup/", "/account/email/"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/sign-in/", "/forgotten-password/", "/forgotten-password/sent/", "/sign-in/ended/",
     "/forgotten-password/done/", "/sign-out/"],
)  # fmt: skip
def test_every_page_of_signing_in_is_ours(client: Client, db: None, path: str) -> None:
    answer = client.get(path, follow=True)

    assert answer.status_code == 200
    assert "nhsuk-skip-link" in answer.content.decode()


def test_a_passkey_that_is_none_of_ours_opens_nothing_and_is_audited(
    borough: Borough, client: Client
) -> None:
    client.get("/sign-in/passkey/", headers={"accept": "application/json"})

    for credential in ("", "{}", '{"id": "x", "response": {"userHandle": "eA"}}'):
        answer = client.post("/sign-in/passkey/", {"credential": credential})
        assert answer["Location"] == "/sign-in/"

    assert "_auth_user_id" not in client.session
    assert [entry.outcome for entry in audited("sign_in")] == [AuditOutcome.FAILED] * 3


def test_signing_in_leads_to_the_page_that_was_asked_for_and_never_elsewhere(
    borough: Borough, client: Client, no_second_step: None
) -> None:
    account = borough.person(Role.GP)
    typed = {"login": account.email, "password": PASSWORD}

    asked = client.post("/sign-in/", {**typed, "next": "/your-sign-in/"})
    client.post("/sign-out/")
    elsewhere = client.post("/sign-in/", {**typed, "next": "https://elsewhere.example/"})

    assert asked["Location"] == "/your-sign-in/"
    assert "elsewhere" not in elsewhere["Location"]


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("http://testserver/people-at-work/?text=secret", "/people-at-work/"),
        ("http://testserver/nowhere/", "/my-day/"),
        ("https://elsewhere.example/people-at-work/", "/my-day/"),
        ("http://testserver//elsewhere.example/", "/my-day/"),
        ("http://testserver", "/my-day/"),
        ("", "/my-day/"),
    ],
)
def test_what_was_sent_after_the_session_ended_leads_back_to_its_page(
    borough: Borough, client: Client, no_second_step: None, came_from: str, leads_to: str
) -> None:
    manager = Account.objects.get(pk=borough.manager().account_id)
    only_by_post = f"/people-at-work/posts/{manager.hats.get().pk}/end/"

    away = client.post(only_by_post, headers={"referer": came_from} if came_from else {})
    asked = parse_qs(urlsplit(away["Location"]).query)["next"][0]
    client.post("/sign-in/", {"login": manager.email, "password": PASSWORD, "next": asked})
    client.get("/hats/")

    assert asked == leads_to
    assert client.get(asked).status_code == 200


# --- second step ----------------------------------------------------------------------------------


def test_staff_without_a_second_step_reach_nothing_but_its_set_up(
    borough: Borough, client: Client
) -> None:
    account = borough.person(Role.GP)
    _try(client, account, PASSWORD)

    answer = client.get("/my-day/", follow=True)
    hat = account.hats.get()
    worn = client.post(f"/hats/{hat.pk}/wear/", follow=True)

    assert answer.request["PATH_INFO"] == "/hats/second-step/"
    assert "Set up a second step" in answer.content.decode()
    assert worn.request["PATH_INFO"] == "/hats/second-step/"
    assert "hat" not in client.session


def test_a_resident_comes_in_without_hat_or_second_step(borough: Borough, client: Client) -> None:
    account = borough.account("Rose Resident", kind=AccountKind.RESIDENT)

    _try(client, account, PASSWORD)
    answer = client.get("/my-day/", follow=True)

    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == "/my-day/"


def _add_app(browser: Client) -> str:
    browser.post("/your-sign-in/confirm/?next=/your-sign-in/app/", {"password": PASSWORD})
    page = browser.get("/your-sign-in/app/").content.decode()
    secret = re.search(r"data-totp-key>(\w+)<", page)
    assert secret is not None, page
    answer = browser.post("/your-sign-in/app/", {"code": code_now(secret.group(1))})
    assert answer.status_code == 302, answer.content.decode()
    return secret.group(1)


def test_an_authenticator_app_is_added_used_and_kept_secret(
    borough: Borough,
    client: Client,
) -> None:
    account = borough.person(Role.GP)
    _try(client, account, PASSWORD)

    secret = _add_app(client)
    codes = client.get("/your-sign-in/recovery-codes/").content.decode()

    assert client.get("/my-day/", follow=True).request["PATH_INFO"] == "/my-day/"
    assert secret not in str(Authenticator.objects.get(user=account, type="totp").data)
    assert len(re.findall(r"<li><samp>", codes)) == 10
    assert audited("add_app")[-1].account_id == account.pk

    other = Client()
    step = other.post("/sign-in/", {"login": account.email, "password": PASSWORD})
    assert step["Location"] == "/sign-in/second-step/"
    assert other.get("/my-day/").status_code == 302
    recovery = re.search(r"<li><samp>(\w+)</samp>", codes)
    assert recovery is not None
    done = other.post("/sign-in/second-step/", {"code": recovery.group(1)})
    assert done.status_code == 302
    assert "_auth_user_id" in other.session
    used_again = Client()
    used_again.post("/sign-in/", {"login": account.email, "password": PASSWORD})
    used_again.post("/sign-in/second-step/", {"code": recovery.group(1)})
    assert "_auth_user_id" not in used_again.session


def test_codes_cannot_be_guessed(borough: Borough, client: Client) -> None:
    account = borough.person(Role.GP)
    _try(client, account, PASSWORD)
    _add_app(client)
    other = Client()
    other.post("/sign-in/", {"login": account.email, "password": PASSWORD})

    for guess in range(7):
        answer = other.post("/sign-in/second-step/", {"code": f"00000{guess}"})

    assert "Too many wrong attempts" in answer.content.decode()
    failed = [entry for entry in audited("sign_in") if entry.outcome is AuditOutcome.FAILED]
    assert len(failed) == 7
    assert failed[-1].detail == {"by": "code"} and failed[-1].subject_id == str(account.pk)


def test_staff_cannot_remove_their_last_second_step(borough: Borough, client: Client) -> None:
    account = borough.person(Role.GP)
    _try(client, account, PASSWORD)
    _add_app(client)

    answer = client.post("/your-sign-in/app/remove/")

    assert Authenticator.objects.filter(user=account, type="totp").exists()
    assert "Staff need a second step" in answer.content.decode()


def test_changing_how_one_signs_in_asks_for_the_password_once_more(
    borough: Borough, come_in: ComeIn
) -> None:
    browser = come_in(borough.account())

    answer = browser.get("/your-sign-in/app/")

    assert answer["Location"].startswith("/your-sign-in/confirm/")


# --- letters --------------------------------------------------------------------------------------


def test_a_link_for_a_new_password_goes_through_the_outbox_like_any_letter(
    borough: Borough, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from oneplace.post.models import Message

    monkeypatch.setattr(settings, "EMAIL_BACKEND", "oneplace.post.backend.Outbox")
    account = borough.person(Role.GP)

    client.post("/forgotten-password/", {"email": account.email})

    with as_role(DatabaseRole.LOADER):
        assert Message.objects.count() == 1
