"""Somebody proposes a change or a new entry; an editor takes it, or says why not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.directory import rules
from oneplace.directory.models import Proposal, ProposalState, Provider, Service, Source
from oneplace.directory.reading_words import category_in, needs_in
from oneplace.directory.verbs.taking import index_services
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused, refuse_if
from oneplace.vocabulary.ids import new_id

FIELDS: Final = ("what", "who_for", "how_to_refer", "phone", "email", "website", "area")
"""What may be proposed of an entry, by the name of its field."""
_HAND: Final = "hand"


@transaction.atomic
def propose(
    *,
    name: str,
    provider_name: str = "",
    says: Mapping[str, str] | None = None,
    words: str = "",
    from_name: str,
    from_address: str = "",
    service: Service | None = None,
    by: Viewer,
    at: datetime,
) -> Proposal:
    """Propose a change of an entry, or a new one; nothing stands until an editor took it."""
    said = {key: str(value).strip() for key, value in (says or {}).items() if key in FIELDS}
    reason = rules.why_not_propose(
        name, provider_name, said, words=words, from_name=from_name, is_new=service is None
    )
    if reason is not None:
        refuse_if(reason[0], field=reason[1])
    proposal = Proposal(
        service=service,
        name=name.strip(),
        provider_name=provider_name.strip(),
        says={key: value for key, value in said.items() if value},
        words=words.strip(),
        from_name=from_name.strip(),
        from_address=from_address.strip(),
        made_at=at,
    )
    proposal.save(force_insert=True)
    audit.record(by=by, at=at, action="propose_change", subject=("proposal", proposal.pk))
    return proposal


@transaction.atomic
def take_proposal(*, proposal: Proposal, by: Viewer, at: datetime) -> Service:
    """Write what was proposed into the entry, or make the new entry; it counts as checked."""
    held = _held(proposal, by=by)
    service = held.service or _new_entry(held, at=at)
    for field in FIELDS:
        if held.says.get(field):
            setattr(service, field, held.says[field])
    service.checked_on, service.checked_by = local_day(at), by.name
    service.save()
    index_services([service])
    _decide(held, ProposalState.TAKEN, why="", service=service, by=by, at=at)
    audit.record(by=by, at=at, action="take_proposal", subject=("service", service.pk))
    return service


@transaction.atomic
def refuse_proposal(*, proposal: Proposal, why: str, by: Viewer, at: datetime) -> Proposal:
    """Say why a proposal is not taken."""
    held = _held(proposal, by=by)
    if not why.strip():
        raise Refused("Write why it is not taken.", field="why")
    _decide(held, ProposalState.REFUSED, why=why.strip(), service=held.service, by=by, at=at)
    audit.record(by=by, at=at, action="refuse_proposal", subject=("proposal", held.pk))
    return held


def _held(proposal: Proposal, *, by: Viewer) -> Proposal:
    refuse_if(rules.why_not_edit(by=by))
    held = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if held.state != ProposalState.WAITING:
        raise Refused(f"{held.decided_by_name} has decided this already.")
    return held


def _decide(
    held: Proposal, state: ProposalState, *, why: str, service: Service | None, by: Viewer, at: Any
) -> None:
    held.state, held.why, held.service = state, why, service
    held.decided_by_name, held.decided_at = by.name, at
    held.save(update_fields=["state", "why", "service", "decided_by_name", "decided_at"])


def _new_entry(proposal: Proposal, *, at: datetime) -> Service:
    provider = Provider.objects.filter(name__iexact=proposal.provider_name).first()
    if provider is None:
        provider_id = new_id()
        provider = Provider(
            id=provider_id,
            source=Source.HAND,
            source_code=_HAND,
            key=str(provider_id),
            name=proposal.provider_name,
        )
        provider.save(force_insert=True)
    service_id = new_id()
    text = f"{proposal.name} {proposal.says.get('what', '')}"
    return Service(
        id=service_id,
        provider=provider,
        source=Source.HAND,
        source_code=_HAND,
        key=str(service_id),
        name=proposal.name,
        category=category_in(text),
        needs=[need.value for need in needs_in(text)],
        taken_at=at,
    )
