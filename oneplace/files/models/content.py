"""Content: bytes kept once, under their own hash, however many files share them."""

from django.db import models
from django.db.models import Q

from oneplace.kit.fields import TermField
from oneplace.vocabulary.terms import Term


class ScanState(Term):
    """What the virus scanner said of some content."""

    NOT_SCANNED = "not_scanned", "Not scanned: this place has no scanner"
    WAITING = "waiting", "Waiting to be scanned"
    CLEAN = "clean", "Scanned, nothing found"
    INFECTED = "infected", "Harmful: kept closed"


class Content(models.Model):
    """The bytes behind one or more files; says nothing of whom they are about."""

    # Lower-case hexadecimal SHA-256 of the bytes; also where they lie in the data folder.
    sha256 = models.CharField(max_length=64, primary_key=True)
    # Bytes.
    size = models.PositiveBigIntegerField()
    # Found by looking into the bytes; what the sender called them is not trusted.
    media_type = models.CharField(max_length=120)
    scan_state = TermField(ScanState)
    scanned_at = models.DateTimeField(null=True, blank=True)
    stored_at = models.DateTimeField(auto_now_add=True)
    # When the bytes were last read back whole and right, and when they were found wrong or missing.
    verified_at = models.DateTimeField(null=True, blank=True)
    damaged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["stored_at"],
                condition=Q(scan_state=ScanState.WAITING.value),
                name="files_waiting_for_scan",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="files_sha256_is_hexadecimal"
            )
        ]

    def __str__(self) -> str:
        return f"content {self.sha256[:12]}"
