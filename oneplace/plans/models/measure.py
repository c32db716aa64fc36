"""A measure somebody answered: their answers, who filled them in, and the scores reckoned once."""

from django.db import models
from django.db.models import F, Q

from oneplace.kit.fields import IdField, TermField
from oneplace.people.models import Person
from oneplace.plans.models.terms import MeasureMoment, MeasureNotDone
from oneplace.vocabulary.terms import DataCategory, MeasureCompletedBy

_PART = ("owner", DataCategory.SUPPORT.value)


class Measure(models.Model):
    """One answer sheet, whole, or that it was offered and not done, and why.

    It is never changed: what was entered wrongly is struck out with a reason and entered anew.
    """

    reaches_person_by = "person_id"
    part_by = _PART
    own_page = "person"

    id = IdField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="measures")
    owner = models.TextField()
    # The code and version of the pack it was scored by (`science.instruments`).
    instrument = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    # Numbers by item; empty where it was not done.
    answers = models.JSONField(default=dict, blank=True)
    not_done = TermField(MeasureNotDone, blank=True)
    mode = TermField(MeasureCompletedBy, blank=True)
    # Who answered for the person, where somebody did.
    proxy_name = models.CharField(max_length=160, blank=True)
    moment = TermField(MeasureMoment, default=MeasureMoment.REVIEW.value)
    measured_on = models.DateField()
    # The visit, coordinator's work or goal it belongs to, without foreign key.
    origin_id = models.UUIDField(null=True, blank=True)
    written_by_id = models.UUIDField()
    written_by_name = models.CharField(max_length=160)
    written_at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by_name = models.CharField(max_length=160, blank=True)
    struck_why = models.TextField(blank=True)

    class Meta:
        ordering = ["-measured_on", "-written_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(not_done="") & ~Q(answers={}) & ~Q(mode=""))
                | (~Q(not_done="") & Q(answers={})),
                name="plans_measure_done_or_why_not",
            ),
        ]
        indexes = [models.Index(fields=["person", "instrument", "measured_on"])]

    def __str__(self) -> str:
        return f"measure {self.pk}"


class MeasureScore(models.Model):
    """One number of a measure and what kind of number it is; reckoned when it was written down."""

    reaches_person_by = "measure__person_id"
    reads_as = "measure"
    own_page = "as_parent"

    id = IdField()
    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="scores")
    scale = models.CharField(max_length=40)
    # The stored word of a `science.instruments.ScoreKind`.
    kind = models.CharField(max_length=12)
    value = models.FloatField()
    least = models.FloatField()
    most = models.FloatField()
    value_set = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "scale"], name="plans_one_score_a_scale"),
            models.CheckConstraint(
                condition=Q(value__gte=F("least")) & Q(value__lte=F("most")),
                name="plans_score_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scale} of measure {self.measure_id}"
