"""What the room keeps, one thing a file."""

from oneplace.feeds.models.answered import Answered, ResourceNumber
from oneplace.feeds.models.day_count import DayCount
from oneplace.feeds.models.delivery import Delivery, Raw
from oneplace.feeds.models.mapping import Mapping
from oneplace.feeds.models.message import Message
from oneplace.feeds.models.quarantined import Quarantined
from oneplace.feeds.models.refused import RefusedRequest
from oneplace.feeds.models.resource import Resource
from oneplace.feeds.models.source import Source
from oneplace.feeds.models.unmapped_field import UnmappedField

__all__ = [
    "Answered",
    "DayCount",
    "Delivery",
    "Mapping",
    "Message",
    "Quarantined",
    "Raw",
    "RefusedRequest",
    "Resource",
    "ResourceNumber",
    "Source",
    "UnmappedField",
]
