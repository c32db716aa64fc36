"""What the room answers, always on behalf of a viewer."""

from oneplace.homefirst.queries.desk import (
    CaseShown,
    Counts,
    case,
    case_of_referral,
    cases_of,
    counts,
    queue,
    shown,
    steps,
    warnings_of,
)
from oneplace.homefirst.queries.episodes import (
    ask,
    asks_of,
    capacity,
    episode,
    episode_of,
    reviews,
)
from oneplace.homefirst.queries.journey import (
    Journey,
    StayFound,
    WaitFound,
    blocker,
    discharge_of,
    in_hospital,
    journey,
    task,
    tasks,
    transfers,
)
from oneplace.homefirst.queries.places import points
from oneplace.homefirst.queries.rounds import Busy, busy

__all__ = [
    "Busy",
    "CaseShown",
    "Counts",
    "Journey",
    "StayFound",
    "WaitFound",
    "ask",
    "asks_of",
    "blocker",
    "busy",
    "capacity",
    "case",
    "case_of_referral",
    "cases_of",
    "counts",
    "discharge_of",
    "episode",
    "episode_of",
    "in_hospital",
    "journey",
    "points",
    "queue",
    "reviews",
    "shown",
    "steps",
    "task",
    "tasks",
    "transfers",
    "warnings_of",
]
