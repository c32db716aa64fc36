"""What the room answers, on behalf of a viewer; and the state of the record as one hash."""

from oneplace.records.queries.state import state_hash

__all__ = ["state_hash"]
