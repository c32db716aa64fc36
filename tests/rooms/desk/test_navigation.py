"""The bar shows one word for each kind of work; the pages of the open one stand beneath it."""

import pytest
from django.conf import settings

from oneplace.access.viewer import NOBODY, Viewer, permissions_of
from oneplace.config.navigation import ENTRIES, NavigationLink, navigation
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import AccountKind, Role

WIDEST = 9
"""So many words stand in one row of a page 1280 pixels wide, beside each other."""


def _somebody(role: Role, permissions: frozenset[str]) -> Viewer:
    return Viewer(new_id(), AccountKind.STAFF, "Somebody", role=role, permissions=permissions)


def _bar(role: Role, route: str = "desk:my_day") -> dict[str, NavigationLink]:
    viewer = _somebody(role, permissions_of(role))
    return {link.label: link for link in navigation(viewer, route)}


@pytest.mark.parametrize("role", list(Role))
def test_the_bar_of_each_role_fits_one_row(role: Role) -> None:
    bar = _bar(role)

    assert len(bar) <= WIDEST
    assert sum(len(word) for word in bar) <= 95


def test_a_group_of_which_one_page_opens_bears_that_pages_name() -> None:
    bar = _bar(Role.VOLUNTARY_ORGANISATION)

    assert "Who works together" in bar
    assert "Partners" not in bar


def test_the_group_of_the_open_page_is_marked_and_its_page_too() -> None:
    bar = _bar(Role.NETWORK_FACILITATOR, "casefinding:build_list")

    assert bar["Huddles"].is_current
    assert [page.label for page in bar["Huddles"].pages if page.is_current] == ["Lists"]
    assert not bar["My day"].is_current


def test_nobody_is_led_anywhere() -> None:
    assert list(navigation(NOBODY, "")) == []


def test_what_only_a_demo_has_is_not_in_a_real_place(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = frozenset(entry.permission for entry in ENTRIES)
    viewer = _somebody(Role.IG_OFFICER, everything)
    monkeypatch.setattr(settings, "IS_DEMO", False)

    assert "Sent" not in {link.label for link in navigation(viewer, "")}
