"""Passes over the events of a snapshot: for each person the bits, counts and dates scores need.

Every pass is an Ibis expression; DuckDB runs them all as one statement. Nothing here knows a band.
"""

from datetime import date, timedelta
from typing import Any, Final

import ibis
from ibis import _

from oneplace.insight.marks import IF_MALE, STAY, Marks, Topic
from oneplace.science.scores import frailty_index as frailty
from oneplace.science.scores import lace as lace_score
from oneplace.science.scores.hospital_frailty import DAYS as HOSPITAL_DAYS
from oneplace.science.scores.lately import CONTACT_DAYS, HALF_YEAR, QUARTER, YEAR

LEFT, CAME = 1 << 24, 4
"""A stay as one number, so that the last is the greatest: day left, day admitted, acuity."""


def marked(events: Any, marks: Any, *, on: date) -> Any:
    """Events until `on`, each with the marks of its sort."""
    return events.filter(events.happened_on <= ibis.literal(on)).inner_join(marks, "what")


def is_about(table: Any, topic: Topic) -> Any:
    """Whether an event is of one of these topics."""
    return (table.topics & int(topic)) != 0


def since(on: date, days: int) -> Any:
    """The first day of a window of so many days back from `on`."""
    return ibis.literal(on - timedelta(days=days))


def with_deficits(table: Any, marks: Marks) -> Any:
    """The deficits of an event, by its code or by what was measured, as bits in `shown`."""
    value, measure = table.value, table.measure
    grams = (value < frailty.HAEMOGLOBIN_DIVIDE).ifelse(value * 10, value)
    is_low = (measure == marks.measure("haemoglobin")) & (grams > 0)
    by_value = [
        (is_low & (grams < frailty.HAEMOGLOBIN_OTHER), marks.deficit("anaemia")),
        (is_low & (grams < frailty.HAEMOGLOBIN_MALE), 1 << IF_MALE),
        (_is(marks, measure, "egfr") & (value > 0) & (value < frailty.EGFR_UNDER), "ckd"),
        (
            _is(marks, measure, "tsh") & ((value < frailty.TSH_UNDER) | (value > frailty.TSH_OVER)),
            "thyroid-disorders",
        ),
        (_is(marks, measure, "barthel") & (value <= frailty.BARTHEL_MOST), "activity-limitation"),
        (_is(marks, measure, "six-cit") & (value >= frailty.SIX_CIT_LEAST), "cognitive-problems"),
        (_is(marks, measure, "abpi") & (value > 0) & (value < frailty.ABPI_UNDER), "pvd"),
        (_is(marks, measure, "t-score") & (value <= frailty.T_SCORE_MOST), "osteoporosis"),
        (_is(marks, measure, "must") & (value >= frailty.MUST_LEAST), "weight-loss"),
        (
            _is(marks, measure, "atrial-fibrillation-risk") & value.notnull(),
            "atrial-fibrillation",
        ),
        *((_is(marks, measure, key) & (value > over), deficit) for key, over, deficit in _OVER),
        (
            _is(marks, measure, "copd-contacts-12m") & (value >= frailty.COPD_CONTACTS_LEAST),
            "respiratory-disease",
        ),
    ]
    cases = [
        (met, ibis.literal(marks.deficit(what) if isinstance(what, str) else what, "int64"))
        for met, what in by_value
    ]
    met = ibis.cases(*cases, else_=ibis.literal(0, "int64"))
    return table.mutate(shown=table.deficits | met)


_OVER: Final = (
    ("urine-protein-24h", frailty.URINE_PROTEIN_OVER, "ckd"),
    ("urine-albumin-24h", frailty.URINE_ALBUMIN_OVER, "ckd"),
    ("protein-creatinine", frailty.PROTEIN_CREATININE_OVER, "ckd"),
    ("albumin-creatinine", frailty.ALBUMIN_CREATININE_OVER, "ckd"),
    ("microalbumin", frailty.MICROALBUMIN_OVER, "ckd"),
    ("falls", 0, "falls"),
    ("systolic-24h", frailty.DAY_SYSTOLIC_OVER, "hypertension"),
    ("diastolic-24h", frailty.DAY_DIASTOLIC_OVER, "hypertension"),
)
"""What is measured, over which number it meets a deficit, and which."""


def _is(marks: Marks, measure: Any, key: str) -> Any:
    return measure == marks.measure(key)


_SLIM: Final = (
    STAY
    | Topic.ATTENDANCE
    | Topic.FALL
    | Topic.CARE_PACKAGE
    | Topic.CARER_STRAIN
    | Topic.BEREAVEMENT
    | Topic.PLAN
    | Topic.MEDICINES_REVIEW
    | Topic.EMERGENCY_DIAGNOSIS
    | Topic.WEIGHT
    | Topic.CLINICAL_FRAILTY
    | Topic.ACTIVATION
)


def slim(happened: Any, marks: Marks) -> Any:
    """The events most passes and all evidence ask about, a small part of all, read only once."""
    may_be = is_about(happened, _SLIM) | (happened.deficits != 0) | (happened.measure > 0)
    told = with_deficits(happened.filter(may_be), marks)
    told = told.filter(is_about(told, _SLIM) | (told.shown != 0))
    return told.select(
        "pseudonym", "event", "source", "happened_on", "ended_on", "value", "topics", "category",
        "shown",
    )  # fmt: skip


def ever(happened: Any) -> Any:
    """What was ever recorded: bits of conditions and topics, and the newest of everything."""
    return happened.group_by("pseudonym").agg(
        charlson_bits=_.charlson.bit_or(),
        long_term_bits=_.long_term.bit_or(),
        topic_bits=_.topics.bit_or(),
        last_event_on=_.happened_on.max(),
    )


def deficits(slim: Any) -> Any:
    """The deficits ever shown, as bits."""
    shown = slim.filter(slim.shown != 0)
    return shown.group_by("pseudonym").agg(shown=shown.shown.bit_or())


_LATELY: Final = (
    STAY
    | Topic.ATTENDANCE
    | Topic.BEREAVEMENT
    | Topic.PLAN
    | Topic.MEDICINES_REVIEW
    | Topic.EMERGENCY_DIAGNOSIS
)


def lately(happened: Any, *, on: date) -> Any:
    """Counts and dates of what happened lately."""
    of = happened.filter(is_about(happened, _LATELY))
    emergency, attendance = is_about(of, Topic.EMERGENCY_STAY), is_about(of, Topic.ATTENDANCE)
    year = of.happened_on >= since(on, YEAR)
    left = is_about(of, STAY) & (of.ended_on <= ibis.literal(on))
    left_lately = left & (of.ended_on >= since(on, lace_score.DAYS))
    two_years = of.happened_on >= since(on, HOSPITAL_DAYS)
    plan = is_about(of, Topic.PLAN) & (of.ended_on.isnull() | (of.ended_on > ibis.literal(on)))
    return of.group_by("pseudonym").agg(
        emergency_stays_12m=of.count(where=emergency & year),
        attendances_12m=of.count(where=attendance & year),
        last_discharge_on=of.ended_on.max(where=left),
        last_stay=_as_number(of).max(where=left_lately),
        bereaved_on=of.happened_on.max(where=is_about(of, Topic.BEREAVEMENT)),
        has_plan=plan.any(),
        medicines_review_on=of.happened_on.max(where=is_about(of, Topic.MEDICINES_REVIEW)),
        stays_2y=of.count(where=emergency & two_years),
        diagnoses_2y=of.count(where=is_about(of, Topic.EMERGENCY_DIAGNOSIS) & two_years),
    )


def _as_number(of: Any) -> Any:
    acuity = ibis.cases(
        (is_about(of, Topic.EMERGENCY_STAY), 2), (is_about(of, Topic.PLANNED_STAY), 0), else_=1
    )
    left = _day_number(of.ended_on) * LEFT
    return left + _day_number(of.happened_on) * CAME + acuity.cast("int64")


def _day_number(day: Any) -> Any:
    return day.delta(ibis.date("1900-01-01"), unit="day").cast("int64")


def newest_value(happened: Any, topic: Topic, name: str, days: int, *, on: date) -> Any:
    """The newest value of a topic within so many days, the greater where a day has two."""
    told = happened.filter(
        is_about(happened, topic)
        & happened.value.notnull()
        & (happened.happened_on >= since(on, days))
    )
    both = ibis.struct({"on": told.happened_on, "value": told.value})
    return told.group_by("pseudonym").agg(**{name: both.max()})


def packages(happened: Any, *, on: date) -> Any:
    """Hours of care at home now and half a year ago, by the fullest of the feeds that tell of it.

    Null where no feed knows the hours of all it tells of.
    """
    of = happened.filter(is_about(happened, Topic.CARE_PACKAGE))
    then = on - timedelta(days=HALF_YEAR)
    runs = of.ended_on.isnull() | (of.ended_on > ibis.literal(on))
    ran = of.happened_on <= ibis.literal(then)
    ran = ran & (of.ended_on.isnull() | (of.ended_on > ibis.literal(then)))
    unknown = of.value.isnull()
    each = of.group_by("pseudonym", "source").agg(
        now=of.value.sum(where=runs).fill_null(0.0),
        before=of.value.sum(where=ran).fill_null(0.0),
        lacks=(runs & unknown).any(),
        lacked=(ran & unknown).any(),
    )
    return each.group_by("pseudonym").agg(
        packages=each.count(),
        hours=each.now.max(where=~each.lacks),
        hours_before=each.before.max(where=~each.lacked),
    )


def falls(happened: Any, *, on: date) -> Any:
    """Days on which somebody fell, by window."""
    days = _days(happened, Topic.FALL, on=on)
    return days.group_by("pseudonym").agg(
        falls_12m=days.count(),
        falls_90d=days.count(where=days.happened_on >= since(on, QUARTER)),
    )


def urgent(happened: Any, *, on: date) -> Any:
    """Days with an emergency stay, attendance or fall, in this half year and the one before."""
    days = _days(happened, Topic.EMERGENCY_STAY | Topic.ATTENDANCE | Topic.FALL, on=on)
    half = days.happened_on >= since(on, HALF_YEAR)
    return days.group_by("pseudonym").agg(
        urgent_6m=days.count(where=half), urgent_6m_before=days.count(where=~half)
    )


def _days(happened: Any, topic: Topic, *, on: date) -> Any:
    """Different days within a year on which something of a topic happened."""
    found = happened.filter(
        is_about(happened, topic) & (happened.happened_on >= since(on, 2 * HALF_YEAR + 1))
    )
    return found.select("pseudonym", "happened_on").distinct()


def medicines(happened: Any, *, on: date) -> Any:
    """Different medicines prescribed within a year, and those of them that go on."""
    given = happened.filter(happened.medicine > 0)
    # Never ended is not issued lately: a list grows old.
    lately = (given.happened_on >= since(on, YEAR)) | (
        given.ended_on.notnull() & (given.ended_on >= since(on, YEAR))
    )
    goes_on = given.ended_on.isnull() | (given.ended_on > ibis.literal(on))
    goes_on = goes_on & ~is_about(given, Topic.ISSUE)
    each = given.group_by("pseudonym", "medicine").agg(lately=lately.any(), goes_on=goes_on.any())
    return each.group_by("pseudonym").agg(
        medicines_12m=each.count(where=each.lately),
        medicines_now=each.count(where=each.goes_on & each.lately),
    )


def hospital_points(happened: Any, points: Any, *, on: date) -> Any:
    """The sum of points, in tenths, of different categories in two years' emergency stays."""
    coded = happened.filter(
        (happened.category > 0) & (happened.happened_on >= since(on, HOSPITAL_DAYS))
    )
    each = coded.select("pseudonym", "category").distinct().inner_join(points, "category")
    return each.group_by("pseudonym").agg(tenths=each.tenths.sum())


def weight_loss(happened: Any, *, on: date) -> Any:
    """Per cent lost from the highest weight of the year before the newest."""
    scales = happened.filter(
        is_about(happened, Topic.WEIGHT)
        & (happened.value > 0)
        & (happened.happened_on >= since(on, HALF_YEAR + YEAR))
    ).select("pseudonym", "happened_on", "value")
    newest = (
        scales.mutate(told=ibis.struct({"on": scales.happened_on, "value": scales.value}))
        .group_by("pseudonym")
        .agg(newest=_.told.max())
        .filter(_.newest.on >= since(on, HALF_YEAR))
    )
    both = scales.inner_join(newest, "pseudonym")
    apart = both.newest.on.delta(both.happened_on, unit="day")
    earlier = both.filter((apart > 0) & (apart <= YEAR))
    found = earlier.group_by("pseudonym").agg(
        highest=earlier.value.max(), now=earlier.newest.value.max()
    )
    return found.select(
        "pseudonym", weight_loss=(found.highest - found.now) * 100.0 / found.highest
    )


def contacts(happened: Any, since_left: Any, *, on: date) -> Any:
    """Contacts after the day somebody left hospital, for those who left lately."""
    left = since_left.filter(since_left.last_discharge_on >= since(on, CONTACT_DAYS)).select(
        "pseudonym", "last_discharge_on"
    )
    seen = happened.filter(
        is_about(happened, Topic.CONTACT) & (happened.happened_on >= since(on, CONTACT_DAYS))
    ).select("pseudonym", "happened_on")
    both = left.left_join(seen, "pseudonym")
    return both.group_by("pseudonym").agg(
        contacts_since_discharge=both.count(where=both.happened_on > both.last_discharge_on)
    )


def visits_before(happened: Any, stays: Any, *, on: date) -> Any:
    """Attendances in the six months before the last stay, for those who left it lately."""
    left = stays.filter(stays.last_stay.notnull()).select("pseudonym", "last_stay")
    came = (left.last_stay // CAME) % (LEFT // CAME)
    left = left.mutate(came=came)
    seen = happened.filter(is_about(happened, Topic.ATTENDANCE))
    seen = seen.select("pseudonym", day=_day_number(seen.happened_on))
    both = left.inner_join(seen, "pseudonym")
    apart = both.came - both.day
    both = both.filter((apart > 0) & (apart <= lace_score.VISIT_DAYS))
    return both.group_by("pseudonym").agg(visits=both.count())
