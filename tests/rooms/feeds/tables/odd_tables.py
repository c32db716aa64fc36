"""Makes tables as partners send them on their worst days: by seed, good, odd and broken rows mixed.

Every sheet of the GP extract, in every encoding, delimiter and habit of dates we know of.
"""

import random
from typing import Final, NamedTuple

from oneplace.feeds.reading import reader
from oneplace.feeds.tables.sheets import Sheet, SheetReader

_found = reader("gp_extract")
assert isinstance(_found, SheetReader)
SHEETS: Final[dict[str, Sheet]] = {sheet.name: sheet for sheet in _found.sheets}
_DAYS: Final = (
    "7/3/2026", "07-Mar-2026", "2026-03-07", "20260307", "7th March 2026", "Mar 7, 2026", "2025",
    "2025-11", "7/3/26", "1/1/1931",
)  # fmt: skip
_MOMENTS: Final = (
    *_DAYS, "07-Mar-2026 09:30", "2026-03-07T09:30:00Z", "2026-03-07 09:30:15+01:00",
    "29/03/2026 01:30", "25-Oct-2026 01:30", "7/3/2026, 9.30 pm", "202603070930", "1/1/2030 10:00",
)  # fmt: skip
_ODD: Final = (
    "", " ", "  x ", "31/02/2026", "not a date", "1,234.50", "£12", "-3", "7.0", "1e5", "9" * 60,
    "Ã©", "é", "naïve café", "\x1f", "\x1dN", "\\u0000", "a\\b", "\x1e", "{}", "%s %d", "=1+1",
    'a "quoted" word', "semi;colon", "com,ma", "ta\tb", "ba|r", "line\nbreak", "two\r\nlines",
    "x" * 1100, "Encounter/7", "dna", "TRAILER", "3", "\u2028", "🙂",
)  # fmt: skip
_USUAL: Final = {
    "PracticeCode": ("ZZ001", "ZZ002"), "Code": ("22298006", "100001", ""),
    "Term": ("Angina", "Blood pressure", ""), "Value": ("120", "83.40", "7", ""),
    "SecondValue": ("80", "", ""), "Unit": ("mmHg", "kg", ""), "Type": ("Condition", "repeat"),
    "Dose": ("1 daily", "two at night"), "Issues": ("3", "12.0", ""), "Minutes": ("10", "15"),
    "Mode": ("surgery", "Telephone", "home visit", "carrier pigeon"),
    "Outcome": ("attended", "DNA", "did not attend"), "Severity": ("severe", "mild"),
    "Reaction": ("rash", ""), "StaffID": ("S1", "S2", ""), "StaffRole": ("practice_nurse", ""),
}  # fmt: skip


class Odd(NamedTuple):
    """A table, and the name it came under."""

    name: str
    content: bytes


def odd_table(seed: int, *, rows: int = 60) -> Odd:
    """A table of some sheet; the same one for the same seed."""
    chance = random.Random(seed)
    sheet = SHEETS[chance.choice(sorted(SHEETS))]
    heading = list(sheet.columns)
    if chance.random() < 0.5:
        chance.shuffle(heading)
    optional = [name for name in heading if name not in sheet.needs]
    if optional and chance.random() < 0.3:
        heading.remove(chance.choice(optional))
    if chance.random() < 0.5:
        heading += ["Their own note", ""]
    delimiter = chance.choice([",", ",", ";", "\t", "|"])
    oddness = chance.choice([0.0, 0.0, 0.003, 0.05, 0.4])
    lines = [_line([_dressed(name, chance) for name in heading], chance, delimiter)]
    for _ in range(rows):
        lines.append(_line([_cell(name, chance, oddness) for name in heading], chance, delimiter))
        if chance.random() < oddness / 3:
            lines.append(chance.choice(["", " ", delimiter * (len(heading) - 1), "a,b", '"open']))
    if chance.random() < 0.2:
        lines.append(f"TRAILER{delimiter}{rows + chance.choice([0, 0, 1])}")
    if chance.random() < 0.1:
        lines.insert(0, f"sep={delimiter}")
    text = chance.choice(["\n", "\r\n"]).join(lines) + chance.choice(["", "\n"])
    return Odd(f"extract/2026-03-11/{sheet.name}.csv", _encoded(text, chance))


def _cell(name: str, chance: random.Random, oddness: float) -> str:
    if chance.random() < oddness:
        return chance.choice(_ODD)
    if name in _USUAL:
        return chance.choice(_USUAL[name])
    if name == "PatientID":
        return str(chance.randrange(12))
    if name in {"Taken", "Starts"}:
        return chance.choice(_MOMENTS)
    if name.endswith(("Date", "On", "Issued")) or name in {"Stopped", "Started"}:
        return chance.choice((*_DAYS, ""))
    return chance.choice(["", "some words", f"{name} {chance.randrange(5)}"])


def _dressed(name: str, chance: random.Random) -> str:
    return chance.choice([name, name, name.upper(), f" {name} ", name.lower()])


def _line(cells: list[str], chance: random.Random, delimiter: str) -> str:
    quoting = chance.random() < 0.2
    return delimiter.join(
        '"' + cell.replace('"', '""') + '"'
        if quoting or any(mark in cell for mark in (delimiter, '"', "\n", "\r"))
        else cell
        for cell in cells
    )


def _encoded(text: str, chance: random.Random) -> bytes:
    encoding = chance.choice(["utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16"])
    return text.encode(encoding, "replace")
