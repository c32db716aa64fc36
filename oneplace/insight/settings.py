"""What a place may set about finding people: thresholds that are no part of a published score."""

import hashlib
from dataclasses import asdict, dataclass

import orjson


@dataclass(frozen=True)
class Settings:
    """Thresholds of reasons. Days are calendar days; the defaults are ours, to be reviewed."""

    stays_for_reason: int = 2
    attendances_for_reason: int = 5
    """Five or more a year is the usual definition of frequent attendance (to verify locally)."""
    discharge_days: int = 30
    falls_in_year: int = 2
    many_medicines: int = 10
    package_growth_hours: float = 3.5
    strain_for_reason: int = 7
    bereavement_days: int = 365
    weight_loss_percent: float = 5.0
    rise_for_reason: int = 2
    review_days: int = 365
    contact_days: int = 3
    """How long after a discharge nobody need have been in touch yet."""
    low_activation: int = 1
    recorded_frailty: int = 6
    high_risk: float = 0.3
    """Of the local admission model, where it is on."""
    least_needs: int = 1
    """How many reasons of need make somebody eligible."""
    small_number: int = 8
    """Counts under this are not told."""

    @property
    def version(self) -> str:
        """A short hash that changes with any setting."""
        return hashlib.sha256(orjson.dumps(asdict(self))).hexdigest()[:12]
