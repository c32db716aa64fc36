"""What is done with the directory: services taken in, checked, closed; geography read."""

from oneplace.directory.verbs.keeping import (
    close_service,
    confirm_service,
    correct_service,
    open_service,
    say_capacity,
)
from oneplace.directory.verbs.taking import (
    take_directories,
    take_place_services,
    take_postcodes,
)

__all__ = [
    "close_service",
    "confirm_service",
    "correct_service",
    "open_service",
    "say_capacity",
    "take_directories",
    "take_place_services",
    "take_postcodes",
]
