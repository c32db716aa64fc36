"""The file the national service takes and gives back: one NHS number on a line, no heading.

Organisations that use the service write a comma after each number and end lines with a line feed
alone (published accounts of its use, 2021 to 2024; to verify with the service's own guide). A place
says otherwise with `national_opt_out.line_ends_with`; either is read.
"""

from collections.abc import Iterable
from pathlib import Path

from oneplace.kit.refusals import Refused
from oneplace.vocabulary.nhs_number import tidy, why_not_valid


def written(numbers: Iterable[str], *, line_ends_with: str) -> str:
    """The text of a file that asks about these numbers."""
    return "".join(f"{number}{line_ends_with}\n" for number in numbers)


def numbers_in(path: Path) -> frozenset[str]:
    """The numbers of a file that came back; raises `Refused` naming the first line that is none.

    A line is named by its place, never by what it says: it could be anybody's number.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path.name} cannot be read as text: {type(error).__name__}.") from error
    found = set()
    for place, line in enumerate(text.splitlines(), 1):
        if not (cell := line.strip().rstrip(",").strip()):
            continue
        if why_not_valid(cell):
            raise Refused(
                f"Line {place} of {path.name} is no NHS number. The file holds one on each line, "
                "as it came back; nothing was taken in."
            )
        found.add(tidy(cell))
    return frozenset(found)
