"""A version: what was once said of a thing and stands no longer, or never did."""

from django.db import models

from oneplace.kit.fields import TermField
from oneplace.records.models.said import Said
from oneplace.records.models.subject import Subject
from oneplace.vocabulary.terms import Term


class VersionOf(Term):
    """Of what a version is kept."""

    ENTRY = "entry", "Entry"
    IDENTITY = "identity", "Identity"
    AGENT = "agent", "Agent"
    SAME = "same", "Two numbers of one person"


class Version(Said):
    """One content of a thing beside the one that stands.

    Content is never changed or removed (a trigger holds it); only the span of time over which it
    was said widens. Where an old content stands again its row stays, and is passed over by its
    hash. `subject` is whom *this* version spoke of, so that an entry once filed under somebody
    else shows its past to nobody new.
    """

    reaches_person_by = "subject__person_id"
    read_with = "see_who_is_who"
    # The past of a thing opens to nobody to whom the thing itself does not. What was said of who
    # somebody is says where they lived too, so it opens to whoever may see addresses.
    only_with = ("thing_id", ("records_entry.id", "records_identity.id reaching reach"))

    id = models.BigAutoField(primary_key=True)
    thing = TermField(VersionOf)
    thing_id = models.UUIDField()
    subject = models.ForeignKey(
        Subject,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
    )
    content = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thing_id", "content_sha"], name="records_content_once")
        ]

    def __str__(self) -> str:
        return f"version {self.pk}"
