"""Those around a plan: who has a copy, whoever cares for the person, and volunteers."""

import pghistory
from django.db import models
from django.db.models import Q

from oneplace.kit.fields import IdField, TermField
from oneplace.people.models import Person
from oneplace.plans.models.plan import Plan
from oneplace.plans.models.terms import CopyKind, NeedOfCarer
from oneplace.plans.models.work import PicWork
from oneplace.vocabulary.terms import DataCategory

_PART = ("owner", DataCategory.SUPPORT.value)


class PlanCopy(models.Model):
    """That somebody was given the plan: whom, how, when, and that the person agreed to it."""

    reaches_person_by = "person_id"
    part_by = _PART
    own_page = "supporter"

    id = IdField()
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="copies")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    owner = models.TextField()
    given_to = models.CharField(max_length=200)
    kind = TermField(CopyKind)
    given_on = models.DateField()
    # On paper forms and prints: a few letters by which a sheet finds its plan again.
    code = models.CharField(max_length=12, blank=True)
    written_by_id = models.UUIDField()
    written_by_name = models.CharField(max_length=160)
    written_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-given_on", "-written_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=~Q(code=""), name="plans_code_names_one_sheet"
            )
        ]

    def __str__(self) -> str:
        return f"plan copy {self.plan_id}"


class CarerNeeds(models.Model):  # type: ignore[django-manager-missing]
    """What somebody who cares for another needs for themselves; it stands in their own record."""

    reaches_person_by = "person_id"
    part_by = _PART
    own_page = "person"

    id = IdField()
    # The carer: it is their own life this is about.
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="needs_as_carer")
    owner = models.TextField()
    # Whom they care for, as they say it; the link between two records is `people`'s.
    cares_for = models.CharField(max_length=200)
    hours_a_week = models.PositiveSmallIntegerField(null=True, blank=True)
    # Words of `NeedOfCarer`.
    needs = models.JSONField(default=list, blank=True)
    in_their_words = models.TextField(blank=True)
    if_i_cannot = models.TextField(blank=True)
    knows_rights_on = models.DateField(null=True, blank=True)
    assessment_due_on = models.DateField(null=True, blank=True)
    assessed_on = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    written_by_id = models.UUIDField()
    written_by_name = models.CharField(max_length=160)
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"needs of carer {self.person_id}"

    @property
    def needs_named(self) -> list[NeedOfCarer]:
        """What they need, as terms."""
        return [NeedOfCarer(word) for word in self.needs]


class CarerNeedsEvent(
    pghistory.create_event_model(CarerNeeds)  # type: ignore[misc]
):
    """The history of a carer's needs."""

    reaches_person_by = "person_id"
    part_by = _PART
    own_page = "person"


class Volunteer(models.Model):  # type: ignore[django-manager-missing]
    """Somebody who gives their time: what they like, where and when, and who vetted them.

    Read by those who keep or see the coordinators' caseload, and by nobody else: a volunteer's
    number and checks are their own.
    """

    kept_among = "see_caseload"

    id = IdField()
    organisation_id = models.UUIDField()
    organisation_name = models.CharField(max_length=200)
    name = models.CharField(max_length=160)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    # What they like to do and speak of, in words.
    likes = models.TextField(blank=True)
    # Words of `GoalCategory`, codes of languages, postcode districts, words of `Weekday`.
    helps_with = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)
    districts = models.JSONField(default=list, blank=True)
    days = models.JSONField(default=list, blank=True)
    most_people = models.PositiveSmallIntegerField(default=1)
    vetted_on = models.DateField(null=True, blank=True)
    vetted_until = models.DateField(null=True, blank=True)
    vetted_by = models.CharField(max_length=160, blank=True)
    trained_on = models.DateField(null=True, blank=True)
    added_by_name = models.CharField(max_length=160)
    added_at = models.DateTimeField()
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="plans_volunteer_has_a_name"),
            models.CheckConstraint(
                condition=Q(vetted_on=None) | ~Q(vetted_by=""), name="plans_vetted_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"volunteer {self.pk}"


class VolunteerEvent(
    pghistory.create_event_model(Volunteer)  # type: ignore[misc]
):
    """The history of a volunteer."""

    kept_among = "see_caseload"


class VolunteerMatch(models.Model):  # type: ignore[django-manager-missing]
    """A volunteer beside a person: for what, since when, agreed by both."""

    reaches_person_by = "person_id"
    part_by = _PART
    own_page = "supporter"

    id = IdField()
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="matches")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="volunteers")
    work = models.ForeignKey(PicWork, null=True, blank=True, on_delete=models.SET_NULL)
    owner = models.TextField()
    what_for = models.CharField(max_length=300)
    # Both were asked; nobody is sent to somebody's home otherwise.
    person_agreed_on = models.DateField()
    starts_on = models.DateField()
    matched_by_id = models.UUIDField()
    matched_by_name = models.CharField(max_length=160)
    matched_at = models.DateTimeField()
    ended_on = models.DateField(null=True, blank=True)
    ended_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "person"],
                condition=Q(ended_on=None),
                name="plans_matched_once",
            )
        ]

    def __str__(self) -> str:
        return f"match {self.pk}"


class VolunteerMatchEvent(
    pghistory.create_event_model(VolunteerMatch)  # type: ignore[misc]
):
    """The history of a match."""

    reaches_person_by = "person_id"
    part_by = _PART
    own_page = "supporter"
