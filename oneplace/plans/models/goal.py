"""A goal in the person's own words, the steps towards it, and what the person said came of it."""

import pghistory
from django.db import models
from django.db.models import Q

from oneplace.kit.fields import IdField, TermField
from oneplace.people.models import Person
from oneplace.plans.models.plan import Plan
from oneplace.plans.models.terms import GoalOrigin, SaidBy
from oneplace.vocabulary.terms import DataCategory, GoalCategory, GoalState, IStatement

_PART = ("owner", DataCategory.SUPPORT.value)


class Goal(models.Model):  # type: ignore[django-manager-missing]
    """What a person wants, in their words. Its state is what they said of it, and nothing else:
    a goal nobody has reviewed with them is not known to be achieved.
    """

    reaches_person_by = "person_id"
    part_by = _PART
    own_page = "supporter"
    own_page_writer = "set_by_id"

    id = IdField()
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="goals")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="goals")
    owner = models.TextField()
    in_their_words = models.TextField()
    first_step = models.TextField(blank=True)
    category = TermField(GoalCategory, blank=True)
    i_statement = TermField(IStatement, blank=True)
    # Wanted when there is time for it: how things are now, and how sure the person is, 0 to 10.
    baseline = models.TextField(blank=True)
    confidence = models.PositiveSmallIntegerField(null=True, blank=True)
    state = TermField(GoalState, default=GoalState.AGREED.value)
    review_on = models.DateField(null=True, blank=True)
    origin = TermField(GoalOrigin)
    # The huddle, visit or referral it was set in, without foreign key: those rooms come later.
    origin_id = models.UUIDField(null=True, blank=True)
    set_on = models.DateField()
    set_by_id = models.UUIDField()
    set_by_name = models.CharField(max_length=160)
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["set_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(in_their_words=""), name="plans_goal_has_words"),
            models.CheckConstraint(
                condition=Q(confidence=None) | Q(confidence__lte=10), name="plans_confidence_to_ten"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "state"]),
            models.Index(fields=["origin", "origin_id"]),
        ]

    def __str__(self) -> str:
        return f"goal {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether the person has not said yet what came of it."""
        return self.state in (GoalState.AGREED, GoalState.UNDER_WAY)


class GoalEvent(
    pghistory.create_event_model(Goal)  # type: ignore[misc]
):
    """The history of a goal."""

    reaches_person_by = "person_id"
    part_by = _PART
    own_page = "supporter"
    own_page_writer = "set_by_id"


class GoalStep(models.Model):  # type: ignore[django-manager-missing]
    """One thing to do on the way to a goal: what, who helps, by when."""

    reaches_person_by = "goal__person_id"
    reads_as = "goal"
    own_page = "as_parent"

    id = IdField()
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    words = models.TextField()
    # Who helps with it, as the person says it: Marcia, the garden volunteers, nobody.
    helper = models.CharField(max_length=160, blank=True)
    due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    written_by_name = models.CharField(max_length=160)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="plans_step_has_words"),
            models.UniqueConstraint(fields=["goal", "position"], name="plans_steps_in_order"),
        ]

    def __str__(self) -> str:
        return f"step {self.position} of goal {self.goal_id}"


class GoalStepEvent(
    pghistory.create_event_model(GoalStep)  # type: ignore[misc]
):
    """The history of a step."""

    reaches_person_by = "goal__person_id"
    reads_as = "goal"
    own_page = "as_parent"


class GoalReview(models.Model):
    """What the person said of a goal on a day; the last one stands."""

    reaches_person_by = "goal__person_id"
    reads_as = "goal"
    own_page = "as_parent"

    id = IdField()
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="reviews")
    outcome = TermField(GoalState)
    words = models.TextField(blank=True)
    said_by = TermField(SaidBy)
    said_by_name = models.CharField(max_length=160)
    reviewed_on = models.DateField()
    written_by_id = models.UUIDField()
    written_by_name = models.CharField(max_length=160)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-reviewed_on", "-written_at", "-id"]

    def __str__(self) -> str:
        return f"review of goal {self.goal_id}"


class IncomeGained(models.Model):
    """Money a person gained from advice about benefits: pounds a year, and who confirmed it."""

    reaches_person_by = "person_id"
    part_by = _PART
    own_page = "person"

    id = IdField()
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="income_gained")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="income_gained")
    goal = models.ForeignKey(Goal, null=True, blank=True, on_delete=models.SET_NULL)
    owner = models.TextField()
    what = models.CharField(max_length=160)
    pounds_a_year = models.DecimalField(max_digits=9, decimal_places=2)
    # Who saw the award letter or the payment.
    confirmed_by = models.CharField(max_length=160)
    confirmed_on = models.DateField()
    written_by_id = models.UUIDField()
    written_by_name = models.CharField(max_length=160)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-confirmed_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(pounds_a_year__gt=0), name="plans_income_is_a_gain")
        ]

    def __str__(self) -> str:
        return f"income gained {self.pk}"
