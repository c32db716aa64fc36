"""What the room keeps, one thing a file."""

from oneplace.files.models.content import Content, ScanState
from oneplace.files.models.file import File, FileName, Sensitivity

__all__ = ["Content", "File", "FileName", "ScanState", "Sensitivity"]
