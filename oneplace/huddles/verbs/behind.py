"""Asks a job to finish, as the loader, what whoever acts cannot: people they may not see.

A facilitator who knows somebody as family, or a practice whose list nobody has opened to the
network yet: nobody is left behind because the one who pressed the button may not read of them.
"""

import uuid
from typing import Final

from procrastinate.contrib.django import app

TAKE_UP_PRACTICES: Final = "oneplace.huddles.jobs.take_up_practices"
LEAVE_NOBODY_BEHIND: Final = "oneplace.huddles.jobs.leave_nobody_behind"
"""The jobs' names; `huddles.jobs` does them."""


def take_up_practices_later(series_id: uuid.UUID) -> None:
    """Whoever the practices of a new series listed before it began comes onto its first agenda."""
    app.configure_task(TAKE_UP_PRACTICES).defer(series_id=str(series_id))


def leave_nobody_behind_later(meeting_id: uuid.UUID) -> None:
    """Whoever stood on an agenda unseen by who ended or cancelled it goes on as the others."""
    app.configure_task(LEAVE_NOBODY_BEHIND).defer(meeting_id=str(meeting_id))
