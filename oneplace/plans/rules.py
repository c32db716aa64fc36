"""Why something may not be done with a plan: the reason in words, or nothing."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from oneplace.access.models import Hat
from oneplace.access.viewer import Viewer
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day
from oneplace.plans.models import (
    Goal,
    GoalScale,
    GoalStep,
    Measure,
    MeasureMoment,
    PicStep,
    PicWork,
    Plan,
    PlanEntry,
    Tried,
    Volunteer,
    WorkHappened,
)
from oneplace.plans.permissions import KEEP_CASELOAD, SCORE_GOALS, WRITE_PLAN
from oneplace.science.instruments import Instrument, Wording, why_not_ask
from oneplace.vocabulary.terms import (
    GOAL,
    PIC_WORK,
    ConnectionState,
    GoalState,
    MeasureCompletedBy,
    PicClosed,
    PicState,
    PlanSection,
)

LONGEST_WORDS = 4000
TAKE_BACK_WITHIN = timedelta(hours=2)
"""How long a goal may be undone by whoever set it: as long as a line of a huddle."""
OWN_SECTIONS = (
    PlanSection.WHAT_MATTERS,
    PlanSection.ABOUT_ME,
    PlanSection.GOOD_AND_BAD_DAYS,
)
"""Headings under which people add words by themselves; what they want is a goal."""
OUTCOMES = (
    GoalState.ACHIEVED,
    GoalState.PARTLY_ACHIEVED,
    GoalState.NOT_ACHIEVED,
    GoalState.CHANGED_MIND,
)
"""What a person may say of a goal when it is reviewed."""

Reason = tuple[str, str | None]
"""The reason in words, and the field it is about."""


def why_not_write(*, is_connected: bool, by: Viewer) -> str | None:
    """Why this viewer may not write in somebody's plan."""
    if not by.may(WRITE_PLAN):
        return "Your role does not write in people's plans."
    if not is_connected:
        return "Nothing connects you with this person now, so you do not write in their plan."
    return None


def why_not_words(
    words: str, *, field: str, what: str, said_on: date | None = None, at: datetime
) -> Reason | None:
    """Why these words may not stand: empty, too long, or said on a day to come."""
    if not words.strip():
        return f"Write {what}.", field
    if len(words) > LONGEST_WORDS:
        return f"Write at most {LONGEST_WORDS:,} characters; put the rest in a note.", field
    if said_on is not None and said_on > local_day(at):
        return "This day is still to come.", "said_on"
    return None


def why_not_replace(entry: PlanEntry) -> str | None:
    """Why a line may not be replaced or taken out: somebody was quicker."""
    if entry.ended_at is not None:
        return (
            "Somebody changed this line while you were writing. Both versions are kept: look at "
            "the new one, then write again what is missing."
        )
    return None


def why_not_review(
    goal: Goal, outcome: GoalState, *, reviewed_on: date, at: datetime
) -> Reason | None:
    """Why a review may not be written down."""
    if outcome not in OUTCOMES:
        return "Say how it went: achieved, partly, not, or no longer mine.", "outcome"
    if reviewed_on > local_day(at):
        return "This day is still to come.", "reviewed_on"
    if reviewed_on < goal.set_on:
        return "The goal was set after this day.", "reviewed_on"
    if why := GOAL.why_not(goal.state, outcome):
        return why, None
    return None


def why_not_take_back(goal: Goal, *, by: Viewer, at: datetime) -> str | None:
    """Why a goal may not be undone: only by whoever set it, soon, before anything came of it."""
    if goal.state != GoalState.AGREED:
        return "Something has come of this goal already: write in the plan what the person says."
    if goal.set_by_id != by.account_id:
        return f"{goal.set_by_name} set this goal: only they can take it back."
    if at - goal.set_at > TAKE_BACK_WITHIN:
        return "It was set more than two hours ago: write in the plan that it is no longer wanted."
    return None


def why_not_change(goal: Goal) -> str | None:
    """Why a goal takes no more steps: the person has said what came of it."""
    return None if goal.is_open else "The person has said what came of this goal; set a new one."


def why_not_finish_step(step: GoalStep) -> str | None:
    """Why a step cannot be done: it is done already."""
    return "This step is done already." if step.done_on else None


def why_not_measure(
    instrument: Instrument,
    wording: Wording | None,
    mode: MeasureCompletedBy,
    *,
    proxy_name: str,
    measured_on: date,
    at: datetime,
) -> Reason | None:
    """Why a measure may not be written down: not registered, nobody named, a day to come."""
    if why := why_not_ask(instrument, wording):
        return why, "instrument"
    if mode is MeasureCompletedBy.PROXY and not proxy_name.strip():
        return "Write who answered for the person.", "proxy_name"
    if measured_on > local_day(at):
        return "This day is still to come.", "measured_on"
    return None


def why_not_scale(  # noqa: PLR0911 - one reason after another
    goal: Goal,
    *,
    words: Sequence[str],
    has_review: bool,
    expected_on: date,
    by: Viewer,
    at: datetime,
) -> Reason | None:
    """Why levels may not be set for a goal: two the same, reviewed already, or not a therapist."""
    if not by.may(SCORE_GOALS):
        return "Goals are scaled by therapists. Ask one who works with this person.", None
    if why := why_not_change(goal):
        return why, None
    if has_review:
        return (
            "This goal was scored at a review already: what was expected is not changed "
            "afterwards. Set a new goal.",
            None,
        )
    if not all(said.strip() for said in words):
        return "Write what each of the five levels would look like.", "expected"
    if len({said.strip().lower() for said in words}) < len(words):
        return "Two levels say the same. Write what would be different.", "expected"
    if expected_on < local_day(at):
        return "This day is over. Choose the day on which you look at it together.", "expected_on"
    return None


def why_not_attain(  # noqa: PLR0911 - one reason after another
    scale: GoalScale,
    moment: MeasureMoment,
    *,
    level: int,
    attained_on: date,
    first_on: date | None,
    is_there_already: bool,
    by: Viewer,
    at: datetime,
) -> Reason | None:
    """Why a score may not stand; `first_on` is the day of the one at the start, if there is one."""
    if not by.may(SCORE_GOALS):
        return "Goals are scaled by therapists. Ask one who works with this person.", None
    if scale.ended_at is not None:
        return "These levels were written anew. Score it on the new ones.", None
    if attained_on > local_day(at):
        return "This day is still to come.", "attained_on"
    if moment is MeasureMoment.BASELINE and level > 0:
        return (
            "At the start a goal stands below what is expected: otherwise expect more.",
            "level",
        )
    if moment is not MeasureMoment.BASELINE and first_on is None:
        return "Write down first where it stood at the start.", "moment"
    if moment is MeasureMoment.BASELINE and first_on is not None:
        return "Where it stood at the start is written down. Strike that out if it is wrong.", None
    if first_on is not None and attained_on < first_on:
        return "This day is before the score at the start.", "attained_on"
    if is_there_already:
        return "This goal was scored for this day already. Strike that out if it is wrong.", None
    return None


def why_not_strike(measure: Measure, why: str) -> Reason | None:
    """Why a measure may not be struck out."""
    if measure.struck_at is not None:
        return "It was struck out already.", None
    if not why.strip():
        return "Write what was wrong with it.", "why"
    return None


def why_not_agree(plan: Plan, *, agreed_by: str, agreed_on: date, at: datetime) -> Reason | None:
    """Why an agreement may not be written down."""
    if plan.closed_at is not None:
        return "This plan is closed.", None
    if not agreed_by.strip():
        return "Write who agreed to it: the person, or who decides for them.", "agreed_by"
    if agreed_on > local_day(at):
        return "This day is still to come.", "agreed_on"
    return None


LEAST_TRIES = 3
"""Tries on different days before somebody counts as not reached; a letter comes besides."""


def why_not_keep_caseload(*, is_connected: bool, by: Viewer) -> Reason | None:
    """Why this viewer may not keep a coordinator's work with a person."""
    if not by.may(KEEP_CASELOAD):
        return "Your role does not keep the coordinators’ caseload.", None
    if not is_connected:
        return "Nothing connects you with this person now.", None
    return None


def why_not_take_up(already: PicWork | None, *, by: Viewer) -> Reason | None:
    """Why work may not begin: the coordinators are with the person already."""
    if already is not None:
        who = already.coordinator_name or "The coordinators"
        return f"{who} works with this person already ({already.state.label.lower()}).", None
    return None


def is_over(state: PicState) -> bool:
    """Whether nothing follows a state of the work."""
    return PIC_WORK.is_final(state)


def last_day(due_at: datetime) -> date:
    """The last day of a time that ends at a moment: midnight still belongs to the day before."""
    return local_day(due_at - timedelta(microseconds=1))


def why_not_move(
    work: PicWork, after: PicState, *, reason: object = "given", at: datetime
) -> Reason | None:
    """Why the work may not stand there next."""
    if work.ended_at is not None:
        return f"This work has ended: {work.state.label.lower()}.", None
    if at < work.referred_at:
        return "This is before the referral came.", None
    if why := PIC_WORK.why_not(PicState(work.state), after, reason=reason):
        return why, "why" if after is PicState.PAUSED else None
    return None


def why_not_allocate(
    work: PicWork, hat: Hat, *, load: float, most: int, why: str, at: datetime
) -> Reason | None:
    """Why a person may not be given to a coordinator; over their room only with a reason."""
    if work.ended_at is not None:
        return f"This work has ended: {work.state.label.lower()}.", None
    if work.hat_id == hat.pk:
        return f"{hat.account.name} has them already.", "hat"
    if load > most and not why.strip():
        return (
            f"{hat.account.name} would have {load:g} places taken of {most}. Choose somebody "
            "with room, or write why it should be them.",
            "why",
        )
    return None


def why_not_give_up(steps: Sequence[PicStep]) -> Reason | None:
    """Why somebody does not count as not reached yet: three tries on three days, and a letter."""
    tries = [one for one in steps if one.happened == WorkHappened.NOT_REACHED]
    days = {local_day(one.happened_at) for one in tries if one.tried != Tried.LETTER}
    has_letter = any(one.tried == Tried.LETTER for one in tries)
    if any(one.happened == WorkHappened.SPOKEN for one in steps):
        return "Somebody spoke with them: close it another way, with what they said.", None
    if len(days) >= LEAST_TRIES and has_letter:
        return None
    missing = []
    if len(days) < LEAST_TRIES:
        missing.append(f"{LEAST_TRIES - len(days)} more on other days")
    if not has_letter:
        missing.append("a letter")
    return f"Not yet: {' and '.join(missing)}. Then whoever referred is told what was tried.", None


def tries_in_words(steps: Sequence[PicStep]) -> str:
    """What was tried, as whoever referred reads it."""
    tries = [one for one in steps if one.happened == WorkHappened.NOT_REACHED]
    told = [
        f"{Tried(one.tried).label.lower()} on {day(local_day(one.happened_at))}"
        for one in tries
        if one.tried
    ]
    return f"We could not reach them: {', '.join(told)}." if told else "We could not reach them."


def may_connect(state: ConnectionState) -> bool:
    """Whether a referral can be said to have started."""
    return state in (
        ConnectionState.ACCEPTED,
        ConnectionState.ALLOCATED,
        ConnectionState.FIRST_CONTACT,
    )


def why_not_close(
    work: PicWork, because: PicClosed, summary: str, measures: Sequence[Measure], *, at: datetime
) -> Reason | None:
    """Why the work may not be closed: no summary, no last review, no last measure or why not."""
    if why := why_not_move(work, PicState.CLOSED, at=at):
        return why
    if not summary.strip():
        return "Write the summary: the practice and whoever referred get it.", "summary"
    if because is not PicClosed.COMPLETED:
        return None
    if work.state != PicState.EXIT_REVIEW:
        return "Hold the last review with the person first.", "because"
    since = local_day(work.referred_at)
    if not any(one.measured_on >= since and one.moment == MeasureMoment.EXIT for one in measures):
        return (
            "Ask how they are a last time, or write down that it was not done and why: without "
            "it nobody knows what changed.",
            "because",
        )
    return None


def why_not_keep_volunteers(*, by: Viewer) -> Reason | None:
    """Why this viewer may not keep the list of volunteers."""
    return None if by.may(KEEP_CASELOAD) else ("Your role does not keep volunteers.", None)


def why_not_vet(
    vetted_on: date, vetted_until: date, vetted_by: str, *, at: datetime
) -> Reason | None:
    """Why somebody's checks may not be written down."""
    if not vetted_by.strip():
        return "Write who looked at the checks.", "vetted_by"
    if vetted_on > local_day(at):
        return "This day is still to come.", "vetted_on"
    if vetted_until <= vetted_on:
        return "The checks must hold longer than the day they were made.", "vetted_until"
    return None


def why_not_match(  # noqa: PLR0911 - one reason after another
    volunteer: Volunteer, *, matched: int, what_for: str, person_agreed_on: date, at: datetime
) -> Reason | None:
    """Why a volunteer may not be sent to somebody: unvetted, full, or nobody asked the person."""
    today = local_day(at)
    if volunteer.left_on is not None:
        return f"{volunteer.name} gives their time no longer.", "volunteer"
    if volunteer.vetted_until is None:
        return f"{volunteer.name} is not vetted yet. Nobody is sent to a home before.", "volunteer"
    if volunteer.vetted_until < today:
        ran_out = day(volunteer.vetted_until)
        return f"The checks of {volunteer.name} ran out on {ran_out}. Renew them.", "volunteer"
    if matched >= volunteer.most_people:
        return f"{volunteer.name} visits as many people as they can.", "volunteer"
    if not what_for.strip():
        return "Write what they do together.", "what_for"
    if person_agreed_on > today:
        return "Ask the person first: this day is still to come.", "person_agreed_on"
    return None


MOST_HOURS = 168


def why_not_carer(
    cares_for: str, hours_a_week: int | None, *, assessed_on: date | None, at: datetime
) -> Reason | None:
    """Why a carer's needs may not be written down."""
    if not cares_for.strip():
        return "Write whom they care for, as they say it.", "cares_for"
    if hours_a_week is not None and not 0 <= hours_a_week <= MOST_HOURS:
        return f"A week has {MOST_HOURS} hours.", "hours_a_week"
    if assessed_on is not None and assessed_on > local_day(at):
        return "This day is still to come. Write it under the day it is due.", "assessed_on"
    return None
