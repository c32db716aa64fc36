"""Rounds: how far it is, a day planned, one more visit, and whether a plan is legal.

Pure. Keeps: nothing. Receives from: rooms that plan visits, and anybody's own tables. Hands on:
plans and offers with their reasons; a checker that trusts no solver.
"""

from oneplace.science.routing.check import Broken, Rule, broken
from oneplace.science.routing.offer import Moved, Offer, Refusal, offer, refusals
from oneplace.science.routing.plan import Break, LeftOut, Plan, Round, Stop, Worker
from oneplace.science.routing.problem import Prices, Problem
from oneplace.science.routing.replan import Replanned, replan
from oneplace.science.routing.travel import Mode, Point, Travel, TravelTable, Ways, great_circle_km

__all__ = [
    "Break",
    "Broken",
    "LeftOut",
    "Mode",
    "Moved",
    "Offer",
    "Plan",
    "Point",
    "Prices",
    "Problem",
    "Refusal",
    "Replanned",
    "Round",
    "Rule",
    "Stop",
    "Travel",
    "TravelTable",
    "Ways",
    "Worker",
    "broken",
    "great_circle_km",
    "offer",
    "refusals",
    "replan",
]
