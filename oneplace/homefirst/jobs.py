"""Background work of the desk: whoever asked hears that help began; warnings before time is up."""

import uuid
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from procrastinate.contrib.django import app

from oneplace.access.models import Account
from oneplace.access.viewer import Viewer, viewing
from oneplace.homefirst import desks, offering, planning, queries, rules, verbs
from oneplace.homefirst.aftermath import (
    ASK_WHY_BACK,
    PLAN_AROUND,
    START_AGAIN,
    TELL_IN_VAIN,
    TELL_STARTED,
)
from oneplace.homefirst.clocks import LIFE_CLOCKS, CaseClock
from oneplace.homefirst.days import rounds_of
from oneplace.homefirst.models import DeskCase, DeskState, ShiftLead
from oneplace.homefirst.verbs.following import keeper_of
from oneplace.homefirst.verbs.searching import RECKON_ROUNDS, failed
from oneplace.kit import clock
from oneplace.kit.clock import local_day
from oneplace.kit.formats import clock_time, plural
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Team
from oneplace.people import queries as people
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause

MINUTE: Final = timedelta(minutes=1)


@app.task(name=TELL_STARTED, pass_context=False)
def tell_started(case_id: str) -> None:
    """Write in the referral that help has begun; whoever asked, and the practice, are told."""
    at = clock.now()
    with viewing(verbs.keeper(), at=at) as by:
        case = queries.case(uuid.UUID(case_id), viewer=by)
        if case is None:
            return
        with viewing(keeper_of(case), at=at) as desk:
            verbs.tell_started(case=case, by=desk, at=at)


@app.task(name=TELL_IN_VAIN, pass_context=False)
def tell_in_vain(case_id: str, why: str) -> None:
    """Tell whoever is to go, and the desk, that nobody is at home; the desk decides."""
    at = clock.now()
    with viewing(verbs.keeper(), at=at) as by:
        case = queries.case(uuid.UUID(case_id), viewer=by)
        if case is None or case.visit_id is None:
            return
    with viewing(keeper_of(case), at=at) as by:
        words = f"{why}. Referral {case.referral.number}: a visit is booked."
        for to in (_worker(case), _desk_team(case.desk_id)):
            _write(to, "Nobody is at home: a visit is booked", words, case, by=by, at=at)


@app.task(name=START_AGAIN, pass_context=False)
def start_again(person_ids: list[str]) -> None:
    """Put back before the desk what a death closed, once it is known to be a mistake."""
    at = clock.now()
    with viewing(verbs.keeper(), at=at) as by:
        asked = [uuid.UUID(each) for each in person_ids]
        dead = people.those_dead(asked, viewer=by)
        verbs.start_again(person_ids=[each for each in asked if each not in dead], by=by, at=at)


@app.task(name=ASK_WHY_BACK, pass_context=False)
def ask_why_back(case_id: str) -> None:
    """Ask the desk why somebody was back within 72 hours; by a notice without a name."""
    at = clock.now()
    with viewing(verbs.keeper(), at=at) as by:
        case = queries.case(uuid.UUID(case_id), viewer=by)
    team = Team.objects.filter(pk=case.desk_id).first() if case is not None else None
    if case is None or team is None:
        return
    with viewing(keeper_of(case), at=at) as desk:
        post.write_message(
            template="notice",
            values={
                "subject": "Back in hospital within 72 hours: say why",
                "words": f"Referral {case.referral.number}. The ward hears the reason you give.",
            },
            to=Recipient.team(team),
            cause=Cause("homefirst", "failed_discharge", case.pk),
            person_id=case.person_id,
            hold=False,
            by=desk,
            at=at,
        )


@app.task(name=RECKON_ROUNDS, pass_context=False)
def reckon_rounds(plan_id: str) -> None:
    """Reckon a day's rounds; outside a transaction, so that the page can tell how far it is."""
    at = clock.now()
    with viewing(verbs.keeper(), at=at) as by:
        plan = queries.round_plan(uuid.UUID(plan_id), viewer=by)
    desk = desks.desk(plan.desk_id) if plan is not None else None
    if plan is None or desk is None:
        return
    keeper = verbs.keeper_at(desk.id)
    with viewing(keeper, at=at) as by:
        if not verbs.begin_search(plan=plan, by=by, at=at):
            return
        today = rounds_of(desk, plan.on, viewer=by, at=at)
    try:
        reckoned = planning.reckon(today, at=at, seconds=plan.given_seconds, seed=plan.seed)
    except (OSError, ValueError, ArithmeticError) as problem:
        reckoned = failed(f"The search failed: {problem}.")
    with viewing(keeper, at=at) as by:
        verbs.keep_search(plan=plan, reckoned=reckoned, today=today, by=by, at=at)


@app.periodic(cron="0 5 * * *")
@app.task(name="oneplace.homefirst.jobs.plan_the_morning", pass_context=False)
def plan_the_morning(timestamp: int) -> None:
    """Suggest the rounds of the day before anybody comes to work; the desk confirms them."""
    at = clock.now()
    on = local_day(at)
    for desk in desks.desks():
        keeper = verbs.keeper_at(desk.id)
        with viewing(keeper, at=at) as by:
            if not rounds_of(desk, on, viewer=by, at=at).visits:
                continue
            with suppress(Refused):  # somebody who was up early has asked already
                verbs.ask_for_rounds(desk=desk, on=on, seconds=planning.AHEAD_SECONDS, by=by, at=at)


@app.task(name=PLAN_AROUND, pass_context=False)
def plan_around(case_id: str) -> None:
    """Plan the day anew around somebody who must be seen within two hours, for the desk to take."""
    at = clock.now()
    with viewing(verbs.keeper(), at=at) as by:
        case = queries.case(uuid.UUID(case_id), viewer=by)
    desk = desks.desk(case.desk_id) if case is not None else None
    if case is None or desk is None or case.state != DeskState.ACCEPTED or case.is_double_handed:
        return
    keeper = verbs.keeper_at(desk.id)
    with viewing(keeper, at=at) as by:
        (row,) = queries.shown([case], viewer=by, at=at)
        today = offering.rounds_today(desk, also=[case.person_id], viewer=by, at=at)
        point = today.points.get(case.person_id)
        stop = offering.wanted_stop(case, row.clock, point=point, at=at)
    around = planning.around(today, stop, at=at)
    if around is None or any(each.key not in today.visits for each in around.changes):
        return
    with viewing(keeper, at=at) as by:
        verbs.offer_better(case=case, around=around, today=today, by=by, at=at)


@app.periodic(cron="* * * * *")
@app.task(name="oneplace.homefirst.jobs.warn", pass_context=False)
def warn(timestamp: int) -> None:
    """Tell whoever goes, then the desk, then whoever leads it, that a promise is about to end."""
    at = clock.now()
    for desk in desks.desks():
        with viewing(verbs.keeper_at(desk.id), at=at) as by:
            lead = queries.shift_lead(desk.id, viewer=by, at=at)
            for row in queries.queue(viewer=by, at=at):
                for ahead in row.clocks:
                    if ahead.key in LIFE_CLOCKS and ahead.is_running and ahead.left is not None:
                        _warn(row, ahead, desk, lead, by=by, at=at)


def _warn(
    row: queries.CaseShown,
    ahead: CaseClock,
    desk: desks.Desk,
    lead: ShiftLead | None,
    *,
    by: Viewer,
    at: datetime,
) -> None:
    """Each level that is due and was not told yet; everybody once, however many are due at once."""
    assert ahead.left is not None  # noqa: S101 - asked before
    told: dict[str, Recipient] = {}
    for minutes in rules.WARN_BEFORE:
        if ahead.left > minutes * MINUTE:
            continue
        whom, to = _levels(row, desk, lead, minutes)
        if to is not None and verbs.note_warning(
            case=row.case, clock_id=uuid.UUID(ahead.id), minutes=minutes, told=whom, by=by, at=at
        ):
            told[f"{to.kind}:{to.id}"] = to
    for to in told.values():
        words = f"Referral {row.case.referral.number}."
        _write(to, _subject(ahead), words, row.case, by=by, at=at)


def _levels(
    row: queries.CaseShown, desk: desks.Desk, lead: ShiftLead | None, minutes: int
) -> tuple[str, Recipient | None]:
    """Who is warned so many minutes before: whoever goes, then the desk, then who leads it."""
    if minutes == max(rules.WARN_BEFORE) and (worker := _worker(row.case)) is not None:
        return row.case.worker_name, worker
    if minutes == min(rules.WARN_BEFORE):
        leading = (
            Account.objects.filter(pk=lead.account_id, is_active=True).first() if lead else None
        )
        if lead is not None and leading is not None:
            return f"{lead.name}, who leads the shift", Recipient.account(leading)
        return f"{desk.name}: nobody said who leads the shift", _desk_team(desk.id)
    return desk.name, _desk_team(desk.id)


def _worker(case: DeskCase) -> Recipient | None:
    if case.worker_id is None:
        return None
    found = Account.objects.filter(pk=case.worker_id, is_active=True).first()
    return Recipient.account(found) if found is not None else None


def _desk_team(desk_id: uuid.UUID) -> Recipient | None:
    team = Team.objects.filter(pk=desk_id).first()
    return Recipient.team(team) if team is not None else None


def _subject(ahead: CaseClock) -> str:
    """What ends and when; the minutes are those really left, however late this is told."""
    ends = clock_time(ahead.due_at)
    if ahead.is_late or ahead.left is None:
        return f"{ahead.name} is over its time since {ends}"
    minutes = max(0, int(ahead.left // MINUTE))
    return f"{plural(minutes, 'minute')} left: {ahead.name.lower()} ends {ends}"


def _write(
    to: Recipient | None, subject: str, words: str, case: DeskCase, *, by: Viewer, at: datetime
) -> None:
    """A notice without a name."""
    if to is None:
        return
    try:
        post.write_message(
            template="notice",
            values={"subject": subject, "words": words},
            to=to,
            cause=Cause("homefirst", "warning", case.pk),
            person_id=case.person_id,
            hold=False,
            by=by,
            at=at,
        )
    except Refused:
        return
