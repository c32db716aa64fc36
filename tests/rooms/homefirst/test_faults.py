"""What goes wrong in earnest: taken back, out of order, readmitted, dead, merged, two at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connections

from oneplace.access.viewer import Viewer, viewing
from oneplace.actions.models import Clock
from oneplace.config.database import Role as DatabaseRole
from oneplace.homefirst import jobs, offering, queries, verbs
from oneplace.homefirst.announcements import VisitInVain
from oneplace.homefirst.desk_pages import DeskRow
from oneplace.homefirst.jobs import start_again
from oneplace.homefirst.models import (
    ClosedBecause,
    DeskCase,
    DeskState,
    Episode,
    Package,
    ProviderAsk,
    ShiftLead,
    Warned,
)
from oneplace.kit import clock
from oneplace.kit.refusals import Refused
from oneplace.people import verbs as people_verbs
from oneplace.people.models import Death, Person
from oneplace.post.models import Message
from oneplace.referrals import verbs as referral_verbs
from oneplace.visits.models import Visit, VisitState
from oneplace.vocabulary.terms import (
    DeclaredCapacity,
    RapidResponseReason,
    Role,
    Sequel,
    Urgency,
)
from tests.database import as_role
from tests.rooms.homefirst.around_a_desk import (
    LEFT,
    World,
    accepted,
    as_it_stands,
    at_the_desk,
    in_bed,
    in_the_roster,
    left,
    make_world,
    sent,
    still_there,
)
from tests.rooms.homefirst.test_without_audit import _episode
from tests.rooms.people.saying import AT, COUNCIL, margaret, person_of, say, steward
from tests.rooms.people.test_without_audit import died
from tests.rooms.plans.around_margaret import connected

MINUTE = timedelta(minutes=1)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def at(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    at(AT)
    return at


def row(world: World, *, at: datetime = AT) -> DeskRow:
    """The one row of the queue, as the desk reads it."""
    with viewing(world.coordinator, at=at) as by:
        (found,) = queries.queue(viewer=by, at=at)
    return DeskRow.of(found, at=at)


def told() -> list[tuple[str, str]]:
    """Whom notices of the desk went to, and what stood above them, in order."""
    with as_role(DatabaseRole.LOADER):
        return [
            (message.recipient_name, message.subject)
            for message in Message.objects.filter(cause_room="homefirst").order_by("pk")
        ]


def warn() -> None:
    """What runs each minute."""
    with as_role(DatabaseRole.LOADER):
        jobs.warn.func(timestamp=0)


# --- the hospital's messages --------------------------------------------------------------------


@pytest.mark.django_db
def test_a_discharge_taken_back_after_the_visit_was_booked_stands_on_the_row_and_is_told(
    world: World, now: Callable[[datetime], None], in_vain: list[VisitInVain]
) -> None:
    case = sent(world)
    left()
    assert row(world).told == ""

    still_there()

    assert row(world).told == "has not left after all"
    assert [each.case_id for each in in_vain] == [case.pk]
    with as_role(DatabaseRole.LOADER):
        jobs.tell_in_vain.func(case_id=str(case.pk), why=in_vain[0].why)
    names = [name for name, subject in told() if subject.startswith("Nobody is at home")]
    assert names == ["Sana Mirza", "LIFE coordination desk"]


@pytest.mark.django_db
def test_left_again_after_it_was_taken_back_starts_a_new_clock(world: World) -> None:
    case = accepted(world)
    left()
    still_there()

    again = AT - timedelta(minutes=1)
    with as_role(DatabaseRole.LOADER):
        say(in_bed(status="ended", ends_at=again, said_at=AT + timedelta(hours=1)))

    found = row(world)
    assert found.told == ""
    assert as_it_stands(world, case).left_at == again
    assert found.time is not None and found.time.is_running


@pytest.mark.django_db
def test_the_message_of_leaving_read_before_that_of_coming_starts_the_promise_once(
    world: World,
) -> None:
    case = accepted(world)
    left()
    with as_role(DatabaseRole.LOADER):
        say(in_bed())

    assert as_it_stands(world, case).left_at == LEFT
    with as_role(DatabaseRole.LOADER):
        (promise,) = Clock.objects.filter(thing_id=case.pk, key="first_visit_home")
    assert (promise.started_at, promise.stopped_at) == (LEFT, None)


@pytest.mark.django_db
def test_readmitted_with_a_visit_booked_stands_on_the_row_and_is_told(
    world: World, in_vain: list[VisitInVain]
) -> None:
    case = sent(world)
    left()
    again = AT + timedelta(minutes=30)

    with as_role(DatabaseRole.LOADER):
        say(in_bed(key="visit:S200", starts_at=again), at=again + MINUTE)

    assert row(world, at=again + MINUTE).told == "back in hospital"
    assert "Back in hospital" in in_vain[0].why
    with viewing(world.coordinator, at=AT) as by:
        said = [step.words for step in queries.steps(case.pk, viewer=by)]
    assert any("A visit is booked" in words for words in said)


@pytest.mark.django_db
def test_a_wards_clock_a_day_ahead_does_not_hold_the_promise_back(world: World) -> None:
    case = accepted(world)

    left(AT + timedelta(days=1))

    after = as_it_stands(world, case)
    assert (after.left_at, after.is_left_doubtful) == (AT, True)


# --- who somebody is ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_somebody_who_dies_in_an_episode_leaves_nothing_running(world: World) -> None:
    case = _episode(world)

    with as_role(DatabaseRole.LOADER):
        say(died())

    after = as_it_stands(world, case)
    assert (after.state, after.closed_because) == (DeskState.CLOSED, ClosedBecause.DIED)
    with as_role(DatabaseRole.LOADER):
        episode = Episode.objects.get(case=case)
        assert not Clock.objects.filter(thing_id=case.pk, stopped_at=None).exists()
    assert episode.sequel == Sequel.DIED
    assert episode.ended_on is not None


@pytest.mark.django_db
def test_nobody_is_sent_to_somebody_who_has_died(world: World) -> None:
    case = sent(world)

    with as_role(DatabaseRole.LOADER):
        say(died())
        visit = Visit.objects.get(pk=case.visit_id)

    after = as_it_stands(world, case)
    assert visit.state == VisitState.CANCELLED
    assert (after.state, after.closed_because) == (DeskState.CLOSED, ClosedBecause.DIED)
    with viewing(world.coordinator, at=AT) as by:
        assert queries.queue(viewer=by, at=AT) == []


@pytest.mark.django_db
def test_a_death_that_was_a_mistake_puts_the_case_before_the_desk_again(world: World) -> None:
    case = _episode(world)
    before = as_it_stands(world, case)
    with as_role(DatabaseRole.LOADER):
        running = Clock.objects.filter(thing_id=case.pk, stopped_at=None).count()
        say(died())
        death = Death.objects.get()
        with viewing(steward(), at=AT):
            people_verbs.undo_death(death=death, why="Another Okafor", by=steward(), at=AT)

        start_again([str(world.margaret.pk)])

        after = as_it_stands(world, case)
        assert (after.state, after.closed_because, after.closed_at) == (before.state, "", None)
        assert Clock.objects.filter(thing_id=case.pk, stopped_at=None).count() == running > 0
        going_on = Clock.objects.filter(thing_id=case.pk, stopped_at=None)
        assert all("recorded by mistake" in each.started_because for each in going_on)
        episode = Episode.objects.get(case=case)
        assert (episode.ended_on, episode.sequel) == (None, "")
        told = Message.objects.get(subject__endswith="stands at the desk again")
        assert "ring the person first" in told.body


@pytest.mark.django_db
def test_after_such_a_mistake_somebody_must_be_sent_anew(world: World) -> None:
    case = sent(world)
    with as_role(DatabaseRole.LOADER):
        say(died())
        with viewing(steward(), at=AT):
            people_verbs.undo_death(
                death=Death.objects.get(), why="Another Okafor", by=steward(), at=AT
            )

        start_again([str(world.margaret.pk)])
        visit = Visit.objects.get(pk=case.visit_id)

    after = as_it_stands(world, case)
    assert (after.state, after.worker_id) == (DeskState.ACCEPTED, None)
    assert visit.state == VisitState.CANCELLED


@pytest.mark.django_db
def test_a_merge_in_the_middle_keeps_the_row_its_name_and_its_promise(world: World) -> None:
    case = accepted(world)
    with as_role(DatabaseRole.LOADER):
        say(
            margaret(
                COUNCIL, "C1", given="Peg", family="Okaffor", nhs_number="",
                is_nhs_number_sound=False, born_on=date(1944, 1, 5), reach=(),
            )
        )  # fmt: skip
        kept, given_up = person_of(COUNCIL, "C1"), Person.objects.get(pk=world.margaret.pk)
        by = steward()
    with as_role(DatabaseRole.LOADER), viewing(by, at=AT):
        people_verbs.merge(kept=kept, given_up=given_up, why="She says so", by=by, at=AT)
    left()

    found = row(world)
    assert found.id == str(case.pk)
    assert "Oka" in found.person
    assert found.time is not None and found.time.is_running


# --- two at once --------------------------------------------------------------------------------


def _fallen(world: World, person: Person) -> DeskCase:
    """Somebody else's crisis, taken on by the desk."""
    gp = connected(Role.GP, person, "Dr Brown")
    with viewing(gp, at=AT) as by:
        made = referral_verbs.make_referral(
            person_id=person.pk, service=world.crisis, need="Fell in the kitchen",
            urgency=Urgency.TWO_HOURS, by=by, at=AT,
        )  # fmt: skip
        case = DeskCase.objects.get(referral=made)
    with viewing(world.coordinator, at=AT) as by:
        return verbs.accept(
            case=case, package=Package.NONE, reason=RapidResponseReason.FALL, by=by, at=AT
        )


def _offered(world: World, case: DeskCase) -> datetime:
    with viewing(world.coordinator, at=AT) as by:
        known = DeskCase.objects.get(pk=case.pk)
        (shown,) = queries.shown([known], viewer=by, at=AT)
        found = offering.offers_for(known, shown.clock, viewer=by, at=AT)
    assert found is not None
    return found.offers[0].arrives_at


def test_of_two_who_send_the_same_worker_to_two_doors_at_once_one_wins_and_one_is_told(
    committed: str,
) -> None:
    world = make_world()
    in_the_roster(world, world.worker)
    cases = [accepted(world), _fallen(world, world.bola)]
    slots = [_offered(world, case) for case in cases]
    assert slots[0] == slots[1]
    viewers = [world.coordinator, at_the_desk("Dan Desk")]
    has_sent, may_end = threading.Event(), threading.Event()

    def send(number: int, viewer: Viewer) -> str:
        try:
            with viewing(viewer, at=AT) as by:
                verbs.allocate(
                    case=cases[number], worker_id=world.worker.account_id,  # type: ignore[arg-type]
                    arrives_at=slots[number], by=by, at=AT,
                )  # fmt: skip
                has_sent.set()
                may_end.wait(30)
        except Refused as refused:
            return refused.reason
        finally:
            connections.close_all()
        return "sent"

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(send, 0, viewers[0])
        assert has_sent.wait(60)
        second = threads.submit(send, 1, viewers[1])
        # The second stands before rounds the first still holds.
        threading.Timer(1.0, may_end.set).start()
        answers = [first.result(90), second.result(90)]

    assert answers[0] == "sent"
    assert "The rounds have changed" in answers[1]
    with as_role(DatabaseRole.LOADER):
        assert Visit.objects.filter(origin_id__in=[case.pk for case in cases]).count() == 1


@pytest.mark.django_db
def test_a_second_provider_who_says_yes_is_told_that_another_has_it(world: World) -> None:
    case = accepted(world)
    asks = []
    with viewing(world.coordinator, at=AT) as by:
        for key, name in (("hc1", "Kind Care"), ("hc2", "South Care")):
            asks.append(
                verbs.ask_provider(
                    case=case, provider=key, provider_name=name, hours=Decimal(7), by=by, at=AT
                )
            )
        yes = DeclaredCapacity.ACCEPTED
        verbs.answer_ask(ask=asks[0], answer=yes, by=by, at=AT)
        with pytest.raises(Refused, match="nothing is counted twice"):
            verbs.answer_ask(ask=asks[0], answer=yes, by=by, at=AT)
        with pytest.raises(Refused, match="Another provider has taken this on"):
            verbs.answer_ask(ask=asks[1], answer=yes, by=by, at=AT)

        assert ProviderAsk.objects.filter(case=case, state=yes).count() == 1


# --- warnings -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_warnings_climb_from_whoever_goes_to_the_desk_to_whoever_leads_the_shift(
    world: World, now: Callable[[datetime], None]
) -> None:
    case = sent(world)
    left()
    lead = at_the_desk("Lee Lead")
    with viewing(lead, at=AT) as by:
        verbs.lead_shift(desk_id=case.desk_id, by=by, at=AT)

    for minutes in (61, 60, 59, 30, 15, 14):
        now(LEFT + timedelta(hours=2) - minutes * MINUTE)
        warn()

    promised = [(name, subject) for name, subject in told() if "left:" in subject]
    assert [(name, subject.split(" left")[0]) for name, subject in promised] == [
        ("Sana Mirza", "60 minutes"),
        ("LIFE coordination desk", "30 minutes"),
        ("Lee Lead", "15 minutes"),
    ]
    with as_role(DatabaseRole.LOADER):
        assert Warned.objects.filter(case=case).count() == 3


@pytest.mark.django_db
def test_what_is_told_late_says_the_minutes_really_left_and_to_each_once(
    world: World, now: Callable[[datetime], None]
) -> None:
    case = sent(world)
    left()

    now(LEFT + timedelta(hours=2) - 12 * MINUTE)
    warn()

    promised = [(name, subject) for name, subject in told() if "left:" in subject]
    assert [(name, subject.split(" left")[0]) for name, subject in promised] == [
        ("Sana Mirza", "12 minutes"),
        ("LIFE coordination desk", "12 minutes"),
    ]
    with viewing(world.coordinator, at=AT) as by:
        assert "nobody said who leads" in queries.warnings_of(case.pk, viewer=by).last().told  # type: ignore[union-attr]


@pytest.mark.django_db
def test_whoever_takes_the_lead_ends_the_lead_before_and_no_shift_is_led_for_ever(
    world: World,
) -> None:
    desk = accepted(world).desk_id
    with viewing(world.coordinator, at=AT) as by:
        verbs.lead_shift(desk_id=desk, by=by, at=AT)
        with pytest.raises(Refused, match="You lead it already"):
            verbs.lead_shift(desk_id=desk, by=by, at=AT)
    later = AT + timedelta(hours=8)
    with viewing(at_the_desk("Dan Desk"), at=later) as by:
        verbs.lead_shift(desk_id=desk, by=by, at=later)
        found = queries.shift_lead(desk, viewer=by, at=later)
        assert found is not None and found.name == "Dan Desk"
        assert queries.shift_lead(desk, viewer=by, at=later + timedelta(hours=15)) is None
        assert ShiftLead.objects.filter(until_at=None).count() == 1


@pytest.mark.django_db
def test_only_the_desk_leads_its_shift(world: World) -> None:
    desk = accepted(world).desk_id

    with viewing(world.worker, at=AT) as by, pytest.raises(Refused, match="Only somebody of"):
        verbs.lead_shift(desk_id=desk, by=by, at=AT)


@pytest.fixture
def in_vain(monkeypatch: pytest.MonkeyPatch) -> list[VisitInVain]:
    """What was announced of visits to nobody, instead of the job that tells of it."""
    heard: list[VisitInVain] = []
    from oneplace.homefirst.verbs import following

    real = following.announce

    def announce(said: object) -> None:
        if isinstance(said, VisitInVain):
            heard.append(said)
        else:
            real(said)

    monkeypatch.setattr(following, "announce", announce)
    return heard
