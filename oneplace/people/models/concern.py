"""A worry about somebody's safety, on its way to the team that is on duty for it."""

from django.db import models

from oneplace.kit.fields import IdField, TermField
from oneplace.partners.models import Team
from oneplace.people.models.person import Person
from oneplace.people.models.terms import SafeNow
from oneplace.vocabulary.terms import ConcernState


class Concern(models.Model):
    """Four answers, who gave them, and who has them now.

    Restricted: only the team and the writer read it, whoever may open the person's record, for
    whoever does harm may be among them. So nothing else of the house points to it with the person's
    name: no audit entry of the person's, no message about them.
    """

    reaches_person_by = "person_id"
    only_read_by = ("team_id", "raised_by_id")

    id = IdField()
    # Nobody where it is somebody we have no record of, or none that opens to the writer.
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="concerns"
    )
    what = models.TextField()
    who = models.TextField()
    is_safe_now = TermField(SafeNow)
    wishes = models.TextField(blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="concerns")
    state = TermField(ConcernState, default=ConcernState.RAISED.value)
    raised_by_id = models.UUIDField()
    raised_by_name = models.CharField(max_length=160)
    # The writer's title and organisation as they stood: the team rings back.
    raised_by_post = models.CharField(max_length=300, blank=True)
    raised_at = models.DateTimeField()
    received_by_id = models.UUIDField(null=True, blank=True)
    received_by_name = models.CharField(max_length=160, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    # What the team tells the writer.
    answer = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["team", "raised_at"], name="people_concerns_of_team"),
            models.Index(fields=["raised_by_id", "raised_at"], name="people_concerns_by"),
        ]

    def __str__(self) -> str:
        return f"concern {self.pk}"
