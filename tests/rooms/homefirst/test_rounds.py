"""The roster; a day's rounds suggested, confirmed, changed by hand; two who come together."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.homefirst import desks, jobs, offering, queries, verbs
from oneplace.homefirst.days import rounds_of
from oneplace.homefirst.models import DeskCase, Package, RoundChange, RoundPlan, RoundState
from oneplace.kit import clock
from oneplace.kit.refusals import Refused
from oneplace.science.routing.apart import Answer
from oneplace.visits import verbs as visit_verbs
from oneplace.visits.models import Visit
from oneplace.vocabulary.terms import Gender, Pathway
from tests.database import as_role
from tests.rooms.homefirst.around_a_desk import (
    World,
    a_round,
    accepted,
    asked,
    going_out,
    in_the_roster,
    left,
    nobodys_visit,
    suggested,
)
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


def visit_now(visit: Visit) -> Visit:
    with as_role(DatabaseRole.LOADER):
        return Visit.objects.get(pk=visit.pk)


def test_whoever_stands_in_the_roster_is_offered_without_a_visit(world: World) -> None:
    case = accepted(world)
    in_the_roster(world, going_out("Tom Free"))
    left()

    with viewing(world.coordinator, at=AT) as by:
        case = DeskCase.objects.get(pk=case.pk)
        (row,) = queries.shown([case], viewer=by, at=AT)
        offered = offering.offers_for(case, row.clock, viewer=by, at=AT)

    assert offered is not None
    assert [each.name for each in offered.offers] == ["Tom Free"]


def test_two_are_sent_together_for_a_double_handed_visit(world: World) -> None:
    case = asked(world)
    tom = going_out("Tom Free")
    in_the_roster(world, tom)
    in_the_roster(world, world.worker)
    left()
    with viewing(world.coordinator, at=AT) as by:
        case = verbs.accept(
            case=case, package=Package.NONE, pathway=Pathway.P1, is_double_handed=True, by=by, at=AT
        )
        (row,) = queries.shown([case], viewer=by, at=AT)
        offered = offering.offers_for(case, row.clock, viewer=by, at=AT)
        assert offered is not None and offered.offers
        best = offered.offers[0]
        verbs.allocate(
            case=case, worker_id=offered.today.hats[best.worker].account_id,
            arrives_at=best.arrives_at, by=by, at=AT,
        )  # fmt: skip

    with as_role(DatabaseRole.LOADER):
        halves = list(Visit.objects.filter(origin_id=case.pk))
    assert len(halves) == 2
    assert len({each.pair_id for each in halves}) == 1
    assert len({each.planned_at for each in halves}) == 1
    assert {each.worker_name for each in halves} == {"Tom Free", "Sana Mirza"}


def test_a_suggestion_changes_nothing_until_a_human_confirms_it(world: World) -> None:
    visit = nobodys_visit(world)
    in_the_roster(world, world.worker)

    with viewing(world.coordinator, at=AT) as by:
        plan = verbs.suggest_rounds(desk=desks.desks()[0], on=AT.date(), seconds=0.3, by=by, at=AT)
        assert visit_now(visit).worker_id is None
        (row,) = queries.planned_visits(plan.pk, viewer=by)
        assert row.worker_name == "Sana Mirza"
        assert row.why
        done = verbs.confirm_rounds(plan=plan, by=by, at=AT)
        with pytest.raises(Refused, match="settled this suggestion already"):
            verbs.confirm_rounds(plan=plan, by=by, at=AT)

    assert done.changed == 1
    assert visit_now(visit).worker_id == world.worker.account_id
    assert visit_now(visit).planned_at == row.planned_at


def test_what_changed_meanwhile_is_left_and_named(world: World) -> None:
    visit = nobodys_visit(world)
    in_the_roster(world, world.worker)
    with viewing(world.coordinator, at=AT) as by:
        plan = verbs.suggest_rounds(desk=desks.desks()[0], on=AT.date(), seconds=0.3, by=by, at=AT)
        visit_verbs.plan_visit(
            visit=visit, worker=world.hat, planned_at=visit.closes_at, by=by, at=AT
        )

        done = verbs.confirm_rounds(plan=plan, by=by, at=AT)

    assert done.changed == 0
    assert "somebody changed it meanwhile" in done.left[0]
    assert visit_now(visit).planned_at == visit.closes_at


def test_a_wish_for_a_woman_is_kept_by_the_plan(world: World) -> None:
    visit = nobodys_visit(world)
    in_the_roster(world, world.worker)
    with viewing(world.coordinator, at=AT) as by:
        verbs.wish_for_carer(person_id=world.margaret.pk, gender=Gender.MALE, by=by, at=AT)

        plan = verbs.suggest_rounds(desk=desks.desks()[0], on=AT.date(), seconds=0.3, by=by, at=AT)
        (row,) = queries.planned_visits(plan.pk, viewer=by)

    assert row.worker_id is None
    assert "is not of the gender the person asked for" in row.why
    assert visit_now(visit).worker_id is None


def test_a_search_that_dies_leaves_the_suggestion_before_and_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch, now: None
) -> None:
    plan = suggested(world)
    dead = Answer(None, False, False, 0.1, "The search was ended from outside or failed (-9).")
    monkeypatch.setattr("oneplace.homefirst.planning.solve_apart", lambda *a, **k: dead)

    with viewing(world.coordinator, at=AT) as by:
        failed = verbs.suggest_rounds(desk=desks.desks()[0], on=AT.date(), by=by, at=AT)
        stands = queries.suggestion(desks.desks()[0].id, AT.date(), viewer=by)

    assert failed.state == RoundState.FAILED
    assert stands is not None and stands.pk == plan.pk
    page = client_of(world.coordinator).get(reverse("homefirst:rounds")).content.decode()
    assert "gave no plan" in page
    assert "still stands below" in page


def test_an_override_needs_its_reason_and_keeps_it(world: World) -> None:
    visit = nobodys_visit(world)
    tom = going_out("Tom Free")
    # His shift ends before the visit could.
    in_the_roster(
        world, tom, until_at=AT + timedelta(minutes=30), break_minutes=0,
        break_from_at=None, break_until_at=None,
    )  # fmt: skip
    with viewing(tom, at=AT):
        hat = replace(world, worker=tom).hat
    with viewing(world.coordinator, at=AT) as by:
        with pytest.raises(Refused, match="goes against: After the shift ends"):
            verbs.give_visit(
                visit=visit, worker=hat, planned_at=AT + timedelta(hours=1), by=by, at=AT
            )
        verbs.give_visit(
            visit=visit, worker=hat, planned_at=AT + timedelta(hours=1),
            because="He stays longer today", by=by, at=AT,
        )  # fmt: skip

    assert visit_now(visit).worker_name == "Tom Free"
    with as_role(DatabaseRole.LOADER):
        kept = RoundChange.objects.get()
    assert kept.because == "He stays longer today"
    assert "After the shift ends" in kept.against


def test_a_promise_is_never_broken_by_hand(world: World) -> None:
    visit = nobodys_visit(world)
    with (
        viewing(world.coordinator, at=AT) as by,
        pytest.raises(Refused, match="outside the time the person was promised"),
    ):
        verbs.give_visit(
            visit=visit, worker=world.hat, planned_at=visit.closes_at + timedelta(hours=1),
            because="x", by=by, at=AT,
        )  # fmt: skip


def test_the_rounds_of_a_day_take_as_many_statements_for_one_visit_as_for_more(
    world: World, django_assert_max_num_queries: object
) -> None:
    a_round(world)
    in_the_roster(world, world.worker)

    with viewing(world.coordinator, at=AT) as by, django_assert_max_num_queries(11):  # type: ignore[operator]
        today = rounds_of(desks.desks()[0], AT.date(), viewer=by, at=AT)

    assert [each.worker.name for each in today.plan.rounds] == ["Sana Mirza"]
    assert today.plan.rounds[0].worker.breaks


# --- pages ----------------------------------------------------------------------------------------


def test_the_page_shows_lanes_map_and_suggestion_and_confirms_by_a_plain_form(
    now: None, world: World
) -> None:
    visit = nobodys_visit(world)
    in_the_roster(world, world.worker)
    desk = client_of(world.coordinator)
    address = reverse("homefirst:rounds")
    page = desk.get(address).content.decode()
    assert "Nobody is named for these yet" in page
    assert "Sana Mirza" in page

    answered = desk.post(reverse("homefirst:suggest_rounds"), {"on": AT.date().isoformat()})
    assert "Being reckoned for Cora Desk" in desk.get(answered["Location"]).content.decode()
    with as_role(DatabaseRole.LOADER):
        plan = RoundPlan.objects.get()
        jobs.reckon_rounds(str(plan.pk))
    page = desk.get(answered["Location"]).content.decode()
    assert "Suggested: Sana Mirza at" in page
    desk.post(reverse("homefirst:confirm_rounds", args=[plan.pk]))

    assert visit_now(visit).worker_id == world.worker.account_id
    assert "rounds__visit" in desk.get(address).content.decode()


def test_a_visit_is_given_by_a_plain_form_as_by_dragging(now: None, world: World) -> None:
    visit = nobodys_visit(world)
    in_the_roster(world, world.worker)
    desk = client_of(world.coordinator)
    address = reverse("homefirst:give_visit", args=[visit.pk])

    page = desk.get(f"{address}?worker={world.worker.account_id}&begins=12:10").content.decode()
    assert 'value="12:10"' in page
    refused = desk.post(address, {"worker": str(world.hat.pk), "begins": "23:10"})
    assert "outside the time" in refused.content.decode()
    desk.post(address, {"worker": str(world.hat.pk), "begins": "12:10", "because": "Asked for it"})

    assert visit_now(visit).worker_id == world.worker.account_id


def test_the_roster_is_kept_by_plain_forms(now: None, world: World) -> None:
    desk = client_of(world.coordinator)
    hat = world.hat
    desk.post(
        reverse("homefirst:keep_round_worker", args=[hat.pk]),
        {"skills": ["nursing"], "goes_by": "walk", "base": "ZZ1 1AA"},
    )
    desk.post(
        reverse("homefirst:set_shift", args=[hat.pk]),
        {
            "on_day": "12", "on_month": "3", "on_year": "2026", "begins": "08:00", "ends": "16:00",
            "break_minutes": "30", "break_from": "11:30", "break_until": "13:00",
        },
    )  # fmt: skip

    page = desk.get(reverse("homefirst:roster")).content.decode()

    assert "08:00 to 16:00" in page
    assert "on foot" in page
    with as_role(DatabaseRole.LOADER):
        from oneplace.homefirst.models import Shift

        shift = Shift.objects.get()
    desk.post(reverse("homefirst:take_off_shift", args=[shift.pk]))
    assert "08:00 to 16:00" not in desk.get(reverse("homefirst:roster")).content.decode()


def test_a_suggestion_is_put_away_with_its_reason(now: None, world: World) -> None:
    plan = suggested(world)
    desk = client_of(world.coordinator)
    address = reverse("homefirst:drop_rounds", args=[plan.pk])

    assert (
        "Why is it put away?" in desk.post(address, {"csrfmiddlewaretoken": "x"}).content.decode()
    )
    desk.post(address, {"because": "Snow: everybody walks"})

    with as_role(DatabaseRole.LOADER):
        assert RoundPlan.objects.get().settled_words == "Snow: everybody walks"


def test_a_wish_is_written_from_the_case(now: None, world: World) -> None:
    case = accepted(world)
    desk = client_of(world.coordinator)

    desk.post(
        reverse("homefirst:wish_for_carer", args=[case.pk]),
        {"gender": "female", "is_must": "on", "words": "For washing"},
    )

    page = desk.get(reverse("homefirst:case", args=[case.pk])).content.decode()
    assert "A woman only: For washing" in page
