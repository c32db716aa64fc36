"""Who provides, and what is provided: for whom, at what cost, in which languages, how to ask."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from oneplace.directory.models.terms import Capacity, Source
from oneplace.kit.fields import IdField, TermField
from oneplace.partners.models import Organisation, Team
from oneplace.vocabulary.terms import ServiceCategory


class Provider(models.Model):
    """An organisation that offers services. Where it is one the house knows, that one is named."""

    id = IdField()
    source = TermField(Source)
    # The code of the feed or `place`, and the source's own identifier.
    source_code = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    what = models.TextField(blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    website = models.CharField(max_length=300, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_listed = models.BooleanField(default=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["source_code", "key"], name="directory_provider_once")
        ]

    def __str__(self) -> str:
        return self.name


class Service(models.Model):  # type: ignore[django-manager-missing]
    """Something a person can be referred to, or go to by themselves."""

    id = IdField()
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="services")
    source = TermField(Source)
    source_code = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    category = TermField(ServiceCategory)
    # The words of the source for the kind, such as "Lunch clubs".
    kind_words = models.CharField(max_length=160, blank=True)
    # Which needs it answers (`NeedKind`), for those who look by need.
    needs = ArrayField(models.CharField(max_length=48), default=list, blank=True)
    what = models.TextField(blank=True)
    who_for = models.TextField(blank=True)
    min_age = models.PositiveSmallIntegerField(null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(null=True, blank=True)
    # In pence; nothing where nobody said, 0 where it is free.
    cost_pence = models.PositiveIntegerField(null=True, blank=True)
    cost_words = models.CharField(max_length=200, blank=True)
    languages = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    access_words = models.TextField(blank=True)
    area = models.CharField(max_length=160, blank=True)
    how_to_refer = models.TextField(blank=True)
    is_self_referral = models.BooleanField(default=True)
    phone = models.CharField(max_length=60, blank=True)
    # Known before any referral: codes that open one are sent here and nowhere else.
    email = models.CharField(max_length=254, blank=True)
    website = models.CharField(max_length=300, blank=True)
    # The code of opening hours in the place file, for services the place runs.
    hours = models.CharField(max_length=60, blank=True)
    # The team that answers, where it works here.
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    capacity = TermField(Capacity, default=Capacity.NOT_KNOWN.value)
    capacity_words = models.CharField(max_length=300, blank=True)
    capacity_on = models.DateField(null=True, blank=True)
    closed_from = models.DateField(null=True, blank=True)
    closed_until = models.DateField(null=True, blank=True)
    closed_why = models.CharField(max_length=300, blank=True)
    checked_on = models.DateField(null=True, blank=True)
    checked_by = models.CharField(max_length=160, blank=True)
    # The release of the directory it was last in; one that is in no newer one is not listed.
    release = models.CharField(max_length=40, blank=True)
    is_listed = models.BooleanField(default=True)
    # The other entry of the same service, which is listed in its place: an editor said so.
    same_as = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="also"
    )
    taken_at = models.DateTimeField()
    # What is looked through, weighted: name, kind and needs before the description.
    search = SearchVectorField(null=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["source_code", "key"], name="directory_service_once")
        ]
        indexes = [
            GinIndex(fields=["search"], name="directory_search"),
            GinIndex(fields=["needs"], name="directory_needs"),
            models.Index(fields=["category"]),
        ]

    def __str__(self) -> str:
        return self.name


class ServiceEvent(
    pghistory.create_event_model(Service, exclude=["search"])  # type: ignore[misc]
):
    """The versions of a service's entry; it names nobody."""
