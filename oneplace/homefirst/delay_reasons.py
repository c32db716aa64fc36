"""The reasons for which somebody ready to leave is there still, with their national group and code.

The list is data (`delay_reasons.toml`), because it changes by the year.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from oneplace.vocabulary.terms import BlockerType

_FILE: Final = Path(__file__).with_name("delay_reasons.toml")


@dataclass(frozen=True)
class DelayReason:
    """One reason: our word, the national group, and the code of the year where one was given."""

    blocker: str
    label: str
    group: str
    code: str


UNCODED: Final = DelayReason("", "Something else, as the hospital wrote it", "Not coded", "")
NOTHING: Final = DelayReason("", "Nothing was recorded", "Nothing was recorded", "")


class ReasonsProblem(ValueError):
    """The list of reasons is not as it must be; says where and what to do."""


@cache
def delay_reasons() -> Mapping[str, DelayReason]:
    """Every reason by the stored word of its `BlockerType`. Raises `ReasonsProblem`."""
    said = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    groups: dict[str, str] = said["groups"]
    found: dict[str, DelayReason] = {}
    for number, row in enumerate(said["reasons"], start=1):
        blocker, group = str(row.get("blocker", "")), str(row.get("group", ""))
        if blocker not in BlockerType.stored_words() or blocker in found:
            raise ReasonsProblem(
                f"{_FILE.name}, reason {number}: “{blocker}” is no kind of blocker, or stands "
                f"twice. Write one of: {', '.join(BlockerType.stored_words())}."
            )
        if group not in groups:
            raise ReasonsProblem(
                f"{_FILE.name}, reason {number}: “{group}” is no group. Write one of: "
                f"{', '.join(groups)}."
            )
        label = BlockerType(blocker).label
        found[blocker] = DelayReason(blocker, label, groups[group], str(row.get("code", "")))
    missing = [each for each in BlockerType.stored_words() if each not in found]
    if missing:
        raise ReasonsProblem(f"{_FILE.name} has no group for: {', '.join(missing)}. Add them.")
    return found


def reason_of(blocker: str, holder: str) -> DelayReason:
    """The reason of a counted wait; nothing recorded where neither what nor whose was written."""
    if not blocker and not holder:
        return NOTHING
    return delay_reasons().get(blocker, UNCODED)
