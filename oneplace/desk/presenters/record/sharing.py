"""What the viewer sees of a person and why: the traffic light, and words where a part is closed.

It speaks of roles, agreements and choices, never of what is there: so it says the same of a record
that holds nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from oneplace.access.rule.decide import Because, objects, part_words
from oneplace.access.rule.light import Light, Sentence
from oneplace.access.viewer import Viewer
from oneplace.kit.addresses import address_of
from oneplace.vocabulary.rows.categories import CATEGORY_OF_KIND
from oneplace.vocabulary.terms import DataCategory, EntryKind

WORTH_A_LANE: Final = (
    DataCategory.EVENTS,
    DataCategory.HEALTH,
    DataCategory.CARE,
    DataCategory.SUPPORT,
    DataCategory.NOTES,
)
"""Parts that make a lane: somebody of whom alerts alone come has an empty one."""

_SHORT: Final = {
    Because.NEEDS_YES: "shared with you once the person has said yes",
    Because.CHOICE: "kept back by the person’s choices",
    Because.NO_AGREEMENT: "not shared with you: no agreement in force lets it",
    Because.OUT_OF_REACH: "beyond what connects you with this person",
    Because.NOT_IN_ROLE: "not shared with your role",
    Because.RECORD_CLOSED: "closed to you",
}
"""Why something is closed, in few words; the first that fits is what may yet be changed."""
_NOBODY: Final = "not shared with anybody: whose it is has not been said"


@dataclass(frozen=True)
class SharingLine:
    """The light in the banner: a sign, a word, and where the reasons stand."""

    sign: str
    says: str
    address: str


@dataclass(frozen=True)
class PartShown:
    """Parts of a record of which the same is true, a sentence for all partners alike."""

    names: tuple[str, ...]
    sentences: tuple[Sentence, ...]

    @property
    def state(self) -> str:
        """Open, closed or in part, in words."""
        opens = {one.is_open for one in self.sentences}
        return "In part" if len(opens) > 1 else "Open" if opens == {True} else "Closed"


@dataclass(frozen=True)
class SharingShown:
    """What you see here, and why."""

    record: str
    parts: tuple[PartShown, ...]
    ask: tuple[str, ...]
    """Whom to ask, each once."""

    @classmethod
    def of(cls, light: Light) -> "SharingShown":
        """The section of a light."""
        sentences = light.sentences
        rows: dict[tuple[str, ...], list[DataCategory]] = {}
        for part in dict.fromkeys(one.category for one in sentences):
            says = tuple(one.beside for one in sentences if one.category is part)
            rows.setdefault(says, []).append(part)
        return cls(
            record=light.record.why,
            parts=tuple(
                PartShown(
                    tuple(part_words(part) for part in parts),
                    tuple(one for one in sentences if one.category is parts[0]),
                )
                for parts in rows.values()
            ),
            ask=tuple(dict.fromkeys(one.ask for one in sentences if one.ask)),
        )


def sharing_line(light: Light, *, viewer: Viewer, address: str) -> SharingLine:
    """The light of the banner: of the parts the viewer's role needs, whether all of them come."""
    needed = [one for one in light.sentences if one.because is not Because.NOT_IN_ROLE]
    opens = {one.category for one in needed if one.is_open}
    # A partner that never was to share a part leaves no gap where another gives it.
    closed = [
        one
        for one in needed
        if not one.is_open
        and (one.because is not Because.NO_AGREEMENT or one.has_ended or one.category not in opens)
    ]
    come = [one for one in needed if one.because in {Because.FLOWS, Because.SAID_YES}]
    purpose = viewer.purpose.label.lower()
    if objects(light.case):
        return SharingLine("◑", "the person objects to sharing", address)
    if not closed:
        return SharingLine("●", f"shared with your role for {purpose}", address)
    if come:
        return SharingLine("◐", f"shared in part with your role for {purpose}", address)
    return SharingLine("○", "only what is recorded where you work", address)


@dataclass(frozen=True)
class Shut:
    """What of a record is closed to the viewer, as pages say it where they would show it."""

    light: Light
    why: str
    """The address of the reasons."""

    def of_kinds(self, kinds: Iterable[EntryKind]) -> tuple[Sentence, ...]:
        """The sentences of what is closed of these kinds of entries."""
        return self.light.closed({CATEGORY_OF_KIND[kind] for kind in kinds})

    def nothing(self, part: str, words: str) -> str:
        """What to say where nothing of a part is shown: these words, unless some of it is closed.

        `part` is the word of a category.
        """
        category = DataCategory(part)
        closed = self.light.closed((category,))
        if not closed:
            return words
        if any(one.is_open and one.category is category for one in self.light.sentences):
            return "none that is shared with you"
        return f"{_in_short(closed)}, whether or not any exist"

    def sentence(self, part: str, words: str) -> str:
        """The same as a sentence of its own."""
        says = self.nothing(part, words)
        return words if says == words else f"{says[:1].upper()}{says[1:]}."

    def is_whole(self, part: str) -> bool:
        """Whether nothing of a part is closed to the viewer."""
        return not self.light.closed((DataCategory(part),))

    def empty(self, kinds: Iterable[EntryKind], words: str) -> str:
        """What a list of these kinds says when it is empty."""
        return "Nothing that is shared with you." if self.of_kinds(kinds) else words

    def everything(self) -> tuple[str, ...]:
        """The names of all parts of which something is closed."""
        names = (part_words(one.category) for one in self.light.sentences if not one.is_open)
        return tuple(dict.fromkeys(names))

    def of_lane(self, sources: Sequence[str]) -> tuple[str, bool]:
        """Why a lane shows less than its partner recorded, and whether it is closed altogether."""
        if all(self.light.owner_of(source) is None for source in sources):
            return _NOBODY, True
        closed = self.light.closed(WORTH_A_LANE, sources)
        is_shut = not any(
            self.light.is_open(source, part) for source in sources for part in WORTH_A_LANE
        )
        return (_in_short(closed) if closed else ""), is_shut


def _in_short(closed: Sequence[Sentence]) -> str:
    given = {one.because for one in closed}
    return next((words for why, words in _SHORT.items() if why in given), "")


def shut(light: Light, person_id: object) -> Shut:
    """What is closed of a person's record."""
    return Shut(light, address_of("desk:person_people", person_id) + "#sharing")
