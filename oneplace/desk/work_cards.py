"""What people at work bring to My day: who was invited, who leaves, who came and who went."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse

from oneplace.access import queries
from oneplace.access.permissions import (
    INVITE_COLLEAGUE,
    KEEP_AGREEMENTS,
    MANAGE_PEOPLE_AT_WORK,
    RECORD_LEAVER,
    REVIEW_EMERGENCY,
    SEE_AUDIT,
)
from oneplace.access.queries import agreements as agreement_queries
from oneplace.access.queries import emergency as emergency_queries
from oneplace.access.viewer import Viewer
from oneplace.desk.officer_cards import EXPIRES_WITHIN, address_of
from oneplace.kit import formats
from oneplace.kit.cards import Row, Section
from oneplace.kit.clock import day_begins, local_day

MOST = 8


class InvitationsWaiting:
    """Colleagues who were invited and have not come yet, for the section Now."""

    section = Section.NOW
    permission = INVITE_COLLEAGUE

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row each, the first link to end first; one statement."""
        waiting = sorted(
            queries.open_invitations(viewer=viewer), key=lambda one: (one.expires_at, one.pk)
        )
        return [
            Row(
                person=one.name,
                what=f"was invited as {one.post.title} and has not come yet"
                if one.expires_at > at
                else f"was invited as {one.post.title}, and the link has ended: send another",
                why_you=f"Sent {formats.moment(one.sent_at)}, {one.post.organisation.name}",
                until=one.expires_at if one.expires_at > at else None,
                button="Look",
                address=reverse("access:invitations"),
                needs_you=one.expires_at <= at,
            )
            for one in waiting[:MOST]
        ]


class Leaving:
    """Colleagues with a last day still to come, for the section Next."""

    section = Section.NEXT
    permission = RECORD_LEAVER

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row each, the first to leave first; one statement."""
        return [
            Row(
                person=one.account.name,
                what=f"leaves at the end of {formats.day(one.last_on)}",
                why_you="Access ends that night. See who takes over what they have promised",
                until=day_begins(one.last_on + timedelta(days=1)),
                button="Open",
                address=reverse("access:colleague", args=[one.account_id]),
                needs_you=False,
            )
            for one in queries.leaving_at_work(viewer=viewer, on=local_day(at))[:MOST]
        ]


class CameAndWent:
    """Who took up or gave up a post since yesterday, for the section Since yesterday."""

    section = Section.SINCE_YESTERDAY
    permission = MANAGE_PEOPLE_AT_WORK

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row each; one statement."""
        since = day_begins(local_day(at) - timedelta(days=1))
        return [
            Row(
                person=one.account.name,
                what=(
                    f"gave up the post {one.post.title}"
                    if one.ended_at
                    else f"took up the post {one.post.title}"
                ),
                why_you=one.post.organisation.name,
                button="Open",
                address=reverse("access:colleague", args=[one.account_id]),
                needs_you=False,
            )
            for one in queries.changes_at_work(viewer=viewer, since=since)[:MOST]
        ]


class AgreementsNext:
    """Agreements that end or fall due for review within three months, for the section Next."""

    section = Section.NEXT
    permission = KEEP_AGREEMENTS

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row each, the first to end first; what is late already waits in the section Now."""
        due = agreement_queries.expiring_agreements(
            viewer=viewer, on=local_day(at), within=EXPIRES_WITHIN
        )
        return [
            Row(
                what=f"Sharing agreement: {one.name}",
                why_you=f"{one.state.label}. Last day {formats.day(one.last_day)}",
                until=day_begins(agreement_queries.next_day(one) + timedelta(days=1)),
                button="Open",
                address=address_of("access:agreement", one.code),
                needs_you=False,
            )
            for one in due
            if agreement_queries.next_day(one) >= local_day(at)
        ][:MOST]


class LooksFoundLately:
    """Looks out of the ordinary that were found since yesterday, for the officers."""

    section = Section.SINCE_YESTERDAY
    permission = SEE_AUDIT

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[Row]:
        """A row each, the newest first; one statement, and none for who reviews nothing."""
        if not viewer.may(REVIEW_EMERGENCY):
            return []
        since = local_day(at) - timedelta(days=1)
        found = emergency_queries.unusual_waiting(viewer=viewer).filter(on_day__gte=since)
        return [
            Row(
                person=one.account_name,
                what=f"{one.kind.label}, {formats.day(one.on_day)}",
                why_you=one.words,
                button="Look into",
                address=reverse("desk:settle_unusual", args=[one.pk]),
                needs_you=False,
            )
            for one in found.order_by("-on_day", "id")[:MOST]
        ]
