"""The pages of outcomes: each opens, says its figures whole, and takes what is typed."""

import re
from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from oneplace.insight.indicators.definition import Months
from oneplace.outcomes.models import Measuring, Publication, Rebase, Signal
from oneplace.vocabulary.terms import Role
from tests.factories import bring_in_place, signed_in
from tests.rooms.outcomes.conftest import FIRST, LAST, cell, keep, two_hours

pytestmark = pytest.mark.django_db
MONTHS = Months(FIRST, LAST).every()
_NONCE = re.compile(r'nonce="[^"]+"')


def _page(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(f"outcomes:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_board_says_each_figure_with_its_denominator_and_definition(
    measured: Measuring,
) -> None:
    page = _page(signed_in(Role.BOARD_CHAIR), "board")

    assert "437 of 480 people" in page
    assert "definition life_two_hours v1" in page
    assert "What we do not know" in page


def test_an_empty_board_says_what_will_come(db: None) -> None:
    bring_in_place()

    assert "Nothing has been measured yet" in _page(signed_in(Role.BOARD_CHAIR), "board")


def test_an_indicator_has_sentence_chart_table_and_groups(measured: Measuring) -> None:
    page = _page(signed_in(Role.BOARD_CHAIR), "indicator", "life_two_hours")

    for words in ("<svg", "The same as a table", "Limits of chance", "XmR chart", "left out"):
        assert words in page


def test_practices_stand_in_a_funnel_with_intervals_about_the_whole(db: None) -> None:
    bring_in_place()
    codes = [each.code for each in settings.PLACE.practices][:4]
    cells = two_hours()
    cells = [each for each in cells if each["grouping"] == "place"]
    for place, code in enumerate(codes):
        top = 20 if place == 0 else 37
        cells += [cell("life_two_hours", month, top, 40, "practice", code) for month in MONTHS]
    keep(cells)
    page = _page(signed_in(Role.BOARD_CHAIR), "indicator", "life_two_hours")

    assert page.count('class="spc"') == 2
    assert "Funnel of First visit within two hours by practice" in page
    assert "4 of 4 about the whole, 91 %. Beyond the limits of 99.8 %: 1" in page
    assert "45.5 to 54.5" in page
    assert "lower than the whole (99.8 %)" in page


def test_a_month_of_nobody_is_a_gap_and_no_partner_is_blamed(db: None) -> None:
    bring_in_place()
    keep([each for each in two_hours() if each["month"] != date(2025, 6, 1)])
    page = _page(signed_in(Role.BOARD_CHAIR), "indicator", "life_two_hours")
    assert "spc__gap" not in page

    keep(two_hours(), known_until={"life_two_hours": date(2026, 1, 14)}, snapshot="b" * 64)
    page = _page(signed_in(Role.BOARD_CHAIR), "indicator", "life_two_hours")
    assert page.count("spc__gap") == 1


def test_an_indicator_nobody_knows_is_not_there(measured: Measuring) -> None:
    client = signed_in(Role.BOARD_CHAIR)

    assert client.get(reverse("outcomes:indicator", args=["magic"])).status_code == 404


def test_who_waited_longer_is_rounded_with_the_rule_beside_it(measured: Measuring) -> None:
    page = _page(signed_in(Role.BOARD_CHAIR), "breaches", "life_two_hours")

    assert "LIFE-1" in page
    assert "2 to 4 hours" in page
    assert "too few to show" in page


def test_a_claim_shows_its_readings_and_its_words(measured: Measuring) -> None:
    client = signed_in(Role.BOARD_CHAIR)

    assert "3 wordings, 3 answers" in _page(client, "claim", "two_hours")
    assert "may not use" not in _page(client, "claims")
    assert client.get(reverse("outcomes:claim", args=["magic"])).status_code == 404


def test_a_signal_is_closed_on_its_page(db: None) -> None:
    bring_in_place()
    keep(two_hours(last_top=10))
    signal = Signal.objects.get(indicator="life_two_hours")
    client = signed_in(Role.PROGRAMME_DIRECTOR)
    address = reverse("outcomes:end_signal", args=[signal.pk])

    assert "Close this signal" in client.get(address).content.decode()
    said = {"end": "cause_found", "evidence": "no"}
    assert "Say what shows it" in client.post(address, said).content.decode()
    said["evidence"] = "Rota of 3 March, two coordinators away, minute 7"
    assert client.post(address, said).status_code == 302


def test_limits_begin_anew_by_form(measured: Measuring) -> None:
    client = signed_in(Role.ANALYST)
    said = {
        "month_day": "1", "month_month": "6", "month_year": "2025",
        "cause": "A second team",
        "decided_on_day": "1", "decided_on_month": "5", "decided_on_year": "2025",
        "minute": "Board, 4",
    }  # fmt: skip

    answer = client.post(reverse("outcomes:keep_rebase", args=["life_two_hours"]), said)

    assert answer.status_code == 302
    assert Rebase.objects.filter(indicator="life_two_hours").exists()


def test_figures_are_published_and_read_without_signing_in(measured: Measuring) -> None:
    client = signed_in(Role.PROGRAMME_DIRECTOR)

    assert client.post(reverse("outcomes:publish_figures"), {}).status_code == 302
    made = Publication.objects.get()
    page = _page(Client(), "public")
    assert f"Publication {made.number}" in page
    assert "definition life_two_hours v1" in page
    assert "What we do not know" in page and "no comparison has been made yet" in page
    assert "How far we have come" in page and "not yet" in page
    again = _page(Client(), "publication", made.number)
    assert _NONCE.sub("", again) == _NONCE.sub("", page)


def test_before_anything_is_published_the_public_page_says_so(db: None) -> None:
    bring_in_place()

    assert "Nothing has been published yet" in _page(Client(), "public")
