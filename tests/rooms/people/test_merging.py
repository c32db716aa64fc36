"""Two people found to be one, and undoing it: everything is as it was before."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneplace.access.models import Relationship
from oneplace.access.verbs import open_relationship
from oneplace.access.viewer import viewing
from oneplace.kit import announcing
from oneplace.kit.refusals import Refused
from oneplace.people import verbs
from oneplace.people.announcements import MergeUndone, PersonsMerged
from oneplace.people.models import (
    Finding,
    Household,
    LinkedBy,
    Merge,
    Person,
    SearchKey,
)
from oneplace.records.models import Subject
from oneplace.vocabulary.ids import id_for, new_id
from oneplace.vocabulary.terms import RelationshipKind
from tests.rooms.people.saying import (
    AT,
    COUNCIL,
    GP,
    HOSPITAL,
    OTHER_NUMBER,
    loader,
    margaret,
    person_of,
    place,
    relink,
    say,
    steward,
    subject_id,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_loader")]


def two_people() -> tuple[Person, Person]:
    """Margaret at her practice, and Peg Okaffor at the council: two people as far as we know."""
    say(margaret(GP, "1", practice_code="ZZAS06"))
    say(
        margaret(
            COUNCIL,
            "C1",
            given="Peg",
            family="Okaffor",
            born_on=date(1944, 1, 5),
            nhs_number="",
            is_nhs_number_sound=False,
            practice_code="ZZAS07",
            reach=(),
        )
    )
    return person_of(GP, "1"), person_of(COUNCIL, "C1")


def state() -> list[object]:
    """All that follows from who is who, and who may open it now."""
    return [
        list(Person.objects.order_by("pk").values()),
        list(Subject.objects.order_by("pk").values()),
        list(Finding.objects.order_by("pk").values()),
        list(Household.objects.order_by("pk").values()),
        sorted(SearchKey.objects.values_list("person_id", "key")),
        sorted(
            Relationship.objects.filter(ends_at__isnull=True).values_list(
                "person_id", "party_id", "kind"
            )
        ),
    ]


def test_a_merge_shows_all_sources_under_the_one_kept_and_moves_no_link() -> None:
    kept, given_up = two_people()
    links = list(kept.links.all()) + list(given_up.links.all())

    with viewing(steward(), at=AT):
        verbs.merge(kept=kept, given_up=given_up, why="She says so", by=steward(), at=AT)

    kept.refresh_from_db()
    given_up.refresh_from_db()
    assert given_up.current == kept
    assert kept.subjects == 2
    assert person_of(COUNCIL, "C1") == kept
    assert links == list(kept.links.all()) + list(given_up.links.all())
    assert not SearchKey.objects.filter(person=given_up).exists()
    assert SearchKey.objects.filter(person=kept, key="n:OKAFFOR").exists()


def test_undoing_a_merge_restores_everything() -> None:
    kept, given_up = two_people()
    before = state()

    with viewing(steward(), at=AT):
        merge = verbs.merge(kept=kept, given_up=given_up, why="She says so", by=steward(), at=AT)
    assert state() != before
    with viewing(steward(), at=AT):
        verbs.undo_merge(merge=merge, why="Her sister", by=steward(), at=AT + timedelta(days=1))

    assert state() == before


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_merges_undone_in_any_order_restore_everything(data: st.DataObject) -> None:
    # Each example starts from the same empty room.
    with transaction.atomic():
        _merge_and_undo(data)
        transaction.set_rollback(True)


def _merge_and_undo(data: st.DataObject) -> None:
    numbers = ("1", "2", "3", "4")
    for number in numbers:
        say(
            margaret(
                COUNCIL,
                number,
                given=("Ada", "Bola", "Chidi", "Desmond")[int(number) - 1],
                family=("Okafor", "Clarke", "Singh", "Brown")[int(number) - 1],
                born_on=date(1930 + int(number) * 7, int(number), int(number) * 5),
                nhs_number="",
                is_nhs_number_sound=False,
                reach=(),
            )
        )
    before, at, made = state(), AT, []
    for _ in range(data.draw(st.integers(1, 3))):
        at += timedelta(hours=1)
        current = list(Person.objects.filter(current=F("id")).order_by("pk"))
        one, other = data.draw(st.permutations(range(len(current))))[:2]
        with viewing(steward(), at=at):
            made.append(
                verbs.merge(
                    kept=current[one], given_up=current[other], why="x", by=steward(), at=at
                )
            )
    assert state() != before

    for number in data.draw(st.permutations(range(len(made)))):
        at += timedelta(hours=1)
        with viewing(steward(), at=at):
            verbs.undo_merge(merge=made[number], why="y", by=steward(), at=at)

    assert state() == before


def test_who_may_open_one_may_open_both_while_they_are_one() -> None:
    kept, given_up = two_people()
    team = new_id()
    with viewing(loader(), at=AT):
        open_relationship(
            person_id=given_up.pk,
            party_id=team,
            kind=RelationshipKind.CASELOAD,
            source="plans",
            by=loader(),
            at=AT,
        )

    with viewing(steward(), at=AT):
        merge = verbs.merge(kept=kept, given_up=given_up, why="x", by=steward(), at=AT)
    held = set(
        Relationship.objects.filter(party_id=team, ends_at__isnull=True).values_list(
            "person_id", flat=True
        )
    )
    later = AT + timedelta(hours=1)
    with viewing(steward(), at=later):
        verbs.undo_merge(merge=merge, why="y", by=steward(), at=later)

    assert held == {kept.pk, given_up.pk}
    assert list(
        Relationship.objects.filter(party_id=team, ends_at__isnull=True).values_list(
            "person_id", flat=True
        )
    ) == [given_up.pk]


def test_a_merge_by_the_steward_outlives_later_linkage_and_an_undone_one_stays_undone() -> None:
    kept, given_up = two_people()
    with viewing(steward(), at=AT):
        merge = verbs.merge(kept=kept, given_up=given_up, why="x", by=steward(), at=AT)
    ids = [subject_id(GP, "1"), subject_id(COUNCIL, "C1")]

    place(ids)
    assert person_of(COUNCIL, "C1") == kept
    with viewing(steward(), at=AT):
        verbs.undo_merge(merge=merge, why="y", by=steward(), at=AT)
    place(ids)

    assert person_of(COUNCIL, "C1") == given_up


def test_two_known_people_whom_new_evidence_makes_one_are_merged_and_keep_their_ids() -> None:
    kept, given_up = two_people()
    heard: list[object] = []
    announcing.wire({PersonsMerged: [heard.append], MergeUndone: [heard.append]})

    say(margaret(COUNCIL, "C1", day=5, practice_code="ZZAS06"))

    merge = Merge.objects.get()
    assert {merge.kept_id, merge.given_up_id} == {kept.pk, given_up.pk}
    assert merge.decided_by == LinkedBy.LIKENESS
    assert [type(each) for each in heard] == [PersonsMerged]


def test_a_number_taken_away_is_a_person_of_its_own_and_linkage_leaves_it_there() -> None:
    say(margaret(GP, "1"), margaret(HOSPITAL, "H1"))
    kept = person_of(GP, "1")
    subject = Subject.objects.get(pk=subject_id(HOSPITAL, "H1"))

    with viewing(steward(), at=AT):
        fresh = verbs.separate(subject=subject, why="Wrong card", by=steward(), at=AT)
    place([subject.pk])

    assert fresh != kept
    assert person_of(HOSPITAL, "H1") == fresh
    assert person_of(GP, "1") == kept


def test_nobody_is_merged_with_themselves_or_without_a_reason() -> None:
    kept, given_up = two_people()

    with viewing(steward(), at=AT):
        with pytest.raises(Refused, match="one person already"):
            verbs.merge(kept=kept, given_up=kept, why="x", by=steward(), at=AT)
        with pytest.raises(Refused, match="Say why"):
            verbs.merge(kept=kept, given_up=given_up, why=" ", by=steward(), at=AT)


def test_linking_everybody_again_changes_nothing() -> None:
    say(margaret(GP, "1"), margaret(HOSPITAL, "H1"))
    say(margaret(GP, "2", given="Ada", born_on=date(1970, 1, 2), nhs_number=OTHER_NUMBER, reach=()))
    before = state()

    placed = relink()

    assert state() == before
    assert (placed.new_persons, placed.moved, placed.merged, placed.undone) == (0, 0, 0, 0)


def test_a_person_made_of_the_same_evidence_has_the_same_identifier() -> None:
    say(margaret(GP, "1"))

    assert person_of(GP, "1").pk == id_for("person", str(subject_id(GP, "1")))
