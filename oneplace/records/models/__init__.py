"""What the room keeps, one thing a file."""

from oneplace.records.models.agent import Agent
from oneplace.records.models.entry import Entry
from oneplace.records.models.field_count import FieldCount
from oneplace.records.models.identity import Identity, Reach
from oneplace.records.models.own_words import Erasure, OwnWords
from oneplace.records.models.restriction import Restriction
from oneplace.records.models.said import Said
from oneplace.records.models.same import Same
from oneplace.records.models.subject import Subject
from oneplace.records.models.version import Version, VersionOf

__all__ = [
    "Agent",
    "Entry",
    "Erasure",
    "FieldCount",
    "Identity",
    "OwnWords",
    "Reach",
    "Restriction",
    "Said",
    "Same",
    "Subject",
    "Version",
    "VersionOf",
]
