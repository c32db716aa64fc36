"""What follows here at once when earlier rooms announce something; wired in `config.wiring`."""

from typing import Final

from procrastinate.contrib.django import app

from oneplace.people.announcements import DeathsUndone, PeopleDied
from oneplace.plans import verbs
from oneplace.vocabulary.terms import PicClosed

START_AGAIN: Final = "oneplace.plans.jobs.start_again"
"""The job's name; `plans.jobs` does it."""


def stop_works(died: PeopleDied) -> None:
    """End the coordinators' work with people who have died: nobody rings them."""
    verbs.stop_works(
        person_ids=list(died.person_ids), because=PicClosed.DIED, by=died.by, at=died.at
    )


def start_works_again(undone: DeathsUndone) -> None:
    """Ask that work a death ended goes on, since nobody died; a job does it, as the loader."""
    app.configure_task(START_AGAIN).defer(person_ids=[str(each) for each in undone.person_ids])
