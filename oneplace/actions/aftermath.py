"""What follows at once when somebody leaves work, or somebody cared for has died.

Listeners to announcements (`config.wiring`). They defer jobs: whoever records either need not see
what it concerns.
"""

from typing import Final

from procrastinate.contrib.django import app

from oneplace.access.announcements import LeaverRecorded
from oneplace.people.announcements import PeopleDied

REASSIGN_LEAVER: Final = "oneplace.actions.jobs.reassign_of_leaver"
STOP_CLOCKS: Final = "oneplace.actions.jobs.stop_clocks_of_the_dead"
"""The jobs' names; `actions.jobs` does them, as the loader."""


def reassign_what_was_owed(left: LeaverRecorded) -> None:
    """Ask anew of their team what somebody owed who has left, once this transaction is done."""
    app.configure_task(REASSIGN_LEAVER).defer(account_id=str(left.account_id))


def stop_clocks(died: PeopleDied) -> None:
    """Stop the clocks of somebody who has died; what was asked for them stays with its owners."""
    app.configure_task(STOP_CLOCKS).defer(person_ids=[str(each) for each in died.person_ids])
