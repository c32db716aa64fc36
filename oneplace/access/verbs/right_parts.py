"""Shares a copy out among the partners who recorded what is in it, each to review its own part."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime

from oneplace.access.announcements import PartsAsked
from oneplace.access.models import Right, RightPart, SourceOwner
from oneplace.access.queries.rights import with_officer
from oneplace.access.viewer import Viewer
from oneplace.kit.announcing import announce
from oneplace.kit.clock import local_day


def parts_of(right: Right) -> Mapping[str, RightPart]:
    """The part each source of entries belongs to, where another partner reviews it."""
    parts = {part.organisation_id: part for part in right.parts.select_related("organisation")}
    owners = SourceOwner.objects.filter(organisation_id__in=list(parts))
    return {row.owner: parts[row.organisation_id] for row in owners}


def share_out(
    right: Right, owners: Collection[str], *, anew: Collection[str], by: Viewer, at: datetime
) -> None:
    """Give each other partner with an officer the part it recorded; `anew` are sources with news.

    A part reviewed before stays so unless something of it is new. What partners without an officer
    recorded is reviewed by whoever answers the request. Part of `gather_right`, which saves the
    request and leaves the entry in the audit.
    """
    rows = SourceOwner.objects.filter(owner__in=list(owners)).exclude(
        organisation_id=right.organisation_id
    )
    whose: dict[str, uuid.UUID] = {row.owner: row.organisation_id for row in rows}
    wanted = with_officer(set(whose.values()), on=local_day(at))
    news = {whose[owner] for owner in anew if owner in whose}
    right.parts.exclude(organisation_id__in=wanted).delete()
    known = {part.organisation_id: part for part in right.parts.all()}
    asked = sorted(wanted - known.keys() | {each for each in wanted & news if each in known})
    RightPart.objects.bulk_create(
        RightPart(right=right, organisation_id=each, asked_at=at)
        for each in asked
        if each not in known
    )
    for each in asked:
        if each in known and known[each].reviewed_at is not None:
            part = known[each]
            part.asked_at, part.reviewed_at = at, None
            part.reviewed_by_id, part.reviewed_by_name = None, ""
            part.save(
                update_fields=["asked_at", "reviewed_at", "reviewed_by_id", "reviewed_by_name"]
            )
    right.source_ids = sorted(wanted)
    if asked:
        announce(PartsAsked(right, asked, by=by, at=at))
