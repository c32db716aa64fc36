"""Somebody's own story beside a figure: whose it is and, apart from that, what may be read."""

from django.db import models

from oneplace.kit.fields import IdField
from oneplace.people.models import Person


class StoryGiven(models.Model):
    """Who agreed to tell their story, when and until when; it opens with their record only."""

    reaches_person_by = "person_id"

    id = IdField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    agreed_on = models.DateField()
    written_by_name = models.CharField(max_length=160)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"story given {self.pk}"


class StoryTold(models.Model):
    """What those at the board may read: words the person agreed to, under the name they chose.

    It bears the number of what was given and nothing else of the person; taken back, it is gone.
    """

    kept_among = "see_board"

    id = IdField()
    indicator = models.CharField(max_length=60)
    called = models.CharField(max_length=80)
    words = models.TextField()
    agreed_on = models.DateField()

    class Meta:
        ordering = ["-agreed_on", "id"]

    def __str__(self) -> str:
        return f"story {self.pk}"
