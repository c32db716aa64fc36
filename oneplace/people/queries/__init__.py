"""What the room answers, always on behalf of a viewer: people found, a person, pairs to look at."""

from oneplace.people.queries.asked_for import AskedPerson, asked_for
from oneplace.people.queries.concerns import (
    DutyTeam,
    concern,
    concerns,
    concerns_nobody_has,
    concerns_waiting,
    duty_reach,
    duty_team,
    is_on_duty,
)
from oneplace.people.queries.kept import Kept, kept_long
from oneplace.people.queries.news import News, news
from oneplace.people.queries.person import (
    deaths,
    doubts,
    entry_of,
    household,
    merge,
    merges,
    open_doubts,
    person,
    persons,
    recent_merges,
    subject,
    subjects,
    undecided,
)
from oneplace.people.queries.pseudonyms import entries_behind, people_behind, pseudonyms_of
from oneplace.people.queries.review import last_read, match, next_match, review, sides
from oneplace.people.queries.searching import (
    found_lately,
    is_statutory,
    matched,
    numbered,
    search,
    was_looked_up,
)
from oneplace.people.queries.sharing import called, may_use, selves

__all__ = [
    "AskedPerson",
    "DutyTeam",
    "Kept",
    "News",
    "asked_for",
    "called",
    "concern",
    "concerns",
    "concerns_nobody_has",
    "concerns_waiting",
    "deaths",
    "doubts",
    "duty_reach",
    "duty_team",
    "entries_behind",
    "entry_of",
    "found_lately",
    "household",
    "is_on_duty",
    "is_statutory",
    "kept_long",
    "last_read",
    "match",
    "matched",
    "may_use",
    "merge",
    "merges",
    "news",
    "next_match",
    "numbered",
    "open_doubts",
    "people_behind",
    "person",
    "persons",
    "pseudonyms_of",
    "recent_merges",
    "review",
    "search",
    "selves",
    "sides",
    "subject",
    "subjects",
    "undecided",
    "was_looked_up",
]
