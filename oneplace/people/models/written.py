"""What somebody wrote while two people were taken for one, until it is known whose it is."""

from django.db import models
from django.db.models import F, Q

from oneplace.kit.fields import IdField, TermField
from oneplace.people.models.merge import Merge
from oneplace.people.models.person import Person
from oneplace.vocabulary.terms import EntryKind


class WrittenMeanwhile(models.Model):
    """An entry of the time of a merge that was undone. It stands on both records until placed.

    `entry_id` stands with `person`, its like (`twin_id`) with `other`: neither record hides it.
    """

    reaches_person_by = "person_id"
    also_reaches_person_by = "other_id"
    opens_with = "see_who_is_who"

    id = IdField()
    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="written_meanwhile")
    # No foreign keys: whoever places it need not be able to read it.
    entry_id = models.UUIDField(unique=True)
    twin_id = models.UUIDField(unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = TermField(EntryKind)
    written_by_name = models.CharField(max_length=200, blank=True)
    written_at = models.DateTimeField()
    found_at = models.DateTimeField()
    # Whose it is; with `is_both` it is about either, such as something said of the household.
    belongs_to = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_both = models.BooleanField(default=False)
    words = models.TextField(blank=True)
    placed_by_id = models.UUIDField(null=True, blank=True)
    placed_by_name = models.CharField(max_length=160, blank=True)
    placed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["written_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(person=F("other")), name="people_written_for_one_of_two"
            ),
            models.CheckConstraint(
                condition=Q(placed_at__isnull=True) | Q(is_both=True) | Q(belongs_to__isnull=False),
                name="people_placed_with_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"written meanwhile {self.entry_id}"

    @property
    def is_placed(self) -> bool:
        """Whether it is known whose it is."""
        return self.placed_at is not None

    @property
    def stands(self) -> dict[object, bool]:
        """Of each of the two entries, whether it stands as things are."""
        here = not self.is_placed or self.is_both
        return {
            self.entry_id: here or self.belongs_to_id == self.person_id,
            self.twin_id: here or self.belongs_to_id == self.other_id,
        }
