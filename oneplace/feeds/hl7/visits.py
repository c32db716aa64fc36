"""The visits messages tell of, as entries: one row a visit, folded from all its messages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from oneplace.feeds.hl7.facts import Identifier, MergeSaid, SpellSaid
from oneplace.feeds.hl7.heard import Heard, Said, said_of, text_of
from oneplace.feeds.hl7.order import (
    Spell,
    SpellKey,
    Spells,
    SpellStatus,
    key_of,
    spells_of,
)
from oneplace.feeds.hl7.times import Moment
from oneplace.feeds.hl7.wording import (
    as_json,
    exactness,
    iso,
    location_json,
    named,
    of_list,
    professional_json,
    professional_key,
    said_only,
    system,
    words,
)
from oneplace.vocabulary.rows import EntrySaid, SubjectKey
from oneplace.vocabulary.terms import EntryKind, EntryStatus, Exactness

_STATUSES: Final = {
    SpellStatus.PLANNED: EntryStatus.PLANNED,
    SpellStatus.OPEN: EntryStatus.CURRENT,
    SpellStatus.ON_LEAVE: EntryStatus.CURRENT,
    SpellStatus.CLOSED: EntryStatus.ENDED,
    SpellStatus.NEVER_HAPPENED: EntryStatus.IN_ERROR,
    SpellStatus.HEARD_OF: EntryStatus.NOT_SAID,
}
# Emergency and outpatient visits are attendances; all that lies in a bed, or will, is a stay.
_ATTENDANCES: Final = frozenset({"E", "O"})
_TITLES: Final = {
    "E": "Emergency department attendance",
    "O": "Outpatient attendance",
    "P": "Planned admission",
    "W": "On the waiting list",
}


def kind_of(patient_class: str) -> EntryKind:
    """What sort of entry a visit of this class is."""
    return EntryKind.ATTENDANCE if patient_class in _ATTENDANCES else EntryKind.STAY


def spells_in(heard: Iterable[Heard]) -> Spells:
    """Every visit these messages tell of."""
    messages = list(heard)
    return spells_of(
        (fact for each in messages for fact in each.of(SpellSaid)),
        (fact for each in messages for fact in each.of(MergeSaid)),
    )


def within_of(visit: Identifier | None, classes: dict[SpellKey, str]) -> str:
    """The `kind:key` of the visit something is part of; empty where it is part of none."""
    if visit is None:
        return ""
    key = key_of(visit)
    return f"{kind_of(classes.get(key, '')).value}:{text_of(key)}"


def entries_of(
    heard: list[Heard], *, source: str, organisation: str, place: str
) -> tuple[list[EntrySaid], dict[SpellKey, str]]:
    """The entries of all visits these messages speak of, and the class of each.

    `heard` are all messages about a group of visits that hang together, each once, oldest first.
    """
    about: dict[SpellKey, list[Heard]] = {}
    for each in heard:
        for key in (each.visit, each.prior_visit):
            if key is not None:
                about.setdefault(key, []).append(each)
    spells = spells_in(heard)
    said = said_of(heard)
    rows: list[EntrySaid] = []
    for key, messages in about.items():
        telling = _Telling(source, organisation, place, said, messages)
        spell = spells.by_key.get(key)
        if spell is not None:
            rows += telling.entries(spell)
        elif (survivor := _survivor(key, spells, heard)) is not None:
            rows += telling.merged(key, survivor)
    return rows, {key: spell.patient_class for key, spell in spells.by_key.items()}


def _survivor(key: SpellKey, spells: Spells, heard: list[Heard]) -> Spell | None:
    """The visit another has become."""
    passed = {key}
    following: SpellKey | None = key
    while following is not None:
        following = next(
            (each.visit for each in reversed(heard) if each.prior_visit == following), None
        )
        if following is None or following in passed:
            return None
        if following in spells.by_key:
            return spells.by_key[following]
        passed.add(following)
    return None


class _Telling:
    """The telling of one visit."""

    def __init__(
        self, source: str, organisation: str, place: str, said: Said, heard: list[Heard]
    ) -> None:
        self.source = source
        self.organisation = organisation
        self.place = place
        self.heard = heard
        self.said = said
        told = [each for each in self.heard if each.subject is not None]
        # Whom the newest message names: a changed number moves the visit to its new one.
        self.subject = (told or self.heard)[-1].subject or SubjectKey("", "")

    def entries(self, spell: Spell) -> list[EntrySaid]:
        """The visit's row; an attendance that became a stay is closed."""
        kind = kind_of(spell.patient_class)
        row = self._row(spell, kind)
        rows = [row]
        other = EntryKind.STAY if kind is EntryKind.ATTENDANCE else EntryKind.ATTENDANCE
        if any(
            fact.patient_class and kind_of(fact.patient_class) is other
            for each in self.heard
            for fact in each.of(SpellSaid)
        ):
            detail = {"became": f"{kind.value}:{row.key}"}
            rows.append(
                row._replace(kind=other, status=EntryStatus.CANCELLED, detail=detail, words="")
            )
        return rows

    def merged(self, key: SpellKey, survivor: Spell) -> list[EntrySaid]:
        """The row of a visit number that has given way to another."""
        kind = kind_of(survivor.patient_class)
        row = self._row(survivor, kind)
        detail = {"became": f"{kind.value}:{row.key}"}
        return [row._replace(key=text_of(key), status=EntryStatus.CANCELLED, detail=detail)]

    def _row(self, spell: Spell, kind: EntryKind) -> EntrySaid:
        starts, ends = _times(spell)
        consultant = (spell.consultants or spell.attending or (None,))[0]
        reason = spell.reason
        title = words(reason) or spell.description or _TITLES.get(spell.patient_class, "")
        facility = self.heard[-1].source.facility
        return EntrySaid(
            source=self.source,
            kind=kind,
            key=text_of(spell.key),
            subject=self.subject,
            said_at=self.said.at,
            place=self.place,
            version=self.said.version,
            status=_STATUSES[spell.status],
            starts_at=starts.at if starts else None,
            ends_at=ends.at if ends else None,
            exactness=exactness(starts) if starts else Exactness.SECOND,
            recorded_at=self.said.at,
            title=title or "Stay in hospital",
            code=reason.code if reason else "",
            code_system=system(reason) if reason and reason.code else "",
            words=spell.description,
            organisation=self._organisation(spell, facility),
            by=named(consultant) if consultant else "",
            by_agent=professional_key(consultant, facility) if consultant else "",
            detail=self._detail(spell),
        )

    def _organisation(self, spell: Spell, facility: str) -> str:
        # The sender's own visits are those of the partner whose feed this is.
        if spell.key.authority in {"", facility}:
            return self.organisation or facility
        return spell.key.authority

    def _detail(self, spell: Spell) -> dict[str, Any]:
        found: dict[str, Any] = {
            "visit_number": spell.key.value,
            "authority": spell.key.authority,
            "class": of_list("patient_class", spell.patient_class),
            "places": [_stay_json(stay) for stay in spell.places],
            "prior_place": self._newest_location(),
            "admission_method": of_list("admission_method", spell.admission_method),
            "source_of_admission": of_list("source_of_admission", spell.source_of_admission),
            "discharge_destination": of_list("discharge_destination", spell.destination),
            "discharge_method": of_list("discharge_method", spell.discharge_method),
            "discharged_to": spell.discharged_to,
            "ready_at": iso(spell.ready),
            "pathway": spell.pathway,
            "expected_admission": iso(spell.expected_admission),
            "expected_discharge": iso(spell.expected_discharge),
            "reason": as_json(spell.reason),
            "transfer_reason": as_json(spell.transfer_reason),
            "service": spell.service,
            "arrival": spell.arrival,
            "disposal": spell.disposal,
            "priority": spell.priority,
            "patient_type": spell.patient_type,
            "vip": spell.vip,
            "episode": self._newest_episode(),
            "operator": self._operator(),
            "is_on_leave": True if spell.status is SpellStatus.ON_LEAVE else None,
            "ended_in_death": True if _died(spell) else None,
            "cancels_without_effect": [each.value for each in spell.left_undone],
        }
        for name in ("attending", "referring", "consultants", "admitting"):
            found[name] = [professional_json(each) for each in getattr(spell, name)]
        return said_only(found)

    def _newest_location(self) -> dict[str, str] | None:
        for each in reversed(self.heard):
            for fact in each.of(SpellSaid):
                if fact.prior_location is not None:
                    return location_json(fact.prior_location)
        return None

    def _newest_episode(self) -> str:
        for each in reversed(self.heard):
            for fact in each.of(SpellSaid):
                if "alternate_visit" in fact.deletes:
                    return ""
                if fact.alternate_visit is not None:
                    return fact.alternate_visit.value
        return ""

    def _operator(self) -> str:
        operator = self.heard[-1].source.operator
        return named(operator) if operator else ""


def _times(spell: Spell) -> tuple[Moment | None, Moment | None]:
    starts = spell.admitted
    if starts is None and spell.status in {SpellStatus.PLANNED, SpellStatus.NEVER_HAPPENED}:
        starts = spell.expected_admission
    return starts, spell.discharged


def _died(spell: Spell) -> bool:
    return spell.status is SpellStatus.CLOSED and spell.ended_in_death


def _stay_json(stay: Any) -> dict[str, Any]:
    until: datetime | None = stay.until
    found = dict(location_json(stay.location) or {})
    found["from"] = stay.since.isoformat()
    if until is not None:
        found["until"] = until.isoformat()
    return found
