"""Turns a trained model's numbers into its card; asks the database nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from markupsafe import Markup

from oneplace.casefinding.coverage import small
from oneplace.casefinding.models import LocalModel, ModelState
from oneplace.casefinding.presenters.drawing import calibration_plot, decision_curve
from oneplace.casefinding.rules import FEWEST
from oneplace.insight.risk import INTENDED, NOT_FOR
from oneplace.insight.suppression import told
from oneplace.kit.formats import day
from oneplace.science.admission_risk import Change, Effect, compared
from oneplace.science.admission_risk.card import Card, Group, called

_BY: Final = {"gender": "Sex", "ethnicity": "Ethnic group", "deprivation": "Deprivation"}
_THRESHOLDS: Final = {
    "least_people": ("People on each day, at least", "{:,}"),
    "least_outcomes": ("Of them with an emergency stay, at least", "{:,}"),
    "least_auc": ("Tells people apart (AUC), at least", "{:.2f}"),
    "slope_least": ("Calibration slope, at least", "{:.2f}"),
    "slope_most": ("Calibration slope, at most", "{:.2f}"),
    "ratio_least": ("Seen over expected in every group, at least", "{:.2f}"),
    "ratio_most": ("Seen over expected in every group, at most", "{:.2f}"),
}
_FAILED_AS: Final = {"slope": ("slope_least", "slope_most"), "ratio": ("ratio_least", "ratio_most")}


def stands(model: LocalModel) -> str:
    """Whether it is on, in a sentence."""
    match model.state:
        case ModelState.SIGNED:
            return (
                f"On: signed by {model.signed_by_name}, {model.signed_by_title}, on "
                f"{day(model.signed_at)}."
            )
        case ModelState.REFUSED:
            return "Off: it did not reach the quality set here, and cannot be signed."
        case ModelState.WITHDRAWN:
            return (
                f"Off: withdrawn by {model.withdrawn_by_name} on {day(model.withdrawn_at)}. "
                f"{model.withdrawn_why}."
            )
        case _:
            return "Off: nobody has signed it."


@dataclass(frozen=True)
class GroupLine:
    """How the model does among some people, as it may be said."""

    name: str
    people: str
    seen: str
    expected: str
    ratio: str
    auc: str


@dataclass(frozen=True)
class Threshold:
    """What the place asks, and whether it was reached."""

    words: str
    wanted: str
    is_met: bool


@dataclass(frozen=True)
class Tenth:
    """A tenth of the people by chance."""

    said: str
    seen: str
    people: str


@dataclass(frozen=True)
class Worth:
    """What looking at people from a chance on is worth: net, for each thousand people."""

    chance: str
    model: str
    everybody: str


@dataclass(frozen=True)
class CardPage:
    """Everything somebody must know before they sign, in words, figures and two pictures."""

    model: LocalModel
    stands: str
    failings: Sequence[str]
    thresholds: Sequence[Threshold]
    days: Sequence[tuple[str, str, str, str]]
    intended: str = INTENDED
    not_for: str = NOT_FOR
    card: Card | None = None
    apart: str = ""
    true: str = ""
    calibration: Markup | None = None
    tenths: Sequence[Tenth] = ()
    decision: Markup | None = None
    worth: Sequence[Worth] = ()
    groups: Sequence[tuple[str, Sequence[GroupLine]]] = ()
    effects: Sequence[tuple[str, Sequence[Effect]]] = ()
    compared_with: LocalModel | None = None
    changes: Sequence[Change] = ()


_DAYS: Final = ("Trained on", "Calibrated on", "Judged on")


def card_page(model: LocalModel, before: LocalModel | None) -> CardPage:
    """The page of one model."""
    failed = {
        name
        for each in model.failings
        for name in _FAILED_AS.get(each["threshold"], (each["threshold"],))
    }
    told_first: dict[str, Any] = {
        "model": model,
        "stands": stands(model),
        "failings": [each["words"] for each in model.failings],
        "thresholds": [
            Threshold(words, shape.format(model.thresholds[key]), key not in failed)
            for key, (words, shape) in _THRESHOLDS.items()
        ],
        "days": [
            (
                what,
                day(date.fromisoformat(each["on"])),
                f"{each['people']:,}",
                told(each["outcomes"], FEWEST),
            )
            for what, each in zip(_DAYS, model.counts, strict=False)
        ],
    }
    if not model.card:
        return CardPage(**told_first)
    card = Card.from_plain(model.card)
    last = Card.from_plain(before.card) if before is not None else None
    return CardPage(
        **told_first,
        card=card,
        apart=_apart(card),
        true=_true(card),
        calibration=calibration_plot(
            card.calibration,
            sentence=f"Calibration plot: {_true(card)} The table beside it has every tenth.",
        ),
        tenths=[
            Tenth(f"{100 * each.expected:.1f}", f"{100 * each.seen:.1f}", f"{each.people:,}")
            if each.seen * each.people >= FEWEST
            else Tenth(f"{100 * each.expected:.1f}", "too few to tell", f"{each.people:,}")
            for each in card.calibration
        ],
        decision=decision_curve(card.benefits, sentence=f"Decision curve: {_worth(card)}"),
        worth=[
            Worth(
                f"{100 * each.threshold:.0f}",
                f"{1000 * each.model:.1f}",
                f"{1000 * each.everybody:.1f}",
            )
            for each in card.benefits
            if round(100 * each.threshold) % 10 == 0
        ],
        groups=_groups(card.groups),
        effects=_effects(model),
        compared_with=before,
        changes=compared(card, last),
    )


def _apart(card: Card) -> str:
    return (
        f"Of two people, one with and one without an emergency stay, it gives the first the "
        f"greater chance {100 * card.auc:.0f} times in 100 (AUC {card.auc:.3f}, 95 % interval "
        f"{card.auc_low:.3f} to {card.auc_high:.3f}). 50 would be no better than a coin."
    )


def _true(card: Card) -> str:
    said = "" if card.mean_chance is None else f"It said {100 * card.mean_chance:.1f} of 100 "
    seen = f"and {100 * card.outcomes / card.people:.1f} came true. " if said else ""
    return (
        f"{said}{seen}Calibration slope {card.slope:.2f} (1 is right; below 1 its high chances "
        f"are too high), intercept {card.intercept:.2f} (0 is right)."
    )


def _worth(card: Card) -> str:
    better = [
        each.threshold for each in card.benefits if each.model > max(0.0, each.everybody) + 1e-9
    ]
    if not better:
        return "looking at people by the model is nowhere worth more than looking at nobody."
    return (
        f"looking at people by the model is worth more than looking at everybody or nobody from a "
        f"chance of {100 * min(better):.0f} to {100 * max(better):.0f} of 100."
    )


def _groups(groups: Sequence[Group]) -> list[tuple[str, list[GroupLine]]]:
    found = []
    for by, title in _BY.items():
        mine = [group for group in groups if group.by == by]
        few = small({group.group: group.people for group in mine}, FEWEST)
        hidden = small({group.group: group.seen for group in mine}, FEWEST) | few
        found.append((title, [_group(each, each.group in hidden) for each in mine]))
    return found


def _group(group: Group, is_hidden: bool) -> GroupLine:
    name = called(group).removeprefix("people of ethnic group ").strip("“”").removeprefix("the ")
    name = f"{name[0].upper()}{name[1:]}"
    if is_hidden or group.ratio is None:
        return GroupLine(name, told(group.people, FEWEST), "–", "–", "Too few to judge", "–")
    return GroupLine(
        name,
        f"{group.people:,}",
        f"{group.seen:,}",
        f"{group.expected:,.0f}",
        f"{group.ratio:.2f}",
        "–" if group.auc is None else f"{group.auc:.2f}",
    )


def _effects(model: LocalModel) -> list[tuple[str, list[Effect]]]:
    by: dict[str, list[Effect]] = {}
    for each in model.as_model().effects():
        by.setdefault(each.label, []).append(each)
    return list(by.items())
