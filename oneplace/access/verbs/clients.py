"""Partners' systems: given credentials, given tokens for some minutes, and shut out."""

import hmac
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from oneplace.access import audit, rules
from oneplace.access.clients import is_within, why_not_scope, why_not_source
from oneplace.access.models import Account
from oneplace.access.models.client import ClientSystem, ClientToken
from oneplace.access.secrets import hash_of, new_secret
from oneplace.access.verbs.names import in_the_name_of
from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.vocabulary.terms import AccountKind

TOKEN_GOOD_FOR: Final = timedelta(minutes=15)
_KEPT_AFTER: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Credentials:
    """What a partner is told once: the secret is kept nowhere in the clear."""

    client: ClientSystem
    secret: str


class ClientRefused(Exception):
    """A client was given no token; `error` is OAuth's own word for why (RFC 6749, section 5.2)."""

    def __init__(self, error: str, words: str) -> None:
        super().__init__(words)
        self.error = error


@dataclass(frozen=True)
class Issued:
    """A token, and what it is good for."""

    token: str
    scopes: tuple[str, ...]
    good_for: timedelta


@transaction.atomic
def add_client(
    *, name: str, source_code: str, scopes: Sequence[str], by: Viewer, at: datetime
) -> Credentials:
    """Give a partner's system credentials of its own; its secret is in the answer and nowhere else.

    `source_code` is the feed it sends for. Raises `Refused` for what is no scope
    or cannot be the code of a feed.
    """
    refuse_if(rules.why_not_manage_clients(by))
    if not name.strip():
        raise Refused("Give the system a name people will know it by.", field="name")
    refuse_if(why_not_source(source_code), field="source_code")
    if not scopes:
        raise Refused("Say what it may do, such as system/*.write.", field="scopes")
    for scope in scopes:
        refuse_if(why_not_scope(scope))
    with in_the_name_of(by, "add_client"):
        account = Account(kind=AccountKind.CLIENT_SYSTEM, name=name.strip()[:160], is_active=True)
        account.set_unusable_password()
        account.save(force_insert=True)
    secret = new_secret()
    client = ClientSystem(
        account=account,
        source_code=source_code,
        scopes=list(dict.fromkeys(scopes)),
        secret_hash=hash_of(secret),
    )
    client.save(force_insert=True)
    audit.record(
        by=by,
        at=at,
        action="add_client",
        subject=("client_system", client.pk),
        detail={"source": source_code, "scopes": client.scopes},
    )
    return Credentials(client, secret)


@transaction.atomic
def revoke_client(*, client: ClientSystem, by: Viewer, at: datetime) -> ClientSystem:
    """Shut a partner's system out: its secret and every token of it open nothing from now on."""
    refuse_if(rules.why_not_manage_clients(by))
    held = ClientSystem.objects.select_for_update().get(pk=client.pk)
    refuse_if("This system has been shut out already." if held.revoked_at else None)
    held.revoked_at = timezone.now()
    held.save(update_fields=["revoked_at"])
    held.tokens.all().delete()
    with in_the_name_of(by, "revoke_client"):
        Account.objects.filter(pk=held.account_id).update(is_active=False)
    audit.record(by=by, at=at, action="revoke_client", subject=("client_system", held.pk))
    return held


@transaction.atomic
def issue_token(
    *, client_id: str, secret: str, scopes: Sequence[str], by: Viewer, at: datetime
) -> Issued:
    """A token for a client that proves itself; without `scopes`, for all it may do.

    Raises `ClientRefused`, and writes nothing then: the door notes the failure by itself.
    """
    client = _client_of(client_id)
    # The same work whether there is such a client or not.
    expected = client.secret_hash if client else hash_of("")
    is_right = hmac.compare_digest(expected, hash_of(secret))
    if client is None or not is_right or not secret or not client.account.is_active:
        raise ClientRefused("invalid_client", "The client's id or secret is wrong.")
    wanted = tuple(dict.fromkeys(scopes)) or tuple(client.scopes)
    for scope in wanted:
        if why_not_scope(scope) or not is_within(scope, client.scopes):
            raise ClientRefused("invalid_scope", f"This client may not ask for {scope[:80]}.")
    now = timezone.now()
    ClientToken.objects.filter(client=client, expires_at__lt=now - _KEPT_AFTER).delete()
    token = new_secret()
    ClientToken(
        client=client,
        token_hash=hash_of(token),
        scopes=list(wanted),
        expires_at=now + TOKEN_GOOD_FOR,
    ).save(force_insert=True)
    client.last_used_at = now
    client.save(update_fields=["last_used_at"])
    audit.record(
        by=by,
        at=at,
        action="issue_token",
        subject=("client_system", client.pk),
        detail={"scopes": list(wanted)},
    )
    return Issued(token, wanted, TOKEN_GOOD_FOR)


def _client_of(client_id: str) -> ClientSystem | None:
    try:
        key = uuid.UUID(client_id)
    except ValueError:
        return None
    found = ClientSystem.objects.select_related("account").filter(pk=key, revoked_at__isnull=True)
    return found.first()
