"""What follows when somebody objects or dies: off the suggestions and the list, at once.

Listeners to announcements (`config.wiring`). Whoever announces may not see the suggestion, so a job
does it, as the loader.
"""

from typing import Final

from procrastinate.contrib.django import app

from oneplace.access.announcements import ChoicesChanged
from oneplace.people.announcements import DeathsUndone, PeopleDied

TAKE_OFF: Final = "oneplace.casefinding.jobs.take_off"
PUT_BACK: Final = "oneplace.casefinding.jobs.put_back"
LOOK_AT: Final = "oneplace.casefinding.jobs.look_at"
"""The jobs' names; `casefinding.jobs` does them."""
_STOPS: Final = ("objection", "seal", "court_restriction")


def take_off_who_objects(changed: ChoicesChanged) -> None:
    """Ask that whoever no longer may be shown on a list leaves it."""
    if changed.kind in _STOPS and changed.person_ids:
        app.configure_task(TAKE_OFF).defer(
            person_ids=[str(each) for each in changed.person_ids], why="objected"
        )


def take_off_who_died(died: PeopleDied) -> None:
    """Ask that whoever has died leaves every list."""
    app.configure_task(TAKE_OFF).defer(
        person_ids=[str(each) for each in died.person_ids], why="died"
    )


def put_back_after_mistake(undone: DeathsUndone) -> None:
    """Ask that whoever left a list because of a death that was a mistake stands on it again."""
    app.configure_task(PUT_BACK).defer(person_ids=[str(each) for each in undone.person_ids])
