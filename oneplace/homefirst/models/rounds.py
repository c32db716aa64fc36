"""A day's rounds as they were suggested, and what a human changed, with the reason."""

from django.db import models
from django.db.models import Q

from oneplace.homefirst.models.terms import RoundState
from oneplace.kit.fields import IdField, TermField
from oneplace.visits.models import Visit


class RoundPlan(models.Model):
    """One suggestion for one day of one desk: what was reckoned, how, and what became of it.

    It tells of a search and of numbers; whom it sends where stands in its rows.
    """

    id = IdField()
    desk_id = models.UUIDField()
    on = models.DateField()
    state = TermField(RoundState, default=RoundState.READY.value)
    asked_by_id = models.UUIDField()
    asked_by_name = models.CharField(max_length=160)
    asked_at = models.DateTimeField()
    # A plan around the first visit of one case, which is not booked yet: who would go, and when.
    case_id = models.UUIDField(null=True, blank=True)
    wanted_worker_id = models.UUIDField(null=True, blank=True)
    wanted_worker_name = models.CharField(max_length=160, blank=True)
    wanted_at = models.DateTimeField(null=True, blank=True)
    # The real time a job took it up, and how long it was given: how far a search is, is told by it.
    begun_at = models.DateTimeField(null=True, blank=True)
    given_seconds = models.FloatField(default=0)
    seed = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    # What went otherwise than meant: a search that was killed or slow, a plan that broke a rule.
    why = models.TextField(blank=True)
    visits = models.PositiveIntegerField(default=0)
    changes = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    minutes_of_way = models.PositiveIntegerField(default=0)
    minutes_before = models.PositiveIntegerField(default=0)
    settled_by_name = models.CharField(max_length=160, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_words = models.TextField(blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["desk_id", "on"],
                condition=Q(state=RoundState.READY.value),
                name="homefirst_one_suggestion",
            ),
            models.UniqueConstraint(
                fields=["desk_id", "on"],
                condition=Q(state=RoundState.RECKONING.value),
                name="homefirst_one_search",
            ),
        ]
        indexes = [
            models.Index(fields=["desk_id", "on", "-asked_at"]),
            models.Index(fields=["case_id", "-asked_at"], name="homefirst_plan_of_case"),
        ]

    def __str__(self) -> str:
        return f"suggestion {self.pk}"


class PlannedVisit(models.Model):
    """One visit in a suggestion: who would go when, why, and who was to go before."""

    reaches_person_by = "visit__person_id"
    reads_as = "visit"

    id = IdField()
    plan = models.ForeignKey(RoundPlan, on_delete=models.CASCADE, related_name="planned")
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="+")
    # Counts what was changed when it was reckoned: a visit changed since is left as it is.
    version = models.PositiveIntegerField()
    # Nobody where the plan leaves it out; then `why` says so.
    worker_id = models.UUIDField(null=True, blank=True)
    worker_name = models.CharField(max_length=160, blank=True)
    planned_at = models.DateTimeField(null=True, blank=True)
    why = models.TextField(blank=True)
    is_change = models.BooleanField(default=False)

    class Meta:
        ordering = ["planned_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "visit"], name="homefirst_planned_once")
        ]

    def __str__(self) -> str:
        return f"visit {self.visit_id} in suggestion {self.plan_id}"


class RoundChange(models.Model):
    """A visit a human gave to somebody, or put at another minute, with the reason."""

    reaches_person_by = "visit__person_id"
    reads_as = "visit"

    id = IdField()
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="+")
    from_name = models.CharField(max_length=160, blank=True)
    from_at = models.DateTimeField(null=True, blank=True)
    to_name = models.CharField(max_length=160, blank=True)
    to_at = models.DateTimeField(null=True, blank=True)
    # What the suggestion said otherwise, and which rules this breaks knowingly.
    against = models.TextField(blank=True)
    because = models.TextField(blank=True)
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=160)
    happened_at = models.DateTimeField()

    class Meta:
        ordering = ["happened_at", "id"]

    def __str__(self) -> str:
        return f"change of visit {self.visit_id}"
