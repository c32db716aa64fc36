"""Posts over time: last days that pass, run on or come again, and leavings taken back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction

from oneplace.access import verbs
from oneplace.access.models import Account, Hat, Invitation, Leaving
from oneplace.access.viewer import Viewer, load_viewer
from oneplace.kit.clock import day_begins
from oneplace.kit.refusals import Refused
from oneplace.vocabulary.terms import Role
from tests.rooms.access.conftest import SYSTEM, Borough

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 12)
IN_TEN_DAYS = TODAY + timedelta(days=10)
YESTERDAY = TODAY - timedelta(days=1)


def _give(borough: Borough, account: Account, hat: Hat, by: Viewer) -> Hat:
    return verbs.give_hat(
        account=account,
        post=hat.post,
        employer=borough.organisation(),
        starts_on=TODAY,
        by=by,
        at=borough.at,
    )


def _change(hat: Hat, ends_on: date | None, by: Viewer, at: datetime) -> Hat:
    return verbs.change_hat(
        hat=Hat.objects.get(pk=hat.pk),
        line_manager=None,
        professional_lead=None,
        ends_on=ends_on,
        by=by,
        at=at,
    )


def _leaves(borough: Borough, account: Account, last_on: date, by: Viewer) -> Leaving:
    return verbs.record_leaver(account=account, last_on=last_on, by=by, at=borough.at)


# --- days on the wall ---


def test_a_post_that_ended_in_june_opens_nothing_after_midnight_in_summer(borough: Borough) -> None:
    account = borough.account()
    hat = borough.hat(account, Role.GP, ends_on=date(2026, 6, 30))
    before, after = (datetime(2026, 6, 30, *time, tzinfo=UTC) for time in ((22, 30), (23, 30)))

    last_hour = load_viewer(account.pk, hat.pk, at=before)
    next_day = load_viewer(account.pk, hat.pk, at=after)

    assert last_hour is not None and last_hour.role is Role.GP
    assert next_day is not None and next_day.role is None


def test_a_leaver_recorded_after_midnight_in_summer_leaves_at_once(borough: Borough) -> None:
    account = borough.person(Role.GP)
    at = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)

    leaving = verbs.record_leaver(
        account=account, last_on=date(2026, 7, 1), by=borough.director(), at=at
    )

    assert leaving.took_effect_at is not None


# --- leavings taken back ---


def test_taking_back_a_leaving_leaves_ended_what_somebody_ended_meanwhile(
    borough: Borough,
) -> None:
    director, account = borough.director(), borough.account()
    misused, other = borough.hat(account, Role.GP), borough.hat(account, Role.COMMUNITY_NURSE)
    leaving = _leaves(borough, account, IN_TEN_DAYS, director)
    verbs.end_hat(hat=Hat.objects.get(pk=misused.pk), by=director, at=borough.at)

    verbs.take_back_leaver(leaving=leaving, by=director, at=borough.at)

    misused.refresh_from_db()
    other.refresh_from_db()
    assert misused.ended_at == borough.at
    assert (other.ended_at, other.ends_on) == (None, None)


def test_taking_back_a_leaving_that_came_gives_back_only_what_it_ended(borough: Borough) -> None:
    director, account = borough.director(), borough.account()
    misused, other = borough.hat(account, Role.GP), borough.hat(account, Role.COMMUNITY_NURSE)
    verbs.end_hat(hat=misused, by=director, at=borough.at)
    leaving = _leaves(borough, account, TODAY, director)

    verbs.take_back_leaver(leaving=leaving, by=director, at=borough.at)

    still_open = Hat.objects.filter(account=account, ended_at__isnull=True)
    assert list(still_open) == [other]
    account.refresh_from_db()
    assert (account.is_active, account.left_at) == (True, None)


def test_taking_back_a_leaving_leaves_a_last_day_set_meanwhile(borough: Borough) -> None:
    director, account = borough.director(), borough.account()
    hat = borough.hat(account, Role.GP)
    leaving = _leaves(borough, account, IN_TEN_DAYS, director)
    _change(hat, TODAY + timedelta(days=3), director, borough.at)

    verbs.take_back_leaver(leaving=leaving, by=director, at=borough.at)

    hat.refresh_from_db()
    assert hat.ends_on == TODAY + timedelta(days=3)


def test_taking_back_a_leaving_after_the_post_was_given_again_keeps_the_new_one(
    borough: Borough,
) -> None:
    director, account = borough.director(), borough.account()
    hat = borough.hat(account, Role.GP)
    leaving = _leaves(borough, account, IN_TEN_DAYS, director)
    verbs.end_hat(hat=Hat.objects.get(pk=hat.pk), by=director, at=borough.at)
    given = _give(borough, account, hat, director)

    verbs.take_back_leaver(leaving=leaving, by=director, at=borough.at)

    assert list(Hat.objects.filter(account=account, ended_at__isnull=True)) == [given]


def test_taking_back_a_leaving_to_come_opens_no_account_that_closed_otherwise(
    borough: Borough,
) -> None:
    director, account = borough.director(), borough.account()
    borough.hat(account, Role.GP)
    leaving = _leaves(borough, account, IN_TEN_DAYS, director)
    Account.objects.filter(pk=account.pk).update(is_active=False)

    verbs.take_back_leaver(leaving=leaving, by=director, at=borough.at)

    account.refresh_from_db()
    assert not account.is_active


@pytest.mark.parametrize("last_on", [TODAY, IN_TEN_DAYS], ids=["at once", "to come"])
def test_an_employer_reopens_no_post_that_its_host_recorded_as_left(
    borough: Borough, last_on: date
) -> None:
    host, employer = borough.manager(), borough.manager(borough.other_practice)
    account = borough.account()
    hat = borough.hat(account, Role.GP, employer=borough.other_practice)
    leaving = _leaves(borough, account, last_on, host)
    hat.refresh_from_db()
    before = (hat.ended_at, hat.ends_on)

    with pytest.raises(Refused, match="This post is at"), transaction.atomic():
        verbs.take_back_leaver(leaving=leaving, by=employer, at=borough.at)

    hat.refresh_from_db()
    assert (hat.ended_at, hat.ends_on) == before
    verbs.take_back_leaver(leaving=leaving, by=host, at=borough.at)
    hat.refresh_from_db()
    assert (hat.ended_at, hat.ends_on) == (None, None)


def test_the_manager_of_one_post_does_not_reopen_another_elsewhere(borough: Borough) -> None:
    director, manager = borough.director(), borough.manager()
    account = borough.account()
    borough.hat(account, Role.GP)
    borough.hat(account, Role.GP, organisation=borough.other_practice)
    leaving = _leaves(borough, account, TODAY, director)

    with pytest.raises(Refused, match="This post is at"), transaction.atomic():
        verbs.take_back_leaver(leaving=leaving, by=manager, at=borough.at)

    assert not Hat.objects.filter(account=account, ended_at__isnull=True).exists()
    account.refresh_from_db()
    assert not account.is_active


def test_whoever_recorded_a_leaving_takes_back_their_own_mistake_and_no_more(
    borough: Borough,
) -> None:
    employer = borough.manager(borough.other_practice)
    account = borough.account()
    lent = borough.hat(account, Role.GP, employer=borough.other_practice)
    leaving = _leaves(borough, account, TODAY, employer)

    verbs.take_back_leaver(leaving=leaving, by=employer, at=borough.at)

    lent.refresh_from_db()
    assert lent.ended_at is None


def test_taking_back_a_leaving_reopens_no_invitation_that_was_sent_anew(
    borough: Borough, letters: list[mail.EmailMessage]
) -> None:
    director, account = borough.director(), borough.account()
    borough.hat(account, Role.COMMUNITY_NURSE)
    post = borough.hat(borough.account("Another"), Role.GP).post
    offer = {
        "name": "x", "email": str(account.email), "post": post, "employer": borough.organisation(),
        "by": director, "at": borough.at,
    }  # fmt: skip
    first = verbs.invite_colleague(**offer).invitation  # type: ignore[arg-type]
    leaving = _leaves(borough, account, TODAY, director)
    second = verbs.invite_colleague(**offer).invitation  # type: ignore[arg-type]

    verbs.take_back_leaver(leaving=leaving, by=director, at=borough.at)

    waiting = Invitation.objects.filter(withdrawn_at__isnull=True)
    assert list(waiting) == [second] and first != second


# --- a last day moved ---


def test_an_employer_does_not_reopen_a_post_that_the_host_let_end(borough: Borough) -> None:
    account = borough.account("Sec Onded")
    hat = borough.hat(
        account, Role.GP, organisation=borough.other_practice, employer=borough.practice
    )
    host, employer = borough.manager(borough.other_practice), borough.manager(borough.practice)
    _change(hat, TODAY, host, borough.at)
    later = borough.at + timedelta(days=30)

    for ends_on in (None, later.date() + timedelta(days=1)):
        with pytest.raises(Refused, match="their manager looks after it"), transaction.atomic():
            _change(hat, ends_on, employer, later)

    viewer = load_viewer(account.pk, hat.pk, at=later)
    assert viewer is not None and viewer.role is None


def test_an_employer_shortens_and_ends_what_somebody_does_elsewhere(borough: Borough) -> None:
    hat = borough.hat(
        borough.account("Sec Onded"),
        Role.GP,
        organisation=borough.other_practice,
        employer=borough.practice,
    )
    employer = borough.manager(borough.practice)

    shortened = _change(hat, IN_TEN_DAYS, employer, borough.at)
    unchanged = _change(hat, IN_TEN_DAYS, employer, borough.at)
    ended = verbs.end_hat(hat=unchanged, by=employer, at=borough.at)

    assert shortened.ends_on == IN_TEN_DAYS and ended.ended_at == borough.at


def test_the_host_lets_a_post_run_on(borough: Borough) -> None:
    hat = borough.hat(borough.account(), Role.GP, ends_on=IN_TEN_DAYS)

    changed = _change(hat, None, borough.manager(), borough.at)

    assert changed.ends_on is None


def test_a_last_day_set_since_the_page_was_opened_counts(borough: Borough) -> None:
    hat = borough.hat(
        borough.account("Sec Onded"),
        Role.GP,
        organisation=borough.other_practice,
        employer=borough.practice,
    )
    stale, employer = Hat.objects.get(pk=hat.pk), borough.manager(borough.practice)
    _change(hat, TODAY, borough.manager(borough.other_practice), borough.at)

    with pytest.raises(Refused, match="their manager looks after it"):
        verbs.change_hat(
            hat=stale,
            line_manager=None,
            professional_lead=None,
            ends_on=None,
            by=employer,
            at=borough.at,
        )


# --- a post that has run out, given again ---


@pytest.fixture
def run_out(borough: Borough) -> Hat:
    """A post whose last day was yesterday."""
    return borough.hat(borough.account("Back Again"), Role.GP, ends_on=YESTERDAY)


def _both(run_out: Hat) -> tuple[Hat, Hat]:
    old, new = Hat.objects.filter(account=run_out.account).order_by("ended_at")
    return old, new


def test_a_post_that_has_run_out_is_given_again(borough: Borough, run_out: Hat) -> None:
    given = _give(borough, run_out.account, run_out, borough.director())

    old, new = _both(run_out)
    assert (old, new) == (run_out, given)
    assert old.ended_at == day_begins(TODAY) and old.ends_on == YESTERDAY
    viewer = load_viewer(run_out.account_id, new.pk, at=borough.at)
    assert viewer is not None and viewer.role is Role.GP


def test_a_post_still_held_is_not_given_twice(borough: Borough) -> None:
    hat = borough.hat(borough.account(), Role.GP, ends_on=TODAY)

    with pytest.raises(Refused, match="already holds this post"):
        _give(borough, hat.account, hat, borough.director())


def test_somebody_is_invited_back_to_a_post_that_has_run_out(
    borough: Borough, run_out: Hat, letters: list[mail.EmailMessage]
) -> None:
    sent = verbs.invite_colleague(
        name="Back Again",
        email=str(run_out.account.email),
        post=run_out.post,
        employer=borough.organisation(),
        by=borough.director(),
        at=borough.at,
    )

    accepted = verbs.accept_invitation(
        invitation=sent.invitation, password=None, by=SYSTEM, at=borough.at
    )

    assert accepted != run_out
    viewer = load_viewer(run_out.account_id, accepted.pk, at=borough.at)
    assert viewer is not None and viewer.role is Role.GP


def test_a_provider_gives_again_what_has_run_out(borough: Borough, run_out: Hat) -> None:
    given, ended = verbs.keep_hats_in_step(
        account=run_out.account,
        source="nhs-login",
        posts=[run_out.post],
        employers={run_out.post_id: run_out.employer_id},
        by=SYSTEM,
        at=borough.at,
    )

    assert (given, ended) == (1, 0)
    assert _both(run_out)[1].ended_at is None


def test_a_manager_records_a_leaver_who_once_worked_elsewhere(borough: Borough) -> None:
    account = borough.person(Role.GP)
    borough.hat(account, Role.GP, organisation=borough.other_practice, ends_on=YESTERDAY)

    leaving = _leaves(borough, account, TODAY, borough.manager())

    assert leaving.took_effect_at is not None


def _claimed(borough: Borough, hat: Hat) -> tuple[int, int]:
    """What a sign-in at the provider brings that claims the post of this hat."""
    return verbs.keep_hats_in_step(
        account=hat.account,
        source="nhs-login",
        posts=[hat.post],
        employers={hat.post_id: hat.employer_id},
        by=SYSTEM,
        at=borough.at,
    )


@pytest.fixture
def from_provider(borough: Borough) -> Hat:
    """A post that a provider's claim gave."""
    hat = borough.hat(borough.account(), Role.GP)
    Hat.objects.filter(pk=hat.pk).update(source="nhs-login")
    return Hat.objects.get(pk=hat.pk)


def test_a_post_ended_by_its_manager_does_not_come_back_with_the_next_sign_in(
    borough: Borough, from_provider: Hat
) -> None:
    verbs.end_hat(hat=from_provider, by=borough.director(), at=borough.at)

    again = [_claimed(borough, from_provider) for _ in range(2)]

    assert again == [(0, 0), (0, 0)]
    assert not Hat.objects.filter(account=from_provider.account, ended_at=None).exists()


def test_a_last_day_the_host_set_holds_against_the_providers_claim(
    borough: Borough, from_provider: Hat
) -> None:
    Hat.objects.filter(pk=from_provider.pk).update(
        starts_on=YESTERDAY - timedelta(days=9), ends_on=YESTERDAY
    )

    assert _claimed(borough, from_provider) == (0, 0)


def test_what_only_followed_the_claims_comes_back_with_them(
    borough: Borough, from_provider: Hat
) -> None:
    verbs.keep_hats_in_step(
        account=from_provider.account,
        source="nhs-login",
        posts=[],
        employers={},
        by=SYSTEM,
        at=borough.at,
    )

    assert _claimed(borough, from_provider) == (1, 0)


def test_a_post_ended_here_comes_back_once_somebody_gives_it_again(
    borough: Borough, from_provider: Hat
) -> None:
    verbs.end_hat(hat=from_provider, by=borough.director(), at=borough.at)

    given = _give(borough, from_provider.account, from_provider, borough.director())

    assert given.ended_at is None
    assert _claimed(borough, from_provider) == (0, 0)
    assert Hat.objects.get(pk=given.pk).ended_at is None
