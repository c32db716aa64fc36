"""A place reads its own words on every page: another's word for its meeting stands nowhere."""

import html.parser
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from django.conf import settings
from django.template import engines
from django.test import Client
from django.urls import reverse

from oneplace.access.guard import HAT_IN_SESSION, PROVEN_BY_PROVIDER
from oneplace.access.models import Account
from oneplace.access.viewer import Viewer, viewing
from oneplace.homefirst import desks
from oneplace.huddles import calendar_feed, queries
from oneplace.huddles.models import Meeting
from oneplace.vocabulary import terms
from oneplace.vocabulary.place import Place, load_place, place_path
from oneplace.vocabulary.terms import Role, Term
from tests.factories import AT, bring_in_place, signed_in
from tests.house.role_matrix.pages import RECORD_PAGES, standing_at
from tests.house.test_routes import Row, _declared, _url_map
from tests.rooms.homefirst.around_a_desk import accepted, make_world
from tests.rooms.huddles.around_the_table import (
    EIGHT,
    Team,
    a_meeting,
    a_series,
    a_team,
    begun,
)
from tests.rooms.people.conftest import read_from_memory  # noqa: F401 - a fixture

OTHER: Final = "northmere"
OF_ANOTHER_PLACE: Final = re.compile(
    r"\b(?:huddles?|personal independence|my life plans?)\b|\bLIFE\b|\bPICs?\b|[{}]",
    re.IGNORECASE,
)
"""What the first place calls things; a brace is a word nobody filled in. Upper and lower case."""
SMALL_LIFE: Final = re.compile(r"\blife\b|\bLife\b|\bpics?\b")
"""What is only a word of the language."""
READ_TOO: Final = ("alt", "aria-label", "placeholder", "title", "data-label", "label")
NOT_READ: Final = ("script", "style", "template")


class _Seen(html.parser.HTMLParser):
    """What somebody reads or hears of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._closed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in NOT_READ:
            self._closed.append(tag)
        given = dict(attrs)
        self.texts += [words for name in READ_TOO if (words := given.get(name))]
        if tag == "input" and given.get("type") in ("submit", "button"):
            self.texts.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._closed and self._closed[-1] == tag:
            self._closed.pop()

    def handle_data(self, data: str) -> None:
        if not self._closed:
            self.texts.append(data)


def read_of(answer: Any) -> list[str]:
    """The texts of a page in which a word of the first place stands; none is as it should be."""
    if "text/html" not in answer.headers.get("Content-Type", ""):
        return []
    seen = _Seen()
    seen.feed(answer.content.decode())
    texts = (" ".join(text.split()) for text in seen.texts)
    return [text for text in texts if foreign(text)]


def foreign(text: str) -> bool:
    """Whether a word of the first place stands in a text."""
    return any(not SMALL_LIFE.fullmatch(found[0]) for found in OF_ANOTHER_PLACE.finditer(text))


def _serve(place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    # Whoever asks for the engine first makes it, with the place that is served then.
    engine: Any = engines["jinja2"]
    known = engine.env.globals
    monkeypatch.setitem(known, "place", place)
    monkeypatch.setattr(settings, "PLACE", place)
    return place


@pytest.fixture(autouse=True)
def _desks_of_the_place_served() -> Iterator[None]:
    """A process serves one place and keeps its desks in mind; these tests serve another."""
    desks.desks.cache_clear()
    yield
    desks.desks.cache_clear()


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> Place:
    """The second place, served."""
    return _serve(load_place(place_path(OTHER)), monkeypatch)


@pytest.fixture
def renamed(monkeypatch: pytest.MonkeyPatch) -> Place:
    """The first place under the second one's words: whatever the other tests make fits it."""
    path = settings.PLACE.read_from
    assert path is not None
    theirs = load_place(place_path(OTHER))
    swaps = {
        **{words: getattr(theirs.words, key) for key, words in settings.PLACE.words},
        "Personal independence": "Community connecting",
        "PIC": "connector",
    }
    given = tomllib.loads(path.read_text("utf-8"))
    given["words"] = theirs.words.model_dump()
    given["words"]["alliance"] = settings.PLACE.words.alliance
    return _serve(Place.model_validate(_reworded(given, swaps)), monkeypatch)


def _reworded(given: Any, swaps: dict[str, str]) -> Any:
    """A place file whose sentences say other words; keys and codes stay."""
    match given:
        case dict():
            return {key: _reworded(value, swaps) for key, value in given.items()}
        case list():
            return [_reworded(value, swaps) for value in given]
        case str():
            for said, here in swaps.items():
                # A code is one word in small letters; whatever else is read.
                if " " in given or not given.islower():
                    for words in dict.fromkeys((said, said[:1].upper() + said[1:])):
                        given = re.sub(rf"(?<![{{\w]){words}(?![\w}}-])", here, given)
            return given.replace("LIFE-", "BACK-").replace("PIC-", "CONNECT-")
        case _:
            return given


def client_of(viewer: Viewer) -> Client:
    """A browser in which somebody has signed in."""
    assert viewer.account_id is not None
    client = Client()
    client.force_login(Account.objects.get(pk=viewer.account_id))
    session = client.session
    session[HAT_IN_SESSION] = str(viewer.hat_id)
    session[PROVEN_BY_PROVIDER] = True
    session.save()
    return client


def _pages() -> Iterator[tuple[Row, Role | None]]:
    """Every page with an address of its own, asked by one who may open it, each role in turn."""
    known, asked = _url_map(), Counter[Role]()
    for row in _declared():
        if row.method != "GET" or row.url is None or row.route not in known:
            continue
        may = [role for role in Role if row.allows(role)]
        role = min(may, key=lambda role: asked[role]) if may else None
        if role is not None:
            asked[role] += 1
        yield row, role


@pytest.mark.django_db
def test_no_page_of_the_second_place_says_a_word_of_the_first(other: Place) -> None:
    bring_in_place()
    clients = {role: signed_in(role) for role in Role}
    wrong, read = [], 0
    with standing_at(AT):
        for row, role in _pages():
            assert row.url is not None
            client = clients[role] if role else Client()
            client.raise_request_exception = False
            answer = client.get(row.url)
            if "text/html" in answer.headers.get("Content-Type", ""):
                read += 1
                wrong += [f"{row.route}: {text}" for text in read_of(answer)]

    assert wrong == []
    assert read > 100


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_no_day_of_the_second_place_says_a_word_of_the_first(other: Place, role: Role) -> None:
    bring_in_place()

    with standing_at(AT):
        answer = signed_in(role).get("/my-day/")

    assert answer.status_code == 200
    assert read_of(answer) == []


@pytest.fixture
def team(other: Place, db: None) -> Team:
    """The people around a table of the second place."""
    bring_in_place()
    return a_team()


@pytest.fixture
def meeting(team: Team) -> Meeting:
    """Their round table of 12 March."""
    return a_meeting(team, a_series(team))


def _before(team: Team, meeting: Meeting) -> Iterator[tuple[Viewer, str]]:
    """Who asks for which page before they begin."""
    facilitator, on = team.facilitator, [meeting.pk]
    for route in ("huddles", "caseload", "roll_out", "calendar", "huddle_manual"):
        yield facilitator, reverse(f"huddles:{route}")
    for route in ("meeting", "prepare", "move_meeting", "cancel_meeting", "bring_to_huddle"):
        yield facilitator, reverse(f"huddles:{route}", args=on)
    for route in ("series", "change_series", "end_series", "add_member"):
        yield facilitator, reverse(f"huddles:{route}", args=[meeting.series_id])
    without = queries.practices_without_series(viewer=facilitator)
    yield facilitator, reverse("huddles:open_series", args=[without[0].pk])
    yield facilitator, reverse("huddles:engagement", args=[team.practice.pk])
    yield facilitator, reverse("desk:my_day")
    for page in ("desk:person", "casefinding:raise_worry", "actions:ask_for"):
        yield team.gp, reverse(page, args=[team.people[0].pk])


def test_no_page_of_its_meeting_says_what_another_place_calls_it(
    team: Team, meeting: Meeting
) -> None:
    wrong = []
    with viewing(team.facilitator, at=EIGHT):
        before = list(_before(team, meeting))
    with standing_at(EIGHT - timedelta(hours=30)):
        for viewer, address in before:
            answer = client_of(viewer).get(address, follow=True)
            assert answer.status_code == 200, address
            wrong += [f"{address}: {text}" for text in read_of(answer)]
    items = begun(team, meeting)
    with standing_at(EIGHT + timedelta(minutes=5)):
        browser = client_of(team.facilitator)
        for route, key in (
            *(("room", meeting.pk), ("running_order", meeting.pk), ("meeting", meeting.pk)),
            *(("read_back", meeting.pk), ("case", items[0].case_id), ("series", meeting.series_id)),
            *(("conclude_item", items[0].pk), ("end_case", items[0].case_id)),
        ):
            answer = browser.get(reverse(f"huddles:{route}", args=[key]), follow=True)
            assert answer.status_code == 200, route
            wrong += [f"{route}: {text}" for text in read_of(answer)]
        ended = browser.post(reverse("huddles:end_meeting", args=[meeting.pk]), follow=True)
        wrong += [f"ended: {text}" for text in read_of(ended)]

    assert wrong == []


def test_its_calendar_and_refusals_say_its_own_word(team: Team, meeting: Meeting) -> None:
    calendar = calendar_feed.calendar_of([meeting], address="https://example.org")
    browser = client_of(team.facilitator)

    with standing_at(EIGHT - timedelta(days=2)):
        early = browser.post(reverse("huddles:start_meeting", args=[meeting.pk]), follow=True)
        ended = browser.post(reverse("huddles:end_meeting", args=[meeting.pk]), follow=True)

    assert "SUMMARY:Round table\\, " in calendar and "Huddle" not in calendar
    assert "X-WR-CALNAME:Round tables" in calendar
    assert "\r\nSEQUENCE:" in calendar
    assert read_of(early) == [] and read_of(ended) == []
    assert "round table" in ended.content.decode()


@pytest.mark.django_db
def test_no_page_of_the_way_home_says_what_another_place_calls_its_service(renamed: Place) -> None:
    world = make_world()
    case = accepted(world)
    nurse, coordinator = client_of(world.nurse), client_of(world.coordinator)
    wrong = []
    with standing_at(AT):
        for client, route, args in (
            (nurse, "homefirst:journey", [world.margaret.pk]),
            (nurse, "homefirst:ask_life", [world.margaret.pk]),
            (nurse, "homefirst:discharges", []),
            (coordinator, "homefirst:desk", []),
            (coordinator, "homefirst:case", [case.pk]),
            (coordinator, "homefirst:handover", []),
            (coordinator, "homefirst:wallboard", []),
            *((client_of(world.gp), route, [world.margaret.pk]) for route in RECORD_PAGES[:-1]),
        ):
            answer = client.get(reverse(route, args=args), follow=True)
            assert answer.status_code == 200, route
            wrong += [f"{route}: {text}" for text in read_of(answer)]

    assert wrong == []


def _terms() -> Iterator[Term]:
    for each in vars(terms).values():
        if isinstance(each, type) and issubclass(each, Term):
            yield from each


def test_a_label_in_a_places_own_words_is_the_products_in_the_products_words() -> None:
    place = settings.PLACE

    said = [term for term in _terms() if term.label_here]

    assert said
    assert [term for term in said if place.label_of(term) != term.label] == []
    assert "{" not in "".join(term.label for term in _terms())


def test_no_label_shown_in_the_second_place_is_a_word_of_the_first(other: Place) -> None:
    made_for_tests_of_method = (terms.Scenario,)

    wrong = [
        f"{type(term).__name__}: {other.label_of(term)}"
        for term in _terms()
        if not isinstance(term, made_for_tests_of_method) and foreign(other.label_of(term))
    ]

    assert wrong == []
