"""A calendar of huddles as iCalendar text (RFC 5545): when and where, nobody's name. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from oneplace.huddles.models import Meeting
from oneplace.kit.words import say
from oneplace.vocabulary.terms import MeetingState

_FOLD_AT: Final = 73
"""Octets of a line before it is folded; the standard allows 75 with the space of the next."""


def calendar_of(meetings: Iterable[Meeting], *, address: str) -> str:
    """The calendar of these meetings. Cancelled ones stay in it as cancelled."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//oneplace//huddles//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_text(say('{Huddles}'))}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ]
    for meeting in meetings:
        lines += _event(meeting, address)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(meeting: Meeting, address: str) -> list[str]:
    ends_at = meeting.starts_at + timedelta(minutes=meeting.minutes)
    is_off = meeting.state == MeetingState.CANCELLED
    where = ", ".join(filter(None, (meeting.place, meeting.video_link)))
    title = say("{Huddle}, {of}", of=meeting.series.name)
    said = f"{meeting.why}\n{address}" if meeting.why else address
    return [
        "BEGIN:VEVENT",
        f"UID:{meeting.pk}@oneplace",
        f"DTSTAMP:{_utc(meeting.starts_at)}",
        # A calendar keeps the version with the higher number; every move and cancelling counts.
        f"SEQUENCE:{meeting.changes}",
        f"DTSTART:{_utc(meeting.starts_at)}",
        f"DTEND:{_utc(ends_at)}",
        f"SUMMARY:{_text(('Cancelled: ' if is_off else '') + title)}",
        f"LOCATION:{_text(where)}",
        f"DESCRIPTION:{_text(said)}",
        f"STATUS:{'CANCELLED' if is_off else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> list[str]:
    """A line in pieces of at most 75 octets, never through the middle of a character."""
    pieces, piece = [], ""
    for sign in line:
        if len((piece + sign).encode()) > _FOLD_AT:
            pieces.append(piece)
            piece = " "
        piece += sign
    return [*pieces, piece]
