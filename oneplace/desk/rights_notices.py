"""Who hears that a copy of a record waits for their partner's part: that partner's officers.

A listener to an announcement of access (`config.wiring`); it writes into the outbox in the same
transaction. The notice names nobody: whose record it is stands on the page.
"""

from django.urls import reverse

from oneplace.access.announcements import PartsAsked
from oneplace.access.queries.emergency import officers_of
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause


def tell_of_parts(asked: PartsAsked) -> None:
    """Tell the officers of each partner that what it recorded is to be reviewed, and by when."""
    right = asked.right
    for officer in officers_of(
        asked.organisation_ids, on=local_day(asked.at), but_not=asked.by.account_id
    ):
        post.write_message(
            template="notice",
            values={
                "subject": f"Review your part of request {right.reference}",
                "words": (
                    f"{right.organisation.name} answers a request for a copy of everything kept "
                    f"about somebody, due {day(right.due_on)}. Review what your own organisation "
                    "recorded before it is released: black out or leave out what is about others."
                ),
            },
            to=Recipient.account(officer),
            cause=Cause("access", "right", right.pk),
            opens=reverse("desk:right", args=[right.pk]),
            by=asked.by,
            at=asked.at,
        )
