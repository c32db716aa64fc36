"""What the frame of every page says of the service it belongs to."""

import pytest
from django.template import engines
from django.test import Client

pytestmark = pytest.mark.django_db


class Real:
    """The place of this test as if its people were real: everything of it but the notice."""

    notice = ""

    def __init__(self, place: object) -> None:
        self._place = place

    def __getattr__(self, name: str) -> object:
        return getattr(self._place, name)


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch, client: Client):  # type: ignore[no-untyped-def]
    """The sign-in page's words for a place of real people, live or not."""
    known = engines["jinja2"].env.globals

    def read(*, is_live: bool) -> str:
        monkeypatch.setitem(known, "place", Real(known["place"]))
        monkeypatch.setitem(known, "is_live", is_live)
        return client.get("/sign-in/", follow=True).content.decode()

    return read


def test_a_service_that_is_not_live_says_so_on_its_pages(words) -> None:  # type: ignore[no-untyped-def]
    assert "Not live: no real people yet." in words(is_live=False)


def test_a_live_service_says_nothing_of_it(words) -> None:  # type: ignore[no-untyped-def]
    answer = words(is_live=True)

    assert "</html>" in answer
    assert "Not live" not in answer
