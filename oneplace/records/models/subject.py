"""A subject: a number some source gives to somebody. Who that is, `people` decides."""

from django.db import models

from oneplace.kit.fields import IdField


class Subject(models.Model):
    """How sources name the person they speak of. Its id is made from authority and value.

    `person_id` repeats, for the row policies, the current person of the subject; only `people`
    moves it, through `records.verbs.say_whose`. Without a person nobody but the steward reads it.
    """

    reaches_person_by = "person_id"
    opens_with = "see_who_is_who"
    kept_by_owner = ("select",)

    id = IdField()
    authority = models.TextField(db_collation="C")
    value = models.TextField(db_collation="C")
    person_id = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person_id"], name="records_subject_person"),
            models.Index(fields=["value", "authority"], name="records_subject_value"),
        ]

    def __str__(self) -> str:
        return f"subject {self.pk}"
