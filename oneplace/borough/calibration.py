"""Every figure the borough is shaped after: target, tolerance, basis, and how ours is computed.

Targets are for 380,000 people a year unless the words say otherwise; ours are scaled to that by
the run's population and window. `published` figures come from public papers of the reference
borough; `to_verify` ones are estimates (marked as such in the project's care model); `derived`
follow from published ones; `chosen` are ours. `NOT_AIMED_AT` are the published figures a borough of
lives cannot have, each with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from oneplace.borough.lives.columns import NEVER, NO_DAY
from oneplace.borough.lives.moments import DAY, day_of, microseconds, month_of_year
from oneplace.borough.lives.world import REFERENCE_POPULATION
from oneplace.borough.tables import Lives


@dataclass(frozen=True)
class Reading:
    """A run's clock and scale, so that figures can be read off it."""

    lives: Lives
    scale: float
    """The run's population over 380,000."""
    years: float
    now: int
    now_day: int
    start: int
    end: int

    def column(self, table: str, name: str) -> Any:
        """A column as numpy."""
        return self.lives.numpy(table, name)

    def yearly(self, count: float) -> float:
        """A count over the window, a year and for 380,000 people."""
        return count / self.scale / self.years

    def age(self, person: Any, moments: Any) -> Any:
        """Age in years of persons at moments."""
        return (day_of(moments) - self.column("people", "born_on")[person]) / 365.25


def reading(lives: Lives) -> Reading:
    """Prepare a run for measuring."""
    settings = lives.settings
    start, end = microseconds(settings.starts_at), microseconds(settings.ends_at)
    now = microseconds(settings.now)
    return Reading(
        lives, settings.people / REFERENCE_POPULATION, (end - start) / DAY / 365.25, now,
        int(day_of(np.array([now]))[0]), start, end,
    )  # fmt: skip


Measure = Callable[[Reading], float]


@dataclass(frozen=True)
class CalibrationFigure:
    """One figure: what is aimed at, how near is near enough, and where the target comes from."""

    key: str
    words: str
    target: float
    tolerance: float
    """Allowed distance from the target, as a share of it unless `is_absolute`."""
    basis: str
    measure: Measure
    is_absolute: bool = False
    is_least: bool = False
    """The target is a floor."""
    is_most: bool = False
    """The target is a ceiling."""

    def allows(self, value: float) -> bool:
        """Whether a value is near enough."""
        if self.is_most:
            return value <= self.target * (1 + self.tolerance)
        if self.is_least:
            return value >= self.target * (1 - self.tolerance)
        room = self.tolerance if self.is_absolute else self.tolerance * abs(self.target)
        return abs(value - self.target) <= room


def _residents(read: Reading) -> Any:
    died, left = read.column("people", "died_at"), read.column("people", "left_on")
    return ((died == NEVER) | (died > read.now)) & ((left == NO_DAY) | (left > read.now_day))


def _population(read: Reading) -> float:
    return float(_residents(read).sum()) / read.scale


def _share_over(age: int) -> Measure:
    def measure(read: Reading) -> float:
        here = _residents(read)
        born = read.column("people", "born_on")[here]
        return float(((read.now_day - born) / 365.25 >= age).mean())

    return measure


def _frailty(category: str) -> Measure:
    def measure(read: Reading) -> float:
        on = read.column("frailty", "on")
        latest = on[on <= read.now_day].max()
        return float((read.column("frailty", "category")[on == latest] == category).mean())

    return measure


def _attendances(read: Reading) -> float:
    return read.yearly(len(read.lives["ed_attendances"]))


def _old_attendances(read: Reading) -> Any:
    person = read.column("ed_attendances", "person")
    return read.age(person, read.column("ed_attendances", "arrived_at")) >= 65


def _attendances_65(read: Reading) -> float:
    return float(_old_attendances(read).mean())


def _admitted_65(read: Reading) -> float:
    admitted = read.column("ed_attendances", "disposal") == "admitted"
    return float(admitted[_old_attendances(read)].mean())


def _emergency(read: Reading) -> tuple[Any, Any, Any]:
    """Emergency stays: mask, whether 65 and over, nights (of those that ended)."""
    emergency = read.column("hospital_stays", "is_emergency")
    person = read.column("hospital_stays", "person")
    admitted = read.column("hospital_stays", "admitted_at")
    left = read.column("hospital_stays", "discharged_at")
    old = read.age(person, admitted) >= 65
    ended = np.where(left == NEVER, admitted, left)
    nights = np.where(left == NEVER, -1, day_of(ended) - day_of(admitted))
    return emergency, old, nights


def _emergency_stays(read: Reading) -> float:
    return read.yearly(float(_emergency(read)[0].sum()))


def _emergency_stays_65(read: Reading) -> float:
    emergency, old, _ = _emergency(read)
    return read.yearly(float((emergency & old).sum()))


def _nights_65(read: Reading) -> Any:
    emergency, old, nights = _emergency(read)
    return nights[emergency & old & (nights >= 0)]


def _from_homes(read: Reading) -> Any:
    emergency, _, nights = _emergency(read)
    home = read.column("hospital_stays", "source_of_admission") == "85"
    return emergency & home, nights


def _home_admissions(read: Reading) -> float:
    return read.yearly(float(_from_homes(read)[0].sum()))


def _home_stay(read: Reading) -> float:
    chosen, nights = _from_homes(read)
    return float(nights[chosen & (nights >= 0)].mean())


def _beds(read: Reading) -> float:
    return float(read.column("care_homes", "beds").sum()) / read.scale


def _delayed_days(read: Reading) -> float:
    return read.yearly(float(read.column("hospital_stays", "delay_days").sum()))


def _pathway(name: str) -> Measure:
    def measure(read: Reading) -> float:
        emergency, old, _ = _emergency(read)
        pathway = read.column("hospital_stays", "pathway")
        known = emergency & old & (pathway != None)  # noqa: E711 - element by element
        return float((pathway[known] == name).mean())

    return measure


def _life(read: Reading) -> tuple[Any, Any, Any, Any]:
    stream = read.column("life_episodes", "stream")
    accepted = read.column("life_episodes", "decision") == "accepted"
    visited = read.column("life_episodes", "first_visit_at")
    person = read.column("life_episodes", "person")
    return stream, accepted & (visited != NEVER), visited, person


def _life_starts(read: Reading) -> float:
    stream, accepted, _, _ = _life(read)
    return read.yearly(float((accepted & (stream != "rapid_response")).sum())) / 12


def _life_80(read: Reading) -> float:
    stream, accepted, visited, person = _life(read)
    chosen = accepted & (stream != "rapid_response")
    return float((read.age(person[chosen], visited[chosen]) >= 80).mean())


def _six_weeks(winter: bool) -> Measure:
    def measure(read: Reading) -> float:
        stream, accepted, visited, _ = _life(read)
        chosen = accepted & (stream != "rapid_response")
        chosen &= visited + 60 * DAY < read.end
        month = month_of_year(day_of(np.where(chosen, visited, read.start)))
        chosen &= np.isin(month, [12, 1, 2]) == winter
        ended = read.column("life_episodes", "ended_at")
        in_time = (ended != NEVER) & (ended - visited <= 42 * DAY)
        return float(in_time[chosen].mean())

    return measure


def _rapid_per_day(read: Reading) -> float:
    stream, accepted, _, _ = _life(read)
    return read.yearly(float((accepted & (stream == "rapid_response")).sum())) / 365


def _rapid_readmitted(read: Reading) -> float:
    stream, accepted, visited, person = _life(read)
    stayed = read.column("life_episodes", "disposition") != "hospital"
    chosen = accepted & (stream == "rapid_response") & stayed & (visited + 30 * DAY < read.end)
    emergency = read.column("hospital_stays", "is_emergency")
    who = read.column("hospital_stays", "person")[emergency].astype(np.int64)
    when = read.column("hospital_stays", "admitted_at")[emergency]
    key = np.sort(who * 2**42 + when // 1_000_000)
    low = person[chosen].astype(np.int64) * 2**42 + visited[chosen] // 1_000_000
    found = np.searchsorted(key, low + 30 * 86_400) > np.searchsorted(key, low)
    return float(found.mean())


def _rows_of_staff(role: str) -> Measure:
    return lambda read: float((read.column("staff", "role") == role).sum())


def _pic_people(read: Reading) -> float:
    return read.yearly(len(np.unique(read.column("pic_cases", "person"))))


def _goals_each(read: Reading) -> float:
    cases = (read.column("pic_cases", "plan_agreed_at") != NEVER).sum()
    return len(read.lives["goals"]) / max(int(cases), 1)


def _huddle_active(read: Reading) -> float:
    listed = read.column("huddle_cases", "listed_at")
    closed = read.column("huddle_cases", "closed_at")
    active = (listed <= read.now) & ((closed == NEVER) | (closed > read.now))
    return float(active.sum()) / read.scale


def _actions_each(read: Reading) -> float:
    return len(read.lives["huddle_actions"]) / max(len(read.lives["huddle_discussions"]), 1)


def _late_actions(read: Reading) -> float:
    return float(read.column("huddle_actions", "is_late").mean())


def _recommendations_accepted(read: Reading) -> float:
    reply = read.column("pharmacist_recommendations", "reply")
    known = reply != None  # noqa: E711 - element by element
    return float((reply[known] == "accepted").mean())


def _places_taken(read: Reading) -> float:
    return len(read.lives["social_prescribing_attendances"]) / read.scale * 2 / read.years


def _yearly_rows(table: str) -> Measure:
    return lambda read: read.yearly(len(read.lives[table]))


def _users_rows(table: str) -> Measure:
    def measure(read: Reading) -> float:
        return read.yearly(float((read.column(table, "client_type") == "Service user").sum()))

    return measure


def _supported(read: Reading) -> float:
    began = read.column("council_services", "started_on")
    ended = read.column("council_services", "ended_on")
    kind = read.column("council_services", "service_type")
    long = np.array([str(word).startswith("Long term") for word in kind])
    there = long & (began <= read.now_day) & ((ended == NO_DAY) | (ended >= read.now_day))
    return len(np.unique(read.column("council_services", "person")[there])) / read.scale


def _budget(read: Reading) -> tuple[float, float]:
    """The shared budget for people of 65 and over, pounds a year: the NHS's part, the council's."""
    kinds = read.column("unit_prices", "kind").astype(str).tolist()
    part = dict(zip(kinds, read.column("unit_prices", "part_in_budget").tolist(), strict=True))
    payer = dict(zip(kinds, read.column("unit_prices", "payer").astype(str).tolist(), strict=True))
    month, kind = read.column("costs", "month"), read.column("costs", "kind").astype(str)
    born = read.column("people", "born_on")[read.column("costs", "person")]
    pence = np.where((month - born) / 365.25 >= 65, read.column("costs", "cost_pence"), 0)
    sums = {each: float(pence[kind == each].sum()) * part[each] / 100 for each in kinds}
    nhs = sum(value for each, value in sums.items() if payer[each] == "commissioner")
    return read.yearly(nhs), read.yearly(sum(sums.values()) - nhs)


METRIC_OF_RAW = np.array([
    7.00, 9.51, 11.25, 12.40, 13.33, 14.08, 14.75, 15.32, 15.84, 16.36, 16.88, 17.43, 17.98, 18.59,
    19.25, 19.98, 20.73, 21.54, 22.35, 23.21, 24.11, 25.03, 26.02, 27.03, 28.13, 29.31, 30.70,
    32.55, 35.00,
])  # fmt: skip
"""SWEMWBS metric score of raw totals 7 ... 35 (Stewart-Brown 2009, Health Qual Life Outcomes 7:15;
the numbers are facts, the questionnaire's wording is licensed and not here)."""


def _wellbeing(sex: str) -> Measure:
    def measure(read: Reading) -> float:
        moment = read.column("wellbeing_scores", "moment") == "survey"
        raw = read.column("wellbeing_scores", "swemwbs_raw")
        who = read.column("people", "sex")[read.column("wellbeing_scores", "person")] == sex
        chosen = moment & (raw >= 7) & who
        return float(METRIC_OF_RAW[raw[chosen] - 7].mean())

    return measure


COMPARATOR_POPULATION = 200_000
_PER_PERSON = REFERENCE_POPULATION / COMPARATOR_POPULATION

FIGURES: Mapping[str, CalibrationFigure] = {
    figure.key: figure
    for figure in (
        CalibrationFigure("population", "People living here at now", 380_000, 0.0005,
                          "published", _population),
        CalibrationFigure("share_65", "Share of 65 and over", 0.13, 0.003, "published",
                          _share_over(65), is_absolute=True),
        CalibrationFigure("share_75", "Share of 75 and over", 0.06, 0.003, "to_verify",
                          _share_over(75), is_absolute=True),
        CalibrationFigure("share_85", "Share of 85 and over", 0.016, 0.002, "to_verify",
                          _share_over(85), is_absolute=True),
        CalibrationFigure("networks", "Networks", 6, 0, "published",
                          lambda read: float(len(read.lives["networks"]))),
        CalibrationFigure("practices", "Practices", 57, 0.05, "published",
                          lambda read: len(read.lives["practices"]) / read.scale),
        CalibrationFigure("practice_list", "People to a practice, mean", 6_700, 0.05, "published",
                          lambda read: _population(read) * read.scale
                          / len(read.lives["practices"])),
        CalibrationFigure("frailty_fit", "Fit, of 65 and over", 0.50, 0.03, "published",
                          _frailty("fit"), is_absolute=True),
        CalibrationFigure("frailty_mild", "Mild frailty", 0.35, 0.03, "published",
                          _frailty("mild"), is_absolute=True),
        CalibrationFigure("frailty_moderate", "Moderate frailty", 0.12, 0.025, "published",
                          _frailty("moderate"), is_absolute=True),
        CalibrationFigure("frailty_severe", "Severe frailty", 0.03, 0.012, "published",
                          _frailty("severe"), is_absolute=True),
        CalibrationFigure("attendances", "Emergency attendances a year", 132_000, 0.04,
                          "published", _attendances),
        CalibrationFigure("attendances_65", "Share of them by people of 65 and over", 0.23, 0.02,
                          "published", _attendances_65, is_absolute=True),
        CalibrationFigure("admitted_65", "Share of those admitted", 0.47, 0.03, "published",
                          _admitted_65, is_absolute=True),
        CalibrationFigure("emergency_stays", "Emergency admissions a year", 30_400, 0.05,
                          "published", _emergency_stays),
        CalibrationFigure("emergency_stays_65", "Emergency admissions of 65 and over", 12_000, 0.15,
                          "to_verify", _emergency_stays_65),
        CalibrationFigure("stay_median", "Median emergency stay at 65 and over, nights", 4, 0.5,
                          "to_verify", lambda read: float(np.median(_nights_65(read))),
                          is_absolute=True),
        CalibrationFigure("stay_mean", "Mean emergency stay at 65 and over, nights", 9, 0.9,
                          "to_verify", lambda read: float(_nights_65(read).mean()),
                          is_absolute=True),
        CalibrationFigure("care_homes", "Care homes", 131, 0.06, "published",
                          lambda read: len(read.lives["care_homes"]) / read.scale),
        CalibrationFigure("care_home_beds", "Care home beds", 2_700, 0.02, "published", _beds),
        CalibrationFigure("care_home_admissions", "Emergency admissions from care homes", 2_000,
                          0.15, "published", _home_admissions),
        CalibrationFigure("care_home_stay", "Mean stay of care home residents, nights", 11.8, 2.5,
                          "published", _home_stay, is_absolute=True),
        CalibrationFigure("delayed_days", "Delayed bed days a year", 9_600, 0.15, "derived",
                          _delayed_days),
        CalibrationFigure("pathway_0", "Pathway 0, 65 and over", 0.50, 0.03, "published",
                          _pathway("P0"), is_absolute=True),
        CalibrationFigure("pathway_1", "Pathway 1", 0.45, 0.03, "published", _pathway("P1"),
                          is_absolute=True),
        CalibrationFigure("pathway_2", "Pathway 2", 0.04, 0.012, "published", _pathway("P2"),
                          is_absolute=True),
        CalibrationFigure("pathway_3", "Pathway 3", 0.01, 0.006, "published", _pathway("P3"),
                          is_absolute=True),
        CalibrationFigure("life_starts", "LIFE starts a month", 120, 0.10, "published",
                          _life_starts),
        CalibrationFigure("life_80", "Share of them of 80 and over", 0.667, 0.06, "published",
                          _life_80, is_absolute=True),
        CalibrationFigure("six_weeks", "Packages ended in six weeks, outside winter", 0.80, 0.07,
                          "published", _six_weeks(False), is_absolute=True),
        CalibrationFigure("six_weeks_winter", "Packages ended within six weeks, winter", 0.55, 0.09,
                          "published", _six_weeks(True), is_absolute=True),
        CalibrationFigure("rapid_response", "Rapid-response people a day", 12, 0.10,
                          "published elsewhere", _rapid_per_day),
        CalibrationFigure("rapid_readmitted", "Of them in hospital within 30 days, under", 0.10, 0,
                          "published elsewhere", _rapid_readmitted, is_most=True),
        CalibrationFigure("coordinators", "Personal independence coordinators", 18, 0, "published",
                          _rows_of_staff("pic")),
        CalibrationFigure("pic_people", "People with a coordinator a year", 600, 0.15, "derived",
                          _pic_people),
        CalibrationFigure("goals_each", "Goals each", 2.6, 0.25, "published", _goals_each,
                          is_absolute=True),
        CalibrationFigure("huddle_active", "Active huddle cases at now", 2_500, 0.12, "published",
                          _huddle_active),
        CalibrationFigure("actions_each", "Actions per discussion", 2.5, 0.3, "to_verify",
                          _actions_each, is_absolute=True),
        CalibrationFigure("late_actions", "Share of actions late", 0.20, 0.03, "to_verify",
                          _late_actions, is_absolute=True),
        CalibrationFigure("pharmacists", "Network pharmacists", 6, 0, "published",
                          _rows_of_staff("pharmacist")),
        CalibrationFigure("recommendations", "Share of recommendations accepted", 0.85, 0.04,
                          "published elsewhere", _recommendations_accepted, is_absolute=True),
        CalibrationFigure("places_taken", "Activity places taken in two years", 30_000, 0.15,
                          "published", _places_taken),
        CalibrationFigure("voluntary", "Voluntary groups listed", 300, 0, "chosen",
                          lambda read: float(len(read.lives["voluntary_organisations"]))),
        CalibrationFigure("safeguarding", "Safeguarding concerns a year", 2_000, 0.05, "published",
                          _yearly_rows("safeguarding_concerns"), is_least=True),
        CalibrationFigure("council_requests", "Requests to the council a year",
                          6_400 * _PER_PERSON, 0.15, "published elsewhere",
                          _users_rows("council_requests")),
        CalibrationFigure("council_assessments", "Assessments a year", 6_100 * _PER_PERSON, 0.15,
                          "published elsewhere", _users_rows("council_assessments")),
        CalibrationFigure("council_supported", "People with long-term support at now",
                          3_750 * _PER_PERSON, 0.15, "published elsewhere", _supported),
        CalibrationFigure("budget", "Shared budget for people of 65 and over, pounds a year",
                          178_000_000, 0.06, "published", lambda read: sum(_budget(read))),
        CalibrationFigure("budget_nhs", "Share of it the NHS pays", 0.78, 0.03, "published",
                          lambda read: _budget(read)[0] / sum(_budget(read)), is_absolute=True),
        CalibrationFigure("wellbeing_men", "SWEMWBS of men in the survey", 23.7, 0.6, "published",
                          _wellbeing("male"), is_absolute=True),
        CalibrationFigure("wellbeing_women", "SWEMWBS of women in the survey", 23.2, 0.6,
                          "published", _wellbeing("female"), is_absolute=True),
    )
}  # fmt: skip

NOT_AIMED_AT: Mapping[str, str] = {
    "18 % of packages ended within six weeks": "so it was before LIFE; the years made here begin "
    "after it",
    "37 practices with social prescribing": "the place file says which practices have it, not the "
    "lives",
    "1,300 voluntary groups known": "a list of 300 is made: what a directory holds, not all there "
    "are",
    "a gap of £26.6 million, half of it to be closed": "a forecast of what would be spent; nobody "
    "lives through it",
    "£2.47 for each £1": "a claim whose workings are not public",
    "4,000 safeguarding concerns at the comparator": "another council's; the borough's own figure "
    "of 2,000 and more is aimed at",
}
"""Published figures of the reference borough that no life can show, and why."""


@dataclass(frozen=True)
class Measured:
    """One figure measured on a run."""

    figure: CalibrationFigure
    value: float

    @property
    def is_met(self) -> bool:
        """Whether it lies within its tolerance."""
        return self.figure.allows(self.value)


def measure(lives: Lives) -> dict[str, Measured]:
    """Every figure of `FIGURES` on a run."""
    read = reading(lives)
    return {key: Measured(figure, figure.measure(read)) for key, figure in FIGURES.items()}
