"""The board pack: two pages with every figure's denominator, date and definition, and no names."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.files import pdf
from oneplace.vocabulary.terms import Role
from tests.factories import AT, signed_in
from tests.rooms.contracts import board
from tests.rooms.contracts.conftest import broken_audit, buyer, office
from tests.rooms.finance import books

pytestmark = pytest.mark.django_db
__all__ = ["broken_audit", "buyer", "office"]


@pytest.fixture
def chair(office: Viewer, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The chair, with a fund in its year and a decision four partners have ratified."""
    monkeypatch.setattr("oneplace.kit.clock.now", lambda: AT)
    lead = board.somebody(Role.FINANCE_LEAD, "council")
    year = books.opened(lead)
    line = books.line(year, lead)
    books.given(year, lead, council=39_000_00, commissioner=139_000_00)
    books.promised(year, line, lead)
    transfer = books.moving(year, lead, office)
    board.ratified(transfer.decision, office, *board.PARTNERS[:4], on=date(2026, 3, 12))
    return signed_in(Role.BOARD_CHAIR)


def shown(client: Client) -> str:
    answer = client.get(reverse("desk:board_pack"))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_pack_says_what_was_asked_what_it_costs_and_what_waits(chair: Client) -> None:
    words = shown(chair)

    assert "Are we keeping our word to residents?" in words
    assert words.count("Definition") >= 1
    assert "of £178,000 put in" in words
    assert "£250,000 from NHS commissioner to Council" in words
    assert "No: ratified by 4 of 6; Age UK and Mental health still to decide." in words
    assert "What we do not know" in words
    assert "95 % in two hours" in words


def test_what_is_kept_among_few_stands_in_no_pack(chair: Client, buyer: Viewer) -> None:
    assert "Weekend lot" not in shown(chair)


@pytest.mark.skipif(pdf.why_no_pdf() is not None, reason="no PDF can be made on this machine")
def test_the_pack_is_two_pages_of_paper(chair: Client) -> None:
    answer = chair.get(reverse("desk:board_pack_pdf"))

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_a_nurse_reads_no_pack(office: Viewer) -> None:
    nurse = signed_in(Role.COMMUNITY_NURSE)

    assert nurse.get(reverse("desk:board_pack")).status_code == 404
    assert nurse.get(reverse("desk:board_pack_pdf")).status_code == 404
