"""Hours of care counted in a snapshot become what a fund has promised to pay."""

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.db import transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.finance.models import Commitment, CountedHours
from oneplace.insight.packages import PackageHours
from oneplace.kit.clock import local_day
from oneplace.kit.refusals import Refused
from oneplace.science import suppression
from oneplace.science.money import week_of_hours
from oneplace.vocabulary.terms import AccountKind

_HUNDREDTH: Final = Decimal("0.01")


@transaction.atomic
def count_packages(
    *,
    hours: Mapping[str, PackageHours],
    snapshot: str,
    snapshot_made_at: datetime,
    by: Viewer,
    at: datetime,
) -> tuple[CountedHours, ...]:
    """Keep the hours of running packages, and let every promise that counts them follow.

    A job's work, as the loader. A kind of care of which nothing runs any more counts nought, and
    says so by its day; what a promise was before stands in the audit and in the reports sent.
    """
    if by.kind is not AccountKind.BACKGROUND_JOB:
        raise Refused("Hours are counted by the house's own job; others are typed as hours.")
    wanted = set(Commitment.objects.exclude(counts="").values_list("counts", flat=True))
    CountedHours.objects.all().delete()
    kept = tuple(
        CountedHours.objects.create(
            kind_of_care=kind,
            hours_a_week=Decimal(str(found.hours)).quantize(_HUNDREDTH, ROUND_HALF_UP),
            people=_few_said(found.people),
            untold=_few_said(found.untold),
            snapshot=snapshot,
            snapshot_made_at=snapshot_made_at,
            counted_at=at,
        )
        for kind, found in sorted({**dict.fromkeys(wanted, _NOBODY), **hours}.items())
    )
    audit.record(
        by=by, at=at, action="count_packages", detail={"snapshot": snapshot, "kinds": len(kept)}
    )
    by_kind = {each.kind_of_care: each for each in kept}
    open_ones = Commitment.objects.exclude(counts="").filter(year__ends_on__gte=local_day(at))
    for commitment in open_ones.select_for_update():
        if commitment.until_on is None or commitment.until_on >= local_day(at):
            follow(commitment, by_kind[commitment.counts], by=by, at=at)
    return kept


_NOBODY: Final = PackageHours(0, 0.0, 0)


def _few_said(count: int) -> str:
    """A count of people through the gate, in words."""
    shown = suppression.cell(count)
    return "1 to 7" if shown.why is suppression.Why.FEW else shown.words


def follow(commitment: Commitment, counted: CountedHours, *, by: Viewer, at: datetime) -> None:
    """Let a promise that counts hours be what was counted last."""
    before = commitment.hours_a_week
    commitment.hours_a_week = counted.hours_a_week
    commitment.pence_a_week = week_of_hours(counted.hours_a_week, commitment.pence_an_hour or 0)
    commitment.source = counted.source
    commitment.save(update_fields=["hours_a_week", "pence_a_week", "source"])
    if before != counted.hours_a_week:
        audit.record(
            by=by,
            at=at,
            action="follow_packages",
            subject=("commitment", commitment.pk),
            detail={
                "before": None if before is None else str(before),
                "after": str(counted.hours_a_week),
                "snapshot": counted.snapshot,
            },
        )
