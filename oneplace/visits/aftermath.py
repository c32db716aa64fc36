"""What happens to visits because something happened elsewhere; wired in `config`."""

from oneplace.people.announcements import PeopleDied
from oneplace.visits import verbs


def stop_visits(announcement: PeopleDied) -> None:
    """Nobody stands at a door where somebody has died."""
    verbs.stop_for_deaths(
        person_ids=announcement.person_ids, by=announcement.by, at=announcement.at
    )
