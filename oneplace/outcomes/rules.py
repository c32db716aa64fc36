"""Why something may not be done with measures, in words for whoever tries."""

from datetime import date
from typing import Final

from oneplace.access.viewer import Viewer
from oneplace.outcomes.models import Publication, Signal
from oneplace.outcomes.permissions import KEEP_MEASURES, PUBLISH_FIGURES
from oneplace.vocabulary.terms import AccountKind

LEAST_EVIDENCE: Final = 20
LONGEST: Final = 2000


def is_job(by: Viewer) -> bool:
    """Whether a job of the house acts."""
    return by.kind is AccountKind.BACKGROUND_JOB


def why_not_end_signal(signal: Signal, evidence: str, by: Viewer) -> tuple[str, str | None] | None:
    """Why a signal may not end: only with evidence, in words others can check."""
    if not by.may(KEEP_MEASURES):
        return "Your role does not close signals.", None
    if signal.ended_at is not None:
        return f"{signal.ended_by_name} has closed this signal already.", None
    if len(evidence.strip()) < LEAST_EVIDENCE:
        return (
            "Say what shows it, so that somebody else could check: which figures, which visit, "
            "which minute.",
            "evidence",
        )
    if len(evidence) > LONGEST:
        return f"Say it in at most {LONGEST:,} characters.", "evidence"
    return None


def why_not_rebase(
    month: date, first: date, last: date, held: list[date], by: Viewer
) -> tuple[str, str | None] | None:
    """Why limits may not begin anew: outside the series, twice, or without the right to."""
    if not by.may(KEEP_MEASURES):
        return "Your role does not begin limits anew.", None
    if not first < month <= last:
        return (
            f"Say a month after {first:%B %Y} and not after {last:%B %Y}: limits begin anew within "
            "the series.",
            "month",
        )
    if month in held:
        return "Limits begin anew in this month already: two causes cannot share one.", "month"
    return None


def why_not_publish(by: Viewer, *, is_measured: bool, corrects: Publication | None, why: str
                    ) -> tuple[str, str | None] | None:  # fmt: skip
    """Why figures may not be published."""
    if not by.may(PUBLISH_FIGURES):
        return "Your role does not publish figures.", None
    if not is_measured:
        return "Nothing has been measured yet: there is nothing to publish.", None
    if corrects is not None and len(why.strip()) < LEAST_EVIDENCE:
        return "Say what was wrong in the publication this one corrects, and since when.", "why"
    return None
