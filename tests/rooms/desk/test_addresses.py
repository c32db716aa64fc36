"""Addresses made once are those Django makes each time."""

import uuid

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from oneplace.kit.addresses import address_of


@pytest.mark.parametrize(
    ("route", "parts"),
    [
        ("desk:my_day", ()),
        ("desk:person", (uuid.uuid4(),)),
        ("desk:entry", (uuid.uuid4(), uuid.uuid4())),
        ("desk:person", (str(uuid.uuid4()),)),
    ],
)
def test_an_address_is_that_of_django(route: str, parts: tuple[object, ...]) -> None:
    for _ in range(2):
        assert address_of(route, *parts) == reverse(route, args=parts or None)


def test_an_address_follows_where_the_house_is_served() -> None:
    one = uuid.uuid4()
    assert address_of("desk:person", one).startswith("/person/")

    set_script_prefix("/house/")
    try:
        assert address_of("desk:person", one) == f"/house/person/{one}/"
    finally:
        set_script_prefix("/")


def test_a_page_that_is_not_there_has_no_address() -> None:
    for parts in ((), (uuid.uuid4(),)):
        with pytest.raises(NoReverseMatch):
            address_of("desk:no_such_page", *parts)
