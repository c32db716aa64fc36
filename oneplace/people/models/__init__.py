"""What the room keeps, one thing a file."""

from oneplace.people.models.concern import Concern
from oneplace.people.models.death import Death
from oneplace.people.models.link import BlockKey, Link, Match, MatchReading
from oneplace.people.models.merge import Merge
from oneplace.people.models.model import LinkageModel
from oneplace.people.models.overlap import Overlap
from oneplace.people.models.person import Finding, Household, NameKey, Person, SearchKey
from oneplace.people.models.pseudonym import Pseudonym
from oneplace.people.models.reading import LastLook, NotThisPerson
from oneplace.people.models.terms import MATCH, LinkedBy, MatchState, Risk, SafeNow
from oneplace.people.models.written import WrittenMeanwhile

__all__ = [
    "MATCH",
    "BlockKey",
    "Concern",
    "Death",
    "Finding",
    "Household",
    "LastLook",
    "Link",
    "LinkageModel",
    "LinkedBy",
    "Match",
    "MatchReading",
    "MatchState",
    "Merge",
    "NameKey",
    "NotThisPerson",
    "Overlap",
    "Person",
    "Pseudonym",
    "Risk",
    "SafeNow",
    "SearchKey",
    "WrittenMeanwhile",
]
