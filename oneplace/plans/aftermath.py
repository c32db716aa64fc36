"""What follows here at once when earlier rooms announce something; wired in `config.wiring`."""

from oneplace.people.announcements import PeopleDied
from oneplace.plans import verbs
from oneplace.vocabulary.terms import PicClosed


def stop_works(died: PeopleDied) -> None:
    """End the coordinators' work with people who have died: nobody rings them."""
    verbs.stop_works(
        person_ids=list(died.person_ids), because=PicClosed.DIED, by=died.by, at=died.at
    )
