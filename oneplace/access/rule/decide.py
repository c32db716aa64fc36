"""Asks the rule in Python and says in one plain sentence what came of it, and why.

The sentence about a part of a record speaks of the role, the agreement and the person's choice,
never of what is there: it is the same whether or not anything exists.
"""

from dataclasses import dataclass, replace

from oneplace.access.rule import rule
from oneplace.access.rule.case import Case
from oneplace.access.rule.conditions import Condition, Some, holds
from oneplace.vocabulary.terms import DataCategory, RefusalKind


@dataclass(frozen=True)
class Decision:
    """Whether something opens, and the reason: which line of the rule decided."""

    is_open: bool
    why: str
    refusal: RefusalKind | None = None


def record_decision(case: Case) -> Decision:
    """Whether a record opens at all."""
    if not holds(rule.IN_ROLE, case):
        return Decision(False, "Your role opens nobody’s record.", RefusalKind.NOT_IN_ROLE)
    between = [each for each in case.relationships if holds(rule.BETWEEN, case, relationship=each)]
    if not between:
        return Decision(
            False, "Nothing connects you with this person today.", RefusalKind.NO_RELATIONSHIP
        )
    free = [each for each in between if not holds(rule.BARS_WHOLE, case, relationship=each)]
    if not free:
        return Decision(False, "This record is closed to you.", RefusalKind.BARRIER)
    named = sorted({each.kind.label for each in free})
    return Decision(True, f"You may open it because of: {'; '.join(named).lower()}.")


def part_decision(  # noqa: PLR0911 - one reason after another reads best flat
    case: Case, *, category: DataCategory, owner_name: str
) -> Decision:
    """Whether what `case.owner` recorded in `case.part` opens; `category` names it to people."""
    record = record_decision(case)
    if not record.is_open:
        return record
    is_open = holds(rule.OPENS_PART, case)
    words = category.label
    if is_open:
        if _some(case, rule.RECORDED_HERE):
            why = f"{words}: recorded by {owner_name}, where you work or whose practice it is."
        else:
            why = f"{words}: {owner_name} shares it with you under a sharing agreement."
        return Decision(True, why)
    if category.value not in case.sees:
        why = f"{words} are not shared with your role, whether or not any exist."
        return Decision(False, why, RefusalKind.NOT_IN_ROLE)
    if not (_some(case, rule.RECORDED_HERE) or _some(case, rule.FLOWS) or _some(case, rule.ASKS)):
        why = f"No agreement in force lets {owner_name} share {_low(words)} with you."
        return Decision(False, why, RefusalKind.SHARING)
    if not _some(case, _reaches_part()):
        why = f"What connects you with this person does not reach to {_low(words)}."
        return Decision(False, why, RefusalKind.NO_RELATIONSHIP)
    if _some(case, rule.ASKS) and not _some(case, rule.FLOWS) and not holds(rule.SAID_YES, case):
        why = f"{words} of {owner_name} come to you once the person has said yes."
        return Decision(False, why, RefusalKind.SHARING)
    why = f"The person’s choices keep {_low(words)} with {owner_name}."
    return Decision(False, why, RefusalKind.SHARING)


def decides(case: Case) -> bool:
    """Whether the part of the case opens: the rule's bare answer."""
    return holds(rule.OPENS_PART, case)


def opens(case: Case) -> bool:
    """Whether the record of the case opens: the rule's bare answer."""
    return holds(rule.OPENS_RECORD, case)


def of_part(case: Case, *, owner: str, part: DataCategory) -> Case:
    """The same case, about another part."""
    return replace(case, owner=owner, part=part)


def _reaches_part() -> Condition:
    return rule.all_of(
        rule.BETWEEN, rule.Not(rule.BARS_WHOLE), rule.any_of(rule.Not(rule.NARROW), rule.IN_NARROW)
    )


def _some(case: Case, condition: Condition) -> bool:
    """Whether the condition holds of a relationship by which the record opens."""
    one = rule.all_of(rule.BETWEEN, rule.Not(rule.BARS_WHOLE), condition)
    return holds(Some(rule.RELATIONSHIPS, one), case)


def _low(words: str) -> str:
    return words[:1].lower() + words[1:]
