"""What may be asked of the room; the pages' questions stand beside those of the reader process."""

from oneplace.feeds.queries.deliveries import (
    content_of,
    is_anything_waiting,
    open_delivery,
    source_of_messages,
    units,
    waiting,
)

__all__ = [
    "content_of",
    "is_anything_waiting",
    "open_delivery",
    "source_of_messages",
    "units",
    "waiting",
]
