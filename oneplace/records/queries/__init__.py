"""What the room answers, on behalf of a viewer; and the state of the record as one hash."""

from oneplace.records.queries.asked_for import (
    AskedEntry,
    AskedFor,
    AskedIdentity,
    asked_for,
    erasures,
    own_words,
)
from oneplace.records.queries.changes import (
    SaidByPerson,
    Saying,
    earlier_identities,
    entry,
    history,
    history_and_words,
    identities,
    parts,
    stays_now,
    written_by_hand,
)
from oneplace.records.queries.filling import filling
from oneplace.records.queries.restrictions import restriction, restrictions
from oneplace.records.queries.rows import (
    EntryShown,
    goes_on,
    is_not_to_be_given,
    title_shown,
)
from oneplace.records.queries.standing import (
    AllergyState,
    Lane,
    Measured,
    Point,
    Standing,
    lanes,
    measurements,
    standing,
)
from oneplace.records.queries.state import state_hash
from oneplace.records.queries.timeline import Filters, Place, Timeline, timeline
from oneplace.records.rules import BY_HAND

__all__ = [
    "BY_HAND",
    "AllergyState",
    "AskedEntry",
    "AskedFor",
    "AskedIdentity",
    "EntryShown",
    "Filters",
    "Lane",
    "Measured",
    "Place",
    "Point",
    "SaidByPerson",
    "Saying",
    "Standing",
    "Timeline",
    "asked_for",
    "earlier_identities",
    "entry",
    "erasures",
    "filling",
    "goes_on",
    "history",
    "history_and_words",
    "identities",
    "is_not_to_be_given",
    "lanes",
    "measurements",
    "own_words",
    "parts",
    "restriction",
    "restrictions",
    "standing",
    "state_hash",
    "stays_now",
    "timeline",
    "title_shown",
    "written_by_hand",
]
