"""What access knows of an account is shown to it and to who looks after it, to nobody else."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client

from oneplace.access import queries, verbs
from oneplace.access.secrets import new_secret
from oneplace.access.viewer import NOBODY
from oneplace.vocabulary.terms import Role
from tests.rooms.access.conftest import Borough

pytestmark = pytest.mark.django_db
ComeIn = Callable[..., Client]


def test_a_stranger_finds_no_invitation_and_nobody_to_give_a_post_to(
    borough: Borough, letters: list[mail.EmailMessage]
) -> None:
    held = borough.person(Role.GP).hats.get()
    manager = borough.manager()
    sent = verbs.invite_colleague(
        name="Nina New",
        email="nina@example.org",
        post=held.post,
        employer=borough.organisation(),
        by=manager,
        at=borough.at,
    )
    stranger = borough.viewer(borough.person(Role.GP, "Stran Ger"))
    elsewhere = borough.manager(borough.other_practice)

    for viewer in (stranger, NOBODY, elsewhere):
        assert queries.invitation(sent.invitation.pk, viewer=viewer) is None
    for viewer in (stranger, NOBODY):
        assert queries.teams(viewer=viewer) == []
    assert queries.invitation(sent.invitation.pk, viewer=manager) == sent.invitation


def test_the_pages_about_somebody_at_work_do_not_exist_for_a_stranger(
    borough: Borough, come_in: ComeIn
) -> None:
    person = borough.person(Role.GP)
    hat = person.hats.get()
    browser = come_in(borough.person(Role.GP, "Stran Ger"))
    browser.get("/hats/")

    for path in (
        "/people-at-work/",
        "/people-at-work/invite/",
        "/people-at-work/invitations/",
        f"/people-at-work/{person.pk}/",
        f"/people-at-work/{person.pk}/posts/",
        f"/people-at-work/{person.pk}/leaving/",
        f"/people-at-work/posts/{hat.pk}/",
    ):
        assert browser.get(path).status_code == 404, path


def test_ones_own_sign_in_shows_nothing_of_anybody_elses(borough: Borough, come_in: ComeIn) -> None:
    other = borough.person(Role.GP, "Ann Other")
    come_in(other, Client(headers={"user-agent": "Safari/1 iPhone"}))
    mine = come_in(
        borough.person(Role.GP, "Own Self"), Client(headers={"user-agent": "Firefox/120 Windows"})
    )

    page = mine.get("/your-sign-in/").content.decode()

    assert "Firefox on Windows" in page
    assert "iPhone" not in page
    assert other.email not in page


def test_a_guessed_link_opens_no_invitation(
    borough: Borough, client: Client, letters: list[mail.EmailMessage]
) -> None:
    verbs.invite_colleague(
        name="Nina New",
        email="nina@example.org",
        post=borough.person(Role.GP).hats.get().post,
        employer=borough.organisation(),
        by=borough.manager(),
        at=borough.at,
    )
    guessed = new_secret()

    page = client.get(f"/invitation/{guessed}/")

    assert queries.invitation_of_secret(guessed) is None
    assert page.status_code == 410
    assert "Nina" not in page.content.decode()
