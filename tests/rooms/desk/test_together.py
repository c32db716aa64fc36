"""Reads made together bring what each brings by itself, under the same policies."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Count, F, QuerySet
from django.test.utils import CaptureQueriesContext

from oneplace.access.models import Account, AuditEntry, Hat
from oneplace.kit.together import NOTHING, MadeOnce, Statement, read_together
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


def test_a_read_made_once_brings_what_its_query_brings_for_every_key() -> None:
    bring_in_place()
    accounts = [make_hat(Role.GP).account, make_hat(Role.PIC).account]

    def hats(account_id: UUID) -> QuerySet[Hat]:
        return Hat.objects.filter(account_id=account_id).select_related("account", "post")[:2]

    once = MadeOnce(hats)

    for account in accounts:
        (told,) = read_together([once.of(account.pk)])
        assert [as_told(row) for row in told] == [as_told(row) for row in hats(account.pk)]
        assert [row.account_id for row in told] == [account.pk]
    assert read_together([once.of(uuid4()), NOTHING]) == [[], []]


def test_a_read_that_differs_by_more_than_its_key_is_not_made_once() -> None:
    turns = iter(Role)
    wrong = MadeOnce(lambda key: Post.objects.filter(pk=key, role=next(turns)))

    with pytest.raises(RuntimeError, match="asks the same"):
        read_together([wrong.of(uuid4())])


def test_nothing_to_ask_asks_nothing() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert read_together([Organisation.objects.none()]) == [[]]
        assert read_together([]) == []
    assert len(asked) == 0
