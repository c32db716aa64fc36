"""Back in hospital within 72 hours: the record says so, the desk says why, the ward hears it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from oneplace.access.viewer import NOBODY, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.homefirst import cards, jobs, queries, verbs
from oneplace.homefirst.models import (
    ClosedBecause,
    DeskCase,
    FailedBecause,
    FailedDischarge,
)
from oneplace.kit import clock
from oneplace.kit.refusals import Refused
from oneplace.post.models import Message
from oneplace.vocabulary.terms import EntryStatus, Role
from tests.database import as_role
from tests.rooms.homefirst.around_a_desk import LEFT, World, accepted, left, sent
from tests.rooms.people.saying import AT, HOSPITAL, say, stay
from tests.rooms.plans.around_margaret import client_of, unconnected
from tests.rooms.plans.test_without_audit import kept

pytestmark = pytest.mark.django_db
BACK = AT + timedelta(hours=30)


def _back(at: datetime = BACK, key: str = "visit:S200") -> None:
    """The ward's message that she is in a bed again."""
    with as_role(DatabaseRole.LOADER):
        say(
            stay(
                HOSPITAL, "H1", key=key, starts_at=at, title="Fell at home",
                said_at=datetime(2026, 3, 14, tzinfo=UTC), status=EntryStatus.CURRENT,
            ),
            at=at,
        )  # fmt: skip


def _failed() -> FailedDischarge:
    with as_role(DatabaseRole.LOADER):
        return FailedDischarge.objects.get()


def test_a_return_is_noticed_from_the_record_once_and_the_desk_is_asked(world: World) -> None:
    accepted(world)
    left()
    _back()
    _back()

    failed = _failed()
    assert (failed.left_at, failed.back_at, failed.back_spell) == (LEFT, BACK, "S200")
    with viewing(world.coordinator, at=BACK) as by:
        (row,) = cards.WhyBackToSay().rows(viewer=by, at=BACK)
        steps = [each.what for each in queries.steps(failed.case_id, viewer=by)]
    assert row.person == "Margaret Okafor"
    assert steps.count("Back within 72 hours") == 1


def test_it_is_noticed_of_a_case_that_is_closed_too(world: World) -> None:
    case = accepted(world)
    left()
    with viewing(world.coordinator, at=AT) as by:
        verbs.close(case=DeskCase.objects.get(pk=case.pk), because=ClosedBecause.DONE, by=by, at=AT)

    _back()

    assert _failed().case_id == case.pk


def test_a_return_after_three_days_is_none(world: World) -> None:
    accepted(world)
    left()

    _back(at=LEFT + timedelta(hours=73))

    with as_role(DatabaseRole.LOADER):
        assert not FailedDischarge.objects.exists()


def test_the_desk_hears_by_a_notice_without_a_name(
    monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    case = accepted(world)
    left()
    _back()
    monkeypatch.setattr(clock, "now", lambda: BACK)

    with as_role(DatabaseRole.LOADER):
        jobs.ask_why_back(str(case.pk))

    with as_role(DatabaseRole.LOADER):
        message = Message.objects.get(subject="Back in hospital within 72 hours: say why")
    assert "Okafor" not in message.body


def test_the_reason_goes_to_the_ward_and_stands_on_the_page(
    monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    accepted(world)
    left()
    _back()
    monkeypatch.setattr(clock, "now", lambda: BACK)
    desk, ward = client_of(world.coordinator), client_of(world.nurse)
    page = reverse("homefirst:failed_discharges")
    say_it = reverse("homefirst:say_why_back", args=[_failed().pk])
    assert say_it in desk.get(page).content.decode()
    assert "the desk has not said yet" in ward.get(page).content.decode()

    empty = desk.post(say_it, {"csrfmiddlewaretoken": "token"}).content.decode()
    assert "Choose the reason that weighs most" in empty
    desk.post(
        say_it,
        {
            "because": "medicines",
            "words": "The blood thinner was not in the bag",
            "for_the_ward": "Check the bag against the letter",
        },
    )

    seen = ward.get(page).content.decode()
    for words in ("Medicines missing", "The blood thinner", "Check the bag", "Nina Ward was told"):
        assert words in seen
    with as_role(DatabaseRole.LOADER):
        message = Message.objects.get(subject="Back in hospital within 72 hours: why")
    assert message.recipient_name == "Nina Ward"
    assert "Check the bag against the letter" in message.body
    assert "Okafor" not in message.body


def test_a_reason_is_said_once_and_by_the_desk_alone(world: World) -> None:
    accepted(world)
    left()
    _back()
    failed = _failed()
    with viewing(world.nurse, at=BACK) as by, pytest.raises(Refused, match="Only the desk"):
        verbs.say_why_back(failed=failed, because=FailedBecause.FELL, by=by, at=BACK)

    with viewing(world.coordinator, at=BACK) as by:
        with pytest.raises(Refused, match="Write what it was"):
            verbs.say_why_back(failed=failed, because=FailedBecause.NOT_A_FAILURE, by=by, at=BACK)
        verbs.say_why_back(failed=failed, because=FailedBecause.FELL, by=by, at=BACK)
        with pytest.raises(Refused, match="said why"):
            verbs.say_why_back(failed=failed, because=FailedBecause.FELL, by=by, at=BACK)


def test_without_its_audit_no_return_is_kept(
    world: World, broken_audit: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted(world)
    left()
    monkeypatch.setattr(
        "oneplace.homefirst.aftermath.verbs.notice_failed_discharges", lambda **_: None
    )
    _back()
    monkeypatch.undo()
    before = kept("homefirst")
    broken_audit()

    with as_role(DatabaseRole.LOADER), pytest.raises(RuntimeError, match="no audit"):
        verbs.notice_failed_discharges(person_ids=[world.margaret.pk], by=verbs.keeper(), at=BACK)

    assert kept("homefirst") == before


def test_without_its_audit_no_reason_is_kept(
    world: World, broken_audit: Callable[[], None]
) -> None:
    accepted(world)
    left()
    _back()
    failed = _failed()
    before = kept("homefirst"), kept("post")
    broken_audit()

    with viewing(world.coordinator, at=BACK) as by, pytest.raises(RuntimeError, match="no audit"):
        verbs.say_why_back(failed=failed, because=FailedBecause.FELL, by=by, at=BACK)

    assert (kept("homefirst"), kept("post")) == before


def test_a_stranger_sees_no_return(world: World) -> None:
    accepted(world)
    left()
    _back()
    failed = _failed()

    for viewer in (unconnected(Role.DISCHARGE_NURSE), unconnected(Role.SOCIAL_WORKER), NOBODY):
        with viewing(viewer, at=BACK):
            assert not queries.failed_discharges(viewer=viewer).exists()
            assert queries.failed_discharge(failed.pk, viewer=viewer) is None
            assert not queries.why_back_to_say(viewer=viewer).exists()
    with viewing(world.coordinator, at=BACK) as by:
        assert queries.failed_discharge(failed.pk, viewer=by) is not None
        assert queries.why_back_to_say(viewer=by).count() == 1


def test_without_its_audit_the_desk_hears_of_no_delay(
    world: World, broken_audit: Callable[[], None]
) -> None:
    case = sent(world)
    before = kept("homefirst")
    broken_audit()

    with viewing(world.coordinator, at=AT), pytest.raises(RuntimeError, match="no audit"):
        verbs.follow_late(
            visit_id=case.visit_id,  # type: ignore[arg-type]
            origin_id=case.pk,
            expected_at=AT + timedelta(hours=1),
            by=verbs.keeper(),
            at=AT,
        )

    assert kept("homefirst") == before
