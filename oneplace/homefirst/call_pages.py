"""The page of a telephone call: who it is about, what is open already, what is asked."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from oneplace.homefirst.desk_pages import step_words
from oneplace.homefirst.models import RED_FLAGS
from oneplace.homefirst.naming import name_of
from oneplace.homefirst.queries import CaseShown
from oneplace.kit.formats import age, clock_time, day, moment
from oneplace.people.models import Person
from oneplace.people.queries.searching import Answer, Found, LookedUp
from oneplace.vocabulary.terms import LifeStream


@dataclass(frozen=True)
class OpenAlready:
    """Something asked for before and not over: it is tracked, not asked for again."""

    what: str
    need: str
    stands: str
    time: str
    is_late: bool
    address: str

    @classmethod
    def of(cls, row: CaseShown) -> "OpenAlready":
        """One open case."""
        case, clock = row.case, row.clock
        goes = ""
        if case.worker_name and case.planned_at is not None:
            goes = f"{case.worker_name} is planned for {clock_time(case.planned_at)}"
        return cls(
            what=LifeStream(case.stream).label,
            need=case.referral.need,
            stands="; ".join(
                filter(
                    None,
                    (
                        f"asked {moment(case.received_at)} by {case.referral.asked_by_name}",
                        step_words(row).lower(),
                        goes,
                    ),
                )
            ),
            time=clock.left_words if clock is not None and clock.is_running else "",
            is_late=clock is not None and clock.is_late,
            address=reverse("homefirst:case", args=[case.pk]),
        )


@dataclass(frozen=True)
class FoundRow:
    """Somebody who fits what was typed."""

    name: str
    facts: str
    address: str
    is_dead: bool
    already: tuple[OpenAlready, ...]

    @classmethod
    def of(cls, found: Found, already: Sequence[CaseShown], *, at: datetime) -> "FoundRow":
        """One person found, with what is open for them."""
        born = f"born {day(found.born_on)}" if found.born_on else ""
        if not born and found.born_year:
            born = f"born {found.born_year}"
        facts = ", ".join(filter(None, (born, found.part_of_address, found.practice)))
        return cls(
            found.name,
            facts,
            reverse("homefirst:take_phone_referral", args=[found.person_id]),
            found.is_dead,
            tuple(OpenAlready.of(each) for each in already),
        )


@dataclass(frozen=True)
class CallPage:
    """Looking for whom it is about."""

    words: str = ""
    found: tuple[FoundRow, ...] | None = None
    """Nothing before anything was looked for."""
    has_more: bool = False
    remark: str = ""
    can_look_up: bool = False
    why_no_look_up: str = ""
    match: LookedUp | None = None
    has_looked_up: bool = False

    @classmethod
    def of(
        cls,
        words: str,
        answer: Answer,
        already: Mapping[uuid.UUID, Sequence[CaseShown]],
        *,
        at: datetime,
    ) -> "CallPage":
        """What a search found."""
        asked = answer.asked
        exact = bool(asked.nhs_number or (len(asked.names) > 1 and asked.born_on))
        return cls(
            words=words,
            found=tuple(
                FoundRow.of(each, already.get(each.person_id, ()), at=at)
                for each in answer.people
                if each.is_open
            ),
            has_more=answer.has_more,
            remark=asked.remark,
            can_look_up=exact,
            why_no_look_up=(
                ""
                if exact
                else "To look in the whole borough, type the NHS number, or first and last name "
                "with the date of birth."
            ),
        )


@dataclass(frozen=True)
class TakePage:
    """One person: what is open already, then what is asked now."""

    title: str
    name: str
    facts: str
    already: tuple[OpenAlready, ...]
    flag: str
    """The word of the need that rings 999; nothing where there is none."""
    flags: tuple[str, ...] = RED_FLAGS

    @classmethod
    def of(
        cls, person: Person, already: Sequence[CaseShown], *, flag: str | None, at: datetime
    ) -> "TakePage":
        """The page of a person."""
        facts = ", ".join(
            filter(
                None,
                (
                    f"born {day(person.born_on)}, {age(person.born_on, at)}"
                    if person.born_on
                    else "date of birth not known",
                ),
            )
        )
        return cls(
            title="By telephone",
            name=name_of(person),
            facts=facts,
            already=tuple(OpenAlready.of(each) for each in already),
            flag=flag or "",
        )
