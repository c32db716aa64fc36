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
)
from oneplace.homefirst.queries.journey import (
    Journey,
    StayFound,
    WaitFound,
    discharge_of,
    in_hospital,
    journey,
    tasks,
    transfers,
)
from oneplace.homefirst.queries.places import points

__all__ = [
    "CaseShown",
    "Counts",
    "Journey",
    "StayFound",
    "WaitFound",
    "case",
    "case_of_referral",
    "cases_of",
    "counts",
    "discharge_of",
    "in_hospital",
    "journey",
    "points",
    "queue",
    "shown",
    "steps",
    "tasks",
    "transfers",
]
