"""The desk's pages: who works together, services, search, help, and what each costs to open."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oneplace.desk import queries
from oneplace.desk.presenters.network import huddle_words
from oneplace.desk.presenters.service import checked_note
from oneplace.desk.queries import ServiceFilter
from oneplace.desk.topics import topics
from oneplace.kit.clock import day_begins
from oneplace.vocabulary.terms import Role
from tests.factories import bring_in_place, signed_in

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 8
# The shell, and one statement or two for each card of a role.
MOST_OF_A_DAY = 28
# People are looked for by several keys, and whom it showed is written down.
MOST_OF_A_SEARCH = 13
# The transaction around a request asks nothing.
FRAME = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")

PLACE = settings.PLACE
NETWORK = PLACE.networks[0].code
TEAM = PLACE.teams[0].code
PRACTICE = PLACE.practices[0].code
SERVICE = PLACE.services[0].code

PAGES = [
    "/search/",
    "/who-works-together/",
    f"/who-works-together/networks/{NETWORK}/",
    f"/who-works-together/teams/{TEAM}/",
    f"/who-works-together/organisations/{PRACTICE}/",
    f"/who-works-together/organisations/{PLACE.partners[0].code}/",
    "/services/",
    f"/services/{SERVICE}/",
    "/help/",
    "/about/",
    "/who-can-see-what/",
    "/accessibility/",
    *(f"/help/{topic.key}/" for topic in topics(is_demo=False)),
]


@pytest.fixture
def gp() -> Client:
    """A GP's browser."""
    bring_in_place()
    return signed_in(Role.GP)


@contextmanager
def at_most(most: int) -> Iterator[None]:
    """Fail when more statements than these were sent within."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        yield
    asked = [q["sql"] for q in captured if not q["sql"].startswith(FRAME)]
    assert len(asked) <= most, "\n".join(asked)


@pytest.mark.parametrize("role", Role)
def test_the_shell_and_a_day_stay_within_their_statements_in_every_role(
    db: None, role: Role
) -> None:
    bring_in_place()
    somebody = signed_in(role)
    somebody.get("/help/")

    with at_most(MOST_STATEMENTS):
        assert somebody.get("/help/").status_code == 200
    with at_most(MOST_OF_A_DAY):
        assert somebody.get("/my-day/").status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_within_its_statements(gp: Client, path: str) -> None:
    with at_most(MOST_STATEMENTS):
        answer = gp.get(path)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('<h1 class="page-title">') == 1
    assert PLACE.notice in page
    assert f"– {PLACE.identity.wordmark}</title>" in page
    assert 'lang="en-GB"' in page


def test_searching_stays_within_its_statements(gp: Client) -> None:
    with at_most(MOST_OF_A_SEARCH):
        gp.post("/search/", {"words": "nursing"})
    with at_most(MOST_OF_A_SEARCH):
        gp.post("/search/suggestions/", {"words": "nursing"})


# --- who works together ---------------------------------------------------------------------------
def test_every_partner_network_and_network_wide_team_stands_on_one_page(gp: Client) -> None:
    page = gp.get("/who-works-together/").content.decode()

    for name in (
        *(partner.name for partner in PLACE.partners),
        *(network.name for network in PLACE.networks),
        *(team.name for team in PLACE.teams if team.network is None),
    ):
        assert name.replace("'", "&#39;").replace("&", "&") in page


def test_every_network_team_and_organisation_has_a_page(gp: Client) -> None:
    paths = [
        *(f"networks/{network.code}" for network in PLACE.networks),
        *(f"teams/{team.code}" for team in PLACE.teams),
        *(f"organisations/{partner.code}" for partner in PLACE.partners),
        *(f"organisations/{practice.code}" for practice in PLACE.practices),
    ]

    failed = [path for path in paths if gp.get(f"/who-works-together/{path}/").status_code != 200]

    assert failed == []


def test_a_network_shows_its_practices_with_their_huddles(gp: Client) -> None:
    page = gp.get(f"/who-works-together/networks/{NETWORK}/").content.decode()

    for practice in PLACE.practices_of(NETWORK):
        assert practice.name.replace("'", "&#39;") in page
    assert "Every " in page


def test_a_practice_that_shares_a_huddle_says_with_whom() -> None:
    sharing = [practice for practice in PLACE.practices if practice.shares_huddle_with]
    for practice in sharing:
        words = huddle_words(PLACE, practice)

        assert PLACE.practice(practice.shares_huddle_with or "").name in words


def test_a_teams_number_can_be_rung_from_a_list(gp: Client) -> None:
    page = gp.get("/who-works-together/").content.decode()
    team = next(team for team in PLACE.teams if team.network is None)

    assert f'href="tel:{team.reach.phone.replace(" ", "")}"' in page


@pytest.mark.parametrize("path", ["networks/none", "teams/none", "organisations/NONE"])
def test_what_is_not_here_is_not_found(gp: Client, path: str) -> None:
    assert gp.get(f"/who-works-together/{path}/").status_code == 404


# --- services -------------------------------------------------------------------------------------
def test_services_are_narrowed_by_each_choice() -> None:
    service = PLACE.services[0]

    by_partner = queries.services(ServiceFilter(partner=service.partner))
    by_category = queries.services(ServiceFilter(category=service.category.value))
    by_words = queries.services(ServiceFilter(words=service.name.upper()))

    assert {row.partner for row in by_partner} == {service.partner}
    assert {row.category for row in by_category} == {service.category}
    assert service in by_words
    assert len(queries.services()) == len(PLACE.services)


def test_a_service_of_one_networks_team_is_not_offered_in_another() -> None:
    everywhere = [row for row in PLACE.services if len(queries.networks_of(row)) > 1]

    assert everywhere
    for row in PLACE.services:
        team = next(team for team in PLACE.team_rows if team.code == row.team)
        expected = (team.network,) if team.network else tuple(n.code for n in PLACE.networks)
        assert queries.networks_of(row) == expected


def test_every_service_has_a_page(gp: Client) -> None:
    for service in PLACE.services:
        page = gp.get(f"/services/{service.code}/").content.decode()

        assert service.phone in page
        assert service.who_for.replace("'", "&#39;") in page


def test_choices_travel_in_the_address_and_typed_words_do_not(gp: Client) -> None:
    chosen = gp.post("/services/", {"words": "", "category": "falls", "partner": "", "network": ""})
    typed = gp.post("/services/", {"words": "Peggy Okafor"})

    assert chosen.status_code == 302
    assert chosen["Location"] == "/services/?category=falls"
    assert typed.status_code == 200
    assert "Peggy Okafor" in typed.content.decode()


def test_words_in_an_address_narrow_nothing(gp: Client) -> None:
    page = gp.get("/services/?words=Peggy").content.decode()

    assert f"{len(PLACE.services)} services" in page
    assert "Peggy" not in page


def test_a_choice_nobody_offered_shows_all_services(gp: Client) -> None:
    answer = gp.get("/services/?category=nonsense&partner=nobody")

    assert answer.status_code == 200
    assert f"{len(PLACE.services)} services" in answer.content.decode()


def test_no_service_that_fits_says_what_to_do(gp: Client) -> None:
    page = gp.post("/services/", {"words": "xylophone"}).content.decode()

    assert "No service fits all of that" in page
    assert "0 services" in page


def test_details_nobody_has_checked_for_long_say_so() -> None:
    service = PLACE.services[0]
    checked = day_begins(service.last_verified_on)

    fresh = checked_note(PLACE, service, checked + timedelta(days=10))
    stale = checked_note(PLACE, service, checked + timedelta(days=400))

    assert fresh == ""
    assert stale == "Not checked for 400 days"


# --- search ---------------------------------------------------------------------------------------
def test_the_search_page_opens_empty_and_keeps_words_out_of_addresses(gp: Client) -> None:
    page = gp.get("/search/?words=Peggy").content.decode()

    assert "Peggy" not in page
    assert 'method="post"' in page


@pytest.mark.parametrize("words", ["", " ", "a", " a "])
def test_too_few_letters_are_refused_with_what_to_do(gp: Client, words: str) -> None:
    page = gp.post("/search/", {"words": words}).content.decode()

    assert "Write at least two letters" in page
    assert "<title>Error: Search" in page


def test_answers_stand_apart_by_kind(gp: Client) -> None:
    network = PLACE.networks[0].name

    page = gp.post("/search/", {"words": network}).content.decode()

    for kind in ("People", "Teams", "Organisations", "Networks"):
        assert f"<h2>{kind}</h2>" in page


def test_words_may_stand_in_any_order_and_case(gp: Client) -> None:
    practice = PLACE.practices[0].name
    turned = " ".join(reversed(practice.upper().split()))

    page = gp.post("/search/", {"words": turned}).content.decode()

    assert practice.replace("'", "&#39;") in page


def test_help_is_found_by_words_people_use_for_it(gp: Client) -> None:
    page = gp.post("/search/", {"words": "timeout"}).content.decode()

    assert "Keep what you typed" in page


def test_nothing_found_says_what_to_try(gp: Client) -> None:
    page = gp.post("/search/", {"words": "zzzzqq"}).content.decode()

    assert "Nothing found for “zzzzqq”" in page
    assert "Check the spelling" in page


def test_signs_of_a_pattern_are_taken_as_they_are(gp: Client) -> None:
    page = gp.post("/search/", {"words": "%%"}).content.decode()

    assert "Nothing found" in page


def test_a_role_that_opens_nobodys_record_is_told_so() -> None:
    bring_in_place()

    page = signed_in(Role.BOARD_CHAIR).get("/search/").content.decode()

    assert "people are never among your answers" in page


def test_a_resident_finds_services_and_no_organisations() -> None:
    bring_in_place()
    service = PLACE.services[0]

    page = signed_in(Role.RESIDENT).post("/search/", {"words": service.name}).content.decode()

    assert service.name.replace("'", "&#39;") in page
    assert "<h2>Organisations</h2>" not in page
    assert "<h2>Teams</h2>" not in page


def test_nobody_found_says_what_else_to_try(gp: Client) -> None:
    page = gp.post("/search/", {"words": "Xyzzy Quux"}).content.decode()

    assert "Nobody among the people you may open." in page and "Try a date of birth" in page


def test_a_resident_is_offered_no_help_that_is_for_people_at_work() -> None:
    bring_in_place()

    page = signed_in(Role.RESIDENT).post("/search/", {"words": "hat"}).content.decode()

    assert "Work in more than one role" not in page


@pytest.mark.parametrize(("role", "is_told"), [(Role.PRACTICE_MANAGER, True), (Role.GP, False)])
def test_who_looks_after_colleagues_is_told_where_to_find_them(role: Role, is_told: bool) -> None:
    bring_in_place()

    page = signed_in(role).get("/search/").content.decode()

    assert ("Colleagues are found under" in page) is is_told


def test_a_resident_whose_page_is_not_known_yet_is_told_whom_to_ring() -> None:
    bring_in_place()

    page = signed_in(Role.RESIDENT).get("/my-day/").content.decode()

    assert "whose page you may see" in page
    assert PLACE.identity.website.help_phone in page


def test_suggestions_are_a_few_answers_without_the_frame(gp: Client) -> None:
    found = gp.post("/search/suggestions/", {"words": "health"}).content.decode()
    short = gp.post("/search/suggestions/", {"words": "h"}).content.decode()

    assert "<html" not in found and found.count("<li>") >= 3
    assert short.strip() == ""


def test_suggestions_are_not_given_by_address(gp: Client) -> None:
    assert gp.get("/search/suggestions/?words=health").status_code == 404


# --- help -----------------------------------------------------------------------------------------
def test_the_page_about_sent_letters_is_there_in_a_demonstration_only(gp: Client) -> None:
    assert gp.get("/help/sent/").status_code == 404
    assert "sent" in {topic.key for topic in topics(is_demo=True)}


def test_help_names_the_number_for_safeguarding(gp: Client) -> None:
    page = gp.get("/help/get-help/").content.decode()

    for service in PLACE.services:
        if service.category.value == "safeguarding":
            assert service.phone in page


# --- the session ----------------------------------------------------------------------------------
def test_staying_signed_in_answers_without_words(gp: Client) -> None:
    assert gp.post("/stay-signed-in/").status_code == 204
    assert gp.get("/stay-signed-in/").status_code == 404


def test_the_page_knows_when_its_session_ends(gp: Client) -> None:
    page = gp.get("/my-day/").content.decode()

    idle = PLACE.sessions.idle.timedelta.total_seconds()
    assert f'data-idle="{idle - 60:.0f}"' in page
    assert 'data-warn="' in page and 'data-left="' in page


def test_nobody_signed_in_is_warned_of_nothing(client: Client) -> None:
    assert "data-idle" not in client.get("/").content.decode()
