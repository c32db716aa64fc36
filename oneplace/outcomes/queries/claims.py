"""The programme's claims, each read in several ways by our own rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from oneplace.access.viewer import Viewer
from oneplace.insight.before_and_after import WORDS
from oneplace.insight.indicators import DEFINITIONS
from oneplace.outcomes.defining import definition_of
from oneplace.outcomes.permissions import SEE_BOARD
from oneplace.outcomes.queries.charts import Charted, Figure, current, figure_of
from oneplace.science import suppression
from oneplace.vocabulary.place.outcomes import Claim


@dataclass(frozen=True)
class ReadingShown:
    """One reading of a claim and what our rows say of it."""

    key: str
    words: str
    sentence: str
    """Who is counted, where the reading is a variant of the definition."""
    figure: Figure | None = None
    before_and_after: Mapping[str, Any] | None = None
    of_what: str = ""
    cannot: str = ""


def claims(*, viewer: Viewer) -> Sequence[Claim]:
    """What the programme has claimed of itself in public."""
    return tuple(settings.PLACE.claims) if viewer.may(SEE_BOARD) else ()


def claim(key: str, *, viewer: Viewer) -> Claim | None:
    """One claim."""
    return next((each for each in claims(viewer=viewer) if each.key == key), None)


def readings(found: Claim, *, viewer: Viewer) -> list[ReadingShown]:
    """Each reading of a claim, with what was measured, or why it cannot be."""
    measuring = current(viewer=viewer)
    shown = []
    for each in found.readings:
        if each.cannot:
            shown.append(ReadingShown(each.key, each.words, "", cannot=each.cannot))
        elif each.before_and_after:
            told = (measuring.before_and_after if measuring else {}).get(each.before_and_after)
            shown.append(
                ReadingShown(
                    each.key, each.words, "", before_and_after=told,
                    of_what=WORDS.get(each.before_and_after, ""),
                    cannot="" if told else "Too few people were taken on a year ago or earlier.",
                )
            )  # fmt: skip
        elif each.indicator is not None and each.indicator in DEFINITIONS:
            definition = definition_of(each.indicator)
            variant = each.variant or ""
            figure = figure_of(each.indicator, variant, viewer=viewer)
            sentence = (
                definition.variants[variant].sentence
                if variant in definition.variants
                else definition.denominator
            )
            shown.append(
                ReadingShown(
                    each.key, each.words, sentence, figure=figure,
                    cannot="" if figure else "Nothing of this has been told yet.",
                )
            )  # fmt: skip
        else:
            shown.append(
                ReadingShown(
                    each.key, each.words, "",
                    cannot=f"Nobody measures what the place’s file names: {each.indicator}.",
                )
            )  # fmt: skip
    return shown


def waited(of: Charted, *, viewer: Viewer) -> Mapping[str, suppression.Cell]:
    """Who of a figure waited longer than two hours, by how long; small numbers left out."""
    measuring = current(viewer=viewer)
    if measuring is None or of.figure is None:
        return {}
    first, last = of.figure.first.isoformat(), of.figure.last.isoformat()
    return suppression.row(
        {
            band: sum(people for month, people in by_month.items() if first <= month <= last)
            for band, by_month in measuring.waited.items()
            # A measuring kept before it was told by month says nothing here until the next night.
            if isinstance(by_month, dict)
        }
    )
