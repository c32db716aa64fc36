"""One entry of the record as a line on a page: what, when, who, from where, as of when."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
from django.utils import timezone

from oneplace.kit.formats import clock_time, day, moment, starting_capital
from oneplace.records.queries import (
    BY_HAND,
    EntryShown,
    goes_on,
    is_not_to_be_given,
    title_shown,
)
from oneplace.vocabulary.place import Place
from oneplace.vocabulary.terms import EntryKind, EntryStatus, Exactness

Detail = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One entry, whichever query it came from."""

    id: uuid.UUID
    kind: EntryKind
    source: str
    key: str
    status: EntryStatus
    starts_at: datetime | None
    ends_at: datetime | None
    sorts_at: datetime | None
    exactness: Exactness
    title: str
    words: str
    value: Decimal | str | None
    unit: str
    organisation: str
    by: str
    where: str
    detail: Detail
    said_at: datetime
    arrived_at: datetime
    within_id: uuid.UUID | None
    by_phone: str = ""
    where_phone: str = ""
    code: str = ""
    is_corrected: bool = False
    """Whether its source said something else of it before; known of what is new."""

    @property
    def is_withdrawn(self) -> bool:
        """Whether its source took it back, or said it was a mistake."""
        return self.status in {EntryStatus.CANCELLED, EntryStatus.IN_ERROR}

    @property
    def is_by_hand(self) -> bool:
        """Whether somebody here wrote it."""
        return self.source == BY_HAND

    @property
    def is_not_to_be_given(self) -> bool:
        """Whether it is a medicine that somebody said must not be given."""
        return is_not_to_be_given(self.kind, self.detail)

    def goes_on(self, at: datetime) -> bool:
        """Whether it is under way at `at`."""
        return goes_on(self.status, self.ends_at, at=at)


def line_of(row: Mapping[str, Any]) -> Line:
    """A line from a row of the record at a glance."""
    kind, detail = EntryKind(row["kind"]), row["detail"] or {}
    return Line(
        id=uuid.UUID(row["id"]),
        kind=kind,
        source=row["source"],
        key=row["key"],
        status=EntryStatus(row["status"]),
        starts_at=moment_of(row["starts_at"]),
        ends_at=moment_of(row["ends_at"]),
        sorts_at=moment_of(row["sorts_at"]),
        exactness=Exactness(row["exactness"]),
        title=title_shown(kind, row["title"], detail),
        words=row["words"],
        value=row["value"],
        unit=row["unit"],
        organisation=row["organisation"],
        by=row["by"] or "",
        where=row["where_name"] or "",
        detail=detail,
        said_at=datetime.fromisoformat(row["said_at"]),
        arrived_at=datetime.fromisoformat(row["arrived_at"]),
        within_id=uuid.UUID(row["within_id"]) if row["within_id"] else None,
        by_phone=row["by_phone"] or "",
        where_phone=row["where_phone"] or "",
        code=row.get("code") or "",
        is_corrected=bool(row.get("is_corrected")),
    )


def line_of_shown(entry: EntryShown) -> Line:
    """A line from an entry of the timeline."""
    sent: Any = entry.detail
    detail = orjson.loads(sent) if isinstance(sent, str) else sent
    return Line(
        id=entry.id,
        kind=entry.kind,
        source=entry.source,
        key=entry.key,
        status=entry.status,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        sorts_at=entry.sorts_at,
        exactness=entry.exactness,
        title=entry.title,
        words=entry.words,
        value=entry.value,
        unit=entry.unit,
        organisation=entry.organisation,
        by=entry.by,
        where=entry.where,
        detail=detail or {},
        said_at=entry.said_at,
        arrived_at=entry.arrived_at,
        within_id=entry.within_id,
        code=entry.code,
    )


def moment_of(value: object) -> datetime | None:
    """A moment from ISO 8601 text, with zone; None for what is no moment."""
    if not isinstance(value, str) or not value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def on(value: datetime | None, exactness: Exactness) -> str:
    """A time as exactly as it was told: 7 March 2026, 09:40; 7 March 2026; March 2026; 2026."""
    if value is None:
        return ""
    if exactness is Exactness.SECOND:
        return moment(value)
    local = value.astimezone(timezone.get_default_timezone())
    if exactness is Exactness.YEAR:
        return str(local.year)
    return f"{local:%B} {local.year}" if exactness is Exactness.MONTH else day(value)


def when(line: Line) -> str:
    """When it was, or from when until when."""
    begun = on(line.starts_at or line.sorts_at, line.exactness)
    ended = on(line.ends_at, line.exactness)
    if not ended or ended == begun:
        return begun or "no date given"
    if begun.partition(",")[0] == ended.partition(",")[0] and line.ends_at:
        return f"{begun} to {clock_time(line.ends_at)}"
    return f"{begun} to {ended}"


def said(value: object) -> str:
    """A value of an entry's detail in words: yes and no, lists, words of coded things."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Mapping):
        return _said_of(value)
    if isinstance(value, list | tuple):
        return ", ".join(words for part in value if (words := said(part)))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _said_text(str(value))


def _said_of(value: Mapping[str, Any]) -> str:
    for key in ("words", "display", "name", "text", "what", "number", "manifestations"):
        if value.get(key):
            return said(value[key])
    parts = ((label(key), said(part)) for key, part in value.items())
    return "; ".join(f"{name}: {words}" for name, words in parts if words)


def _said_text(text: str) -> str:
    found = moment_of(text) if text[:4].isdigit() and text[4:5] == "-" else None
    if found is not None:
        return moment(found) if "T" in text else day(found)
    # A word stored for a machine is said with blanks.
    return text.replace("_", " ") if text.replace("_", "").isalnum() else text


_LABELS = {
    "gp": "GP",
    "is_none_known": "None known",
    "why_changed": "Why it was changed",
    "status_as_sent": "How the source put it",
    "places": "Wards and beds",
    "prior_place": "Came from",
    "vip": "Marked as sensitive",
    "who": "Who took part",
    "uprn": "Property number",
    "is_section_42": "Section 42 enquiry",
    "did_attend": "Came",
    "was_given": "Given",
    "is_repeat": "Repeat",
    "by": "By",
    "codes": "Other codes",
}


def label(key: str) -> str:
    """What a key of an entry's detail is called on a page."""
    if key in _LABELS:
        return _LABELS[key]
    words = key.removeprefix("is_").removeprefix("has_").replace("_", " ")
    for ending, instead in ((" at", ""), (" on", ""), (" id", " number")):
        if words.endswith(ending):
            words = words.removesuffix(ending) + instead
    return starting_capital(words)


def organisation_word(place: Place, code: str) -> str:
    """An organisation by its short word or name, never by its code alone where it has a name."""
    words = {row.code: row.short_word for row in place.partners}
    words |= {row.ods_code: row.short_word for row in place.partners if row.ods_code}
    words |= {row.code: row.short_word for row in place.joint_services}
    if code in words:
        return words[code]
    for practice in place.practices:
        if practice.code == code:
            return practice.name
    for feed in place.feeds:
        if code in feed.senders:
            return words.get(feed.partner, code)
    return code


def amount(line: Line) -> str:
    """What was measured, with its unit; of several parts each."""
    if line.value is not None:
        bound = said(line.detail.get("comparator"))
        return f"{bound}{line.value} {line.unit}".strip()
    parts: Sequence[Mapping[str, Any]] = line.detail.get("components") or ()
    if parts:
        pressure = pressure_of(parts)
        if pressure is not None:
            upper, lower = (str(part.get("value") or part.get("words") or "?") for part in pressure)
            unit = str(pressure[0].get("unit") or pressure[1].get("unit") or "")
            both = f"{upper}/{lower} {unit}".strip()
            rest = [part for part in parts if not any(part is one for one in pressure)]
            return ", ".join([both, *map(_part_words, rest)])
        return ", ".join(map(_part_words, parts))
    return said(line.detail.get("answer"))


def _part_words(part: Mapping[str, Any]) -> str:
    value = str(part.get("value") or part.get("words") or "")
    return f"{part.get('what', '')} {value} {part.get('unit', '')}".strip()


# LOINC, then SNOMED CT: systolic and diastolic arterial pressure.
_SYSTOLIC = frozenset({"8480-6", "271649006"})
_DIASTOLIC = frozenset({"8462-4", "271650006"})


def pressure_of(
    parts: Sequence[Mapping[str, Any]],
) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """The systolic and the diastolic part of a blood pressure, in whichever order they were sent.

    None where either is not there: two numbers nobody named are not put in an order.
    """
    upper = [part for part in parts if _is_pressure(part, _SYSTOLIC, "systolic")]
    lower = [part for part in parts if _is_pressure(part, _DIASTOLIC, "diastolic")]
    return (upper[0], lower[0]) if len(upper) == len(lower) == 1 else None


def is_half_a_pressure(parts: Sequence[Mapping[str, Any]]) -> bool:
    """Whether only one side of a blood pressure is known by its name, or one stands twice."""
    either = _SYSTOLIC | _DIASTOLIC
    return pressure_of(parts) is None and any(_is_pressure(one, either, "stolic") for one in parts)


def _is_pressure(part: Mapping[str, Any], codes: frozenset[str], word: str) -> bool:
    code = part.get("code")
    # The code decides; the name is asked where the code is of neither.
    if code in _SYSTOLIC | _DIASTOLIC:
        return code in codes
    return word in str(part.get("what", "")).lower()


# The facts of a kind that belong into its one line, in this order.
_TOLD: Mapping[EntryKind, tuple[str, ...]] = {
    EntryKind.ATTENDANCE: ("arrival", "disposal"),
    EntryKind.CONTACT: ("mode", "outcome"),
    EntryKind.APPOINTMENT: ("mode", "outcome"),
    EntryKind.MEDICINE: ("dose",),
    EntryKind.ALLERGY: ("severity", "reactions"),
    EntryKind.ASSESSMENT: ("outcome",),
    EntryKind.REVIEW: ("review_reason", "outcome"),
    EntryKind.CARE_PACKAGE: ("provider", "hours_per_week"),
    EntryKind.REQUEST: ("outcome",),
    EntryKind.REFERRAL: ("need", "reason", "outcome"),
    EntryKind.EPISODE: ("team", "stream", "end_reason"),
    EntryKind.CARE_PLAN: ("trigger", "close_reason"),
    EntryKind.GOAL: ("achievement",),
    EntryKind.TASK: ("asked_of", "due", "done_at"),
    EntryKind.HAZARD: ("advice",),
    EntryKind.FLAG: ("advice",),
    EntryKind.FALL: ("harm", "where", "response"),
    EntryKind.CONCERN: ("type", "location"),
    EntryKind.IMMUNISATION: ("product", "not_given_because"),
    EntryKind.REPORT: ("conclusion",),
    EntryKind.DOCUMENT: ("type",),
    EntryKind.TIE: ("phones",),
}
_IN_WORDS = {
    "hours_per_week": lambda value: f"{said(value)} hours a week" if value else "",
    "due": lambda value: f"due {said(value)}",
    "done_at": lambda value: f"done {said(value)}",
    "asked_of": lambda value: f"asked of {value}",
    "disposal": lambda value: f"then {said(value)}",
    "response": lambda value: f"answered by {said(value)}",
    "harm": lambda value: "no harm" if value == "none" else f"{said(value)} harm",
}


_SURE = frozenset({"confirmed", "entered-in-error"})


def certainty(line: Line) -> str:
    """How sure a source is of a condition or allergy, where it is not: provisional, suspected."""
    if line.kind not in {EntryKind.CONDITION, EntryKind.ALLERGY}:
        return ""
    found = said(line.detail.get("certainty")).strip()
    return "" if found.lower() in _SURE else found.replace("-", " ")


def facts(line: Line) -> str:
    """The few facts that belong beside the title, in words."""
    found = [amount(line)]
    for key in _TOLD.get(line.kind, ()):
        value = line.detail.get(key)
        if value in (None, "", [], {}) or (value == "none" and line.kind is EntryKind.REVIEW):
            continue
        words = _IN_WORDS.get(key, said)(value)
        if words and words.lower() != line.title.lower() and words not in line.words:
            found.append(words)
    return "; ".join(part for part in found if part)
