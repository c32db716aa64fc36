"""The columns of a snapshot and of what is found in it: the contract between makers and readers.

A snapshot knows people by pseudonym only; `pseudonym` and `event` are numbers that say nothing of
whoever or whatever stands behind them. Dates are days in the place's own time. Null means "not
said", never nought.
"""

from collections.abc import Mapping
from typing import Final

import pyarrow as pa

PEOPLE: Final = pa.schema(
    [
        pa.field("pseudonym", pa.int64(), nullable=False),
        pa.field("born_month", pa.date32()),  # the first of the month of birth, or null
        pa.field("gender", pa.string()),  # stored word of `Gender`, or null
        pa.field("ethnicity", pa.string()),  # code of the national list, or null
        pa.field("practice", pa.string()),  # ODS code, or null
        pa.field("deprivation", pa.int8()),  # decile, 1 the most deprived, or null
        pa.field("lives_alone", pa.bool_()),
        pa.field("died_on", pa.date32()),
    ]
)
"""One row for each living or dead person known, merged people once."""

EVENTS: Final = pa.schema(
    [
        pa.field("pseudonym", pa.int64(), nullable=False),
        pa.field("event", pa.int64(), nullable=False),  # of an entry; several rows may share it
        pa.field("what", pa.int32(), nullable=False),  # a row of `whats`
        pa.field("happened_on", pa.date32(), nullable=False),
        pa.field("ended_on", pa.date32()),  # null: it goes on, or ended the day it happened
        pa.field("value", pa.float64()),
        pa.field("source", pa.int16(), nullable=False),  # a row of `sources`
    ]
)
"""What sources said happened; nothing planned, cancelled or entered in error."""

WHATS: Final = pa.schema(
    [
        pa.field("what", pa.int32(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("mark", pa.string(), nullable=False),
        pa.field("system", pa.string(), nullable=False),
        pa.field("code", pa.string(), nullable=False),
        pa.field("unit", pa.string(), nullable=False),
    ]
)
"""What an event was. `kind` is a stored word of `EntryKind` or one of `MORE_KINDS`; `mark` says
more, by kind: of a stay and its diagnoses `emergency`, `planned` or `unknown`; of a review what was
reviewed; of a fall the harm. Coded ideas have `system` and `code`."""

SOURCES: Final = pa.schema(
    [
        pa.field("source", pa.int16(), nullable=False),
        pa.field("name", pa.string(), nullable=False),  # the code of the feed
    ]
)

WORK: Final = pa.schema(
    [
        pa.field("work", pa.int64(), nullable=False),  # of the row it is told by
        pa.field("pseudonym", pa.int64()),  # null: about nobody in particular
        pa.field("kind", pa.string(), nullable=False),  # a key of `WORK_KINDS`
        pa.field("mark", pa.string(), nullable=False),
        pa.field("state", pa.string(), nullable=False),
        pa.field("note", pa.string(), nullable=False),
        pa.field("started_on", pa.date32(), nullable=False),
        pa.field("due_on", pa.date32()),
        pa.field("ended_on", pa.date32()),
        pa.field("value", pa.float64()),
        pa.field("other", pa.float64()),
        pa.field("practice", pa.string()),  # of work about nobody; else the person's counts
        pa.field("source", pa.string(), nullable=False),  # the feed, or `oneplace`
    ]
)
"""What the services did, told by rooms of this house and by partners' feeds: one row a piece."""

UNCOUNTED: Final = pa.schema([pa.field("pseudonym", pa.int64(), nullable=False)])
"""People who may be found for care and not counted for planning: measures leave them out."""

WORK_KINDS: Final[Mapping[str, str]] = {
    "life": "An episode of the home-first service. mark: `LifeStream`; note: what was decided"
    " (`accepted`); started_on: when its clock started; value: minutes to the first visit; other:"
    " minute of the day at which the clock started; state: `Sequel` or `Disposition` once ended",
    "day_91": "Somebody who left hospital into reablement. started_on: the day they left; due_on:"
    " 91 days after; state: `StatusAt91Days`, empty where nobody has said",
    "delay": "Bed days of somebody ready to leave. started_on: ready; ended_on: left",
    "action": "An ask in the ledger. mark: `ActionOrigin`; state: `ActionState`; started_on: asked;"
    " due_on; ended_on: settled",
    "clock": "A clock of the place's rules. mark: its key; state: `kept`, `missed` or `running`;"
    " note: why it was missed; value: minutes it ran, pauses left out",
    "huddle": "A huddle that was held. practice: whose; value: 1 where a nurse, a social worker and"
    " a pharmacist were present, else 0",
    "told": "Somebody discussed in a huddle. started_on: the meeting; ended_on: told; state: `told`"
    " where they were told by that day, else `not_told`",
    "plan": "A My Life plan. started_on: its version; ended_on: closed; state: its state; value: 1"
    " where it is in the person's own words, else 0",
    "goal": "A goal of the person's own. state: its state; started_on; ended_on: when settled;"
    " value: 1 where it was achieved by the one definition of that, else 0",
    "pair": "Wellbeing measured at the beginning and again. mark: the measure; started_on: the"
    " first; ended_on: the later; value and other: both scores",
    "referral": "An ask of a service. mark: kind of need; state: `ConnectionState`; note: outcome;"
    " started_on: asked; ended_on: settled",
}
"""What each kind of row says by its columns. A room that tells of one fills exactly these."""

MORE_KINDS: Final = ("diagnosis", "bereavement", "carer", "carer_strain", "issue")
"""Kinds made from parts of entries: a diagnosis of a stay (`event` is the stay's), the death of
somebody close who is known here, somebody close who cares for the person, and how hard they find
it (`value` 0 to 10); and the last issue of a medicine (`event` is the medicine's)."""

TABLES: Final[Mapping[str, pa.Schema]] = {
    "people": PEOPLE,
    "events": EVENTS,
    "whats": WHATS,
    "sources": SOURCES,
    "work": WORK,
    "uncounted": UNCOUNTED,
}
MAY_LACK: Final = frozenset({"work", "uncounted"})
"""Tables that snapshots of before may lack: they are then empty."""

SCORES: Final = pa.schema(
    [
        pa.field("pseudonym", pa.int64(), nullable=False),
        pa.field("age", pa.int16()),
        pa.field("age_band", pa.string()),
        pa.field("gender", pa.string()),
        pa.field("ethnicity", pa.string()),
        pa.field("practice", pa.string()),
        pa.field("deprivation", pa.int8()),
        pa.field("segment", pa.string()),
        # `*_state`: complete, incomplete, outside_ages, not_recorded; no value but with complete,
        # save the points of falls risk, which are those known so far.
        pa.field("frailty_deficits", pa.int16()),  # 0 to 36
        pa.field("frailty_index", pa.float64()),  # deficits / 36
        pa.field("frailty_band", pa.string()),  # fit, mild, moderate, severe
        pa.field("frailty_state", pa.string()),
        pa.field("hospital_frailty", pa.float64()),
        pa.field("hospital_frailty_band", pa.string()),  # low, intermediate, high
        pa.field("hospital_frailty_state", pa.string()),
        pa.field("charlson", pa.int16()),
        pa.field("charlson_state", pa.string()),
        pa.field("lace", pa.int16()),  # 0 to 19
        pa.field("lace_band", pa.string()),  # low, moderate, high
        pa.field("lace_state", pa.string()),
        pa.field("clinical_frailty", pa.int16()),  # 1 to 9 as recorded
        pa.field("clinical_frailty_on", pa.date32()),
        pa.field("clinical_frailty_state", pa.string()),
        pa.field("falls_risk", pa.int16()),  # 0 to 5
        pa.field("falls_risk_band", pa.string()),  # higher, lower, or null while undecided
        pa.field("falls_risk_state", pa.string()),
        pa.field("emergency_stays_12m", pa.int16()),
        pa.field("attendances_12m", pa.int16()),
        pa.field("last_discharge_on", pa.date32()),
        pa.field("days_since_discharge", pa.int32()),
        pa.field("falls_90d", pa.int16()),
        pa.field("falls_12m", pa.int16()),
        pa.field("medicines_12m", pa.int16()),  # different ones
        pa.field("medicines_now", pa.int16()),  # of those, what goes on
        pa.field("package_hours", pa.float64()),  # a week, now; null: not said for some of it
        pa.field("package_hours_before", pa.float64()),  # half a year ago
        pa.field("package_growth", pa.float64()),
        pa.field("package_state", pa.string()),
        pa.field("carer_strain", pa.int16()),  # 0 to 10
        pa.field("carer_strain_on", pa.date32()),
        pa.field("bereaved_on", pa.date32()),
        pa.field("days_since_bereavement", pa.int32()),
        pa.field("activation", pa.int16()),  # level 1 to 4 as recorded
        pa.field("activation_on", pa.date32()),
        pa.field("weight_loss", pa.float64()),  # per cent in a year; null: not measured twice
        pa.field("has_plan", pa.bool_()),
        pa.field("has_carer", pa.bool_()),
        pa.field("urgent_6m", pa.int16()),  # days with a stay, attendance or fall in half a year
        pa.field("urgent_6m_before", pa.int16()),  # in the half year before that
        pa.field("urgent_rise", pa.int16()),
        pa.field("days_since_medicines_review", pa.int32()),
        pa.field("contacts_since_discharge", pa.int16()),  # null: left none within 60 days
        pa.field("long_term_conditions", pa.int16()),
        pa.field("last_event_on", pa.date32()),
        pa.field("admission_risk", pa.float64()),  # 0 to 1; null while the model is off
    ]
)
"""One row for each person alive on the day, of every age."""

REASONS: Final = pa.schema(
    [
        pa.field("pseudonym", pa.int64(), nullable=False),
        pa.field("code", pa.string(), nullable=False),  # a key of `reasons.REASONS`
        pa.field("number", pa.float64()),  # what the words say: a count, score, level
        pa.field("other", pa.float64()),  # a second number, where the words have one
        pa.field("on", pa.date32()),  # of the newest event behind it
        pa.field("source", pa.string()),  # the feed that newest event came by
        pa.field("event_ids", pa.list_(pa.int64())),  # newest first, at most 40
        pa.field("leaves_on", pa.date32()),  # first day it no longer holds if nothing new happens
    ]
)
"""One row for each person and reason that holds; `reasons.words(row)` says it in a sentence."""

SEGMENTS: Final = pa.schema(
    [
        pa.field("segment", pa.string(), nullable=False),
        pa.field("practice", pa.string()),  # null: the whole place
        pa.field("people", pa.int64()),  # null where suppressed
        pa.field("with_reasons", pa.int64()),  # null where suppressed
        pa.field("is_suppressed", pa.bool_(), nullable=False),
    ]
)

ELIGIBLE: Final = pa.schema(
    [
        pa.field("pseudonym", pa.int64(), nullable=False),
        pa.field("on", pa.date32(), nullable=False),  # the index date
        pa.field("practice", pa.string()),
        pa.field("is_eligible", pa.bool_(), nullable=False),
        pa.field("why_not", pa.string()),  # no_practice, no_reason, too_few_reasons; null: eligible
        pa.field("reasons", pa.list_(pa.string()), nullable=False),  # codes, in their order
        pa.field("needs", pa.int16(), nullable=False),  # how many reasons of need
        pa.field("gaps", pa.int16(), nullable=False),  # how many gaps in care
    ]
)
"""One row for each person alive: the eligible and those who were not, and why."""

FOUND: Final[Mapping[str, pa.Schema]] = {
    "scores": SCORES,
    "reasons": REASONS,
    "segments": SEGMENTS,
    "eligible": ELIGIBLE,
}
