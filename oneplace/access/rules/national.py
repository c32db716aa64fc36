"""When the national data opt-out must have been asked about, and which answer fits a question."""

from collections.abc import Collection
from typing import Final

from oneplace.access.models.national import NationalCheck
from oneplace.kit.formats import plural
from oneplace.vocabulary.place import SharingRule
from oneplace.vocabulary.terms import Purpose

FOR_CARE: Final = (Purpose.DIRECT_CARE, Purpose.SAFEGUARDING)
"""The opt-out stops neither (national data opt-out operational policy guidance 4.0)."""

ASK_FIRST: Final = (
    "Nothing waits for an answer. Write a file of numbers first: "
    "oneplace access national-opt-out ask FILE"
)


def needs_clearance(purpose: Purpose, sharing: SharingRule) -> bool:
    """Whether only people the national service gave back may be used for this purpose."""
    return purpose not in FOR_CARE and sharing.respects_national_opt_out


def why_not_ask(numbers: Collection[str]) -> str | None:
    """Why no file of these numbers can be asked about."""
    return None if numbers else "Nobody here has a sound NHS number, so there is nothing to ask."


def why_not_answer(
    check: NationalCheck | None, numbers: Collection[str], *, not_asked: int
) -> str | None:
    """Why these numbers cannot be the answer to what was asked last."""
    if check is None:
        return ASK_FIRST
    if not numbers:
        return (
            "The file holds no number. An answer in which everybody has opted out is not believed: "
            "ask the national service's helpdesk what went wrong."
        )
    if not_asked:
        return (
            f"The file holds {plural(not_asked, 'number')} nobody asked about, so it answers "
            "another question. Use the answer to the last file written, or ask anew."
        )
    return None
