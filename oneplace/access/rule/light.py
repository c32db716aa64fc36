"""The traffic light: what somebody sees of a person, part by part and partner by partner, and why.

One statement loads everything; the rule itself decides (`decide`). It reads choices and agreements
and never the record: what it says is the same whether or not anything is there.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any, Final

import orjson
from django.db import connection

from oneplace.access.rule import decide
from oneplace.access.rule.case import Case, Related
from oneplace.access.rule.decide import YOU, Because, Decision, Reader, Under
from oneplace.access.rule.facts import case_from, values_of
from oneplace.access.viewer import Viewer
from oneplace.kit.clock import local_day
from oneplace.vocabulary.rows.categories import NEVER_MENTAL_HEALTH
from oneplace.vocabulary.terms import DataCategory


@dataclass(frozen=True)
class Owner:
    """A partner that records: the sources that are its own, and how agreements name it."""

    word: str
    sources: tuple[str, ...]
    keys: frozenset[str]
    is_mental_health: bool

    @cached_property
    def cells(self) -> tuple[tuple[DataCategory, DataCategory], ...]:
        """Each part of what it records, with what that part counts as."""
        return tuple(
            (part, self.counts_as(part))
            for part in DataCategory
            if part is not DataCategory.MENTAL_HEALTH
        )

    def counts_as(self, part: DataCategory) -> DataCategory:
        """What a part of what it records counts as."""
        if self.is_mental_health and part not in NEVER_MENTAL_HEALTH:
            return DataCategory.MENTAL_HEALTH
        return part


@dataclass(frozen=True)
class Signed:
    """An agreement the viewer's organisation signed, for the viewer's purpose or for keeping people
    safe; ended ones too.
    """

    name: str
    contact: str
    starts_on: date
    last_on: date
    """The last day it holds or held."""
    parties: frozenset[str]
    terms: frozenset[tuple[str, str, bool]]
    """Who gives, which part, and whether the person must have said yes: what comes to the viewer.
    """
    is_mine: bool = True
    """Whether it is for the viewer's purpose."""
    is_for_safety: bool = False

    def is_in_force(self, on: date) -> bool:
        """Whether it holds on this day."""
        return self.starts_on <= on <= self.last_on

    def lets(self, owner: Owner, category: DataCategory, *, needs_yes: bool | None = None) -> bool:
        """Whether a term lets what this owner recorded in this part come to the viewer."""
        return any(
            part == category.value
            and needs_yes in (None, asks)
            and (giver in owner.keys or (giver == "*" and bool(owner.keys & self.parties)))
            for giver, part, asks in self.terms
        )


@dataclass(frozen=True)
class Sentence:
    """What is true of one part of a record for some of the partners, in one sentence."""

    category: DataCategory
    because: Because
    owners: tuple[str, ...]
    says: str
    beside: str
    """The same beside the name of the part."""
    ask: str
    """Whom to ask about it."""
    has_ended: bool = False
    """Whether it came under an agreement that has ended."""

    @property
    def is_open(self) -> bool:
        """Whether the part opens."""
        return self.because.is_open


@dataclass(frozen=True)
class Light:
    """Everything the rule says of one viewer before one person's record."""

    case: Case
    owners: tuple[Owner, ...]
    agreements: tuple[Signed, ...]
    on: date
    reader: Reader = YOU

    @property
    def record(self) -> Decision:
        """Whether the record opens, and why."""
        return decide.record_decision(self.case, reader=self.reader)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Every part of a record: one sentence for all partners of whom the same is true."""
        by, case = self._by, self.case
        if case.barriers or case.permits:
            return _Telling(case, by, self.owners, self.agreements, self.on, self.reader).sentences
        # Where nothing is kept back the rule asks of such a relationship its kind alone, so the
        # sentences are the same for everybody thus connected.
        kinds = sorted({each.kind for each in by})
        plain = Case(at=_ANY_TIME, parties=frozenset(), sees=case.sees, opened=case.opened)
        known = tuple(Related(kind, None, _ANY_TIME) for kind in kinds)
        return _told(_Telling(plain, known, self.owners, self.agreements, self.on, self.reader))

    def is_open(self, source: str, part: DataCategory) -> bool:
        """Whether what a source recorded in a part opens; by the rule's bare answer."""
        return decide.decides_by(decide.of_part(self.case, owner=source, part=part), self._by)

    def owner_of(self, source: str) -> Owner | None:
        """Whose a source is."""
        return next((owner for owner in self.owners if source in owner.sources), None)

    def closed(
        self, parts: Iterable[DataCategory], sources: Sequence[str] | None = None
    ) -> tuple[Sentence, ...]:
        """The sentences about these parts (or what they count as) that do not open to the viewer.

        `sources` narrows them to what the owners of these sources record.
        """
        wanted = set(parts)
        about = [
            owner
            for owner in self.owners
            if sources is None or not set(sources).isdisjoint(owner.sources)
        ]
        counted = {owner.counts_as(part) for owner in about for part in wanted}
        words = {owner.word for owner in about}
        return tuple(
            one
            for one in self.sentences
            if not one.is_open and one.category in counted and words & set(one.owners)
        )

    @cached_property
    def _by(self) -> tuple[Related, ...]:
        """The relationships by which the record opens, whatever the part."""
        return decide.opening(self.case)


_ANY_TIME: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class _Telling:
    """All that the sentences hang on; `by` are the relationships by which the record opens."""

    case: Case
    by: tuple[Related, ...]
    owners: tuple[Owner, ...]
    agreements: tuple[Signed, ...]
    on: date
    reader: Reader

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Every part of a record, category by category."""
        found = []
        for category in DataCategory:
            whys = self._whys(category)
            for (why, under), group in groupby(sorted(whys, key=_of_one_kind), key=_kind_and_under):
                names = tuple(dict.fromkeys(word for word, _, _ in group))
                found.append(self._sentence(category, why, names, under))
        return tuple(found)

    @cached_property
    def _lines(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """By whose and which part, the sorts of lines that open it: all the rule asks of whose."""
        found: dict[tuple[str, str], set[str]] = {}
        for line in self.case.opened:
            sort, owner, part = line.split("|", 2)
            found.setdefault((owner, part), set()).add(sort)
        return {cell: frozenset(sorts) for cell, sorts in found.items()}

    def _whys(self, category: DataCategory) -> list[tuple[str, Because, Under | None]]:
        # Of partners about whom the agreements say the same, the rule says the same: asked once.
        known: dict[tuple[frozenset[str], DataCategory], Because] = {}

        def why_of(source: str, part: DataCategory) -> Because:
            cell = self._lines.get((source, part.value), frozenset()), part
            if cell not in known:
                asked = decide.of_part(self.case, owner=source, part=part)
                known[cell] = decide.because(asked, category=category, by=self.by)
            return known[cell]

        return [
            (owner.word, why, self._under(owner, category, why))
            for owner in self.owners
            for why in {
                why_of(source, part)
                for part, counts_as in owner.cells
                if counts_as is category
                for source in owner.sources[:1]
            }
        ]

    def _sentence(
        self, category: DataCategory, why: Because, owners: tuple[str, ...], under: Under | None
    ) -> Sentence:
        says, beside = (
            decide.sentence(
                why,
                category=category,
                owners=owners,
                under=under,
                reader=self.reader,
                is_beside=is_beside,
            )
            for is_beside in (False, True)
        )
        has_ended = under is not None and under.last_on is not None
        return Sentence(category, why, owners, says, beside, self._ask(under), has_ended)

    def _under(self, owner: Owner, category: DataCategory, why: Because) -> Under | None:
        """The agreement that decided; where none is in force, the last that did."""
        if why is Because.NO_AGREEMENT:
            over = [
                signed
                for signed in self.agreements
                if signed.is_mine and signed.last_on < self.on and signed.lets(owner, category)
            ]
            last = max(over, key=lambda signed: signed.last_on, default=None)
            return Under(last.name, last.last_on) if last else None
        if why not in _UNDER_ONE:
            return None
        asks = why in {Because.SAID_YES, Because.NEEDS_YES}
        for signed in self.agreements:
            fits = signed.is_for_safety if why is Because.FOR_SAFETY else signed.is_mine
            if (
                fits
                and signed.is_in_force(self.on)
                and signed.lets(owner, category, needs_yes=asks)
            ):
                return Under(signed.name)
        return None

    def _ask(self, under: Under | None) -> str:
        named = [signed for signed in self.agreements if under and signed.name == under.name]
        held = [each for each in self.agreements if each.is_mine and each.is_in_force(self.on)]
        return next((signed.contact for signed in (*named, *held) if signed.contact), "")


@lru_cache(maxsize=512)
def _told(telling: _Telling) -> tuple[Sentence, ...]:
    """The sentences, remembered with all they hang on: there is nothing to forget."""
    return telling.sentences


_UNDER_ONE: Final = frozenset(
    {Because.FLOWS, Because.SAID_YES, Because.NEEDS_YES, Because.FOR_SAFETY}
)
_ORDER: Final = list(Because)


def _of_one_kind(found: tuple[str, Because, Under | None]) -> tuple[int, str]:
    _, why, under = found
    return _ORDER.index(why), under.name if under else ""


def _kind_and_under(found: tuple[str, Because, Under | None]) -> tuple[Because, Under | None]:
    return found[1:]


# A partner is told apart from itself where one of its services is mental health and another not.
_PARTNERS: Final = """
select coalesce(json_agg(json_build_object('word', w.word, 'sources', w.sources, 'keys', w.keys,
                                           'is_mental', w.is_mental) order by w.word), '[]')
  from (select o.short_word as word, array[o.code, 'kind:' || o.kind] as keys,
               s.is_mental_health or o.kind = 'mental_health_trust' as is_mental,
               array_agg(s.owner order by s.owner) as sources
          from access_sourceowner s join partners_organisation o on o.id = s.organisation_id
         where not starts_with(s.owner, 'oneplace:')
         group by o.id, 3) w
"""
_AGREEMENTS: Final = """
select coalesce(json_agg(json_build_object(
            'name', a.name, 'contact', a.contact, 'starts_on', a.starts_on,
            'last_on', least(a.ends_on, a.stopped_on - 1),
            'is_mine', %(light_purpose)s = any (a.purposes),
            'is_for_safety', 'safeguarding' = any (a.purposes),
            'parties', (select array_agg(p.key) from access_agreementparty p
                         where p.agreement_id = a.id),
            'terms', (select coalesce(json_agg(json_build_array(
                                 t.from_key, t.category, t.needs_yes)), '[]')
                        from access_agreementterm t
                       where t.agreement_id = a.id
                         and (t.to_key = '*' or t.to_key = any (me.keys)))
            ) order by a.starts_on desc, a.name), '[]')
  from access_sharingagreement a,
       (select array[o.code, 'kind:' || o.kind] as keys from partners_organisation o
         where o.id = %(light_organisation)s) me
 where array[%(light_purpose)s, 'safeguarding'] && a.purposes::text[]
   and exists (select from access_agreementparty p
                where p.agreement_id = a.id and p.key = any (me.keys))
   and not exists (select from access_agreementparty p
                    where p.agreement_id = a.id and p.signed_on is null)
"""


def light_of(person: str, opened: str) -> str:
    """SQL, one value, of what `light_from` makes a light of.

    `person` and `opened` are SQL of whom it is about and of what opens to the viewer's organisation
    (`access_opened()` within a statement whose viewer is told). `light_values` are its values.
    """
    return (
        f"(select json_build_object('facts', access_facts({person}), 'opened', {opened},"
        f" 'partners', ({_PARTNERS}), 'agreements', ({_AGREEMENTS})))"
    )


def light_values(viewer: Viewer) -> dict[str, Any]:
    """The values `light_of` asks for."""
    return {
        "light_organisation": viewer.organisation_id,
        "light_purpose": viewer.opens_for.value,
    }


def light_from(
    found: str | Mapping[str, Any], viewer: Viewer, *, at: datetime, reader: Reader = YOU
) -> Light:
    """The light, of what the SQL of `light_of` found."""
    row = orjson.loads(found) if isinstance(found, str) else found
    return Light(
        case=case_from(row["facts"], row["opened"], viewer, at=at),
        owners=tuple(_owner(one) for one in row["partners"]),
        agreements=tuple(_signed(one) for one in row["agreements"]),
        on=local_day(at),
        reader=reader,
    )


_ALONE: Final = light_of(
    "%(person)s", "access_openings(%(organisation)s, %(purpose)s, %(sees)s::text[], %(on)s)"
)


def light(person_id: uuid.UUID, viewer: Viewer, *, at: datetime, reader: Reader = YOU) -> Light:
    """What the rule says of somebody and this person, in one statement.

    The database answers those to whom the record opens, the steward, and whoever answers for
    access; to anybody else it tells nothing, and nothing is open.
    """
    values = {**values_of(person_id, viewer, at=at), **light_values(viewer)}
    with connection.cursor() as cursor:
        cursor.execute(f"select {_ALONE}", values)
        (found,) = cursor.fetchone()
    return light_from(found, viewer, at=at, reader=reader)


def _owner(row: Mapping[str, Any]) -> Owner:
    return Owner(row["word"], tuple(row["sources"]), frozenset(row["keys"]), row["is_mental"])


def _signed(row: Mapping[str, Any]) -> Signed:
    return Signed(
        name=row["name"],
        contact=row["contact"],
        starts_on=date.fromisoformat(row["starts_on"]),
        last_on=date.fromisoformat(row["last_on"]),
        parties=frozenset(row["parties"] or ()),
        terms=frozenset((giver, part, asks) for giver, part, asks in row["terms"]),
        is_mine=row["is_mine"],
        is_for_safety=row["is_for_safety"],
    )
