"""Background work of the desk: whoever asked hears that help began; warnings before time is up."""

import uuid
from datetime import datetime, timedelta
from typing import Final

from procrastinate.contrib.django import app

from oneplace.access.models import Account
from oneplace.access.viewer import Viewer, viewing
from oneplace.homefirst import desks, offering, planning, queries, rules, verbs
from oneplace.homefirst.aftermath import ASK_WHY_BACK, PLAN_AROUND, TELL_STARTED
from oneplace.homefirst.days import rounds_of
from oneplace.homefirst.models import DeskState
from oneplace.homefirst.verbs.following import keeper_of
from oneplace.homefirst.verbs.searching import RECKON_ROUNDS, failed
from oneplace.kit import clock
from oneplace.kit.formats import clock_time
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Team
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause

MINUTE: Final = timedelta(minutes=1)


@app.task(name=TELL_STARTED, pass_context=False)
def tell_started(case_id: str) -> None:
    """Write in the referral that help has begun; whoever asked, and the practice, are told."""
    at = clock.now()
    with viewing(verbs.KEEPER, at=at) as by:
        case = queries.case(uuid.UUID(case_id), viewer=by)
        if case is None:
            return
        with viewing(keeper_of(case), at=at) as desk:
            verbs.tell_started(case=case, by=desk, at=at)


@app.task(name=ASK_WHY_BACK, pass_context=False)
def ask_why_back(case_id: str) -> None:
    """Ask the desk why somebody was back within 72 hours; by a notice without a name."""
    at = clock.now()
    with viewing(verbs.KEEPER, at=at) as by:
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
    with viewing(verbs.KEEPER, at=at) as by:
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


@app.task(name=PLAN_AROUND, pass_context=False)
def plan_around(case_id: str) -> None:
    """Plan the day anew around somebody who must be seen within two hours, for the desk to take."""
    at = clock.now()
    with viewing(verbs.KEEPER, at=at) as by:
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
            for row in queries.queue(viewer=by, at=at):
                ahead = row.clock
                if ahead is None or not ahead.is_running or ahead.left is None:
                    continue
                due = [each for each in rules.WARN_BEFORE if ahead.left <= each * MINUTE]
                for minutes in due:
                    if verbs.note_warning(
                        case=row.case,
                        clock_id=uuid.UUID(ahead.id),
                        minutes=minutes,
                        told=_whom(row, desk.name, minutes),
                        by=by,
                        at=at,
                    ):
                        _tell(row, desk, minutes, by=by, at=at)


def _whom(row: queries.CaseShown, desk_name: str, minutes: int) -> str:
    if minutes == max(rules.WARN_BEFORE) and row.case.worker_name:
        return row.case.worker_name
    return desk_name if minutes > min(rules.WARN_BEFORE) else f"{desk_name}, who leads the shift"


def _tell(
    row: queries.CaseShown, desk: desks.Desk, minutes: int, *, by: Viewer, at: datetime
) -> None:
    """A notice without a name: what, and until when."""
    ahead = row.clock
    if ahead is None:
        return
    subject = f"{minutes} minutes left: {ahead.name.lower()} ends {clock_time(ahead.due_at)}"
    if ahead.is_late:
        subject = f"{ahead.name} is over its time since {clock_time(ahead.due_at)}"
    worker_id = row.case.worker_id
    worker = Account.objects.filter(pk=worker_id, is_active=True).first() if worker_id else None
    to = None
    if minutes == max(rules.WARN_BEFORE) and worker is not None:
        to = Recipient.account(worker)
    elif (team := Team.objects.filter(pk=desk.id).first()) is not None:
        to = Recipient.team(team)
    if to is None:
        return
    try:
        post.write_message(
            template="notice",
            values={"subject": subject, "words": f"Referral {row.case.referral.number}."},
            to=to,
            cause=Cause("homefirst", "warning", row.case.pk),
            person_id=row.case.person_id,
            hold=False,
            by=by,
            at=at,
        )
    except Refused:
        return
