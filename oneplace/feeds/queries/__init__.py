"""What may be asked of the room; the pages' questions stand beside those of the reader process."""

from oneplace.feeds.queries.deliveries import (
    bytes_waiting,
    content_of,
    is_anything_waiting,
    open_delivery,
    source_of_messages,
    units,
    waiting,
)
from oneplace.feeds.queries.glances import Glance, feeds_at_a_glance, kept_aside
from oneplace.feeds.queries.resources import resource, versions

__all__ = [
    "Glance",
    "bytes_waiting",
    "content_of",
    "feeds_at_a_glance",
    "is_anything_waiting",
    "kept_aside",
    "open_delivery",
    "resource",
    "source_of_messages",
    "units",
    "versions",
    "waiting",
]
