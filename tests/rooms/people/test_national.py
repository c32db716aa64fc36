"""The national data opt-out: asked as a file, answered as a file, and held for three weeks."""

import stat
import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from oneplace.access import verbs as access_verbs
from oneplace.access.models import (
    AuditEntry,
    NationalAsked,
    NationalCheck,
    NationalClearance,
)
from oneplace.access.national_file import numbers_in, written
from oneplace.access.queries.national import national_standing
from oneplace.access.viewer import Viewer, viewing
from oneplace.cli import access as command
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.refusals import Refused
from oneplace.people import queries, verbs
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind, Purpose
from tests.database import as_role
from tests.rooms.people.saying import (
    AT,
    GP,
    NUMBER,
    OTHER_NUMBER,
    margaret,
    person_of,
    say,
    steward,
)
from tests.rooms.records.arriving import loader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_loader")]
BEYOND = [Purpose.RISK_STRATIFICATION, Purpose.COMMISSIONING, Purpose.EVALUATION]


@pytest.fixture
def two(as_loader: None) -> Iterator[tuple[uuid.UUID, uuid.UUID]]:
    """Margaret and Ada, each with a number of her own."""
    say(margaret())
    say(margaret(GP, "2", given="Ada", born_on=date(1970, 1, 2), nhs_number=OTHER_NUMBER))
    yield person_of(GP, "1").pk, person_of(GP, "2").pk


def ask(at: datetime = AT) -> list[str]:
    return list(verbs.ask_national_opt_out(by=loader(), at=at))


def answer(*numbers: str, at: datetime = AT) -> NationalCheck:
    return access_verbs.answer_national_opt_out(numbers=numbers, by=loader(), at=at)


def used(purpose: Purpose, *persons: uuid.UUID, at: datetime = AT) -> set[uuid.UUID]:
    with viewing(loader(), at=at) as viewer:
        return set(queries.may_use(persons, purpose, viewer=viewer))


def test_who_was_never_asked_about_is_used_for_care_and_nothing_beyond(
    two: tuple[uuid.UUID, uuid.UUID],
) -> None:
    for purpose in BEYOND:
        assert used(purpose, *two) == set()
    assert used(Purpose.DIRECT_CARE, *two) == set(two)
    assert used(Purpose.SAFEGUARDING, *two) == set(two)


def test_only_who_comes_back_is_used_and_no_opt_out_is_written_down(
    two: tuple[uuid.UUID, uuid.UUID],
) -> None:
    margarets, adas = two

    assert ask() == [NUMBER, OTHER_NUMBER]
    check = answer(NUMBER)

    for purpose in BEYOND:
        assert used(purpose, *two) == {margarets}
    assert (check.numbers_asked, check.numbers_back) == (2, 1)
    assert not NationalAsked.objects.exists()
    assert not NationalClearance.objects.filter(person_id=adas).exists()


def test_an_answer_counts_for_three_weeks_from_the_asking_and_not_a_moment_longer(
    two: tuple[uuid.UUID, uuid.UUID],
) -> None:
    ask()
    answer(NUMBER, OTHER_NUMBER, at=AT + timedelta(days=2))

    last = AT + timedelta(days=21)
    assert used(Purpose.EVALUATION, *two, at=last - timedelta(seconds=1)) == set(two)
    assert used(Purpose.EVALUATION, *two, at=last) == set()


def test_a_newer_answer_takes_the_place_of_the_one_before(
    two: tuple[uuid.UUID, uuid.UUID],
) -> None:
    margarets, adas = two
    ask()
    answer(NUMBER, OTHER_NUMBER)

    later = AT + timedelta(days=7)
    ask(at=later)
    assert used(Purpose.EVALUATION, *two, at=later) == {margarets, adas}
    answer(OTHER_NUMBER, at=later)

    assert used(Purpose.EVALUATION, *two, at=later) == {adas}


@pytest.mark.usefixtures("two")
def test_who_is_known_by_two_numbers_is_used_only_if_both_come_back() -> None:
    kept, given_up = person_of(GP, "1"), person_of(GP, "2")
    with viewing(steward(), at=AT):
        verbs.merge(kept=kept, given_up=given_up, why="One", by=steward(), at=AT)
    both = [kept.pk, given_up.pk]

    ask()
    answer(NUMBER)
    with_one = used(Purpose.EVALUATION, *both)
    ask()
    answer(NUMBER, OTHER_NUMBER)

    assert with_one == set()
    assert used(Purpose.EVALUATION, *both) == set(both)


def test_who_has_no_sound_number_cannot_be_asked_about_and_is_counted() -> None:
    say(margaret())
    say(margaret(GP, "2", given="Ada", nhs_number="", is_nhs_number_sound=False))

    assert ask() == [NUMBER]
    assert NationalCheck.objects.get().without_number == 1


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        (["9990000034"], "1 number nobody asked about"),
        ([], "holds no number"),
    ],
)
def test_an_answer_to_something_else_is_refused_and_changes_nothing(
    two: tuple[uuid.UUID, uuid.UUID], numbers: list[str], words: str
) -> None:
    ask()
    answer(NUMBER)
    ask()

    with pytest.raises(Refused, match=words):
        answer(*numbers)

    assert used(Purpose.EVALUATION, *two) == {two[0]}
    assert NationalAsked.objects.count() == 2


def test_no_answer_is_taken_where_nothing_was_asked_or_it_was_answered_already(
    two: tuple[uuid.UUID, uuid.UUID],
) -> None:
    with pytest.raises(Refused, match="Write a file of numbers first"):
        answer(NUMBER)
    ask()
    answer(NUMBER)
    with pytest.raises(Refused, match="Write a file of numbers first"):
        answer(NUMBER)


def test_an_answer_too_old_to_count_is_thrown_away(two: tuple[uuid.UUID, uuid.UUID]) -> None:
    ask()
    answer(NUMBER)

    early = AT + timedelta(days=20)
    assert access_verbs.forget_old_clearances(by=loader(), at=early) == 0
    assert access_verbs.forget_old_clearances(by=loader(), at=AT + timedelta(days=21)) == 1
    assert not NationalClearance.objects.exists()


def test_how_it_stands_is_told_in_days_and_counts(two: tuple[uuid.UUID, uuid.UUID]) -> None:
    ask()
    answer(NUMBER)
    ask(at=AT + timedelta(days=14))

    found = national_standing(viewer=loader(), at=AT + timedelta(days=22))

    assert found is not None
    assert found.holds_until == AT + timedelta(days=21)
    assert (found.holds, found.waiting is not None) == (False, True)
    assert set(found.purposes) == {*BEYOND, Purpose.PUBLIC_REPORTING}


def test_a_stranger_is_told_nothing_of_it(two: tuple[uuid.UUID, uuid.UUID]) -> None:
    ask()
    answer(NUMBER)
    nobody = Viewer(account_id=None, kind=AccountKind.LINK, name="nobody")
    somebody = Viewer(account_id=new_id(), kind=AccountKind.STAFF, name="somebody")

    assert national_standing(viewer=nobody, at=AT) is None
    with as_role(DatabaseRole.WEB), viewing(somebody, at=AT), connection.cursor() as cursor:
        for table in ("access_nationalclearance", "access_nationalasked"):
            cursor.execute(f"select count(*) from {table}")
            assert cursor.fetchone()[0] == 0


@pytest.mark.parametrize(
    "verb",
    [
        "ask_national_opt_out",
        "open_national_check",
        "answer_national_opt_out",
        "forget_old_clearances",
    ],
)
def test_without_its_audit_nothing_is_asked_answered_or_forgotten(
    monkeypatch: pytest.MonkeyPatch, two: tuple[uuid.UUID, uuid.UUID], verb: str
) -> None:
    ask()
    answer(NUMBER)
    if verb == "answer_national_opt_out":
        ask()
    before = (NationalCheck.objects.count(), NationalAsked.objects.count(), _cleared())
    entries = AuditEntry.objects.count()

    def broken(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("oneplace.access.audit.record", broken)
    acts: dict[str, Callable[[], object]] = {
        "ask_national_opt_out": ask,
        "open_national_check": lambda: access_verbs.open_national_check(
            asked=[(two[0], [NUMBER])], without_number=0, by=loader(), at=AT
        ),
        "answer_national_opt_out": lambda: answer(OTHER_NUMBER),
        "forget_old_clearances": lambda: access_verbs.forget_old_clearances(
            by=loader(), at=AT + timedelta(days=30)
        ),
    }
    with pytest.raises(RuntimeError, match="no audit"), transaction.atomic():
        acts[verb]()

    after = (NationalCheck.objects.count(), NationalAsked.objects.count(), _cleared())
    assert (after, AuditEntry.objects.count()) == (before, entries)


def _cleared() -> set[uuid.UUID]:
    return set(NationalClearance.objects.values_list("person_id", flat=True))


def test_the_command_writes_a_file_only_its_writer_may_read_and_takes_the_answer_in(
    two: tuple[uuid.UUID, uuid.UUID], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oneplace.kit.clock.now", lambda: AT)
    question, back = tmp_path / "numbers.dat", tmp_path / "back.dat"

    assert command._write(question) == 2
    back.write_text(question.read_text().replace(f"{OTHER_NUMBER},\n", ""))

    assert stat.S_IMODE(question.stat().st_mode) == 0o600
    assert command._take(back) == (1, 2)
    assert used(Purpose.EVALUATION, *two) == {two[0]}


def test_a_file_that_cannot_be_written_leaves_nothing_asked(
    two: tuple[uuid.UUID, uuid.UUID], tmp_path: Path
) -> None:
    (tmp_path / "numbers.dat").write_text("somebody's")

    with pytest.raises(FileExistsError), transaction.atomic():
        command._write(tmp_path / "numbers.dat")

    assert not NationalCheck.objects.exists()


# --- the file -------------------------------------------------------------------------------------
def test_the_file_has_one_number_on_a_line_as_the_place_says(tmp_path: Path) -> None:
    ends = settings.PLACE.national_opt_out.line_ends_with
    text = written([NUMBER, OTHER_NUMBER], line_ends_with=ends)
    assert text == f"{NUMBER},\n{OTHER_NUMBER},\n"

    file = tmp_path / "back.dat"
    file.write_bytes(text.encode())
    assert numbers_in(file) == {NUMBER, OTHER_NUMBER}


@pytest.mark.parametrize(
    "given",
    [
        f"{NUMBER}\r\n{OTHER_NUMBER}\r\n",
        f"\ufeff{NUMBER},\n\n999 000 0026,",
        f" {NUMBER}\n{OTHER_NUMBER}",
    ],
)
def test_an_answer_is_read_however_its_lines_end(tmp_path: Path, given: str) -> None:
    file = tmp_path / "back.dat"
    file.write_bytes(given.encode())

    assert numbers_in(file) == {NUMBER, OTHER_NUMBER}


def test_a_line_that_is_no_number_is_named_by_its_place_and_never_quoted(tmp_path: Path) -> None:
    file = tmp_path / "back.dat"
    file.write_text(f"{NUMBER},\n9990000019,\n")

    with pytest.raises(Refused) as refused:
        numbers_in(file)

    assert "Line 2 of back.dat is no NHS number" in refused.value.reason
    assert "9990000019" not in refused.value.reason
