"""Turns suggestions into what pages show; asks the database nothing."""

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from oneplace.access.viewer import Viewer
from oneplace.casefinding.blocks import KINDS, BlockKind
from oneplace.casefinding.coverage import GROUPS
from oneplace.casefinding.models import ScoreShown, Step, Suggestion, Worry
from oneplace.casefinding.permissions import SCREEN_SUGGESTIONS
from oneplace.casefinding.queries import Reason
from oneplace.casefinding.queries.practice import StandingHere
from oneplace.kit.formats import age, day
from oneplace.kit.words import say
from oneplace.partners.models import Organisation
from oneplace.people.models import Person
from oneplace.records.queries.standing import Standing
from oneplace.vocabulary.terms import ChoiceAboutSharing, EntryKind, SuggestionState

_MOST_IN_PLACE: Final = 6


def name_of(person: Person) -> str:
    """How a person is called on a list."""
    return " ".join(filter(None, (person.given, person.family))) or "No name"


def age_of(person: Person, at: datetime) -> str:
    """Their age in words; nothing where the birth is not known."""
    if person.born_on is None or person.is_dead:
        return ""
    return age(person.born_on, at)


@dataclass(frozen=True)
class Row:
    """One person on a list."""

    suggestion: Suggestion
    name: str
    age: str
    route: str
    reasons: Sequence[Reason]
    told: str
    when: str
    state: SuggestionState


def row(
    suggestion: Suggestion,
    reasons: Mapping[uuid.UUID, Sequence[Reason]],
    told: Mapping[uuid.UUID, ChoiceAboutSharing],
    *,
    when: str,
    at: datetime,
) -> Row:
    """A person as a row of a list."""
    state = told.get(suggestion.person_id)
    return Row(
        suggestion=suggestion,
        name=name_of(suggestion.person.current),
        age=age_of(suggestion.person.current, at),
        route=suggestion.source.label,
        reasons=reasons.get(suggestion.pk, ()),
        told=state.label if state is not None else "",
        when=when,
        state=suggestion.state,
    )


@dataclass(frozen=True)
class ListPage:
    """A practice's list: who waits, who is accepted and not told, who is on it, who was put off."""

    practice: Organisation
    practices: Sequence[Organisation]
    waiting: Sequence[Row]
    to_tell: Sequence[Row]
    listed: Sequence[Row]
    put_off: Sequence[Row]
    declined: Sequence[Row]
    may_screen: bool

    @property
    def head_line(self) -> str:
        """What to do next, in one line."""
        if not self.may_screen:
            count = len(self.listed)
            if count == 0:
                return "Nobody is on the list yet"
            return "1 person on the list" if count == 1 else f"{count} people on the list"
        waits = len(self.waiting)
        if waits == 0:
            return "Nobody is waiting to be looked at"
        return "1 person to look at" if waits == 1 else f"{waits} people to look at"


def may_screen(practice: Organisation, viewer: Viewer) -> bool:
    """Whether this viewer decides for the practice."""
    return viewer.may(SCREEN_SUGGESTIONS) and viewer.organisation_id == practice.pk


@dataclass(frozen=True)
class InPlace:
    """One thing that is there already, and since when."""

    what: str
    who: str
    since: str


@dataclass(frozen=True)
class ScorePart:
    """One part of a score: its points add to the value."""

    what: str
    points: str
    on: date | None
    source: str


@dataclass(frozen=True)
class ScoreLine:
    """One score, shown after the reasons; what it cannot say it says."""

    name: str
    words: str
    version: str
    purpose: str
    parts: Sequence[ScorePart]


@dataclass(frozen=True)
class Screening:
    """One person before the GP: why now, what is in place, who knows them, told, answers."""

    suggestion: Suggestion
    name: str
    age: str
    reasons: Sequence[Reason]
    gaps: Sequence[Reason]
    worries: Sequence[Worry]
    scores: Sequence[ScoreLine]
    in_place: Sequence[InPlace]
    known_by: Sequence[InPlace]
    told: ChoiceAboutSharing | None
    leaves: str
    place: int
    of: int
    may_decide: bool
    why_not: str
    last_step: Step | None
    following: Suggestion | None

    @property
    def pronoun_line(self) -> str:
        """The heading: why this person, why now."""
        return f"Why {self.suggestion.person.current.given or self.name}, why now"

    @property
    def is_told(self) -> bool:
        """Whether they were told already."""
        return self.told in (ChoiceAboutSharing.TOLD, ChoiceAboutSharing.CONSENTED)


def split(reasons: Sequence[Reason]) -> tuple[list[Reason], list[Reason]]:
    """Reasons of need, and gaps in care that the team can act on."""
    gaps = [each for each in reasons if each.code.startswith("no_") or each.code in _GAPS]
    return [each for each in reasons if each not in gaps], gaps


_GAPS: Final = ("carer_not_asked",)


def score_lines(scores: Sequence[ScoreShown]) -> list[ScoreLine]:
    """The scores in words, each with what it was made of."""
    return [
        _chance_line(score)
        if score.code == CHANCE
        else ScoreLine(
            name=score.name,
            words=_score_words(score),
            version=score.version,
            purpose=score.purpose,
            parts=tuple(
                ScorePart(
                    _named(part["what"]),
                    _number(part["points"]),
                    date.fromisoformat(part["on"]) if part["on"] else None,
                    part["source"],
                )
                for part in score.contributions
            ),
        )
        for score in scores
    ]


CHANCE: Final = "admission_risk"
"""The score that is a chance of the local model: its parts add up to log odds."""


def _chance_line(score: ScoreShown) -> ScoreLine:
    """A chance, the average person's it starts from, and by what each part multiplies the odds."""
    base, *parts = score.contributions
    usual = 100 / (1 + math.exp(-base["points"]))
    return ScoreLine(
        name=score.name,
        words=f"{100 * (score.value or 0):.0f} of 100",
        version=score.version.removeprefix("version "),
        purpose=f"{score.purpose} The parts multiply the odds, and together give the chance.",
        parts=(
            ScorePart(base["what"], f"{usual:.1f} of 100", None, ""),
            *(
                ScorePart(
                    part["what"].replace(": ", " "),
                    f"odds × {math.exp(part['points']):.2f}",
                    None,
                    "",
                )
                for part in parts
            ),
        ),
    )


_IN_FULL: Final = {
    "chd": "coronary heart disease",
    "ckd": "chronic kidney disease",
    "pvd": "peripheral vascular disease",
    "stroke-tia": "stroke or mini-stroke",
    "aids": "HIV with AIDS",
}


def _named(what: str) -> str:
    """What a part of a score is called: never by its short key."""
    return _IN_FULL.get(what, what.replace("-", " "))


def _score_words(score: ScoreShown) -> str:
    if score.value is None:
        return score.incomplete or "Not recorded"
    words = ", ".join(filter(None, (_number(score.value), score.band)))
    return f"{words}. {score.incomplete}" if score.incomplete else words


def _number(value: float) -> str:
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.2f}"


_IN_PLACE: Final = (EntryKind.CARE_PACKAGE, EntryKind.EPISODE, EntryKind.STAY, EntryKind.REFERRAL)


def in_place(standing: Standing) -> list[InPlace]:
    """Care, episodes and stays that go on: what the person has already."""
    found = [
        InPlace(
            what=entry.title or entry.kind.label,
            who=", ".join(filter(None, (entry.where, entry.by))),
            since=day(entry.starts_at),
        )
        for kind in _IN_PLACE
        for entry in standing.now(kind)
    ]
    return list(dict.fromkeys([*_huddle(standing), *found]))[:_MOST_IN_PLACE]


def _huddle(standing: Standing) -> list[InPlace]:
    case = standing.case if isinstance(standing, StandingHere) else None
    if case is None:
        return []
    spoken = f"last spoken of {day(case.discussed_on)}" if case.discussed_on else ""
    return [InPlace(what=say("On the {huddle}’s list"), who=spoken, since=day(case.listed_on))]


def known_by(standing: Standing) -> list[InPlace]:
    """Who is around the person: who leads in the huddle, their team, and people close to them."""
    found = []
    case = standing.case if isinstance(standing, StandingHere) else None
    if case is not None and case.lead_name:
        leads = say("leads for the {huddle}")
        found.append(InPlace(what=case.lead_name, who=leads, since=day(case.listed_on)))
    for kind in (EntryKind.CARE_TEAM, EntryKind.TIE, EntryKind.EPISODE):
        for entry in standing.now(kind):
            who = entry.by if kind is not EntryKind.TIE else entry.title
            if who:
                role = (
                    entry.by_role or entry.title if kind is not EntryKind.TIE else "Close to them"
                )
                found.append(InPlace(what=who, who=role, since=day(entry.starts_at)))
    return list(dict.fromkeys(found))[:_MOST_IN_PLACE]


def leaves(suggestion: Suggestion) -> str:
    """When they leave this list, in a sentence."""
    if suggestion.left_at is not None:
        return f"Left on {day(suggestion.left_at)}: {suggestion.left_why}."
    if suggestion.state is SuggestionState.LISTED:
        return say(
            "Stays on the practice’s list until the {huddle} steps them down, or they object, move "
            "away or die."
        )
    if suggestion.leaves_on is not None:
        return (
            f"Leaves the suggestions on {day(suggestion.leaves_on)} unless something new happens: "
            "the last of these reasons is too old then."
        )
    return "Leaves the suggestions when the practice has decided."


def kinds_by_group(*, has_model: bool) -> dict[str, list[BlockKind]]:
    """The kinds of blocks for a menu, by what they are about; one of the model where it is on."""
    groups: dict[str, list[BlockKind]] = {}
    for kind in KINDS.values():
        if kind.needs_model and not has_model:
            continue
        groups.setdefault(kind.group, []).append(kind)
    return groups


__all__ = [
    "GROUPS",
    "InPlace",
    "ListPage",
    "Row",
    "ScoreLine",
    "ScorePart",
    "Screening",
    "age_of",
    "in_place",
    "kinds_by_group",
    "known_by",
    "leaves",
    "may_screen",
    "name_of",
    "row",
    "score_lines",
    "split",
]
