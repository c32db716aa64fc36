"""Searching among the people one may open: by any trait, by index; of others not a name."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from oneplace.access.models import AuditEntry, AuditPerson
from oneplace.access.viewer import Viewer, permissions_of, viewing
from oneplace.config.database import Role as DatabaseRole
from oneplace.kit.refusals import Refused
from oneplace.partners.models import Organisation
from oneplace.people import cards, queries, verbs
from oneplace.people.asking import asked
from oneplace.people.queries.searching import Answer
from oneplace.people.spelling import letters_of
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind, RelationshipKind, Role
from tests.database import as_role
from tests.factories import bring_in_place
from tests.rooms.people.saying import (
    AT,
    GP,
    HOSPITAL,
    NUMBER,
    OTHER_NUMBER,
    margaret,
    person_of,
    say,
    steward,
)

pytestmark = pytest.mark.django_db


def viewer(role: Role = Role.GP, practice: str = "") -> Viewer:
    """Somebody of a role, at a practice or nowhere in particular."""
    organisation = Organisation.objects.get(code=practice).pk if practice else None
    return Viewer(
        account_id=new_id(),
        kind=AccountKind.STAFF,
        name="Somebody",
        role=role,
        organisation_id=organisation,
        permissions=permissions_of(role),
    )


@pytest.fixture
def okafors(db: None) -> None:
    """Margaret Okafor, called Peggy, and Ada Okafor of another practice."""
    bring_in_place()
    with as_role(DatabaseRole.LOADER):
        say(
            margaret(GP, "1", known_as="Peggy", practice_code="ZZAS06"),
            margaret(HOSPITAL, "H1", given="Magaret"),
        )
        say(
            margaret(
                GP,
                "2",
                given="Ada",
                born_on=date(1970, 1, 2),
                nhs_number=OTHER_NUMBER,
                practice_code="ZZAS07",
                previous_families=("Nwosu",),
                reach=(),
            )
        )


@pytest.mark.usefixtures("okafors")
@pytest.mark.parametrize(
    "typed",
    [
        "Margaret Okafor", "okafor margaret", "Peggy Okafor", "Maggie Okafor", "Margret Okafor",
        "M Okafor", "marg okaf", "999 000 0018", "12/5/43", "CR7 9XX", "020 7946 0018",
        "Okaffor 1943", "okafor cr7",
    ],
)  # fmt: skip
def test_a_person_is_found_by_any_trait(typed: str) -> None:
    with viewing(viewer(practice="ZZAS06"), at=AT) as looking:
        found = queries.search(typed, viewer=looking, at=AT)

    assert found.people[0].name == "Margaret Okafor (Peggy)"


@pytest.mark.usefixtures("okafors")
def test_a_former_name_finds_too_but_after_those_who_bear_it() -> None:
    with viewing(viewer(practice="ZZAS07"), at=AT) as looking:
        found = queries.search("Nwosu", viewer=looking, at=AT)

    assert [each.name for each in found.people] == ["Ada Okafor"]


@pytest.mark.usefixtures("okafors")
def test_whom_nothing_connects_finds_nobody_and_reads_no_key() -> None:
    with viewing(viewer(), at=AT) as looking:
        assert queries.search("Margaret Okafor", viewer=looking, at=AT).people == ()
        assert queries.search(NUMBER, viewer=looking, at=AT).people == ()
        with connection.cursor() as cursor:
            for table in ("people_person", "people_finding", "people_searchkey"):
                cursor.execute(f"select count(*) from {table}")
                assert cursor.fetchone() == (0,)


@pytest.mark.usefixtures("okafors")
def test_the_practice_sees_why_it_may_open_and_so_does_the_steward() -> None:
    with viewing(viewer(practice="ZZAS06"), at=AT) as looking:
        (own,) = queries.search("Okafor", viewer=looking, at=AT).people
    (row,) = cards.found_rows(Answer(asked("Okafor", today=AT.date()), (own,)), at=AT)
    with viewing(steward(), at=AT) as looking:
        all_open = queries.search("Okafor", viewer=looking, at=AT).people

    assert own.name.startswith("Margaret")
    assert own.why == (RelationshipKind.REGISTERED_PRACTICE,)
    assert (own.is_open, own.born_on, own.nhs_number) == (True, date(1943, 5, 12), NUMBER)
    assert row.address.endswith(f"/person/{own.person_id}/")
    assert row.why == "Registered with this practice"
    assert {each.why for each in all_open} == {(RelationshipKind.RECORD_STEWARDSHIP,)}


@pytest.mark.usefixtures("okafors")
def test_a_stranger_without_the_permission_finds_nobody_and_reads_no_key() -> None:
    with viewing(viewer(Role.ANALYST), at=AT) as looking:
        assert queries.search("Okafor", viewer=looking, at=AT).people == ()
        with connection.cursor() as cursor:
            for table in ("people_person", "people_finding", "people_searchkey"):
                cursor.execute(f"select count(*) from {table}")
                assert cursor.fetchone() == (0,)


@pytest.mark.usefixtures("okafors")
def test_whom_a_search_showed_stands_in_the_audit_and_the_words_do_not() -> None:
    with viewing(steward(), at=AT) as looking:
        verbs.find_people(text="Okafor", by=looking, at=AT)

    with as_role(DatabaseRole.LOADER):
        entry = AuditEntry.objects.get(action="find_people")
        shown = set(AuditPerson.objects.filter(entry=entry).values_list("person_id", flat=True))
        assert shown == {person_of(GP, "1").pk, person_of(GP, "2").pk}
    assert "kafor" not in str(entry.detail)
    assert entry.shown == 2


@pytest.mark.usefixtures("okafors")
def test_whoever_searches_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    thresholds = settings.PLACE.thresholds.model_copy(update={"searches_an_hour": 2})
    place = settings.PLACE.model_copy(update={"thresholds": thresholds})
    monkeypatch.setattr(settings, "PLACE", place)
    with viewing(viewer(), at=AT) as looking:
        verbs.find_people(text="Okafor", by=looking, at=AT)
        verbs.find_people(text="Okafor", by=looking, at=AT)
        with pytest.raises(Refused, match="searched 2 times"):
            verbs.find_people(text="Okafor", by=looking, at=AT)


@contextmanager
def _explained() -> Iterator[list[str]]:
    """The plans of all that is asked, with so many rows told that an index is worth its while."""
    plans: list[str] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(("with", "select")) and "people_" in sql:
            with connection.connection.cursor() as cursor:
                cursor.execute(f"explain {sql}", params)
                plans.append("\n".join(line for (line,) in cursor.fetchall()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield plans


@pytest.mark.parametrize(
    "typed", ["Margaret Okafor", "Okafor 12/5/1943", "9990000018", "CR7 9XX", "020 7946 0018"]
)
@pytest.mark.usefixtures("okafors")
def test_no_search_reads_a_whole_table_under_the_web_role(typed: str) -> None:
    with connection.cursor() as cursor:
        # The borough's size, as the planner is told it: here are two people only.
        cursor.execute("set local enable_seqscan = off")
    with viewing(viewer(practice="ZZAS06"), at=AT) as looking, _explained() as plans:
        found = queries.search(typed, viewer=looking, at=AT)

    assert found.people
    assert plans
    for plan in plans:
        scanned = re.findall(r"Seq Scan on (people_\w+|access_\w+)", plan)
        assert scanned == [], plan


@given(st.text(st.characters(max_codepoint=0x17F, exclude_characters="\x00"), max_size=40))
def test_names_are_folded_alike_in_python_and_in_the_database(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select people_letters(%s)", [text])
        (folded,) = cursor.fetchone()

    if re.search(r"[A-Z]", folded):
        assert folded == letters_of(text)
