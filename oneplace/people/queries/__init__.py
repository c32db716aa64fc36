"""What the room answers, always on behalf of a viewer: people found, a person, pairs to look at."""

from oneplace.people.queries.person import (
    deaths,
    doubts,
    household,
    merges,
    open_doubts,
    person,
    persons,
    subjects,
    undecided,
)
from oneplace.people.queries.review import last_read, match, next_match, review, sides
from oneplace.people.queries.searching import found_lately, search

__all__ = [
    "deaths",
    "doubts",
    "found_lately",
    "household",
    "last_read",
    "match",
    "merges",
    "next_match",
    "open_doubts",
    "person",
    "persons",
    "review",
    "search",
    "sides",
    "subjects",
    "undecided",
]
