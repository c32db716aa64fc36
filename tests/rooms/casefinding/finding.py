"""People and what was found of them, from memory: as a snapshot of a borough would give it."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

import ibis
import pyarrow as pa

from oneplace.access.viewer import Viewer, permissions_of, system_viewer
from oneplace.casefinding import verbs
from oneplace.casefinding.models import Suggestion
from oneplace.config.database import Role as DatabaseRole
from oneplace.insight import shapes
from oneplace.insight.finding import Found
from oneplace.partners.models import Organisation
from oneplace.people.models import Person, Pseudonym
from oneplace.vocabulary.ids import id_for
from oneplace.vocabulary.terms import (
    AccountKind,
    CaseFindingSource,
    DataCategory,
    Purpose,
    Role,
)
from tests.database import as_role
from tests.rooms.people.saying import GP, margaret, person_of, say

AT = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)
ON = date(2026, 3, 12)
PRACTICE = "ZZAS06"
FINDER = system_viewer(
    "case finder", purpose=Purpose.DIRECT_CARE, permissions=frozenset({"see_who_is_who"})
)


def practice() -> Organisation:
    return Organisation.objects.get(code=PRACTICE)


def somebody(value: str = "1", **fields: object) -> Person:
    """Margaret, or somebody else, registered with the practice."""
    with as_role(DatabaseRole.LOADER):
        say(margaret(GP, value, practice_code=PRACTICE, **fields))
        return person_of(GP, value)


def pseudonym(person: Person) -> int:
    with as_role(DatabaseRole.LOADER):
        known, _ = Pseudonym.objects.get_or_create(person=person)
        return known.number


def worker(role: Role = Role.GP, organisation: str = PRACTICE, **more: Any) -> Viewer:
    """Somebody of a role at an organisation."""
    found = Organisation.objects.get(code=organisation)
    given: dict[str, Any] = {
        "account_id": id_for("test-account", f"{role.value} {organisation}"),
        "kind": AccountKind.STAFF,
        "name": "Gwen Gray",
        "role": role,
        "title": role.label,
        "organisation_id": found.pk,
        "organisation_name": found.name,
        "permissions": permissions_of(role),
    }
    return Viewer(**{**given, **more})


def facilitator() -> Viewer:
    """The facilitator of the practice's network."""
    return worker(
        Role.NETWORK_FACILITATOR,
        "gp_collaborative",
        network_id=practice().network_id,
        name="Fay Facilitator",
    )


def a_reason(code: str = "falls", **more: Any) -> verbs.NewReason:
    given: dict[str, Any] = {
        "code": code,
        "text": "Fell twice in 12 months",
        "on": date(2026, 3, 9),
        "source": "Hospital admissions",
        "owner": "hospital_messages",
        "part": DataCategory.EVENTS,
    }
    return verbs.NewReason(**{**given, **more})


def suggested(person: Person, *reasons: verbs.NewReason) -> Suggestion:
    """Somebody suggested to their practice, as the run does it."""
    with as_role(DatabaseRole.LOADER):
        return verbs.suggest(
            person_id=person.pk,
            practice_id=practice().pk,
            source=CaseFindingSource.FALL,
            reasons=reasons or [a_reason()],
            by=FINDER,
            at=AT,
        )


def now(suggestion: Suggestion) -> Suggestion:
    """As it stands in the database."""
    with as_role(DatabaseRole.LOADER):
        return Suggestion.objects.get(pk=suggestion.pk)


def found(*rows: dict[str, Any]) -> Found:
    """What was found: one row a pseudonym, with `pseudonym`, `reasons` and columns of scores.

    `reasons` are rows of the table of reasons without the pseudonym, each with its `code`.
    """
    eligible, reasons, scores = [], [], []
    for row in rows:
        told = row.get("reasons", [])
        own = {"pseudonym": row["pseudonym"], "practice": row.get("practice", PRACTICE)}
        needs = sum(not each["code"].startswith(("no_", "carer_not")) for each in told)
        eligible.append(
            {
                **own,
                "on": ON,
                "is_eligible": bool(told),
                "why_not": None if told else "no_reason",
                "reasons": [each["code"] for each in told],
                "needs": needs,
                "gaps": len(told) - needs,
            }
        )
        reasons += [{"pseudonym": row["pseudonym"], **each} for each in told]
        scores.append({**own, **{key: row[key] for key in row if key in shapes.SCORES.names}})
    tables = {
        "scores": _table(scores, shapes.SCORES),
        "reasons": _table(reasons, shapes.REASONS),
        "segments": _table([], shapes.SEGMENTS),
        "eligible": _table(eligible, shapes.ELIGIBLE),
    }
    return Found(on=ON, snapshot="sha", settings="s1", code_lists="c1", **tables)


def _table(rows: list[dict[str, Any]], schema: pa.Schema) -> Any:
    full = [{name: row.get(name) for name in schema.names} for row in rows]
    return ibis.memtable(pa.Table.from_pylist(full, schema=schema))


def fell(on: date = date(2026, 3, 9), **more: Any) -> dict[str, Any]:
    return {"code": "falls", "number": 2.0, "on": on, "source": "hospital_messages", **more}


def stays(on: date = date(2026, 2, 4), **more: Any) -> dict[str, Any]:
    return {
        "code": "emergency_stays",
        "number": 3.0,
        "on": on,
        "source": "hospital_messages",
        **more,
    }


def new_number(value: str) -> uuid.UUID:
    return id_for("test", value)
