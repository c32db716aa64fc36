"""A demonstration's own switch: a visitor stops a partner's feed, to see what silence looks like.

A small file in the demonstration's folder, as the note of what has arrived is: nothing of the
service knows of it. What a stopped feed would have sent comes in once it speaks again.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings

from oneplace.kit.refusals import refuse_if

Since = dict[str, datetime]


def stopped() -> Since:
    """The codes of feeds a visitor has stopped, and since when."""
    return _kept()[0]


def missed() -> Since:
    """Feeds that speak again, and since when they still have to tell."""
    return _kept()[1]


def stop(code: str, *, at: datetime) -> None:
    """Nothing of this feed comes in from now on."""
    refuse_if(None if settings.IS_DEMO else "A feed is stopped like this in a demonstration only.")
    silent, speaking = _kept()
    silent.setdefault(code, speaking.pop(code, at))
    _keep(silent, speaking)


def let_speak(code: str) -> None:
    """The feed comes in again, what it missed first."""
    silent, speaking = _kept()
    if code in silent:
        speaking[code] = silent.pop(code)
        _keep(silent, speaking)


def note_caught_up(codes: Iterable[str]) -> None:
    """These feeds have told all that they missed."""
    silent, speaking = _kept()
    _keep(silent, {code: since for code, since in speaking.items() if code not in set(codes)})


def _file() -> Path:
    return Path(settings.DATA_FOLDER) / "demo" / "stopped.json"


def _kept() -> tuple[Since, Since]:
    if not settings.IS_DEMO:
        return {}, {}
    try:
        written = json.loads(_file().read_text())
        return _times(written["stopped"]), _times(written["missed"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}, {}


def _times(written: dict[str, str]) -> Since:
    return {code: datetime.fromisoformat(since) for code, since in written.items()}


def _keep(silent: Since, speaking: Since) -> None:
    said = {
        name: {code: since.isoformat() for code, since in kept.items()}
        for name, kept in (("stopped", silent), ("missed", speaking))
    }
    draft = _file().with_suffix(".draft")
    draft.write_text(json.dumps(said))
    draft.replace(_file())
