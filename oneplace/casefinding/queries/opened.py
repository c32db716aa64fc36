"""Names a practice opened: to whom, until when, whose, and why each is on the list."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from oneplace.access.models import Relationship
from oneplace.access.viewer import Viewer
from oneplace.casefinding import found_files
from oneplace.casefinding.blocks import BlockNotUnderstood, Chosen, as_blocks, read
from oneplace.casefinding.models import NamesAsked
from oneplace.casefinding.permissions import BUILD_LISTS, OPEN_NAMES
from oneplace.insight.reasons import REASONS
from oneplace.kit.formats import day
from oneplace.partners.models import Network, Organisation
from oneplace.people import queries as people


def names_opened(*, viewer: Viewer, at: datetime) -> QuerySet[NamesAsked]:
    """Askings whose names are open now: of the viewer's practice, or for the viewer's network."""
    found = NamesAsked.objects.select_related("version__saved_list", "practice")
    mine = Q(pk__in=[])
    if viewer.may(OPEN_NAMES):
        mine |= Q(practice_id=viewer.organisation_id)
    if viewer.may(BUILD_LISTS):
        parties = (viewer.network_id, viewer.organisation_id, viewer.account_id)
        mine |= Q(party_id__in=[each for each in parties if each is not None])
    open_now = [
        each.pk
        for each in found.filter(mine, refused_at=None).exclude(opened_at=None)
        if each.open_until_at is not None and each.open_until_at > at
    ]
    return found.filter(pk__in=open_now)


def opened_people(asked: NamesAsked, *, viewer: Viewer, at: datetime) -> list[uuid.UUID]:
    """Whose names are open by this asking, as far as the viewer may open them."""
    if not names_opened(viewer=viewer, at=at).filter(pk=asked.pk).exists():
        return []
    held = Relationship.objects.filter(source_id=asked.pk, ends_at__gt=at)
    return sorted(set(held.values_list("person_id", flat=True)))


def asked_for(asked: NamesAsked, *, viewer: Viewer) -> str:
    """To whom names are opened, in words: everybody of a network or an organisation."""
    if viewer.account_id is None:
        return ""
    for model in (Network, Organisation):
        name = model.objects.filter(pk=asked.party_id).values_list("name", flat=True).first()
        if name:
            return f"{asked.asked_by_name} and everybody else who works for {name}"
    return asked.asked_by_name


def why_on_list(asked: NamesAsked, *, viewer: Viewer) -> Mapping[uuid.UUID, Sequence[str]]:
    """Why each person the viewer may open is on the list; nothing once the run is forgotten."""
    if viewer.account_id is None or not found_files.is_there(asked.run_id):
        return {}
    chosen = [*read(asked.version.blocks), Chosen("practice", asked.practice.code)]
    try:
        blocks = as_blocks(chosen)
    except BlockNotUnderstood:
        return {}
    with found_files.Asking(asked.run_id) as asking:
        found = asking.matching(blocks)
        reasons = asking.rows("reasons", found, ("pseudonym", "code", "on"))
    behind = people.people_behind(found, viewer=viewer)
    why: dict[uuid.UUID, list[str]] = {}
    for row in reasons:
        person = behind.get(row["pseudonym"])
        if person is not None and row["code"] in REASONS:
            on = f" ({day(row['on'])})" if row["on"] is not None else ""
            why.setdefault(person, []).append(f"{REASONS[row['code']].label}{on}")
    return why
