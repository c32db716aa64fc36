"""The daily report and the delays as a page, on paper and as a file: one list of rows for all."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from django.conf import settings

from oneplace.homefirst.delay_reasons import reason_of
from oneplace.homefirst.queries.waiting import PERSON
from oneplace.homefirst.way_home import organisation_word
from oneplace.kit.formats import day
from oneplace.science.sitrep import Delays, Reason, Sitrep
from oneplace.vocabulary.terms import Pathway

WEEKS_BACK: Final = 4


@dataclass(frozen=True)
class Figure:
    """One line of a table: in words, as a number, and what it counts."""

    part: str
    label: str
    value: str
    definition: str = ""
    group: str = ""
    code: str = ""


@dataclass(frozen=True)
class SitrepPage:
    """One day's report and the delays of the weeks up to it."""

    title: str
    on: date
    since: date
    before: str
    after: str
    daily: tuple[Figure, ...]
    pathways: tuple[Figure, ...]
    reasons: tuple[Figure, ...]
    delays: tuple[Figure, ...]
    bands: tuple[Figure, ...]
    shares: tuple[Figure, ...]
    lost: str
    query: str

    @classmethod
    def of(cls, report: Sitrep, late: Delays, *, today: date) -> "SitrepPage":
        """Of what was reckoned."""
        after = report.on + timedelta(days=1)
        return cls(
            title=f"Leaving hospital, {day(report.on)}",
            on=report.on,
            since=late.since,
            before=(report.on - timedelta(days=1)).isoformat(),
            after=after.isoformat() if after <= today else "",
            daily=tuple(_daily(report)),
            pathways=tuple(
                Figure("Left, by pathway", Pathway(key).label if key else "Not said", str(number))
                for key, number in report.left_by_pathway
            ),
            reasons=tuple(
                _reason("Reasons, stays of 7 days or longer", reason, part)
                for reason, part in report.reasons
            ),
            delays=tuple(_delays(late)),
            bands=tuple(
                Figure("Days from ready to left", _band(low, high), str(number))
                for low, high, number in late.bands
            ),
            shares=tuple(
                _reason("Bed days lost, by reason", reason, part) for reason, part in late.shares
            ),
            lost=str(late.lost),
            query=f"on={report.on.isoformat()}&since={late.since.isoformat()}",
        )

    @property
    def figures(self) -> Sequence[Figure]:
        """Every line, in the order of the page."""
        whole = Figure("Bed days lost", "All of them", self.lost, _LOST)
        return (
            *self.daily,
            *self.pathways,
            *self.reasons,
            *self.delays,
            *self.bands,
            whole,
            *self.shares,
        )


_LOST: Final = (
    "Each day on which somebody who was ready lay in a bed, shared in equal parts among all that "
    "was waited for that day; the parts add up to the days"
)


def _daily(report: Sitrep) -> Iterator[Figure]:
    part = "The day"
    yield Figure(
        part,
        "In a bed",
        str(len(report.in_beds)),
        "Stays of one night or longer, at some time of the day",
    )
    yield Figure(
        part,
        "No longer meet the criteria to reside",
        str(len(report.no_longer_meets)),
        "Of them, whose discharge ready date is this day or before",
    )
    yield Figure(
        part,
        "Left on the day",
        str(len(report.left)),
        "Of those who no longer meet the criteria; who died is not among them",
    )
    yield Figure(part, "Left by 17:00", str(len(report.left_by_five)), "Of those who left")
    yield Figure(
        part, "Died on the day", str(len(report.died)), "Of those who no longer met the criteria"
    )
    yield Figure(
        part,
        "No longer meet and remain",
        str(len(report.remains)),
        "At midnight: who no longer meets, less who left and who died",
    )
    for days, number in report.long:
        yield Figure(
            part,
            f"Remain after {days} days or longer",
            str(number),
            "Of those who remain, by the days since they came",
        )
    yield Figure(
        part,
        "Nobody wrote whether they need the bed",
        str(len(report.not_looked_at)),
        "In a bed at midnight without a look on this day; counted above only where they were ready",
    )


def _delays(late: Delays) -> Iterator[Figure]:
    part = "Delay"
    yield Figure(
        part,
        "Left hospital",
        str(late.left),
        "Stays of one night or longer that ended, other than by death",
    )
    yield Figure(
        part,
        "Without a usable ready date",
        str(late.without_ready),
        "Of them; in no figure below",
    )
    yield Figure(
        part,
        "Left on the day they were ready",
        f"{late.on_the_day} of {late.counted}{_percent(late.on_the_day, late.counted)}",
        "No delay",
    )
    yield Figure(
        part,
        "Days from ready to left, on average",
        _mean(late.mean),
        "Of all with a ready date, those without delay as well",
    )
    yield Figure(
        part,
        "The same, of those who left a day or more late",
        _mean(late.mean_of_delayed, "nobody was late"),
        "Of those with a delay",
    )


def _percent(part: int, of: int) -> str:
    return f" ({round(100 * part / of)}%)" if of else ""


def _mean(mean: float | None, nobody: str = "nobody left") -> str:
    return f"{mean:.1f}" if mean is not None else nobody


def _band(low: int, high: int | None) -> str:
    if high is None:
        return f"{low} days or more"
    if low == high:
        return "No delay" if low == 0 else f"{low} day{'' if low == 1 else 's'}"
    return f"{low} to {high} days"


def _reason(part: str, reason: Reason, share: Fraction) -> Figure:
    blocker, holder = reason
    known = reason_of(blocker, holder)
    who = "the person or family" if holder == PERSON else organisation_word(settings.PLACE, holder)
    label = f"{known.label}: {who}" if who else known.label
    return Figure(part, label, _share(share), group=known.group, code=known.code)


def _share(share: Fraction) -> str:
    return str(share.numerator) if share.denominator == 1 else f"{float(share):.1f}"


def figures_csv(page: SitrepPage) -> str:
    """The rows of the page as a file, with what each counts; no person stands in it."""
    written = io.StringIO()
    out = csv.writer(written)
    out.writerow(["day", "period_from", "part", "figure", "value", "group", "code", "definition"])
    for each in page.figures:
        out.writerow(
            [
                page.on.isoformat(),
                page.since.isoformat(),
                each.part,
                each.label,
                each.value,
                each.group,
                each.code,
                each.definition,
            ]
        )
    return written.getvalue()
