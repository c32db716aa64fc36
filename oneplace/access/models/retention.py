"""Records kept long enough: found due, held back, reviewed by an officer."""

from django.db import models

from oneplace.kit.fields import IdField, TermField
from oneplace.partners.models import Organisation
from oneplace.vocabulary.terms import Term


class HoldKind(Term):
    """What something is held for though its time is over."""

    LITIGATION = "litigation", "A claim or legal proceedings"
    INQUIRY = "inquiry", "A public inquiry or an inquest"
    SAFEGUARDING = "safeguarding", "Safeguarding, or abuse in the past"
    REQUEST = "request", "A request of the person that is not answered yet"


class RetentionDue(models.Model):
    """What one partner recorded of a person is older than the schedule asks; nothing is destroyed.

    Found by a job each night and reviewed by the partner's officer. It names the person by an
    identifier only.
    """

    reaches_person_by = "person_id"

    id = IdField()
    person_id = models.UUIDField(db_index=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # The line of the schedule, by its key.
    rule = models.CharField(max_length=60)
    last_on = models.DateField()
    due_on = models.DateField()
    found_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "organisation"],
                condition=models.Q(reviewed_at=None),
                name="access_retention_due_once",
            )
        ]

    def __str__(self) -> str:
        return f"due {self.pk}"


class RetentionHold(models.Model):
    """Nothing of this person's record is destroyed while this stands."""

    reaches_person_by = "person_id"

    id = IdField()
    person_id = models.UUIDField(db_index=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = TermField(HoldKind)
    why = models.TextField()
    placed_by_id = models.UUIDField()
    placed_by_name = models.CharField(max_length=160)
    placed_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_why = models.TextField(blank=True)
    lifted_by_name = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["-placed_at"]

    def __str__(self) -> str:
        return f"hold {self.pk}"


class RetentionReview(models.Model):
    """What an officer decided about a record that is past its retention period."""

    reaches_person_by = "person_id"

    id = IdField()
    person_id = models.UUIDField(db_index=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=60)
    due_on = models.DateField()
    # `destroy`: to be destroyed with a certificate; `keep`: kept until a day, with the reason.
    decision = models.CharField(max_length=20)
    keep_until = models.DateField(null=True, blank=True)
    why = models.TextField()
    reviewed_by_id = models.UUIDField()
    reviewed_by_name = models.CharField(max_length=160)
    reviewed_at = models.DateTimeField()

    class Meta:
        ordering = ["-reviewed_at"]

    def __str__(self) -> str:
        return f"review {self.pk}"
