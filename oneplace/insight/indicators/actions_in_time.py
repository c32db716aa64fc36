"""What was promised to somebody, done by its day."""

from typing import Final

from oneplace.insight.indicators.asked import Asked
from oneplace.insight.indicators.definition import Definition
from oneplace.vocabulary.terms import ActionState, BetterDirection, MeasureUnit, Role


def tell(asked: Asked) -> object:
    """Every ask due in the month that was still needed."""
    work = asked.work("action")
    work = work.filter(work.state != ActionState.NO_LONGER_NEEDED.value, work.due_on.notnull())
    in_time = (work.state == ActionState.DONE.value) & (work.ended_on <= work.due_on)
    return asked.facts(work, day="due_on", top=in_time, bottom=1)


DEFINITION: Final = Definition(
    key="actions_in_time",
    version=1,
    changed="First version, March 2026.",
    statement="know_how",
    title="Actions done in time",
    sentence="Of what partners asked each other to do, what was done by its day",
    cohort="Asks in the ledger that were due in the month",
    numerator="Those done on or before their day",
    denominator="All that were still needed: also what nobody accepted, and what was declined",
    unit=MeasureUnit.PER_CENT,
    better=BetterDirection.HIGHER,
    source="Our own",
    owner=Role.NETWORK_FACILITATOR,
    refresh="Each night, from the ledger",
    provisional_months=0,
    provisional_because="",
    counts="asks",
    does_not_say="Done in time is not the same as of use: what changed stands with each",
    tell=tell,
)
