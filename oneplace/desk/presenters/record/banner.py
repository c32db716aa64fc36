"""Who somebody is, and what must be known first: the top of every page of a record."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from oneplace.desk.presenters.record.lanes import Lanes
from oneplace.desk.presenters.record.line import (
    Line,
    line_of,
    moment_of,
    organisation_word,
    said,
    when,
)
from oneplace.desk.queries.record import Record
from oneplace.kit.formats import age, day, sentence_list, starting_capital
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import EntryKind, Exactness, ReachKind, TieKind

_PHONES = {ReachKind.LANDLINE.value, ReachKind.MOBILE.value, ReachKind.WORK_PHONE.value}
_OLD_USES = {"previous", "old", "temporary", "temp", "billing", "mailing"}
_RELATED = {TieKind.PARTNER, TieKind.CHILD, TieKind.PARENT, TieKind.SIBLING,
            TieKind.OTHER_RELATIVE, TieKind.FRIEND, TieKind.NEIGHBOUR}  # fmt: skip
# What a wish about treatment is called: a ReSPECT form, a decision that resuscitation is not
# attempted, an advance decision to refuse treatment, an advance care plan. That a consent is about
# treatment says nothing of wishes.
_WISHES = re.compile(
    r"\brespect (?:form|plan|process|document|decision)|\bdna-?(?:cpr|r)\b|\badrt\b"
    r"|\b(?:not|do not|don.t) (?:for |be for |attempt )(?:attempted )?(?:cpr|cardio|resuscitat)"
    r"|\bdo not (?:attempt )?resuscitat|\badvance (?:decision|directive|care plan|statement)"
    r"|\brecommended summary plan for emergency care",
    re.IGNORECASE,
)
_RESPECT = re.compile(r"\bReSPECT\b|\bRESPECT\b")
_CPR = {
    "450475007": "for attempted resuscitation",
    "450476008": "not for attempted resuscitation",
}
"""The two SNOMED CT findings of the national standard for sharing end of life care (SCCI1580). They
differ by one digit and say the opposite, so a page says in words which it is."""
_WISH_CODES = frozenset({*_CPR, "dnr", "acd"})
"""What a decision about treatment is coded as; `dnr` and `acd` are HL7's categories of consent."""
_REFERENCE = re.compile(r"[A-Z][A-Za-z]+/\S+|#\S+|urn:\S+|https?:\S+")


@dataclass(frozen=True)
class Fact:
    """One fact with whose word it is and as of when."""

    says: str
    source: str
    as_of: datetime | None


@dataclass(frozen=True)
class Contact:
    """Somebody to ring: what they are to the person, their name, their number."""

    what: str
    name: str
    phone: str
    source: str = ""
    entry_id: str = ""

    @property
    def tel(self) -> str:
        """The number as a link dials it."""
        return "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")


@dataclass(frozen=True)
class Banner:
    """The top of every page of a record."""

    name: str
    known_as: str
    age: str
    born: str
    gender: str
    nhs_number: str
    nhs_number_note: str
    address: Fact | None
    other_addresses: tuple[Fact, ...]
    phones: tuple[Contact, ...]
    living: Fact | None
    language: Fact | None
    needs: tuple[Fact, ...]
    hazards: tuple[Fact, ...]
    emergency: tuple[Contact, ...]
    attorneys: tuple[Contact, ...]
    wishes: Fact | None
    around: tuple[Contact, ...]
    is_dead: bool
    died: str
    practice: str

    @classmethod
    def made(cls, record: Record, *, place: Place, lanes: Lanes, at: datetime) -> "Banner":
        """The banner of a record."""
        reading = _Reading(record, place, lanes, at)
        person = record.person
        born_on = record.born_on
        return cls(
            name=name_of(person) or "Name not known",
            known_as=person["known_as"],
            age=_age(born_on, record, at),
            born=_born(born_on, record.born_exactness),
            gender=record.gender.label if record.gender else "",
            nhs_number=person["nhs_number"],
            nhs_number_note=_nhs_number_note(person),
            address=reading.address(),
            other_addresses=reading.other_addresses(),
            phones=reading.phones(),
            living=reading.living(),
            language=reading.language(),
            needs=reading.needs(),
            hazards=reading.hazards(),
            emergency=reading.emergency(),
            attorneys=reading.attorneys(),
            wishes=reading.wishes(),
            around=reading.around(),
            is_dead=person["is_dead"],
            died=_died(person),
            practice=organisation_word(place, person["practice_code"]),
        )


def name_of(person: Mapping[str, Any]) -> str:
    """Mr Desmond Clarke: title, given and family name."""
    return " ".join(filter(None, (person["title"], person["given"], person["family"])))


def _age(born_on: date | None, record: Record, at: datetime) -> str:
    if born_on is None:
        return ""
    died = moment_of(record.person["died_at"])
    try:
        return age(born_on, died or at)
    except ValueError:
        return ""


def _born(born_on: date | None, exactness: Exactness) -> str:
    if born_on is None:
        return "date of birth not known"
    if exactness is Exactness.YEAR:
        return f"born in {born_on.year}"
    if exactness is Exactness.MONTH:
        return f"born in {born_on:%B %Y}"
    return f"born {day(born_on)}"


def _died(person: Mapping[str, Any]) -> str:
    died = moment_of(person["died_at"])
    return day(died) if died else ""


def _nhs_number_note(person: Mapping[str, Any]) -> str:
    if person["has_other_nhs_number"]:
        return "a source has another number for them"
    if person["nhs_number"] and not person["is_nhs_number_verified"]:
        return "not verified"
    return ""


class _Reading:
    """Chooses among what sources say; every choice keeps whose word it is."""

    def __init__(self, record: Record, place: Place, lanes: Lanes, at: datetime) -> None:
        self._place, self._lanes, self._at = place, lanes, at
        self._said = record.identities
        self._lines = [line_of(row) for row in record.standing]
        self._stays = [line_of(row) for row in record.stays]
        self._practice = record.person["practice_code"]
        self._safety = record.safety
        person = record.person
        plain = f"{person['given']} {person['family']}".strip()
        self._own_names = {one.lower() for one in (plain, name_of(person)) if one}

    def _fact(self, says: str, row: Mapping[str, Any]) -> Fact:
        return Fact(says, self._lanes.source_word(row["source"]), moment_of(row["said_at"]))

    def _of(self, line: Line, says: str) -> Fact:
        return Fact(says, self._lanes.source_word(line.source), line.said_at)

    def _kinds(self, *kinds: EntryKind) -> list[Line]:
        return [line for line in self._lines if line.kind in kinds]

    def _addresses(self) -> list[Fact]:
        found: dict[str, Fact] = {}
        for row in self._said:
            for way in row["reach"]:
                if way["kind"] != "address" or way["ends_on"] or way["use"].lower() in _OLD_USES:
                    continue
                says = ", ".join(filter(None, (way["text"], way["postcode"])))
                # One house written two ways is one address: its number, street and postcode.
                key = way["postcode"] + way["text"].partition(",")[0].lower()
                found.setdefault(key, self._fact(says, row))
        return list(found.values())

    def address(self) -> Fact | None:
        """Where they live, by the most believed source."""
        return next(iter(self._addresses()), None)

    def other_addresses(self) -> tuple[Fact, ...]:
        """Where else a source says they live."""
        return tuple(self._addresses()[1:])

    def phones(self) -> tuple[Contact, ...]:
        """Their own numbers."""
        found: dict[str, Contact] = {}
        for row in self._said:
            for way in row["reach"]:
                if way["kind"] in _PHONES:
                    source = self._lanes.source_word(row["source"])
                    label = ReachKind(way["kind"]).label
                    key = "".join(filter(str.isdigit, way["text"]))
                    found.setdefault(key, Contact(label, "", way["text"], source))
        return tuple(found.values())

    def _newest(self, key: str) -> Mapping[str, Any] | None:
        known = [row for row in self._said if row[key] not in (None, "", [])]
        return max(known, key=lambda row: row["said_at"], default=None)

    def living(self) -> Fact | None:
        """With whom and where they live."""
        row = self._newest("lives_alone")
        alone = (
            "" if row is None else "lives alone" if row["lives_alone"] else "does not live alone"
        )
        home = self._newest("accommodation")
        says = "; ".join(filter(None, (alone, home["accommodation"] if home else "")))
        source = row or home
        return self._fact(starting_capital(says), source) if source else None

    def language(self) -> Fact | None:
        """What they speak, and whether they need an interpreter."""
        row = self._newest("language")
        if row is None:
            return None
        names = {language.code: language.name for language in self._place.languages}
        says = names.get(row["language"], row["language"])
        needing = self._newest("needs_interpreter")
        if needing is not None and needing["needs_interpreter"]:
            says += ", needs an interpreter"
        return self._fact(says, row)

    def needs(self) -> tuple[Fact, ...]:
        """Communication needs and reasonable adjustments."""
        found: dict[str, Fact] = {}
        for row in self._said:
            for need in row["communication_needs"]:
                says = starting_capital(said(need))
                found.setdefault(says.lower(), self._fact(says, row))
        for line in self._kinds(EntryKind.FLAG):
            advice = said(line.detail.get("advice"))
            says = f"{line.title}: {advice}" if advice else line.title
            found.setdefault(says.lower(), self._of(line, says))
        return tuple(found.values())

    def hazards(self) -> tuple[Fact, ...]:
        """What whoever visits must do, not why; that stands in the entry, for who may read it."""
        found: dict[str, Fact] = {}
        for line in self._kinds(EntryKind.HAZARD):
            says = said(line.detail.get("advice")) or line.title
            found.setdefault(says.lower(), self._of(line, says))
        for row in self._safety:
            says = said(row["says"])
            found.setdefault(says.lower(), Fact(says, "", moment_of(row["said_at"])))
        return tuple(found.values())

    def _ties(self) -> Iterable[tuple[Line, Contact]]:
        for line in self._kinds(EntryKind.TIE):
            name = said(line.detail.get("name")) or line.title
            yield line, Contact(
                tie_words(line), name, first_phone(line.detail),
                self._lanes.source_word(line.source), str(line.id),
            )  # fmt: skip

    def emergency(self) -> tuple[Contact, ...]:
        """Whom to ring first: next of kin before others."""
        found: dict[str, Contact] = {}
        ranked = sorted(self._ties(), key=lambda pair: not _is_next_of_kin(pair[0].detail))
        for line, contact in ranked:
            if line.detail.get("is_carer_of") or not (contact.phone or contact.name):
                continue
            if contact.name and not contact.name.startswith("Cares for"):
                found.setdefault(contact.name.lower(), contact)
        return tuple(found.values())

    def attorneys(self) -> tuple[Contact, ...]:
        """Who may decide for them."""
        return tuple(
            contact
            for line, contact in self._ties()
            if "attorney" in f"{said(line.detail.get('as_sent'))} {line.title}".lower()
        )

    def wishes(self) -> Fact | None:
        """Whether wishes about treatment are written down somewhere, and when that was said."""
        found = [line for line in self._kinds(*_OF_WISHES) if is_wish(line)]
        # What stands goes before what was rejected.
        for line in sorted(found, key=_is_rejected):
            rejected = ": rejected, so it does not stand" if _is_rejected(line) else ""
            return self._of(line, f"{line.title}{_decided(line)}, {when(line)}{rejected}")
        return None

    def around(self) -> tuple[Contact, ...]:
        """Who is involved: practice, ward, teams with an open episode, providers of care."""
        found: dict[tuple[str, str], Contact] = {}

        def add(what: str, name: str, phone: str, source: str, entry: str = "") -> None:
            # Nobody is their own contact, and a reference is nobody's name.
            is_own = name.strip().lower() in self._own_names
            if name and not is_own and not _REFERENCE.fullmatch(name.strip()):
                found.setdefault((what, name), Contact(what, name, phone, source, entry))

        for practice in self._place.practices:
            if practice.code == self._practice:
                add("Practice", practice.name, getattr(practice, "phone", "") or "", "GP")
        for line in self._stays:
            if line.kind is EntryKind.STAY and line.goes_on(self._at):
                ward = last_ward(line.detail)
                where = organisation_word(self._place, line.organisation)
                words = f"{where}, ward {ward}" if ward else where
                add("In hospital now", words, self._phone_of(line.organisation), "")
                add("Consultant", line.by, line.by_phone, where, str(line.id))
        for line in self._kinds(EntryKind.CARE_TEAM, EntryKind.EPISODE, EntryKind.CARE_PACKAGE):
            self._add_involved(line, add)
        return tuple(found.values())

    def _add_involved(self, line: Line, add: Any) -> None:
        source = self._lanes.source_word(line.source)
        phone = line.by_phone or line.where_phone or self._phone_of(line.organisation)
        if line.kind is EntryKind.CARE_TEAM:
            phones = line.detail.get("phones") or [""]
            for member in line.detail.get("members") or [{"name": line.title}]:
                own = said(member.get("phone")) or said(phones[0])
                add(
                    starting_capital(said(member.get("role")) or "Team"),
                    said(member.get("name")), own, source, str(line.id),
                )  # fmt: skip
            return
        if line.kind is EntryKind.CARE_PACKAGE:
            add(
                line.title,
                said(line.detail.get("provider")) or line.by,
                phone,
                source,
                str(line.id),
            )
            return
        name = said(line.detail.get("coordinator")) or line.by or line.where or source
        add(line.title, starting_capital(name), phone, source, str(line.id))

    def _phone_of(self, code: str) -> str:
        return next((row.phone for row in self._place.partners if row.code == code), "")


_OF_WISHES = frozenset({EntryKind.CHOICE, EntryKind.CARE_PLAN, EntryKind.FLAG})


def _is_rejected(line: Line) -> bool:
    return line.detail.get("status_as_sent") == "rejected"


def _codes(line: Line) -> set[str]:
    return {line.code, *(str(one.get("code")) for one in line.detail.get("codes") or ())}


def _decided(line: Line) -> str:
    """What a code says of resuscitation, where the title may say no more than “CPR”."""
    found = sorted(words for code, words in _CPR.items() if code in _codes(line))
    if len(found) > 1:
        return " (coded both for and not for attempted resuscitation: ask its source)"
    return f" ({found[0]})" if found and found[0] not in line.title.lower() else ""


def is_wish(line: Line) -> bool:
    """Whether an entry says by code or words that wishes about treatment are written down."""
    codes = _codes(line)
    text = f"{line.title} {said(line.detail.get('category'))}"
    return bool(codes & _WISH_CODES or _WISHES.search(text) or _RESPECT.search(text))


def tie_words(line: Line) -> str:
    """What somebody is to the person: daughter, unpaid carer, next of kin."""
    detail = line.detail
    known = set(TieKind.stored_words())
    sent = said(detail.get("as_sent"))
    found = [
        TieKind(kind).label if kind in known else said(kind)
        for kind in detail.get("kinds") or ()
        # The source's own word, daughter, says more than ours, son or daughter.
        if not (sent and kind in _RELATED)
    ]
    if sent and sent.lower() not in {word.lower() for word in found}:
        found.insert(0, sent)
    if _is_next_of_kin(detail) and not any("kin" in word.lower() for word in found):
        found.append("next of kin")
    return starting_capital(sentence_list([word if n == 0 else word[:1].lower() + word[1:]
                                           for n, word in enumerate(found)]))  # fmt: skip


def _is_next_of_kin(detail: Mapping[str, Any]) -> bool:
    return "next_of_kin" in (detail.get("kinds") or ())


def first_phone(detail: Mapping[str, Any]) -> str:
    """The first number somebody close is reached at."""
    phones: Sequence[Any] = detail.get("phones") or ()
    for phone in phones:
        if isinstance(phone, str):
            return phone
        if isinstance(phone, Mapping) and phone.get("number"):
            return str(phone["number"])
    return ""


def last_ward(detail: Mapping[str, Any]) -> str:
    """The ward a stay's person is or was last in, as people say it."""
    places = detail.get("places") or ()
    return starting_capital(str(places[-1].get("ward") or "").lower()) if places else ""
