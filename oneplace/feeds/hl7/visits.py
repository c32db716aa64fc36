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
from oneplace.feeds.hl7.times import Moment, is_before
from oneplace.feeds.hl7.wording import (
    codings,
    exactness,
    iso,
    listed,
    location_json,
    named,
    of_list,
    professional_key,
    said_only,
    system,
    who,
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
            rows.append(
                row._replace(
                    kind=other, status=EntryStatus.CANCELLED, detail=_became(row), words=""
                )
            )
        return rows

    def merged(self, key: SpellKey, survivor: Spell) -> list[EntrySaid]:
        """The row of a visit number that has given way to another."""
        kind = kind_of(survivor.patient_class)
        row = self._row(survivor, kind)
        return [row._replace(key=text_of(key), status=EntryStatus.CANCELLED, detail=_became(row))]

    def _row(self, spell: Spell, kind: EntryKind) -> EntrySaid:
        starts, ends = _times(spell)
        if _is_reversed(spell):
            starts = None
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
            detail=self._detail(spell, kind, facility),
        )

    def _organisation(self, spell: Spell, facility: str) -> str:
        # The sender's own visits are those of the partner whose feed this is.
        if spell.key.authority in {"", facility}:
            return self.organisation or facility
        return spell.key.authority

    def _detail(self, spell: Spell, kind: EntryKind, facility: str) -> dict[str, Any]:
        """What the shape of the kind has a place for; the rest as remarks."""
        found: dict[str, Any] = {
            "patient_class": of_list("patient_class", spell.patient_class),
            "places": _places(spell),
            "prior_place": self._newest_location(),
            "leave": [
                said_only({"left_at": _at(each.left), "back_at": _at(each.back)})
                for each in spell.leave
            ],
            "admission_method": of_list("admission_method", spell.admission_method),
            "source_of_admission": of_list("source_of_admission", spell.source_of_admission),
            "destination": of_list("discharge_destination", spell.destination),
            "discharge_method": of_list("discharge_method", spell.discharge_method),
            "discharged_to": spell.discharged_to,
            "ready_at": iso(spell.ready),
            "pathway": spell.pathway,
            "expected_admission": iso(spell.expected_admission),
            "expected_discharge": iso(spell.expected_discharge),
            "admission_reason": words(spell.reason),
            "reason": [words(spell.transfer_reason)] if not spell.places else [],
            "specialty": spell.service,
            "arrival": spell.arrival,
            "disposal": spell.disposal,
            "priority": spell.priority,
            "category": [spell.patient_type] if spell.patient_type else [],
            "vip": spell.vip,
            "is_death": True if _died(spell) else None,
            "numbers": self._newest_episode(),
            "merged_from": self._merged(spell.key),
            "consultants": [who(each, "consultant", facility) for each in spell.consultants],
            "who": self._who(spell, facility),
            "codes": _codes(spell),
            "notes": [
                {"text": f"A cancel found nothing to take back: {each.label}"}
                for each in spell.left_undone
            ]
            + _reversed(spell),
        }
        found["reason"] = [text for text in found["reason"] if text]
        return said_only(found if kind is EntryKind.STAY else _of_attendance(found))

    def _newest_location(self) -> dict[str, str] | None:
        for each in reversed(self.heard):
            for fact in each.of(SpellSaid):
                if fact.prior_location is not None:
                    return location_json(fact.prior_location)
        return None

    def _newest_episode(self) -> list[str]:
        for each in reversed(self.heard):
            for fact in each.of(SpellSaid):
                if "alternate_visit" in fact.deletes:
                    return []
                if fact.alternate_visit is not None:
                    number = fact.alternate_visit
                    return [f"{number.authority or each.source.facility}|{number.value}"]
        return []

    def _merged(self, key: SpellKey) -> list[str]:
        """The numbers that have given way to this visit's."""
        return sorted(
            {
                each.prior_visit.value
                for each in self.heard
                if each.visit == key and each.prior_visit is not None and each.prior_visit != key
            }
        )

    def _who(self, spell: Spell, facility: str) -> list[dict[str, str]]:
        """Everybody who took part beside the consultants, and who took it down last."""
        found = [
            who(each, role, facility)
            for role, people in (
                ("attending", spell.attending),
                ("referrer", spell.referring),
                ("admitting", spell.admitting),
            )
            for each in people
        ]
        newest = self.heard[-1].source
        if newest.operator is not None:
            recorder = who(newest.operator, "recorder", newest.facility)
            # Clerks are named where they wrote; they are nobody who acts for the person.
            recorder.pop("agent", None)
            found.append(recorder)
        return found


def _became(row: EntrySaid) -> dict[str, Any]:
    """The detail of a visit that has given way to another."""
    return {"links": [{"what": "became", "to": f"{row.kind.value}:{row.key}"}]}


# Named otherwise of an attendance, or no part of its shape: then it is a remark.
_OF_ATTENDANCES: Final = {
    "source_of_admission": "source_of_attendance",
    "admission_reason": "complaint",
}
_OF_STAYS_ONLY: Final = (
    "admission_method", "discharge_method", "ready_at", "pathway", "expected_admission",
    "expected_discharge", "leave",
)  # fmt: skip


def _of_attendance(found: dict[str, Any]) -> dict[str, Any]:
    detail = {_OF_ATTENDANCES.get(name, name): value for name, value in found.items()}
    # The way somebody left stands for what came of it, where that is not said.
    way = detail.pop("discharge_method")
    if not detail["disposal"]:
        detail["disposal"] = way
        way = ""
    left = {name: detail.pop(name) for name in _OF_STAYS_ONLY if name in detail}
    left["discharge_method"] = way
    detail["notes"] = detail["notes"] + [
        {"text": f"{name.replace('_', ' ').capitalize()}: {_remark(value)}"}
        for name, value in left.items()
        if value
    ]
    return detail


def _remark(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "; ".join(" to ".join(each.values()) for each in value)


def _codes(spell: Spell) -> list[dict[str, str]]:
    return [
        *codings(spell.reason),
        *codings(spell.transfer_reason, is_all=True),
        *listed("admission_method", spell.admission_method),
        *listed("source_of_admission", spell.source_of_admission),
        *listed("discharge_destination", spell.destination),
        *listed("discharge_method", spell.discharge_method),
    ]


def _times(spell: Spell) -> tuple[Moment | None, Moment | None]:
    starts = spell.admitted
    if starts is None and spell.status in {SpellStatus.PLANNED, SpellStatus.NEVER_HAPPENED}:
        starts = spell.expected_admission
    return starts, spell.discharged


def _is_reversed(spell: Spell) -> bool:
    """Whether what several messages say together ends before it begins."""
    starts, ends = _times(spell)
    return starts is not None and ends is not None and is_before(ends, starts)


def _reversed(spell: Spell) -> list[dict[str, str]]:
    starts, ends = _times(spell)
    if starts is None or ends is None or not _is_reversed(spell):
        return []
    text = (
        f"The hospital says it ended on {ends.on.isoformat()}, before it began on "
        f"{starts.on.isoformat()}: when it began is left out. Ask the hospital which is right."
    )
    return [{"text": text}]


def _died(spell: Spell) -> bool:
    return spell.status is SpellStatus.CLOSED and spell.ended_in_death


def _places(spell: Spell) -> list[dict[str, Any]]:
    found = [
        said_only(
            {
                **(location_json(stay.location) or {}),
                "since": _at(stay.since),
                "until": _at(stay.until),
            }
        )
        for stay in spell.places
    ]
    if found and words(spell.transfer_reason):
        found[-1]["reason"] = words(spell.transfer_reason)
    return found


def _at(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
