"""An entry is checked, corrected, closed for a while, and says how much room there is."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.directory import rules
from oneplace.directory.models import Capacity, Service
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import refuse_if


@transaction.atomic
def confirm_service(*, service: Service, by: Viewer, at: datetime) -> Service:
    """Write down that the entry was checked today, and by whom."""
    return _keep(
        "confirm_service",
        service,
        {"checked_on": local_day(at), "checked_by": by.name},
        by=by,
        at=at,
    )


@transaction.atomic
def correct_service(
    *,
    service: Service,
    what: str,
    who_for: str,
    how_to_refer: str,
    phone: str,
    email: str,
    by: Viewer,
    at: datetime,
) -> Service:
    """Correct what an entry says; it counts as checked. A newer word of the source replaces it."""
    changes = {
        "what": what.strip(),
        "who_for": who_for.strip(),
        "how_to_refer": how_to_refer.strip(),
        "phone": phone.strip(),
        "email": email.strip(),
        "checked_on": local_day(at),
        "checked_by": by.name,
    }
    return _keep("correct_service", service, changes, by=by, at=at)


@transaction.atomic
def close_service(
    *,
    service: Service,
    from_on: date,
    until_on: date | None,
    why: str,
    by: Viewer,
    at: datetime,
) -> Service:
    """Close a service for a while: it is not found and takes no referrals until it opens again."""
    reason = rules.why_not_close(from_on=from_on, until_on=until_on, why=why, at=at)
    if reason is not None:
        refuse_if(reason[0], field=reason[1])
    changes = {"closed_from": from_on, "closed_until": until_on, "closed_why": why.strip()}
    return _keep("close_service", service, changes, by=by, at=at)


@transaction.atomic
def open_service(*, service: Service, by: Viewer, at: datetime) -> Service:
    """Open a service again."""
    changes = {"closed_from": None, "closed_until": None, "closed_why": ""}
    return _keep("open_service", service, changes, by=by, at=at)


@transaction.atomic
def say_capacity(
    *, service: Service, capacity: Capacity, words: str = "", by: Viewer, at: datetime
) -> Service:
    """Say how much room a service has now."""
    changes = {
        "capacity": capacity,
        "capacity_words": words.strip(),
        "capacity_on": local_day(at),
    }
    return _keep("say_capacity", service, changes, by=by, at=at)


def _keep(
    action: str, service: Service, changes: dict[str, Any], *, by: Viewer, at: datetime
) -> Service:
    refuse_if(rules.why_not_keep(service, by=by))
    for field, value in changes.items():
        setattr(service, field, value)
    service.save(update_fields=list(changes))
    audit.record(by=by, at=at, action=action, subject=("service", service.pk))
    return service
