"""The desk and the way home as plain pages, without any script."""

import re
from collections.abc import Callable
from itertools import combinations

import pytest
from django.test import Client
from django.urls import reverse

from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.homefirst import queries, verbs
from oneplace.homefirst.desk_pages import (
    MAP,
    WORDS_HIGH,
    WORDS_WIDE,
    Drawn,
    with_words_apart,
)
from oneplace.homefirst.models import DeskCase, DeskState, Package
from oneplace.kit import clock
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.rooms.homefirst.around_a_desk import (
    World,
    a_round,
    accepted,
    asked,
    crisis,
    left,
    sent,
)
from tests.rooms.homefirst.test_without_audit import _episode, _planned
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import client_of, unconnected

pytestmark = pytest.mark.django_db
# A browser sends its token with a form in which nothing was filled.
NOTHING = {"csrfmiddlewaretoken": "token"}


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


def _text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def _stands(case: DeskCase) -> DeskCase:
    with as_role(DatabaseRole.LOADER):
        return DeskCase.objects.get(pk=case.pk)


def test_a_ward_asks_and_the_desk_says_yes_by_plain_forms(now: None, world: World) -> None:
    ward, desk = client_of(world.nurse), client_of(world.coordinator)
    way = reverse("homefirst:journey", args=[world.margaret.pk])
    assert "Home today: ask LIFE" in _text(ward.get(way))

    page = ward.get(reverse("homefirst:ask_life", args=[world.margaret.pk]))
    assert "Say what they need at home" in _text(page)
    ward.post(
        reverse("homefirst:ask_life", args=[world.margaret.pk]),
        {"need": "Meals and washing", "home_from": "11:30", "is_wanted": "on"},
    )
    assert "LIFE was asked" in _text(ward.get(way))

    queue = _text(desk.get(reverse("homefirst:desk")))
    assert "Meals and washing" in queue
    with as_role(DatabaseRole.LOADER):
        case = DeskCase.objects.get()
    address = reverse("homefirst:act_on_case", args=[case.pk, "accept"])
    assert "Ask this first" in _text(desk.post(address, NOTHING))
    desk.post(address, {"package": "none", "pathway": "P1"})
    assert _stands(case).state == DeskState.ACCEPTED


def test_an_offer_is_pressed_and_the_clock_page_tells_the_rule_and_the_evidence(
    now: None, world: World
) -> None:
    case = accepted(world)
    a_round(world)
    left()
    desk = client_of(world.coordinator)

    page = _text(desk.get(reverse("homefirst:case", args=[case.pk])))
    assert "by our rule LIFE-1" in page
    fields = dict(re.findall(r'name="(worker_id|arrives_at|version)" value="([^"]+)"', page))
    desk.post(
        reverse("homefirst:allocate_case", args=[case.pk]), {**fields, "late_because": "Nobody"}
    )

    assert _stands(case).worker_name == "Sana Mirza"
    with viewing(world.coordinator, at=AT) as by:
        (row,) = queries.shown([_stands(case)], viewer=by, at=AT)
    assert row.clock is not None
    told = _text(desk.get(reverse("homefirst:clock", args=[case.pk, row.clock.id])))
    for words in ("LIFE-1", "The ward system says that the person left", "never stands still"):
        assert words in told


def test_the_wall_names_nobody_and_the_handover_does(now: None, world: World) -> None:
    crisis(world)
    desk = client_of(world.coordinator)

    wall = _text(desk.get(reverse("homefirst:wallboard")))
    sheet = _text(desk.get(reverse("homefirst:handover")))

    assert "Okafor" not in wall
    assert "2:00 left" in wall
    assert "Okafor" in sheet


def test_what_was_answered_on_the_telephone_is_not_asked_again(now: None, world: World) -> None:
    case = crisis(world)
    with as_role(DatabaseRole.LOADER):
        DeskCase.objects.filter(pk=case.pk).update(package=Package.RESTART.value)
    address = reverse("homefirst:act_on_case", args=[case.pk, "accept"])

    page = client_of(world.coordinator).get(address).content.decode()

    assert re.search(rf'value="{Package.RESTART.value}"[^>]*checked', page)


def test_words_of_neighbouring_districts_do_not_stand_on_one_another() -> None:
    near = {
        name: Drawn("", "", x, y)
        for name, x, y in (
            ("CR0", 200, 200),
            ("CR8", 210, 210),
            ("CR7", 190, 450),
            ("CR2", 200, 455),
        )
    }

    apart = list(with_words_apart(near).values())

    for one, other in combinations(apart, 2):
        assert abs(one.x - other.x) >= WORDS_WIDE or abs(one.y - other.y) >= WORDS_HIGH
    assert all(18 <= one.y <= MAP - 22 for one in apart)


@pytest.mark.parametrize(
    "act",
    [
        *("triage", "accept", "wait", "redirect", "reject", "expect-home"),
    ],
)
def test_each_act_of_the_desk_has_its_form(act: str, now: None, world: World) -> None:
    case = asked(world)

    page = client_of(world.coordinator).get(reverse("homefirst:act_on_case", args=[case.pk, act]))

    assert page.status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        *("set_ready", "clear_ready", "review_residence", "set_pathway", "record_panel"),
        *("open_blocker", "add_task", "tell_family", "write_transfer"),
    ],
)
def test_each_form_of_the_way_home_opens_and_says_what_is_missing(
    form: str, now: None, world: World
) -> None:
    ward = client_of(world.nurse)
    address = reverse(f"homefirst:{form}", args=[world.margaret.pk])

    assert ward.get(address).status_code == 200
    assert "There is a problem" in _text(ward.post(address, NOTHING))


def test_what_is_waited_for_and_arranged_is_ticked_off(now: None, world: World) -> None:
    _planned(world)
    ward = client_of(world.nurse)
    with viewing(world.nurse, at=AT) as by:
        plan = verbs.plan_discharge(person_id=world.margaret.pk, spell="S100", by=by, at=AT)
        blocker, task = plan.blockers.get(), plan.tasks.get()

    ward.post(reverse("homefirst:finish_task", args=[world.margaret.pk, task.pk]))
    close = reverse("homefirst:close_blocker", args=[world.margaret.pk, blocker.pk])
    assert ward.get(close).status_code == 200
    ward.post(close, {"words": "Cleared"})

    page = _text(ward.get(reverse("homefirst:journey", args=[world.margaret.pk])))
    assert "✓" in page
    assert "until 12 March 2026" in page


def test_everybody_in_a_bed_stands_in_the_list(now: None, world: World) -> None:
    page = _text(client_of(world.nurse).get(reverse("homefirst:discharges")))

    assert "Margaret Okafor" in page
    assert "10 days" in page


def test_an_episode_is_begun_reviewed_and_ended_by_plain_forms(now: None, world: World) -> None:
    case = _episode(world)
    desk = client_of(world.coordinator)
    address = reverse("homefirst:write_episode", args=[case.pk, "review"])

    assert "There is a problem" in _text(desk.post(address, {"progress": ""}))
    desk.post(address, {"is_working": "yes", "progress": "Washes alone", "decision": "continue"})
    assert "Washes alone" in _text(desk.get(reverse("homefirst:episode", args=[case.pk])))
    desk.post(reverse("homefirst:write_episode", args=[case.pk, "end"]), {"sequel": "independent"})

    assert "Ended 12 March 2026: independent" in _text(
        desk.get(reverse("homefirst:episode", args=[case.pk]))
    )


def test_a_provider_is_asked_and_its_answer_written(now: None, world: World) -> None:
    case = accepted(world)
    desk = client_of(world.coordinator)

    desk.post(
        reverse("homefirst:ask_provider", args=[case.pk]), {"provider": "Kind Care", "hours": "7"}
    )
    with viewing(world.coordinator, at=AT) as by:
        ask = queries.asks_of(case.pk, viewer=by).get()
    answer = reverse("homefirst:answer_ask", args=[ask.pk])
    desk.post(answer, {"answer": "accepted"})

    assert "Kind Care: accepted" in _text(desk.get(reverse("homefirst:case", args=[case.pk])))
    assert "nothing is counted twice" in _text(desk.post(answer, {"answer": "accepted"}))


def test_hours_are_declared_by_district(now: None, world: World) -> None:
    desk = client_of(world.coordinator)

    desk.post(
        reverse("homefirst:declare_capacity"),
        {"provider": "Kind Care", "hours": "6.5", "zone": "CR7",
         "on_day": "12", "on_month": "3", "on_year": "2026"},
    )  # fmt: skip

    assert "6.5" in _text(desk.get(reverse("homefirst:providers")))


def test_the_whole_queue_takes_few_statements_however_long(
    now: None, world: World, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    crisis(world)
    sent(world)

    with viewing(world.coordinator, at=AT) as by, django_assert_max_num_queries(6):  # type: ignore[attr-defined]
        queries.queue(viewer=by, at=AT)


@pytest.mark.parametrize("route", ["desk", "handover", "wallboard", "providers"])
def test_whoever_is_not_of_the_desk_finds_no_page(route: str, now: None, world: World) -> None:
    answer = client_of(unconnected(Role.PHARMACIST)).get(reverse(f"homefirst:{route}"))

    assert answer.status_code == 404


def test_nobody_opens_a_case_that_is_not_theirs_to_see(now: None, world: World) -> None:
    case = asked(world)
    stranger: Client = client_of(unconnected(Role.PHARMACIST))

    assert stranger.get(reverse("homefirst:case", args=[case.pk])).status_code == 404
