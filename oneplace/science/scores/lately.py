"""What has happened to somebody lately: urgent care, home, carer, loss, weight. Counts, no scores.

Each is what it says; none is a published instrument, and thresholds are the place's own. Windows
are whole days back from the day asked about, that day included.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from oneplace.science.scores.falls import falls
from oneplace.science.scores.frailty_index import prescribed_within, taken_now
from oneplace.science.scores.life import Happening, Life, State

YEAR, HALF_YEAR, QUARTER = 365, 182, 90
STRAIN_DAYS: Final = 365
CONTACT_DAYS: Final = 60
CARES: Final = "cares for somebody"
"""The mark of a tie of somebody who is the carer, and not the one cared for."""
ON_A_LIST: Final = "huddle list"
"""The mark of a partner's note that somebody is discussed, which is no plan."""
MISSED: Final = "did_not_attend"
CONTACT_KINDS: Final = ("contact", "appointment", "review", "episode")


@dataclass(frozen=True)
class Lately:
    """The counts and dates of one person; None is "not known"."""

    emergency_stays_12m: int
    attendances_12m: int
    last_discharge_on: date | None
    falls_90d: int
    falls_12m: int
    medicines_12m: int
    medicines_now: int
    """Of those, the ones that go on."""
    package_hours: float | None
    package_hours_before: float | None
    package_state: State
    carer_strain: int | None
    carer_strain_on: date | None
    has_carer: bool
    bereaved_on: date | None
    weight_loss: float | None
    has_plan: bool
    urgent_6m: int
    urgent_6m_before: int
    medicines_review_on: date | None
    contacts_since_discharge: int | None
    """None unless somebody left hospital within `CONTACT_DAYS`."""
    long_term_conditions: int
    last_event_on: date | None


def lately(life: Life) -> Lately:
    """Everything of `Lately`, from one life."""
    left = [each.ended_on for each in life.of("stay") if each.ended_on and each.ended_on <= life.on]
    left_on = max(left, default=None)
    hours, before, package_state = packages(life)
    strain = strained(life)
    reviewed = [each for each in life.of("review") if each.mark == "medicines"]
    return Lately(
        emergency_stays_12m=len(emergency_stays(life, YEAR)),
        attendances_12m=len(life.within(life.of("attendance"), YEAR)),
        last_discharge_on=left_on,
        falls_90d=len(falls(life, QUARTER)),
        falls_12m=len(falls(life, YEAR)),
        medicines_12m=len(prescribed_within(life, YEAR)),
        medicines_now=len(taken_now(life)),
        package_hours=hours,
        package_hours_before=before,
        package_state=package_state,
        carer_strain=None if strain is None or strain.value is None else int(strain.value),
        carer_strain_on=None if strain is None else strain.happened_on,
        has_carer=any(each.mark != CARES for each in life.of("carer", "carer_strain")),
        bereaved_on=max((each.happened_on for each in bereavements(life)), default=None),
        weight_loss=weight_loss(life),
        has_plan=any(each.ended_on is None or each.ended_on > life.on for each in plans(life)),
        urgent_6m=len(urgent(life, 0)),
        urgent_6m_before=len(urgent(life, HALF_YEAR + 1)),
        medicines_review_on=max((each.happened_on for each in reviewed), default=None),
        contacts_since_discharge=contacts_since(life, left_on),
        long_term_conditions=len(long_term(life)),
        last_event_on=max((each.happened_on for each in life.happenings), default=None),
    )


def emergency_stays(life: Life, days: int) -> list[Happening]:
    """Emergency stays that began within so many days."""
    return [each for each in life.within(life.of("stay"), days) if each.mark == "emergency"]


def urgent(life: Life, since: int) -> set[date]:
    """Days with an emergency stay, attendance or fall in the half year that ended `since` days ago.

    Days, because an attendance and the stay it becomes are one thing to the person.
    """
    found = [*emergency_stays(life, YEAR), *life.of("attendance"), *falls(life, YEAR)]
    return {
        each.happened_on
        for each in found
        if since <= (life.on - each.happened_on).days <= since + HALF_YEAR
    }


def packages(life: Life) -> tuple[float | None, float | None, State]:
    """Hours of care at home a week now and half a year ago, and whether both are known.

    Several feeds may tell of the same care, so the fullest of them counts and never their sum.
    """
    every = life.of("care_package")
    if not every:
        return None, None, State.NOT_RECORDED
    now = _hours(every, life.on)
    before = _hours(every, life.on - timedelta(days=HALF_YEAR))
    is_known = now is not None and before is not None
    return now, before, State.COMPLETE if is_known else State.INCOMPLETE


def _hours(every: list[Happening], on: date) -> float | None:
    by_source: dict[str, list[float | None]] = {}
    for each in every:
        running = by_source.setdefault(each.source, [])
        if each.happened_on <= on and (each.ended_on is None or each.ended_on > on):
            running.append(each.value)
    sums = [
        sum(value for value in values if value is not None)
        for values in by_source.values()
        if None not in values
    ]
    return float(max(sums)) if sums else None


def strained(life: Life) -> Happening | None:
    """The newest word of how hard somebody close finds caring, within a year."""
    said = [each for each in life.of("carer_strain") if each.value is not None]
    return max(
        life.within(said, STRAIN_DAYS),
        key=lambda each: (each.happened_on, each.value or 0.0),
        default=None,
    )


def bereavements(life: Life) -> list[Happening]:
    """Deaths of people close, and what general practice coded of one."""
    return [
        each
        for each in life.happenings
        if each.kind == "bereavement"
        or (each.kind in ("condition", "observation", "flag") and "flags/bereaved" in each.ideas)
    ]


def plans(life: Life) -> list[Happening]:
    """Care plans, and what general practice coded of one."""
    return [
        each
        for each in life.happenings
        if (each.kind == "care_plan" and each.mark != ON_A_LIST)
        or (each.kind in ("condition", "observation", "flag") and "flags/care-plan" in each.ideas)
    ]


def weights(life: Life) -> list[Happening]:
    """Weights above nought, oldest first."""
    return [
        each
        for each in life.within(life.of("observation"), HALF_YEAR + YEAR)
        if each.value is not None and each.value > 0 and "measures/weight" in each.ideas
    ]


def weight_loss(life: Life) -> float | None:
    """Per cent lost from the highest weight of the year before the newest one; None unless there
    are two, or when the newest is older than half a year. A gain is nought or less."""
    found = weights(life)
    if not found:
        return None
    newest = max(found, key=lambda each: (each.happened_on, each.value or 0.0))
    if (life.on - newest.happened_on).days > HALF_YEAR or newest.value is None:
        return None
    earlier = [
        each.value
        for each in found
        if 0 < (newest.happened_on - each.happened_on).days <= YEAR and each.value is not None
    ]
    if not earlier:
        return None
    highest = max(earlier)
    return (highest - newest.value) * 100.0 / highest


def contacts_since(life: Life, left_on: date | None) -> int | None:
    """Contacts after the day somebody left hospital."""
    if left_on is None or (life.on - left_on).days > CONTACT_DAYS:
        return None
    return sum(
        each.happened_on > left_on and each.mark != MISSED for each in life.of(*CONTACT_KINDS)
    )


def long_term(life: Life) -> set[str]:
    """The long-term conditions recorded."""
    return {
        name
        for each in life.of("condition")
        for name in each.ideas
        if name.startswith("long_term/")
    }
