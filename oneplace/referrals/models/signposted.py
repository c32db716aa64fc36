"""That somebody was told of a service they go to by themselves: how, and in which words."""

from django.db import models

from oneplace.directory.models import Service
from oneplace.kit.fields import IdField, TermField
from oneplace.people.models import Person
from oneplace.referrals.models.terms import Signpost
from oneplace.vocabulary.terms import DataCategory, NeedKind


class Signposted(models.Model):
    """One telling. Nobody else is asked, so nothing is waited for; the person may go or not."""

    reaches_person_by = "person_id"
    part_by = ("owner", DataCategory.SUPPORT.value)

    id = IdField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    owner = models.TextField()
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    # As it was called then.
    service_name = models.CharField(max_length=200)
    need_kind = TermField(NeedKind, blank=True)
    how = TermField(Signpost)
    words = models.TextField(blank=True)
    # Whether they wanted it: what was offered and not wanted is asked for by the national data
    # sets, and nobody offers it again next week.
    is_wanted = models.BooleanField(default=True)
    # The letter, text or email it went by; nothing on paper given over the desk.
    message_id = models.UUIDField(null=True, blank=True)
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=160)
    by_organisation = models.CharField(max_length=200, blank=True)
    told_at = models.DateTimeField()

    class Meta:
        ordering = ["-told_at", "-id"]
        indexes = [models.Index(fields=["person", "-told_at"])]

    def __str__(self) -> str:
        return f"told of {self.service_name}"
