"""The rule asked in Python, without a database: what is kept back, and the words that say why."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from oneplace.access.rule import decide
from oneplace.access.rule.case import Barred, Case, Related
from oneplace.vocabulary.terms import BarrierKind, DataCategory, RelationshipKind

AT = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)
PRACTICE = uuid.UUID(int=1)
SOON = AT + timedelta(days=1)


def case(**given: object) -> Case:
    """A GP before the record of somebody of another network whom their practice cares for."""
    plain = Case(
        at=AT,
        parties=frozenset({PRACTICE}),
        sees=frozenset(part.value for part in DataCategory),
        opened=frozenset(
            {"flow|slam|health", "mind|slam|health", "flow|council_cases|health", "flow|slam|who"}
        ),
        relationships=(Related(RelationshipKind.CASELOAD, PRACTICE, AT),),
        owner="slam",
        part=DataCategory.HEALTH,
    )
    return replace(plain, **given)  # type: ignore[arg-type]


def limit(category: DataCategory) -> Barred:
    """The person keeps one part to whoever wrote it."""
    return Barred(BarrierKind.LIMIT, AT, category=category)


def test_a_limit_on_mental_health_keeps_whatever_a_mental_health_service_recorded() -> None:
    kept = case(barriers=(limit(DataCategory.MENTAL_HEALTH),))

    assert decide.decides(case())
    assert not decide.decides(kept)
    assert decide.decides(decide.of_part(kept, owner="council_cases", part=DataCategory.HEALTH))
    assert decide.decides(decide.of_part(kept, owner="slam", part=DataCategory.WHO))
