"""What happens to referrals because something happened elsewhere; wired in `config`.

Whoever records a death need not see the referrals it ends: a job does that, as the loader.
"""

from typing import Final

from procrastinate.contrib.django import app

from oneplace.people.announcements import DeathsUndone, PeopleDied, ReferralTaken
from oneplace.referrals import verbs

STOP_FOR_DEATHS: Final = "oneplace.referrals.jobs.stop_for_deaths"
START_AGAIN: Final = "oneplace.referrals.jobs.start_again"
"""The jobs' names; `referrals.jobs` does them."""


def keep_call(announcement: ReferralTaken) -> None:
    """Whoever takes on somebody looked up has a referral that ends, as any other."""
    verbs.take_call(
        person_id=announcement.person_id,
        from_whom=announcement.from_whom,
        by=announcement.by,
        at=announcement.at,
    )


def stop_referrals(announcement: PeopleDied) -> None:
    """Ask that nobody is asked to help, or rings, once somebody has died."""
    app.configure_task(STOP_FOR_DEATHS).defer(
        person_ids=[str(each) for each in announcement.person_ids]
    )


def start_referrals_again(announcement: DeathsUndone) -> None:
    """Ask that what a death ended goes on, since nobody died."""
    app.configure_task(START_AGAIN).defer(
        person_ids=[str(each) for each in announcement.person_ids]
    )
