"""What somebody would see of a person, and why, as the officer reads it: never what is there."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from oneplace.access.rule.case import Barred, Related
from oneplace.access.rule.decide import Reader, part_words
from oneplace.access.rule.light import Light
from oneplace.access.viewer import Viewer
from oneplace.desk.presenters.record.sharing import PartShown, SharingShown
from oneplace.kit.formats import day
from oneplace.kit.words import label_of
from oneplace.people.models import Finding
from oneplace.vocabulary.terms import RelationshipKind


def reader_of(about: Viewer) -> Reader:
    """How sentences call somebody who is asked about."""
    role = label_of(about.role) if about.role else "somebody without a role"
    return Reader(
        you=about.name,
        whose_role=f"the role “{role}”",
        work=f"they work ({about.organisation_word})",
    )


@dataclass(frozen=True)
class Tie:
    """One relationship with the person: what it is, whose, from when, until when."""

    what: str
    whose: str
    since: str
    until: str
    is_over: bool


@dataclass(frozen=True)
class Stop:
    """One barrier, in general words."""

    what: str
    against: str
    part: str
    since: str
    until: str


@dataclass(frozen=True)
class Signed:
    """One agreement their organisation signed."""

    name: str
    holds: str
    contact: str


@dataclass(frozen=True)
class InAHat:
    """What a colleague would see in one hat."""

    who: str
    is_open: bool
    why: str
    ties: tuple[Tie, ...]
    other_ties: int
    stops: tuple[Stop, ...]
    agreements: tuple[Signed, ...]
    parts: tuple[PartShown, ...]


@dataclass(frozen=True)
class Answer:
    """The answer about one person, in each hat."""

    person: str
    born: str
    nhs_number: str
    hats: tuple[InAHat, ...]

    @classmethod
    def of(
        cls,
        person: Finding,
        lights: Sequence[tuple[Viewer, Light]],
        *,
        names: Mapping[uuid.UUID, str],
        nhs_number: str,
        at: datetime,
    ) -> "Answer":
        """What was found for each hat."""
        return cls(
            person=person.name or "Somebody without a name",
            born=f"born in {person.born_year}" if person.born_year else "",
            nhs_number=nhs_number,
            hats=tuple(_in_a_hat(about, light, names, at) for about, light in lights),
        )


@dataclass(frozen=True)
class ExplainPage:
    """The page: a question, and its answer once asked."""

    answer: Answer | None
    title: str = "What would they see, and why?"


def _in_a_hat(about: Viewer, light: Light, names: Mapping[uuid.UUID, str], at: datetime) -> InAHat:
    theirs = [one for one in light.case.relationships if one.party_id in light.case.parties]
    record = light.record
    return InAHat(
        who=_who(about),
        is_open=record.is_open,
        why=record.why,
        ties=tuple(_tie(one, names, at) for one in theirs),
        other_ties=len(light.case.relationships) - len(theirs),
        stops=tuple(_stop(one, light, names) for one in light.case.barriers if _stands(one, at)),
        agreements=tuple(
            Signed(
                one.name,
                f"in force until {day(one.last_on)}"
                if one.is_in_force(light.on)
                else f"ended on {day(one.last_on)}"
                if one.last_on < light.on
                else f"begins on {day(one.starts_on)}",
                one.contact,
            )
            for one in light.agreements
        ),
        parts=SharingShown.of(light).parts if record.is_open else (),
    )


def _who(about: Viewer) -> str:
    where = f" at {about.organisation_name}" if about.organisation_name else ""
    name = about.name if about.account_id else "Anybody"
    return f"{name}, {about.title}{where}"


def _tie(one: Related, names: Mapping[uuid.UUID, str], at: datetime) -> Tie:
    if one.kind is RelationshipKind.RECORD_STEWARDSHIP:
        return Tie(label_of(one.kind), "by permission, to everybody", "", "", False)
    return Tie(
        what=label_of(one.kind),
        whose=names.get(one.party_id, "a party no longer known") if one.party_id else "",
        since=day(one.starts_at),
        until=day(one.ends_at) if one.ends_at else "",
        is_over=one.ends_at is not None and one.ends_at <= at,
    )


def _stop(one: Barred, light: Light, names: Mapping[uuid.UUID, str]) -> Stop:
    if one.party_id is None:
        against = "everybody"
    elif one.party_id in light.case.parties:
        against = "them"
    else:
        against = names.get(one.party_id, "somebody else")
    if one.lets_in & light.case.parties:
        against += ", but lets them in by name"
    return Stop(
        what=one.kind.label,
        against=against,
        part=part_words(one.category) if one.category else "the whole record",
        since=day(one.starts_at),
        until=day(one.ends_at) if one.ends_at else "",
    )


def _stands(one: Barred, at: datetime) -> bool:
    return one.starts_at <= at and (one.ends_at is None or one.ends_at > at)
