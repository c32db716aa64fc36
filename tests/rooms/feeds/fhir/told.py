"""What plans and resources say, for the tests."""

from datetime import UTC, datetime
from typing import Any

from oneplace.feeds.fhir import bundles
from oneplace.feeds.fhir.meaning import Sender, rows_of
from oneplace.feeds.fhir.naming import ids_of
from oneplace.feeds.fhir.plans import Plan
from oneplace.vocabulary.rows import EntrySaid, IdentitySaid, Said, Unmapped
from oneplace.vocabulary.rows.detail import DETAIL_OF, AnyDetail
from tests.rooms.feeds.fhir import samples

ARRIVED = datetime(2026, 3, 8, 5, tzinfo=UTC)
SENDER = Sender("gp", ARRIVED, "ZZAS06")
NOWHERE = "0" * 64


def rows(plan: Plan, sender: Sender = SENDER) -> list[Said]:
    """Every row of a plan."""
    return rows_of(plan, sender, ids_of(plan, source=sender.source, sha256=NOWHERE))


def bundle_rows(data: bytes, sender: Sender = SENDER) -> list[Said]:
    """Every row of a bundle that is taken whole."""
    plan = bundles.plan_bundle(data)
    assert not plan.is_refused, plan.faults
    return rows(plan, sender)


def resource_rows(*resources: dict[str, Any], sender: Sender = SENDER) -> list[Said]:
    """Every row of some resources that are put."""
    return bundle_rows(samples.bundle(*[samples.put(one) for one in resources]), sender)


def entry(resource: dict[str, Any]) -> EntrySaid:
    """The one entry of a resource about patient p1; its detail is one the record knows."""
    subject = {"reference": "Patient/p1"}
    for name in ("subject", "patient", "for"):
        if name in resource:
            resource = resource | {name: subject}
    found = [row for row in resource_rows(resource) if isinstance(row, EntrySaid)]
    assert len(found) == 1
    known = DETAIL_OF[found[0].kind].__annotations__.keys() | AnyDetail.__annotations__.keys()
    assert found[0].detail.keys() <= known
    return found[0]


def identity(resource: dict[str, Any], sender: Sender = SENDER) -> IdentitySaid:
    """The one identity of a patient."""
    found = [row for row in resource_rows(resource, sender=sender) if isinstance(row, IdentitySaid)]
    assert len(found) == 1
    return found[0]


def unmapped(*resources: dict[str, Any]) -> set[str]:
    """The paths of what had no place."""
    return {row.path for row in resource_rows(*resources) if isinstance(row, Unmapped)}
