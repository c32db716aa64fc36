"""Which id each resource of a plan has: its own, or one made so that it is found again."""

from __future__ import annotations

import re
from typing import Final

from oneplace.feeds.fhir.plans import Plan, Step
from oneplace.vocabulary.ids import id_for

_UUID: Final = re.compile(r"urn:uuid:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)
_BY_HAND: Final = "00000000"
"""How a `urn:uuid:` begins that somebody typed; the next bundle may well have the same one."""


def ids_of(plan: Plan, *, source: str, sha256: str) -> dict[int | None, str]:
    """The id of each entry's resource.

    One that is put has its own. One that is put or created by a number is known by that number. Of
    others, the `urn:uuid:` they came under; else an id made from the bytes and the entry's place,
    so that the same delivery read again says the same things again.
    """
    return {
        step.entry: step.id or made_id(step, source=source, sha256=sha256) for step in plan.steps
    }


def made_id(step: Step, *, source: str, sha256: str) -> str:
    """The id of a resource that was sent to be created."""
    if step.search is not None:
        key = f"{source}|{step.kind}|{step.search.system}|{step.search.value}"
        return str(id_for("fhir-number", key))
    match = _UUID.fullmatch(step.full_url)
    if match and not match[1].startswith(_BY_HAND):
        return match[1].lower()
    return str(id_for("fhir-entry", f"{source}|{sha256}|{step.span.start}"))
