"""A message: what was written to whom, why, in which words, and how far it has come."""

from django.db import models
from django.db.models import Q

from oneplace.kit.fields import IdField, TermField
from oneplace.post.models.terms import Channel, MessageState, RecipientKind

_MOVING = (MessageState.HELD.value, MessageState.QUEUED.value, MessageState.SENDING.value)


class Message(models.Model):
    """One notice, email, text or letter, written in the transaction of what caused it.

    A message about a person is read by whoever stands in a relationship to that person; one about
    nobody by its parties. Whoever wrote it and whoever holds its link read it in any case. In a
    demonstration the rows are marked invented, and the Sent page shows them.
    """

    reaches_person_by = "person_id"
    reaches_parties_by = ("recipient_id",)
    always_read_by = ("writer_id", "link_id")
    shown_in_demo_by = ("is_invented", "see_sent")
    kept_by_owner = ("select",)

    id = IdField()
    channel = TermField(Channel)
    recipient_kind = TermField(RecipientKind)
    # The account, team, organisation or person; nothing for a mere address.
    recipient_id = models.UUIDField(null=True, blank=True)
    recipient_name = models.CharField(max_length=200)
    # Whom the message is about, by opaque id; nothing when it is about nobody.
    person_id = models.UUIDField(null=True, blank=True)
    subject = models.CharField(max_length=200)
    # Plain words: paragraphs apart by an empty line, "# " headings, "- " lists.
    body = models.TextField()
    # A print of its own, as a complete page, where a room makes one; the words stand beside it.
    layout = models.TextField(blank=True)
    is_large_print = models.BooleanField(default=False)
    template = models.CharField(max_length=60)
    template_version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=3, default="en")
    # The room, and the thing of that room, that gave rise to it.
    cause_room = models.CharField(max_length=40, blank=True)
    cause_kind = models.CharField(max_length=60, blank=True)
    cause_id = models.UUIDField(null=True, blank=True)
    # Where a notice leads when it is opened: a path of ours, without anything personal in it.
    opens = models.CharField(max_length=200, blank=True)
    # What may be answered with one tap: the words on the buttons.
    choices = models.JSONField(default=list)
    link_id = models.UUIDField(null=True, blank=True, unique=True)
    # No foreign key: jobs and links write too.
    writer_id = models.UUIDField()
    writer_name = models.CharField(max_length=160)
    # Care time, and machine time.
    written_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    # Machine time before which it does not leave: the time in which it can be taken back, or the
    # wait before another try.
    not_before = models.DateTimeField()
    state = TermField(MessageState)
    reason = models.CharField(max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # Machine time of the last change of state.
    moved_at = models.DateTimeField()
    # The words hold a secret, such as a link to choose a new password, and are cut once it is sent.
    has_secret = models.BooleanField(default=False)
    is_invented = models.BooleanField(default=False)

    class Meta:
        ordering = ["-recorded_at", "-id"]
        indexes = [
            models.Index(fields=["recipient_id", "channel"]),
            models.Index(fields=["person_id", "recorded_at"]),
            models.Index(fields=["writer_id", "recorded_at"]),
            models.Index(fields=["cause_room", "cause_kind", "cause_id"]),
            models.Index(fields=["recorded_at"]),
            models.Index(
                fields=["not_before"], condition=Q(state__in=_MOVING), name="post_still_moving"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"


class Address(models.Model):
    """Where a message goes: an email address, a telephone number or the lines of an envelope.

    A row of its own, so that an address kept secret is hidden from everybody but its writer.
    """

    reaches_person_by = "message__person_id"
    reads_as = "message"
    hidden_by = ("is_secret", "writer_id")
    # Triggers make it secret where the person must not be found (migration 0002).
    kept_by_owner = ("select", "update")

    message = models.OneToOneField(
        Message, primary_key=True, on_delete=models.CASCADE, related_name="address"
    )
    to = models.TextField()
    is_secret = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"address of message {self.message_id}"


class Attachment(models.Model):
    """A file that goes with a message, by the id the room of files gave it."""

    reaches_person_by = "message__person_id"
    reads_as = "message"

    id = IdField()
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    # No foreign key: files stand behind post in the house (see `post.papers`).
    file_id = models.UUIDField()
    name = models.CharField(max_length=255)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["message", "file_id"], name="post_attached_once")
        ]

    def __str__(self) -> str:
        return f"attachment of message {self.message_id}"


class MessageLink(models.Model):
    """A link that opens one message for one purpose; only the hash of its secret is kept."""

    reaches_person_by = "message__person_id"
    reads_as = "message"

    # Made from the secret (`post.links`), and the party as which whoever holds it looks.
    id = models.UUIDField(primary_key=True, editable=False)
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="link")
    secret_hash = models.CharField(max_length=64)
    purpose = models.CharField(max_length=60)
    expires_at = models.DateTimeField()
    first_opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link of message {self.message_id}"


class Reading(models.Model):
    """That one account has read one notice; everybody sees only what they read themselves."""

    reaches_person_by = "message__person_id"
    reads_as = "message"
    own_only_by = "account_id"

    id = IdField()
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="readings")
    account_id = models.UUIDField()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "account_id"], name="post_read_once")
        ]
        indexes = [models.Index(fields=["account_id"])]

    def __str__(self) -> str:
        return f"reading of message {self.message_id}"
