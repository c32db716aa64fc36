"""The words of the directory by their three-letter parts, so that a misspelt one is understood."""

from django.db import models


class WordKey(models.Model):
    """One three-letter part of one word in use. Plain equality of text needs no extension."""

    id = models.BigAutoField(primary_key=True)
    part = models.CharField(max_length=3, db_collation="C")
    word = models.CharField(max_length=60, db_collation="C")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["part", "word"], name="directory_word_key_once")
        ]

    def __str__(self) -> str:
        return f"{self.part}: {self.word}"
