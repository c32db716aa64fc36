"""The pages: one person after another, the practice's list, a worry; few statements each."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oneplace.access.guard import HAT_IN_SESSION, PROVEN_BY_PROVIDER
from oneplace.access.models import AuditPerson
from oneplace.casefinding.models import Suggestion, Worry
from oneplace.config.database import Role as DatabaseRole
from oneplace.partners.models import Post
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import DataCategory, Role, SuggestionState
from tests.database import as_role
from tests.factories import make_account, make_hat
from tests.rooms.casefinding.finding import (
    AT,
    a_reason,
    now,
    practice,
    somebody,
    suggested,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("partners")]
# One of them asks huddles whom they look after already.
MOST_ON_LIST, MOST_ON_SCREENING = 15, 18


@pytest.fixture(autouse=True)
def no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The care clock stands still."""
    monkeypatch.setattr("oneplace.kit.clock.now", lambda: AT)


def signed_in_at(role: Role, organisation: object, network: object = None) -> Client:
    """A client signed in as somebody of a role at this very organisation."""
    with as_role(DatabaseRole.LOADER):
        post = Post(id=new_id(), key=f"test-{role}-{new_id()}", role=role, title=role.label)
        post.organisation, post.network = organisation, network  # type: ignore[assignment]
        post.save(force_insert=True)
    account = make_account(name="Gwen Gray")
    hat = make_hat(role, account=account)
    with as_role(DatabaseRole.LOADER):
        hat.post = post
        hat.save(update_fields=["post"])
    client = Client()
    client.force_login(account)
    session = client.session
    session[HAT_IN_SESSION] = str(hat.pk)
    session[PROVEN_BY_PROVIDER] = True
    session.save()
    return client


@pytest.fixture
def gp() -> Client:
    return signed_in_at(Role.GP, practice())


def url(name: str, suggestion: Suggestion) -> str:
    return reverse(f"casefinding:{name}", args=[suggestion.pk])


def test_why_now_stands_before_any_score_and_in_place_beside_it(gp: Client) -> None:
    suggestion = suggested(
        somebody(), a_reason(), a_reason("no_plan", text="No care plan is recorded", on=None)
    )

    page = gp.get(url("suggestion", suggestion)).content.decode()

    assert "Why Margaret, why now" in page
    assert page.index("Fell twice in 12 months") < page.index("Scores, after the reasons")
    assert "9 March 2026" in page
    assert "What is missing, and a team could do" in page
    assert "In place already" in page
    with as_role(DatabaseRole.LOADER):
        assert AuditPerson.objects.filter(
            person_id=suggestion.person_id, entry__action="see_suggestion"
        ).exists()


def test_one_tap_tells_and_one_press_accepts_and_the_next_comes(gp: Client) -> None:
    first = suggested(somebody())
    second = suggested(somebody("2", given="Ada", nhs_number="9990000026", reach=()))

    gp.post(url("tell", first), {"how": "phone"})
    answer = gp.post(url("accept", first))

    assert now(first).state is SuggestionState.LISTED
    assert answer["Location"] == url("suggestion", second)


def test_declining_needs_a_reason_and_not_now_a_day(gp: Client) -> None:
    suggestion = suggested(somebody())

    gp.post(url("decline", suggestion), {})
    gp.post(url("not_now", suggestion), {})
    before = now(suggestion).state
    gp.post(url("not_now", suggestion), {"weeks": "4"})
    put_off = now(suggestion).returns_on
    gp.post(url("decline", suggestion), {"reason": "died"})

    assert before is SuggestionState.SUGGESTED
    assert put_off == (AT + timedelta(weeks=4)).date()
    assert now(suggestion).state is SuggestionState.DECLINED


def test_the_last_decision_is_taken_back_from_the_next_page(gp: Client) -> None:
    first = suggested(somebody())
    suggested(somebody("2", given="Ada", nhs_number="9990000026", reach=()))

    following = gp.post(url("decline", first), {"reason": "other"}, follow=True)
    page = following.content.decode()
    gp.post(url("take_back", first))

    assert url("take_back", first) in page
    assert now(first).state is SuggestionState.SUGGESTED


def test_what_the_person_decided_is_written_down(gp: Client) -> None:
    suggestion = suggested(somebody())

    blank = gp.post(url("record_objection", suggestion), {"words": ""}).content.decode()
    gp.post(url("record_objection", suggestion), {"words": "No", "how": "phone"})

    assert "Write down what they said" in blank
    assert now(suggestion).declined is not None


def test_another_practice_finds_no_such_page(gp: Client) -> None:
    from oneplace.partners.models import Organisation

    suggestion = suggested(somebody())
    other = signed_in_at(Role.GP, Organisation.objects.get(code="ZZAS01"))

    assert other.get(url("suggestion", suggestion)).status_code == 404
    assert other.post(url("accept", suggestion)).status_code == 404
    assert "Margaret" not in other.get(reverse("casefinding:practice_list")).content.decode()


def test_the_list_tells_who_waits_who_is_on_it_and_who_was_put_off(gp: Client) -> None:
    waits = suggested(somebody())
    off = suggested(somebody("2", given="Ada", nhs_number="9990000026", reach=()))
    gp.post(url("not_now", off), {"weeks": "4"})

    page = gp.get(reverse("casefinding:practice_list")).content.decode()

    assert "1 person to look at" in page
    assert "Margaret Okafor" in page
    assert "Back on 9 April 2026" in page
    gp.post(url("tell", waits), {"how": "phone"})
    gp.post(url("accept", waits))
    page = gp.get(reverse("casefinding:practice_list")).content.decode()
    assert "Nobody is waiting to be looked at" in page
    assert "Since 12 March 2026" in page


def test_the_facilitator_sees_whom_the_practice_listed_and_nobody_who_waits() -> None:
    listed, waits = (
        suggested(somebody()),
        suggested(somebody("2", given="Ada", nhs_number="9990000026", reach=())),
    )
    gp = signed_in_at(Role.GP, practice())
    gp.post(url("tell", listed), {"how": "phone"})
    gp.post(url("accept", listed))
    from oneplace.partners.models import Organisation

    client = signed_in_at(
        Role.NETWORK_FACILITATOR,
        Organisation.objects.get(code="gp_collaborative"),
        practice().network,
    )

    address = f"{reverse('casefinding:practice_list')}?practice={practice().code}"
    page = client.get(address).content.decode()

    assert "Margaret Okafor" in page
    assert "Ada" not in page
    assert client.get(url("suggestion", waits)).status_code == 404


def test_nobody_waits_is_said_with_who_sends_them(gp: Client) -> None:
    page = gp.get(reverse("casefinding:practice_list")).content.decode()

    assert "Nobody waits." in page
    assert "weekly run" in page
    assert gp.get(reverse("casefinding:screening")).status_code == 302


def test_a_worry_is_told_in_the_order_of_sbar(gp: Client) -> None:
    margaret = somebody()
    address = reverse("casefinding:raise_worry", args=[margaret.pk])

    blank = gp.post(address, {"situation": ""}).content.decode()
    gp.post(
        address,
        {
            "source": "professional_worry",
            "situation": "Found on the floor twice this week.",
            "is_person_told": "no",
        },
    )

    assert "Say in a sentence what is happening now" in blank
    with as_role(DatabaseRole.LOADER):
        (worry,) = Worry.objects.all()
    page = gp.get(url("suggestion", worry.suggestion)).content.decode()
    assert "Found on the floor twice this week." in page


def test_pages_ask_the_database_little_however_many_there_are(gp: Client) -> None:
    one = suggested(somebody(), *[a_reason() for _ in range(9)])
    for n in range(2, 6):
        suggested(
            somebody(str(n), given=f"Zed{n}", family=f"Quist{n}", nhs_number="", reach=()),
            a_reason("weight_loss", part=DataCategory.HEALTH),
        )

    with CaptureQueriesContext(
        connection,
    ) as on_list:
        gp.get(reverse("casefinding:practice_list"))
    with CaptureQueriesContext(connection) as on_screening:
        gp.get(url("suggestion", one))

    assert len(on_list) <= MOST_ON_LIST
    assert len(on_screening) <= MOST_ON_SCREENING


def test_my_day_says_how_many_wait_and_leads_there(gp: Client) -> None:
    suggested(somebody())

    page = gp.get(reverse("desk:my_day")).content.decode()

    assert "1 person to look at" in page
    assert reverse("casefinding:screening") in page
