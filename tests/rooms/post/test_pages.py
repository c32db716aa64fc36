"""Post's pages: notices, what one wrote, answers by link, and the Sent page of a demonstration."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from oneplace.access.guard import PROVEN_BY_PROVIDER
from oneplace.access.models import Hat
from oneplace.access.viewer import Viewer, viewing
from oneplace.partners.models import Organisation, Post
from oneplace.post import cards, links, verbs
from oneplace.post.links import LinkWanted
from oneplace.post.models import Answer, Message, MessageLink, MessageState
from oneplace.post.recipients import Recipient
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import OrganisationKind, Role
from tests.rooms.post.conftest import (
    ENVELOPE,
    a_letter,
    a_notice,
    a_text,
    a_text_for_a_partner,
    account,
    an_email,
    relate,
)

pytestmark = pytest.mark.django_db


def _give_hat(viewer: Viewer, role: Role, at: datetime) -> Hat:
    organisation = Organisation.objects.create(
        code=new_id().hex[:12],
        name="Elm Surgery",
        short_word="GP",
        kind=OrganisationKind.GP_PRACTICE,
    )
    post = Post.objects.create(
        key=new_id().hex, role=role, title=role.label, organisation=organisation
    )
    return Hat.objects.create(
        account=account(viewer), post=post, employer=organisation, starts_on=at.date()
    )


@pytest.fixture
def demo(settings: Any) -> Any:
    settings.IS_DEMO = True
    return settings


@pytest.fixture
def gp(client: Client, jo: Viewer, at: datetime) -> Client:
    """A GP at work, hat on."""
    hat = _give_hat(jo, Role.GP, at)
    client.force_login(account(jo))
    session = client.session
    session["hat"] = str(hat.pk)
    session[PROVEN_BY_PROVIDER] = True
    session.save()
    return client


def _statements(client: Client, address: str) -> list[str]:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return [s["sql"] for s in asked if "SAVEPOINT" not in s["sql"]]


# --- the Sent page --------------------------------------------------------------------------------


def test_outside_a_demonstration_the_sent_page_shows_nothing(
    gp: Client, jo: Viewer, at: datetime
) -> None:
    with viewing(jo, at=at):
        message = a_letter(jo, at)

    page = gp.get(reverse("post:sent"))

    assert "Nothing sent yet" in page.content.decode()
    assert gp.get(reverse("post:sent_message", args=[message.pk])).status_code == 404


def test_an_empty_sent_page_says_what_will_come(gp: Client, demo: Any) -> None:
    text = gp.get(reverse("post:sent")).content.decode()

    assert "Nothing sent yet" in text
    assert "Will come here:" in text


def test_everything_that_would_have_left_is_listed_whoever_wrote_it(
    gp: Client, sam: Viewer, demo: Any, at: datetime
) -> None:
    with viewing(sam, at=at):
        a_letter(sam, at)
        a_text(sam, at)
        an_email(sam, at, sam)
        a_notice(sam, at, sam)

    text = gp.get(reverse("post:sent")).content.decode()

    assert "3 messages" in text
    assert "Mr Desmond Clarke" in text
    assert "Desmond fell" not in text


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ({"channel": "letter"}, {"Your visit on Friday"}),
        ({"channel": "sms"}, {"Jo comes on Friday at 2."}),
        ({"template": "plain_letter"}, {"Your visit on Friday"}),
        ({"recipient": "desmond"}, {"Your visit on Friday"}),
        ({"words": "STAY warm"}, {"Your visit on Friday"}),
        (
            {"on_day": "12", "on_month": "3", "on_year": "2026"},
            {"Your visit on Friday", "Jo comes on Friday at 2."},
        ),
        ({"on_day": "13", "on_month": "3", "on_year": "2026"}, set()),
        ({"words": "nothing like it"}, set()),
    ],
)
def test_the_sent_page_is_narrowed_without_a_name_in_the_address(  # noqa: PLR0917
    gp: Client, sam: Viewer, demo: Any, at: datetime, typed: dict[str, str], found: set[str]
) -> None:
    with viewing(sam, at=at):
        a_letter(sam, at)
        a_text(sam, at)

    response = gp.post(reverse("post:find_sent"), typed, follow=True)

    text = response.content.decode()
    assert response.redirect_chain == [(reverse("post:sent"), 302)]
    for subject in ("Your visit on Friday", "Jo comes on Friday at 2."):
        assert (f">{subject}</a>" in text) == (subject in found)
    assert ("Nothing like this was sent" in text) == (not found)
    assert "Show all" in text


def test_the_day_is_asked_in_three_boxes_and_stays_in_them(gp: Client, demo: Any) -> None:
    typed = {"on_day": "7", "on_month": "3", "on_year": "2026"}

    text = gp.post(reverse("post:find_sent"), typed, follow=True).content.decode()

    assert 'type="date"' not in text
    for name, value in typed.items():
        assert re.search(rf'name="{name}"[^>]*value="{value}"', text), name


def test_half_a_day_is_not_looked_for_and_said_so(gp: Client, demo: Any) -> None:
    text = gp.post(reverse("post:find_sent"), {"on_day": "7"}, follow=True).content.decode()

    assert "The date must include a month and year." in text


def test_show_all_brings_everything_back(gp: Client, sam: Viewer, demo: Any, at: datetime) -> None:
    with viewing(sam, at=at):
        a_letter(sam, at)
    gp.post(reverse("post:find_sent"), {"words": "nothing"})

    text = gp.post(reverse("post:find_sent"), {"clear": "1"}, follow=True).content.decode()

    assert "1 message" in text


def test_many_messages_come_in_pages(gp: Client, sam: Viewer, demo: Any, at: datetime) -> None:
    with viewing(sam, at=at):
        for _ in range(32):
            a_text(sam, at)

    first = gp.get(reverse("post:sent")).content.decode()
    second = gp.get(reverse("post:sent"), {"page": "2"}).content.decode()
    beyond = gp.get(reverse("post:sent"), {"page": "9"}).content.decode()

    assert "Page 1 of 2" in first
    assert "32 messages" in second
    assert second.count(">Jo comes on Friday at 2.</a>") == 2
    assert "Page 1 of 2" in beyond


def test_a_letter_is_shown_as_a_letter_and_can_be_printed(
    gp: Client, sam: Viewer, demo: Any, at: datetime
) -> None:
    with viewing(sam, at=at):
        message = a_letter(sam, at)

    text = gp.get(reverse("post:sent_message", args=[message.pk])).content.decode()
    printed = gp.get(reverse("post:print_sent", args=[message.pk]))

    for shown in (text, printed.content.decode()):
        assert "Mr Desmond Clarke<br>14 Elm Rise<br>Thornton Heath<br>CR7 9XX" in shown
        assert "12 March 2026" in shown
        assert "<li>Stay warm</li>" in shown
    assert "sandbox" in printed.headers["Content-Security-Policy"]
    assert "script" not in printed.headers["Content-Security-Policy"]


def test_a_text_is_shown_on_a_telephone_and_an_email_with_working_links(
    gp: Client, sam: Viewer, demo: Any, at: datetime
) -> None:
    with viewing(sam, at=at):
        text, mail = a_text(sam, at), an_email(sam, at, sam)

    phone = gp.get(reverse("post:sent_message", args=[text.pk])).content.decode()
    email = gp.get(reverse("post:sent_message", args=[mail.pk])).content.decode()

    assert 'class="phone"' in phone
    assert "sent as 1 part" in phone
    assert '<a href="http://localhost:8000/my-day/">' in email
    assert "sam@example.org" in email


def test_words_are_shown_as_words_never_as_markup(
    gp: Client, sam: Viewer, demo: Any, at: datetime
) -> None:
    with viewing(sam, at=at):
        message = a_text(sam, at, values={"words": "<script>alert(1)</script> <b>x</b>"})

    text = gp.get(reverse("post:sent_message", args=[message.pk])).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_an_address_kept_secret_stays_so_on_the_sent_page(
    gp: Client, sam: Viewer, demo: Any, at: datetime
) -> None:
    with viewing(sam, at=at):
        message = a_letter(
            sam, at, to=Recipient.address(name="Ms Grey", to=ENVELOPE, is_secret=True)
        )

    text = gp.get(reverse("post:sent_message", args=[message.pk])).content.decode()

    assert "This address is kept secret." in text
    assert "Elm Rise" not in text


def test_a_notice_and_an_unknown_message_have_no_sent_page(
    gp: Client, sam: Viewer, demo: Any, at: datetime
) -> None:
    with viewing(sam, at=at):
        notice = a_notice(sam, at, sam)

    for message_id in (notice.pk, new_id()):
        assert gp.get(reverse("post:sent_message", args=[message_id])).status_code == 404


def test_a_role_without_leave_does_not_find_the_sent_page(
    client: Client, jo: Viewer, demo: Any, at: datetime
) -> None:
    hat = _give_hat(jo, Role.ANALYST, at)
    client.force_login(account(jo))
    session = client.session
    session["hat"] = str(hat.pk)
    session[PROVEN_BY_PROVIDER] = True
    session.save()

    assert client.get(reverse("post:sent")).status_code == 404


# --- notices and one's own messages ---------------------------------------------------------------


def test_notices_are_read_and_lead_where_they_point(
    gp: Client, jo: Viewer, sam: Viewer, at: datetime
) -> None:
    with viewing(sam, at=at):
        notice = a_notice(sam, at, jo, opens="/my-day/")
    assert "Desmond fell" in gp.get(reverse("post:notices")).content.decode()

    response = gp.post(reverse("post:mark_read", args=[notice.pk]))

    text = gp.get(reverse("post:notices")).content.decode()
    assert response.headers["Location"] == "/my-day/"
    assert "Nothing new." in text
    assert "Desmond fell" in text


def test_all_notices_are_marked_read_at_once(
    gp: Client, jo: Viewer, sam: Viewer, at: datetime
) -> None:
    with viewing(sam, at=at):
        for _ in range(3):
            a_notice(sam, at, jo)

    gp.post(reverse("post:mark_all_read"))

    assert "Nothing new." in gp.get(reverse("post:notices")).content.decode()


def test_somebody_elses_notice_cannot_be_read(
    gp: Client, sam: Viewer, stranger: Viewer, at: datetime
) -> None:
    with viewing(sam, at=at):
        notice = a_notice(sam, at, stranger)

    assert gp.post(reverse("post:mark_read", args=[notice.pk])).status_code == 404


def test_a_held_letter_is_taken_back_with_one_button(gp: Client, jo: Viewer, at: datetime) -> None:
    with viewing(jo, at=at):
        message = a_letter(jo, at)
    assert "Take back" in gp.get(reverse("post:own_messages")).content.decode()

    text = gp.post(reverse("post:take_back", args=[message.pk]), follow=True).content.decode()

    assert "Your letter did not leave." in text
    with viewing(jo, at=at):
        assert Message.objects.get().state is MessageState.TAKEN_BACK


def test_too_late_a_taking_back_says_so(gp: Client, jo: Viewer, at: datetime) -> None:
    with viewing(jo, at=at):
        message = a_letter(jo, at)
        Message.objects.update(not_before=timezone.now())

    text = gp.post(reverse("post:take_back", args=[message.pk]), follow=True).content.decode()

    assert "It is too late to take it back" in text


def test_nobody_takes_back_what_they_cannot_see(gp: Client, sam: Viewer, at: datetime) -> None:
    with viewing(sam, at=at):
        message = a_letter(sam, at)

    for route in ("post:take_back", "post:mark_copied", "post:send_again"):
        assert gp.post(reverse(route, args=[message.pk])).status_code == 404


def test_the_cards_of_my_day_show_new_notices_and_what_can_be_taken_back(
    jo: Viewer, sam: Viewer, at: datetime
) -> None:
    with viewing(sam, at=at):
        for _ in range(7):
            a_notice(sam, at, jo)
    with viewing(jo, at=at):
        a_letter(jo, at)

        hers = cards.Messages().rows(viewer=jo, at=at)
    with viewing(sam, at=at):
        his = cards.Messages().rows(viewer=sam, at=at)

    assert [row.button for row in hers] == ["Read"] * 5 + ["See all", "Take back"]
    assert list(his) == []


def test_my_day_says_how_many_texts_wait_to_be_copied_into_other_systems(
    jo: Viewer, at: datetime
) -> None:
    with viewing(jo, at=at):
        for _ in range(2):
            text = a_text_for_a_partner(jo, at)
        rows = cards.Messages().rows(viewer=jo, at=at)
        assert [(row.what, row.button) for row in rows] == [
            ("2 texts to copy into another system", "Copy")
        ]
        assert rows[0].address.endswith("#to-copy")
        verbs.mark_copied(message=text, by=jo, at=at)
        assert [row.what for row in cards.Messages().rows(viewer=jo, at=at)] == [
            "One text to copy into another system"
        ]


# --- answers by link ------------------------------------------------------------------------------


@pytest.fixture
def asked(jo: Viewer, at: datetime) -> Message:
    person = new_id()
    relate(jo, person, at)
    with viewing(jo, at=at):
        return a_letter(
            jo,
            at,
            person_id=person,
            link=LinkWanted("answer", timedelta(days=7)),
            choices=["Yes", "Not us"],
        )


def _link(message: Message) -> str:
    return reverse("post:answer_by_link", args=[links.secret_of(message.pk)])


def test_a_charity_answers_by_link_without_an_account(
    client: Client, jo: Viewer, asked: Message, at: datetime
) -> None:
    page = client.get(_link(asked)).content.decode()
    empty = client.post(_link(asked), {"words": ""}).content.decode()
    done = client.post(_link(asked), {"choice": "Yes", "words": "On Tuesday"}).content.decode()

    assert "Not us" in page
    assert "Choose an answer." in empty
    assert "Your answer has arrived. Jo Bright has been told." in done
    with viewing(jo, at=at):
        answer = Answer.objects.get()
    assert (answer.choice, answer.answered_by_name) == ("Yes", "Mr Desmond Clarke")


def test_a_wrong_secret_is_an_unknown_page_and_an_old_one_says_what_to_do(
    client: Client, jo: Viewer, asked: Message, at: datetime
) -> None:
    with viewing(jo, at=at):
        MessageLink.objects.update(expires_at=timezone.now())

    wrong = client.get(reverse("post:answer_by_link", args=["x" * 32]))
    old = client.get(_link(asked))

    assert wrong.status_code == 404
    assert old.status_code == 410
    assert "expired. Ask whoever wrote to you" in old.content.decode()
    assert "Stay warm" not in old.content.decode()


# --- budgets --------------------------------------------------------------------------------------


def test_every_page_stays_within_eight_statements(
    gp: Client, jo: Viewer, sam: Viewer, demo: Any, at: datetime
) -> None:
    person = new_id()
    relate(jo, person, at)
    with viewing(jo, at=at):
        letter = a_letter(
            jo,
            at,
            person_id=person,
            link=LinkWanted("answer", timedelta(days=7)),
            choices=["Yes"],
        )
        a_text(jo, at)
        a_notice(jo, at, jo)

    for address in (
        reverse("post:sent"),
        reverse("post:sent_message", args=[letter.pk]),
        reverse("post:print_sent", args=[letter.pk]),
        reverse("post:notices"),
        reverse("post:own_messages"),
    ):
        asked = _statements(gp, address)
        assert len(asked) <= 8, address + "\n" + "\n".join(sql[:140] for sql in asked)
