"""Partners' systems: credentials kept as hashes, tokens that run out, scopes that hold."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from oneplace.access import audit, verbs
from oneplace.access.clients import is_within, why_not_scope
from oneplace.access.models import Account, ClientSystem, ClientToken
from oneplace.access.viewer import Viewer, system_viewer, viewing
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind, Purpose, Role
from tests.rooms.access.conftest import Borough

pytestmark = pytest.mark.django_db
OPERATOR = system_viewer("tests", purpose=Purpose.DIRECT_CARE, permissions=frozenset())
ANYBODY = Viewer(account_id=None, kind=AccountKind.LINK, name="somebody")


def _client(at: datetime, *scopes: str) -> verbs.Credentials:
    with viewing(OPERATOR, at=at):
        return verbs.add_client(
            name="Practice system",
            source_code="gp",
            scopes=scopes or ("system/*.write", "system/Patient.read"),
            by=OPERATOR,
            at=at,
        )


def _token(made: verbs.Credentials, at: datetime, *scopes: str) -> verbs.Issued:
    return verbs.issue_token(
        client_id=str(made.client.pk), secret=made.secret, scopes=scopes, by=ANYBODY, at=at
    )


def test_secrets_and_tokens_are_kept_as_hashes_only(at: datetime) -> None:
    made = _client(at)

    issued = _token(made, at)

    assert ClientSystem.objects.get().secret_hash not in made.secret
    assert ClientToken.objects.get().token_hash not in issued.token
    assert issued.good_for <= timedelta(minutes=15)


def test_without_scopes_a_token_allows_all_its_client_may_do(at: datetime) -> None:
    made = _client(at)

    assert _token(made, at).scopes == ("system/*.write", "system/Patient.read")
    assert _token(made, at, "system/Flag.write").scopes == ("system/Flag.write",)


@pytest.mark.parametrize(
    ("wanted", "granted", "is_allowed"),
    [
        ("system/Patient.read", "system/*.read", True),
        ("system/*.read", "system/Patient.read", False),
        ("system/*.*", "system/*.read", False),
        ("system/Flag.*", "system/*.*", True),
        ("system/Flag.write", "system/Flag.read", False),
    ],
)
def test_a_scope_is_held_to_what_was_granted(wanted: str, granted: str, is_allowed: bool) -> None:
    assert is_within(wanted, [granted]) is is_allowed


def test_what_is_no_scope_is_refused_in_words() -> None:
    assert why_not_scope("user/*.read") is not None
    assert why_not_scope("system/*.write") is None


@pytest.mark.parametrize("secret", ["", "wrong"])
def test_a_wrong_secret_gets_no_token(at: datetime, secret: str) -> None:
    made = _client(at)

    with pytest.raises(verbs.ClientRefused) as why:
        verbs.issue_token(
            client_id=str(made.client.pk), secret=secret, scopes=(), by=ANYBODY, at=at
        )

    assert why.value.error == "invalid_client"
    assert not ClientToken.objects.exists()


def test_an_unknown_client_is_answered_like_a_wrong_secret(at: datetime) -> None:
    for client_id in ("nobody", str(new_id())):
        with pytest.raises(verbs.ClientRefused) as why:
            verbs.issue_token(client_id=client_id, secret="x", scopes=(), by=ANYBODY, at=at)
        assert why.value.error == "invalid_client"


def test_a_client_that_is_shut_out_gets_nothing_more(at: datetime) -> None:
    made = _client(at)
    _token(made, at)

    with viewing(OPERATOR, at=at):
        verbs.revoke_client(client=made.client, by=OPERATOR, at=at)

    assert not ClientToken.objects.exists()
    assert not Account.objects.get(pk=made.client.account_id).is_active
    with pytest.raises(verbs.ClientRefused):
        _token(made, at)


def test_old_tokens_are_cleared_when_new_ones_are_given(at: datetime) -> None:
    made = _client(at)
    _token(made, at)
    ClientToken.objects.update(expires_at=timezone.now() - timedelta(hours=2))

    _token(made, at)

    assert ClientToken.objects.count() == 1


def test_only_whoever_runs_the_service_makes_clients(at: datetime) -> None:
    somebody = Viewer(account_id=new_id(), kind=AccountKind.STAFF, name="Somebody")

    with pytest.raises(Refused), viewing(somebody, at=at):
        verbs.add_client(name="x", source_code="gp", scopes=("system/*.write",), by=somebody, at=at)


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.PRACTICE_MANAGER, False), (Role.IG_OFFICER, False), (Role.PROGRAMME_DIRECTOR, True)],
)
def test_a_system_is_made_and_shut_out_only_by_who_answers_for_everybody(
    at: datetime, borough: Borough, role: Role, may: bool
) -> None:
    made = _client(at)
    by = borough.viewer(borough.person(role, "Mana Ger"))

    def tried(act: Callable[[], object]) -> bool:
        try:
            with viewing(by, at=at):
                act()
        except Refused:
            return False
        return True

    adds = tried(
        lambda: verbs.add_client(
            name="x", source_code="gp", scopes=("system/*.read",), by=by, at=at
        )
    )
    revokes = tried(lambda: verbs.revoke_client(client=made.client, by=by, at=at))

    assert (adds, revokes) == (may, may)


@pytest.mark.parametrize("code", ["any,see_audit", "", "Gp", 'g"p', "g{p}", "g p", "g" * 61])
def test_what_is_no_code_of_a_feed_becomes_no_permission(at: datetime, code: str) -> None:
    with pytest.raises(Refused, match="no code of a feed"), viewing(OPERATOR, at=at):
        verbs.add_client(name="x", source_code=code, scopes=("system/*.read",), by=OPERATOR, at=at)


def test_the_database_is_told_each_permission_as_one_whatever_it_holds(at: datetime) -> None:
    words = {"client:any,see_audit", 'a"b', "a\\b", "{c}", "plain", "null"}
    viewer = Viewer(
        account_id=new_id(), kind=AccountKind.STAFF, name="x", permissions=frozenset(words)
    )

    with viewing(viewer, at=at), connection.cursor() as cursor:
        cursor.execute("select access_permissions()")
        told = cursor.fetchone()[0]

    assert set(told) == words


@pytest.mark.parametrize("verb", ["add_client", "revoke_client", "issue_token"])
def test_without_its_audit_nothing_is_saved(
    at: datetime, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _client(at)

    def broken(**_: object) -> None:
        raise RuntimeError("the audit is broken")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError, match="the audit is broken"):
        if verb == "add_client":
            _client(at)
        elif verb == "revoke_client":
            with viewing(OPERATOR, at=at):
                verbs.revoke_client(client=made.client, by=OPERATOR, at=at)
        else:
            _token(made, at)

    assert ClientSystem.objects.filter(revoked_at__isnull=True).count() == 1
    assert not ClientToken.objects.exists()
