"""The board pack: two pages with every figure's denominator, date and definition, and no names."""

from datetime import date

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.desk.presenters import board_pack as pages
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
    assert how_many_pages(chair.get(reverse("desk:board_pack")).content.decode()) == 2


def test_a_nurse_reads_no_pack(office: Viewer) -> None:
    nurse = signed_in(Role.COMMUNITY_NURSE)

    assert nurse.get(reverse("desk:board_pack")).status_code == 404
    assert nurse.get(reverse("desk:board_pack_pdf")).status_code == 404


@pytest.mark.skipif(pdf.why_no_pdf() is not None, reason="no PDF can be made on this machine")
def test_a_full_pack_still_stands_on_two_pages() -> None:
    line = pages.Line(
        "Plans under six months old, in the person's words", "91 %", "12,412 of 13,453 people",
        "Mar 2025 to Feb 2026", "plans_in_own_words v1", "Too few points to say",
    )  # fmt: skip
    rate = pages.Line(
        "Emergency stays in hospital, people of 65 and over", "21.2 per 1,000 people a month",
        "12,412 in 12 months among 52,453 people of 65 and over on average",
        "Mar 2025 to Feb 2026", "emergency_admissions v2", "Too few points to say",
    )  # fmt: skip
    fund = pages.FundLines(
        "One LIFE fund, 2025/26",
        "£6,235,260 spent and £623,024.79 promised of £6,780,000 put in. Forecast £6,858,284.79: "
        "£78,284.79 more than was put in.",
        "Ledgers to 28 February 2026, the last months not closed.",
        (("Coordination and transfer of care", "£2,116,745", "£230,254.80", "£2,346,999.80"),) * 5,
        (("NHS South West London Integrated Care Board", "£4,420,000", "65.2 %"),) * 4,
    )
    page = pages.BoardPack(
        on=AT.date(),
        at=AT,
        measured_at=AT,
        statements=tuple(
            pages.Said(each.words, (rate, line, line)) for each in settings.PLACE.statements
        ),
        claims=tuple(settings.PLACE.claims),
        funds=(fund,),
        transfers=(("£250,000 from NHS commissioner to Council", "Section 256. Proposed."),) * 2,
        waiting=(("Extend LIFE for a year, with weekend hours", "No: ratified by 4 of 6; Council "
                  "and Hospital still to decide.", "£250,000"),) * 4,
        in_force=12,
        agreement="The agreement is in force today, until 31 March 2027.",
        questions=(("Of whom are the 95 % counted, and from when?", "promised by 26 March"),) * 3,
        meetings=(("Delivery Board", "24 March 2026", "Planned"),) * 3,
        unknown=("What any of this did: no comparison with people like them has been made.",) * 8,
    )  # fmt: skip
    html = render_to_string("desk/board/pack.html", {"page": page})

    assert how_many_pages(html) == 2


def how_many_pages(html: str) -> int:
    """How many pages of paper a page takes."""
    import weasyprint

    made = weasyprint.HTML(string=html, base_url="static:///", url_fetcher=pdf._fetcher())
    return len(made.render().pages)
