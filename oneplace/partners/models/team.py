"""A team people belong to, and the posts (seats) in it that people at work hold."""

import pghistory
from django.db import models

from oneplace.kit.fields import IdField, TermField
from oneplace.partners.models.organisation import Network, Organisation
from oneplace.vocabulary.terms import Role


@pghistory.track()
class Team(models.Model):
    """People who work together, often from several employers; hosted by one organisation."""

    id = IdField()
    key = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=160)
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="teams")
    network = models.ForeignKey(
        Network, null=True, blank=True, on_delete=models.PROTECT, related_name="teams"
    )
    what_it_does = models.TextField(blank=True)
    how_to_reach = models.CharField(max_length=300, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Post(models.Model):
    """A seat in the structure: a role, at an organisation, perhaps in a team or for a network.

    A post outlives whoever holds it; who holds it, and who employs them, is a hat in `access`.
    """

    id = IdField()
    key = models.SlugField(max_length=120, unique=True)
    role = TermField(Role)
    title = models.CharField(max_length=160)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    network = models.ForeignKey(
        Network, null=True, blank=True, on_delete=models.PROTECT, related_name="posts"
    )
    teams = models.ManyToManyField(Team, related_name="posts", blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["title"]
        indexes = [models.Index(fields=["role"])]

    def __str__(self) -> str:
        return self.title
