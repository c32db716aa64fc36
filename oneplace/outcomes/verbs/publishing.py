"""Figures are frozen for everybody to read; a correction follows, never replaces."""

import hashlib
from datetime import datetime

import orjson
from django.db import transaction
from django.db.models import Max

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import Refused
from oneplace.outcomes import publishing, queries, rules
from oneplace.outcomes.models import Behind, Publication
from oneplace.vocabulary.ids import new_id


@transaction.atomic
def publish_figures(
    *, corrects: Publication | None = None, correction: str = "", by: Viewer, at: datetime
) -> Publication:
    """Freeze what is measured now as the next publication, through the gate for small numbers."""
    measuring = queries.current(viewer=by)
    refused = rules.why_not_publish(
        by, is_measured=measuring is not None, corrects=corrects, why=correction
    )
    if refused is not None or measuring is None:
        reason, field = refused or ("Nothing has been measured yet.", None)
        raise Refused(reason, field=field)
    earlier = queries.counts_behind(viewer=by)
    content, behind = publishing.frozen(measuring, earlier, viewer=by, at=at)
    made = Publication.objects.create(
        id=new_id(),
        number=(Publication.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
        published_at=at,
        published_by_name=by.name,
        snapshot=measuring.snapshot,
        snapshot_made_at=measuring.snapshot_made_at,
        content=content,
        sha256=hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest(),
        corrects=corrects,
        correction=correction.strip(),
    )
    Behind.objects.bulk_create(
        Behind(publication=made, cell=cell, count=count) for cell, count in behind.items()
    )
    audit.record(
        by=by,
        at=at,
        action="publish_figures",
        subject=("publication", made.pk),
        detail={"number": made.number, "sha256": made.sha256},
    )
    return made
