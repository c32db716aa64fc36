"""What was asked for and is not there is noted, by hand or because a service said no."""

import uuid
from datetime import datetime

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.community import rules
from oneplace.community.announcements import NeedUnmet
from oneplace.community.models import UnmetBecause, UnmetNeed
from oneplace.kit.announcing import announce
from oneplace.kit.refusals import refuse_if
from oneplace.partners.models import Network
from oneplace.vocabulary.terms import NeedKind


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
