"""Reads made together bring what each brings by itself, under the same policies."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, F, QuerySet
from django.test.utils import CaptureQueriesContext

from oneplace.access.models import Account, AuditEntry, Hat
from oneplace.kit.together import Statement, read_together
from oneplace.partners.models import Organisation, Post
from oneplace.vocabulary.terms import Role
from tests.factories import bring_in_place, make_hat

pytestmark = pytest.mark.django_db


def reads() -> list[QuerySet[Any]]:
    """Joins, annotations, a slice, values, JSON, lists, dates, words of the vocabulary."""
    return [
        Hat.objects.select_related("account", "post__organisation").order_by("pk"),
        Account.objects.annotate(hats_worn=Count("hats")).order_by("-hats_worn", "pk")[:2],
        Organisation.objects.none(),
        Post.objects.filter(role=Role.GP).annotate(whose=F("organisation__name")).order_by("pk"),
        AuditEntry.objects.order_by("pk"),
        Organisation.objects.order_by("code").values("code", "name")[:3],
    ]


def as_told(row: Any) -> Any:
    if isinstance(row, dict):
        return row
    told = {name: value for name, value in vars(row).items() if name != "_state"}
    return {**told, "joined": sorted(row._state.fields_cache)}


def test_rows_are_those_of_each_read_by_itself_in_one_statement() -> None:
    bring_in_place()
    make_hat(Role.GP)
    make_hat(Role.PIC)
    alone = [[as_told(row) for row in read] for read in reads()]

    with CaptureQueriesContext(connection) as asked:
        together = [[as_told(row) for row in rows] for rows in read_together(reads())]

    assert len(asked) == 1
    assert together == alone
    assert len(alone[0]) == 2


def test_what_is_joined_is_not_asked_for_again() -> None:
    bring_in_place()
    make_hat(Role.GP)

    (hats,) = read_together([Hat.objects.select_related("account", "post__organisation")])

    with CaptureQueriesContext(connection) as asked:
        assert [hat.post.organisation.name for hat in hats]
    assert len(asked) == 0


def test_a_statement_of_ones_own_has_its_values_by_name() -> None:
    said = Statement(
        "select %(a)s::text as a, %(b)s::int as b, %(a)s::text as c", {"a": "x", "b": 2}
    )

    assert read_together([Organisation.objects.none(), said]) == [
        [],
        [{"a": "x", "b": 2, "c": "x"}],
    ]


def test_nothing_to_ask_asks_nothing() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert read_together([Organisation.objects.none()]) == [[]]
        assert read_together([]) == []
    assert len(asked) == 0
