"""What messages say besides who and where: those close, allergies, diagnoses, procedures, death."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from oneplace.feeds.hl7.facts import (
    AdtFact,
    AllergySaid,
    Coded,
    DiagnosisSaid,
    MergeKind,
    MergeSaid,
    NextOfKinSaid,
    PersonSaid,
    PhoneKind,
    ProcedureSaid,
    SpellSaid,
)
from oneplace.feeds.hl7.heard import Heard, Said
from oneplace.feeds.hl7.identity import says_dead
from oneplace.feeds.hl7.order import (
    DIED_BY_DESTINATION,
    DIED_BY_METHOD,
    SpellKey,
    SpellStatus,
)
from oneplace.feeds.hl7.times import Moment
from oneplace.feeds.hl7.visits import spells_in, within_of
from oneplace.feeds.hl7.wording import (
    authority,
    codings,
    exactness,
    named,
    postcode,
    professional_key,
    said_only,
    subject_of,
    system,
    words,
)
from oneplace.vocabulary.none_known import none_known_of
from oneplace.vocabulary.rows import AgentSaid, EntrySaid, SameSaid, SubjectKey
from oneplace.vocabulary.terms import EntryKind, EntryStatus, TieKind

# HL7 table 0063, as UK senders use it.
_TIES: Final = {
    "SPO": TieKind.PARTNER, "DOM": TieKind.PARTNER, "PTN": TieKind.PARTNER,
    "CHD": TieKind.CHILD, "DAU": TieKind.CHILD, "SON": TieKind.CHILD, "SCH": TieKind.CHILD,
    "PAR": TieKind.PARENT, "MTH": TieKind.PARENT, "FTH": TieKind.PARENT,
    "SIB": TieKind.SIBLING, "BRO": TieKind.SIBLING, "SIS": TieKind.SIBLING,
    "FND": TieKind.FRIEND, "NBR": TieKind.NEIGHBOUR, "CGV": TieKind.UNPAID_CARER,
    "GRP": TieKind.OTHER_RELATIVE, "GCH": TieKind.OTHER_RELATIVE, "EXF": TieKind.OTHER_RELATIVE,
}  # fmt: skip
_SEVERITIES: Final = {"SV": "severe", "MO": "moderate", "MI": "mild", "U": "unknown"}
_ALLERGENS: Final = {
    "DA": "medicine", "FA": "food", "MA": "other", "MC": "other", "EA": "environment",
    "AA": "animal", "PA": "plant", "LA": "pollen",
}  # fmt: skip
_DIAGNOSES: Final = {"A": "on admission", "W": "working", "F": "final"}
_LONGEST_RANK: Final = 4

Fact = TypeVar("Fact", bound=AdtFact)


class Particulars:
    """The rows of one subject, from all messages about it, oldest first."""

    def __init__(
        self, subject: SubjectKey, heard: list[Heard], said: Said, *, source: str,
        organisation: str, place: str,
    ) -> None:  # fmt: skip
        self.subject = subject
        self.heard = heard
        self.said = said
        self.source = source
        self.organisation = organisation
        self.place = place

    def of_subject(self) -> Iterator[EntrySaid]:
        """Everything of the subject itself; what belongs to a visit comes with the visit."""
        yield from self._ties()
        yield from self._allergies()
        yield from self._death()
        yield from self._diagnoses({}, of_visit=False)
        yield from self._procedures({}, of_visit=False)

    def of_visits(self, classes: dict[SpellKey, str]) -> Iterator[EntrySaid]:
        """The diagnoses and procedures these messages tell of a visit."""
        yield from self._diagnoses(classes, of_visit=True)
        yield from self._procedures(classes, of_visit=True)

    def _entry(self, kind: EntryKind, key: str, **values: Any) -> EntrySaid:
        return EntrySaid(
            source=self.source,
            kind=kind,
            key=key,
            subject=self.subject,
            said_at=self.said.at,
            place=self.place,
            version=self.said.version,
            organisation=self.organisation,
            **values,
        )

    def _newest(self, kind: type[Fact], key: Callable[[Fact], str]) -> dict[str, Fact]:
        """The newest fact under each key, in the order first said."""
        found: dict[str, Fact] = {}
        for each in self.heard:
            for fact in each.of(kind):
                name = key(fact)
                if name:
                    found[name] = fact
        return found

    def _ties(self) -> Iterator[EntrySaid]:
        listed: set[str] = set()
        newest: dict[str, NextOfKinSaid] = {}
        for each in self.heard:
            # Those close to somebody are sent as a list: a newer one takes the older one's place.
            told = _by_kin_key(each.of(NextOfKinSaid))
            newest |= told
            listed = set(told) or listed
        for key, fact in newest.items():
            is_listed = key in listed and "names" not in fact.deletes
            yield self._entry(
                EntryKind.TIE,
                f"{self.subject.authority}:{self.subject.value}:{key}",
                status=EntryStatus.CURRENT if is_listed else EntryStatus.ENDED,
                title=_kin_title(fact),
                code=fact.relationship.code if fact.relationship else "",
                detail=_kin_detail(fact),
            )

    def _allergies(self) -> Iterator[EntrySaid]:
        over = self._none_known_no_more()
        for key, fact in self._newest(AllergySaid, _allergy_key).items():
            allergen = fact.allergen
            none = _none_known_of(allergen)
            yield self._entry(
                EntryKind.ALLERGY,
                f"{self.subject.authority}:{self.subject.value}:{key}",
                # An allergy left out of a later list is not known to be gone.
                status=EntryStatus.ENDED if key in over else EntryStatus.CURRENT,
                starts_at=fact.identified.at if fact.identified else None,
                **({"exactness": exactness(fact.identified)} if fact.identified else {}),
                title=words(allergen),
                code=allergen.code if allergen else "",
                code_system=system(allergen) if allergen and allergen.code else "",
                detail=said_only(
                    {
                        "categories": _category(fact.kind),
                        "severity": _of_table(fact.severity, _SEVERITIES),
                        "reactions": [{"words": each} for each in fact.reactions],
                        "codes": codings(allergen),
                        "is_none_known": True if none is not None else None,
                        "none_known_of": none or "",
                    }
                ),
            )

    def _none_known_no_more(self) -> set[str]:
        """The keys of “no known allergy” that a later message, naming one, no longer says."""
        open_, over = set[str](), set[str]()
        for each in self.heard:
            said = {_allergy_key(fact): fact for fact in each.of(AllergySaid)}
            now = {key for key, fact in said.items() if _none_known_of(fact.allergen) is not None}
            if said.keys() - now - {""}:
                over |= open_ - now
            open_ |= now
            over -= now
        return over

    def _diagnoses(self, classes: dict[SpellKey, str], *, of_visit: bool) -> Iterator[EntrySaid]:
        for key, fact in self._newest(DiagnosisSaid, self._diagnosis_key).items():
            if (fact.visit is not None) is not of_visit:
                continue
            yield self._entry(
                EntryKind.CONDITION,
                key,
                status=EntryStatus.NOT_SAID,
                starts_at=fact.diagnosed.at if fact.diagnosed else None,
                **({"exactness": exactness(fact.diagnosed)} if fact.diagnosed else {}),
                title=words(fact.diagnosis) or fact.description,
                code=fact.diagnosis.code if fact.diagnosis else "",
                code_system=system(fact.diagnosis) if fact.diagnosis else "",
                words=fact.description,
                within=within_of(fact.visit, classes),
                detail=said_only(
                    {
                        "role": _DIAGNOSES.get(fact.kind, fact.kind),
                        **_rank(fact.priority),
                        "codes": codings(fact.diagnosis),
                    }
                ),
            )

    def _procedures(self, classes: dict[SpellKey, str], *, of_visit: bool) -> Iterator[EntrySaid]:
        for key, fact in self._newest(ProcedureSaid, self._procedure_key).items():
            if (fact.visit is not None) is not of_visit:
                continue
            yield self._entry(
                EntryKind.PROCEDURE,
                key,
                status=EntryStatus.ENDED,
                starts_at=fact.done.at if fact.done else None,
                **({"exactness": exactness(fact.done)} if fact.done else {}),
                title=words(fact.procedure) or fact.description,
                code=fact.procedure.code if fact.procedure else "",
                code_system=system(fact.procedure) if fact.procedure else "",
                words=fact.description,
                within=within_of(fact.visit, classes),
                detail=said_only(
                    {
                        "category": [fact.kind] if fact.kind else [],
                        "codes": codings(fact.procedure),
                    }
                ),
            )

    def _diagnosis_key(self, fact: DiagnosisSaid) -> str:
        what = _coded_key(fact.diagnosis) or fact.description.strip().lower()
        return f"{self._visit_or_subject(fact)}:{what}" if what else ""

    def _procedure_key(self, fact: ProcedureSaid) -> str:
        what = _coded_key(fact.procedure) or fact.description.strip().lower()
        done = fact.done.text if fact.done else ""
        return f"{self._visit_or_subject(fact)}:{what}:{done}" if what else ""

    def _visit_or_subject(self, fact: DiagnosisSaid | ProcedureSaid) -> str:
        if fact.visit is not None:
            return f"{fact.visit.authority}:{fact.visit.kind}:{fact.visit.value}"
        return f"{self.subject.authority}:{self.subject.value}"

    def _death(self) -> Iterator[EntrySaid]:
        """A death once said stays an entry; taken back since, it was an error."""
        said: PersonSaid | None = None
        is_dead: bool | None = None
        at: Moment | None = None
        is_time_deleted = False
        newest_word = None
        for each in self.heard:
            for person in each.of(PersonSaid):
                word = says_dead(person)
                if word or person.died is not None:
                    said = person
                # A time deleted since is nobody's word any more, though the death may be.
                if person.died is not None or "died" in person.deletes:
                    at, is_time_deleted = person.died, person.died is None
                if word is not None:
                    is_dead = word
                    newest_word = each.said_at
        # Folding every visit of everybody to find the few who died in one would be dear.
        told = any(
            fact.discharge_method in DIED_BY_METHOD or fact.destination in DIED_BY_DESTINATION
            for each in self.heard
            for fact in each.of(SpellSaid)
        )
        ended = [
            spell
            for spell in (spells_in(self.heard).by_key.values() if told else ())
            if spell.status is SpellStatus.CLOSED and spell.ended_in_death and spell.discharged
        ]
        if said is None and not ended:
            return
        stands = bool(is_dead)
        for spell in ended:
            discharged = spell.discharged
            if discharged is None:
                continue
            at = at or discharged
            # Who left hospital dead is dead unless somebody has said otherwise since.
            if newest_word is None or newest_word <= discharged.at:
                stands = True
        if at is None and said is not None and not is_time_deleted:
            at = said.source.occurred or said.source.recorded
        yield self._entry(
            EntryKind.DEATH,
            f"{self.subject.authority}:{self.subject.value}",
            status=EntryStatus.ENDED if stands else EntryStatus.IN_ERROR,
            starts_at=at.at if at else None,
            **({"exactness": exactness(at)} if at else {}),
            title="Died",
            detail={"place": "hospital"} if ended else {},
        )


def sames_of(each: Heard, *, source: str, place: str) -> Iterator[SameSaid]:
    """Which numbers a message says are one person."""
    for merge in each.of(MergeSaid):
        if merge.kind is MergeKind.VISIT_MERGED:
            continue
        facility = each.source.facility
        happened = merge.happened.at if merge.happened else each.said_at
        pairs = [
            (
                SubjectKey(authority(pair.survivor.authority or facility), pair.survivor.value),
                SubjectKey(authority(pair.discarded.authority or facility), pair.discarded.value),
            )
            for pair in merge.pairs
            if not pair.discarded.is_nhs_number
        ]
        if not pairs:
            kept = subject_of(merge.survivor, facility)
            gone = subject_of(merge.discarded, facility)
            pairs = [(kept, gone)] if kept and gone else []
        for kept, gone in pairs:
            if kept != gone:
                yield SameSaid(source, kept, gone, happened, place, each.source.control_id)


def agents_of(each: Heard, *, source: str, place: str) -> Iterator[AgentSaid]:
    """The professionals and practices a message names by number."""
    facility = each.source.facility
    for fact in each.facts:
        people: list[Any] = []
        if isinstance(fact, SpellSaid):
            people = [*fact.attending, *fact.referring, *fact.consultants, *fact.admitting]
        elif isinstance(fact, PersonSaid) and fact.gp is not None:
            people = [fact.gp]
        for person in people:
            key = professional_key(person, facility)
            if key:
                yield AgentSaid(
                    source, key, named(person), each.said_at, place, kind="person",
                    code=person.identifier,
                )  # fmt: skip
        if isinstance(fact, PersonSaid) and fact.practice is not None and fact.practice.code:
            yield AgentSaid(
                source, f"organisation:{fact.practice.code}", fact.practice.name, each.said_at,
                place, kind="organisation", code=fact.practice.code,
            )  # fmt: skip


def _by_kin_key(told: list[NextOfKinSaid]) -> dict[str, NextOfKinSaid]:
    """Those one message lists, each under a key of its own.

    A name is enough, so that a new number changes nobody into another; where two of one list share
    it, what they are to the person and their numbers tell them apart.
    """
    shared = Counter(_kin_key(fact) for fact in told)
    keys = ((_kin_key(fact), fact) for fact in told)
    return {
        key if shared[key] == 1 else f"{key}|{_kin_mark(fact)}": fact for key, fact in keys if key
    }


def _kin_mark(fact: NextOfKinSaid) -> str:
    numbers = sorted(each.number for each in fact.phones)
    return "|".join([_coded_key(fact.relationship), *numbers]).lower()


def _kin_key(fact: NextOfKinSaid) -> str:
    name = fact.names[0] if fact.names else None
    if name is None:
        return f"{fact.position}" if fact.phones or fact.relationship else ""
    return f"{name.family}|{name.given}".lower()


def _kin_title(fact: NextOfKinSaid) -> str:
    name = fact.names[0] if fact.names else None
    who = " ".join(part for part in (name.prefix, name.given, name.family) if part) if name else ""
    what = words(fact.relationship)
    return f"{who} ({what})" if who and what else who or what or "Next of kin"


def _kin_detail(fact: NextOfKinSaid) -> dict[str, Any]:
    name = fact.names[0] if fact.names else None
    code = fact.relationship.code if fact.relationship else ""
    return said_only(
        {
            "kinds": sorted(
                {_TIES.get(code, TieKind.NEXT_OF_KIN).value, TieKind.NEXT_OF_KIN.value}
            ),
            "name": " ".join(part for part in (name.given, name.family) if part) if name else "",
            "as_sent": words(fact.relationship),
            "codes": codings(fact.relationship),
            "rank": fact.position,
            "phones": [each.number for each in fact.phones if each.kind is not PhoneKind.EMAIL],
            "emails": [each.number for each in fact.phones if each.kind is PhoneKind.EMAIL],
            "address": ", ".join(
                part
                for address in fact.addresses[:1]
                for part in (*address.lines, address.town, address.county)
                if part
            ),
            "postcode": postcode(fact.addresses[0].postcode) if fact.addresses else "",
        }
    )


def _category(kind: Coded | None) -> list[str]:
    said = _of_table(kind, _ALLERGENS)
    return [said] if said else []


def _rank(priority: str) -> dict[str, Any]:
    """Which of a visit's diagnoses it is: 1 is the first (HL7 table 0359)."""
    if priority.isascii() and priority.isdigit() and len(priority) < _LONGEST_RANK:
        return {"rank": int(priority), "is_main": True if int(priority) == 1 else None}
    return {"priority": priority}


def _none_known_of(allergen: Coded | None) -> str | None:
    """Of what none is said to be known; None where an allergy is meant."""
    if allergen is None:
        return None
    return none_known_of((allergen.code, allergen.other_code), words(allergen))


def _allergy_key(fact: AllergySaid) -> str:
    return _coded_key(fact.allergen)


def _coded_key(coded: Coded | None) -> str:
    if coded is None:
        return ""
    return coded.code or coded.display.strip().lower() or coded.other_code


def _of_table(coded: Coded | None, table: dict[str, str]) -> str:
    if coded is None:
        return ""
    return table.get(coded.code.upper(), coded.display or coded.code)
