"""What every verb of a visit does: hold it, move it on, leave the entry in the audit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from oneplace.access import audit
from oneplace.access import verbs as access_verbs
from oneplace.access.models import Relationship
from oneplace.access.viewer import Viewer
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.visits import rules
from oneplace.visits.models import Visit


def held(visit: Visit) -> Visit:
    """The visit as it stands now, kept from others until this is done."""
    found = Visit.objects.select_for_update(of=("self",)).filter(pk=visit.pk).first()
    if found is None:
        raise Refused("This visit is not open to you.")
    return found


def change(visit: Visit, **changes: Any) -> Visit:
    """Write what changed, and count the version on."""
    for field, value in changes.items():
        setattr(visit, field, value)
    visit.version += 1
    visit.save(update_fields=[*changes, "version"])
    return visit


def record(
    action: str,
    visit: Visit,
    *,
    by: Viewer,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """The entry in the audit; never a word of what was written."""
    audit.record(
        by=by,
        at=at,
        action=action,
        subject=("visit", visit.pk),
        person_id=visit.person_id,
        detail=detail,
    )


def refuse(reason: rules.Reason | None) -> None:
    """Raise `Refused` with a rule's reason and the field it is about."""
    if reason is not None:
        refuse_if(reason[0], field=reason[1])


def close_record(visit: Visit, *, by: Viewer, at: datetime) -> None:
    """Let the record open no longer to whoever was to go."""
    if visit.relationship_id is None:
        return
    opened = Relationship(pk=visit.relationship_id, person_id=visit.person_id)
    access_verbs.end_relationship(relationship=opened, by=by, at=at)
    visit.relationship_id = None
    visit.save(update_fields=["relationship_id"])


def own(by: Viewer) -> str:
    """By which name agreements know what is written at the viewer's organisation."""
    access_verbs.own_by_hand(by=by)
    return f"oneplace:{by.organisation_name}"
