"""The way home: ready and not, what holds somebody up, whose days those are, what is arranged."""

from datetime import UTC, datetime, timedelta

import pytest

from oneplace.access.models import AuditPerson
from oneplace.access.viewer import viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.homefirst import cards, queries, verbs, way_home
from oneplace.homefirst.models import Arranged, Discharge, DischargeEvent, FamilyView
from oneplace.kit.refusals import Refused
from oneplace.records.models import Entry
from oneplace.vocabulary.terms import BlockerType, CriteriaToReside, Pathway
from tests.database import as_role
from tests.rooms.homefirst.around_a_desk import SPELL, World, asked
from tests.rooms.homefirst.test_without_audit import _episode
from tests.rooms.people.saying import AT

pytestmark = pytest.mark.django_db
READY = datetime(2026, 3, 2, 10, 20, tzinfo=UTC)


def _planned(world: World):  # type: ignore[no-untyped-def]
    return verbs.plan_discharge(person_id=world.margaret.pk, spell=SPELL, by=world.nurse, at=AT)


def test_what_feeds_and_people_say_stands_side_by_side_and_days_add_up(world: World) -> None:
    with viewing(world.nurse, at=AT) as by:
        plan = _planned(world)
        verbs.open_blocker(
            discharge=plan, kind=BlockerType.HOUSING, holder="council", holder_name="Council",
            opened_at=READY, by=by, at=AT,
        )  # fmt: skip
        verbs.open_blocker(
            discharge=plan, kind=BlockerType.CHOICE, holder_name="The person or family",
            opened_at=READY + timedelta(days=4), by=by, at=AT,
        )  # fmt: skip
        found = queries.journey(world.margaret, viewer=by)
        page = way_home.JourneyPage.of(
            world.margaret, found, cases=[], discharge=plan, tasks=[], transfers=[], viewer=by,
            at=AT,
        )  # fmt: skip

    assert page.stay is not None
    assert page.stay.ready_days == 10
    assert [each.holder for each in page.stay.blocked] == ["Council", "Her"]
    assert page.stay.sum_words == "7 + 3 = 10 days"
    assert page.may_ask


def test_the_same_reason_is_not_opened_twice(world: World) -> None:
    with viewing(world.nurse, at=AT) as by:
        plan = _planned(world)
        given = {"kind": BlockerType.HOUSING, "holder": "council", "holder_name": "Council"}
        verbs.open_blocker(discharge=plan, by=by, at=AT, **given)
        with pytest.raises(Refused, match="waited for already"):
            verbs.open_blocker(discharge=plan, by=by, at=AT, **given)


def test_a_ready_day_is_cleared_and_set_anew_and_both_are_kept(world: World) -> None:
    with viewing(world.nurse, at=AT) as by:
        plan = verbs.set_ready(discharge=_planned(world), ready_at=READY, by=by, at=AT)
        with pytest.raises(Refused, match="Ready since"):
            verbs.set_ready(discharge=plan, ready_at=AT, by=by, at=AT)
        verbs.clear_ready(discharge=plan, why="Needs oxygen again", by=by, at=AT)
        verbs.set_ready(discharge=plan, ready_at=AT, by=by, at=AT)

        kept = DischargeEvent.objects.filter(pgh_obj_id=plan.pk).order_by("pgh_id")
        assert [each.ready_at for each in kept] == [None, READY, None, AT]


def test_needing_an_acute_bed_names_the_criterion(world: World) -> None:
    with viewing(world.nurse, at=AT) as by, pytest.raises(Refused, match="criterion"):
        verbs.review_residence(discharge=_planned(world), found=CriteriaToReside.MET, by=by, at=AT)


def test_pathway_3_waits_for_the_panel(world: World) -> None:
    with viewing(world.nurse, at=AT) as by:
        plan = _planned(world)
        with pytest.raises(Refused, match="panel"):
            verbs.set_pathway(discharge=plan, actual=Pathway.P3, by=by, at=AT)
        verbs.record_panel(
            discharge=plan, decision="Agreed for 4 weeks", on=AT.date(), by=by, at=AT
        )
        plan.refresh_from_db()
        assert verbs.set_pathway(discharge=plan, actual=Pathway.P3, by=by, at=AT).pathway == "P3"


def test_what_has_parts_is_arranged_when_they_all_are(world: World) -> None:
    with viewing(world.nurse, at=AT) as by:
        plan = _planned(world)
        whole = verbs.add_task(discharge=plan, kind=Arranged.EQUIPMENT, by=by, at=AT)
        part = verbs.add_task(
            discharge=plan, kind=Arranged.OTHER, words="Move the sofa", part_of=whole, by=by, at=AT
        )
        with pytest.raises(Refused, match="not arranged yet"):
            verbs.finish_task(task=whole, by=by, at=AT)
        verbs.finish_task(task=part, by=by, at=AT)
        assert verbs.finish_task(task=whole, by=by, at=AT).done_at == AT


def test_whom_was_spoken_with_is_named(world: World) -> None:
    with viewing(world.nurse, at=AT) as by, pytest.raises(Refused, match="whom you spoke"):
        verbs.tell_family(discharge=_planned(world), view=FamilyView.AGREES, by=by, at=AT)


def test_a_sent_form_is_never_changed_and_another_follows(world: World) -> None:
    with viewing(world.nurse, at=AT) as by:
        plan = _planned(world)
        verbs.write_transfer(discharge=plan, content={"function": "Walks with one"}, by=by, at=AT)
        verbs.write_transfer(discharge=plan, content={"function": "With a frame"}, by=by, at=AT)
    asked(world)
    with viewing(world.nurse, at=AT) as by:
        verbs.write_transfer(discharge=plan, content={"function": "Alone"}, by=by, at=AT)
        forms = list(queries.transfers(plan, viewer=by))

    assert [(each.number, each.sent_at is None) for each in forms] == [(2, True), (1, False)]
    assert forms[1].content == {"function": "With a frame"}


def test_a_red_flag_is_no_matter_for_the_desk(world: World) -> None:
    with viewing(world.nurse, at=AT) as by, pytest.raises(Refused, match="chest pain"):
        verbs.ask_life(
            person_id=world.margaret.pk, spell=SPELL, need="Chest pain since noon", by=by, at=AT
        )


def test_everybody_in_a_bed_is_listed_the_longest_ready_first(world: World) -> None:
    with viewing(world.nurse, at=AT) as by:
        rows = queries.in_hospital(viewer=by)

    assert [(person, stay.spell) for person, stay in rows] == [(world.margaret.pk, SPELL)]
    assert rows[0][1].ready_at == READY


def test_whoever_is_ready_stands_on_the_day_of_whoever_plans_the_way_home(world: World) -> None:
    card = cards.ReadyToLeave()

    with viewing(world.nurse, at=AT) as by:
        (row,) = card.rows(viewer=by, at=AT)
    with as_role(DatabaseRole.LOADER):
        shown = AuditPerson.objects.filter(entry__action="see_discharges")
        assert [each.person_id for each in shown] == [world.margaret.pk]

    assert row.person == "Margaret Okafor"
    assert row.what == "Ready to leave since 2 March 2026"
    assert row.why_you == "Nobody said what for"


def test_whoever_is_expected_to_leave_soon_stands_under_what_comes_next(world: World) -> None:
    card = cards.LeavingSoon()
    with viewing(world.nurse, at=AT) as by:
        ((_, stay),) = queries.in_hospital(viewer=by)
        assert list(card.rows(viewer=by, at=AT)) == []
    with as_role(DatabaseRole.LOADER):
        Discharge.objects.update(ready_at=None, expected_on=AT.date() + timedelta(days=2))
        detail = {key: value for key, value in stay.entry.detail.items() if key != "ready_at"}
        Entry.objects.filter(pk=stay.entry.pk).update(
            detail={**detail, "expected_discharge": (AT + timedelta(days=2)).date().isoformat()}
        )

    with viewing(world.nurse, at=AT) as by:
        (row,) = card.rows(viewer=by, at=AT)
        assert list(card.rows(viewer=by, at=AT + timedelta(days=3))) == []

    assert (row.person, row.needs_you) == ("Margaret Okafor", False)
    assert row.what.startswith("Expected to leave ")


def test_a_joint_service_is_named_where_the_note_names_it(world: World) -> None:
    from django.conf import settings

    from oneplace.homefirst.queries import WaitFound

    wait = WaitFound(
        id=world.margaret.pk, kind=BlockerType.EQUIPMENT, what="Equipment",
        words="Bed downstairs, LIFE to arrange", holder="council", holder_name="",
        opened_at=READY, closed_at=None, is_ours=False,
    )  # fmt: skip

    assert way_home.holder_of(world.margaret, wait, settings.PLACE) == "LIFE"


def test_a_weekly_review_stands_on_the_day_a_week_before_it_is_due(world: World) -> None:
    case = _episode(world)
    card = cards.ReviewsDue()
    with viewing(world.coordinator, at=AT) as by:
        begun = queries.episode_of(case.pk, viewer=by)
        assert begun is not None
        first = datetime.combine(begun.started_on, datetime.min.time(), UTC)

        (row,) = card.rows(viewer=by, at=first)
        (late,) = card.rows(viewer=by, at=first + timedelta(days=15))

    assert row.person == "Margaret Okafor"
    assert row.why_you == "Week 1 with the team"
    assert (row.needs_you, late.needs_you) == (False, True)
    assert (late.why_you, late.what[:19]) == ("Week 3 with the team", "Weekly review since")
