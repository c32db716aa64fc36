"""Whoever offers a service is asked whether its entry is right, and answers by one click."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.directory import links, rules
from oneplace.directory.models import Capacity, CheckLink, Proposal, Service
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.post import verbs as post
from oneplace.post.recipients import Recipient
from oneplace.post.verbs import Cause

LINK_OPENS: Final = timedelta(days=30)
"""How long whoever offers a service may answer, and when they are asked again at the earliest."""


@transaction.atomic
def ask_owner(*, service: Service, by: Viewer, at: datetime) -> CheckLink:
    """Ask whoever offers a service whether its entry is right; an older link opens nothing then.

    `by` is an editor, or the job that asks each night.
    """
    refuse_if(rules.why_not_ask_owner(service, by=by))
    now = timezone.now()
    CheckLink.objects.filter(service=service, used_at=None, expires_at__gt=now).update(
        expires_at=now
    )
    secret = links.new_secret()
    link = CheckLink(
        service=service,
        secret_hash=links.hash_of(secret),
        sent_to=service.email or service.provider.email,
        asked_at=at,
        expires_at=now + LINK_OPENS,
    )
    link.save(force_insert=True)
    audit.record(by=by, at=at, action="ask_owner", subject=("service", service.pk))
    post.write_message(
        template="check_entry",
        values={
            "link": links.address_of(secret),
            "checked_on": service.checked_on or local_day(service.taken_at),
        },
        to=Recipient.address(name=service.provider.name, to=link.sent_to),
        cause=Cause("directory", "check", service.pk),
        has_secret=True,
        by=by,
        at=at,
    )
    return link


@transaction.atomic
def confirm_by_link(
    *,
    link: CheckLink,
    capacity: Capacity | None = None,
    by: Viewer,
    at: datetime,
) -> Service:
    """Note that whoever offers the service says the entry is right, and how much room there is."""
    service = _of(link)
    service.checked_on = local_day(at)
    service.checked_by = service.provider.name[:160]
    changed = ["checked_on", "checked_by"]
    if capacity is not None:
        service.capacity, service.capacity_on = capacity, local_day(at)
        changed += ["capacity", "capacity_on"]
    service.save(update_fields=changed)
    _use(link)
    audit.record(by=by, at=at, action="confirm_service", subject=("service", service.pk))
    return service


@transaction.atomic
def correct_by_link(*, link: CheckLink, words: str, by: Viewer, at: datetime) -> Proposal:
    """Take what whoever offers the service says has changed, for an editor to write in."""
    service = _of(link)
    if not words.strip():
        raise Refused("Write what has changed.", field="words")
    proposal = Proposal(
        service=service,
        name=service.name,
        provider_name=service.provider.name,
        words=words.strip(),
        from_name=service.provider.name[:160],
        from_address=link.sent_to,
        made_at=at,
    )
    proposal.save(force_insert=True)
    _use(link)
    audit.record(by=by, at=at, action="propose_change", subject=("service", service.pk))
    return proposal


def _of(link: CheckLink) -> Service:
    held = CheckLink.objects.select_for_update().get(pk=link.pk)
    refuse_if(rules.why_check_link_is_closed(held, now=timezone.now()))
    return Service.objects.select_related("provider").get(pk=held.service_id)


def _use(link: CheckLink) -> None:
    CheckLink.objects.filter(pk=link.pk).update(used_at=timezone.now())
