"""Each role's day is its own: a purpose, honest empty sections, links that lead somewhere."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from oneplace.access.viewer import NOBODY, Viewer
from oneplace.desk import cards, officer_cards, presenters
from oneplace.desk.cards import Row, Section
from oneplace.desk.words import LATER, day_words
from oneplace.people.cards import NewsOfMyPeople
from oneplace.vocabulary.place import Place, load_place, place_path
from oneplace.vocabulary.terms import Role
from tests.factories import bring_in_place, signed_in

WORKERS = [role for role in Role if role is not Role.RESIDENT]


@pytest.mark.parametrize("role", WORKERS)
def test_every_role_says_what_will_come_from_whom_and_how_it_starts(role: Role) -> None:
    words = day_words(role, settings.PLACE)

    assert words.purpose.endswith(".") and words.why_walk_in.endswith((".", "?"))
    assert set(words.sections) == set(Section)
    for nothing in words.sections.values():
        assert nothing.comes.endswith(".")
        assert nothing.sender.startswith("From ")
        assert nothing.start.endswith(".")
        # They have arrived: whoever reads that here would wait for nothing.
        assert not re.search(r"(records|messages) arrive|first feed", nothing.start)
    assert len(words.today) >= 3


def test_no_two_roles_share_a_purpose_or_a_section() -> None:
    said = [
        nothing.comes
        for role in WORKERS
        for nothing in day_words(role, settings.PLACE).sections.values()
    ]
    purposes = [day_words(role, settings.PLACE).purpose for role in Role]

    assert len(set(said)) == len(said)
    assert len(set(purposes)) == len(purposes)


@pytest.mark.parametrize("role", WORKERS)
def test_news_is_promised_to_those_who_get_it_and_to_nobody_else(role: Role) -> None:
    """What reached us of their people is told to whoever may open them; the rest is not promised.

    Whoever has no card in *Since yesterday* reads that it comes with a later version.
    """
    allowed = settings.PLACE.permissions_of(role)
    gets = NewsOfMyPeople.permission in allowed
    others = [
        card for card in cards.on_my_day(Section.SINCE_YESTERDAY) if card.permission in allowed
    ]
    promised = day_words(role, settings.PLACE).sections[Section.SINCE_YESTERDAY]

    told = "comes into hospital, goes home, falls or dies" in promised.start
    assert told == (gets and role is not Role.RECORD_STEWARD)
    assert gets or others or promised.is_later


@pytest.mark.parametrize("role", Role)
def test_every_link_of_a_day_is_one_the_role_may_follow(role: Role) -> None:
    allowed = settings.PLACE.permissions_of(role)
    needs = {
        "desk:partners": "see_partners",
        "desk:services": "see_services",
        "desk:help": "see_help",
        "access:people_at_work": "manage_people_at_work",
        "access:agreements": "keep_agreements",
        "desk:about": "open_my_day",
        "desk:privacy": "open_my_day",
        "desk:rights": "handle_rights",
        "people:who_is_who": "see_who_is_who",
        "feeds:feeds": "see_feeds",
        "people:raise_concern": "raise_concern",
        "desk:board_pack": "see_board",
        "contracts:decisions": "see_decisions",
        "finance:money": "see_money",
    }

    for link in day_words(role, settings.PLACE).today:
        assert reverse(link.route)
        assert needs[link.route] in allowed, link


@pytest.mark.parametrize("name", ["croydon", "northmere"])
@pytest.mark.parametrize("role", Role)
def test_a_day_speaks_in_the_words_of_its_place(role: Role, name: str) -> None:
    place: Place = load_place(place_path(name))
    other = place.model_copy(
        update={
            "words": place.words.model_copy(update={"huddle": "roundtable", "plan": "Care map"})
        }
    )

    words = repr(day_words(role, other))

    assert "huddle " not in words and "My Life plan" not in words


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_every_role_opens_its_own_day(role: Role) -> None:
    bring_in_place()

    answer = signed_in(role).get("/my-day/")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert day_words(role, settings.PLACE).purpose.replace("'", "&#39;") in page
    assert settings.PLACE.notice in page
    assert page.count('<h1 class="page-title">') == 1


# --- rows that rooms bring ------------------------------------------------------------------------
@dataclass(frozen=True)
class FakeCard:
    """A room's card with rows of its own."""

    found: Sequence[Row]
    section: Section = Section.NOW
    permission: str = "open_my_day"

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """The rows given."""
        return self.found


ALLOWED = replace(NOBODY, permissions=frozenset({"open_my_day"}), role=Role.GP)


def _day(rows: Sequence[Row], at: datetime, role: Role = Role.RECORD_STEWARD) -> presenters.MyDay:
    brought = cards.rows_for(ALLOWED, at=at, cards=[FakeCard(rows)])
    return presenters.MyDay(ALLOWED, at, day_words(role, settings.PLACE), brought)


def test_an_empty_day_says_so_with_its_date(at: datetime) -> None:
    assert _day([], at).head_line == "Thursday 12 March · nothing needs you yet"


def test_a_day_nothing_fills_yet_does_not_say_that_nothing_waits(at: datetime) -> None:
    words = day_words(Role.CARE_HOME_MANAGER, settings.PLACE)
    to_come = replace(words.sections[Section.NOW], start=LATER, is_later=True)
    words = replace(words, sections={**words.sections, Section.NOW: to_come})
    brought = cards.rows_for(ALLOWED, at=at, cards=[FakeCard([])])

    day = presenters.MyDay(ALLOWED, at, words, brought)

    assert day.head_line == "Thursday 12 March"
    assert "comes with a later version" in day.sections[0].nothing.start


def test_what_is_due_before_noon_is_counted_in_the_morning(at: datetime) -> None:
    rows = [
        Row("Answer the facilitator", until=at + timedelta(hours=1)),
        Row("Review", until=at + timedelta(hours=5)),
        Row("Read the minutes"),
    ]

    day = _day(rows, at)

    assert day.head_line == "Thursday 12 March · 1 thing needs you before noon"
    assert [row.what for row in day.sections[0].rows] == [
        "Answer the facilitator",
        "Review",
        "Read the minutes",
    ]


def test_in_the_afternoon_the_whole_day_is_counted(at: datetime) -> None:
    later = at + timedelta(hours=5)

    assert _day([Row("One"), Row("Two")], later).head_line.endswith("2 things need you today")


def test_a_card_is_asked_only_for_a_hat_that_has_its_permission(at: datetime) -> None:
    secret = FakeCard([Row("Nobody's business")], permission="see_board")

    assert cards.rows_for(ALLOWED, at=at, cards=[secret])[Section.NOW] == ()


def test_a_card_put_twice_brings_its_rows_once(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "_cards", [])
    card = FakeCard([Row("Once")])

    cards.put_on_my_day(card)
    cards.put_on_my_day(card)

    assert len(cards.rows_for(ALLOWED, at=at)[Section.NOW]) == 1


@pytest.mark.django_db
def test_rows_are_shown_with_why_until_when_and_one_button(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in_place()
    row = Row(
        what="Say yes or no",
        why_you="You are the GP",
        person="Margaret O., 82",
        until=datetime(2026, 3, 11, 9, 0, tzinfo=at.tzinfo),
        button="Answer",
        address="/somewhere/",
    )
    monkeypatch.setattr(cards, "_cards", [FakeCard([row])])

    page: str = signed_in(Role.GP, Client()).get("/my-day/").content.decode()

    for words in ("Margaret O., 82", "You are the GP", "late since", "Answer", "/somewhere/"):
        assert words in page


@pytest.mark.django_db
def test_a_resident_reads_what_is_for_them_before_all_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bring_in_place()
    monkeypatch.setattr(cards, "_cards", [FakeCard([Row("A visit on Friday", address="/x/")])])

    page: str = signed_in(Role.RESIDENT).get("/my-day/").content.decode()

    assert page.index("A visit on Friday") < page.index("whose page you may see")


def test_what_can_only_be_taken_back_is_not_counted_among_what_needs_you() -> None:
    at = settings.PLACE.demo_now
    rows = [Row("Take it back", needs_you=False), Row("Answer this")]

    assert _day(rows, at).head_line.endswith("1 thing needs you today")
    assert _day(rows[:1], at).head_line.endswith("nothing needs you yet")


@dataclass(frozen=True)
class Three:
    """A section of the officers' page in which three things wait, or nothing."""

    key: str = "three"
    title: str = "Agreements to look at"
    permission: str = "review_emergency"
    nothing: str = "Nothing."
    needs_officer: bool = True
    all_at: tuple[str, str] = ("", "")

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """Three agreements."""
        return [Row("One", until=at), Row("Two"), Row("Three")]


@pytest.mark.django_db
def test_an_officers_day_counts_what_waits_on_the_officers_page(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle = replace(Three(), key="idle", title="Leavers", needs_officer=False)
    monkeypatch.setattr(officer_cards, "_sections", [Three(), idle])
    viewer = replace(NOBODY, permissions=frozenset({"review_emergency"}), role=Role.IG_OFFICER)

    rows = officer_cards.ForOfficers().rows(viewer=viewer, at=at)

    assert [(row.what, row.until) for row in rows] == [("Agreements to look at: 3", at)]
    assert rows[0].address.endswith("#three-title")
