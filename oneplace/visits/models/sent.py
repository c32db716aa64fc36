"""What a phone sent, by the name the phone gave it: sent twice, it is taken once."""

from django.db import models

from oneplace.kit.fields import TermField
from oneplace.people.models import Person
from oneplace.visits.models.terms import CameBack


class Sent(models.Model):
    """One thing written on a phone, and what became of it.

    What was saved stands where it belongs and not here; what could not be saved is kept here with
    its reason, so that nothing typed is lost, for whoever typed it alone.
    """

    reaches_person_by = "person_id"
    only_read_by = ("account_id",)

    # Made by the phone.
    id = models.UUIDField(primary_key=True)
    account_id = models.UUIDField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    visit_id = models.UUIDField(null=True, blank=True)
    kind = models.CharField(max_length=48)
    # When it was written, as the phone tells it, and when it came.
    made_at = models.DateTimeField()
    came_at = models.DateTimeField()
    outcome = TermField(CameBack)
    why = models.TextField(blank=True)
    # What was written and could not be saved; empty for what was.
    words = models.JSONField(default=dict, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["came_at", "id"]
        indexes = [models.Index(fields=["account_id", "came_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
