"""What happens to referrals because something happened elsewhere; wired in `config`."""

from oneplace.people.announcements import PeopleDied, ReferralTaken
from oneplace.referrals import verbs


def keep_call(announcement: ReferralTaken) -> None:
    """Whoever takes on somebody looked up has a referral that ends, as any other."""
    verbs.take_call(
        person_id=announcement.person_id,
        from_whom=announcement.from_whom,
        by=announcement.by,
        at=announcement.at,
    )


def stop_referrals(announcement: PeopleDied) -> None:
    """Nobody is asked to help, or rings, once somebody has died."""
    verbs.stop_for_deaths(
        person_ids=announcement.person_ids, by=announcement.by, at=announcement.at
    )
