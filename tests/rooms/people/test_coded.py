"""What practices say in codes about sharing becomes the person's choice, and ends with it."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction

from oneplace.access import verbs as access_verbs
from oneplace.access.models import AuditEntry, AuditPerson, Barrier, Choice, ChoiceKind, HowTold
from oneplace.access.viewer import viewing
from oneplace.borough.lives.concepts import CONCEPT, concept_code
from oneplace.config.database import Role as DatabaseRole
from oneplace.people import jobs, queries, verbs
from oneplace.records.models import Entry
from oneplace.vocabulary.place import ChoiceCode, load_place, place_path
from oneplace.vocabulary.rows import EntrySaid
from oneplace.vocabulary.terms import CodedChoice, EntryKind, EntryStatus, Purpose
from tests.database import as_role
from tests.rooms.people.saying import (
    AT,
    GP,
    OTHER_NUMBER,
    key,
    margaret,
    person_of,
    relink,
    say,
    steward,
    take_in,
)
from tests.rooms.people.test_choices import choose, doctor
from tests.rooms.records.arriving import loader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_loader")]

NO, YES, OUT, IN_AGAIN = "11", "12", "13", "14"
FEED = "gp_history"


@pytest.fixture(autouse=True)
def codes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A place whose practices use four codes."""
    listed = tuple(
        ChoiceCode(code=code, says=says, takes_back=back, feeds=(FEED, "gp_recent"))
        for code, says, back in (
            (NO, CodedChoice.OBJECTION, False),
            (YES, CodedChoice.OBJECTION, True),
            (OUT, CodedChoice.TYPE_1_OPT_OUT, False),
            (IN_AGAIN, CodedChoice.TYPE_1_OPT_OUT, True),
        )
    )
    changed = settings.PLACE.model_copy(update={"choice_codes": listed})
    monkeypatch.setattr(settings, "PLACE", changed)
    yield


def coded(code: str, day: int, *, value: str = "1", said: int = 1, **more: object) -> EntrySaid:
    """A code in the record of a practice, of a day of February."""
    given: dict[str, object] = {
        "source": FEED,
        "kind": EntryKind.OBSERVATION,
        "key": f"{value}|{code}|{day}",
        "subject": key(GP, value),
        "said_at": datetime(2026, 3, said, tzinfo=UTC),
        "place": "row 1",
        "status": EntryStatus.ENDED,
        "starts_at": datetime(2026, 2, day, tzinfo=UTC),
        "title": f"Words of {code}",
        "code": code,
        "code_system": "snomed",
        "organisation": "ZZAS06",
    }
    return EntrySaid(**{**given, **more})  # type: ignore[arg-type]


def say_and_follow(*rows: EntrySaid) -> None:
    """Entries of somebody known arrive, as they do day by day."""
    verbs.keep_in_step(subject_ids=take_in(*rows), by=loader(), at=AT)


def standing(value: str = "1") -> list[Choice]:
    person = person_of(GP, value)
    return list(Choice.objects.filter(person_id=person.pk, ended_at=None).order_by("kind"))


def kinds(value: str = "1") -> list[ChoiceKind]:
    return [choice.kind for choice in standing(value)]


def barred(person: uuid.UUID) -> bool:
    return Barrier.objects.filter(person_id=person).exclude(ends_at__lte=AT).exists()


def test_an_objection_coded_by_the_practice_is_the_persons_choice_once_the_feed_lands() -> None:
    say(margaret(), coded(NO, 3))

    (choice,) = standing()
    assert (choice.kind, choice.how) == (ChoiceKind.OBJECTION, HowTold.BROUGHT_IN)
    assert (choice.source, choice.said_on) == (FEED, date(2026, 2, 3))
    assert choice.entry_id == Entry.objects.get(code=NO).pk
    assert choice.words == "Words of 11"
    assert (choice.recorded_by_name, choice.recorded_for) == (
        "GP coded history",
        next(each.name for each in settings.PLACE.practices if each.code == "ZZAS06"),
    )
    assert barred(person_of(GP, "1").pk)


def test_an_opt_out_takes_somebody_out_of_what_is_not_care_and_of_nothing_else() -> None:
    say(margaret())
    person = person_of(GP, "1").pk

    say_and_follow(coded(OUT, 3))

    for purpose, is_used in (
        (Purpose.RISK_STRATIFICATION, False),
        (Purpose.COMMISSIONING, False),
        (Purpose.DIRECT_CARE, True),
        (Purpose.SAFEGUARDING, True),
    ):
        free = queries.may_use([person], purpose, viewer=loader())
        assert (person in free) == is_used, purpose
    assert not barred(person)


@pytest.mark.parametrize(("closes", "opens"), [(NO, YES), (OUT, IN_AGAIN)])
def test_a_later_code_takes_it_back_and_its_day_and_words_stay_readable(
    closes: str, opens: str
) -> None:
    say(margaret(), coded(closes, 3))
    (before,) = standing()

    say_and_follow(coded(opens, 9))

    assert standing() == []
    after = Choice.objects.get(pk=before.pk)
    assert (after.ended_at, after.ended_source) == (AT, FEED)
    assert after.ended_why == f"Words of {opens}, 9 February 2026"
    assert not barred(person_of(GP, "1").pk)


def test_it_does_not_matter_in_which_order_the_codes_arrive() -> None:
    say(margaret())

    say_and_follow(coded(YES, 9))
    say_and_follow(coded(NO, 3))
    assert standing() == []

    say_and_follow(coded(NO, 12))
    assert kinds() == [ChoiceKind.OBJECTION]
    assert standing()[0].said_on == date(2026, 2, 12)


def test_of_two_codes_of_one_day_the_one_that_closes_stands() -> None:
    say(margaret(), coded(NO, 3), coded(YES, 3))

    assert kinds() == [ChoiceKind.OBJECTION]


def test_what_is_said_again_is_written_once_and_leaves_no_more_entries_in_the_audit() -> None:
    say(margaret(), coded(NO, 3))
    entries = AuditEntry.objects.filter(action="keep_coded_choices").count()

    say_and_follow(coded(NO, 3, said=5), coded(NO, 7))
    verbs.read_codes(by=loader(), at=AT)

    assert len(standing()) == Choice.objects.count() == 1
    assert AuditEntry.objects.filter(action="keep_coded_choices").count() == entries == 1


def test_the_audit_names_everybody_whose_choice_a_code_changed() -> None:
    say(margaret(), margaret(GP, "2", given="Ada", nhs_number=OTHER_NUMBER), coded(NO, 3))
    say_and_follow(coded(YES, 9), coded(OUT, 9, value="2"))

    persons = {
        each.person_id
        for each in AuditPerson.objects.filter(
            entry_id=AuditEntry.objects.filter(action="keep_coded_choices").latest("id").pk
        )
    }
    assert persons == {person_of(GP, "1").pk, person_of(GP, "2").pk}


def test_a_code_of_a_feed_the_place_does_not_believe_changes_nothing() -> None:
    say(margaret(), coded(NO, 3, source="charity_cases"), coded("99", 3))
    say_and_follow(coded(NO, 4, code_system="http://read.info/readv2"))

    assert standing() == []


def test_a_code_said_to_be_a_mistake_ends_what_it_began() -> None:
    say(margaret(), coded(NO, 3))

    say_and_follow(coded(NO, 3, said=5, status=EntryStatus.IN_ERROR))

    assert standing() == []
    assert Choice.objects.get().ended_why == "It is no longer in what they send"


def test_what_somebody_took_back_on_a_page_stays_so_until_it_is_coded_again() -> None:
    say(margaret(practice_code="ZZAS06"), coded(NO, 3))
    (choice,) = standing()
    with viewing(doctor(), at=AT):
        access_verbs.end_choice(choice=choice, why="She said so", by=doctor(), at=AT)

    verbs.read_codes(by=loader(), at=AT)
    assert standing() == []

    later = AT + timedelta(days=5)
    say_and_follow(coded(NO, 3, key="again", starts_at=later, said=20))
    assert kinds() == [ChoiceKind.OBJECTION]


def test_a_choice_recorded_by_hand_stands_alone_and_no_code_ends_it() -> None:
    say(margaret(practice_code="ZZAS06"))
    choose(person_of(GP, "1").pk, ChoiceKind.OBJECTION, doctor())

    say_and_follow(coded(NO, 3))
    say_and_follow(coded(YES, 9))

    assert [(choice.kind, choice.source) for choice in standing()] == [(ChoiceKind.OBJECTION, "")]


def test_what_was_erased_takes_nothing_back() -> None:
    say(margaret(), coded(NO, 3))
    Entry.objects.update(erased_at=AT, code="", title="")

    verbs.read_codes(by=loader(), at=AT)

    assert kinds() == [ChoiceKind.OBJECTION]


def test_it_goes_with_the_number_when_two_people_are_put_together_and_apart_again() -> None:
    say(
        margaret(),
        margaret(GP, "2", given="Ada", born_on=date(1970, 1, 2), nhs_number=OTHER_NUMBER),
        coded(NO, 3, value="2"),
    )
    kept, given_up = person_of(GP, "1"), person_of(GP, "2")
    assert (barred(kept.pk), barred(given_up.pk)) == (False, True)

    with viewing(steward(), at=AT):
        merge = verbs.merge(kept=kept, given_up=given_up, why="One", by=steward(), at=AT)
    jobs.read_codes([str(kept.pk)])
    assert (barred(kept.pk), barred(given_up.pk)) == (True, True)
    assert Choice.objects.filter(ended_at=None).count() == 1

    with viewing(steward(), at=AT):
        verbs.undo_merge(merge=merge, why="Two", by=steward(), at=AT)
    jobs.read_codes([str(kept.pk), str(given_up.pk)])
    assert (barred(kept.pk), barred(given_up.pk)) == (False, True)


def test_a_page_that_moves_numbers_asks_the_loader_to_read_the_codes() -> None:
    say(margaret(), margaret(GP, "2", given="Ada", nhs_number=OTHER_NUMBER))
    kept, given_up = person_of(GP, "1"), person_of(GP, "2")

    with as_role(DatabaseRole.WEB), viewing(steward(), at=AT):
        verbs.merge(kept=kept, given_up=given_up, why="One", by=steward(), at=AT)

    with connection.cursor() as cursor:
        cursor.execute(
            "select args from procrastinate_jobs where task_name = %s",
            ["oneplace.people.jobs.read_codes"],
        )
        assert cursor.fetchall() == [(f'{{"person_ids": ["{kept.pk}"]}}',)]


def test_linking_everybody_anew_reads_everybodys_codes() -> None:
    take_in(margaret(), coded(OUT, 3))

    relink()

    assert kinds() == [ChoiceKind.TYPE_1_OPT_OUT]


@pytest.mark.parametrize("verb", ["read_codes", "keep_coded_choices"])
def test_without_its_audit_no_code_becomes_a_choice(
    monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    say(margaret())
    take_in(coded(NO, 3))

    def broken(**given: object) -> None:
        if given["action"] == verb:
            raise RuntimeError("no audit")

    monkeypatch.setattr("oneplace.access.audit.record", broken)
    with pytest.raises(RuntimeError, match="no audit"), transaction.atomic():
        verbs.read_codes(by=loader(), at=AT)

    assert not Choice.objects.exists()
    assert not Barrier.objects.exists()


@pytest.mark.parametrize("name", ["croydon", "northmere"])
def test_an_invented_place_lists_the_codes_its_invented_practices_use(name: str) -> None:
    place = load_place(place_path(name))

    assert {(code.code, code.says) for code in place.choice_codes} == {
        (concept_code(CONCEPT["objects_to_sharing"]), CodedChoice.OBJECTION),
        (concept_code(CONCEPT["research_opt_out"]), CodedChoice.TYPE_1_OPT_OUT),
    }
