"""What was asked for and is not there is noted, by hand or because a service said no."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.community import rules
from oneplace.community.announcements import NeedUnmet
from oneplace.community.models import UnmetBecause, UnmetNeed
from oneplace.kit.announcing import announce
from oneplace.kit.refusals import refuse_if
from oneplace.partners.models import Network, Organisation
from oneplace.referrals.announcements import ReferralMoved
from oneplace.referrals.models import Referral
from oneplace.vocabulary.terms import ConnectionSentBack, NeedKind, ReferralRejected


@transaction.atomic
def note_unmet(
    *,
    need: NeedKind,
    because: UnmetBecause,
    network: Network | None = None,
    district: str = "",
    words: str = "",
    noticed_in: str = "",
    by: Viewer,
    at: datetime,
) -> UnmetNeed:
    """Note that somebody asked for help that is not there; never who it was."""
    reason = rules.why_not_line(words, field="words")
    if reason is not None:
        refuse_if(reason[0], field=reason[1])
    noted = write_unmet(
        need=need,
        because=because,
        network=network,
        district=district,
        words=words,
        noticed_in=noticed_in,
        by=by,
        at=at,
    )
    audit.record(by=by, at=at, action="note_unmet", subject=("unmet_need", noted.pk))
    return noted


def write_unmet(
    *,
    need: NeedKind,
    because: UnmetBecause,
    network: Network | None,
    district: str,
    words: str,
    noticed_in: str,
    by: Viewer,
    at: datetime,
) -> UnmetNeed:
    """The row, within the verb that audits it."""
    noted = UnmetNeed(
        need=need,
        because=because,
        network=network,
        district=district.strip().upper()[:8],
        words=words.strip(),
        noticed_in=noticed_in,
        noted_by_name=by.name,
        noted_at=at,
    )
    noted.save(force_insert=True)
    network_id: uuid.UUID | None = network.pk if network else None
    announce(NeedUnmet(noted.pk, need.value, network_id, at))
    return noted


_BECAUSE: Final[Mapping[str, UnmetBecause]] = {
    ReferralRejected.NO_CAPACITY.value: UnmetBecause.FULL,
    ReferralRejected.NOT_OUR_SERVICE.value: UnmetBecause.NOT_OFFERED,
    ReferralRejected.OUTSIDE_AREA.value: UnmetBecause.TOO_FAR,
    ConnectionSentBack.FULL.value: UnmetBecause.FULL,
    ConnectionSentBack.OUTSIDE_AREA.value: UnmetBecause.TOO_FAR,
}
"""Which reasons for a no say that something is missing in the borough, and not in the asking."""


@transaction.atomic
def note_refused(*, moved: ReferralMoved, by: Viewer, at: datetime) -> UnmetNeed | None:
    """Count as unmet what a service said no to for want of room, or because it lies elsewhere."""
    referral = Referral.objects.filter(pk=moved.referral_id).first()
    if referral is None or not referral.need_kind:
        return None
    reason = referral.declined_because or referral.sent_back_because
    because = _BECAUSE.get(reason.value) if reason else None
    if because is None:
        return None
    practice = Organisation.objects.filter(pk=referral.practice_id or uuid.UUID(int=0))
    noted = write_unmet(
        need=NeedKind(referral.need_kind),
        because=because,
        network=next((each.network for each in practice.select_related("network")), None),
        district=referral.district,
        words=f"{referral.service_name} said no",
        noticed_in="referrals",
        by=by,
        at=at,
    )
    audit.record(by=by, at=at, action="note_unmet", subject=("unmet_need", noted.pk))
    return noted
