"""Hours of care at home that run today, by kind of care: what a fund has promised to pay for."""

from collections.abc import Mapping
from dataclasses import dataclass

import ibis

from oneplace.insight.indicators.asked import Asked, sorts_of
from oneplace.insight.indicators.measuring import months_until
from oneplace.insight.snapshot import Snapshot


@dataclass(frozen=True)
class PackageHours:
    """Running packages of one kind of care: true counts, for the gate."""

    people: int
    hours: float
    """A week, of those whose hours are told."""
    untold: int
    """People with a package whose hours nobody told: they are not in the hours."""


def package_hours(snapshot: Snapshot) -> Mapping[str, PackageHours]:
    """Packages that run on the day of a snapshot, by kind of care, as the sources call it.

    Where two feeds tell of somebody's packages, the fuller of them counts, so that no hour is
    paid twice. People who object to being counted are left out, as everywhere.
    """
    on = snapshot.manifest.made_on
    asked = Asked(snapshot, months_until(on), on)
    whats = snapshot.table("whats")
    sorts = sorts_of(snapshot, ("care_package",), (), ())
    events = snapshot.table("events").semi_join(asked.people, "pseudonym")
    runs = events.filter(
        events.what.isin(list(sorts) or [-1]),
        events.happened_on <= ibis.literal(on),
        events.ended_on.isnull() | (events.ended_on > ibis.literal(on)),
    ).inner_join(whats.select("what", kind_of_care="mark"), "what")
    by_feed = runs.group_by("kind_of_care", "pseudonym", "source").agg(
        hours=runs.value.sum().fill_null(0.0), told=runs.value.notnull().all()
    )
    each = by_feed.group_by("kind_of_care", "pseudonym").agg(
        hours=by_feed.hours.max(), told=by_feed.told.any()
    )
    found = each.group_by("kind_of_care").agg(
        people=each.count(), hours=each.hours.sum(), untold=(~each.told).sum()
    )
    return {
        row["kind_of_care"]: PackageHours(row["people"], row["hours"], row["untold"])
        for row in found.order_by("kind_of_care").to_pyarrow().to_pylist()
        if row["kind_of_care"]
    }
