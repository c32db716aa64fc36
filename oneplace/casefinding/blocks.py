"""The blocks of which a list is built, in words; and how they read as a sentence. Pure.

Each block is one condition of `insight.blocks` on one column, so that a list asks exactly what
reasons ask. `people` stands for everybody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from oneplace.insight.blocks import Block, Blocks
from oneplace.insight.segments import SEGMENTS


@dataclass(frozen=True)
class BlockKind:
    """One kind of block: what it says, of which column, and what the reader fills in."""

    code: str
    words: str
    """With `{}` where the number or choice stands."""
    column: str
    comparison: str
    group: str
    # What may be chosen: value and words. Empty for a number, or for nothing.
    choices: tuple[tuple[str, str], ...] = ()
    is_number: bool = False
    least: int = 0
    most: int = 1000
    of: int = 1
    """The number filled in is of so many: a chance of 30 of 100."""
    value: Any = None
    """Where nothing is filled in."""
    needs_model: bool = False
    """Finds somebody only where the local model is on."""

    @property
    def label(self) -> str:
        """The words for a menu."""
        return self.words.replace("{}", "…")


_BANDS: Final = (
    ("mild", "mild or worse"),
    ("moderate", "moderate or worse"),
    ("severe", "severe"),
)
_AT_LEAST: Final[Mapping[str, tuple[str, ...]]] = {
    "mild": ("mild", "moderate", "severe"),
    "moderate": ("moderate", "severe"),
    "severe": ("severe",),
}


def _number(  # noqa: PLR0917 - the cells of a row
    code: str, words: str, column: str, comparison: str, group: str, most: int = 400
) -> BlockKind:
    return BlockKind(code, words, column, comparison, group, is_number=True, most=most)


def _plain(code: str, words: str, column: str, comparison: str, group: str) -> BlockKind:
    return BlockKind(code, words, column, comparison, group)


KINDS: Final[Mapping[str, BlockKind]] = {
    kind.code: kind
    for kind in (
        _number("aged_from", "aged {} or over", "age", "at_least", "Who", 120),
        _number("aged_to", "aged {} or under", "age", "at_most", "Who", 120),
        BlockKind("practice", "registered with {}", "practice", "is", "Who"),
        _number("deprivation", "in the {} most deprived tenths", "deprivation", "at_most", "Who", 10),  # noqa: E501
        BlockKind("frailty", "with frailty: {}", "frailty_band", "one_of", "Frailty", _BANDS),
        _number("clinical_frailty", "with a Clinical Frailty Scale of {} or more", "clinical_frailty", "at_least", "Frailty", 9),  # noqa: E501
        _number("conditions", "with {} or more long-term conditions", "long_term_conditions", "at_least", "Frailty", 40),  # noqa: E501
        _number("weight_loss", "who lost {} % of weight or more within a year", "weight_loss", "at_least", "Frailty", 60),  # noqa: E501
        _number("falls_90d", "with {} or more falls in 90 days", "falls_90d", "at_least", "What happened", 50),  # noqa: E501
        _number("falls_12m", "with {} or more falls in 12 months", "falls_12m", "at_least", "What happened", 50),  # noqa: E501
        _number("stays", "with {} or more emergency stays in 12 months", "emergency_stays_12m", "at_least", "What happened", 50),  # noqa: E501
        _number("attendances", "at the emergency department {} times or more in 12 months", "attendances_12m", "at_least", "What happened", 200),  # noqa: E501
        _number("discharged", "who left hospital within {} days", "days_since_discharge", "at_most", "What happened"),  # noqa: E501
        _number("bereaved", "bereaved within {} days", "days_since_bereavement", "at_most", "What happened", 800),  # noqa: E501
        _number("rising", "with urgent care on {} days more in six months than before", "urgent_rise", "at_least", "What happened", 50),  # noqa: E501
        _number("medicines", "taking {} or more medicines", "medicines_now", "at_least", "Medicines and care", 60),  # noqa: E501
        _number("package_growth", "whose care at home grew by {} hours a week or more", "package_growth", "at_least", "Medicines and care", 100),  # noqa: E501
        _number("carer_strain", "whose carer finds it {} of 10 hard or more", "carer_strain", "at_least", "Medicines and care", 10),  # noqa: E501
        _plain("no_plan", "without a plan", "has_plan", "is_false", "What is missing"),
        _plain("has_plan", "with a plan", "has_plan", "is_true", "What is missing"),
        _number("no_review", "whose medicines were not reviewed for {} days", "days_since_medicines_review", "at_least", "What is missing", 2000),  # noqa: E501
        _plain("review_unknown", "with no medicines review recorded", "days_since_medicines_review", "is_unknown", "What is missing"),  # noqa: E501
        _plain("carer", "with somebody close who cares for them", "has_carer", "is_true", "Medicines and care"),  # noqa: E501
        _plain("strain_unknown", "whose carer was not asked how they are", "carer_strain", "is_unknown", "What is missing"),  # noqa: E501
        _number("activation", "whose confidence in managing their health (PAM) is level {} of 4 or lower", "activation", "at_most", "Medicines and care", 4),  # noqa: E501
        BlockKind("hospital_frailty", "with high frailty risk from hospital codes", "hospital_frailty_band", "is", "Frailty", value="high"),  # noqa: E501
        BlockKind("lace", "at high risk of coming back to hospital (LACE)", "lace_band", "is", "What happened", value="high"),  # noqa: E501
        BlockKind("falls_risk", "at higher risk of falling", "falls_risk_band", "is", "Frailty", value="higher"),  # noqa: E501
        BlockKind("segment", "of the group: {}", "segment", "is", "Who", tuple(SEGMENTS.items())),
        BlockKind("chance", "with a chance of {} of 100 or more by the local model", "admission_risk", "at_least", "Frailty", is_number=True, least=1, most=99, of=100, needs_model=True),  # noqa: E501
    )
}  # fmt: skip
MOST_BLOCKS: Final = 12


class BlockNotUnderstood(ValueError):
    """A block that cannot be asked; the message says what to do."""


@dataclass(frozen=True)
class Chosen:
    """One block as somebody filled it in."""

    code: str
    value: str = ""

    @property
    def kind(self) -> BlockKind:
        """Its kind; raises `BlockNotUnderstood`."""
        if self.code not in KINDS:
            raise BlockNotUnderstood("There is no such block any longer. Take it out.")
        return KINDS[self.code]

    def block(self) -> Block:
        """The condition it stands for; raises `BlockNotUnderstood` with what to do."""
        kind = self.kind
        if kind.code == "frailty":
            return Block(kind.column, "one_of", self._choice())
        if kind.code == "practice":
            if not self.value:
                raise BlockNotUnderstood("Choose the practice.")
            return Block(kind.column, kind.comparison, self.value)
        if kind.is_number:
            number = self._number()
            return Block(kind.column, kind.comparison, number if kind.of == 1 else number / kind.of)
        if kind.choices:
            if self.value not in dict(kind.choices):
                raise BlockNotUnderstood(f"Choose one for “{kind.label}”.")
            return Block(kind.column, kind.comparison, self.value)
        return Block(kind.column, kind.comparison, kind.value)

    def _choice(self) -> tuple[str, ...]:
        if self.value not in _AT_LEAST:
            raise BlockNotUnderstood("Choose how frail.")
        return _AT_LEAST[self.value]

    def _number(self) -> int:
        given = self.value.strip()
        if not given.isdecimal() or len(given) > 5:
            raise BlockNotUnderstood(f"Give a whole number for “{self.kind.label}”.")
        number = int(given)
        if not self.kind.least <= number <= self.kind.most:
            raise BlockNotUnderstood(
                f"Give a number from {self.kind.least} to {self.kind.most} for “{self.kind.label}”."
            )
        return number

    def words(self, names: Mapping[str, str]) -> str:
        """The block in words; `names` tells what codes of practices are called."""
        kind = self.kind
        if kind.code == "practice":
            return kind.words.format(names.get(self.value, self.value) or "…")
        if kind.choices:
            return kind.words.format(dict(kind.choices).get(self.value, "…"))
        return kind.words.format(self.value if self.value.strip().isdecimal() else "…")


def as_blocks(chosen: Iterable[Chosen]) -> Blocks:
    """What is asked: every block must hold. Raises `BlockNotUnderstood`."""
    every = tuple(each.block() for each in chosen)
    if not every:
        raise BlockNotUnderstood("Add a block first: everybody is no list.")
    return Blocks(every)


def sentence(chosen: Sequence[Chosen], names: Mapping[str, str]) -> str:
    """The list as a sentence."""
    told = [each.words(names) for each in chosen]
    if not told:
        return "People …"
    return f"People {told[0]}" + "".join(f", {each}" for each in told[1:])


def kept(chosen: Iterable[Chosen]) -> list[dict[str, str]]:
    """The blocks as they are saved."""
    return [{"code": each.code, "value": each.value} for each in chosen]


def read(saved: Iterable[Mapping[str, str]]) -> tuple[Chosen, ...]:
    """Saved blocks; those of a kind that is no longer there stay and say so when asked."""
    return tuple(Chosen(str(each["code"]), str(each["value"])) for each in saved)
