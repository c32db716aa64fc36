"""What the door of a demonstration shows: what is still arriving, and whom to walk in as."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from oneplace.access import queries as access
from oneplace.access.models import DemoPerson


@dataclass(frozen=True)
class Step:
    """One step of what is still arriving."""

    name: str
    state: str
    what: str
    done: int
    total: int


def arriving() -> tuple[Step, ...]:
    """What is still arriving in a demonstration; nothing when the file is absent or unreadable.

    `data/demo/arriving.json` is written by the `demo` command as it goes.
    """
    file = settings.DATA_FOLDER / "demo" / "arriving.json"
    try:
        written = json.loads(file.read_text())
        return tuple(
            Step(
                name=str(row["name"]),
                state=str(row["state"]),
                what=str(row.get("what") or ""),
                done=int(row.get("done") or 0),
                total=int(row.get("total") or 0),
            )
            for row in written["steps"]
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ()


def demo_people() -> Sequence[DemoPerson]:
    """Who a visitor of a demonstration may walk in as; nobody until they arrived, or elsewhere."""
    return access.demo_people() if settings.IS_DEMO else ()
