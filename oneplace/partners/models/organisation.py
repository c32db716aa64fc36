"""An organisation that stays legally itself, and the network of practices it may belong to."""

import pghistory
from django.db import models

from oneplace.kit.fields import IdField, TermField
from oneplace.vocabulary.terms import OrganisationKind


class Network(models.Model):
    """GP practices grouped by area, with the date its huddles began."""

    id = IdField()
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    starts_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Organisation(models.Model):
    """A council, trust, practice, care home, provider or charity, by its organisation code."""

    id = IdField()
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    # The one short word people see for a partner everywhere: GP, Hospital, Council, LIFE.
    short_word = models.CharField(max_length=40)
    kind = TermField(OrganisationKind)
    network = models.ForeignKey(
        Network, null=True, blank=True, on_delete=models.PROTECT, related_name="organisations"
    )
    # A sovereign organisation's own board must approve what binds it.
    is_partner = models.BooleanField(default=False)
    list_size = models.PositiveIntegerField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["kind"]), models.Index(fields=["network"])]

    def __str__(self) -> str:
        return self.name
