"""Of which part of a record a reason is. Pure."""

from collections.abc import Iterable, Mapping
from typing import Final

from oneplace.vocabulary.terms import DataCategory

PART_OF_REASON: Final[Mapping[str, DataCategory]] = {
    "emergency_stays": DataCategory.EVENTS,
    "recent_discharge": DataCategory.EVENTS,
    "readmission_risk": DataCategory.HEALTH,
    "severe_frailty": DataCategory.HEALTH,
    "moderate_frailty": DataCategory.HEALTH,
    "recorded_frailty": DataCategory.HEALTH,
    "hospital_frailty": DataCategory.HEALTH,
    "falls": DataCategory.EVENTS,
    "frequent_attendance": DataCategory.EVENTS,
    "rising_need": DataCategory.EVENTS,
    "weight_loss": DataCategory.HEALTH,
    "bereaved": DataCategory.HEALTH,
    "many_medicines": DataCategory.HEALTH,
    "package_growing": DataCategory.CARE,
    "carer_strain": DataCategory.CARE,
    "low_activation": DataCategory.HEALTH,
    "admission_risk": DataCategory.HEALTH,
    "no_plan": DataCategory.SUPPORT,
    "no_medicines_review": DataCategory.HEALTH,
    "no_contact_after_discharge": DataCategory.EVENTS,
    "carer_not_asked": DataCategory.CARE,
}
"""Where a reason belongs that no single entry stands behind; what is not here is protected."""

# From the most to the least open: a reason is as closed as the most closed entry behind it.
_STRICTER: Final = (
    DataCategory.MENTAL_HEALTH,
    DataCategory.SAFEGUARDING,
    DataCategory.PROTECTED,
)


def part_of(code: str, behind: Iterable[DataCategory]) -> DataCategory:
    """The part of the record a reason belongs to, by its code and the entries behind it."""
    own = PART_OF_REASON.get(code, DataCategory.PROTECTED)
    found = [part for part in behind if part in _STRICTER]
    return max(found, key=_STRICTER.index) if found else own
