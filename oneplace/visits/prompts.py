"""Conversation prompts as data: what a worker may ask at a visit, by what the visit is for."""

import functools
import tomllib
from importlib import resources

from oneplace.visits.models.terms import VisitPurpose


@functools.cache
def _all() -> dict[VisitPurpose, tuple[str, ...]]:
    text = (resources.files("oneplace.visits") / "prompts.toml").read_text("utf-8")
    return {VisitPurpose(key): tuple(row["words"]) for key, row in tomllib.loads(text).items()}


def prompts_for(purpose: VisitPurpose) -> tuple[str, ...]:
    """What may be asked at a visit of this purpose; the general ones where it has none."""
    return _all().get(purpose) or _all()[VisitPurpose.OTHER]
