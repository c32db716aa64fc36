"""What waits on whom before somebody can go home or be helped: each thing with who is to act.

Blockers of feeds and of ours, things to arrange with the smaller things under them, asks of the
ledger, referrals nobody answered, providers who were asked, questions of the desk, and a panel that
has not met. Of people whose record opens to the viewer, who are in a bed or open at a desk.
"""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.urls import reverse

from oneplace.access.viewer import Viewer
from oneplace.actions.models import Action
from oneplace.actions.models.action import OPEN as OPEN_ACTIONS
from oneplace.homefirst.models import (
    OPEN,
    Arranged,
    DeskCase,
    DeskState,
    ProviderAsk,
    Task,
)
from oneplace.homefirst.permissions import SEE_DISCHARGES
from oneplace.homefirst.queries.journey import StayFound, in_hospital
from oneplace.kit.clock import local_day
from oneplace.partners.models import Organisation, Team
from oneplace.referrals.models import Referral
from oneplace.vocabulary.terms import ConnectionState, DeclaredCapacity, Pathway

NOBODY_NAMED: Final = "nobody-named"
PERSON: Final = "person-or-family"
PANEL: Final = "pathway-3-panel"
_OWN_NAMES: Final = {
    NOBODY_NAMED: "Nobody is named",
    PERSON: "The person or family",
    PANEL: "The pathway 3 panel",
}


@dataclass(frozen=True)
class WaitsOn:
    """One thing that waits on one organisation."""

    holder: str
    """By which the organisation stands in the address: its code, or its name as one word."""
    holder_name: str
    kind: str
    what: str
    words: str
    since: datetime
    due_on: date | None
    ring: str
    """Who sees to it there, where that is known."""
    address: str
    person_id: uuid.UUID | None = None
    part_of: str = ""
    """The larger thing this belongs to."""


@dataclass(frozen=True)
class ToRing:
    """A team of an organisation, and how it is reached."""

    team: str
    reach: str


def waiting_on(*, viewer: Viewer, at: datetime) -> list[WaitsOn]:
    """Everything that waits on anybody, the longest first; twelve statements, whatever the number.

    Nothing for whoever may not see discharges.
    """
    if not viewer.may(SEE_DISCHARGES):
        return []
    beds = in_hospital(viewer=viewer)
    cases = list(DeskCase.objects.filter(state__in=OPEN).select_related("referral"))
    persons = sorted({each for each, _ in beds} | {case.person_id for case in cases})
    known = _Holders()
    found = [
        *_blockers(beds, known, at=at),
        *_tasks(beds, known),
        *_panels(beds, at=at),
        *_questions(cases, known),
        *_providers(cases, known),
        *_asks(persons, known),
        *_referrals(persons, known),
    ]
    return sorted(found, key=lambda each: (each.since, each.what, str(each.person_id)))


def to_ring(holder: str, *, viewer: Viewer) -> list[ToRing]:
    """The teams of an organisation that can be rung, by name."""
    if not viewer.may(SEE_DISCHARGES):
        return []
    joint = [row.code for row in settings.PLACE.joint_services if slug_of(row.code) == holder]
    keys = [row.code for row in settings.PLACE.teams if row.joint_service in joint]
    codes = [
        code
        for code in Organisation.objects.values_list("code", flat=True)
        if slug_of(code) == holder
    ]
    teams = Team.objects.filter(closed_on=None).exclude(how_to_reach="")
    found = teams.filter(key__in=keys) if joint else teams.filter(host__code__in=codes)
    return [ToRing(team.name, team.how_to_reach) for team in found.order_by("name", "pk")]


def slug_of(words: str) -> str:
    """Words as they stand in an address."""
    return re.sub(r"[^a-z0-9]+", "-", words.casefold()).strip("-") or NOBODY_NAMED


class _Holders:
    """Whom a code, a name or a party's id stands for; the organisations are read once."""

    def __init__(self) -> None:
        place = settings.PLACE
        self.by_id: dict[uuid.UUID, tuple[str, str]] = {}
        self.by_word: dict[str, tuple[str, str]] = {}
        for organisation in Organisation.objects.all():
            # A short word names a partner; of practices there are many, each with its own name.
            is_partner = organisation.is_partner and organisation.short_word
            name = organisation.short_word if is_partner else organisation.name
            made = (slug_of(organisation.code), name)
            self.by_id[organisation.pk] = made
            for word in (organisation.code, organisation.name, name):
                self.by_word.setdefault(word.casefold(), made)
        for row in place.partners:
            made = (slug_of(row.code), row.short_word)
            for word in filter(None, (row.code, row.ods_code, row.short_word)):
                self.by_word[word.casefold()] = made
        for joint in place.joint_services:
            made = (slug_of(joint.code), joint.short_word)
            for word in (joint.code, joint.name, joint.short_word):
                self.by_word[word.casefold()] = made
        for team in Team.objects.select_related("host"):
            self.by_id[team.pk] = self.by_id[team.host_id]
            self.by_word.setdefault(team.name.casefold(), self.by_id[team.host_id])

    def named(self, *words: str) -> tuple[str, str]:
        """By the first code or name that is known, else by the first said; else nobody."""
        said = [each.strip() for each in words if each.strip()]
        for each in said:
            if (found := self.by_word.get(each.casefold())) is not None:
                return found
        return (slug_of(said[0]), said[0]) if said else _own(NOBODY_NAMED)

    def party(self, party_id: uuid.UUID | None, name: str) -> tuple[str, str]:
        """The organisation of a team or organisation."""
        if party_id is not None and party_id in self.by_id:
            return self.by_id[party_id]
        return self.named(name)


def _own(key: str) -> tuple[str, str]:
    return key, _OWN_NAMES[key]


def _way_home(person_id: uuid.UUID | None) -> str:
    return reverse("homefirst:journey", args=[person_id]) if person_id else ""


def _blockers(
    beds: Sequence[tuple[uuid.UUID, StayFound]], known: _Holders, *, at: datetime
) -> Iterator[WaitsOn]:
    for person_id, stay in beds:
        for wait in stay.waits:
            if wait.closed_at is not None and wait.closed_at <= at:
                continue
            is_theirs = wait.is_ours and not wait.holder
            holder = _own(PERSON) if is_theirs else known.named(wait.holder, wait.holder_name)
            yield WaitsOn(
                *holder,
                kind="Holds up leaving hospital",
                what=wait.kind.label if wait.kind else wait.what,
                words=wait.words,
                since=wait.opened_at,
                due_on=None,
                ring=wait.seen_to_by,
                address=_way_home(person_id),
                person_id=person_id,
            )


def _tasks(beds: Sequence[tuple[uuid.UUID, StayFound]], known: _Holders) -> Iterator[WaitsOn]:
    of_plan = {
        stay.discharge.pk: person_id for person_id, stay in beds if stay.discharge is not None
    }
    open_tasks = Task.objects.filter(discharge_id__in=of_plan, done_at=None)
    for task in open_tasks.select_related("part_of").order_by("written_at", "pk"):
        person_id = of_plan[task.discharge_id]
        above = task.part_of
        whose = task.whose or (above.whose if above is not None else "")
        yield WaitsOn(
            *known.named(whose),
            kind="To arrange",
            what=_task_words(task),
            words="",
            since=task.written_at,
            due_on=local_day(task.due_at) if task.due_at else None,
            ring=f"written by {task.written_by_name}",
            address=_way_home(person_id),
            person_id=person_id,
            part_of=_task_words(above) if above is not None else "",
        )


def _task_words(task: Task) -> str:
    label = Arranged(task.kind).label
    return f"{label}: {task.words}" if task.words else label


def _panels(beds: Sequence[tuple[uuid.UUID, StayFound]], *, at: datetime) -> Iterator[WaitsOn]:
    """Somebody for whom round-the-clock care is proposed, and no panel has decided."""
    for person_id, stay in beds:
        plan = stay.discharge
        if plan is None or plan.panel_decision or plan.pathway_proposed != Pathway.P3:
            continue
        yield WaitsOn(
            *_own(PANEL),
            kind="To be decided",
            what="Round-the-clock care: whether, and where",
            words="",
            since=max(plan.opened_at, stay.ready_at or plan.opened_at),
            due_on=None,
            ring=f"proposed by {plan.opened_by_name}",
            address=_way_home(person_id),
            person_id=person_id,
        )


def _questions(cases: Sequence[DeskCase], known: _Holders) -> Iterator[WaitsOn]:
    for case in cases:
        if case.state != DeskState.WAITING or case.waits_since is None:
            continue
        asked = case.referral
        yield WaitsOn(
            *known.party(asked.asked_by_organisation_id, asked.asked_by_organisation),
            kind="A question of the desk",
            what=case.waits_for,
            words="",
            since=case.waits_since,
            due_on=None,
            ring=asked.asked_by_name,
            address=reverse("homefirst:case", args=[case.pk]),
            person_id=case.person_id,
        )


def _providers(cases: Sequence[DeskCase], known: _Holders) -> Iterator[WaitsOn]:
    by_case: Mapping[uuid.UUID, DeskCase] = {case.pk: case for case in cases}
    asks = ProviderAsk.objects.filter(case_id__in=by_case, state=DeclaredCapacity.ASKED)
    for ask in asks.order_by("asked_at", "pk"):
        yield WaitsOn(
            *known.named(ask.provider, ask.provider_name),
            kind="Asked to take somebody on",
            what=f"{ask.hours:g} hours a week{f' in {ask.zone}' if ask.zone else ''}",
            words="",
            since=ask.asked_at,
            due_on=None,
            ring=ask.provider_name,
            address=reverse("homefirst:case", args=[ask.case_id]),
            person_id=by_case[ask.case_id].person_id,
        )


def _asks(persons: Sequence[uuid.UUID], known: _Holders) -> Iterator[WaitsOn]:
    open_asks = Action.objects.filter(
        person__current_id__in=persons, state__in=OPEN_ACTIONS, taken_back_at__isnull=True
    )
    for ask in open_asks.select_related("person").order_by("asked_at", "pk"):
        yield WaitsOn(
            *known.party(ask.owner_organisation_id, ask.owner_name),
            kind="An ask",
            what=ask.text,
            words="",
            since=ask.asked_at,
            due_on=ask.due_on,
            ring=ask.owner_name,
            address=reverse("actions:action", args=[ask.pk]),
            person_id=ask.person.current_id if ask.person is not None else None,
        )


def _referrals(persons: Sequence[uuid.UUID], known: _Holders) -> Iterator[WaitsOn]:
    offered = Referral.objects.filter(person__current_id__in=persons, state=ConnectionState.OFFERED)
    for asked in offered.select_related("person").order_by("asked_at", "pk"):
        yield WaitsOn(
            *known.party(asked.answering_id, asked.provider_name),
            kind="A referral nobody has answered",
            what=asked.need,
            words=asked.service_name,
            since=asked.asked_at,
            due_on=local_day(asked.answer_by),
            ring=asked.answering_name,
            address=reverse("referrals:referral", args=[asked.pk]),
            person_id=asked.person.current_id,
        )
