"""An answer to a message: a choice, some words, or both."""

from django.db import models

from oneplace.kit.fields import IdField, TermField
from oneplace.post.models.message import Message
from oneplace.vocabulary.terms import Term


class Through(Term):
    """By which way an answer came."""

    PAGE = "page", "Signed in here"
    LINK = "link", "By the link in the message"
    TOLD = "told", "Told to somebody here, who wrote it down"


class Answer(models.Model):
    """One answer; a later one does not replace an earlier one."""

    reaches_person_by = "message__person_id"
    reads_as = "message"

    id = IdField()
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="answers")
    choice = models.CharField(max_length=60, blank=True)
    words = models.TextField(blank=True)
    through = TermField(Through)
    answered_by_id = models.UUIDField()
    answered_by_name = models.CharField(max_length=160)
    answered_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["recorded_at"]

    def __str__(self) -> str:
        return f"answer to message {self.message_id}"
