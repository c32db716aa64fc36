"""Writes acknowledgements: who is answered, with which code, and where the faults are.

In original mode a message has one answer: AA, AE or AR. In enhanced mode (MSH-15 or MSH-16
filled) the sender asks for a commit answer (CA, CE, CR) on MSH-15's condition, and for an
application answer (AA, AE, AR) on MSH-16's. An acknowledgement is never itself acknowledged.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from oneplace.feeds.hl7.checking import (
    ERROR_TEXTS,
    SEGMENT_SEQUENCE,
    WRONG_TYPE,
    Fault,
    worst,
)
from oneplace.feeds.hl7.habits import Answer
from oneplace.feeds.hl7.reading import Encoding, Message, Refusal
from oneplace.feeds.hl7.times import written

_COMMIT: Final = {Answer.ACCEPT: "CA", Answer.ERROR: "CE", Answer.REJECT: "CR"}
_LONGEST_TEXT: Final = 80
_MOST_FAULTS: Final = 20
# From 2.5 on, ERR is one segment per fault with a location of its own type.
_OLD_ERR_VERSIONS: Final = ("2.1", "2.2", "2.3", "2.4")
_MARKS: Final = "^~\\&"
# What stands in for the header of something that has none: from nobody, to nobody.
_NO_HEADER: Final = ["|", _MARKS, *[""] * 8, "P", "2.4"]
_SEVERITY: Final = {Answer.ACCEPT: "W", Answer.ERROR: "E", Answer.REJECT: "E"}


@dataclass(frozen=True)
class Answers:
    """What to send back: at once on the same connection, and later as a message of its own."""

    at_once: bytes | None
    later: bytes | None = None


def answers(
    message: Message, faults: tuple[Fault, ...], *, at: datetime, control_id: str
) -> Answers:
    """The acknowledgements a message asks for.

    `at` is when the answer is written, `control_id` our own number for it; the second answer, if
    one is wanted, gets the same with `A` after it. What was done about a duplicate is not told: its
    answer is that of the first.
    """
    if message.kind == "ACK":
        return Answers(None)
    answer = worst(faults)
    accept, application = message.text("MSH", 15), message.text("MSH", 16)
    if not accept and not application:
        return Answers(_written(message, answer.value, faults, at, control_id))
    commit = _written(message, _COMMIT[answer], faults, at, control_id)
    applied = _written(message, answer.value, faults, at, control_id + "A")
    wants_commit, wants_application = _wants(accept, answer), _wants(application, answer)
    if wants_commit:
        return Answers(commit, applied if wants_application else None)
    return Answers(applied if wants_application else None)


def answer_to_unreadable(
    content: bytes, refusal: Refusal, *, at: datetime, control_id: str, is_awaited: bool = False
) -> bytes | None:
    """A rejection of something unreadable, with its place as far as the refusal knows it.

    Without a header that can be answered there is none, unless somebody waits for it: then it is
    written by the standard's own separators and names no message. An acknowledgement has none.
    """
    header = _header_of(content)
    if header is None:
        header = _NO_HEADER if is_awaited else None
    if header is None or header[8].split(header[1][:1] or "^")[0] == "ACK":
        return None
    mark, marks = header[0], header[1]
    encoding = Encoding(mark, *[*marks[:4], "", "", ""][:4])
    fault = Fault(
        refusal.segment or "MSH", 1, refusal.field, 1, 0, _ascii(refusal.reason), Answer.REJECT,
        WRONG_TYPE if refusal.field else SEGMENT_SEQUENCE,
    )  # fmt: skip
    text = str(fault) if refusal.segment else fault.reason
    msh = mark.join(
        ["MSH", marks, header[4], header[5], header[2], header[3], written(at), "", "ACK",
         control_id, header[10], header[11]]
    )  # fmt: skip
    msa = mark.join(["MSA", Answer.REJECT.value, header[9], encoding.escaped(text[:_LONGEST_TEXT])])
    lines = [msh, msa, *_err(encoding, header[11].split(marks[0])[0], (fault,))]
    return "".join(line + "\r" for line in lines).encode("ascii", "replace")


def _header_of(content: bytes) -> list[str] | None:
    """The header's fields by HL7's numbers from 2 on, after its separator; None where it is none.

    The first two are the field separator and MSH-2.
    """
    line = content.lstrip(b"\x0b\r\n").replace(b"\n", b"\r").split(b"\r", 1)[0]
    header = line.decode("ascii", "replace")
    if not header.startswith("MSH") or len(header) < 5:
        return None
    mark = header[3]
    fields = header.split(mark)
    if len(fields) < 10 or mark.isalnum() or not 32 < ord(mark) < 127:
        return None
    is_well = 0 < len(fields[1]) <= 5 and fields[1].isascii() and mark not in fields[1]
    marks = fields[1] if is_well else _MARKS
    back = [fields[place] if place < len(fields) else "" for place in range(12)]
    return [mark, marks, *back[2:]]


def _wants(condition: str, answer: Answer) -> bool:
    """Whether MSH-15 or MSH-16 asks for this answer: AL always, NE never, ER, SU."""
    if condition == "ER":
        return answer is not Answer.ACCEPT
    if condition == "SU":
        return answer is Answer.ACCEPT
    return condition == "AL"


def _written(
    message: Message, code: str, faults: tuple[Fault, ...], at: datetime, control_id: str
) -> bytes:
    encoding, header = message.encoding, message.header
    mark, component = encoding.field, encoding.component
    event = header.field(9).split(component)
    kind = component.join(["ACK", *event[1:2]])
    if len(event) > 2:
        kind += component + "ACK"
    msh = mark.join(
        [
            "MSH", header.field(2), header.field(5), header.field(6), header.field(3),
            header.field(4), written(at), "", kind, encoding.escaped(control_id),
            header.field(11), header.field(12), "", "", "", "", "", header.field(18),
        ]
    ).rstrip(mark)  # fmt: skip
    gravest = [fault for fault in faults if fault.answer is worst(faults)]
    text = encoding.escaped(str(gravest[0])[:_LONGEST_TEXT]) if gravest else ""
    msa = mark.join(["MSA", code, header.field(10), text]).rstrip(mark)
    lines = [msh, msa, *_err(encoding, message.text("MSH", 12), faults[:_MOST_FAULTS])]
    content = "".join(line + "\r" for line in lines)
    return content.encode(encoding.codec, "replace")


def _err(encoding: Encoding, version: str, faults: tuple[Fault, ...]) -> list[str]:
    if not faults:
        return []
    mark, component = encoding.field, encoding.component
    if not version or version.startswith(_OLD_ERR_VERSIONS):
        # ELD: segment, sequence, field, and the code of the fault as one component.
        inner = encoding.subcomponent or " "
        places = [
            component.join(
                [
                    fault.segment, str(fault.occurrence), str(fault.field or ""),
                    inner.join([fault.code, ERROR_TEXTS[fault.code], "HL70357"]),
                ]
            )
            for fault in faults
        ]  # fmt: skip
        if not encoding.repetition:
            return ["ERR" + mark + places[0]]
        return ["ERR" + mark + encoding.repetition.join(places)]
    return [
        mark.join(
            [
                "ERR", "", _location(fault, component),
                component.join([fault.code, ERROR_TEXTS[fault.code], "HL70357"]),
                _SEVERITY[fault.answer], "", "", "", encoding.escaped(fault.reason),
            ]
        )
        for fault in faults
    ]  # fmt: skip


def _location(fault: Fault, component: str) -> str:
    parts = [fault.segment, str(fault.occurrence)]
    if fault.field:
        parts += [str(fault.field), str(fault.repetition)]
    if fault.field and fault.component:
        parts.append(str(fault.component))
    return component.join(parts)


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode("ascii")
