"""Messages written by hand for these tests: one of each event, with any field replaced."""

from oneplace.feeds.hl7.reading import Message, read_message

IDENTIFIERS = "12345^^^ZZ8^MR~9990000018^^^NHS^NH"
LAYOUTS = {
    **dict.fromkeys(("A28", "A31"), "MSH EVN PID PD1 NK1 PV1"),
    **dict.fromkeys(("A18", "A30", "A34", "A36", "A40", "A43", "A47"), "MSH EVN PID MRG"),
    **dict.fromkeys(("A42", "A50"), "MSH EVN PID MRG PV1"),
}
VISIT_LAYOUT = "MSH EVN PID PD1 NK1 PV1 PV2 AL1 DG1 PR1"

Fields = dict[str, dict[int, str]]

BASE: Fields = {
    "MSH": {
        2: "^~\\&", 3: "PAS", 4: "ZZ8", 5: "ROUTE", 6: "ALLIANCE", 7: "20260312101500", 10: "Q1",
        11: "T", 12: "2.4", 18: "UNICODE UTF-8",
    },
    "EVN": {2: "20260312101400", 6: "20260312100000"},
    "PID": {
        1: "1", 3: IDENTIFIERS, 5: "BELL^ADA^M^^MRS^^L", 7: "19400506", 8: "F",
        11: "1 High Street^^Town^^ZZ1 1ZZ^GBR^H", 13: "02079460000^PRN^PH~07700900000^PRN^CP",
        15: "en", 16: "M", 22: "A", 30: "N", 31: "N", 32: "NSTS01",
    },
    "PD1": {3: "Old Surgery^^ZZ0001", 4: "L1^Grey^Ann^^^Dr"},
    "NK1": {1: "1", 2: "BELL^BOB", 3: "SPO^Spouse", 5: "07700900001^PRN^CP"},
    "PV1": {
        1: "1", 2: "I", 3: "W1^B1^3^ZZ8", 4: "21", 7: "C1^Ray^Mo^^^Mr^^ZZ8", 10: "300", 14: "19",
        19: "V1^^^ZZ8^VN", 44: "20260312100000",
    },
    "PV2": {3: "F1^Fall^SCT", 9: "20260320"},
    "AL1": {1: "1", 2: "DA", 3: "91936005^Penicillin^SCT", 4: "SV", 5: "Rash", 6: "20200102"},
    "DG1": {1: "1", 3: "S72.0^Fracture of neck of femur^I10", 5: "20260312", 6: "F"},
    "PR1": {1: "1", 3: "W37.1^Hip replacement^OPCS4", 5: "20260313", 6: "P"},
    "MRG": {1: "99999^^^ZZ8^MR~9990000026^^^NHS^NH"},
}  # fmt: skip


def line(name: str, fields: dict[int, str]) -> str:
    """A segment as written, its fields by HL7 number."""
    last = max(fields, default=0)
    parts = [fields.get(number, "") for number in range(1, last + 1)]
    return "|".join([name, *parts[1:]]) if name == "MSH" else "|".join([name, *parts])


def written(
    event: str = "A01",
    *,
    layout: str = "",
    codec: str = "utf-8",
    extra: str = "",
    **changes: object,
) -> bytes:
    """A message of an event; `PID={5: "X"}` replaces fields, `PV1=None` leaves a segment out."""
    names = (layout or LAYOUTS.get(event, VISIT_LAYOUT)).split()
    lines = []
    for name in names:
        if name in changes and changes[name] is None:
            continue
        fields = dict(BASE[name])
        if name == "MSH":
            fields[9] = f"ADT^{event}"
        if name == "PV1" and event in {"A28", "A31"}:
            fields = {1: "1", 2: "N"}
        given = changes.get(name)
        if isinstance(given, dict):
            fields |= given
        lines.append(line(name, fields))
    return "".join(text + "\r" for text in [*lines, *extra.split("\n")] if text).encode(codec)


def message(event: str = "A01", **changes: object) -> Message:
    """The same, read."""
    return read_message(written(event, **changes))  # type: ignore[arg-type]
