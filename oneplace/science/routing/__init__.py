"""Rounds: how far it is, who can take one more visit, and what it would move.

Pure. Keeps: nothing. Receives from: rooms that plan visits. Hands on: offers with their reasons.
"""

from oneplace.science.routing.offer import Moved, Offer, Refusal, offer, refusals
from oneplace.science.routing.plan import Plan, Round, Stop, Worker
from oneplace.science.routing.travel import Mode, Point, Travel, great_circle_km

__all__ = [
    "Mode",
    "Moved",
    "Offer",
    "Plan",
    "Point",
    "Refusal",
    "Round",
    "Stop",
    "Travel",
    "Worker",
    "great_circle_km",
    "offer",
    "refusals",
]
