"""Entries are checked, corrected, closed and opened by those who may, each with its audit."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from oneplace.access.viewer import Viewer, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.directory import queries, verbs
from oneplace.directory.models import Capacity, Postcode, Service
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.terms import DirectoryCheck, Role
from tests.database import as_role
from tests.factories import AT, LOADER, bring_in_place
from tests.rooms.directory.pages import GARDEN, LUNCH, arrive, delivered, page
from tests.rooms.plans.around_margaret import unconnected
from tests.rooms.plans.test_without_audit import kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(db: None) -> Viewer:
    bring_in_place()
    with as_role(DatabaseRole.LOADER), viewing(LOADER, at=AT):
        arrive(page(GARDEN, LUNCH), at=AT)
    return unconnected(Role.PIC)


def lunch() -> Service:
    return Service.objects.get(name__startswith="Lunch")


KEEP: dict[str, Callable[[Service, Viewer], object]] = {
    "confirm_service": lambda s, by: verbs.confirm_service(service=s, by=by, at=AT),
    "correct_service": lambda s, by: verbs.correct_service(
        service=s, what="Soup", who_for="", how_to_refer="", phone="", email="", by=by, at=AT
    ),
    "close_service": lambda s, by: verbs.close_service(
        service=s, from_on=AT.date(), until_on=None, why="Easter", by=by, at=AT
    ),
    "open_service": lambda s, by: verbs.open_service(service=s, by=by, at=AT),
    "say_capacity": lambda s, by: verbs.say_capacity(
        service=s, capacity=Capacity.FULL, by=by, at=AT
    ),
}


@pytest.mark.parametrize("name", list(KEEP))
def test_without_its_audit_nothing_is_saved(
    name: str, editor: Viewer, broken_audit: Callable[[], None]
) -> None:
    service, before = lunch(), kept("directory")
    broken_audit()

    with viewing(editor, at=AT), pytest.raises(RuntimeError, match="no audit"):
        KEEP[name](service, editor)

    assert kept("directory") == before


@pytest.mark.parametrize("name", list(KEEP))
def test_only_editors_keep_entries(name: str, editor: Viewer) -> None:
    nurse = unconnected(Role.COMMUNITY_NURSE)

    with viewing(nurse, at=AT), pytest.raises(Refused, match="Only the directory's editors"):
        KEEP[name](lunch(), nurse)


def test_a_closed_service_is_not_found_until_it_opens(editor: Viewer) -> None:
    with viewing(editor, at=AT):
        verbs.close_service(
            service=lunch(), from_on=AT.date(), until_on=None, why="Easter", by=editor, at=AT
        )
        closed = queries.search(text="lunch", viewer=editor, at=AT).found
        verbs.open_service(service=lunch(), by=editor, at=AT)
        opened = queries.search(text="lunch", viewer=editor, at=AT).found

    assert "Lunch at St Paul's" not in [each.service.name for each in closed]
    assert opened[0].service.name == "Lunch at St Paul's"


def test_a_closure_has_a_reason_and_an_order(editor: Viewer) -> None:
    with viewing(editor, at=AT):
        for changes, field in (
            ({"why": ""}, "why"),
            ({"until_on": date(2026, 3, 1)}, "until_on"),
        ):
            given = {"from_on": AT.date(), "until_on": None, "why": "Easter", **changes}
            with pytest.raises(Refused) as refused:
                verbs.close_service(service=lunch(), by=editor, at=AT, **given)  # type: ignore[arg-type]
            assert refused.value.field == field


def test_what_was_checked_by_hand_stays_checked_when_the_feed_comes_again(editor: Viewer) -> None:
    with viewing(editor, at=AT):
        verbs.confirm_service(service=lunch(), by=editor, at=AT)
    with as_role(DatabaseRole.LOADER), viewing(LOADER, at=AT):
        arrive(page(GARDEN, {**LUNCH, "description": "Soup and company."}), at=AT)

    service = lunch()
    assert service.what == "Soup and company."
    assert service.checked_on == AT.date()
    assert queries.check_of(service.checked_on, on=AT.date()) is DirectoryCheck.CHECKED


def test_without_its_audit_no_directory_is_taken_in(
    editor: Viewer, broken_audit: Callable[[], None]
) -> None:
    with as_role(DatabaseRole.LOADER), viewing(LOADER, at=AT):
        delivery = delivered(page({**LUNCH, "name": "Supper"}), at=AT)
    before = kept("directory")
    broken_audit()

    with (
        as_role(DatabaseRole.LOADER),
        viewing(LOADER, at=AT),
        pytest.raises(RuntimeError, match="no audit"),
    ):
        verbs.take_directories(delivery_ids=[delivery.pk], by=LOADER, at=AT)

    assert kept("directory") == before


def test_without_its_audit_no_service_of_the_place_is_taken_in(
    editor: Viewer, broken_audit: Callable[[], None]
) -> None:
    before = kept("directory")
    broken_audit()

    with (
        as_role(DatabaseRole.LOADER),
        viewing(LOADER, at=AT),
        pytest.raises(RuntimeError, match="no audit"),
    ):
        verbs.take_place_services(place=settings.PLACE, by=LOADER, at=AT)

    assert kept("directory") == before


@pytest.fixture
def postcodes(tmp_path: Path) -> Path:
    path = tmp_path / "postcodes.csv"
    path.write_text(
        "postcode,area,network,latitude,longitude\n"
        "CR7 8AB,Z1,north,51.40,-0.10\nCR7 8AC,Z1,north,51.42,-0.12\n"
    )
    return path


def test_without_its_audit_no_postcode_is_read(
    editor: Viewer, postcodes: Path, broken_audit: Callable[[], None]
) -> None:
    broken_audit()

    with (
        as_role(DatabaseRole.LOADER),
        viewing(LOADER, at=AT),
        pytest.raises(RuntimeError, match="no audit"),
    ):
        verbs.take_postcodes(path=postcodes, by=LOADER, at=AT)

    assert not Postcode.objects.exists()


def test_a_postcode_nobody_knows_is_found_by_its_district(editor: Viewer, postcodes: Path) -> None:
    with as_role(DatabaseRole.LOADER), viewing(LOADER, at=AT):
        verbs.take_postcodes(path=postcodes, by=LOADER, at=AT)

    exact = queries.place_of("cr78ab", viewer=editor)
    near = queries.place_of("CR7 9ZZ", viewer=editor)
    district = queries.place_of("CR7", viewer=editor)
    assert exact is not None
    assert not exact.is_district
    assert near == district
    assert near is not None
    assert near.latitude == pytest.approx(51.41)
    assert queries.place_of("ZZ1 1ZZ", viewer=editor) is None
    assert queries.place_of("", viewer=editor) is None


@pytest.mark.parametrize(
    ("day", "hour", "is_found"),
    [(10, 12, True), (10, 15, False), (11, 12, False)],
)
def test_open_now_asks_day_and_hour(editor: Viewer, day: int, hour: int, *, is_found: bool) -> None:
    # Tuesday 10 March 2026; winter time, so the hour here is the hour there.
    at = timezone.make_aware(timezone.datetime(2026, 3, day, hour, 30))  # type: ignore[attr-defined]
    wanted = queries.Wanted(is_open_now=True)

    with viewing(editor, at=AT):
        found = queries.search(text="lunch", wanted=wanted, viewer=editor, at=at).found

    assert bool(found) is is_found


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (queries.Wanted(age=40), ["Garden friends"]),
        (queries.Wanted(is_free=True), ["Garden friends"]),
        (queries.Wanted(language="Tamil"), ["Lunch at St Paul's"]),
    ],
)
def test_who_it_is_for_narrows_the_search(
    editor: Viewer, wanted: queries.Wanted, names: list[str]
) -> None:
    with viewing(editor, at=AT):
        answer = queries.search(wanted=wanted, viewer=editor, at=AT)

    found = [each.service.name for each in answer.found if each.service.source_code != "place"]
    assert found == names


def test_what_only_a_professional_asks_for_comes_last_for_whoever_looks_for_themselves(
    editor: Viewer,
) -> None:
    with as_role(DatabaseRole.LOADER):
        Service.objects.filter(pk=lunch().pk).update(is_self_referral=False)
    alone = queries.Wanted(is_for_oneself=True)

    theirs = queries.search(text="lunch garden", wanted=alone, viewer=editor, at=AT)
    ours = queries.search(text="lunch garden", viewer=editor, at=AT)

    assert [one.service.name for one in theirs.found][-1] == lunch().name
    assert theirs.total == ours.total == 2
    assert {one.service.pk: one.score for one in ours.found}[lunch().pk] == pytest.approx(
        {one.service.pk: one.score for one in theirs.found}[lunch().pk] + 0.5
    )
