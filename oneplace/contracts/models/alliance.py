"""Who is in the alliance: the partners that signed, and who sits on which body."""

from django.db import models
from django.db.models import F, Q

from oneplace.kit.fields import IdField
from oneplace.partners.models import Organisation


class Signatory(models.Model):
    """A partner bound by the agreement, from a day and, once it has left, to a day."""

    id = IdField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # Whose board answers for it, such as "Trust board".
    own_board = models.CharField(max_length=120)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    left_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["organisation__name", "joined_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(left_on=None),
                name="contracts_signatory_once",
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")),
                name="contracts_left_after_joining",
            ),
        ]

    def __str__(self) -> str:
        return f"signatory {self.organisation_id}"

    def was_bound(self, on: object) -> bool:
        """Whether it was bound by the agreement on a day."""
        return self.joined_on <= on and (self.left_on is None or on < self.left_on)  # type: ignore[operator]


class Seat(models.Model):
    """Somebody's place on a body, as the place file names it, and who holds it from when."""

    id = IdField()
    # The body's code in the place file.
    body = models.CharField(max_length=60)
    position = models.CharField(max_length=160)
    # Whom the seat speaks for; nothing for an independent chair, residents or a secretary.
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The account of whoever holds it; nothing for somebody without one.
    holder_id = models.UUIDField(null=True, blank=True)
    holder_name = models.CharField(max_length=160)
    has_vote = models.BooleanField(default=True)
    is_chair = models.BooleanField(default=False)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["body", "-is_chair", "position", "holder_name"]
        indexes = [models.Index(fields=["holder_id"], name="contracts_seat_holder")]

    def __str__(self) -> str:
        return f"{self.position} on {self.body}"
