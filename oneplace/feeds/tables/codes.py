"""Partners' short words for what we have a word for: compared in small letters."""

from typing import Final

from oneplace.vocabulary.terms import BlockerType, Gender, NhsNumberStatus

GENDERS: Final = {
    "f": Gender.FEMALE, "female": Gender.FEMALE, "2": Gender.FEMALE, "w": Gender.FEMALE,
    "m": Gender.MALE, "male": Gender.MALE, "1": Gender.MALE,
    "i": Gender.INDETERMINATE, "9": Gender.INDETERMINATE, "indeterminate": Gender.INDETERMINATE,
    "other": Gender.INDETERMINATE, "o": Gender.INDETERMINATE, "non-binary": Gender.INDETERMINATE,
    "x": Gender.NOT_STATED, "n": Gender.NOT_STATED, "not stated": Gender.NOT_STATED,
    "not_stated": Gender.NOT_STATED, "prefer not to say": Gender.NOT_STATED,
    "u": Gender.NOT_KNOWN, "0": Gender.NOT_KNOWN, "unknown": Gender.NOT_KNOWN,
    "not known": Gender.NOT_KNOWN, "not_known": Gender.NOT_KNOWN,
}  # fmt: skip
"""NHS Data Dictionary, person stated gender code, with the words systems write instead."""

_STATUSES: Final = {
    "1": NhsNumberStatus.VERIFIED, "2": NhsNumberStatus.PRESENT_NOT_TRACED,
    "3": NhsNumberStatus.TRACE_REQUIRED, "4": NhsNumberStatus.NO_MATCH,
    "5": NhsNumberStatus.SEVERAL_MATCHES, "6": NhsNumberStatus.PRESENT_NOT_TRACED,
    "7": NhsNumberStatus.MISSING, "8": NhsNumberStatus.TRACE_REQUIRED,
}  # fmt: skip
NHS_NUMBER_STATUSES: Final = {
    form: status for code, status in _STATUSES.items() for form in (code, f"0{code}")
}
"""NHS number status indicator code (NHS Data Dictionary); spreadsheets take its nought away."""

ETHNICITIES: Final = {
    **{code.casefold(): code for code in "ABCDEFGHJKLMNPRSZ"}, "99": "99",
}  # fmt: skip
"""The 2001 census codes the NHS exchanges."""

BLOCKERS: Final = {word: BlockerType(word) for word in BlockerType.stored_words()}

NO_NEED: Final = frozenset({"", "none", "no", "n/a", "nil", "not known"})
"""What stands in a column of communication needs where there are none."""


def needs(text: str) -> tuple[str, ...]:
    """Communication needs in a cell: several are split at `;` and `|`."""
    parts = (part.strip() for part in text.replace("|", ";").split(";"))
    return tuple(part for part in parts if part.casefold() not in NO_NEED)
