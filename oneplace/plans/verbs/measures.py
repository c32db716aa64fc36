"""Measures: written down whole and scored at once, noted as not done, struck out when wrong."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused
from oneplace.people.rules import account_of
from oneplace.plans import rules
from oneplace.plans.announcements import MeasureRecorded
from oneplace.plans.models import Measure, MeasureMoment, MeasureNotDone, MeasureScore
from oneplace.plans.verbs.plan import owner_of, record, refuse, writes_for
from oneplace.plans.wording import words_of
from oneplace.science.instruments import (
    Incomplete,
    Instrument,
    NotScored,
    Score,
    WordingRefused,
    score,
)
from oneplace.science.instruments import instrument as known_instrument
from oneplace.vocabulary.terms import MeasureCompletedBy


@transaction.atomic
def record_measure(
    *,
    person_id: uuid.UUID,
    instrument: str,
    answers: Mapping[str, int],
    mode: MeasureCompletedBy = MeasureCompletedBy.SELF,
    proxy_name: str = "",
    moment: MeasureMoment = MeasureMoment.REVIEW,
    measured_on: date | None = None,
    value_set: str = "",
    origin_id: uuid.UUID | None = None,
    by: Viewer,
    at: datetime,
) -> Measure:
    """Write down a whole answer sheet, numbers by item code, and its scores.

    Half an answer sheet is refused with what is missing, and so is a measure this place has not
    registered for. `mode` says who filled it in: it decides what it may be compared with.
    """
    person = writes_for(person_id, by=by)
    told = _instrument(instrument)
    on = measured_on or local_day(at)
    try:
        wording = words_of(told)
    except WordingRefused as wrong:
        raise Refused(f"The wording file cannot be used: {wrong}", field="instrument") from None
    refuse(rules.why_not_measure(told, wording, mode, proxy_name=proxy_name, measured_on=on, at=at))
    scores = _scored(told, answers, value_set)
    measure = Measure(
        person=person,
        owner=owner_of(by),
        instrument=told.code,
        version=told.version,
        answers=dict(answers),
        mode=mode,
        proxy_name=proxy_name.strip(),
        moment=moment,
        measured_on=on,
        origin_id=origin_id,
        written_by_id=account_of(by),
        written_by_name=by.name,
        written_at=at,
    )
    measure.save(force_insert=True)
    MeasureScore.objects.bulk_create([_row(measure, told, one) for one in scores])
    record("record_measure", ("measure", measure.pk), person_id=person.pk, by=by, at=at)
    announce(MeasureRecorded(measure.pk, person.pk, told.code, on, at))
    return measure


@transaction.atomic
def note_measure_not_done(
    *,
    person_id: uuid.UUID,
    instrument: str,
    because: MeasureNotDone,
    moment: MeasureMoment = MeasureMoment.REVIEW,
    measured_on: date | None = None,
    origin_id: uuid.UUID | None = None,
    by: Viewer,
    at: datetime,
) -> Measure:
    """Write down that a measure was offered and not answered, and why; nothing is scored."""
    person = writes_for(person_id, by=by)
    told = _instrument(instrument)
    on = measured_on or local_day(at)
    if on > local_day(at):
        raise Refused("This day is still to come.", field="measured_on")
    measure = Measure(
        person=person,
        owner=owner_of(by),
        instrument=told.code,
        version=told.version,
        not_done=because,
        moment=moment,
        measured_on=on,
        origin_id=origin_id,
        written_by_id=account_of(by),
        written_by_name=by.name,
        written_at=at,
    )
    measure.save(force_insert=True)
    record("note_measure_not_done", ("measure", measure.pk), person_id=person.pk, by=by, at=at)
    return measure


@transaction.atomic
def strike_measure(*, measure: Measure, why: str, by: Viewer, at: datetime) -> Measure:
    """Strike out a measure entered wrongly; it stays readable with why, and counts no more."""
    writes_for(measure.person_id, by=by)
    held = Measure.objects.select_for_update(of=("self",)).filter(pk=measure.pk).first()
    if held is None:
        raise Refused("This measure is not open to you.")
    refuse(rules.why_not_strike(held, why))
    held.struck_at = at
    held.struck_by_name = by.name
    held.struck_why = why.strip()
    held.save(update_fields=["struck_at", "struck_by_name", "struck_why"])
    record("strike_measure", ("measure", held.pk), person_id=held.person_id, by=by, at=at)
    return held


def _instrument(code: str) -> Instrument:
    try:
        return known_instrument(code)
    except KeyError:
        raise Refused(f"No measure is called {code}.", field="instrument") from None


def _scored(
    instrument: Instrument, answers: Mapping[str, int], value_set: str
) -> tuple[Score, ...]:
    try:
        return score(instrument, answers, value_set=value_set)
    except Incomplete as incomplete:
        raise Refused(str(incomplete), field=incomplete.missing[0]) from None
    except NotScored as wrong:
        raise Refused(str(wrong)) from None


def _row(measure: Measure, instrument: Instrument, one: Score) -> MeasureScore:
    scale = instrument.scale(one.scale)
    return MeasureScore(
        measure=measure,
        scale=one.scale,
        kind=one.kind.value,
        value=one.value,
        least=scale.least,
        most=scale.most,
        value_set=one.value_set,
    )
