"""Why something in a record may be about, or told by, somebody else: a suggestion for a reader.

Whoever asks for a copy of their record is given what is about them. What is about others, or was
told by others in confidence, may have to be blacked out; the names of those who acted at work stay
(Data Protection Act 2018, schedule 2 paragraphs 16 and 17, and schedule 3 part 2 on serious harm;
Information Commissioner's Office, guidance on the right of access, Open Government Licence).
A suggestion decides nothing: an officer reads each item, and a second one signs.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from oneplace.records.queries.rows import EntryShown
from oneplace.vocabulary.terms import EntryKind, LabelKind, Term


class Hint(Term):
    """Why an item may be about somebody else."""

    TIE = "tie", "It is about somebody close to the person"
    NAMED = "named", "It names somebody the record knows as close to the person"
    RELATIVE = "relative", "It speaks of a relative, carer or neighbour"
    TOLD_BY = "told_by", "Somebody else seems to have told it, perhaps in confidence"
    TELEPHONE = "telephone", "It holds a telephone number or email address"
    HARM = "harm", "Telling it might harm somebody: a professional’s opinion is needed first"


_RELATIVES: Final = (
    "daughter", "son", "wife", "husband", "partner", "mother", "father", "sister", "brother",
    "niece", "nephew", "grandson", "granddaughter", "grandchild", "cousin", "aunt", "uncle",
    "neighbour", "neighbor", "friend", "carer", "landlord", "tenant", "ex-wife", "ex-husband",
    "boyfriend", "girlfriend", "parents", "family", "son-in-law", "daughter-in-law", "lodger",
)  # fmt: skip
_TOLD: Final = (
    "told me", "tells me", "says that", "said that", "reports that", "reported that",
    "in confidence", "confidential", "do not tell", "does not want", "anonymous", "alleges",
    "rang to say", "concerned that", "disclosed",
)  # fmt: skip
_RELATIVE: Final = re.compile(rf"\b({'|'.join(map(re.escape, _RELATIVES))})s?\b", re.IGNORECASE)
_TELLS: Final = re.compile("|".join(map(re.escape, _TOLD)), re.IGNORECASE)
_REACHED: Final = re.compile(r"(?:\+44|\b0)\d[\d ]{8,12}\d\b|[\w.+-]+@[\w-]+\.[\w.]+")
_HARMFUL: Final = (EntryKind.CONCERN,)
_HARMFUL_MARKS: Final = frozenset({LabelKind.SAFEGUARDING.value, LabelKind.NOT_TO_BE_TOLD.value})
# Words of titles and names that name nobody.
_NOT_NAMES: Final = frozenset({"mr", "mrs", "ms", "miss", "dr", "the", "and", "of", "not", "known"})
_LEAST_NAME: Final = 3


@dataclass(frozen=True)
class Suspected:
    """Hints about one entry, and the words they rest on."""

    hints: tuple[Hint, ...]
    words: tuple[str, ...]


def names_close(entries: Iterable[EntryShown], *, own: Collection[str]) -> frozenset[str]:
    """The names of those close to a person, as entries about ties give them; not the person's."""
    own_words = {word.casefold() for name in own for word in name.split()}
    found = set()
    for entry in entries:
        if entry.kind is not EntryKind.TIE:
            continue
        given = entry.detail.get("name") or entry.detail.get("names") or entry.title
        for word in re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", str(given)):
            is_name = word[:1].isupper() and len(word) >= _LEAST_NAME
            is_known = word.casefold() in own_words | _NOT_NAMES or _RELATIVE.fullmatch(word)
            if is_name and not is_known:
                found.add(word)
    return frozenset(found)


def suspected(
    entry: EntryShown, *, close: Collection[str], own_labels: Collection[str] = ()
) -> Suspected:
    """Whether an entry may be about somebody else, and the words that make it seem so."""
    text = text_of(entry)
    hints: list[Hint] = []
    words: list[str] = []
    if entry.kind is EntryKind.TIE or LabelKind.THIRD_PARTY in own_labels:
        hints.append(Hint.TIE)
    for hint, found in (
        (Hint.NAMED, _named(text, close)),
        (Hint.RELATIVE, _RELATIVE.findall(text)),
        (Hint.TOLD_BY, _TELLS.findall(text)),
        (Hint.TELEPHONE, _REACHED.findall(text)),
    ):
        if found:
            hints.append(hint)
            words += found
    marks = {label.casefold() for label in (*entry.labels, *own_labels)}
    if entry.kind in _HARMFUL or marks & _HARMFUL_MARKS:
        hints.append(Hint.HARM)
    return Suspected(tuple(hints), tuple(dict.fromkeys(words)))


def text_of(entry: EntryShown) -> str:
    """Everything of an entry that is words: what is looked through, and what is blacked out in."""
    return "\n".join(part for part in (entry.title, entry.words, *_leaves(entry.detail)) if part)


def _leaves(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _leaves(inner)


def _named(text: str, close: Collection[str]) -> list[str]:
    return [name for name in sorted(close) if re.search(rf"\b{re.escape(name)}\b", text)]


BLACK: Final = "█████"


def blacked(text: str, words: Collection[str]) -> str:
    """The text with these words blacked out, whatever their capitals; a length betrays none."""
    for word in sorted(words, key=len, reverse=True):
        text = re.sub(re.escape(word), BLACK, text, flags=re.IGNORECASE)
    return text


def blacked_within(value: object, words: Collection[str]) -> object:
    """The same within lists and tables of words."""
    if isinstance(value, str):
        return blacked(value, words)
    if isinstance(value, dict):
        return {key: blacked_within(inner, words) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [blacked_within(inner, words) for inner in value]
    return value
