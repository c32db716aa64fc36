"""Interests: what somebody who decides also holds, and what the chair ruled for each item."""

from django.db import models

from oneplace.contracts.models.alliance import Seat
from oneplace.contracts.models.decision import Decision
from oneplace.contracts.models.meeting import Item
from oneplace.contracts.models.terms import InterestKind, InterestState, Ruling
from oneplace.kit.fields import IdField, TermField
from oneplace.partners.models import Organisation


class Interest(models.Model):
    """One line of the register of interests, which is published."""

    id = IdField()
    # The account of whoever declared it.
    holder_id = models.UUIDField()
    holder_name = models.CharField(max_length=160)
    kind = TermField(InterestKind)
    state = TermField(InterestState)
    what = models.CharField(max_length=300)
    # Where it is an organisation known here; items that touch it are matched by it.
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    began_on = models.DateField()
    declared_at = models.DateTimeField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["holder_name", "-declared_at"]
        indexes = [models.Index(fields=["holder_id"], name="contracts_interest_holder")]

    def __str__(self) -> str:
        return f"interest of {self.holder_id}"


class ItemRuling(models.Model):
    """What the chair decided about one seat's interest in one item, and why; it is minuted."""

    kept_among = "see_decisions"
    reads_as = "item"

    id = IdField()
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="rulings")
    # The decision the item is about: withheld with its papers.
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    # The seat's holder when it was ruled: whose papers are withheld.
    holder_id = models.UUIDField(null=True, blank=True)
    interest = models.ForeignKey(
        Interest, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # What the interest is, in words, as it stood.
    what = models.CharField(max_length=300)
    ruling = TermField(Ruling)
    is_withheld = models.BooleanField()
    why = models.CharField(max_length=300)
    ruled_by_name = models.CharField(max_length=160)
    ruled_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "seat"], name="contracts_ruled_once")
        ]
        indexes = [models.Index(fields=["holder_id"], name="contracts_ruling_holder")]

    def __str__(self) -> str:
        return f"{self.ruling} on {self.item_id}"
