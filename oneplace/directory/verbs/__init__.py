"""What is done with the directory: services taken in, checked, closed, proposed; geography read."""

from oneplace.directory.verbs.asking_owners import ask_owner, confirm_by_link, correct_by_link
from oneplace.directory.verbs.importing import import_services
from oneplace.directory.verbs.keeping import (
    close_service,
    confirm_service,
    correct_service,
    open_service,
    say_capacity,
)
from oneplace.directory.verbs.likening import (
    find_likenesses,
    keep_services_apart,
    put_services_together,
)
from oneplace.directory.verbs.proposing import propose, refuse_proposal, take_proposal
from oneplace.directory.verbs.taking import (
    take_directories,
    take_place_services,
    take_postcodes,
)

__all__ = [
    "ask_owner",
    "close_service",
    "confirm_by_link",
    "confirm_service",
    "correct_by_link",
    "correct_service",
    "find_likenesses",
    "import_services",
    "keep_services_apart",
    "open_service",
    "propose",
    "put_services_together",
    "refuse_proposal",
    "say_capacity",
    "take_directories",
    "take_place_services",
    "take_postcodes",
    "take_proposal",
]
