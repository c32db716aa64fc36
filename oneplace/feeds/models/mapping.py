"""A mapping: how a partner's own layout is read, as the text of its mapping file."""

from django.db import models

from oneplace.kit.fields import IdField


class Mapping(models.Model):
    """One version of a mapping file; a changed one is a new version, the old stays readable."""

    id = IdField()
    code = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    toml = models.TextField()
    made_by_id = models.UUIDField()
    made_by_name = models.CharField(max_length=160)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="feeds_mapping_version_once")
        ]

    def __str__(self) -> str:
        return f"mapping {self.code} version {self.version}"
