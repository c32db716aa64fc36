"""Tells the people who keep feeds arriving that one is later than was agreed, once a silence."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from oneplace.access import audit
from oneplace.access import queries as access_queries
from oneplace.access.viewer import Viewer
from oneplace.feeds import queries
from oneplace.feeds.models import Source
from oneplace.feeds.permissions import MANAGE_FEEDS
from oneplace.feeds.queries import FeedState
from oneplace.feeds.rules import in_words
from oneplace.kit.clock import local_day
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause
from oneplace.vocabulary.terms import FeedHealth


@transaction.atomic
def tell_of_silence(*, by: Viewer, at: datetime) -> list[Source]:
    """Write a notice for each feed that has fallen silent and was not told of; returns those.

    A feed is told of again only after it has come back in between.
    """
    silent = [
        state
        for state in queries.feed_states(viewer=by, at=at)
        if state.standing.health is FeedHealth.SILENT and not _is_told(state)
    ]
    if not silent:
        return []
    keepers = access_queries.holders_of(MANAGE_FEEDS, on=local_day(at))
    for state in silent:
        source, standing = state.source, state.standing
        words = in_words(standing, ring=source.ring, phone=source.phone, at=at)
        for keeper in keepers:
            post.write_message(
                template="notice",
                values={"subject": f"{source.name}: later than agreed", "words": words},
                to=Recipient.account(keeper),
                cause=Cause("feeds", "source"),
                opens=reverse("feeds:feed", args=[source.pk]),
                by=by,
                at=at,
            )
        source.told_silent_at = at
        source.save(update_fields=["told_silent_at"])
        audit.record(
            by=by,
            at=at,
            action="tell_of_silence",
            subject=("source", source.pk),
            detail={"told": len(keepers)},
        )
    return [state.source for state in silent]


def _is_told(state: FeedState) -> bool:
    told, last = state.source.told_silent_at, state.standing.last_at
    return told is not None and (last is None or told > last)
