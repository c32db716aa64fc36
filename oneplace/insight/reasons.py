"""Why this person, why now: each reason, when it holds, what stands behind it, and its words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from oneplace.insight.blocks import Block, Blocks
from oneplace.insight.settings import Settings

NEED, GAP, HINT = "need", "gap", "hint"
"""A hint makes nobody eligible and moves nobody in any order: it stands beside other reasons."""


@dataclass(frozen=True)
class Reason:
    """One reason for a huddle to look at somebody.

    `topics` are what events lie behind it, over `window` days (None: ever); `newest` asks for the
    newest of them alone, `by_day` counts those of one day once. `leaves_after` are pairs (nth
    newest event, days): it no longer holds after the latest of them; empty where that cannot be
    said in advance.
    """

    code: str
    label: str
    when: Blocks
    template: str
    number: str = ""
    other: str = ""
    topics: tuple[str, ...] = ()
    window: int | None = None
    newest: bool = False
    by_day: bool = False
    leaves_after: tuple[tuple[int, int], ...] = ()
    kind: str = NEED

    def words(self, row: Mapping[str, Any]) -> str:
        """The reason in a sentence, with its numbers; the date and source stand beside it."""
        number, other = row.get("number"), row.get("other")
        return self.template.format(
            number=_number(number),
            other=_number(other),
            share="–" if number is None else f"{100 * number:.0f}",
            times="once" if number == 1 else "twice" if number == 2 else f"{_number(number)} times",
        )


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.1f}"


def _when(*blocks: Block) -> Blocks:
    return Blocks(blocks)


def _either(*sets: tuple[Block, ...]) -> Blocks:
    return Blocks(sets[0], sets[1:])


def reasons(settings: Settings) -> Mapping[str, Reason]:
    """Every reason by its code, in the order in which they are told; thresholds as settings say."""
    frail = Block("frailty_band", "one_of", ("moderate", "severe"))
    often = Block("emergency_stays_12m", "at_least", settings.stays_for_reason)
    rows = (
        Reason(
            "emergency_stays", "Emergency stays in hospital", _when(often),
            "In hospital as an emergency {times} in 12 months", "emergency_stays_12m",
            topics=("emergency_stay",), window=365,
            leaves_after=((settings.stays_for_reason, 365),),
        ),
        Reason(
            "recent_discharge", "Just out of hospital",
            _when(Block("days_since_discharge", "at_most", settings.discharge_days)),
            "Left hospital {number} days ago", "days_since_discharge",
            topics=("left_stay",), window=settings.discharge_days,
            newest=True, leaves_after=((1, settings.discharge_days),),
        ),
        Reason(
            "readmission_risk", "High risk of coming back to hospital (LACE)",
            _when(Block("lace_band", "is", "high")),
            "LACE index {number} at the last discharge (10 or more is high)", "lace",
            topics=("left_stay",), window=30, newest=True,
            leaves_after=((1, 30),),
        ),
        Reason(
            "severe_frailty", "Severe frailty on the electronic index",
            _when(Block("frailty_band", "is", "severe")),
            "Electronic frailty index: {number} of 36 deficits, severe", "frailty_deficits",
            topics=("deficit",),
        ),
        Reason(
            "moderate_frailty", "Moderate frailty on the electronic index",
            _when(Block("frailty_band", "is", "moderate")),
            "Electronic frailty index: {number} of 36 deficits, moderate", "frailty_deficits",
            topics=("deficit",),
        ),
        Reason(
            "recorded_frailty", "Frailty as somebody judged it",
            _when(Block("clinical_frailty", "at_least", settings.recorded_frailty)),
            "Clinical Frailty Scale {number}, as recorded", "clinical_frailty",
            topics=("clinical_frailty",), window=730, newest=True, leaves_after=((1, 730),),
        ),
        Reason(
            "hospital_frailty", "High hospital frailty risk",
            _when(Block("hospital_frailty_band", "is", "high")),
            "Hospital frailty risk score {number} (over 15 is high)", "hospital_frailty",
            topics=("emergency_diagnosis",), window=730,
        ),
        Reason(
            "falls", "Falls",
            _either(
                (Block("falls_90d", "at_least", 1),),
                (Block("falls_12m", "at_least", settings.falls_in_year),),
            ),
            "Fell {times} in 12 months", "falls_12m", topics=("fall",), window=365, by_day=True,
            leaves_after=((1, 90), (settings.falls_in_year, 365)),
        ),
        Reason(
            "frequent_attendance", "Often at the emergency department",
            _when(Block("attendances_12m", "at_least", settings.attendances_for_reason)),
            "At the emergency department {times} in 12 months", "attendances_12m",
            topics=("attendance",), window=365,
            leaves_after=((settings.attendances_for_reason, 365),),
        ),
        Reason(
            "rising_need", "Urgent care is rising",
            _when(Block("urgent_rise", "at_least", settings.rise_for_reason)),
            "Urgent care on {number} days in six months, on {other} in the six before", "urgent_6m",
            "urgent_6m_before", topics=("emergency_stay", "attendance", "fall"), window=182,
        ),
        Reason(
            "weight_loss", "Losing weight",
            _when(Block("weight_loss", "at_least", settings.weight_loss_percent)),
            "Lost {number} % of weight within a year", "weight_loss",
            topics=("weight",), window=182, newest=True, leaves_after=((1, 182),),
        ),
        Reason(
            "bereaved", "Bereaved",
            _when(Block("days_since_bereavement", "at_most", settings.bereavement_days)),
            "Somebody close died", topics=("bereavement",), window=settings.bereavement_days,
            newest=True, leaves_after=((1, settings.bereavement_days),),
        ),
        Reason(
            "many_medicines", "Many medicines",
            _when(Block("medicines_now", "at_least", settings.many_medicines)),
            "Takes {number} different medicines", "medicines_now",
        ),
        Reason(
            "package_growing", "Care at home is growing",
            _when(Block("package_growth", "at_least", settings.package_growth_hours)),
            "Care at home grew to {number} hours a week from {other} half a year ago",
            "package_hours", "package_hours_before", topics=("care_package",), window=182,
        ),
        Reason(
            "carer_strain", "Caring is a strain",
            _when(Block("carer_strain", "at_least", settings.strain_for_reason)),
            "Strain of caring {number} of 10, as the carer says", "carer_strain",
            topics=("carer_strain",), window=365, newest=True, leaves_after=((1, 365),),
        ),
        Reason(
            "low_activation", "Little confidence in managing own health",
            _when(Block("activation", "at_most", settings.low_activation)),
            "Patient activation level {number} of 4, as recorded", "activation",
            topics=("activation",), window=365, newest=True, leaves_after=((1, 365),),
        ),
        Reason(
            "admission_risk", "Local model: likely to be admitted",
            _when(Block("admission_risk", "at_least", settings.high_risk)),
            "Of 100 people like this, {share} have an emergency stay in hospital within half a "
            "year, says the local model", "admission_risk", kind=HINT,
        ),
        Reason(
            "no_plan", "No plan", _either(
                (frail, Block("has_plan", "is_false")), (often, Block("has_plan", "is_false")),
            ),
            "No care plan is recorded", kind=GAP,
        ),
        Reason(
            "no_medicines_review", "Medicines not reviewed",
            _either(
                (
                    Block("medicines_now", "at_least", settings.many_medicines),
                    Block("days_since_medicines_review", "at_least", settings.review_days + 1),
                ),
                (
                    Block("medicines_now", "at_least", settings.many_medicines),
                    Block("days_since_medicines_review", "is_unknown"),
                ),
            ),
            "{number} medicines and no review of them in 12 months", "medicines_now", kind=GAP,
        ),
        Reason(
            "no_contact_after_discharge", "Nobody in touch since hospital",
            _when(
                Block("days_since_discharge", "at_most", settings.discharge_days),
                Block("days_since_discharge", "at_least", settings.contact_days),
                Block("contacts_since_discharge", "at_most", 0),
            ),
            "Nobody is recorded as in touch since hospital, {number} days ago",
            "days_since_discharge", topics=("left_stay",),
            window=settings.discharge_days, newest=True,
            leaves_after=((1, settings.discharge_days),), kind=GAP,
        ),
        Reason(
            "carer_not_asked", "The carer was not asked",
            _when(Block("has_carer", "is_true"), Block("carer_strain", "is_unknown")),
            "Somebody close cares for them and was not asked in 12 months how they are",
            kind=GAP,
        ),
    )  # fmt: skip
    return {row.code: row for row in rows}


REASONS: Final = reasons(Settings())
"""The reasons with the default thresholds."""


def words(row: Mapping[str, Any], settings: Settings | None = None) -> str:
    """The sentence of one row of the table of reasons."""
    known = REASONS if settings is None else reasons(settings)
    return known[row["code"]].words(row)


def leaves_on(reason: Reason, newest_first: list[date]) -> date | None:
    """First day the reason no longer holds if nothing new happens; None where nobody can say."""
    ends = [
        date.fromordinal(newest_first[place - 1].toordinal() + days + 1)
        for place, days in reason.leaves_after
        if place <= len(newest_first)
    ]
    return max(ends) if ends else None
