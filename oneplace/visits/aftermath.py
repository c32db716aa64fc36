"""What happens to visits because something happened elsewhere; wired in `config`."""

from typing import Final

from procrastinate.contrib.django import app

from oneplace.people.announcements import DeathsUndone, PeopleDied
from oneplace.visits import verbs

START_AGAIN: Final = "oneplace.visits.jobs.start_again"
"""The job's name; `visits.jobs` does it."""


def stop_visits(announcement: PeopleDied) -> None:
    """Nobody stands at a door where somebody has died."""
    verbs.stop_for_deaths(
        person_ids=announcement.person_ids, by=announcement.by, at=announcement.at
    )


def start_visits_again(announcement: DeathsUndone) -> None:
    """Ask that what a death cancelled is booked again, since nobody died; a job, as the loader.

    Whoever takes a death back need not see the visits it cancelled.
    """
    app.configure_task(START_AGAIN).defer(
        person_ids=[str(each) for each in announcement.person_ids]
    )
