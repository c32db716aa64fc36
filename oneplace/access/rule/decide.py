"""Asks the rule in Python and says in one plain sentence what came of it, and why.

The sentence about a part of a record speaks of the role, the agreement and the person's choice,
never of what is there: it is the same whether or not anything exists.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Final

from oneplace.access.rule import rule
from oneplace.access.rule.as_python import holds
from oneplace.access.rule.case import Case, Related
from oneplace.access.rule.conditions import Condition
from oneplace.kit.formats import day, sentence_list, starting_capital
from oneplace.vocabulary.terms import DataCategory, RefusalKind


@dataclass(frozen=True)
class Decision:
    """Whether something opens, and the reason: which line of the rule decided."""

    is_open: bool
    why: str
    refusal: RefusalKind | None = None


class Because(Enum):
    """Which line of the rule decided about a part of a record, in the order they are asked."""

    RECORD_CLOSED = "record_closed"
    RECORDED_HERE = "recorded_here"
    OWN_PRACTICE = "own_practice"
    FLOWS = "flows"
    SAID_YES = "said_yes"
    FOR_SAFETY = "for_safety"
    NOT_IN_ROLE = "not_in_role"
    NO_AGREEMENT = "no_agreement"
    OUT_OF_REACH = "out_of_reach"
    NEEDS_YES = "needs_yes"
    CHOICE = "choice"

    @property
    def is_open(self) -> bool:
        """Whether the part opens."""
        return self in _OPEN


_OPEN: Final = frozenset(
    {
        Because.RECORDED_HERE,
        Because.OWN_PRACTICE,
        Because.FLOWS,
        Because.SAID_YES,
        Because.FOR_SAFETY,
    }
)
_REFUSAL: Final = {
    Because.NOT_IN_ROLE: RefusalKind.NOT_IN_ROLE,
    Because.NO_AGREEMENT: RefusalKind.SHARING,
    Because.OUT_OF_REACH: RefusalKind.NO_RELATIONSHIP,
    Because.NEEDS_YES: RefusalKind.SHARING,
    Because.CHOICE: RefusalKind.SHARING,
}
NEVER_WHOLE: Final[Mapping[DataCategory, str]] = {
    DataCategory.SAFEGUARDING: "Safeguarding concerns and enquiries",
}


@dataclass(frozen=True)
class Reader:
    """Who is spoken of: the viewer themselves, or somebody an officer asks about."""

    you: str = "you"
    whose_role: str = "your role"
    work: str = "you work"


YOU: Final = Reader()


@dataclass(frozen=True)
class Under:
    """The agreement a part comes or came under, by its name, and the last day it held."""

    name: str
    last_on: date | None = None


def part_words(category: DataCategory) -> str:
    """A part of a record as sentences call it: always more than one thing."""
    return NEVER_WHOLE.get(category, category.label)


def record_decision(case: Case, *, reader: Reader = YOU) -> Decision:
    """Whether a record opens at all."""
    if not holds(rule.IN_ROLE, case):
        why = f"{starting_capital(reader.whose_role)} opens nobody’s record."
        return Decision(False, why, RefusalKind.NOT_IN_ROLE)
    if not any(holds(rule.BETWEEN, case, relationship=each) for each in case.relationships):
        why = f"Nothing connects {reader.you} with this person today."
        return Decision(False, why, RefusalKind.NO_RELATIONSHIP)
    free = opening(case)
    if not free:
        why = f"This record is closed to {reader.you}."
        return Decision(False, why, RefusalKind.BARRIER)
    named = sorted({each.kind.label for each in free})
    may = f"{starting_capital(reader.you)} may open this record"
    return Decision(True, f"{may}: {'; '.join(_low(name) for name in named)}.")


def opening(case: Case) -> tuple[Related, ...]:
    """The relationships by which the record opens, whatever part of it is asked about."""
    return tuple(
        each for each in case.relationships if holds(rule.OPENS_BY, case, relationship=each)
    )


def because(  # noqa: PLR0911 - reads best flat
    case: Case, *, category: DataCategory, by: Sequence[Related]
) -> Because:
    """Which line of the rule decides about what `case.owner` recorded in `case.part`.

    `category` is what that part counts as: mental health whatever its kind, of such a service. `by`
    are the relationships by which the record opens: a page asks for them once and then about fifty
    parts.
    """

    def some(condition: Condition) -> bool:
        return _of_some(condition, case, by)

    if not (holds(rule.IN_ROLE, case) and by):
        return Because.RECORD_CLOSED
    if some(rule.OPENS_PART_BY):
        if some(rule.OWN):
            return Because.RECORDED_HERE
        if some(rule.RECORDED_HERE):
            return Because.OWN_PRACTICE
        if not some(rule.COMES_HERE):
            return Because.FOR_SAFETY
        return Because.FLOWS if some(rule.FLOWS) else Because.SAID_YES
    if category.value not in case.sees:
        return Because.NOT_IN_ROLE
    if not (some(rule.RECORDED_HERE) or some(rule.FLOWS) or some(rule.ASKS)):
        return Because.NO_AGREEMENT
    if not some(rule.REACHES_PART):
        return Because.OUT_OF_REACH
    if some(rule.ASKS) and not some(rule.FLOWS) and not holds(rule.SAID_YES, case):
        return Because.NEEDS_YES
    return Because.CHOICE


def _of_some(condition: Condition, case: Case, by: Sequence[Related]) -> bool:
    for each in by:  # noqa: SIM110 - a generator costs as much as what it asks
        if holds(condition, case, relationship=each):
            return True
    return False


def sentence(  # noqa: PLR0911, PLR0912 - one sentence a line of the rule
    why: Because,
    *,
    category: DataCategory,
    owners: Sequence[str],
    under: Under | None = None,
    reader: Reader = YOU,
    is_beside: bool = False,
) -> str:
    """One sentence about one part of a record, for those `owners` of whom the same is true.

    `is_beside` is for a sentence that stands beside the name of the part and need not repeat it.
    """
    what, low = part_words(category), _low(part_words(category))
    if is_beside:
        what, low = "These", "these"
    you, who = reader.you, sentence_list(tuple(owners))
    named = f" under “{under.name}”" if under else ""
    share = "shares" if len(owners) == 1 else "share"
    match why:
        case Because.RECORD_CLOSED:
            return f"This record does not open to {you}."
        case Because.RECORDED_HERE:
            return f"{who}: recorded where {reader.work}."
        case Because.OWN_PRACTICE:
            return f"{who}: this is the record of the person’s own practice."
        case Because.FLOWS:
            return f"{who} {share} {low} with {you}{named}."
        case Because.SAID_YES:
            return f"{who} {share} {low} with {you}{named}: the person said yes."
        case Because.FOR_SAFETY:
            return f"{who} {share} {low} with {you}{named} while somebody is being kept safe."
        case Because.NOT_IN_ROLE:
            return f"{what} are not shared with {reader.whose_role}, whether or not any exist."
        case Because.NO_AGREEMENT:
            ended = ""
            if under and under.last_on:
                ended = f": “{under.name}” ended on {day(under.last_on)}"
            return f"No agreement in force lets {who} share {low} with {you}{ended}."
        case Because.OUT_OF_REACH:
            return f"What connects {you} with this person does not reach {low} of {who}."
        case Because.NEEDS_YES:
            return f"{who} {share} {low} with {you}{named} once the person has said yes."
        case Because.CHOICE:
            return f"The person’s choices keep {low} with {who}."


def part_decision(
    case: Case,
    *,
    category: DataCategory,
    owner_name: str,
    under: Under | None = None,
    reader: Reader = YOU,
) -> Decision:
    """Whether what `case.owner` recorded in `case.part` opens; `category` names it to people."""
    record = record_decision(case, reader=reader)
    if not record.is_open:
        return record
    why = because(case, category=category, by=opening(case))
    says = sentence(why, category=category, owners=(owner_name,), under=under, reader=reader)
    return Decision(why.is_open, says, _REFUSAL.get(why))


def decides(case: Case) -> bool:
    """Whether the part of the case opens: the rule's bare answer."""
    return holds(rule.OPENS_PART, case)


def decides_by(case: Case, by: Sequence[Related]) -> bool:
    """The same, where the relationships by which the record opens are known."""
    return holds(rule.IN_ROLE, case) and _of_some(rule.OPENS_PART_BY, case, by)


def opens(case: Case) -> bool:
    """Whether the record of the case opens: the rule's bare answer."""
    return holds(rule.OPENS_RECORD, case)


def objects(case: Case) -> bool:
    """Whether the person objects to sharing with the viewer; urgent care goes on all the same."""
    return holds(rule.OBJECTS, case)


def of_part(case: Case, *, owner: str, part: DataCategory) -> Case:
    """The same case, about another part."""
    return replace(case, owner=owner, part=part)


def _low(words: str) -> str:
    """The words with a small first letter, except of an abbreviation."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]
