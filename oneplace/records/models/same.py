"""Two numbers of a source that it says are one person's, or no longer are."""

from django.db import models

from oneplace.kit.fields import IdField
from oneplace.records.models.said import Said
from oneplace.records.models.subject import Subject


class Same(Said):
    """A source's word on two subjects; what follows from it `people` decides."""

    reaches_person_by = "kept__person_id"
    also_reaches_person_by = "given_up__person_id"
    read_with = "see_who_is_who"

    id = IdField()
    kept = models.ForeignKey(
        Subject, on_delete=models.DO_NOTHING, related_name="kept_for", db_constraint=False
    )
    given_up = models.ForeignKey(
        Subject, on_delete=models.DO_NOTHING, related_name="given_up_for", db_constraint=False
    )
    is_same = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"saying {self.pk} that two numbers are one person's"
