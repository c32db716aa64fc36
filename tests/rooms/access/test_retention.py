"""Records kept long enough: the schedule, what falls due, holds and reviews."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from oneplace.access import retention, verbs
from oneplace.access.models import RetentionDue, RetentionHold, RetentionReview
from oneplace.access.models.retention import HoldKind
from oneplace.access.queries import retention as retention_queries
from oneplace.access.verbs import KeptLong
from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.refusals import Refused
from oneplace.people import queries as people
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.rooms.access.conftest import SYSTEM, Borough

OLD = date(1941, 5, 12)


@pytest.mark.parametrize(
    ("kind", "born", "died", "last", "rule", "due"),
    [
        ("acute_trust", OLD, None, date(2016, 3, 1), "adult", date(2024, 3, 1)),
        ("council", OLD, None, date(2016, 2, 29), "adult_social_care", date(2024, 2, 29)),
        ("acute_trust", OLD, None, date(2016, 2, 29), "adult", date(2024, 2, 29)),
        # A child's record to the 25th birthday; the 26th where they were 17.
        ("acute_trust", date(2000, 6, 1), None, date(2010, 1, 1), "child", date(2025, 6, 1)),
        ("acute_trust", date(2000, 6, 1), None, date(2018, 1, 1), "child", date(2026, 6, 1)),
        # Mental health: 20 years, or 10 after death, whichever comes first.
        ("mental_health_trust", OLD, None, date(2005, 1, 1), "mental_health", date(2025, 1, 1)),
        ("mental_health_trust", OLD, date(2010, 5, 5), date(2010, 1, 1), "mental_health",
         date(2020, 5, 5)),
        ("gp_collaborative", OLD, date(2014, 1, 2), date(2014, 1, 1), "gp_deceased",
         date(2024, 1, 2)),
    ],
)  # fmt: skip
def test_a_record_falls_due_as_the_schedule_says(  # noqa: PLR0917 - one row of the schedule
    kind: str, born: date, died: date | None, last: date, rule: str, due: date
) -> None:
    found = retention.due(kind=kind, born_on=born, died_on=died, last_on=last)

    assert found is not None
    assert (found.rule.key, found.on) == (rule, due)


def test_the_record_of_somebody_alive_at_a_practice_never_falls_due() -> None:
    assert (
        retention.due(kind="gp_practice", born_on=OLD, died_on=None, last_on=date(1990, 1, 1))
        is None
    )


def _officer(borough: Borough, of: str | None = None, name: str = "Olive Officer") -> Viewer:
    with as_role(DatabaseRole.LOADER):
        return borough.viewer(
            borough.person(Role.IG_OFFICER, name, organisation=of or borough.partner)
        )


def _kept(officer: Viewer, *, kind: str = "acute_trust") -> KeptLong:
    assert officer.organisation_id is not None
    return KeptLong(new_id(), officer.organisation_id, kind, OLD, None, date(2015, 1, 1))


def _due(officer: Viewer, borough: Borough) -> RetentionDue:
    with as_role(DatabaseRole.LOADER):
        verbs.note_due(kept=[_kept(officer)], by=SYSTEM, at=borough.at)
        found = RetentionDue.objects.order_by("-id").first()
    assert found is not None
    return found


@pytest.mark.django_db
def test_what_is_due_is_noted_once_and_again_when_the_day_it_is_kept_until_has_passed(
    borough: Borough,
) -> None:
    officer = _officer(borough)
    kept = _kept(officer)
    with as_role(DatabaseRole.LOADER):
        verbs.note_due(kept=[kept], by=SYSTEM, at=borough.at)
        verbs.note_due(kept=[kept], by=SYSTEM, at=borough.at)
    with viewing(officer, at=borough.at):
        (due,) = retention_queries.due_records(viewer=officer)
        verbs.review_retention(
            due=due,
            decision="keep",
            keep_until=date(2026, 6, 1),
            why="A study asks for it",
            by=officer,
            at=borough.at,
        )
        during = retention_queries.due_records(viewer=officer)
    with as_role(DatabaseRole.LOADER):
        verbs.note_due(kept=[kept], by=SYSTEM, at=borough.at)
        soon = RetentionDue.objects.filter(reviewed_at=None).count()
        verbs.note_due(kept=[kept], by=SYSTEM, at=borough.at + timedelta(days=100))
        later = RetentionDue.objects.filter(reviewed_at=None).count()

    assert (during, soon, later) == ([], 0, 1)


@pytest.mark.django_db
def test_a_held_record_is_not_to_be_destroyed(borough: Borough) -> None:
    officer = _officer(borough)
    due = _due(officer, borough)

    with viewing(officer, at=borough.at):
        hold = verbs.place_hold(
            due=due, kind=HoldKind.INQUIRY, why="An inquest", by=officer, at=borough.at
        )
        with pytest.raises(Refused, match="hold stands"):
            verbs.review_retention(
                due=due, decision="destroy", why="Old", by=officer, at=borough.at
            )
        verbs.lift_hold(hold=hold, why="It is over", by=officer, at=borough.at)
        made = verbs.review_retention(
            due=due, decision="destroy", why="Past its time", by=officer, at=borough.at
        )

    assert made.decision == "destroy"


@pytest.mark.django_db
def test_a_stranger_is_told_of_no_record_kept_long(borough: Borough) -> None:
    officer = _officer(borough)
    due = _due(officer, borough)
    with viewing(officer, at=borough.at):
        hold = verbs.place_hold(
            due=due, kind=HoldKind.INQUIRY, why="An inquest", by=officer, at=borough.at
        )
    other = _officer(borough, borough.other_practice, "Olga Other")
    with as_role(DatabaseRole.LOADER):
        stranger = borough.viewer(borough.person(Role.GP))

    for somebody in (other, stranger):
        with viewing(somebody, at=borough.at):
            assert retention_queries.due_records(viewer=somebody) == []
            assert retention_queries.due_record(due.pk, viewer=somebody) is None
            assert retention_queries.standing_holds(viewer=somebody) == []
            assert retention_queries.hold(hold.pk, viewer=somebody) is None
            assert retention_queries.retention_reviews(viewer=somebody) == []
            assert RetentionDue.objects.count() == 0
            assert list(people.kept_long(before=date(2026, 1, 1), viewer=somebody)) == []
    with as_role(DatabaseRole.LOADER):
        assert list(people.kept_long(before=date(1900, 1, 1), viewer=SYSTEM)) == []


Act = Callable[[RetentionDue, RetentionHold, Viewer, Borough], object]
ACTS: dict[str, Act] = {
    "note_due": lambda d, h, o, b: verbs.note_due(kept=[_kept(o)], by=SYSTEM, at=b.at),
    "review_retention": lambda d, h, o, b: verbs.review_retention(
        due=d, decision="keep", keep_until=date(2030, 1, 1), why="Study", by=o, at=b.at
    ),
    "place_hold": lambda d, h, o, b: verbs.place_hold(
        due=d, kind=HoldKind.LITIGATION, why="A claim", by=o, at=b.at
    ),
    "lift_hold": lambda d, h, o, b: verbs.lift_hold(hold=h, why="Over", by=o, at=b.at),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ACTS)
def test_without_its_audit_nothing_is_decided(
    name: str, borough: Borough, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = _officer(borough)
    due = _due(officer, borough)
    with viewing(officer, at=borough.at):
        hold = verbs.place_hold(
            due=due, kind=HoldKind.INQUIRY, why="An inquest", by=officer, at=borough.at
        )

    def kept() -> list[object]:
        with as_role(DatabaseRole.LOADER):
            models = (RetentionDue, RetentionHold, RetentionReview)
            return [list(model._default_manager.order_by("pk").values_list()) for model in models]

    before = kept()

    def refuse(**_: object) -> None:
        raise RuntimeError("the audit cannot be written")

    monkeypatch.setattr("oneplace.access.audit.record", refuse)
    role = DatabaseRole.LOADER if name == "note_due" else DatabaseRole.WEB
    with as_role(role), viewing(officer, at=borough.at), pytest.raises(RuntimeError, match="audit"):
        ACTS[name](due, hold, officer, borough)

    assert kept() == before
