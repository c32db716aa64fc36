"""Who recorded a row and to which part of a record it belongs, as expressions of the database."""

from django.db.models import Case, F, Q, TextField, Value, When
from django.db.models.functions import Concat

from oneplace.vocabulary.rows.categories import (
    CATEGORY_OF_KIND,
    ORDINARY_WORDS,
    SAFEGUARDING_WORDS,
)
from oneplace.vocabulary.terms import DataCategory

_BY_HAND = "oneplace"


def owner_of(organisation: str) -> Case:
    """The source; for what is written here, `oneplace:` and the writer’s organisation."""
    written = Concat(Value(f"{_BY_HAND}:"), F(organisation))
    return Case(When(source=_BY_HAND, then=written), default=F("source"), output_field=TextField())


def part_of_entry() -> Case:
    """The part of a record by kind and labels, as `rows.categories.part_of` says it in Python."""
    safeguarding, ordinary = list(SAFEGUARDING_WORDS), list(ORDINARY_WORDS)
    is_safeguarding = Q(labels__overlap=safeguarding) | Q(own_labels__overlap=safeguarding)
    is_ordinary = Q(labels__contained_by=ordinary) & Q(own_labels__contained_by=ordinary)
    of_kinds = [
        When(
            kind__in=[kind.value for kind, part in CATEGORY_OF_KIND.items() if part is category],
            then=Value(category.value),
        )
        for category in DataCategory
        if category in CATEGORY_OF_KIND.values()
    ]
    return Case(
        When(is_safeguarding, then=Value(DataCategory.SAFEGUARDING.value)),
        When(~is_ordinary, then=Value(DataCategory.PROTECTED.value)),
        *of_kinds,
        default=Value(DataCategory.PROTECTED.value),
        output_field=TextField(),
    )
