"""The pages of sharing agreements: plain words for everybody, acts for the officers of parties."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from unittest.mock import patch

import pytest
from django.test import Client

from oneplace.access.models import AuditEntry, SharingAgreement
from oneplace.config.database import Role as DatabaseRole
from oneplace.vocabulary.terms import Role
from tests.database import as_role
from tests.factories import AT, bring_in_place, signed_in

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 12)
ADDRESS = "/agreements/with_the_charity/"


@pytest.fixture(autouse=True)
def place() -> Iterator[None]:
    bring_in_place()
    with patch("oneplace.kit.clock.now", lambda: AT):
        yield


@pytest.fixture
def officer() -> Client:
    """The officer of the council, who is a party to it."""
    return signed_in(Role.IG_OFFICER)


def _text(client: Client, address: str, *, on: date = TODAY) -> str:
    later: datetime = AT + (on - TODAY)
    with patch("oneplace.kit.clock.now", lambda: later):
        answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def _days(**days: date) -> dict[str, str]:
    return {
        f"{name}_{part}": str(getattr(day, part))
        for name, day in days.items()
        for part in ("day", "month", "year")
    }


RENEWED = _days(starts_on=date(2026, 4, 1), review_on=date(2027, 4, 1), ends_on=date(2028, 3, 31))


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.PIC, Role.SCRUTINY_MEMBER])
def test_everybody_signed_in_reads_who_shares_what_for_what_and_on_which_bases(role: Role) -> None:
    text = _text(signed_in(role), ADDRESS)

    assert "The person said yes" in text
    assert "Public task; health or social care" in text
    assert "Once the person has said yes" in text
    assert "Age UK Croydon" in text
    assert "Every GP practice" in text
    seen = re.sub("<[^>]+>", " ", text)
    for code in ("kind:", "age_uk", "gp_collaborative", "mental_health", "explicit_consent"):
        assert code not in seen


def test_nobody_reads_agreements_without_signing_in() -> None:
    for address in ("/agreements/", ADDRESS, "/agreements/who-sees-what/"):
        assert Client().get(address).status_code == 302


def test_the_list_says_how_each_stands() -> None:
    text = _text(signed_in(Role.GP), "/agreements/")

    assert "Its last day is in 19 days, on 31 March 2026" in text
    assert "Its review is due in 20 days, by 1 April 2026" in text


def test_an_expired_agreement_says_that_nothing_is_shared_since() -> None:
    client = signed_in(Role.GP)

    assert "in 19 days" in _text(client, "/agreements/evaluation/")
    assert "Its last day is today" in _text(client, "/agreements/evaluation/", on=date(2026, 3, 31))
    text = _text(client, "/agreements/evaluation/", on=date(2026, 4, 1))
    assert "It ended on 31 March 2026. Nothing has been shared under it since." in text
    assert "What each organisation recorded itself it goes on seeing." in text
    assert "What flowed to whom until then" in text


def test_an_agreement_without_names_is_seen_by_no_role() -> None:
    assert "Nobody in person" in _text(signed_in(Role.GP), "/agreements/evaluation/")


def test_versions_stand_side_by_side_with_what_differs() -> None:
    text = _text(signed_in(Role.RESIDENT), "/agreements/evaluation/compare/")

    assert "Version 1" in text
    assert "Version 2" in text
    care = text.split("Care assessments, packages and requests", 1)[1]
    assert "Not shared" in care.split("</tr>", 1)[0]


def test_who_sees_what_joins_roles_and_agreements() -> None:
    text = _text(signed_in(Role.RESIDENT), "/agreements/who-sees-what/")

    assert "Social worker" in text
    assert "These open nobody’s record" in text

    chosen = _text(
        signed_in(Role.RESIDENT),
        "/agreements/who-sees-what/?purpose=direct_care&organisation=council&role=social_worker",
    )
    assert "What their own organisation recorded; what comes from" in chosen
    assert "Not needed for this role’s work." in chosen


def test_who_sees_what_falls_to_own_records_once_agreements_have_expired() -> None:
    address = "/agreements/who-sees-what/?organisation=council&role=social_worker"

    text = _text(signed_in(Role.RESIDENT), address, on=date(2027, 4, 1))

    assert "No agreement is in force for this purpose" in text
    assert "Own only" in text


@pytest.mark.parametrize(
    "query", ["?purpose=x", "?organisation=nobody", "?role=9", "?purpose=direct_care&role="]
)
def test_what_is_typed_into_the_address_breaks_nothing(query: str) -> None:
    _text(signed_in(Role.GP), f"/agreements/who-sees-what/{query}")
    _text(signed_in(Role.GP), f"/agreements/evaluation/compare/{query}&first=99&second=x")


def test_an_agreement_that_is_not_there_is_the_page_of_the_unknown() -> None:
    client = signed_in(Role.IG_OFFICER)

    for address in (
        *("/agreements/nothing/", "/agreements/nothing/compare/", "/agreements/nothing/renew/"),
        *("/agreements/nothing/change/", f"{ADDRESS}versions/9/", f"{ADDRESS}versions/9/stop/"),
        f"{ADDRESS}versions/1/signatures/nobody/",
    ):
        assert client.get(address).status_code == 404


def test_an_officer_renews_signs_on_paper_for_others_and_the_page_says_who_is_missing(
    officer: Client,
) -> None:
    answer = officer.post(f"{ADDRESS}renew/", RENEWED, follow=True)
    text = " ".join(answer.content.decode().split())

    assert "It shares nothing until it is signed by" in text
    assert "Signed on paper" in text
    held = SharingAgreement.objects.get(code="with_the_charity", version=2)
    for key in held.parties.filter(signed_on__isnull=True).values_list("key", flat=True):
        sent = officer.post(
            f"{ADDRESS}versions/2/signatures/{key}/",
            {"signed_by": "A. Chief, chief executive", **_days(signed_on=TODAY)},
        )
        assert sent.status_code == 302, sent.content.decode()
    assert "Signed by everybody; it begins on 1 April 2026." in _text(
        officer, f"{ADDRESS}versions/2/"
    )
    assert "A newer version took its place" in _text(
        officer, f"{ADDRESS}versions/1/", on=date(2026, 4, 1)
    )


def test_days_out_of_order_are_told_beside_what_was_typed(officer: Client) -> None:
    answer = officer.post(
        f"{ADDRESS}renew/",
        _days(starts_on=TODAY - timedelta(days=1), review_on=TODAY, ends_on=TODAY),
    )

    assert "A version begins today or later" in answer.content.decode()


class _Typed(HTMLParser):
    """What stands in a form: values of its boxes, ticks, choices and texts, as a browser sends."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._field = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the value of a box, or remember whose text follows."""
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "input" and name:
            if given.get("type") in ("checkbox", "radio") and "checked" not in given:
                return
            self.sent.setdefault(name, []).append(given.get("value") or "")
        elif tag in ("select", "textarea") and name:
            self._field = name
            self.sent.setdefault(name, [])
        elif tag == "option" and "selected" in given:
            self.sent[self._field].append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        """The field is over."""
        if tag in ("select", "textarea"):
            self._field = ""

    def handle_data(self, data: str) -> None:
        """The text of a text area."""
        if self._field == "says":
            self.sent["says"].append(data.strip())


def _change(officer: Client, **typed: object) -> str:
    page = _Typed()
    page.feed(officer.get(f"{ADDRESS}change/").content.decode())
    answer = officer.post(f"{ADDRESS}change/", {**page.sent, **typed}, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_an_officer_writes_the_next_version_in_other_words(officer: Client) -> None:
    text = _change(officer, says="A coordinator sees who a person is, once they said yes.")

    assert "It waits for the other parties to sign." in text
    held = SharingAgreement.objects.get(code="with_the_charity", version=2)
    first = SharingAgreement.objects.get(code="with_the_charity", version=1)
    assert held.says.startswith("A coordinator sees")
    lines = [
        set(each.terms.values_list("from_key", "to_key", "category")) for each in (held, first)
    ]
    assert lines[0] == lines[1]


def test_a_contradiction_is_told_on_the_page_naming_both(officer: Client) -> None:
    text = _change(
        officer,
        **{
            **RENEWED,
            "lines": 3,
            "flow-2-givers": ["council"],
            "flow-2-receivers": ["hospital_trust"],
            "flow-2-parts": ["health"],
            "flow-2-needs_yes": "on",
        },
    )

    assert "“Caring for people together” and “Working with the charity’s coordinators”" in text
    assert "contradict each other" in text
    assert not SharingAgreement.objects.filter(code="with_the_charity", version=2).exists()


def test_a_line_about_somebody_who_is_no_party_is_told_in_words(officer: Client) -> None:
    text = _change(
        officer,
        **{
            "lines": 3,
            "flow-2-givers": ["commissioner"],
            "flow-2-receivers": ["*"],
            "flow-2-parts": ["health"],
        },
    )

    assert "Tick it among the parties, or take it out of the line." in text
    assert "“NHS South West London Integrated Care Board”" in text


def test_a_line_that_is_begun_is_finished_and_one_left_empty_is_left_out(officer: Client) -> None:
    assert "Choose with whom it is shared." in _change(
        officer, **{"lines": 3, "flow-2-givers": ["council"]}
    )
    assert "It waits for the other parties" in _change(officer, lines=9)


def test_adding_a_line_keeps_what_was_typed_and_judges_nothing(officer: Client) -> None:
    text = _change(officer, name="", add_line="1", says="Typed so far.")

    assert "Line 3" in text
    assert "Typed so far." in text
    assert "There is a problem" not in text


def test_an_officer_stops_an_agreement_with_a_reason_everybody_reads(officer: Client) -> None:
    empty = officer.post(f"{ADDRESS}versions/1/stop/", _days(stops_on=TODAY))
    assert "Give the reason." in empty.content.decode()

    officer.post(
        f"{ADDRESS}versions/1/stop/",
        {"reason": "The charity has left the alliance.", **_days(stops_on=TODAY)},
    )

    text = _text(signed_in(Role.RESIDENT), ADDRESS)
    assert "Nothing has been shared under it since 12 March 2026." in text
    assert "The charity has left the alliance." in text
    with as_role(DatabaseRole.LOADER):
        entry = AuditEntry.objects.filter(action="stop_agreement").latest("id")
    assert entry.reason == "The charity has left the alliance."


def test_nobody_but_an_officer_is_offered_or_finds_the_acts() -> None:
    client = signed_in(Role.PROGRAMME_DIRECTOR)

    assert "Write the next version" not in _text(client, ADDRESS)
    for act in ("renew/", "change/", "versions/1/stop/", "versions/1/signatures/age_uk/"):
        assert client.get(f"{ADDRESS}{act}").status_code == 404


def test_an_officer_who_may_not_act_is_told_why_before_typing_anything() -> None:
    officer = signed_in(Role.IG_OFFICER)
    officer.post(f"{ADDRESS}renew/", RENEWED)

    for act in ("renew/", "change/"):
        answer = officer.get(f"{ADDRESS}{act}", follow=True)
        assert "Version 2 still waits for signatures: withdraw it first." in answer.content.decode()


def test_the_page_of_who_can_see_what_leads_to_the_agreements_once_signed_in() -> None:
    assert "/agreements/who-sees-what/" in _text(signed_in(Role.RESIDENT), "/who-can-see-what/")
    assert "/agreements/" not in _text(Client(), "/who-can-see-what/")


def test_agreements_are_found_by_the_search() -> None:
    page = signed_in(Role.GP).post("/search/", {"words": "sharing agreements"})

    assert "/agreements/" in page.content.decode()
