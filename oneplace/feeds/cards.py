"""The small face of feeds on My day: which are silent, and what waits because it was kept aside."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.feeds import queries
from oneplace.feeds.permissions import MANAGE_FEEDS, SETTLE_QUARANTINE
from oneplace.feeds.rules import in_words
from oneplace.kit.cards import Row, Section
from oneplace.vocabulary.terms import FeedHealth


class SilentFeeds:
    """Feeds later than was agreed, for whoever keeps them arriving."""

    section = Section.NOW
    permission = MANAGE_FEEDS

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row for each feed that is late or silent; one statement."""
        return [
            Row(
                what=f"{state.source.name}: {state.standing.health.label.lower()}",
                why_you=in_words(
                    state.standing, ring=state.source.ring, phone=state.source.phone, at=at
                ),
                button="See the feed",
                address=reverse("feeds:feed", args=[state.source.pk]),
            )
            for state in queries.feed_states(viewer=viewer, at=at)
            if state.standing.health is not FeedHealth.ON_TIME
        ]


class KeptAside:
    """What could not be read and waits for the record steward."""

    section = Section.NOW
    permission = SETTLE_QUARANTINE

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """One row with the number that waits; one statement."""
        number = sum(queries.open_quarantine_counts(viewer=viewer).values())
        if not number:
            return []
        return [
            Row(
                what=f"{number:,} kept aside: could not be read",
                why_you="You settle what was kept aside; each says where and why",
                button="Look",
                address=reverse("feeds:kept_aside"),
            )
        ]
