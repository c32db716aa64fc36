"""Nobody takes over an account by an address: not at a provider, not by an invitation's link."""

import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.test import Client

from oneplace.access import verbs
from oneplace.access.models import Account, Hat, Invitation
from oneplace.access.providers import Provider, read_providers
from oneplace.access.verbs.invitations import Sent
from oneplace.access.viewer import NOBODY
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.place import PlaceError
from oneplace.vocabulary.terms import AccountKind, Role
from tests.rooms.access.conftest import PASSWORD, Borough, audited
from tests.rooms.access.test_providers import CIS2

TODAY = date(2026, 3, 12)
NEW = "quite another four words"


# --- at a provider --------------------------------------------------------------------------------


def _provider(**changed: Any) -> Provider:
    given = tomllib.loads(CIS2.format(issuer="https://sign-in.example.org"))["providers"][0]
    return Provider.model_validate({**given, **changed})


@pytest.mark.parametrize(
    ("said", "is_enough"),
    [
        ({"email_verified": True}, True),
        ({"email_verified": "true"}, True),
        ({"email_verified": False}, False),
        ({"email_verified": "false"}, False),
        ({"email_verified": 1}, False),
        ({"email_verified": ""}, False),
        ({"email_verified": ["true"]}, False),
        ({"email_verified": None}, False),
        ({}, False),
    ],
)
def test_an_address_counts_only_where_the_claim_says_it_is_verified(
    said: dict[str, object], is_enough: bool
) -> None:
    claims = {"email": "ruth@example.org", **said}

    assert _provider().vouches_for_email_in(claims) is is_enough
    assert _provider(vouches_for_email=False).vouches_for_email_in(claims) is False


def test_a_missing_claim_is_enough_only_where_the_file_says_every_address_is_verified() -> None:
    provider = _provider(every_email_is_verified=True)

    claims = {"email": "ruth@example.org"}

    assert provider.vouches_for_email_in(claims)
    assert not provider.vouches_for_email_in({**claims, "email_verified": "false"})


@pytest.mark.parametrize(
    ("email", "is_enough"),
    [
        ("ruth@example.org", True),
        (" Ruth@Example.ORG ", True),
        ("ruth@care.example.org", False),
        ("ruth@notexample.org", False),
        ("ruth@example.org.elsewhere.example", False),
        ("director@nhs.example", False),
        ("example.org", False),
        ("ruth@", False),
        ("", False),
        (None, False),
    ],
)
def test_an_address_counts_only_in_the_providers_own_domains(
    email: str | None, is_enough: bool
) -> None:
    claims = {"email": email, "email_verified": True}

    assert _provider(every_email_is_verified=True).vouches_for_email_in(claims) is is_enough


def _admit(
    borough: Borough, account: Account, *spoken_for: str, provider: str = "care-home"
) -> Account:
    admitted, _ = verbs.admit_from_provider(
        provider_key=provider,
        provider_name="A care home",
        subject="mallory",
        name="Mallory",
        email=str(account.email),
        is_email_vouched_for=True,
        speaks_for=lambda code: code in spoken_for,
        by=NOBODY,
        at=borough.at,
    )
    return admitted


def _links(account: Account) -> int:
    return len(SocialAccount.objects.filter(user=account))


@pytest.mark.django_db
def test_a_provider_opens_no_account_whose_posts_are_elsewhere(borough: Borough) -> None:
    director = borough.person(
        Role.PROGRAMME_DIRECTOR, "Dora Director", organisation=borough.partner
    )

    with pytest.raises(Refused, match="A care home does not speak") as refused:
        _admit(borough, director, borough.practice)

    assert borough.organisation(borough.partner).name not in refused.value.reason
    assert _links(director) == 0


@pytest.mark.django_db
def test_one_post_elsewhere_is_enough_to_refuse_and_one_run_out_is_not(borough: Borough) -> None:
    account = borough.person(Role.GP)
    elsewhere = borough.hat(account, Role.GP, organisation=borough.other_practice)

    with pytest.raises(Refused, match="does not speak"), transaction.atomic():
        _admit(borough, account, borough.practice)
    Hat.objects.filter(pk=elsewhere.pk).update(ends_on=TODAY - timedelta(days=1))
    admitted = _admit(borough, account, borough.practice)

    assert admitted == account and _links(account) == 1


@pytest.mark.django_db
def test_an_employer_or_a_host_speaks_for_a_secondment(borough: Borough) -> None:
    for number, spoken_for in enumerate((borough.practice, borough.other_practice)):
        account = borough.account(f"Sec Onded {number}")
        borough.hat(
            account, Role.GP, organisation=borough.other_practice, employer=borough.practice
        )

        assert _admit(borough, account, spoken_for, provider=f"p{number}") == account


@pytest.mark.django_db
def test_being_recognised_by_an_address_is_audited_by_name(borough: Borough) -> None:
    account = borough.person(Role.GP)

    _admit(borough, account, borough.practice)

    (entry,) = audited("admit_from_provider")
    assert entry.subject_id == str(account.pk)
    assert entry.detail == {
        "provider": "care-home",
        "name": "A care home",
        "account": "recognised by address",
    }


def test_every_address_verified_but_nobody_vouched_for_is_named(tmp_path: Path) -> None:
    text = CIS2.format(issuer="https://sign-in.example.org").replace(
        "vouches_for_email = true", "every_email_is_verified = true"
    )
    (tmp_path / "sign-in.toml").write_text(text)

    with pytest.raises(PlaceError, match="every_email_is_verified says nothing"):
        read_providers(tmp_path, settings.PLACE)


# --- by an invitation's link ----------------------------------------------------------------------


@pytest.fixture
def invited(borough: Borough, letters: list[mail.EmailMessage]) -> Callable[..., Sent]:
    """Invites an address to a pharmacist's post at the practice."""

    def inviting(email: str) -> Sent:
        manager = borough.manager()
        post = borough.hat(borough.account("Pre Decessor"), Role.PHARMACIST).post
        return verbs.invite_colleague(
            name="Nina New",
            email=email,
            post=post,
            employer=borough.organisation(),
            by=manager,
            at=borough.at,
        )

    return inviting


def _accept(borough: Borough, invitation: Invitation, password: str | None = NEW) -> Hat:
    return verbs.accept_invitation(
        invitation=invitation, password=password, by=NOBODY, at=borough.at
    )


def _nothing_happened(account: Account, invitation: Invitation) -> bool:
    account.refresh_from_db()
    invitation.refresh_from_db()
    return (
        invitation.accepted_at is None
        and not account.hats.filter(source="invitation").exists()
        and not account.check_password(NEW)
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind", [kind for kind in AccountKind if kind is not AccountKind.STAFF], ids=lambda k: k.value
)
def test_an_account_of_another_kind_takes_up_no_post(
    borough: Borough, invited: Callable[..., Sent], kind: AccountKind
) -> None:
    sent = invited("rose@example.org")
    # The address was free when the invitation went out.
    account = borough.account("Rose Resident", email="rose@example.org", kind=kind)

    with pytest.raises(Refused, match="A resident signs in"):
        _accept(borough, sent.invitation)

    assert _nothing_happened(account, sent.invitation)


@pytest.mark.django_db
def test_an_account_ended_since_is_not_opened_again_by_an_older_link(
    borough: Borough, invited: Callable[..., Sent]
) -> None:
    sent = invited("nina@example.org")
    account = borough.account("Nina New", email="nina@example.org")
    account.is_active = False
    account.save()

    with pytest.raises(Refused, match="ended after this invitation"):
        _accept(borough, sent.invitation)

    assert _nothing_happened(account, sent.invitation)
    assert not account.is_active


@pytest.mark.django_db
def test_whoever_left_before_is_invited_back_and_whoever_left_since_is_not(
    borough: Borough, invited: Callable[..., Sent]
) -> None:
    account = borough.person(Role.GP, "Nina New")
    verbs.record_leaver(account=account, last_on=TODAY, by=borough.manager(), at=borough.at)
    sent = invited(str(account.email))
    account.refresh_from_db()
    Invitation.objects.filter(pk=sent.invitation.pk).update(
        sent_at=datetime.now(UTC) - timedelta(days=1)
    )

    with pytest.raises(Refused, match="ended after this invitation"):
        _accept(borough, sent.invitation)
    Invitation.objects.filter(pk=sent.invitation.pk).update(sent_at=datetime.now(UTC))
    hat = _accept(borough, sent.invitation)

    assert hat.account.is_active and hat.account.check_password(NEW)


@pytest.mark.django_db
def test_a_post_whose_last_day_is_past_is_not_taken_up(
    borough: Borough, invited: Callable[..., Sent], client: Client
) -> None:
    sent = invited("nina@example.org")
    Invitation.objects.filter(pk=sent.invitation.pk).update(ends_on=TODAY + timedelta(days=2))

    with pytest.raises(Refused, match="The post ended on 14 March"), transaction.atomic():
        verbs.accept_invitation(
            invitation=sent.invitation,
            password=NEW,
            by=NOBODY,
            at=borough.at + timedelta(days=5),
        )
    Invitation.objects.filter(pk=sent.invitation.pk).update(ends_on=date(2020, 1, 31))
    page = client.get(urlsplit(sent.link).path)

    assert not Account.objects.filter(email="nina@example.org").exists()
    assert page.status_code == 410
    assert "The post ended on 31 January" in page.content.decode()


@pytest.mark.django_db
def test_the_last_day_of_a_post_is_early_enough_to_take_it_up(
    borough: Borough, invited: Callable[..., Sent]
) -> None:
    sent = invited("nina@example.org")
    Invitation.objects.filter(pk=sent.invitation.pk).update(ends_on=TODAY)

    hat = _accept(borough, sent.invitation)

    assert (hat.starts_on, hat.ends_on) == (TODAY, TODAY)


@pytest.mark.django_db
def test_nobody_takes_up_a_post_they_offered_themselves(
    borough: Borough, invited: Callable[..., Sent]
) -> None:
    sent = invited("other@example.org")
    manager = Account.objects.get(pk=sent.invitation.invited_by_id)
    # The manager's own address becomes the invited one afterwards.
    manager.email = "other@example.org"
    manager.save()

    with pytest.raises(Refused, match="offered themselves"):
        _accept(borough, sent.invitation, None)

    assert _nothing_happened(manager, sent.invitation)


@pytest.mark.django_db
def test_without_a_password_only_a_working_account_takes_up_a_post(
    borough: Borough, invited: Callable[..., Sent]
) -> None:
    sent = invited("nina@example.org")
    listed = borough.account("Nina New", email="nina@example.org", password=None)

    with pytest.raises(Refused, match="Open the link again"):
        _accept(borough, sent.invitation, None)
    _accept(borough, sent.invitation, PASSWORD)

    listed.refresh_from_db()
    assert listed.check_password(PASSWORD)
