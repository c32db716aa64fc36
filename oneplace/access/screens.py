"""What a screen goes on showing: noted once, not at each of its askings.

A page that asks again every few seconds would fill the audit with the same line until nobody finds
the one that matters. So a screen has a name of its own while it is open. Who is shown is noted at
once, and again only as far as somebody new appears; after a quarter of an hour the screen is noted
anew, so that the audit tells who was looking at what throughout. All by machine time.
"""

import re
import secrets
import time
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.core.cache import caches

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.kit.cache import JsonCache

NOTED_AGAIN_AFTER_S: Final = 900
"""After so many seconds of showing the same people, the audit says so once more."""
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{8,32}")


def new_screen() -> str:
    """A name for a screen that has just been opened."""
    return secrets.token_urlsafe(12)


def asked_by(said: str) -> str:
    """The name a screen gives itself when it asks again; nothing for what cannot be one."""
    return said if _NAME.fullmatch(said) else ""


def goes_on(screen: str, *, by: Viewer, action: str) -> bool:
    """Whether this screen of this viewer was noted within the last quarter of an hour."""
    return bool(asked_by(screen)) and _noted(_key(screen, by, action)) is not None


def note_shown(
    persons: Iterable[uuid.UUID],
    *,
    screen: str,
    action: str,
    is_new: bool = False,
    by: Viewer,
    at: datetime,
) -> None:
    """Write in the audit who is shown, as far as this screen has not been noted as showing them.

    `persons` are all whom the screen shows now: somebody who left it and comes back is noted again.
    Writes nothing where nobody new is shown. A screen without a name is noted each time; one that
    was named just now (`is_new`) has not been noted.
    """
    shown = {person.hex: person for person in persons}
    key = _key(screen, by, action) if asked_by(screen) else ""
    noted = _noted(key) if key and not is_new else None
    known = set(noted["persons"]) if noted is not None else set()
    new = [shown[each] for each in sorted(shown.keys() - known)]
    if new:
        audit.record(by=by, at=at, action=action, persons_shown=new)
    if key and (noted is None or known != shown.keys()):
        now = time.time()
        until = noted["until"] if noted is not None else now + NOTED_AGAIN_AFTER_S
        kept = {"until": until, "persons": sorted(shown)}
        _cache().keep(key, kept, seconds=until - now)


def _key(screen: str, by: Viewer, action: str) -> str:
    return f"screen:{action}:{by.hat_id or by.account_id}:{screen}"


def _cache() -> JsonCache:
    found = caches["default"]
    assert isinstance(found, JsonCache)  # noqa: S101 - the one cache of the house
    return found


def _noted(key: str) -> dict[str, Any] | None:
    found = _cache().get(key)
    if not isinstance(found, dict) or found.get("until", 0) <= time.time():
        return None
    return found
