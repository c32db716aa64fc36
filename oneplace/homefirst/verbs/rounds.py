"""A day's rounds are suggested, confirmed by a human, or changed by hand with the reason."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from oneplace.access.models import Hat
from oneplace.access.viewer import Viewer
from oneplace.homefirst import desks, planning, queries, rules
from oneplace.homefirst.days import Today, hats_going_out, rounds_of
from oneplace.homefirst.models import PlannedVisit, RoundChange, RoundPlan, RoundState
from oneplace.homefirst.planning import SECONDS, Reckoned
from oneplace.homefirst.verbs.writing import hold_rounds, record, refuse
from oneplace.kit.clock import local_day
from oneplace.kit.formats import clock_time
from oneplace.kit.refusals import Refused
from oneplace.people.rules import account_of
from oneplace.visits import verbs as visit_verbs
from oneplace.visits.models import Visit, VisitState
from oneplace.vocabulary.ids import new_id


@dataclass(frozen=True)
class Confirmed:
    """What came of confirming: how many were changed, and in words what was left."""

    changed: int
    left: tuple[str, ...]


@transaction.atomic
def suggest_rounds(
    *,
    desk: desks.Desk,
    on: date,
    seconds: float = SECONDS,
    seed: int = 0,
    by: Viewer,
    at: datetime,
) -> RoundPlan:
    """Reckon a day's rounds anew and keep the suggestion; a human confirms it or puts it away.

    A search that failed is kept with its reason, and the suggestion before it stands.
    """
    refuse(rules.why_not_plan_rounds(on, by=by, at=at))
    today = rounds_of(desk, on, viewer=by, at=at)
    reckoned = planning.reckon(today, at=at, seconds=seconds, seed=seed)
    plan = RoundPlan(
        id=new_id(),
        desk_id=desk.id,
        on=on,
        asked_by_id=account_of(by),
        asked_by_name=by.name,
        asked_at=at,
        given_seconds=seconds,
        seed=seed,
    )
    return keep_reckoned(plan, reckoned, today, by=by, at=at)


def keep_reckoned(
    plan: RoundPlan, reckoned: Reckoned, today: Today, *, by: Viewer, at: datetime
) -> RoundPlan:
    """Write what a search found; the suggestion before is replaced by a fresh one alone."""
    if reckoned.is_fresh:
        ready = RoundPlan.objects.filter(desk_id=plan.desk_id, on=plan.on, state=RoundState.READY)
        for before in ready:
            _settle(before, RoundState.REPLACED, by=by, at=at)
    plan.state = RoundState.READY if reckoned.is_fresh else RoundState.FAILED
    plan.seconds, plan.why = round(reckoned.seconds, 2), reckoned.why
    plan.visits = len(reckoned.visits)
    plan.changes = sum(1 for each in reckoned.visits if each.is_change)
    plan.left_out = sum(1 for each in reckoned.visits if not each.worker)
    plan.minutes_of_way = reckoned.minutes_of_way
    plan.minutes_before = reckoned.minutes_before
    plan.save()
    PlannedVisit.objects.bulk_create(_rows(plan, reckoned, today))
    record("suggest_rounds", ("round_plan", plan.pk), person_id=None, by=by, at=at)
    return plan


def _rows(plan: RoundPlan, reckoned: Reckoned, today: Today) -> list[PlannedVisit]:
    """What is said of each visit that is open to whoever asked; the others stay as they are."""
    rows = []
    for each in reckoned.visits:
        visit = today.visits.get(each.key)
        if visit is None:
            continue
        hat = today.hats.get(each.worker)
        rows.append(
            PlannedVisit(
                id=new_id(),
                plan=plan,
                visit=visit,
                version=visit.version,
                worker_id=hat.account_id if hat else None,
                worker_name=hat.account.name if hat else "",
                planned_at=each.planned_at,
                why=each.why,
                is_change=each.is_change,
            )
        )
    return rows


def _settle(
    plan: RoundPlan, state: RoundState, words: str = "", *, by: Viewer, at: datetime
) -> None:
    plan.state = state
    plan.settled_by_name, plan.settled_at, plan.settled_words = by.name, at, words
    plan.save(update_fields=["state", "settled_by_name", "settled_at", "settled_words"])


@transaction.atomic
def confirm_rounds(*, plan: RoundPlan, by: Viewer, at: datetime) -> Confirmed:
    """Give each visit to whoever the suggestion names. What was changed meanwhile stays."""
    held = RoundPlan.objects.select_for_update().get(pk=plan.pk)
    refuse(rules.why_not_settle(held, by=by))
    hold_rounds(held.desk_id, held.on)
    desk = desks.desk(held.desk_id)
    hats = {hat.account_id: hat for hat in hats_going_out(desk, held.on)} if desk else {}
    changed, left = 0, []
    for each in queries.planned_visits(held.pk, viewer=by).filter(is_change=True):
        hat = hats.get(each.worker_id) if each.worker_id else None
        problem = _apply(each, hat, by=by, at=at)
        if problem:
            left.append(problem)
        else:
            changed += 1
    _settle(held, RoundState.CONFIRMED, "; ".join(left), by=by, at=at)
    record("confirm_rounds", ("round_plan", held.pk), person_id=None, by=by, at=at,
           detail={"changed": str(changed), "left": str(len(left))})  # fmt: skip
    return Confirmed(changed, tuple(left))


def _apply(each: PlannedVisit, hat: Hat | None, *, by: Viewer, at: datetime) -> str:
    """Change one visit; in words why it was left, or nothing."""
    visit = each.visit
    when = f"the visit of {clock_time(visit.planned_at or visit.opens_at)}"
    if hat is None:
        return f"{when}: {each.worker_name} does not go out that day any more"
    if visit.version != each.version:
        return f"{when}: somebody changed it meanwhile"
    try:
        with transaction.atomic():
            visit_verbs.plan_visit(
                visit=visit, worker=hat, planned_at=each.planned_at, by=by, at=at
            )
    except Refused as refused:
        return f"{when}: {refused.reason}"
    return ""


@transaction.atomic
def drop_rounds(*, plan: RoundPlan, because: str, by: Viewer, at: datetime) -> RoundPlan:
    """Put a suggestion away, with the reason; the rounds stay as they are."""
    held = RoundPlan.objects.select_for_update().get(pk=plan.pk)
    refuse(rules.why_not_settle(held, by=by))
    if not because.strip():
        raise Refused("Write why it is put away.", field="because")
    _settle(held, RoundState.DROPPED, because.strip(), by=by, at=at)
    record("drop_rounds", ("round_plan", held.pk), person_id=None, by=by, at=at)
    return held


@transaction.atomic
def give_visit(
    *,
    visit: Visit,
    worker: Hat,
    planned_at: datetime,
    because: str = "",
    is_locked: bool | None = None,
    by: Viewer,
    at: datetime,
) -> RoundChange:
    """Give a visit to somebody at a minute by hand; both halves of a pair keep one minute.

    Raises `Refused`, `because` naming the field, where it breaks a rule or goes against what is
    suggested and nobody wrote why. A promise is never broken by it: its window stays.
    """
    refuse(rules.why_not_plan_rounds(local_day(visit.opens_at), by=by, at=at))
    if not visit.opens_at <= planned_at <= visit.closes_at:
        raise Refused(
            f"This is outside the time the person was promised: {clock_time(visit.opens_at)} to "
            f"{clock_time(visit.closes_at)}. Move the visit to another time first, and tell them.",
            field="begins",
        )
    desk = desks.desk_of(visit.team_id) or next(iter(desks.desks()), None)
    assert desk is not None  # noqa: S101 - whoever may plan rounds works at a desk
    hold_rounds(desk.id, local_day(visit.opens_at))
    today = rounds_of(desk, local_day(visit.opens_at), viewer=by, at=at)
    against = _against(visit, worker, planned_at, desk, today, by=by)
    if against and not because.strip():
        raise Refused(f"This goes against: {against}. Write why it is right all the same.",
                      field="because")  # fmt: skip
    before = (visit.worker_name, visit.planned_at)
    visit_verbs.plan_visit(
        visit=visit, worker=worker, planned_at=planned_at, is_locked=is_locked, by=by, at=at
    )
    for half in _other_half(visit):
        if half.planned_at != planned_at and half.worker_id is not None:
            own = today.hats.get(str(half.worker_id))
            visit_verbs.plan_visit(visit=half, worker=own, planned_at=planned_at, by=by, at=at)
    change = RoundChange(
        id=new_id(),
        visit=visit,
        from_name=before[0],
        from_at=before[1],
        to_name=worker.account.name,
        to_at=planned_at,
        against=against,
        because=because.strip(),
        by_id=account_of(by),
        by_name=by.name,
        happened_at=at,
    )
    change.save(force_insert=True)
    record("give_visit", ("visit", visit.pk), person_id=visit.person_id, by=by, at=at)
    return change


def _other_half(visit: Visit) -> list[Visit]:
    if visit.pair_id is None:
        return []
    return list(
        Visit.objects.filter(pair_id=visit.pair_id, state=VisitState.BOOKED).exclude(pk=visit.pk)
    )


def _against(
    visit: Visit, worker: Hat, planned_at: datetime, desk: desks.Desk, today: Today, *, by: Viewer
) -> str:
    """What stands against it, in words: rules it breaks, and the suggestion it departs from."""
    wrong = planning.against_rules(today, str(visit.pk), str(worker.account_id), planned_at)
    said = [planning.in_words(wrong, today)] if wrong else []
    plan = queries.suggestion(desk.id, local_day(visit.opens_at), viewer=by)
    if plan is not None:
        row = queries.planned_visits(plan.pk, viewer=by).filter(visit=visit).first()
        if row is not None and row.worker_id not in (None, worker.account_id):
            said.append(f"the suggestion, which names {row.worker_name}")
    return "; ".join(said)
