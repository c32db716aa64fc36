"""Who is waiting on whom, as pages: one for each partner, the longest first, and who to ring.

There is no table of partners against each other: each opens its own list. Later rooms put what
waits on a partner there too, such as decisions of its board.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.homefirst.queries.waiting import PERSON, ToRing, WaitsOn, slug_of
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day, moment, plural


class WaitingSource(Protocol):
    """What another room knows to be waiting on an organisation."""

    def rows(self, *, viewer: Viewer, at: datetime) -> Sequence[WaitsOn]: ...


_sources: list[WaitingSource] = []


def put_on_waiting_page(*sources: WaitingSource) -> None:
    """Say what else waits on partners; called by `config.wiring` alone."""
    _sources.extend(sources)


def from_other_rooms(*, viewer: Viewer, at: datetime) -> list[WaitsOn]:
    """What other rooms say is waiting."""
    return [row for source in _sources for row in source.rows(viewer=viewer, at=at)]


@dataclass(frozen=True)
class HolderLink:
    """One organisation in the list: its name alone, and whether anything waits."""

    name: str
    address: str
    has_any: bool
    is_own: bool


@dataclass(frozen=True)
class WaitLine:
    """One thing that waits."""

    kind: str
    what: str
    words: str
    part_of: str
    person: str
    address: str
    since: str
    days: str
    due: str
    is_late: bool
    ring: str


@dataclass(frozen=True)
class HoldersPage:
    """Every organisation by name; in no order of who does best or worst."""

    own: HolderLink | None
    holders: tuple[HolderLink, ...]

    @classmethod
    def of(cls, found: Sequence[WaitsOn], *, viewer: Viewer) -> "HoldersPage":
        """Partners and joint services of the place, and whoever else is waited for."""
        place = settings.PLACE
        names = {slug_of(row.code): row.short_word for row in place.partners}
        names |= {slug_of(row.code): row.short_word for row in place.joint_services}
        by_name = {row.name.casefold(): slug_of(row.code) for row in place.partners}
        own = by_name.get(viewer.organisation_name.casefold(), "")
        waited = {each.holder: each.holder_name for each in found}
        links = [
            HolderLink(
                name,
                reverse("homefirst:waiting_on", args=[key]),
                key in waited,
                key == own,
            )
            for key, name in sorted(
                {**waited, **names}.items(), key=lambda each: each[1].casefold()
            )
        ]
        return cls(next((each for each in links if each.is_own), None), tuple(links))


@dataclass(frozen=True)
class WaitingPage:
    """What waits on one organisation, the longest first, and who to ring."""

    title: str
    lead: str
    lines: tuple[WaitLine, ...]
    to_ring: tuple[ToRing, ...]
    is_person: bool

    @classmethod
    def of(
        cls,
        holder: str,
        found: Sequence[WaitsOn],
        names: Mapping[uuid.UUID, str],
        to_ring: Sequence[ToRing],
        *,
        at: datetime,
    ) -> "WaitingPage":
        """Of what waits on it."""
        place = settings.PLACE
        known = {slug_of(row.code): row.short_word for row in place.partners}
        known |= {slug_of(row.code): row.short_word for row in place.joint_services}
        name = known.get(holder) or (found[0].holder_name if found else holder)
        people = {each.person_id for each in found if each.person_id is not None}
        lead = (
            f"{plural(len(found), 'thing')} for {plural(len(people), 'person', 'people')}, the "
            "longest first."
            if found
            else "Nothing waits here of what you may see."
        )
        return cls(
            title=name,
            lead=lead,
            lines=tuple(_line(each, names, at=at) for each in found),
            to_ring=tuple(to_ring),
            is_person=holder == PERSON,
        )


def _line(each: WaitsOn, names: Mapping[uuid.UUID, str], *, at: datetime) -> WaitLine:
    today = local_day(at)
    days = (today - local_day(each.since)).days
    person = ""
    if each.person_id is not None:
        person = names.get(each.person_id, "Somebody whose record is not open to you")
    return WaitLine(
        kind=each.kind,
        what=each.what,
        words=each.words,
        part_of=each.part_of,
        person=person,
        address=each.address,
        since=moment(each.since),
        days=plural(days, "day") if days > 0 else "today",
        due=day(each.due_on) if each.due_on else "",
        is_late=each.due_on is not None and each.due_on < today,
        ring=each.ring,
    )
