"""Which part of a record an entry belongs to, and how far each relationship reaches.

One table each, from which Python, the columns of the record and the row policies are all made.
"""

from collections.abc import Collection, Mapping
from typing import Final

from oneplace.vocabulary.terms import (
    DataCategory,
    EntryKind,
    RelationshipKind,
    RelationshipTier,
)

CATEGORY_OF_KIND: Final[Mapping[EntryKind, DataCategory]] = {
    EntryKind.STAY: DataCategory.EVENTS,
    EntryKind.ATTENDANCE: DataCategory.EVENTS,
    EntryKind.CONTACT: DataCategory.EVENTS,
    EntryKind.APPOINTMENT: DataCategory.EVENTS,
    EntryKind.EPISODE: DataCategory.EVENTS,
    EntryKind.FALL: DataCategory.EVENTS,
    EntryKind.BLOCKER: DataCategory.EVENTS,
    EntryKind.CONDITION: DataCategory.HEALTH,
    EntryKind.OBSERVATION: DataCategory.HEALTH,
    EntryKind.PROCEDURE: DataCategory.HEALTH,
    EntryKind.MEDICINE: DataCategory.HEALTH,
    EntryKind.IMMUNISATION: DataCategory.HEALTH,
    EntryKind.QUESTIONNAIRE: DataCategory.HEALTH,
    EntryKind.REPORT: DataCategory.HEALTH,
    EntryKind.ASSESSMENT: DataCategory.CARE,
    EntryKind.REVIEW: DataCategory.CARE,
    EntryKind.CARE_PACKAGE: DataCategory.CARE,
    EntryKind.REQUEST: DataCategory.CARE,
    EntryKind.REFERRAL: DataCategory.SUPPORT,
    EntryKind.CARE_PLAN: DataCategory.SUPPORT,
    EntryKind.GOAL: DataCategory.SUPPORT,
    EntryKind.TASK: DataCategory.SUPPORT,
    EntryKind.ALLERGY: DataCategory.ALERTS,
    EntryKind.FLAG: DataCategory.ALERTS,
    EntryKind.HAZARD: DataCategory.ALERTS,
    EntryKind.TIE: DataCategory.ALERTS,
    EntryKind.CARE_TEAM: DataCategory.ALERTS,
    EntryKind.CHOICE: DataCategory.ALERTS,
    EntryKind.REGISTRATION: DataCategory.WHO,
    EntryKind.DEATH: DataCategory.WHO,
    EntryKind.DOCUMENT: DataCategory.NOTES,
    EntryKind.NOTE: DataCategory.NOTES,
    EntryKind.CONCERN: DataCategory.SAFEGUARDING,
}
"""Where an entry without a label belongs."""

SAFEGUARDING_WORDS: Final = ("safeguarding", "Safeguarding")
"""Words of a source by which it says that an entry is about safeguarding."""
ORDINARY_WORDS: Final = ("normal", "N", "Normal", "unrestricted", "U", "L", "M", "low", "moderate")
"""Words by which a source says an entry needs no more care than others (HL7 confidentiality
U, L, M and N, http://terminology.hl7.org/CodeSystem/v3-Confidentiality). Any other word protects:
a word nobody knows never opens anything.
"""

NEVER_MENTAL_HEALTH: Final = (
    DataCategory.WHO,
    DataCategory.REACH,
    DataCategory.ALERTS,
    DataCategory.SAFEGUARDING,
    DataCategory.PROTECTED,
)
"""What stays what it is though a mental health trust recorded it."""

TIER_OF: Final[Mapping[RelationshipKind, RelationshipTier]] = {
    RelationshipKind.REGISTERED_PRACTICE: RelationshipTier.REGISTERED,
    RelationshipKind.NETWORK: RelationshipTier.CARE,
    RelationshipKind.CASELOAD: RelationshipTier.CARE,
    RelationshipKind.HUDDLE_LIST: RelationshipTier.CARE,
    RelationshipKind.OPEN_REFERRAL: RelationshipTier.CARE,
    RelationshipKind.CARE_HOME: RelationshipTier.CARE,
    RelationshipKind.STAY: RelationshipTier.URGENT,
    RelationshipKind.ON_CALL: RelationshipTier.URGENT,
    RelationshipKind.EMERGENCY: RelationshipTier.URGENT,
    RelationshipKind.SAFEGUARDING_ENQUIRY: RelationshipTier.URGENT,
    RelationshipKind.ACTION_OWNER: RelationshipTier.NARROW,
    RelationshipKind.RECORD_STEWARDSHIP: RelationshipTier.STEWARD,
}
"""How far each relationship of people at work reaches. What is not here opens nothing to them:
one's own record and that of somebody one supports are opened by other pages.
"""

NARROW_SEES: Final = (
    DataCategory.WHO,
    DataCategory.REACH,
    DataCategory.ALERTS,
    DataCategory.SUPPORT,
)
"""All that one request about a person opens."""


def category_of(
    kind: EntryKind, labels: Collection[str], *, is_mental_health: bool
) -> DataCategory:
    """The part of a record an entry belongs to, and whether a mental health service recorded it."""
    part = part_of(kind, labels)
    if is_mental_health and part not in NEVER_MENTAL_HEALTH:
        return DataCategory.MENTAL_HEALTH
    return part


def part_of(kind: EntryKind, labels: Collection[str]) -> DataCategory:
    """The part by what the entry itself says, whoever recorded it."""
    if any(label in SAFEGUARDING_WORDS for label in labels):
        return DataCategory.SAFEGUARDING
    if any(label not in ORDINARY_WORDS for label in labels):
        return DataCategory.PROTECTED
    return CATEGORY_OF_KIND[kind]
