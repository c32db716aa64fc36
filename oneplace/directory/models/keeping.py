"""How entries are kept right: owners asked to confirm, proposals, likenesses, imports."""

from django.db import models
from django.db.models import F, Q

from oneplace.directory.models.service import Service
from oneplace.directory.models.terms import LikenessState, ProposalState
from oneplace.kit.fields import IdField, TermField


class CheckLink(models.Model):
    """A link by which whoever offers a service says with one click that its entry is right.

    It names no person and opens nothing but the entry; of its secret only a hash is kept.
    """

    id = IdField()
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="check_links")
    secret_hash = models.CharField(max_length=64, unique=True)
    sent_to = models.CharField(max_length=254)
    # Care time of the asking, machine time of the rest.
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["service", "-asked_at"])]

    def __str__(self) -> str:
        return f"check of service {self.service_id}"


class Proposal(models.Model):
    """A change or a new entry somebody proposed; it stands nowhere until an editor took it."""

    id = IdField()
    # Nothing for a new entry.
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.CASCADE, related_name="proposals"
    )
    name = models.CharField(max_length=200)
    provider_name = models.CharField(max_length=200, blank=True)
    # What the entry shall say, by the name of its field.
    says = models.JSONField(default=dict)
    words = models.TextField(blank=True)
    from_name = models.CharField(max_length=160)
    from_address = models.CharField(max_length=254, blank=True)
    made_at = models.DateTimeField()
    state = TermField(ProposalState, default=ProposalState.WAITING.value)
    decided_by_name = models.CharField(max_length=160, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["made_at", "id"]
        indexes = [models.Index(fields=["state", "made_at"])]

    def __str__(self) -> str:
        return f"proposal for {self.name}"


class Likeness(models.Model):
    """Two entries that may be one service; nobody puts them together but an editor."""

    id = IdField()
    one = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    # 0 to 1, and why, in words.
    score = models.FloatField()
    reasons = models.JSONField(default=list)
    found_at = models.DateTimeField()
    state = TermField(LikenessState, default=LikenessState.FOUND.value)
    decided_by_name = models.CharField(max_length=160, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-score", "id"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="directory_likeness_once"),
            models.CheckConstraint(condition=~Q(one=F("other")), name="directory_likeness_of_two"),
        ]

    def __str__(self) -> str:
        return f"likeness {self.pk}"


class Import(models.Model):
    """A file of services brought in by hand: how many, and every fault with its place."""

    id = IdField()
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    services = models.PositiveIntegerField(default=0)
    # Where and what: `[["row 4, Postcode", "No such postcode …"], …]`.
    faults = models.JSONField(default=list)
    by_name = models.CharField(max_length=160)
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["-imported_at", "-id"]

    def __str__(self) -> str:
        return self.name
