"""Goal attainment scaling, for therapists: what each level would look like, and where it stands."""

from typing import Final

from django.db import models
from django.db.models import Q

from oneplace.kit.fields import IdField, TermField
from oneplace.people.models import Person
from oneplace.plans.models.goal import Goal
from oneplace.plans.models.terms import MeasureMoment, SaidBy
from oneplace.vocabulary.terms import DataCategory

_PART = ("owner", DataCategory.SUPPORT.value)
LEVELS: Final = (-2, -1, 0, 1, 2)
"""Much less than expected, less, as expected, more, much more than expected."""


class GoalScale(models.Model):
    """What each level of one goal would look like, agreed with the person before work begins.

    It is never changed once a review stands by it: what was expected may not follow what came.
    """

    reaches_person_by = "person_id"
    part_by = _PART
    own_page = "person"

    id = IdField()
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="scales")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    owner = models.TextField()
    # Words of each level, from much less than expected to much more.
    much_less = models.CharField(max_length=300)
    less = models.CharField(max_length=300)
    expected = models.CharField(max_length=300)
    more = models.CharField(max_length=300)
    much_more = models.CharField(max_length=300)
    # How much it matters to the person, and how hard it is, 1 to 3: the weight is their product.
    importance = models.PositiveSmallIntegerField(default=1)
    difficulty = models.PositiveSmallIntegerField(default=1)
    expected_on = models.DateField()
    set_by_id = models.UUIDField()
    set_by_name = models.CharField(max_length=160)
    set_at = models.DateTimeField()
    # Written anew before any review, or set by mistake.
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["set_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["goal"], condition=Q(ended_at=None), name="plans_one_scale_a_goal"
            ),
            models.CheckConstraint(
                condition=Q(importance__gte=1, importance__lte=3)
                & Q(difficulty__gte=1, difficulty__lte=3),
                name="plans_scale_weighs_one_to_three",
            ),
        ]

    def __str__(self) -> str:
        return f"scale of goal {self.goal_id}"

    @property
    def weight(self) -> int:
        """Importance times difficulty, 1 to 9 (Turner-Stokes 2009)."""
        return self.importance * self.difficulty

    @property
    def words(self) -> dict[int, str]:
        """What each level would look like, by its number, the lowest first."""
        said = (self.much_less, self.less, self.expected, self.more, self.much_more)
        return dict(zip(LEVELS, said, strict=True))


class GoalAttainment(models.Model):
    """Where a goal stands on its scale on a day, and who said so. Struck out, never changed."""

    reaches_person_by = "scale__person_id"
    reads_as = "scale"
    own_page = "as_parent"

    id = IdField()
    scale = models.ForeignKey(GoalScale, on_delete=models.CASCADE, related_name="attained")
    level = models.SmallIntegerField()
    moment = TermField(MeasureMoment)
    said_by = TermField(SaidBy, default=SaidBy.PERSON.value)
    words = models.CharField(max_length=300, blank=True)
    attained_on = models.DateField()
    written_by_id = models.UUIDField()
    written_by_name = models.CharField(max_length=160)
    written_at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by_name = models.CharField(max_length=160, blank=True)
    struck_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["attained_on", "written_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__gte=-2) & Q(level__lte=2), name="plans_attained_in_range"
            ),
            models.UniqueConstraint(
                fields=["scale", "moment", "attained_on"],
                condition=Q(struck_at=None),
                name="plans_attained_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level:+d} on scale {self.scale_id}"
