"""What `oneplace client` does: give a partner's system a way in, list them, shut one out.

The command line becomes the loader and sets Django up before it calls these.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from oneplace.access import verbs
from oneplace.access.commands import operator
from oneplace.access.models import ClientSystem
from oneplace.access.verbs import Credentials
from oneplace.access.viewer import viewing
from oneplace.feeds.models import Source
from oneplace.kit import clock
from oneplace.kit.refusals import Refused


@dataclass(frozen=True)
class Listed:
    """One system as the list shows it."""

    id: uuid.UUID
    name: str
    source: str
    scopes: tuple[str, ...]
    is_open: bool
    made_at: datetime
    last_used_at: datetime | None


def new_client(*, name: str, source: str, scopes: Sequence[str]) -> Credentials:
    """Credentials for a partner's system that sends for a feed; raises `Refused`."""
    at = clock.now()
    with viewing(operator(), at=at) as by:
        if not Source.objects.filter(pk=source, is_active=True).exists():
            known = ", ".join(Source.objects.filter(is_active=True).values_list("pk", flat=True))
            raise Refused(f"There is no open feed “{source}” here. There are: {known or 'none'}.")
        return verbs.add_client(name=name, source_code=source, scopes=scopes, by=by, at=at)


def clients() -> list[Listed]:
    """Every system that was ever given a way in, oldest first."""
    with viewing(operator(), at=clock.now()):
        return [
            Listed(
                row.pk,
                row.account.name,
                row.source_code,
                tuple(row.scopes),
                row.revoked_at is None,
                row.made_at,
                row.last_used_at,
            )
            for row in ClientSystem.objects.select_related("account")
        ]


def revoke_client(client_id: str) -> ClientSystem:
    """Shut a system out; raises `Refused` for one that is not there."""
    at = clock.now()
    with viewing(operator(), at=at) as by:
        try:
            found = ClientSystem.objects.filter(pk=uuid.UUID(client_id)).first()
        except ValueError:
            found = None
        if found is None:
            raise Refused(f"There is no system {client_id} here. `oneplace client list` shows all.")
        return verbs.revoke_client(client=found, by=by, at=at)
