"""How reasons and scores read here, and of which part of a record they are. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

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


class Shown(NamedTuple):
    """One score as a page shows it: after the reasons, never before them."""

    code: str
    name: str
    value: float | None
    band: str
    out_of: str
    version: str
    incomplete: str


_STATE: Final = {
    "incomplete": "Incomplete: something it needs is not recorded",
    "outside_ages": "Not shown: it is validated for other ages",
    "not_recorded": "Not recorded",
}
# Column of the value, of the band, of the state, name, what it is out of, version and source.
_SCORES: Final = (
    ("frailty_deficits", "frailty_band", "frailty_state", "Electronic frailty index",
     "of 36 deficits", "Clegg and others 2016; ages 65 to 95"),
    ("clinical_frailty", "", "clinical_frailty_state", "Clinical Frailty Scale, as recorded",
     "of 9", "Rockwood and Theou 2020; 65 and over"),
    ("hospital_frailty", "hospital_frailty_band", "hospital_frailty_state",
     "Hospital frailty risk score", "", "Gilbert and others 2018; 75 and over"),
    ("lace", "lace_band", "lace_state", "LACE index at the last discharge", "of 19",
     "van Walraven and others 2010; 18 and over"),
    ("charlson", "", "charlson_state", "Charlson comorbidity index", "",
     "Charlson and others 1987; Quan and others 2011 weights"),
    ("falls_risk", "falls_risk_band", "falls_risk_state", "Falls risk questions", "of 5",
     "Nandy and others 2004"),
)  # fmt: skip


def scores_shown(row: Mapping[str, Any]) -> list[Shown]:
    """The scores of a row of `insight.shapes.SCORES`, in their order; unknown ones say why."""
    shown = []
    for code, band, state, name, out_of, version in _SCORES:
        stands = row.get(state) or "not_recorded"
        value = row.get(code)
        if stands == "not_recorded" and value is None:
            continue
        shown.append(
            Shown(
                code=code,
                name=name,
                value=None if value is None else float(value),
                band=str(row.get(band) or "") if band else "",
                out_of=out_of,
                version=version,
                incomplete="" if stands == "complete" else _STATE.get(stands, stands),
            )
        )
    return shown
