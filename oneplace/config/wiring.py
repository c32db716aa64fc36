"""Who listens to which announcement, and what later rooms put before earlier ones: all of it, here.

Read top to bottom it says everything that happens by itself.
"""

from collections.abc import Mapping, Sequence

from oneplace.kit.announcing import Listener, wire

LISTENERS: Mapping[type, Sequence[Listener]] = {
    # LeaverRecorded and LeaverTakenBack (access): the ledger of actions will reassign what the
    # leaver had promised, when the room exists.
}


def wire_the_house() -> None:
    """Connect announcements with their listeners and pages with rooms' cards, once, at start-up."""
    from oneplace.desk.cards import put_on_my_day
    from oneplace.feeds.cards import KeptAside, SilentFeeds
    from oneplace.post.cards import HeldMessages, UnreadNotices

    wire(LISTENERS)
    put_on_my_day(UnreadNotices(), HeldMessages(), KeptAside(), SilentFeeds())
