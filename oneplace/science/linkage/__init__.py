"""Who is who: which subjects of which sources are one person."""

from oneplace.science.linkage.batch import Decisions, link
from oneplace.science.linkage.model import Model
from oneplace.science.linkage.prepared import keys_of, prepare
from oneplace.science.linkage.settings import Settings

__all__ = ["Decisions", "Model", "Settings", "keys_of", "link", "prepare"]
