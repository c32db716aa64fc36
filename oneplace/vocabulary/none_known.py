"""“No known allergy”: how sources say it, in codes and in words, so that none reads it as one."""

import re
from collections.abc import Iterable
from typing import Final

CODES: Final[dict[str, str]] = {
    "716186003": "", "no-known-allergies": "", "nka": "", "160244002": "", "nkma": "medicines",
    "409137002": "medicines", "no-known-drug-allergies": "medicines", "nkda": "medicines",
    "429625007": "food", "nkfa": "food", "428607008": "environment",
}  # fmt: skip
"""Codes that say none is known, and of what; empty is of anything at all.

SNOMED CT, the examples of FHIR R4's allergy code set, and the short forms hospitals send in HL7 v2.
"""

_SAID: Final = re.compile(r"(?:no|nil|none) known\b(?! (?:cause|trigger))")
_TO: Final = re.compile(r"\bto (.+)$")
_OF: Final = {
    "drug": "medicines", "medic": "medicines", "food": "food", "environment": "environment",
}  # fmt: skip


def none_known_of(codes: Iterable[str], words: str) -> str | None:
    """Of what none is known, empty for of anything; None where an allergy is meant.

    By any of the codes, in whichever letters, else by words such as “No known drug allergies”.
    """
    for code in codes:
        found = CODES.get(code.strip().lower())
        if found is not None:
            return found
    text = " ".join(words.lower().replace(".", "").split())
    if text in CODES:
        return CODES[text]
    if _SAID.match(text) is None:
        return None
    known = next((of for word, of in _OF.items() if word in text), None)
    substance = _TO.search(text)
    return known or (substance[1] if substance else "")
