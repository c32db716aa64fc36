"""What a term is: a word stored one way and shown another; and what a table of states is."""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Self, TypeVar


class Term(enum.StrEnum):
    """A closed list of words: `.value` is the stable stored word, `.label` the plain words shown.

    A member is written `NAME = "stored_word", "Words shown"`. The stored word never changes once
    released: rows, feeds and the snapshot hold it. The label may be improved at any time.

    Where a place has its own word for what is named, a third text says it with that word in
    braces, "In a {huddle}": `Place.label_of` fills it in, and pages show that. `.label` is what
    the product calls it, for the documents and wherever no place is known.
    """

    label: str
    label_here: str

    def __new__(cls, value: str, label: str = "", label_here: str = "") -> Self:
        """Make a member that is its stored word and knows the words shown for it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.label_here = label_here
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Pairs of stored word and words shown, in the order written, for forms and fields."""
        return [(member.value, member.label) for member in cls]

    @classmethod
    def stored_words(cls) -> tuple[str, ...]:
        """The stored words, in the order written."""
        return tuple(member.value for member in cls)


State = TypeVar("State", bound=Term)


@dataclass(frozen=True)
class Transitions(Generic[State]):
    """Which state may follow which, as a table; the diagrams in the documents are drawn from it.

    `allowed` has one row per state that can be left, in the order of the work. `with_reason` are
    the states nobody may enter without giving a reason.
    """

    start: State
    allowed: Mapping[State, tuple[State, ...]]
    with_reason: frozenset[State] = field(default_factory=frozenset)

    def may(self, before: State, after: State) -> bool:
        """Whether `after` may directly follow `before`."""
        return after in self.allowed.get(before, ())

    def after(self, state: State) -> tuple[State, ...]:
        """The states that may directly follow, none for a final one."""
        return self.allowed.get(state, ())

    def is_final(self, state: State) -> bool:
        """Whether nothing follows this state."""
        return not self.after(state)

    def needs_reason(self, state: State) -> bool:
        """Whether entering this state needs a reason."""
        return state in self.with_reason

    def why_not(self, before: State, after: State, *, reason: object = None) -> str | None:
        """Why `after` may not follow `before` with this reason, in plain words, or None."""
        if not self.may(before, after):
            following = self.after(before)
            if not following:
                return f"This is {_lower(before.label)}, and nothing follows that."
            choices = _one_of(_lower(state.label) for state in following)
            return (
                f"This is {_lower(before.label)}; it cannot become {_lower(after.label)} "
                f"from there, only {choices}."
            )
        if self.needs_reason(after) and not reason:
            return f"Give a reason for “{_lower(after.label)}”."
        return None

    def reachable(self) -> frozenset[State]:
        """Every state that can be reached from the start, the start included."""
        found: set[State] = set()
        waiting = [self.start]
        while waiting:
            state = waiting.pop()
            if state not in found:
                found.add(state)
                waiting.extend(self.after(state))
        return frozenset(found)


def _lower(label: str) -> str:
    """A label within a sentence: a leading capital goes unless the word is written in capitals."""
    first_word = label.split(" ", 1)[0]
    if len(first_word) > 1 and first_word.upper() == first_word:
        return label
    return label[:1].lower() + label[1:]


def _one_of(words: Iterable[str]) -> str:
    listed = list(words)
    if len(listed) == 1:
        return listed[0]
    return f"{', '.join(listed[:-1])} or {listed[-1]}"
