"""Turns pairs, people found and deaths into what their pages show; asks the database nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms

from oneplace.access.viewer import Viewer
from oneplace.kit.formats import day, nhs_number
from oneplace.people import rules
from oneplace.people.models import Concern, Match, MatchReading, MatchState, Risk, SafeNow
from oneplace.people.queries.concerns import DutyTeam
from oneplace.people.queries.review import ReviewFilter, Side
from oneplace.people.queries.searching import LookedUp
from oneplace.people.spelling import slips
from oneplace.science.linkage.tidying import letters, number
from oneplace.vocabulary.terms import ConcernState, Exactness, Gender, SameOrDifferent

SAME, DIFFERENT, ONE_SIDED = "same", "different", "one-sided"
_HOW = {SAME: "agrees", DIFFERENT: "differs", ONE_SIDED: "only one says"}


@dataclass(frozen=True)
class Compared:
    """One line of two records side by side."""

    label: str
    one: str
    other: str
    how: str
    """`same`, `different` or `one-sided`."""
    remark: str
    """How they stand to each other, in words: colour alone says nothing."""


def compared(one: Side, other: Side) -> list[Compared]:
    """Both records line by line, always in one order; lines nobody fills are left out."""
    lines = [
        _line("First name", one.given, other.given, is_name=True),
        _line("Family name", one.family, other.family, is_name=True),
        _line("Known as", one.known_as, other.known_as, is_name=True),
        _line("Other names", one.other_given, other.other_given, is_name=True),
        _line("Former names", ", ".join(one.previous_families), ", ".join(other.previous_families)),
        _line("Born", _born(one), _born(other)),
        _line("NHS number", _number(one), _number(other)),
        _line("Gender", _gender(one.gender), _gender(other.gender)),
        _line("Address", one.address, other.address, is_name=True),
        _line("Postcode", one.postcode, other.postcode),
        _line("Phone", ", ".join(one.phones), ", ".join(other.phones), share=_shares(one, other)),
        _line("Email", ", ".join(one.emails), ", ".join(other.emails)),
        _line("Practice", one.practice, other.practice),
        _line("Died", day(one.died_on), day(other.died_on)),
        _line("Twin", _truth(one.is_multiple_birth), _truth(other.is_multiple_birth)),
    ]
    return [line for line in lines if line is not None]


def _line(
    label: str, one: str, other: str, *, is_name: bool = False, share: bool = False
) -> Compared | None:
    if not one and not other:
        return None
    if not one or not other:
        how, remark = ONE_SIDED, _HOW[ONE_SIDED]
    elif (
        share or one.casefold() == other.casefold() or (is_name and letters(one) == letters(other))
    ):
        how, remark = SAME, _HOW[SAME]
    else:
        how, remark = DIFFERENT, _HOW[DIFFERENT]
        if is_name and slips(letters(one), letters(other)) == 1:
            remark = "one letter apart"
    return Compared(label, one or "Not said", other or "Not said", how, remark)


def _born(side: Side) -> str:
    if side.born_on is None:
        return ""
    if side.born_exactness == Exactness.YEAR:
        return f"{side.born_on.year}, day not known"
    if side.born_exactness == Exactness.MONTH:
        return f"{side.born_on:%B %Y}, day not known"
    return day(side.born_on)


def _number(side: Side) -> str:
    if not side.nhs_number:
        return ""
    return nhs_number(side.nhs_number) + (", verified" if side.is_nhs_number_verified else "")


def _gender(stored: str) -> str:
    return Gender(stored).label if stored else ""


def _truth(is_so: bool) -> str:
    return "Yes" if is_so else ""


def _shares(one: Side, other: Side) -> bool:
    ours = {number(text) for text in one.phones} - {""}
    return not ours.isdisjoint(number(text) for text in other.phones)


@dataclass(frozen=True)
class Answer:
    """One button under a pair."""

    value: str
    words: str
    key: str


@dataclass(frozen=True)
class Pair:
    """A pair as the page shows it."""

    match: Match
    one: Side
    other: Side
    lines: Sequence[Compared]
    evidence: str
    risk: str
    state: str
    is_open: bool
    readings: Sequence[MatchReading]
    why_not: str | None
    answers: Sequence[Answer] = (
        Answer(SameOrDifferent.SAME.value, "Same person", "s"),
        Answer(SameOrDifferent.DIFFERENT.value, "Two people", "d"),
        Answer(SameOrDifferent.UNSURE.value, "Not sure", "u"),
    )

    @property
    def differences(self) -> int:
        """How many lines differ."""
        return sum(line.how == DIFFERENT for line in self.lines)


def pair(match: Match, sides: tuple[Side, Side], *, reader_id: object) -> Pair:
    """A pair with both its sides."""
    readings: Sequence[MatchReading] = getattr(match, "standing", ())
    return Pair(
        match=match,
        one=sides[0],
        other=sides[1],
        lines=compared(*sides),
        evidence=match.evidence,
        risk=Risk(match.risk).label if match.risk else "",
        state=MatchState(match.state).label,
        is_open=rules.is_open(match),
        readings=readings,
        why_not=rules.why_not_settle(match, readings, reader_id),
    )


def chosen_words(chosen: ReviewFilter) -> dict[str, str]:
    """The filter as it stands in an address."""
    said = {"state": chosen.state, "risk": chosen.risk}
    return {name: value.value for name, value in said.items() if value is not None}


@dataclass(frozen=True)
class LookUpPage:
    """Looking one person up: whether somebody was found, and the form that takes them on."""

    match: LookedUp | None
    has_looked: bool
    taking: forms.Form | None
    title: str = "Look somebody up"

    @property
    def what(self) -> str:
        """What tells whether it is the person meant."""
        if self.match is None:
            return ""
        born = f"born in {self.match.born_year}" if self.match.born_year else ""
        return " · ".join(filter(None, (born, self.match.part_of_address, self.match.practice)))


@dataclass(frozen=True)
class RaiseConcern:
    """The page with the four answers."""

    name: str
    duty: DutyTeam | None
    cancel: str

    @property
    def title(self) -> str:
        """What the page is for."""
        return f"I am worried about {self.name}" if self.name else "I am worried about somebody"


@dataclass(frozen=True)
class ConcernPage:
    """One concern, for its team or its writer."""

    concern: Concern
    duty: DutyTeam | None
    is_own: bool
    may_receive: bool
    state: str
    safe_now: str

    @classmethod
    def of(cls, concern: Concern, duty: DutyTeam | None, *, viewer: Viewer) -> "ConcernPage":
        """The page for one who reads it."""
        return cls(
            concern=concern,
            duty=duty,
            is_own=concern.raised_by_id == viewer.account_id,
            may_receive=rules.why_not_receive_concern(concern, viewer) is None,
            state=ConcernState(concern.state).label,
            safe_now=SafeNow(concern.is_safe_now).label,
        )

    @property
    def is_received(self) -> bool:
        """Whether the team has said that it has it."""
        return self.concern.received_at is not None

    @property
    def is_in_danger(self) -> bool:
        """Whether the writer said that they are not safe."""
        return SafeNow(self.concern.is_safe_now) is SafeNow.NO


@dataclass(frozen=True)
class ConcernsPage:
    """The concerns a viewer may read: those of their team, and their own."""

    rows: Sequence[ConcernPage]
    duty: DutyTeam | None
    is_on_duty: bool
    has_more: bool
    title: str = "Worries about somebody’s safety"

    @classmethod
    def of(
        cls,
        found: Sequence[Concern],
        duty: DutyTeam | None,
        *,
        has_more: bool,
        viewer: Viewer,
    ) -> "ConcernsPage":
        """The page for a viewer."""
        rows = [ConcernPage.of(each, duty, viewer=viewer) for each in found]
        on_duty = duty is not None and duty.team.pk in viewer.team_ids
        return cls(rows, duty, on_duty, has_more)

    @property
    def waiting(self) -> int:
        """How many nobody has received."""
        return sum(not row.is_received for row in self.rows)
