"""A case: somebody a huddle looks after, from being listed to stepped down or closed."""

import pghistory
from django.db import models
from django.db.models import Q

from oneplace.access.models import Hat
from oneplace.huddles.models.series import Series
from oneplace.huddles.models.terms import OPEN_CASES, CarerAsked, WishesKept
from oneplace.kit.fields import IdField, TermField
from oneplace.partners.models import Organisation
from oneplace.people.models import Person
from oneplace.vocabulary.terms import CASE, CaseClosed, CaseFindingSource, CaseState, DataCategory

# Why somebody is spoken of is part of what help they need. It is the practice's: an objection, a
# missing agreement or a missing yes closes it to everybody else.
_PART = ("owner", DataCategory.SUPPORT.value)


class Case(models.Model):  # type: ignore[django-manager-missing]
    """Why somebody is on a huddle's list, who leads, and when they are spoken of again."""

    reaches_person_by = "person_id"
    part_by = _PART
    related_hold = "see_huddles"

    id = IdField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="huddle_cases")
    practice = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # By which name agreements know whose it is.
    owner = models.TextField()
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="cases")
    state = TermField(CaseState, default=CASE.start.value)
    route = TermField(CaseFindingSource, blank=True)
    # One line: why they were listed.
    why = models.CharField(max_length=300)
    suggestion_id = models.UUIDField(null=True, blank=True)
    listed_at = models.DateTimeField()
    listed_by_id = models.UUIDField()
    listed_by_name = models.CharField(max_length=160)
    # The organisation that asked, to be told what came of it.
    referrer = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    told_on = models.DateField(null=True, blank=True)
    # Whether the carer was asked, when that was found out, and in a line what they said.
    carer = TermField(CarerAsked, blank=True)
    carer_asked_on = models.DateField(null=True, blank=True)
    carer_said = models.CharField(max_length=200, blank=True)
    # Whether their wishes in an emergency are written down, when somebody looked, where they are.
    wishes = TermField(WishesKept, blank=True)
    wishes_seen_on = models.DateField(null=True, blank=True)
    wishes_where = models.CharField(max_length=200, blank=True)
    lead = models.ForeignKey(Hat, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lead_name = models.CharField(max_length=160, blank=True)
    is_safeguarding = models.BooleanField(default=False)
    # The one question asked of the next huddle.
    question = models.CharField(max_length=300, blank=True)
    last_discussed_at = models.DateTimeField(null=True, blank=True)
    # How many times running nothing had changed.
    unchanged = models.PositiveSmallIntegerField(default=0)
    next_review_on = models.DateField(null=True, blank=True)
    safety_net = models.CharField(max_length=600, blank=True)
    closed_reason = TermField(CaseClosed, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["person"]),
            models.Index(
                fields=["series", "state"],
                condition=Q(state__in=[state.value for state in OPEN_CASES]),
                name="huddles_open_cases",
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.pk}"


class CaseEvent(pghistory.create_event_model(Case)):  # type: ignore[misc]
    """The history of a case; whoever may not read it may not read its past either."""

    reaches_person_by = "person_id"
    part_by = _PART
    related_hold = "see_huddles"
