"""What the room answers: services that fit a need near somewhere; nothing about a person."""

from oneplace.directory.queries.searching import Answer, Found, Wanted, check_of, search
from oneplace.directory.queries.service import (
    Place,
    place_of,
    service,
    service_of_place,
    services_of,
)

__all__ = [
    "Answer",
    "Found",
    "Place",
    "Wanted",
    "check_of",
    "place_of",
    "search",
    "service",
    "service_of_place",
    "services_of",
]
