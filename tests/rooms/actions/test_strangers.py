"""A stranger, nobody, and somebody a barrier names see nothing of an action or a clock."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from oneplace.access.models import Barrier
from oneplace.access.viewer import NOBODY, Viewer, permissions_of, viewing
from oneplace.actions import queries, verbs
from oneplace.actions.models import Action, Step
from oneplace.actions.queries import Choice, Tab
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.together import read_together
from oneplace.people.models import Person
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import ActionOrigin, BarrierKind, Role
from tests.database import as_role
from tests.factories import AT
from tests.rooms.actions.asking import asked, owner_of, relate, somebody, team_of

pytestmark = pytest.mark.django_db
MEETING = new_id()


@pytest.fixture
def action(facilitator: Viewer, pharmacist: Viewer, margaret: Person) -> Action:
    """Something asked of the pharmacist for Margaret."""
    return asked(facilitator, owner_of(pharmacist), margaret.pk, origin_id=MEETING)


def _answers(viewer: Viewer, action: Action, margaret: Person) -> dict[str, Callable[[], object]]:
    many = queries.open_of_many
    return {
        "action": lambda: queries.action(action.pk, viewer=viewer),
        "opened": lambda: queries.opened(action.pk, viewer=viewer, at=AT),
        "steps": lambda: list(queries.steps(action.pk, viewer=viewer)),
        "mine": lambda: list(queries.mine(viewer=viewer, at=AT)),
        "ours": lambda: list(queries.ours(viewer=viewer, at=AT)),
        "asked_of_others": lambda: list(queries.asked_of_others(viewer=viewer, at=AT)),
        "listed": lambda: queries.listed(Tab.OURS, viewer=viewer, at=AT).actions,
        "owed": lambda: queries.owed(viewer=viewer, at=AT, most=5),
        "promised": lambda: queries.promised(viewer=viewer, at=AT, most=5),
        "answered": lambda: queries.answered(viewer=viewer, at=AT, most=5),
        "open_of": lambda: list(queries.open_of(margaret.pk, viewer=viewer)),
        "first_open_asked": lambda: read_together(
            [queries.first_open_asked(margaret.pk, viewer=viewer)]
        )[0],
        "open_of_many": lambda: many([margaret.pk], viewer=viewer)[margaret.pk],
        "of_origin": lambda: list(queries.of_origin(ActionOrigin.HUDDLE, MEETING, viewer=viewer)),
        "counts": lambda: sum(vars(queries.counts(viewer=viewer)).values()),
        "open_work": lambda: list(queries.open_work(action.owner_account_id or new_id(), viewer)),
    }


_NAMES = [
    "action", "opened", "steps", "mine", "ours", "asked_of_others", "listed", "owed", "promised",
    "answered", "open_of", "first_open_asked", "open_of_many", "of_origin", "counts", "open_work",
]  # fmt: skip


@pytest.mark.parametrize("name", _NAMES)
def test_a_stranger_sees_nothing(
    name: str, nurse: Viewer, action: Action, margaret: Person
) -> None:
    for viewer in (nurse, NOBODY):
        with viewing(viewer, at=AT):
            assert not _answers(viewer, action, margaret)[name]()
            assert Action.objects.count() == 0
            assert Step.objects.count() == 0


def test_the_owner_the_asker_and_whoever_cares_for_them_see_it(
    facilitator: Viewer, pharmacist: Viewer, nurse: Viewer, action: Action, margaret: Person
) -> None:
    relate(nurse, margaret)

    for viewer in (facilitator, pharmacist, nurse):
        with viewing(viewer, at=AT):
            assert queries.action(action.pk, viewer=viewer) == action
            assert list(queries.open_of(margaret.pk, viewer=viewer)) == [action]


def test_a_role_that_needs_no_support_of_a_record_reads_no_asks_of_others(
    action: Action, margaret: Person
) -> None:
    manager = somebody(Role.PRACTICE_MANAGER)
    relate(manager, margaret)

    with viewing(manager, at=AT):
        assert queries.action(action.pk, viewer=manager) is None
        assert list(queries.open_of(margaret.pk, viewer=manager)) == []


def test_whoever_a_barrier_names_is_shown_nothing_of_what_they_are_asked(
    pharmacist: Viewer, action: Action, margaret: Person
) -> None:
    with as_role(DatabaseRole.LOADER):
        Barrier(
            person_id=margaret.pk,
            party_id=pharmacist.account_id,
            kind=BarrierKind.OWN_FAMILY,
            starts_at=AT,
        ).save(force_insert=True)

    with viewing(pharmacist, at=AT):
        assert queries.action(action.pk, viewer=pharmacist) is None
        assert list(queries.mine(viewer=pharmacist, at=AT)) == []


def test_who_reads_counts_alone_is_shown_no_ask_about_anybody(
    pharmacist: Viewer, action: Action
) -> None:
    role = Role.PROGRAMME_DIRECTOR
    director = replace(pharmacist, role=role, permissions=permissions_of(role))

    with viewing(director, at=AT):
        assert director.may("see_actions")
        assert Action.objects.count() == 0
        assert Step.objects.count() == 0


def test_a_role_without_actions_is_asked_for_none(facilitator: Viewer, margaret: Person) -> None:
    analyst = somebody(Role.ANALYST)

    with viewing(analyst, at=AT):
        assert queries.names_near(None, on=AT.date(), viewer=analyst).candidates == ()
        assert queries.owner(owner_of(facilitator).key, on=AT.date(), viewer=analyst) is None
        assert queries.owners("nursing", on=AT.date(), viewer=analyst) == []


def test_absences_are_ones_own(pharmacist: Viewer, nurse: Viewer) -> None:
    with viewing(pharmacist, at=AT):
        away = verbs.go_away(from_on=AT.date(), until_on=AT.date(), by=pharmacist, at=AT)
        assert list(queries.absences(viewer=pharmacist, on=AT.date())) == [away]

    for viewer in (nurse, NOBODY):
        with viewing(viewer, at=AT):
            assert list(queries.absences(viewer=viewer, on=AT.date())) == []
            assert queries.absence(away.pk, viewer=viewer) is None
    with viewing(NOBODY, at=AT):
        assert list(queries.beginning(on=AT.date(), viewer=NOBODY)) == []
        assert queries.waiting_by_account(viewer=NOBODY, at=AT) == []


def test_a_stranger_sees_no_clock(facilitator: Viewer, nurse: Viewer, margaret: Person) -> None:
    thing = new_id()
    with viewing(facilitator, at=AT):
        clock = verbs.start_clock(
            key="first_visit_home",
            person_id=margaret.pk,
            thing=("stay", thing),
            party_id=facilitator.organisation_id or new_id(),
            started_at=AT,
            because="The ward system said he left (A03)",
            by=facilitator,
            at=AT,
        )
        assert queries.clock(clock.pk, viewer=facilitator) == clock
        assert [each.pk for each in queries.running_clocks(viewer=facilitator)] == [clock.pk]

    for viewer in (nurse, NOBODY):
        with viewing(viewer, at=AT):
            assert queries.clock(clock.pk, viewer=viewer) is None
            assert list(queries.clocks_of(thing, viewer=viewer)) == []
            assert queries.clocks_of_many([thing], viewer=viewer) == {thing: []}
            assert list(queries.running_clocks(viewer=viewer)) == []
            assert list(queries.stopped_clocks(viewer=viewer, since=AT)) == []
            assert queries.shown_to([], viewer=viewer, at=AT) == []


def test_a_list_names_in_the_audit_whom_it_shows(
    pharmacist: Viewer, action: Action, margaret: Person
) -> None:
    from oneplace.access.models import AuditPerson

    with viewing(pharmacist, at=AT):
        queries.listed(Tab.MINE, viewer=pharmacist, at=AT)

    with as_role(DatabaseRole.LOADER):
        shown = AuditPerson.objects.filter(entry__action="see_actions")
        assert [each.person_id for each in shown] == [margaret.pk]


@pytest.mark.parametrize(
    ("choice", "count"),
    [
        (Choice(), 1),
        (Choice(text="tablets"), 1),
        (Choice(text="okafor"), 1),
        (Choice(text="fran field"), 1),
        (Choice(text="dressings"), 0),
        (Choice(is_unanswered=True), 1),
        (Choice(is_late=True), 0),
        (Choice(is_due_today=True), 0),
        (Choice(is_settled=True), 0),
        (Choice(origin=ActionOrigin.HUDDLE), 1),
        (Choice(origin=ActionOrigin.VISIT), 0),
    ],
)
def test_a_list_is_narrowed_by_what_was_chosen(
    choice: Choice, count: int, pharmacist: Viewer, action: Action
) -> None:
    with viewing(pharmacist, at=AT):
        assert queries.listed(Tab.MINE, viewer=pharmacist, at=AT, choice=choice).total == count


def test_what_is_called_near_a_practice(facilitator: Viewer, nurse: Viewer) -> None:
    with viewing(facilitator, at=AT):
        names = queries.names_near(None, on=AT.date(), viewer=facilitator)

        assert names.called("Council")[0].label == "Croydon Council"
        assert team_of(nurse) in names.called(team_of(nurse).label)
        for key in (owner_of(nurse).key, team_of(nurse).key):
            found = queries.owner(key, on=AT.date(), viewer=facilitator)
            assert found is not None
            assert found.key == key
        assert queries.owners("nursing", on=AT.date(), viewer=facilitator)
        assert queries.phone_of(team_of(nurse)).startswith("020 7946")
