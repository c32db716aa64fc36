"""A search in a job: how far it is, and what stands; the day planned anew around one person."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from oneplace.access.viewer import NOBODY, Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.homefirst import desks, jobs, offering, planning, queries, verbs
from oneplace.homefirst.models import DeskCase, DeskState, PlannedVisit, RoundPlan, RoundState
from oneplace.homefirst.planning import Reckoned
from oneplace.homefirst.verbs.searching import failed
from oneplace.kit import clock
from oneplace.kit.refusals import Refused
from oneplace.visits import verbs as visit_verbs
from oneplace.visits.models import Visit, VisitOrigin, VisitPurpose
from oneplace.vocabulary.terms import Role
from tests.benches import homefirst_figures
from tests.database import as_role
from tests.rooms.homefirst.around_a_desk import (
    World,
    a_round,
    accepted,
    going_out,
    in_the_roster,
    left,
    nobodys_visit,
    suggested,
)
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import client_of, unconnected
from tests.rooms.plans.test_without_audit import kept

pytestmark = pytest.mark.django_db
NOW = AT + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


def _ask(by: Viewer) -> RoundPlan:
    return verbs.ask_for_rounds(desk=desks.desks()[0], on=AT.date(), seconds=0.3, by=by, at=AT)


def _plan(**more: object) -> RoundPlan:
    with as_role(DatabaseRole.LOADER):
        return RoundPlan.objects.get(**more)


def _run(plan: RoundPlan) -> RoundPlan:
    with as_role(DatabaseRole.LOADER):
        jobs.reckon_rounds(str(plan.pk))
    return _plan(pk=plan.pk)


def _search_asked(world: World) -> RoundPlan:
    nobodys_visit(world)
    in_the_roster(world, world.worker)
    with viewing(world.coordinator, at=AT) as by:
        return _ask(by)


def test_a_job_does_it_and_the_page_tells_how_far_it_is(world: World) -> None:
    plan = _search_asked(world)
    desk = client_of(world.coordinator)
    address = reverse("homefirst:rounds_progress")
    day = {"on": AT.date().isoformat()}

    shown = desk.get(address, day, headers={"HX-Request": "true"})
    assert "<progress" in shown.content.decode()
    assert "HX-Refresh" not in shown.headers
    assert desk.get(address, day).status_code == 302
    assert _run(plan).state == RoundState.READY

    over = desk.get(address, day, headers={"HX-Request": "true"})
    assert over.headers["HX-Refresh"] == "true"
    page = desk.get(reverse("homefirst:rounds"), day).content.decode()
    assert "Suggested: Sana Mirza at" in page
    assert "no visit of it has been changed since" in page


def test_the_day_is_searched_for_a_minute_before_anybody_comes_to_work(world: World) -> None:
    with as_role(DatabaseRole.LOADER):
        jobs.plan_the_morning(0)
    assert not RoundPlan.objects.exists()  # nothing is to be planned
    nobodys_visit(world)
    in_the_roster(world, world.worker)
    with as_role(DatabaseRole.LOADER):
        jobs.plan_the_morning(0)
        jobs.plan_the_morning(0)  # it asks once

    plan = _plan(on=AT.date())
    assert plan.given_seconds == planning.AHEAD_SECONDS
    assert plan.state == RoundState.RECKONING


def test_a_day_that_has_not_begun_is_given_longer_than_one_somebody_waits_for() -> None:
    assert planning.seconds_for(AT.date(), at=AT) == planning.SECONDS
    assert planning.seconds_for(AT.date() + timedelta(days=1), at=AT) == planning.AHEAD_SECONDS
    assert homefirst_figures.AHEAD_SECONDS == planning.AHEAD_SECONDS


def test_two_searches_do_not_run_at_once(world: World) -> None:
    _search_asked(world)

    with viewing(world.coordinator, at=AT) as by, pytest.raises(Refused, match="being reckoned"):
        _ask(by)


def test_a_killed_search_is_given_up_and_the_last_good_plan_stands_with_its_age(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = suggested(world)
    with viewing(world.coordinator, at=AT) as by:
        lost = _ask(by)
    later = timezone.now() + timedelta(minutes=3)
    monkeypatch.setattr(timezone, "now", lambda: later)
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(minutes=25))
    desk = client_of(world.coordinator)

    page = desk.get(reverse("homefirst:rounds")).content.decode()
    assert "has not answered and is given up" in page
    assert "Reckoned 25 minutes ago" in page
    with viewing(world.coordinator, at=AT) as by:
        _ask(by)

    assert _plan(pk=lost.pk).state == RoundState.FAILED
    assert _plan(pk=good.pk).state == RoundState.READY


def test_a_search_that_fails_is_kept_with_its_reason_and_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = suggested(world)

    def broken(*_: object, **__: object) -> Reckoned:
        raise OSError("no memory")

    monkeypatch.setattr(planning, "reckon", broken)
    with viewing(world.coordinator, at=AT) as by:
        plan = _ask(by)
    done = _run(plan)

    assert (done.state, done.why) == (RoundState.FAILED, "The search failed: no memory.")
    assert _plan(pk=good.pk).state == RoundState.READY
    page = client_of(world.coordinator).get(reverse("homefirst:rounds")).content.decode()
    assert "still stands below" in page


def test_what_changed_since_is_counted_beside_the_suggestion(world: World) -> None:
    visit = nobodys_visit(world)
    in_the_roster(world, world.worker)
    with viewing(world.coordinator, at=AT) as by:
        verbs.suggest_rounds(desk=desks.desks()[0], on=AT.date(), seconds=0.3, by=by, at=AT)
        visit_verbs.plan_visit(
            visit=visit, worker=world.hat, planned_at=visit.closes_at, by=by, at=AT
        )

    page = client_of(world.coordinator).get(reverse("homefirst:rounds")).content.decode()

    assert "1 visit of it was changed since" in page


# --- the day planned anew around one person -------------------------------------------------------


def _home_now(world: World) -> DeskCase:
    """Accepted, somebody on a round and somebody free; then she leaves hospital."""
    case = accepted(world)
    a_round(world)
    in_the_roster(world, world.worker)
    in_the_roster(world, going_out("Tom Free"))
    left()
    with as_role(DatabaseRole.LOADER):
        jobs.plan_around(str(case.pk))
    return case


def test_when_somebody_leaves_the_day_is_planned_anew_and_one_press_takes_it(
    world: World,
) -> None:
    case = _home_now(world)
    plan = _plan(case_id=case.pk)
    assert plan.state == RoundState.OFFERED
    assert plan.seconds < 2
    desk = client_of(world.coordinator)
    page = desk.get(reverse("homefirst:case", args=[case.pk])).content.decode()
    address = reverse("homefirst:better_offer", args=[case.pk])
    assert address in page
    shown = desk.get(address).content.decode()
    assert "no promise broken" in shown
    assert (
        "Send as planned anew" in desk.get(address, headers={"HX-Request": "true"}).content.decode()
    )

    desk.post(reverse("homefirst:take_better_offer", args=[case.pk, plan.pk]))

    with as_role(DatabaseRole.LOADER):
        sent = DeskCase.objects.get(pk=case.pk)
        assert sent.visit_id is not None
        visit = Visit.objects.get(pk=sent.visit_id)
    assert sent.state == DeskState.ALLOCATED
    assert (visit.worker_name, visit.planned_at) == (plan.wanted_worker_name, plan.wanted_at)
    assert visit.promised_by_at is not None
    assert visit.planned_at is not None
    assert visit.planned_at <= visit.promised_by_at
    assert _plan(pk=plan.pk).state == RoundState.CONFIRMED


def test_a_plan_that_no_longer_fits_is_taken_as_a_whole_or_not_at_all(world: World) -> None:
    case = _home_now(world)
    plan = _plan(case_id=case.pk)
    with viewing(world.coordinator, at=AT) as by:
        other = visit_verbs.book(
            person_id=world.margaret.pk, purpose=VisitPurpose.THERAPY, worker=world.hat,
            opens_at=AT + timedelta(hours=3), closes_at=AT + timedelta(hours=4),
            origin=VisitOrigin.EPISODE, origin_id=case.pk, by=by, at=AT,
        )  # fmt: skip
    with as_role(DatabaseRole.LOADER):
        PlannedVisit.objects.create(
            id=uuid.uuid4(), plan=plan, visit=other, version=other.version + 1, is_change=True,
            worker_id=world.worker.account_id, planned_at=other.opens_at,
        )  # fmt: skip
        RoundPlan.objects.filter(pk=plan.pk).update(changes=1)

    answer = client_of(world.coordinator).post(
        reverse("homefirst:take_better_offer", args=[case.pk, plan.pk]), follow=True
    )

    assert "changed a visit of this plan meanwhile" in answer.content.decode()
    with as_role(DatabaseRole.LOADER):
        assert DeskCase.objects.get(pk=case.pk).state == DeskState.ACCEPTED


def test_nothing_is_offered_where_nobody_can_come_in_time(world: World) -> None:
    case = accepted(world)
    left()
    with as_role(DatabaseRole.LOADER):
        jobs.plan_around(str(case.pk))

    page = (
        client_of(world.coordinator)
        .get(reverse("homefirst:better_offer", args=[case.pk]))
        .content.decode()
    )

    assert "No plan of the whole day is there" in page


# --- without the audit, and strangers -------------------------------------------------------------


def _around(case: DeskCase, by: Viewer) -> tuple[Any, Any, Any]:
    (row,) = queries.shown([case], viewer=by, at=AT)
    today = offering.rounds_today(desks.desks()[0], also=[case.person_id], viewer=by, at=AT)
    stop = offering.wanted_stop(case, row.clock, point=None, at=AT)
    return today, stop, planning.around(today, stop, at=AT, seconds=0)


ACTS = ("ask_for_rounds", "begin_search", "keep_search", "offer_better", "take_better_offer")


@pytest.mark.parametrize("name", ACTS)
def test_without_its_audit_nothing_is_saved(
    name: str, world: World, broken_audit: Callable[[], None]
) -> None:
    plan: Any = _search_asked(world) if name in ("begin_search", "keep_search") else None
    case: Any = None
    if name in ("offer_better", "take_better_offer"):
        case = _home_now(world)
    elif name == "ask_for_rounds":
        case = accepted(world)
    before = kept("homefirst")

    with viewing(world.coordinator, at=AT) as by:
        if case is not None:
            case = DeskCase.objects.get(pk=case.pk)
        found: tuple[Any, Any, Any] = (None, None, None)
        today, stop, around = _around(case, by) if case is not None else found
        offered: Any = queries.better_offer(case.pk, viewer=by) if case is not None else None
        broken_audit()
        acts: dict[str, Callable[[], object]] = {
            "ask_for_rounds": lambda: _ask(by),
            "begin_search": lambda: verbs.begin_search(plan=plan, by=by, at=AT),
            "keep_search": lambda: verbs.keep_search(
                plan=plan,
                reckoned=failed("x"),
                today=today,
                by=by,
                at=AT,
            ),
            "offer_better": lambda: verbs.offer_better(
                case=case,
                around=around,
                today=today,
                by=by,
                at=AT,
            ),
            "take_better_offer": lambda: verbs.take_better_offer(
                plan=offered,
                stop=stop,
                by=by,
                at=AT,
            ),
        }
        with pytest.raises(RuntimeError, match="no audit"):
            acts[name]()

    assert kept("homefirst") == before


def test_a_stranger_sees_no_search_and_no_better_offer(world: World) -> None:
    _search_asked(world)
    desk_id = desks.desks()[0].id
    stranger = unconnected(Role.SOCIAL_WORKER)

    for viewer in (stranger, NOBODY):
        with viewing(viewer, at=AT):
            assert queries.search(desk_id, AT.date(), viewer=viewer) is None
            assert queries.better_offer(uuid.uuid4(), viewer=viewer) is None
    with viewing(world.coordinator, at=AT) as by:
        assert queries.search(desk_id, AT.date(), viewer=by) is not None
