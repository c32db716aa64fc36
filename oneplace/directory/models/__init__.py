"""What the room keeps, one thing a file."""

from oneplace.directory.models.place import Location, Postcode, Schedule, ServiceAtLocation
from oneplace.directory.models.service import Provider, Service, ServiceEvent
from oneplace.directory.models.terms import Capacity, Source
from oneplace.directory.models.words import WordKey

__all__ = [
    "Capacity",
    "Location",
    "Postcode",
    "Provider",
    "Schedule",
    "Service",
    "ServiceAtLocation",
    "ServiceEvent",
    "Source",
    "WordKey",
]
