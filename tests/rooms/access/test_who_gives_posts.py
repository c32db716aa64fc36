"""Who gives whom which post: every role that manages people, to itself and others, of both kinds.

A clinical post opens people's records; an administrative one does not.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from oneplace.access import rules, verbs
from oneplace.access.models import Account, Hat, Invitation
from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import Refused
from oneplace.partners import verbs as partners
from oneplace.partners.models import Post
from oneplace.partners.verbs import WantedPost
from oneplace.vocabulary.terms import Role
from tests.rooms.access.conftest import SYSTEM, Borough

pytestmark = pytest.mark.django_db
ComeIn = Callable[..., Client]
TODAY = date(2026, 3, 12)

MANAGING = (Role.IG_OFFICER, Role.PROGRAMME_DIRECTOR, Role.PRACTICE_MANAGER)
CLINICAL, ADMINISTRATIVE = Role.GP, Role.PRACTICE_MANAGER
OWN = "Nobody looks after their own posts"
LOOKS = "changes nothing"

# By hand: what each manager is told, or None where the post is given.
TOLD = {
    (Role.IG_OFFICER, "self", CLINICAL): LOOKS,
    (Role.IG_OFFICER, "self", ADMINISTRATIVE): LOOKS,
    (Role.IG_OFFICER, "other", CLINICAL): LOOKS,
    (Role.IG_OFFICER, "other", ADMINISTRATIVE): LOOKS,
    (Role.PROGRAMME_DIRECTOR, "self", CLINICAL): OWN,
    (Role.PROGRAMME_DIRECTOR, "self", ADMINISTRATIVE): OWN,
    (Role.PROGRAMME_DIRECTOR, "other", CLINICAL): None,
    (Role.PROGRAMME_DIRECTOR, "other", ADMINISTRATIVE): None,
    (Role.PRACTICE_MANAGER, "self", CLINICAL): OWN,
    (Role.PRACTICE_MANAGER, "self", ADMINISTRATIVE): OWN,
    (Role.PRACTICE_MANAGER, "other", CLINICAL): None,
    (Role.PRACTICE_MANAGER, "other", ADMINISTRATIVE): None,
}
CASES = pytest.mark.parametrize(
    ("manager", "whom", "role"), TOLD, ids=lambda value: getattr(value, "value", value)
)


def _manager(borough: Borough, role: Role) -> Viewer:
    where = borough.practice if role is Role.PRACTICE_MANAGER else borough.partner
    return borough.viewer(borough.person(role, "Mana Ger", organisation=where))


def _whom(borough: Borough, whom: str, manager: Viewer) -> Account:
    if whom == "self":
        return Account.objects.get(pk=manager.account_id)
    return borough.person(Role.PHARMACIST, "Ann Other")


def _post(borough: Borough, role: Role, organisation: str | None = None) -> Post:
    # Its own title, so that nobody holds it yet.
    wanted = WantedPost(role, organisation or borough.practice, "A second post")
    made = partners.open_posts(wanted=[wanted], place=settings.PLACE, by=SYSTEM, at=borough.at)
    return made[wanted]


def _give(borough: Borough, by: Viewer, account: Account, post: Post) -> Hat:
    return verbs.give_hat(
        account=account,
        post=post,
        employer=post.organisation,
        starts_on=TODAY,
        by=by,
        at=borough.at,
    )


@CASES
def test_a_post_is_given_only_to_others_and_only_by_who_may(
    borough: Borough, manager: Role, whom: str, role: Role
) -> None:
    by = _manager(borough, manager)
    account, post = _whom(borough, whom, by), _post(borough, role)
    told = TOLD[manager, whom, role]

    if told is None:
        _give(borough, by, account, post)
    else:
        with pytest.raises(Refused, match=told):
            _give(borough, by, account, post)

    assert Hat.objects.filter(account=account, post=post).exists() is (told is None)


@CASES
def test_the_page_gives_what_the_rule_gives_and_shows_why_not(
    borough: Borough, come_in: ComeIn, manager: Role, whom: str, role: Role
) -> None:
    by = _manager(borough, manager)
    account = _whom(borough, whom, by)
    browser = come_in(Account.objects.get(pk=by.account_id))
    browser.get("/hats/")
    path = f"/people-at-work/{account.pk}/posts/"
    # A manager of the whole alliance is offered every organisation, a practice's only its own.
    typed = {
        "role": role.value, "organisation": borough.practice, "employer": borough.practice,
        "post_title": "A second post",
        "starts_on_day": "12", "starts_on_month": "3", "starts_on_year": "2026",
    }  # fmt: skip

    form = browser.get(path, follow=True).content.decode()
    answer = browser.post(path, typed, follow=True).content.decode()

    told = TOLD[manager, whom, role]
    given = Hat.objects.filter(account=account, post__title="A second post")
    assert given.exists() is (told is None)
    assert (told or rules.WHO_GIVES_POSTS) in form
    assert (told or "now also holds") in answer
    assert Post.objects.filter(title="A second post").exists() is (told is None)


@CASES
def test_an_invitation_goes_only_to_others_and_only_from_who_may(
    borough: Borough, letters: list[mail.EmailMessage], manager: Role, whom: str, role: Role
) -> None:
    by = _manager(borough, manager)
    account, post = _whom(borough, whom, by), _post(borough, role)
    told = TOLD[manager, whom, role]
    # An information-governance officer is refused already as somebody who invites nobody.
    words = "does not invite" if told == LOOKS else told

    def invite() -> object:
        return verbs.invite_colleague(
            name=account.name,
            email=str(account.email).upper(),
            post=post,
            employer=post.organisation,
            by=by,
            at=borough.at,
        )

    if words is None:
        invite()
    else:
        with pytest.raises(Refused, match=words):
            invite()

    assert Invitation.objects.exists() is (told is None)
    assert bool(letters) is (told is None)


@pytest.mark.parametrize("manager", MANAGING, ids=lambda role: role.value)
def test_nobody_changes_or_ends_their_own_post(borough: Borough, manager: Role) -> None:
    by = _manager(borough, manager)
    hat = Hat.objects.get(pk=by.hat_id)
    told = LOOKS if manager is Role.IG_OFFICER else OWN

    with pytest.raises(Refused, match=told):
        verbs.end_hat(hat=hat, by=by, at=borough.at)
    with pytest.raises(Refused, match=told):
        verbs.change_hat(
            hat=hat,
            line_manager=None,
            professional_lead=None,
            ends_on=TODAY + timedelta(days=900),
            by=by,
            at=borough.at,
        )

    hat.refresh_from_db()
    assert hat.ended_at is None and hat.ends_on is None


def test_who_looks_only_changes_nobodys_post_and_records_no_leaver(borough: Borough) -> None:
    by = _manager(borough, Role.IG_OFFICER)
    person = borough.person(Role.GP)
    # Even where a place allows this role more than the house does.
    by = replace(by, permissions=by.permissions | {"record_leaver", "invite_colleague"})

    with pytest.raises(Refused, match=LOOKS):
        verbs.end_hat(hat=person.hats.get(), by=by, at=borough.at)
    with pytest.raises(Refused, match="does not record leavers"):
        verbs.record_leaver(account=person, last_on=TODAY, by=by, at=borough.at)


def test_a_practice_manager_lets_nobody_into_another_practices_records(borough: Borough) -> None:
    by = _manager(borough, Role.PRACTICE_MANAGER)
    post = _post(borough, CLINICAL, borough.other_practice)

    # Paid by the manager's own practice, but working in another's records.
    with pytest.raises(Refused, match="their manager looks after it"):
        verbs.give_hat(
            account=borough.person(Role.PHARMACIST, "Ann Other"),
            post=post,
            employer=borough.organisation(),
            starts_on=TODAY,
            by=by,
            at=borough.at,
        )


def test_a_role_a_place_lets_manage_people_gives_no_post_in_which_records_open(
    borough: Borough,
) -> None:
    by = borough.viewer(borough.person(Role.NETWORK_FACILITATOR, "Fay Facilitator"))
    by = replace(by, permissions=by.permissions | {"manage_people_at_work"})
    account = borough.person(Role.PHARMACIST, "Ann Other")

    with pytest.raises(Refused, match="records open to a"):
        _give(borough, by, account, _post(borough, CLINICAL))
    given = _give(borough, by, account, _post(borough, Role.VOLUNTARY_ORGANISATION))

    assert given.account == account


def test_nobody_takes_back_their_own_leaving(borough: Borough) -> None:
    director = borough.director()
    by = _manager(borough, Role.PRACTICE_MANAGER)
    leaving = verbs.record_leaver(
        account=Account.objects.get(pk=by.account_id),
        last_on=TODAY + timedelta(days=7),
        by=director,
        at=borough.at,
    )

    with pytest.raises(Refused, match="their own leaving"):
        verbs.take_back_leaver(leaving=leaving, by=by, at=borough.at)
