"""What follows here when earlier rooms announce something; wired in `config.wiring`."""

from oneplace.community import verbs
from oneplace.referrals.announcements import ReferralMoved
from oneplace.vocabulary.terms import ConnectionState


def note_refusal(moved: ReferralMoved) -> None:
    """A service that has no room, or does not offer it, leaves a need unmet: it is counted."""
    if moved.after in (ConnectionState.DECLINED, ConnectionState.SENT_BACK):
        verbs.note_refused(moved=moved, by=moved.by, at=moved.at)
