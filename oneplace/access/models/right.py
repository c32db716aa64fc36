"""A request by somebody who uses a right over their data, and everything done about it.

It names the person by an opaque identifier and holds nothing of the record but which entries it is
about; what these say is asked of the record each time it is shown.
"""

from datetime import date
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from oneplace.kit.fields import IdField, TermField
from oneplace.partners.models import Organisation
from oneplace.vocabulary.terms import Term, Transitions


class RightKind(Term):
    """Which right somebody uses (UK GDPR, articles 15 to 18)."""

    ACCESS = "access", "A copy of the record"
    CORRECTION = "correction", "Something to be put right"
    RESTRICTION = "restriction", "Something not to be used for now"
    ERASURE = "erasure", "Something to be erased"


class RightState(Term):
    """How far a request has come."""

    RECEIVED = "received", "Received: check who asks"
    IDENTIFIED = "identified", "Identity checked"
    GATHERED = "gathered", "Gathered: review each item"
    REVIEWED = "reviewed", "Reviewed: waits for a second officer"
    SIGNED = "signed", "Signed by a second officer"
    MADE = "made", "Made: hand it over"
    HANDED_OVER = "handed_over", "Handed over"
    ASKED = "asked", "The partner who recorded it is asked"
    ACCEPTED = "accepted", "Agreed: the partner corrects it at the source"
    DECLINED = "declined", "Not agreed; the person may add their own words"
    DONE = "done", "Done"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


class WhoAsks(Term):
    """Who makes the request."""

    PERSON = "person", "The person"
    ATTORNEY = "attorney", "Somebody with a power of attorney"
    DEPUTY = "deputy", "A deputy of the Court of Protection"
    PARENT = "parent", "Somebody with parental responsibility"
    SOLICITOR = "solicitor", "A solicitor with the person’s consent"
    OTHER = "other", "Somebody else with the person’s written consent"


class HowItCame(Term):
    """The way a request reached us; none is the wrong one."""

    LETTER = "letter", "Letter"
    EMAIL = "email", "Email"
    TELEPHONE = "telephone", "Telephone"
    IN_PERSON = "in_person", "In person"


class Covers(Term):
    """How much of the record a request is about."""

    OWN = "own", "What our organisation recorded"
    ALL = "all", "Everything kept here, whichever partner recorded it"


class ItemDecision(Term):
    """What becomes of an item in a copy."""

    KEEP = "keep", "Give it as it is"
    BLACK_OUT = "black_out", "Black out some words"
    WITHHOLD = "withhold", "Leave it out"


class HandedHow(Term):
    """How a copy reached the person."""

    IN_HAND = "in_hand", "Printed and given in hand"
    POST = "post", "Printed and sent by post"
    LINK = "link", "By a link that closes itself"


_ENDS: Final = (RightState.REFUSED, RightState.WITHDRAWN)
STATES: Final[dict[RightKind, Transitions[RightState]]] = {
    RightKind.ACCESS: Transitions(
        start=RightState.RECEIVED,
        allowed={
            RightState.RECEIVED: (RightState.IDENTIFIED, *_ENDS),
            RightState.IDENTIFIED: (RightState.GATHERED, *_ENDS),
            RightState.GATHERED: (RightState.REVIEWED, *_ENDS),
            RightState.REVIEWED: (RightState.SIGNED, RightState.GATHERED, *_ENDS),
            RightState.SIGNED: (RightState.MADE, RightState.GATHERED, *_ENDS),
            RightState.MADE: (RightState.HANDED_OVER, RightState.GATHERED, *_ENDS),
            # Handed over again, as when a letter came back.
            RightState.HANDED_OVER: (RightState.HANDED_OVER,),
        },
        with_reason=frozenset(_ENDS),
    ),
    RightKind.CORRECTION: Transitions(
        start=RightState.RECEIVED,
        allowed={
            RightState.RECEIVED: (RightState.IDENTIFIED, *_ENDS),
            RightState.IDENTIFIED: (RightState.ASKED, *_ENDS),
            RightState.ASKED: (RightState.ACCEPTED, RightState.DECLINED, *_ENDS),
            RightState.ACCEPTED: (RightState.DONE, RightState.DECLINED),
            RightState.DECLINED: (RightState.DONE,),
        },
        with_reason=frozenset((*_ENDS, RightState.DECLINED)),
    ),
    RightKind.RESTRICTION: Transitions(
        start=RightState.RECEIVED,
        allowed={
            RightState.RECEIVED: (RightState.IDENTIFIED, *_ENDS),
            RightState.IDENTIFIED: (RightState.ACCEPTED, *_ENDS),
            # In force until it is lifted.
            RightState.ACCEPTED: (RightState.DONE,),
        },
        with_reason=frozenset(_ENDS),
    ),
    RightKind.ERASURE: Transitions(
        start=RightState.RECEIVED,
        allowed={
            RightState.RECEIVED: (RightState.IDENTIFIED, *_ENDS),
            RightState.IDENTIFIED: (RightState.REVIEWED, *_ENDS),
            RightState.REVIEWED: (RightState.SIGNED, RightState.IDENTIFIED, *_ENDS),
            # Back, where a hold stands on the record.
            RightState.SIGNED: (RightState.DONE, RightState.IDENTIFIED),
        },
        with_reason=frozenset(_ENDS),
    ),
}
"""Which state of a request may follow which, by its kind."""
CLOSED: Final = (RightState.HANDED_OVER, RightState.DONE, *_ENDS)


class Right(models.Model):
    """One request, to one partner, who answers for it to the person.

    Officers of the partner asked open it, of the partner whose entry is to be put right, and of
    those who review their part of a copy; never the officer whose own record it is about.
    """

    reaches_person_by = "person_id"
    kept_by_owner = ("select", "update")

    id = IdField()
    kind = TermField(RightKind)
    state = TermField(RightState, default=RightState.RECEIVED.value)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # Whose entry is to be put right, where that is another partner.
    asked = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asker_name = models.CharField(max_length=160)
    asker_is = TermField(WhoAsks)
    # What shows that they may ask for somebody else: what was seen, when.
    asker_authority = models.TextField(blank=True)
    reach = models.TextField(blank=True)
    words = models.TextField()
    came_by = TermField(HowItCame)
    received_on = models.DateField()
    covers = TermField(Covers, default=Covers.OWN.value)
    # Partners whose officers review what they recorded, before a copy of everything is released.
    source_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    # Unknown until somebody has checked who asks.
    person_id = models.UUIDField(null=True, blank=True, db_index=True)
    person_name = models.CharField(max_length=200, blank=True)
    identity_how = models.TextField(blank=True)
    # Where identity was in doubt and asked for: the month runs from the day it was shown.
    identity_shown_on = models.DateField(null=True, blank=True)
    extended_by_months = models.PositiveSmallIntegerField(default=0)
    extended_why = models.TextField(blank=True)
    due_on = models.DateField(db_index=True)
    # For whoever has to answer: what the law says about erasing; why something is not agreed.
    ground = models.CharField(max_length=60, blank=True)
    decided_why = models.TextField(blank=True)
    handled_by_id = models.UUIDField()
    handled_by_name = models.CharField(max_length=160)
    reviewed_by_id = models.UUIDField(null=True, blank=True)
    signed_by_id = models.UUIDField(null=True, blank=True)
    signed_by_name = models.CharField(max_length=160, blank=True)
    written_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(
                fields=["organisation", "due_on"],
                condition=Q(closed_at__isnull=True),
                name="access_rights_open",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(extended_by_months__lte=2), name="access_right_extended_once"
            )
        ]

    def __str__(self) -> str:
        return f"request {self.reference}"

    @property
    def reference(self) -> str:
        """A short number to quote on the telephone."""
        return f"R-{str(self.pk)[-6:].upper()}"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.closed_at is None

    def days_left(self, on: date) -> int:
        """Days until it is due; negative when it is late."""
        return (self.due_on - on).days


class RightItem(models.Model):
    """One thing in the record a request is about, and what becomes of it in the copy.

    Whoever reviews a part of a copy reads the items their own partner recorded; whoever answers the
    request reads all.
    """

    reaches_person_by = "right__person_id"
    reads_as = "right"
    # Gathered anew, what is no longer there goes.
    is_removable = True
    kept_by_owner = ("select", "update")

    id = IdField()
    right = models.ForeignKey(Right, on_delete=models.CASCADE, related_name="items")
    # `entry` or `identity`, and which.
    thing = models.CharField(max_length=20)
    thing_id = models.UUIDField()
    owner = models.TextField()
    # What it said when it was reviewed; said otherwise since, it is looked at again.
    content_sha = models.CharField(max_length=64)
    # Why it may be about somebody else; kinds of reasons, never the words themselves.
    hints = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    decision = TermField(ItemDecision, blank=True, default="")
    # Words to black out, as they stand in the item.
    black = ArrayField(models.TextField(), default=list, blank=True)
    reason = models.TextField(blank=True)
    decided_by_id = models.UUIDField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=160, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["right", "thing", "thing_id"], name="access_right_item_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.thing} {self.thing_id}"


class RightPart(models.Model):
    """What one other partner recorded of what a copy is made of: its own officer reviews it."""

    reaches_person_by = "right__person_id"
    reads_as = "right"
    # Gathered anew, a partner of whom nothing is left has no part any more.
    is_removable = True

    id = IdField()
    right = models.ForeignKey(Right, on_delete=models.CASCADE, related_name="parts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by_id = models.UUIDField(null=True, blank=True)
    reviewed_by_name = models.CharField(max_length=160, blank=True)
    # Why the partner who was asked for the copy reviews it in their place.
    taken_over_why = models.TextField(blank=True)

    class Meta:
        ordering = ["organisation__name"]
        constraints = [
            models.UniqueConstraint(fields=["right", "organisation"], name="access_right_part_once")
        ]

    def __str__(self) -> str:
        return f"part {self.pk}"

    @property
    def is_waiting(self) -> bool:
        """Whether its own officer still has to review it."""
        return self.reviewed_at is None and not self.taken_over_why


class RightStep(models.Model):
    """One thing done about a request, in order: what stands on its page as its history."""

    reaches_person_by = "right__person_id"
    reads_as = "right"

    id = IdField()
    right = models.ForeignKey(Right, on_delete=models.CASCADE, related_name="steps")
    what = models.CharField(max_length=200)
    words = models.TextField(blank=True)
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=160)
    by_title = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.what


class RightCopy(models.Model):
    """A copy as it was handed over: for paper and for machines."""

    reaches_person_by = "right__person_id"
    reads_as = "right"
    kept_by_owner = ("select", "update")

    id = IdField()
    right = models.ForeignKey(Right, on_delete=models.CASCADE, related_name="copies")
    # `pdf`, `html` where this machine makes no PDF, or `json`.
    form = models.CharField(max_length=8)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    made_at = models.DateTimeField()
    # Made anew since: kept for the record, handed over no more.
    is_superseded = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.form} copy {self.pk}"


class RightHandover(models.Model):
    """That a copy was handed over: how, by whom; and for a link, its hashes and its openings."""

    reaches_person_by = "right__person_id"
    reads_as = "right"
    kept_by_owner = ("select", "update")

    id = IdField()
    right = models.ForeignKey(Right, on_delete=models.CASCADE, related_name="handovers")
    how = TermField(HandedHow)
    to = models.TextField(blank=True)
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=160)
    at = models.DateTimeField()
    # Of the secret in the address, and of the code told by another way.
    secret_hash = models.CharField(max_length=64, blank=True, db_index=True)
    code_hash = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    openings = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"handover {self.pk}"
