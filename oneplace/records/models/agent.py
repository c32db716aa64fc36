"""An agent: somebody or something that acts, as a source names it; never a resident."""

from django.db import models

from oneplace.kit.fields import IdField
from oneplace.records.models.said import Said


class Agent(Said):
    """A professional, post, organisation, place or service. Its id is made from source and key."""

    id = IdField()
    key = models.TextField(db_collation="C")
    name = models.TextField(blank=True, default="")
    kind = models.TextField(blank=True, default="")
    code = models.TextField(blank=True, default="")
    phone = models.TextField(blank=True, default="")
    part_of = models.TextField(blank=True, default="")
    detail = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"agent {self.pk}"
