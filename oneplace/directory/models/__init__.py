"""What the room keeps, one thing a file."""

from oneplace.directory.models.keeping import CheckLink, Import, Likeness, Proposal
from oneplace.directory.models.place import Location, Postcode, Schedule, ServiceAtLocation
from oneplace.directory.models.service import Provider, Service, ServiceEvent
from oneplace.directory.models.terms import Capacity, LikenessState, ProposalState, Source
from oneplace.directory.models.words import WordKey

__all__ = [
    "Capacity",
    "CheckLink",
    "Import",
    "Likeness",
    "LikenessState",
    "Location",
    "Postcode",
    "Proposal",
    "ProposalState",
    "Provider",
    "Schedule",
    "Service",
    "ServiceAtLocation",
    "ServiceEvent",
    "Source",
    "WordKey",
]
