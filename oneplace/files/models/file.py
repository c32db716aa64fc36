"""A file: that somebody put some content here, when, why and for which thing of which room."""

from django.db import models
from django.db.models import Q

from oneplace.files.models.content import Content
from oneplace.kit.fields import IdField, TermField
from oneplace.vocabulary.terms import Term


class Sensitivity(Term):
    """How carefully a file must be kept."""

    NOT_PERSONAL = "not_personal", "Nothing about a person"
    PERSONAL = "personal", "About a person"
    SENSITIVE = "sensitive", "Needs more care than the rest of the record"


class File(models.Model):
    """One upload or product. The room that owns the thing it belongs to decides who may open it.

    A row about a person is reached by a relationship to that person; a row about nobody by the
    party it is kept for and by whoever put it here; one that is not personal by everybody.
    """

    reaches_person_by = "person_id"
    reaches_parties_by = ("party_id",)
    always_read_by = ("put_by_id",)
    open_by = "is_open"

    id = IdField()
    content = models.ForeignKey(Content, on_delete=models.PROTECT, related_name="files")
    # The room, and the thing of that room, the file belongs to; its registered owner is asked.
    room = models.CharField(max_length=40)
    thing_kind = models.CharField(max_length=60)
    thing_id = models.UUIDField(null=True, blank=True)
    person_id = models.UUIDField(null=True, blank=True)
    # The organisation, team or account the file is kept for, where it is about nobody.
    party_id = models.UUIDField(null=True, blank=True)
    sensitivity = TermField(Sensitivity)
    is_open = models.BooleanField(default=False)
    is_produced = models.BooleanField(default=False)
    why = models.CharField(max_length=200)
    # No foreign key: jobs and single-purpose links put files here too.
    put_by_id = models.UUIDField()
    put_by_name = models.CharField(max_length=160)
    put_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-recorded_at"]
        indexes = [
            models.Index(fields=["room", "thing_kind", "thing_id"]),
            models.Index(fields=["person_id"]),
            models.Index(fields=["party_id"]),
            models.Index(fields=["put_by_id"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_open=False)
                | Q(person_id__isnull=True, sensitivity=Sensitivity.NOT_PERSONAL.value),
                name="files_nothing_personal_is_open",
            )
        ]

    def __str__(self) -> str:
        return f"file {self.pk}"


class FileName(models.Model):
    """What the sender called a file; apart, because a name can tell more than it should."""

    reaches_person_by = "file__person_id"
    reads_as = "file"

    file = models.OneToOneField(
        File, primary_key=True, on_delete=models.CASCADE, related_name="original"
    )
    name = models.CharField(max_length=255)

    def __str__(self) -> str:
        return f"name of file {self.file_id}"
