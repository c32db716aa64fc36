"""What linkage has learnt: the weights the last linkage of everybody used, for single records."""

from django.db import models

from oneplace.kit.fields import IdField


class LinkageModel(models.Model):
    """One trained set of weights. The newest is in use.

    It holds how common names and homes are, so no page reads it.
    """

    is_raw = True

    id = IdField()
    version = models.CharField(max_length=40)
    content = models.JSONField()
    subjects = models.PositiveIntegerField()
    learnt_at = models.DateTimeField()

    class Meta:
        ordering = ["-learnt_at", "-id"]

    def __str__(self) -> str:
        return f"linkage model {self.version}"
