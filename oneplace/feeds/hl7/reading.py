"""Reads HL7 v2 messages: bytes become segments, fields, repetitions, components, subcomponents.

Nothing is assumed of the separators: they are those of the message in hand (MSH-1, MSH-2). Fields
are split at once, what lies within them when somebody asks. Segments end with CR; LF and CRLF are
read too. A file may hold message after message, or batches between headers and trailers; what a
header declares as one unit is taken whole or not at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple, NoReturn

from oneplace.feeds.hl7.tables import charsets

DELETE: Final = '""'
"""A field of two quotation marks asks to delete what is stored; an empty one says nothing."""

LARGEST: Final = 1_048_576
"""Bytes in the largest message read, if nothing else is said."""

_UNITS: Final = (b"MSH", b"FHS", b"BHS", b"BTS", b"FTS")
# MLLP marks and the old end-of-file mark get into files.
_AROUND: Final = b"\r\n\x0b\x1c\x1a"
_BEFORE_A_LINE: Final = {b"", b"\r", b"\n", b"\x0b", b"\x1c"}
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_LINE_END: Final = re.compile(rb"[\r\n]")
_NAME_LENGTH: Final = 3
_CHARSET_FIELD: Final = 18
_SHOWN: Final = 40


@dataclass(frozen=True)
class Refusal:
    """Why something could not be read, and where it stands."""

    reason: str
    message: int = 0
    """Which message of the file, from 1; 0 where it belongs to none."""
    offset: int = 0
    """The byte of the file."""
    file: str = ""
    segment: str = ""
    field: int = 0

    def __str__(self) -> str:
        """One sentence for the worklist and the log."""
        where = [self.file] if self.file else []
        if self.message:
            where.append(f"message {self.message}")
        if self.segment:
            where.append(self.segment + (f"-{self.field}" if self.field else ""))
        where.append(f"byte {self.offset}")
        return f"{', '.join(where)}: {self.reason}"


class Unreadable(Exception):
    """A message could not be read; `refusal` says why and where."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


class Encoding(NamedTuple):
    """How one message is written: its separators and character set.

    A separator the sender does not declare is empty, and then nothing is split by it.
    """

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    codec: str = "ascii"
    charset: str = ""
    """MSH-18 as sent, else the feed's own; empty where neither says anything."""
    is_declared: bool = False
    """Whether MSH-18 says it."""

    def repetitions(self, text: str) -> list[str]:
        """A field's repetitions, as written; one of nothing for an empty field."""
        mark = self.repetition
        return text.split(mark) if mark and mark in text else [text]

    def components(self, text: str) -> list[str]:
        """The components of a repetition, as written."""
        return text.split(self.component)

    def subcomponents(self, text: str) -> list[str]:
        """The subcomponents of a component, as written."""
        mark = self.subcomponent
        return text.split(mark) if mark and mark in text else [text]

    def plain(self, text: str) -> str:
        """The text with its escapes resolved; one we do not know is left as it stands."""
        mark = self.escape
        return _unescaped(self, text) if mark and mark in text else text

    def escaped(self, text: str) -> str:
        """Plain text made fit to stand in a message written this way; it stays on one line."""
        for character, code in (
            (self.escape, "E"), (self.field, "F"), (self.component, "S"),
            (self.repetition, "R"), (self.subcomponent, "T"),
        ):  # fmt: skip
            if character and character in text:
                # Without an escape character the separator cannot be said at all.
                put = f"{self.escape}{code}{self.escape}" if self.escape else " "
                text = text.replace(character, put)
        ends = text.replace("\r\n", "\n").replace("\r", "\n")
        return ends.replace("\n", f"{self.escape}.br{self.escape}" if self.escape else " ")


class Segment(NamedTuple):
    """One segment; `fields[n]` is field n by its HL7 number, and `fields[0]` the name."""

    name: str
    fields: tuple[str, ...]

    def field(self, number: int) -> str:
        """A field as written, empty where the segment ends before it."""
        return self.fields[number] if number < len(self.fields) else ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it was sent, split into segments and fields."""

    segments: tuple[Segment, ...]
    encoding: Encoding
    raw: bytes = field(repr=False)
    kind: str = ""
    """The message type, such as ADT."""
    event: str = ""
    """The event, such as A01: from MSH-9, as EVN-1 is not used in the UK."""
    number: int = 1
    offset: int = 0
    file: str = ""

    @property
    def header(self) -> Segment:
        """The MSH segment."""
        return self.segments[0]

    def first(self, name: str) -> Segment | None:
        """The first segment of that name."""
        for segment in self.segments:
            if segment.name == name:
                return segment
        return None

    def every(self, name: str) -> list[Segment]:
        """All segments of that name, in order."""
        return [segment for segment in self.segments if segment.name == name]

    def text(self, name: str, number: int, component: int = 1, repetition: int = 1) -> str:
        """One component as plain text, by HL7's numbers, from the first segment of that name."""
        segment = self.first(name)
        if segment is None:
            return ""
        repetitions = self.encoding.repetitions(segment.field(number))
        if repetition > len(repetitions):
            return ""
        components = self.encoding.components(repetitions[repetition - 1])
        if component > len(components):
            return ""
        return self.encoding.plain(components[component - 1])

    @property
    def control_id(self) -> str:
        """The sender's number for this message."""
        return self.text("MSH", 10)


@dataclass(frozen=True)
class Reading:
    """What a file held: the messages that can be read, and why others cannot."""

    messages: tuple[Message, ...]
    refused: tuple[Refusal, ...]


def read_message(
    content: bytes, *, number: int = 1, offset: int = 0, file: str = "", charset: str = "",
    largest: int = LARGEST,
) -> Message:  # fmt: skip
    """One message; raises `Unreadable`. `charset` is taken where MSH-18 says none.

    Where neither names a character set and the message is not ASCII it is read as UTF-8 if it can
    be, else as ISO 8859-1.
    """
    raw = content.strip(_AROUND)
    if raw.startswith(_BYTE_ORDER_MARK):
        raw = raw[3:]
    where = _Where(number, offset, file)
    if len(raw) > largest:
        where.refuse(f"The message has {len(raw):,} bytes; at most {largest:,} are read.")
    encoding = _encoding_of(raw, charset, where)
    try:
        text = raw.decode(encoding.codec)
    except UnicodeDecodeError as error:
        if encoding.charset:
            _refuse_byte(raw, error.start, encoding, where)
        encoding = encoding._replace(codec=_likely(raw))
        text = raw.decode(encoding.codec)
    if "\x00" in text:
        place = raw.index(b"\x00")
        segment, number_of_field = _place_of(raw, place, encoding)
        where.refuse("A byte of value nought cannot be stored.", place, segment, number_of_field)
    segments = _segments(text, encoding, where)
    kind, event = _kind_and_event(encoding, segments[0].field(9))
    return Message(segments, encoding, raw, kind, event, number, offset, file)


def read_file(
    content: bytes, *, file: str = "", charset: str = "", largest: int = LARGEST
) -> Reading:
    """Every message of a file, with or without batch headers; never raises."""
    pile = _Pile()
    starts = unit_starts(content)
    lead = content[: starts[0]] if starts else content
    if lead.strip(_AROUND + _BYTE_ORDER_MARK + b" \t"):
        shown = lead.strip()[:_SHOWN]
        pile.refuse(Refusal(f"Expected a message to begin with MSH, found {shown!r}.", file=file))
    for start, end in pairwise([*starts, len(content)]):
        piece = content[start:end]
        if piece.startswith(b"MSH"):
            pile.count += 1
            try:
                message = read_message(
                    piece, number=pile.count, offset=start, file=file, charset=charset,
                    largest=largest,
                )  # fmt: skip
            except Unreadable as unreadable:
                pile.refuse(unreadable.refusal)
            else:
                pile.add(message)
        else:
            pile.envelope(piece, start, file)
    return pile.done(file, len(content))


def unit_starts(content: bytes) -> list[int]:
    """Where messages and the headers and trailers of batches begin, in order."""
    return sorted(place for name in _UNITS for place in _line_starts(content, name))


def _line_starts(content: bytes, name: bytes) -> Iterator[int]:
    """Where lines begin with this name."""
    place = content.find(name)
    while place >= 0:
        before = content[max(place - 1, 0) : place]
        if before in _BEFORE_A_LINE or (place == 3 and content[:3] == _BYTE_ORDER_MARK):
            yield place
        place = content.find(name, place + 3)


class _Where(NamedTuple):
    number: int
    offset: int
    file: str

    def refuse(self, reason: str, byte: int = 0, segment: str = "", field: int = 0) -> NoReturn:
        raise Unreadable(
            Refusal(reason, self.number, self.offset + byte, self.file, segment, field)
        )


@dataclass
class _Unit:
    """A declared unit being read: what was said before it, and what it holds so far."""

    name: str
    offset: int
    messages: list[Message] = field(default_factory=list)
    faults: list[Refusal] = field(default_factory=list)
    seen: int = 0
    """Messages and unreadable ones, to hold against the trailer's count."""
    batches: int = 0


class _Pile:
    """Collects messages, and holds declared units back until their trailer agrees."""

    _TRAILERS: Final = {"FTS": "FHS", "BTS": "BHS"}

    def __init__(self) -> None:
        self.count = 0
        self._messages: list[Message] = []
        self._refused: list[Refusal] = []
        self._open: list[_Unit] = []

    def add(self, message: Message) -> None:
        if self._open:
            self._open[-1].messages.append(message)
            self._open[-1].seen += 1
        else:
            self._messages.append(message)

    def refuse(self, refusal: Refusal) -> None:
        if self._open:
            self._open[-1].faults.append(refusal)
            self._open[-1].seen += refusal.message > 0
        else:
            self._refused.append(refusal)

    def envelope(self, piece: bytes, offset: int, file: str) -> None:
        name = piece[:3].decode("ascii")
        if name in {"FHS", "BHS"}:
            if name == "FHS" and self._open:
                self._cut_short("a new file header", offset, file, down_to=0)
            elif self._open and self._open[-1].name == name:
                self._cut_short("another batch header", offset, file, down_to=len(self._open) - 1)
            self._open.append(_Unit(name, offset))
            return
        header = self._TRAILERS[name]
        if not any(unit.name == header for unit in self._open):
            self._refused.append(
                Refusal(f"A trailer {name} without its header {header}.", 0, offset, file)
            )
            return
        if self._open[-1].name != header:
            self._cut_short(f"its file's trailer {name}", offset, file, down_to=1)
        unit = self._open.pop()
        self._check_count(unit, piece, offset, file)
        self._close(unit)

    def done(self, file: str, length: int) -> Reading:
        self._cut_short("the end of the file", length, file, down_to=0)
        return Reading(tuple(self._messages), tuple(self._refused))

    def _check_count(self, unit: _Unit, piece: bytes, offset: int, file: str) -> None:
        line = _LINE_END.split(piece, maxsplit=1)[0].decode("latin-1")
        parts = line.split(line[3]) if len(line) > _NAME_LENGTH else [line]
        said = parts[1].strip() if len(parts) > 1 else ""
        if not said:
            return
        counts_batches = unit.name == "FHS" and unit.batches > 0
        held, things = (unit.batches, "batches") if counts_batches else (unit.seen, "messages")
        if not (said.isascii() and said.isdigit()) or int(said[:9]) != held:
            reason = f"{line[:3]}-1 counts {said[:_SHOWN]!r} {things}; {held} were found."
            unit.faults.append(Refusal(reason, 0, offset, file, line[:3], 1))

    def _cut_short(self, by: str, offset: int, file: str, *, down_to: int) -> None:
        while len(self._open) > down_to:
            unit = self._open.pop()
            reason = f"{unit.name} opened a unit that {by} cut short: no trailer came."
            unit.faults.append(Refusal(reason, 0, offset, file, unit.name))
            self._close(unit)

    def _close(self, unit: _Unit) -> None:
        """Hand a finished unit's content to the one around it, or to the file."""
        around = self._open[-1] if self._open else None
        faults = list(unit.faults)
        if faults and unit.messages:
            cause = faults[0]
            faults += [
                Refusal(
                    f"It belongs to a unit that was refused whole: {cause.reason}",
                    message.number, message.offset, message.file,
                )
                for message in unit.messages
            ]  # fmt: skip
        if around is None:
            self._refused += faults
            self._messages += [] if faults else unit.messages
            return
        around.faults += faults
        around.messages += [] if faults else unit.messages
        around.seen += unit.seen
        around.batches += 1


def _encoding_of(raw: bytes, charset: str, where: _Where) -> Encoding:
    if not raw.startswith(b"MSH") or len(raw) < 5:
        where.refuse(f"Expected a message to begin with MSH, found {raw[:_SHOWN]!r}.")
    end = _LINE_END.search(raw)
    header = (raw[: end.start()] if end else raw).decode("latin-1")
    if len(header) < 4:
        where.refuse(
            "MSH stands alone on its line: no separator says where its fields begin.", 1, "MSH", 1
        )
    mark = header[3]
    fields = header.split(mark, _CHARSET_FIELD)
    said = fields[_CHARSET_FIELD - 1] if len(fields) >= _CHARSET_FIELD else ""
    found = _encoding(mark, fields[1], said, charset)
    if isinstance(found, str):
        where.refuse(found, 3, "MSH", 2)
    if found.codec == "":
        known = ", ".join(sorted(charsets()))
        reason = f"Character set {found.charset[:_SHOWN]!r} is not one we read ({known})."
        where.refuse(reason, 0, "MSH", _CHARSET_FIELD)
    return found


@lru_cache(maxsize=256)
def _encoding(mark: str, marks: str, said: str, charset: str) -> Encoding | str:
    """How a message is written, or why its separators cannot be."""
    declared = mark + marks[:4]
    if not marks:
        return "MSH-2 is empty: it must say at least the component separator."
    odd = next((each for each in declared if each.isalnum() or not 32 < ord(each) < 127), None)
    if odd is not None:
        return f"{odd!r} cannot be a separator."
    if len(set(declared)) < len(declared):
        return f"The separators {declared!r} are not all different."
    padded = [*marks[:4], "", "", ""]
    # MSH-18 may repeat; the first is the one the message is written in.
    declared_name = (said.split(padded[1], 1)[0] if padded[1] else said).strip()
    name = declared_name or charset
    codec = charsets().get((name or "ASCII").upper(), "")
    return Encoding(
        mark, padded[0], padded[1], padded[2], padded[3], codec, name, bool(declared_name)
    )


@lru_cache(maxsize=256)
def _kind_and_event(encoding: Encoding, text: str) -> tuple[str, str]:
    parts = encoding.components(encoding.repetitions(text)[0])
    return encoding.plain(parts[0]), encoding.plain(parts[1]) if len(parts) > 1 else ""


def _segments(text: str, encoding: Encoding, where: _Where) -> tuple[Segment, ...]:
    if "\n" in text:
        text = text.replace("\r\n", "\r").replace("\n", "\r")
    mark = encoding.field
    found: list[Segment] = []
    for line in text.split("\r"):
        if not line:
            continue
        parts = line.split(mark)
        name = parts[0]
        if len(name) != _NAME_LENGTH or not (name.isalnum() and name.isascii()):
            _refuse_line(line, len(found), where)
        if name == "MSH":
            if found:
                where.refuse("A second MSH stands inside the message.", 0, "MSH")
            # MSH-1 is the separator itself, so every number is one more than its place.
            parts.insert(1, mark)
        found.append(Segment(name, tuple(parts)))
    return tuple(found)


def _refuse_line(line: str, before: int, where: _Where) -> NoReturn:
    shown = line[:_SHOWN]
    reason = f"Line {before + 1} begins with no segment name of three letters: {shown!r}."
    where.refuse(reason)


def _refuse_byte(raw: bytes, place: int, encoding: Encoding, where: _Where) -> NoReturn:
    segment, number = _place_of(raw, place, encoding)
    said_by = "MSH-18 declares" if encoding.is_declared else "holds for this feed"
    where.refuse(
        f"Byte 0x{raw[place]:02X} is not {encoding.charset[:_SHOWN]}, which {said_by}. Ask the "
        "sender to name in MSH-18 the character set it writes in, such as UNICODE UTF-8.",
        place, segment, number,
    )  # fmt: skip


def _likely(raw: bytes) -> str:
    """The codec of bytes nobody says anything of: other text is hardly ever valid UTF-8."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "iso8859-1"
    return "utf-8"


def _place_of(raw: bytes, place: int, encoding: Encoding) -> tuple[str, int]:
    """The segment and field a byte stands in."""
    line = _LINE_END.split(raw[:place])[-1]
    mark = encoding.field.encode("ascii")
    name = line[:3].decode("ascii", "replace")
    return name, line.count(mark) + (name == "MSH")


_PLAIN_ESCAPES: Final = {".br": "\n", ".sp": "\n", "H": "", "N": ""}


def _unescaped(encoding: Encoding, text: str) -> str:
    mark = encoding.escape
    pieces = list(_unescaped_pieces(encoding, text.split(mark), mark))
    return "".join(pieces)


def _unescaped_pieces(encoding: Encoding, parts: list[str], mark: str) -> Iterator[str]:
    yield parts[0]
    place = 1
    while place < len(parts):
        is_closed = place + 1 < len(parts)
        meant = _meant(encoding, parts[place]) if is_closed else None
        if meant is None:
            # No escape we know, or one never closed: both marks stand for themselves.
            yield mark + parts[place]
            place += 1
            continue
        yield meant
        yield parts[place + 1]
        place += 2


def _meant(encoding: Encoding, code: str) -> str | None:
    separators = {
        "F": encoding.field, "S": encoding.component, "R": encoding.repetition,
        "E": encoding.escape, "T": encoding.subcomponent,
    }  # fmt: skip
    if code in separators:
        return separators[code]
    if code in _PLAIN_ESCAPES:
        return _PLAIN_ESCAPES[code]
    if code[:1] == "X" and len(code) > 1:
        try:
            meant = bytes.fromhex(code[1:]).decode(encoding.codec)
        except ValueError:
            return None
        return None if "\x00" in meant else meant
    return None
