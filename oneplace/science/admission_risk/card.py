"""The card of a model: how well it tells people apart, whether its chances are true, for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np

from oneplace.science.admission_risk.features import GROUPS, Examples
from oneplace.vocabulary.terms import EthnicCategory

Numbers = np.ndarray[Any, np.dtype[np.float64]]
DECILES: Final = 10
THRESHOLDS: Final = tuple(round(0.02 * step, 2) for step in range(1, 26))
ENOUGH: Final = 50
"""Outcomes expected in a group before its ratio is judged."""


class Refused(Exception):
    """A model may not be made or used; says why, and by which threshold of `Quality` if by one."""

    def __init__(self, reason: str, threshold: str = "") -> None:
        super().__init__(reason)
        self.threshold = threshold


class Failing(NamedTuple):
    """A threshold that was not reached: its name in `Quality`, and in words what was found."""

    threshold: str
    words: str


@dataclass(frozen=True)
class Quality:
    """What a model must reach before anybody may sign it."""

    least_people: int = 5_000
    least_outcomes: int = 200
    least_auc: float = 0.65
    slope: tuple[float, float] = (0.8, 1.2)
    ratio: tuple[float, float] = (0.8, 1.25)
    """Outcomes seen over expected, in every group with enough of them."""


class Point(NamedTuple):
    """A tenth of the people by chance: the mean chance, the share that came true, how many."""

    expected: float
    seen: float
    people: int


class Benefit(NamedTuple):
    """Net benefit at a threshold: of the model, and of treating everybody (Vickers, Elkin 2006)."""

    threshold: float
    model: float
    everybody: float


class Group(NamedTuple):
    """How the model does among some people."""

    by: str
    group: str
    people: int
    seen: int
    expected: float
    ratio: float | None
    auc: float | None


@dataclass(frozen=True)
class Card:
    """Everything somebody must know before they sign, of people the model was not trained on."""

    people: int
    outcomes: int
    auc: float
    auc_low: float
    auc_high: float
    slope: float
    intercept: float
    calibration: tuple[Point, ...]
    benefits: tuple[Benefit, ...]
    groups: tuple[Group, ...]
    trained_on: str = ""
    """Days of training, calibration and test, and the snapshot."""
    horizon_days: int = 0
    seed: int = 0
    brier: float | None = None
    """Mean squared distance of the chances from what came true (Brier 1950): 0 is best."""
    mean_chance: float | None = None
    """To be held against the share that came true: calibration in the large."""
    why_not: str = ""
    """Why it may not be signed; empty if it may."""
    about: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_plain(cls, said: Mapping[str, Any]) -> "Card":
        """From what `dataclasses.asdict` and JSON made of one."""
        return cls(
            **{
                **said,
                "calibration": tuple(Point(*each) for each in said["calibration"]),
                "benefits": tuple(Benefit(*each) for each in said["benefits"]),
                "groups": tuple(Group(*each) for each in said["groups"]),
            }
        )


def card_of(chances: Numbers, examples: Examples, quality: Quality, **more: Any) -> Card:
    """The card of chances given to people whose outcome is known."""
    if examples.outcome is None:
        raise Refused("The outcome of these people is not known yet.")
    # Loaded when a model is judged: whoever only uses one pays nothing for it.
    from sklearn.metrics import roc_auc_score

    outcome = examples.outcome
    auc = float(roc_auc_score(outcome, chances))
    low, high = _auc_interval(auc, int(outcome.sum()), int((1 - outcome).sum()))
    slope, intercept = calibration_line(chances, outcome)
    card = Card(
        people=len(examples),
        outcomes=int(outcome.sum()),
        auc=auc,
        auc_low=low,
        auc_high=high,
        slope=slope,
        intercept=intercept,
        calibration=_points(chances, outcome),
        benefits=_benefits(chances, outcome),
        groups=tuple(_groups(chances, examples)),
        brier=float(np.mean((chances - outcome) ** 2)),
        mean_chance=float(chances.mean()),
        **more,
    )
    return Card(**{**card.__dict__, "why_not": why_not_good(card, quality) or ""})


def calibration_line(chances: Numbers, outcome: np.ndarray[Any, Any]) -> tuple[float, float]:
    """Slope and intercept of what came true on the log odds: 1 and 0 are right (Cox 1958)."""
    from sklearn.linear_model import LogisticRegression

    odds = np.log(chances / (1 - chances)).reshape(-1, 1)
    line = LogisticRegression(C=1e9, max_iter=500).fit(odds, outcome)
    return float(line.coef_[0][0]), float(line.intercept_[0])


def why_not_good(card: Card, quality: Quality) -> str | None:
    """Why a model may not be signed, in sentences; None if it may."""
    return " ".join(each.words for each in failings(card, quality)) or None


def failings(card: Card, quality: Quality) -> tuple[Failing, ...]:
    """Every threshold the card does not reach."""
    found = []
    if card.auc < quality.least_auc:
        found.append(
            Failing(
                "least_auc",
                f"It tells people apart too badly: AUC {card.auc:.2f}, at least "
                f"{quality.least_auc:.2f} is wanted.",
            )
        )
    low, high = quality.slope
    if not low <= card.slope <= high:
        found.append(
            Failing(
                "slope",
                f"Its chances are not true: calibration slope {card.slope:.2f}, wanted {low} to "
                f"{high}.",
            )
        )
    low, high = quality.ratio
    found += [
        Failing(
            "ratio",
            f"It is not fair to {called(group)}: {group.seen} outcomes where {group.expected:.0f} "
            f"were expected, {group.ratio:.2f} times as many; {low} to {high} is wanted.",
        )
        for group in card.groups
        if group.ratio is not None and not low <= group.ratio <= high
    ]
    return tuple(found)


_FIFTHS: Final = {"1": "the most deprived fifth", "5": "the least deprived fifth"}


def called(group: Group) -> str:
    """What the people of a group are called."""
    if group.by == "gender":
        return {"male": "men", "female": "women"}.get(group.group, "people of another sex")
    if group.by == "ethnicity":
        labels = {each.value: each.label for each in EthnicCategory}
        return f"people of ethnic group “{labels.get(group.group, group.group)}”"
    fifth = group.group.removeprefix("fifth ")
    return _FIFTHS.get(fifth, f"fifth {fifth} of deprivation")


class Change(NamedTuple):
    """A figure of a card beside the same of the last: what it is, both, and what that says."""

    what: str
    now: str
    before: str
    says: str
    """`better`, `worse` or `no clear difference`."""


SAME: Final = "no clear difference"


def compared(card: Card, before: Card | None) -> tuple[Change, ...]:
    """What changed against the last model; nothing where there was none."""
    if before is None:
        return ()
    is_apart = card.auc_low > before.auc or card.auc_high < before.auc
    furthest, then = _furthest(card), _furthest(before)
    return (
        Change(
            "Tells people apart (AUC)",
            f"{card.auc:.3f}",
            f"{before.auc:.3f}",
            SAME if not is_apart else "better" if card.auc > before.auc else "worse",
        ),
        Change(
            "Its chances come true (calibration slope, 1 is right)",
            f"{card.slope:.2f}",
            f"{before.slope:.2f}",
            _nearer(card.slope, before.slope),
        ),
        Change(
            "Furthest group (seen over expected, 1 is right)",
            "–" if furthest is None else f"{furthest:.2f}",
            "–" if then is None else f"{then:.2f}",
            SAME if furthest is None or then is None else _nearer(furthest, then),
        ),
        Change("People it was judged on", f"{card.people:,}", f"{before.people:,}", ""),
    )


def _furthest(card: Card) -> float | None:
    ratios = [group.ratio for group in card.groups if group.ratio is not None]
    return max(ratios, key=lambda each: abs(each - 1), default=None)


_CLEAR: Final = 0.03
"""A figure whose right value is 1 is called better or worse from this on."""


def _nearer(now: float, before: float) -> str:
    apart = abs(before - 1) - abs(now - 1)
    return SAME if abs(apart) < _CLEAR else "better" if apart > 0 else "worse"


def _auc_interval(auc: float, cases: int, others: int) -> tuple[float, float]:
    """95 % interval (Hanley and McNeil 1982)."""
    one, two = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = auc * (1 - auc) + (cases - 1) * (one - auc**2) + (others - 1) * (two - auc**2)
    error = float(np.sqrt(variance / (cases * others)))
    return max(0.0, auc - 1.96 * error), min(1.0, auc + 1.96 * error)


def _points(chances: Numbers, outcome: np.ndarray[Any, Any]) -> tuple[Point, ...]:
    order = np.argsort(chances, kind="stable")
    return tuple(
        Point(float(chances[part].mean()), float(outcome[part].mean()), len(part))
        for part in np.array_split(order, DECILES)
        if len(part)
    )


def _benefits(chances: Numbers, outcome: np.ndarray[Any, Any]) -> tuple[Benefit, ...]:
    found = []
    share = float(outcome.mean())
    for threshold in THRESHOLDS:
        weight = threshold / (1 - threshold)
        chosen = chances >= threshold
        right = float((chosen & (outcome == 1)).mean())
        wrong = float((chosen & (outcome == 0)).mean())
        found.append(Benefit(threshold, right - wrong * weight, share - (1 - share) * weight))
    return tuple(found)


def _groups(chances: Numbers, examples: Examples) -> Sequence[Group]:
    from sklearn.metrics import roc_auc_score

    outcome = examples.outcome
    found = []
    for by in GROUPS:
        values = np.array(examples.table.column(by).to_pylist(), dtype=object)
        if by == "deprivation":
            fifths = [None if value is None else f"fifth {(value + 1) // 2}" for value in values]
            values = np.array(fifths, dtype=object)
        for name in sorted({str(value) for value in values if value is not None}):
            mine = values == name
            seen, expected = int(outcome[mine].sum()), float(chances[mine].sum())  # type: ignore[index]
            is_enough = expected >= ENOUGH
            is_mixed = 0 < seen < int(mine.sum())
            found.append(
                Group(
                    by,
                    name,
                    int(mine.sum()),
                    seen,
                    expected,
                    seen / expected if is_enough else None,
                    float(roc_auc_score(outcome[mine], chances[mine]))  # type: ignore[index]
                    if is_enough and is_mixed
                    else None,
                )
            )
    return found
