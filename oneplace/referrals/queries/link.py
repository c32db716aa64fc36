"""What a link opens: the referral it is for, and after a right code the name."""

from oneplace.access.viewer import Viewer
from oneplace.referrals.links import hash_of, party_of
from oneplace.referrals.models import AnswerLink, PassedOn


def link_by_secret(secret: str, *, viewer: Viewer) -> AnswerLink | None:
    """The link of this secret with its referral; the viewer is the party the secret makes."""
    if viewer.account_id != party_of(secret):
        return None
    found = AnswerLink.objects.select_related("referral").filter(
        pk=party_of(secret), secret_hash=hash_of(secret)
    )
    return found.first()


def opened_by_link(link: AnswerLink, *, viewer: Viewer) -> PassedOn | None:
    """The name and how to reach them, once a right code was given by whoever holds the link."""
    if viewer.account_id != link.pk or link.proved_at is None:
        return None
    return PassedOn.objects.filter(pk=link.referral_id, opened_to_id=link.pk).first()
