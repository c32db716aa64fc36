"""What a person decided about sharing, how it was decided, and who may decide for them.

A choice is the thing with words, a day and a name; the barriers and permits that follow from it
hold none of these and end with it.
"""

from typing import Final

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from oneplace.kit.fields import IdField, TermField
from oneplace.vocabulary.terms import ConfidentialityBasis, DataCategory, Term


class ChoiceKind(Term):
    """What was decided about the sharing of a person's information, by them or for their safety."""

    TOLD = "told", "Told how their information is shared"
    OBJECTION = "objection", "Objects to sharing"
    LIMIT = "limit", "Keeps one part of the record with whoever wrote it"
    EXCLUDED_ORGANISATION = "excluded_organisation", "Keeps one organisation out of the record"
    EXCLUDED_WORKER = "excluded_worker", "Keeps one worker out of the record"
    CONSENT = "consent", "Says yes to sharing with one organisation"
    SOMEBODY_CLOSE = "somebody_close", "Does not want somebody close to be told"
    NATIONAL_OPT_OUT = "national_opt_out", "National data opt-out"
    TYPE_1_OPT_OUT = "type_1_opt_out", "GP opt-out (type 1)"
    OWN_FAMILY = "own_family", "Family or friend of somebody who works here"
    COLLEAGUE = "colleague", "Works for one of the organisations"
    SEAL = "seal", "The record is sealed"
    PROTECTED_ADDRESS = "protected_address", "Where they live is kept secret"
    COURT_RESTRICTION = "court_restriction", "A court restricts the record"
    INVESTIGATION = "investigation", "A worker is part of an enquiry about this person"


PROTECTIONS: Final = (
    ChoiceKind.SEAL,
    ChoiceKind.PROTECTED_ADDRESS,
    ChoiceKind.COURT_RESTRICTION,
    ChoiceKind.INVESTIGATION,
)
"""Set by those who keep protections only, and shown to nobody else: that there is one may harm."""


class HowTold(Term):
    """By which way somebody was told, or told us."""

    IN_PERSON = "in_person", "Face to face"
    PHONE = "phone", "By phone"
    LETTER = "letter", "By letter"
    MESSAGE = "message", "By email or text"
    FORM = "form", "On a form they filled in"
    BROUGHT_IN = "brought_in", "From a national list or the GP record"


class DecidedBy(Term):
    """Who made a choice; for somebody who cannot make it now, on what basis."""

    PERSON = "person", "The person themselves"
    ATTORNEY = "attorney", "Somebody who may decide for them"
    BEST_INTERESTS = "best_interests", "Decided in their best interests"
    COURT = "court", "Ordered by a court"
    ORGANISATION = "organisation", "To keep somebody safe"


class AuthorityKind(Term):
    """What somebody is to a person when it comes to deciding."""

    CARER = "carer", "Unpaid carer"
    SUPPORTER = "supporter", "Chosen by the person to help them"
    ATTORNEY_HEALTH = "attorney_health", "Attorney for health and welfare"
    ATTORNEY_MONEY = "attorney_money", "Attorney for property and money"
    DEPUTY = "deputy", "Deputy named by the Court of Protection"
    PARENT = "parent", "Parent, or holds parental responsibility"


DECIDES: Final = (AuthorityKind.ATTORNEY_HEALTH, AuthorityKind.DEPUTY, AuthorityKind.PARENT)
"""Who may decide about sharing for somebody who cannot, once their paper was seen."""


class Evidence(Term):
    """How we know of somebody's authority."""

    NOT_SEEN = "not_seen", "Not seen: we were told"
    PERSON_SAYS = "person_says", "The person says so themselves"
    DOCUMENT = "document", "We saw the document"
    REGISTER = "register", "We asked the public register"


SEEN: Final = (Evidence.DOCUMENT, Evidence.REGISTER)


class Choice(models.Model):  # type: ignore[django-manager-missing]
    """One thing decided about the sharing of a person's information. Ended, never rewritten."""

    reaches_person_by = "person_id"

    id = IdField()
    person_id = models.UUIDField(db_index=True)
    kind = TermField(ChoiceKind)
    # Whom it is about: an organisation, or a worker's account; and their name as it was then.
    party_id = models.UUIDField(null=True, blank=True)
    party_name = models.CharField(max_length=200, blank=True)
    # Which part of the record; nothing for all of it.
    category = TermField(DataCategory, blank=True)
    # Who may pass all the same: organisations, teams, accounts.
    lets_in = ArrayField(models.UUIDField(), default=list, blank=True)
    lets_in_names = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    # In the person's words where there are any; for a protection, the reason.
    words = models.TextField(blank=True)
    how = TermField(HowTold)
    said_on = models.DateField()
    decided_by = TermField(DecidedBy, default=DecidedBy.PERSON.value)
    decided_by_name = models.CharField(max_length=200, blank=True)
    # Why the person could not decide it then, who was asked, what they would have wanted.
    capacity_words = models.TextField(blank=True)
    review_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by_id = models.UUIDField(null=True)
    recorded_by_name = models.CharField(max_length=200)
    recorded_for = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_name = models.CharField(max_length=200, blank=True)
    ended_why = models.TextField(blank=True)
    # Brought in from a code: which feed said it, and in which entry of the record; and which feed
    # said that it no longer holds. What somebody records or takes back on a page has none of these.
    source = models.CharField(max_length=60, blank=True)
    entry_id = models.UUIDField(null=True, blank=True)
    ended_source = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-recorded_at", "-id"]
        indexes = [models.Index(fields=["kind"], condition=Q(ended_at=None), name="access_choices")]

    def __str__(self) -> str:
        return f"choice {self.pk}"


class ChoiceEvent(
    pghistory.create_event_model(Choice)  # type: ignore[misc]
):
    """The history of a choice; whoever may not read it may not read its past either."""

    reaches_person_by = "person_id"


class ChoiceOverride(models.Model):  # type: ignore[django-manager-missing]
    """A choice stepped over for one party, for a reason, until a day, and looked at afterwards."""

    reaches_person_by = "person_id"
    opens_with = "keep_protections"

    id = IdField()
    choice = models.ForeignKey(Choice, on_delete=models.PROTECT, related_name="overrides")
    person_id = models.UUIDField(db_index=True)
    party_id = models.UUIDField()
    party_name = models.CharField(max_length=200)
    reason = models.TextField()
    basis = TermField(ConfidentialityBasis)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    review_on = models.DateField()
    made_by_id = models.UUIDField(null=True)
    made_by_name = models.CharField(max_length=200)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by_name = models.CharField(max_length=200, blank=True)
    review_words = models.TextField(blank=True)

    class Meta:
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("starts_at")), name="access_override_ends_later"
            )
        ]

    def __str__(self) -> str:
        return f"override {self.pk}"


class ChoiceOverrideEvent(
    pghistory.create_event_model(ChoiceOverride)  # type: ignore[misc]
):
    """The history of a choice stepped over."""

    reaches_person_by = "person_id"
    opens_with = "keep_protections"


class Authority(models.Model):  # type: ignore[django-manager-missing]
    """Somebody who cares for a person, helps them, or may decide for them; with what we saw of it.

    It opens no record to them: a supporter's own sign-in is a relationship.
    """

    reaches_person_by = "person_id"
    opens_with = "keep_protections"

    id = IdField()
    person_id = models.UUIDField(db_index=True)
    name = models.CharField(max_length=200)
    kind = TermField(AuthorityKind)
    evidence = TermField(Evidence)
    # Which document or register entry: its kind, date and reference, not a copy.
    evidence_words = models.CharField(max_length=300, blank=True)
    seen_on = models.DateField(null=True, blank=True)
    # What it covers, and what the person does not want them to be told.
    covers = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by_id = models.UUIDField(null=True)
    recorded_by_name = models.CharField(max_length=200)
    recorded_for = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_name = models.CharField(max_length=200, blank=True)
    ended_why = models.TextField(blank=True)

    class Meta:
        ordering = ["-recorded_at", "-id"]

    def __str__(self) -> str:
        return f"authority {self.pk}"


class AuthorityEvent(
    pghistory.create_event_model(Authority)  # type: ignore[misc]
):
    """The history of somebody's authority."""

    reaches_person_by = "person_id"
    opens_with = "keep_protections"
