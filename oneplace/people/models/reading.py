"""What readers of a record leave on it: a doubt whether a line is theirs, and when they looked."""

from django.db import models
from django.db.models import Q

from oneplace.kit.fields import IdField
from oneplace.people.models.person import Person
from oneplace.records.models import Entry


class NotThisPerson(models.Model):
    """Somebody doubts that an entry is about this person. It hides nothing; the steward looks."""

    reaches_person_by = "person_id"
    opens_with = "see_who_is_who"

    id = IdField()
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="doubts")
    # The person on whose page it was marked.
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="doubts")
    words = models.TextField(blank=True)
    marked_by_id = models.UUIDField()
    marked_by_name = models.CharField(max_length=160)
    marked_at = models.DateTimeField()
    settled_by_id = models.UUIDField(null=True, blank=True)
    settled_by_name = models.CharField(max_length=160, blank=True)
    settled_words = models.TextField(blank=True)
    is_right_after_all = models.BooleanField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(settled_at__isnull=True), name="people_one_open_doubt"
            )
        ]
        indexes = [models.Index(fields=["person", "marked_at"])]

    def __str__(self) -> str:
        return f"doubt about entry {self.entry_id}"


class LastLook(models.Model):
    """When somebody last looked at a person, so that the page opens on what changed since."""

    reaches_person_by = "person_id"
    opens_with = "see_who_is_who"

    id = IdField()
    account_id = models.UUIDField()
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="looks", db_index=False
    )
    looked_at = models.DateTimeField()
    # The look before the present one: opening the page twice in an hour does not hide what is new.
    before_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "account_id"], name="people_one_last_look")
        ]

    def __str__(self) -> str:
        return f"last look at {self.person_id}"
