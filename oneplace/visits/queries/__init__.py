"""What the room answers, always on behalf of a viewer: visits, closed doors, who is out alone."""

from oneplace.visits.queries.at_home import AtHome, Close, at_home
from oneplace.visits.queries.coming_back import not_saved, sent_before
from oneplace.visits.queries.outing import out_now, outing, overdue
from oneplace.visits.queries.visit import (
    at_the_door,
    mine,
    newest_asked,
    of_origin,
    of_person,
    other_halves,
    others_this_week,
    unanswered,
    visit,
    visits_between,
)
from oneplace.visits.queries.worker import who_may_go

__all__ = [
    "AtHome",
    "Close",
    "at_home",
    "at_the_door",
    "mine",
    "newest_asked",
    "not_saved",
    "of_origin",
    "of_person",
    "other_halves",
    "others_this_week",
    "out_now",
    "outing",
    "overdue",
    "sent_before",
    "unanswered",
    "visit",
    "visits_between",
    "who_may_go",
]
