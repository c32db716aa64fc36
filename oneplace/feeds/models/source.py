"""A source: one partner's system that sends us what it knows."""

from django.db import models

from oneplace.feeds.models.mapping import Mapping
from oneplace.kit.fields import TermField
from oneplace.vocabulary.terms import FeedKind


class Source(models.Model):
    """A feed of the place file, or one that people here have added; says nothing of a person."""

    code = models.SlugField(max_length=60, primary_key=True)
    name = models.CharField(max_length=200)
    # The partner's code as in `partners.Organisation`, by which its patients' numbers are told.
    organisation_code = models.CharField(max_length=20, blank=True)
    # Empty for a layout of a partner's own.
    kind = TermField(FeedKind, blank=True)
    # Which reader takes what it sends: a word of `feeds.reading`, empty for none.
    reader = models.CharField(max_length=40, blank=True)
    mapping = models.ForeignKey(
        Mapping, null=True, blank=True, on_delete=models.PROTECT, related_name="sources"
    )
    # What one system does its own way, as its reader understands it.
    habits = models.JSONField(default=dict, blank=True)
    # Who may send messages for it, as `facility` or `facility/application`; empty for anybody.
    senders = models.JSONField(default=list, blank=True)
    every = models.DurationField(null=True, blank=True)
    # The usual time of day, in the place's own time.
    usual_time = models.TimeField(null=True, blank=True)
    agreed_lateness = models.DurationField(null=True, blank=True)
    # Whom to ring when it falls silent.
    ring = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    # When the people who keep feeds were told of the silence that holds now, in care time.
    told_silent_at = models.DateTimeField(null=True, blank=True)
    is_of_place = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
