"""A person: one identifier, whom it stands for now, and the best that sources say of who it is."""

from django.db import models
from django.db.models import Q

from oneplace.kit.fields import IdField, TermField
from oneplace.vocabulary.terms import Exactness, Gender


class Person(models.Model):
    """One person. `current` is the person itself, or whoever it was found to be the same as.

    The columns are a summary: the best a source says, chosen by the rule in `rules.py` and written
    anew whenever what sources say changes. Addresses and telephone numbers are not among them:
    they may have to be hidden alone and stay rows of their own (`records.Reach`).
    """

    reaches_person_by = "id"
    opens_with = "see_who_is_who"
    # Their own name stands on their own page.
    own_page = "supporter"
    # Who is one with whom now: what stands before one of somebody's records stands before all.
    kept_by_owner = ("select",)

    id = IdField()
    current = models.ForeignKey("self", on_delete=models.PROTECT, related_name="was")
    title = models.TextField(blank=True)
    given = models.TextField(blank=True)
    family = models.TextField(blank=True)
    known_as = models.TextField(blank=True)
    # Folded, family name first: the database cannot sort by a language's rules.
    sort_name = models.TextField(blank=True, db_collation="C")
    born_on = models.DateField(null=True, blank=True)
    born_exactness = TermField(Exactness, default=Exactness.DAY.value)
    gender = TermField(Gender, blank=True)
    # Sound ones only; verified before others.
    nhs_number = models.CharField(max_length=10, blank=True)
    is_nhs_number_verified = models.BooleanField(default=False)
    # Sources that hold another sound number for this person: never shown as if there were one.
    has_other_nhs_number = models.BooleanField(default=False)
    practice_code = models.CharField(max_length=20, blank=True)
    died_at = models.DateTimeField(null=True, blank=True)
    died_exactness = TermField(Exactness, default=Exactness.DAY.value)
    is_dead = models.BooleanField(default=False)
    # Known by a number alone, such as an unconscious patient: never matched by likeness.
    is_identity_unknown = models.BooleanField(default=False)
    # How many numbers of sources stand for this person.
    subjects = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["practice_code", "sort_name"]),
            models.Index(
                fields=["current"], condition=~Q(current=models.F("id")), name="people_merged_away"
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"


class Finding(models.Model):
    """What a list may say of a person: enough to tell namesakes apart, and no more.

    A row of its own, because policies hide rows and not columns. Of people somebody may not open it
    is read by officers in their audit, and by the function that looks one person up (migration
    0004).
    """

    reaches_person_by = "person_id"
    opens_with = "see_who_is_who"
    read_with = "see_audit"
    # Triggers take out where somebody lives who must not be found (migration 0003).
    kept_by_owner = ("select", "update", "delete")

    person = models.OneToOneField(
        Person, primary_key=True, on_delete=models.CASCADE, related_name="finding"
    )
    name = models.TextField(blank=True)
    born_year = models.PositiveSmallIntegerField(null=True, blank=True)
    # The street without its number, and the first half of the postcode.
    part_of_address = models.TextField(blank=True)
    practice_code = models.CharField(max_length=20, blank=True)
    is_dead = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"finding of {self.person_id}"


class SearchKey(models.Model):
    """One text by which a person is found: a name, a date of birth, a number, a postcode.

    Plain equality of text is the one comparison that keeps its index under row policies.
    """

    reaches_person_by = "person_id"
    opens_with = "see_who_is_who"
    read_with = "see_audit"
    kept_by_owner = ("select", "delete")

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="search_keys", db_index=False
    )
    key = models.TextField(db_collation="C")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="people_search_key_once")
        ]
        indexes = [models.Index(fields=["key"], include=["person"], name="people_search_by_key")]

    def __str__(self) -> str:
        return f"search key of {self.person_id}"


class NameKey(models.Model):
    """Which names a misspelt one may mean: every name in use, by its sound and its near spellings.

    Names alone, of nobody in particular.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.TextField(db_collation="C")
    name = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "name"], name="people_name_key_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.name}"


class Household(models.Model):
    """Where a person lives, as a key two people at one address share."""

    reaches_person_by = "person_id"
    opens_with = "see_who_is_who"
    kept_by_owner = ("select", "delete")

    person = models.OneToOneField(
        Person, primary_key=True, on_delete=models.CASCADE, related_name="household"
    )
    # `uprn:10000000001`, or the postcode and the first line folded.
    place = models.TextField(db_collation="C")

    class Meta:
        indexes = [models.Index(fields=["place"])]

    def __str__(self) -> str:
        return f"household of {self.person_id}"
