"""What happens in the directory because something happened elsewhere; wired in `config`."""

from oneplace.directory import verbs
from oneplace.feeds.announcements import DirectoriesRead


def take_services(announcement: DirectoriesRead) -> None:
    """Services that partners' directories tell of can be found and asked."""
    verbs.take_directories(
        delivery_ids=announcement.delivery_ids, by=announcement.by, at=announcement.at
    )
