"""Where something stands, from each type's own words for it (R4's required value sets)."""

from __future__ import annotations

from typing import Final

from oneplace.vocabulary.terms import EntryStatus

_PLANNED, _CURRENT, _ENDED = EntryStatus.PLANNED, EntryStatus.CURRENT, EntryStatus.ENDED
_CANCELLED, _IN_ERROR = EntryStatus.CANCELLED, EntryStatus.IN_ERROR
IN_ERROR_WORD: Final = "entered-in-error"


def _table(**words: str) -> dict[str, EntryStatus]:
    found = {IN_ERROR_WORD: _IN_ERROR, "unknown": EntryStatus.NOT_SAID}
    for status, sent in words.items():
        found |= dict.fromkeys(sent.split(), EntryStatus(status))
    return found


_REQUEST: Final = _table(
    planned="draft", current="active on-hold", ended="completed", cancelled="revoked"
)
_RESULT: Final = _table(
    planned="registered",
    current="preliminary partial",
    ended="final amended corrected appended",
    cancelled="cancelled",
)

STATUSES: Final[dict[str, dict[str, EntryStatus]]] = {
    "Appointment": _table(
        planned="proposed pending booked waitlist",
        current="arrived checked-in",
        ended="fulfilled noshow",
        cancelled="cancelled",
    ),
    "CarePlan": _REQUEST,
    "CareTeam": _table(planned="proposed", current="active suspended", ended="inactive"),
    "Composition": _table(current="preliminary final amended"),
    "Condition": _table(current="active recurrence relapse", ended="inactive remission resolved"),
    "Consent": _table(planned="draft proposed", current="active rejected", ended="inactive"),
    "DiagnosticReport": _RESULT,
    "DocumentReference": _table(current="current", ended="superseded"),
    "Encounter": _table(
        planned="planned",
        current="arrived triaged in-progress onleave",
        ended="finished",
        cancelled="cancelled",
    ),
    "EpisodeOfCare": _table(
        planned="planned waitlist",
        current="active onhold",
        ended="finished",
        cancelled="cancelled",
    ),
    "Flag": _table(current="active", ended="inactive"),
    "Goal": _table(
        planned="proposed planned accepted",
        current="active on-hold",
        ended="completed",
        cancelled="cancelled rejected",
    ),
    "Immunization": _table(ended="completed", cancelled="not-done"),
    "MedicationRequest": _table(
        planned="draft", current="active on-hold", ended="completed stopped", cancelled="cancelled"
    ),
    "MedicationStatement": _table(
        planned="intended", current="active on-hold", ended="completed stopped not-taken"
    ),
    "Observation": _RESULT,
    "Procedure": _table(
        planned="preparation",
        current="in-progress on-hold",
        ended="completed stopped",
        cancelled="not-done",
    ),
    "QuestionnaireResponse": _table(
        current="in-progress", ended="completed amended", cancelled="stopped"
    ),
    "ServiceRequest": _REQUEST,
    "Task": _table(
        planned="draft requested received ready",
        current="accepted in-progress on-hold",
        ended="completed",
        cancelled="cancelled rejected failed",
    ),
}
"""The status of an entry by its type and the source's word. A result that is final has ended: its
taking is over. A document stands until another takes its place."""
