"""A session is short, changes its key with the role, ends at once, and proves itself anew."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from oneplace.access.guard import (
    BEGAN_IN_SESSION,
    HAT_IN_SESSION,
    PROVE_AGAIN,
    PROVEN_BY_PROVIDER,
)
from oneplace.access.models import Account, AuditEntry, Hat, Session
from oneplace.config.database import Role as DatabaseRole
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.factories import bring_in_place, make_hat, signed_in
from tests.house.test_routes import _declared

pytestmark = pytest.mark.django_db
PASSWORD = "four words nobody joins"
LONGEST_TO_REVOKE_S = 1.0


@pytest.fixture(autouse=True)
def place() -> None:
    """The partners of the place."""
    bring_in_place()


def _in_post(role: Role) -> Client:
    """A browser of somebody of a role who has a password, signed in with a second step."""
    hat = make_hat(role)
    hat.account.set_password(PASSWORD)
    hat.account.save()
    return _browser_of(hat)


def _browser_of(hat: Hat) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=hat.account_id))
    session = client.session
    session[HAT_IN_SESSION] = str(hat.pk)
    session[PROVEN_BY_PROVIDER] = True
    session.save()
    return client


def _an_hour_later(client: Client) -> None:
    """The session began an hour ago and is in use."""
    client.get("/hats/")
    session = client.session
    session[BEGAN_IN_SESSION] = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    session.pop("account_authentication_methods", None)
    session.save()


def test_a_session_is_idle_for_a_quarter_of_an_hour_at_most_and_lasts_half_a_day() -> None:
    limits = settings.PLACE.sessions

    assert limits.idle.timedelta <= timedelta(minutes=15)
    assert limits.absolute.timedelta <= timedelta(hours=12)
    assert timedelta(seconds=settings.SESSION_COOKIE_AGE) <= timedelta(hours=12)


def test_the_key_of_a_session_changes_with_the_role() -> None:
    client = signed_in(Role.GP)
    account = Account.objects.get(pk=client.session["_auth_user_id"])
    other = make_hat(Role.SOCIAL_WORKER, account=account)
    before = client.session.session_key

    client.post(reverse("access:wear_hat", args=[other.pk]))

    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()
    assert client.session[HAT_IN_SESSION] == str(other.pk)


def test_signing_out_everywhere_takes_effect_within_a_second() -> None:
    hat = make_hat(Role.GP)
    here, there = _browser_of(hat), _browser_of(hat)
    assert there.get("/hats/").status_code == 200

    began = time.monotonic()
    here.post(reverse("access:sign_out_everywhere"))
    answer = there.get("/hats/")

    assert time.monotonic() - began < LONGEST_TO_REVOKE_S
    assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/")


def test_every_route_that_needs_a_proof_is_a_declared_one() -> None:
    assert PROVE_AGAIN - {row.route for row in _declared()} == set()


@pytest.mark.parametrize(
    ("route", "role"),
    [
        ("access:invite_colleague", Role.PROGRAMME_DIRECTOR),
        ("desk:open_emergency", Role.GP),
    ],
)
def test_who_has_been_signed_in_for_long_proves_once_more_who_they_are(
    route: str, role: Role
) -> None:
    client = _in_post(role)
    _an_hour_later(client)

    asked = client.get(reverse(route))
    confirm = client.get(asked["Location"])
    proven = client.post(asked["Location"], {"password": PASSWORD})
    opened = client.get(reverse(route))

    assert asked.status_code == 302 and "/your-sign-in/confirm/" in asked["Location"]
    assert confirm.status_code == 200
    assert proven.status_code == 302 and proven["Location"] == reverse(route)
    assert opened.status_code == 200


def test_a_proof_gives_the_session_a_new_key_and_a_wrong_one_does_not() -> None:
    client = _in_post(Role.GP)
    _an_hour_later(client)
    old, confirm = client.session.session_key, client.get("/emergency/")["Location"]

    client.post(confirm, {"password": "not these four words"})
    unproven = client.session.session_key
    client.post(confirm, {"password": PASSWORD})

    assert unproven == old
    assert client.session.session_key != old
    assert not Session.objects.filter(session_key=old).exists()
    assert client.get("/emergency/").status_code == 200


def test_what_was_typed_is_not_lost_on_the_way_to_the_proof() -> None:
    client = _in_post(Role.GP)
    _an_hour_later(client)

    asked = client.post(reverse("desk:open_emergency"), {"reason": "He is unconscious"})
    client.get(asked["Location"])
    resumed = client.post(asked["Location"], {"password": PASSWORD})

    assert asked.status_code == 302
    assert "He is unconscious" in resumed.content.decode()
    with as_role(DatabaseRole.LOADER):
        entry = AuditEntry.objects.order_by("-pk").first()
    assert entry is not None
    assert (entry.action, entry.route) == ("open_emergency", "desk:open_emergency")


def test_who_proved_it_just_now_is_not_asked_again() -> None:
    client = signed_in(Role.PROGRAMME_DIRECTOR)

    assert client.get(reverse("access:invite_colleague")).status_code == 200


def test_a_proof_is_asked_only_of_who_may_do_the_thing_at_all() -> None:
    client = signed_in(Role.ANALYST)
    _an_hour_later(client)

    assert client.get(reverse("access:invite_colleague")).status_code == 404


def test_who_has_nothing_here_to_prove_it_with_signs_in_again() -> None:
    client = signed_in(Role.PROGRAMME_DIRECTOR)
    _an_hour_later(client)

    answer = client.get(reverse("access:invite_colleague"))

    assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
    assert "_auth_user_id" not in client.session
