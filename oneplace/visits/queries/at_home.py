"""What a worker must know before a door: whether somebody is in hospital, and whom to ring."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from oneplace.access.viewer import Viewer
from oneplace.people.models import Person
from oneplace.records.models import Entry
from oneplace.vocabulary.terms import EntryKind, EntryStatus, TieKind

_GONE: Final = (EntryStatus.IN_ERROR, EntryStatus.CANCELLED)
_RINGS_FIRST: Final = (TieKind.NEXT_OF_KIN.value,)


@dataclass(frozen=True)
class Close:
    """Somebody to ring: who they are to the person, by the source's own word where it has one."""

    name: str
    what: str
    phone: str
    is_next_of_kin: bool


@dataclass(frozen=True)
class AtHome:
    """What sources say of one person: a stay that goes on; who is close, next of kin first."""

    stay: Entry | None = None
    close: tuple[Close, ...] = ()


def at_home(person_ids: Sequence[uuid.UUID], *, viewer: Viewer) -> Mapping[uuid.UUID, AtHome]:
    """For each of these people what their sources say; three statements for all of them.

    As far as the viewer may read it: the row policies hide what their role need not know.
    """
    if viewer.account_id is None or not person_ids:
        return {}
    now = dict(Person.objects.filter(pk__in=person_ids).values_list("pk", "current_id"))
    selves = dict(
        Person.objects.filter(current_id__in=set(now.values())).values_list("pk", "current_id")
    )
    entries = Entry.objects.filter(
        subject__person_id__in=list(selves), kind__in=(EntryKind.STAY, EntryKind.TIE)
    ).exclude(status__in=_GONE)
    stays: dict[uuid.UUID, Entry] = {}
    ties: dict[uuid.UUID, dict[str, Close]] = defaultdict(dict)
    for entry in entries.select_related("subject").order_by("-sorts_at", "pk"):
        current = selves[entry.subject.person_id]  # type: ignore[index]
        if entry.kind == EntryKind.STAY:
            if entry.status == EntryStatus.CURRENT:
                stays.setdefault(current, entry)
        elif close := _close(entry.detail):
            ties[current].setdefault(close.name.lower(), close)
    return {
        asked: AtHome(
            stays.get(current),
            tuple(sorted(ties[current].values(), key=lambda one: not one.is_next_of_kin)),
        )
        for asked, current in now.items()
    }


def _close(detail: Mapping[str, Any]) -> Close | None:
    name = str(detail.get("name") or "").strip()
    if not name or detail.get("is_carer_of") is False:
        return None
    kinds = [str(kind) for kind in detail.get("kinds") or ()]
    known = {each.value: each.label for each in TieKind}
    what = str(detail.get("as_sent") or "") or next((known[k] for k in kinds if k in known), "")
    return Close(name, what, _phone(detail), any(kind in _RINGS_FIRST for kind in kinds))


def _phone(detail: Mapping[str, Any]) -> str:
    for phone in detail.get("phones") or ():
        number = phone if isinstance(phone, str) else str((phone or {}).get("number") or "")
        if number:
            return number
    return ""
