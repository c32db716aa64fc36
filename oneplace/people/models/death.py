"""That somebody has died, who said so, and whether that was taken back."""

from django.db import models
from django.db.models import Q

from oneplace.kit.fields import IdField, TermField
from oneplace.people.models.person import Person
from oneplace.vocabulary.terms import Exactness


class Death(models.Model):
    """One saying that a person has died, taken as true until it is undone."""

    reaches_person_by = "person_id"
    opens_with = "see_who_is_who"

    id = IdField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="deaths")
    died_at = models.DateTimeField(null=True, blank=True)
    died_exactness = TermField(Exactness, default=Exactness.DAY.value)
    # The feeds that say so, in order; `oneplace` for what was entered here.
    said_by = models.TextField()
    # A hash of what was said: undone by hand, the same saying does not come back by itself.
    saying = models.CharField(max_length=64, blank=True)
    recorded_by_id = models.UUIDField()
    recorded_by_name = models.CharField(max_length=160)
    recorded_at = models.DateTimeField()
    undone_by_id = models.UUIDField(null=True, blank=True)
    undone_by_name = models.CharField(max_length=160, blank=True)
    undone_why = models.TextField(blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(undone_at__isnull=True), name="people_one_death"
            )
        ]

    def __str__(self) -> str:
        return f"death of {self.person_id}"
