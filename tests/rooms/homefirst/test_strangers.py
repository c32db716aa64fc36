"""A stranger, and nobody at all, sees nothing of the desk or of anybody's way home."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from oneplace.access.viewer import NOBODY, Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.directory.models import Postcode
from oneplace.homefirst import desks, queries, verbs
from oneplace.homefirst.models import (
    Arranged,
    DeskCase,
    DeskCaseEvent,
    Discharge,
    Episode,
    FamilyView,
    ProviderAsk,
    ReviewView,
)
from oneplace.kit.together import read_together
from oneplace.visits import verbs as visit_verbs
from oneplace.visits.models import VisitOrigin, VisitPurpose
from oneplace.vocabulary.terms import BlockerType, Gender, Role, WeeklyDecision
from tests.database import as_role
from tests.rooms.homefirst.around_a_desk import SPELL, World, in_the_roster
from tests.rooms.homefirst.test_without_audit import _episode
from tests.rooms.people.saying import AT
from tests.rooms.plans.around_margaret import unconnected

pytestmark = pytest.mark.django_db


class Full:
    """A world in which everything has a row."""

    def __init__(self, world: World) -> None:
        self.world = world
        with viewing(world.nurse, at=AT) as by:
            self.plan = verbs.plan_discharge(person_id=world.margaret.pk, spell=SPELL, by=by, at=AT)
            self.blocker = verbs.open_blocker(
                discharge=self.plan, kind=BlockerType.HOUSING, holder_name="Council", by=by, at=AT
            )
            self.task = verbs.add_task(discharge=self.plan, kind=Arranged.MEDICINES, by=by, at=AT)
            verbs.write_transfer(discharge=self.plan, content={"home": "x"}, by=by, at=AT)
            verbs.tell_family(discharge=self.plan, view=FamilyView.TOLD, name="Ada", by=by, at=AT)
        self.case = _episode(world)
        with viewing(world.coordinator, at=AT) as by:
            self.episode = queries.episode_of(self.case.pk, viewer=by)
            assert self.episode is not None
            verbs.review_week(
                episode=self.episode, is_working=ReviewView.YES, progress="Better",
                decision=WeeklyDecision.CONTINUE, by=by, at=AT,
            )  # fmt: skip
            self.ask = verbs.ask_provider(
                case=self.case, provider="hc1", provider_name="Kind Care", hours=Decimal(7),
                by=by, at=AT,
            )  # fmt: skip
            verbs.note_warning(
                case=self.case, clock_id=self.case.pk, minutes=30, told="Cora", by=by, at=AT
            )
            verbs.lead_shift(desk_id=self.case.desk_id, by=by, at=AT)
            verbs.declare_capacity(
                provider="hc1", provider_name="Kind Care", zone="CR7", on=AT.date(),
                hours=Decimal(3), by=by, at=AT,
            )  # fmt: skip
        self._rounds(world)

    def _rounds(self, world: World) -> None:
        """A roster, a wish, a visit given by hand and one to be given, and a suggestion."""
        self.shift = in_the_roster(world, world.worker)
        case = DeskCase.objects.get(pk=self.case.pk)
        team = world.hat.post.teams.get()
        with viewing(world.coordinator, at=AT) as by:
            verbs.wish_for_carer(person_id=world.margaret.pk, gender=Gender.FEMALE, by=by, at=AT)
            self.given, _ = (
                visit_verbs.book(
                    person_id=world.margaret.pk, purpose=VisitPurpose.REABLEMENT, team=team,
                    opens_at=AT + timedelta(hours=hours), closes_at=AT + timedelta(hours=7),
                    minutes=20, origin=VisitOrigin.EPISODE, origin_id=case.pk, by=by, at=AT,
                )
                for hours in (1, 2)
            )  # fmt: skip
            verbs.give_visit(
                visit=self.given, worker=world.hat, planned_at=AT + timedelta(hours=1),
                because="Asked for it", by=by, at=AT,
            )  # fmt: skip
            self.rounds = verbs.suggest_rounds(
                desk=desks.desks()[0], on=AT.date(), seconds=0.2, by=by, at=AT
            )
        with viewing(world.worker, at=AT) as by:
            visit_verbs.arrive(visit=self.given, by=by, at=AT)


@pytest.fixture
def full(world: World) -> Full:
    return Full(world)


ASKS: dict[str, Callable[[Full, Viewer], object]] = {
    "case": lambda f, v: queries.case(f.case.pk, viewer=v),
    "case_of_referral": lambda f, v: queries.case_of_referral(f.case.referral_id, viewer=v),
    "cases_of": lambda f, v: list(queries.cases_of(f.world.margaret.pk, viewer=v)),
    "cases_asked": lambda f, v: read_together([queries.cases_asked(f.world.margaret.pk, viewer=v)])[
        0
    ],
    "queue": lambda f, v: queries.queue(viewer=v, at=AT),
    "shown": lambda f, v: (
        queries.shown([f.case], viewer=v, at=AT)[0].clocks if v.account_id else ()
    ),
    "steps": lambda f, v: list(queries.steps(f.case.pk, viewer=v)),
    "warnings_of": lambda f, v: list(queries.warnings_of(f.case.pk, viewer=v)),
    "counts": lambda f, v: queries.counts(viewer=v, at=AT).asked,
    "discharge_of": lambda f, v: queries.discharge_of(f.world.margaret.pk, SPELL, viewer=v),
    "tasks": lambda f, v: list(queries.tasks(f.plan, viewer=v)),
    "task": lambda f, v: queries.task(f.task.pk, viewer=v),
    "blocker": lambda f, v: queries.blocker(f.blocker.pk, viewer=v),
    "transfers": lambda f, v: list(queries.transfers(f.plan, viewer=v)),
    "points": lambda f, v: queries.points([f.world.margaret.pk], viewer=v, at=AT),
    "episode": lambda f, v: queries.episode(f.episode.pk, viewer=v),  # type: ignore[union-attr]
    "episode_of": lambda f, v: queries.episode_of(f.case.pk, viewer=v),
    "reviews": lambda f, v: list(queries.reviews(f.episode, viewer=v)),  # type: ignore[arg-type]
    "reviews_due": lambda f, v: list(
        queries.reviews_due(until=AT.date() + timedelta(days=15), viewer=v)
    ),
    "asks_of": lambda f, v: list(queries.asks_of(f.case.pk, viewer=v)),
    "ask": lambda f, v: queries.ask(f.ask.pk, viewer=v),
    "busy": lambda f, v: queries.busy(
        [f.world.worker.account_id],  # type: ignore[list-item]
        since=AT,
        until=AT + timedelta(days=1),
        viewer=v,
    ),
    "shift_lead": lambda f, v: queries.shift_lead(desks.desks()[0].id, viewer=v, at=AT),
    "round_workers": lambda f, v: list(queries.round_workers(viewer=v)),
    "round_worker": lambda f, v: queries.round_worker(
        f.world.worker.account_id,  # type: ignore[arg-type]
        viewer=v,
    ),
    "shifts_between": lambda f, v: list(queries.shifts_between(AT.date(), AT.date(), viewer=v)),
    "shift": lambda f, v: queries.shift(f.shift.pk, viewer=v),
    "carer_wishes": lambda f, v: queries.carer_wishes([f.world.margaret.pk], viewer=v),
    "to_be_given": lambda f, v: list(
        queries.to_be_given(
            desks.desks()[0].going_out, since=AT, until=AT + timedelta(days=1), viewer=v
        )
    ),
    "known_to": lambda f, v: queries.known_to(
        [f.world.margaret.pk], since=AT - timedelta(days=1), viewer=v
    ),
    "suggestion": lambda f, v: queries.suggestion(desks.desks()[0].id, AT.date(), viewer=v),
    "suggestions": lambda f, v: list(queries.suggestions(desks.desks()[0].id, AT.date(), viewer=v)),
    "round_plan": lambda f, v: queries.round_plan(f.rounds.pk, viewer=v),
    "planned_visits": lambda f, v: list(queries.planned_visits(f.rounds.pk, viewer=v)),
    "round_changes": lambda f, v: list(queries.round_changes([f.given.pk], viewer=v)),
    "postcodes": lambda f, v: queries.postcodes(["ZZ1 1AA"], viewer=v),
    "rows": lambda f, v: [
        *DeskCase.objects.values("pk"),
        *DeskCaseEvent.objects.values("pk"),
        *Discharge.objects.values("pk"),
        *Episode.objects.values("pk"),
        *ProviderAsk.objects.values("pk"),
    ],
}
NEEDS_A_MAP = {"points", "postcodes"}


# What is no secret to a colleague, and is told to nobody else.
FOR_COLLEAGUES = {"postcodes"}


@pytest.mark.parametrize("name", [name for name in ASKS if name not in FOR_COLLEAGUES])
def test_a_stranger_sees_nothing(name: str, full: Full) -> None:
    stranger = unconnected(Role.SOCIAL_WORKER)

    with viewing(stranger, at=AT):
        assert not ASKS[name](full, stranger)
    if name != "rows":
        with viewing(NOBODY, at=AT):
            assert not ASKS[name](full, NOBODY)


@pytest.mark.parametrize("name", [name for name in ASKS if name not in NEEDS_A_MAP])
def test_the_desk_sees_it(name: str, full: Full) -> None:
    with viewing(full.world.coordinator, at=AT):
        assert ASKS[name](full, full.world.coordinator)


def test_a_stranger_sees_no_journey_and_nobody_in_a_bed(full: Full) -> None:
    stranger = unconnected(Role.DISCHARGE_NURSE)

    with viewing(stranger, at=AT):
        found = queries.journey(full.world.margaret, viewer=stranger)
        assert found is not None
        assert (found.stays, found.losses) == ((), ())
        assert queries.in_hospital(viewer=stranger) == []
    pharmacist = unconnected(Role.PHARMACIST)
    with viewing(pharmacist, at=AT):
        assert queries.journey(full.world.margaret, viewer=pharmacist) is None


def test_what_providers_can_take_on_is_for_the_desk(full: Full) -> None:
    pharmacist = unconnected(Role.PHARMACIST)

    with viewing(pharmacist, at=AT):
        assert not queries.capacity(viewer=pharmacist, on=AT.date()).exists()
    with viewing(full.world.coordinator, at=AT):
        assert queries.capacity(viewer=full.world.coordinator, on=AT.date()).count() == 1


def test_where_a_place_of_work_lies_is_told_to_colleagues_alone(full: Full) -> None:
    with viewing(NOBODY, at=AT):
        assert queries.postcodes(["ZZ1 1AA"], viewer=NOBODY) == {}


def test_the_ground_of_the_place_is_drawn_for_colleagues_alone(world: World) -> None:
    with as_role(DatabaseRole.LOADER):
        Postcode.objects.bulk_create(
            Postcode(code=code, latitude=latitude, longitude=longitude)
            for code, latitude, longitude in (
                ("ZZ21AA", 51.30, -0.10), ("ZZ21AB", 51.32, -0.12), ("ZZ33AA", 51.40, 0.0),
            )
        )  # fmt: skip

    with viewing(world.coordinator, at=AT) as by:
        found = queries.district_ground(viewer=by)

    assert queries.district_ground(viewer=NOBODY) == {}
    assert {"ZZ2", "ZZ3"} <= set(found)
    assert not found["ZZ2"].squares & found["ZZ3"].squares
    assert found["ZZ2"].middle[1] > found["ZZ3"].middle[1]
    assert found["ZZ2"].middle[0] < found["ZZ3"].middle[0]
