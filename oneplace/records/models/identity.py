"""An identity: what one source says of who somebody is; and, row by row, how they are reached."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from oneplace.kit.fields import IdField, TermField
from oneplace.records.models.parts import owner_of
from oneplace.records.models.said import Said
from oneplace.records.models.subject import Subject
from oneplace.vocabulary.terms import DataCategory, Exactness, Gender, NhsNumberStatus, ReachKind


class Identity(Said):
    """One source's words on one subject. Its id is made from source, authority and value."""

    reaches_person_by = "subject__person_id"
    part_by = ("owner", DataCategory.WHO.value)
    kept_by_owner = ("select",)

    id = IdField()
    subject = models.ForeignKey(
        Subject, on_delete=models.DO_NOTHING, related_name="identities", db_constraint=False
    )
    nhs_number = models.TextField(blank=True, default="", db_collation="C")
    is_nhs_number_sound = models.BooleanField(default=False)
    nhs_number_status = TermField(NhsNumberStatus, blank=True, default="")
    # Other numbers the source gives for the same person: `[[authority, value], ...]`, and the ids
    # their subjects have or would have.
    identifiers = models.JSONField(default=list, blank=True)
    identifier_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    family = models.TextField(blank=True, default="")
    given = models.TextField(blank=True, default="")
    other_given = models.TextField(blank=True, default="")
    known_as = models.TextField(blank=True, default="")
    title = models.TextField(blank=True, default="")
    previous_families = ArrayField(models.TextField(), default=list, blank=True)
    born_on = models.DateField(null=True, blank=True)
    born_exactness = TermField(Exactness, default=Exactness.DAY.value)
    gender = TermField(Gender, blank=True, default="")
    ethnicity = models.TextField(blank=True, default="")
    language = models.TextField(blank=True, default="")
    needs_interpreter = models.BooleanField(null=True, blank=True)
    marital_status = models.TextField(blank=True, default="")
    religion = models.TextField(blank=True, default="")
    is_dead = models.BooleanField(null=True, blank=True)
    died_at = models.DateTimeField(null=True, blank=True)
    died_exactness = TermField(Exactness, default=Exactness.DAY.value)
    practice_code = models.TextField(blank=True, default="")
    organisation = models.TextField(blank=True, default="")
    lives_alone = models.BooleanField(null=True, blank=True)
    accommodation = models.TextField(blank=True, default="")
    communication_needs = ArrayField(models.TextField(), default=list, blank=True)
    is_identity_unknown = models.BooleanField(default=False)
    is_multiple_birth = models.BooleanField(null=True, blank=True)
    is_deleted = models.BooleanField(default=False)
    # Who says so, as the rule of access asks.
    owner = models.GeneratedField(
        expression=owner_of("organisation"), output_field=models.TextField(), db_persist=True
    )
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["nhs_number"],
                condition=models.Q(is_nhs_number_sound=True),
                name="records_sound_nhs_number",
            ),
        ]

    def __str__(self) -> str:
        return f"identity {self.pk}"


class Reach(models.Model):
    """An address, phone number or email of an identity: a row of its own, to be hidden alone."""

    reaches_person_by = "identity__subject__person_id"
    part_by = ("identity__owner", DataCategory.REACH.value)
    kept_by_owner = ("select",)

    id = models.BigAutoField(primary_key=True)
    identity = models.ForeignKey(
        Identity, on_delete=models.DO_NOTHING, related_name="reach", db_constraint=False
    )
    # Its place among the ways the source gives, from 0.
    position = models.PositiveSmallIntegerField()
    kind = TermField(ReachKind)
    text = models.TextField(blank=True, default="")
    postcode = models.TextField(blank=True, default="")
    lines = ArrayField(models.TextField(), default=list, blank=True)
    uprn = models.TextField(blank=True, default="")
    use = models.TextField(blank=True, default="")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    rank = models.IntegerField(default=0)
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["identity", "position"]

    def __str__(self) -> str:
        return f"way {self.position} to reach identity {self.identity_id}"
