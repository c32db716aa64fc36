"""What the room keeps, one thing a file."""

from oneplace.actions.models.action import Action, Step
from oneplace.actions.models.away import Away
from oneplace.actions.models.clock import Clock, Pause

__all__ = ["Action", "Away", "Clock", "Pause", "Step"]
