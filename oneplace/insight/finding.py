"""Who may need us: scores, reasons, segments and who is eligible, for a whole place at once.

    snapshot = Snapshot.open(newest(folder))
    found = find(snapshot, on=date(2026, 3, 12), settings=Settings())
    found.scores.filter(found.scores.frailty_band == "severe").to_pyarrow()

It answers pseudonyms and counts only. Who stands behind a pseudonym `people.queries.people_behind`
says to whoever may open them.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

import ibis
import numpy as np
import pyarrow as pa

from oneplace.insight import counting, scoring, segments
from oneplace.insight.evidence import FOREVER, evidence, held, topics_of
from oneplace.insight.marks import Marks, marks_of
from oneplace.insight.reasons import GAP, HINT, Reason
from oneplace.insight.reasons import reasons as reasons_of
from oneplace.insight.settings import Settings
from oneplace.insight.shapes import ELIGIBLE, SCORES
from oneplace.insight.snapshot import Snapshot
from oneplace.science.admission_risk import LOOKED_AT, Model, examples_of
from oneplace.science.code_lists import CodeLists, read_code_lists

_NUMBERS = itertools.count()
_AT_ONCE: Final = 50_000
FOUND: Final = ("scores", "reasons", "segments", "eligible")


@dataclass(frozen=True)
class Found:
    """What was found: four Ibis tables with the columns of `shapes.FOUND`, and of what.

    The tables live as long as the snapshot is open; `.to_pyarrow()` takes a copy out.
    """

    on: date
    snapshot: str
    """The hash of the snapshot."""
    settings: str
    """The version of the settings."""
    code_lists: str
    """The version of the code lists."""
    scores: Any
    reasons: Any
    segments: Any
    eligible: Any

    @property
    def tables(self) -> Mapping[str, Any]:
        """The four tables by name."""
        return {name: getattr(self, name) for name in FOUND}

    def write(self, folder: Path) -> None:
        """Write the four tables as Parquet files into a folder, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in self.tables.items():
            # No compression worth its time: this is read once or twice.
            table.to_parquet(folder / f"{name}.parquet", compression="snappy")


def find(
    snapshot: Snapshot,
    *,
    on: date,
    settings: Settings | None = None,
    code_lists: CodeLists | None = None,
    admission_risk: pa.Table | None = None,
    model: Model | None = None,
) -> Found:
    """Score everybody alive on a day, with reasons, segments and the eligible list.

    `model` is the local model of admission risk where it is on: signed, and not withdrawn. Its
    chances may be given instead, as a table `admission_risk` of `pseudonym` and `risk`.
    """
    settings = settings or Settings()
    lists = code_lists or read_code_lists()
    store = snapshot.connection
    slim, scores = _scored(snapshot, lists, on=on)
    if model is not None and admission_risk is None:
        admission_risk = chances(model, scores.select("pseudonym", *LOOKED_AT).to_pyarrow())
    if admission_risk is not None:
        risk = _kept(store, "admission_risk", admission_risk)
        both = scores.drop("admission_risk").left_join(risk, "pseudonym")
        scores = _kept(store, "scores", both.rename(admission_risk="risk").select(*SCORES.names))
    known = reasons_of(settings)
    holding = _kept(store, "held", held(scores, known))
    rules = _kept(store, "rules", _rules(known))
    reasons = _kept(
        store,
        "reasons",
        evidence(
            happened=slim,
            holding=holding,
            rules=rules,
            sources=snapshot.table("sources"),
            reasons=known,
            on=on,
        ),
    )
    eligible = _kept(
        store,
        "eligible",
        eligible_of(scores, reasons, known, settings, on=on),
    )
    counted = _kept(
        store,
        "segments",
        segments.counted(
            scores, reasons.filter(~reasons.code.isin(_hints(known))), settings.small_number
        ),
    )
    return Found(
        on,
        snapshot.manifest.hash,
        settings.version,
        lists.version,
        scores,
        reasons,
        counted,
        eligible,
    )


def scores_on(snapshot: Snapshot, *, on: date, code_lists: CodeLists | None = None) -> Any:
    """The scores of everybody alive on a day, and nothing more."""
    return _scored(snapshot, code_lists or read_code_lists(), on=on)[1]


def _scored(snapshot: Snapshot, lists: CodeLists, *, on: date) -> tuple[Any, Any]:
    """The events most questions are about, and the scores."""
    store = snapshot.connection
    marks = marks_of(snapshot.table("whats").to_pyarrow(), lists)
    happened = counting.marked(snapshot.table("events"), _kept(store, "marks", marks.table), on=on)
    slim = _kept(store, "slim", counting.slim(happened, marks))
    table = scoring.scored(
        snapshot.table("people"),
        happened,
        slim,
        marks=marks,
        points=_points(store, marks),
        keep=partial(_kept, store),
        on=on,
    )
    table = table.mutate(segment=segments.segment(table, marks))
    return slim, _kept(store, "scores", scoring.as_scores(table))


def chances(model: Model, table: pa.Table) -> pa.Table:
    """The chance of each row of a table with the columns of `SCORES` a model looks at."""
    # A part at a time: of each person the model makes fifty numbers.
    parts = [
        model.risk(examples_of(table.slice(begin, _AT_ONCE)))
        for begin in range(0, max(table.num_rows, 1), _AT_ONCE)
    ]
    return pa.table({"pseudonym": table.column("pseudonym"), "risk": np.concatenate(parts)})


def _kept(store: Any, name: str, table: Any) -> Any:
    """Keep a table for as long as the snapshot is open, under a name of its own."""
    obj = ibis.memtable(table) if isinstance(table, pa.Table) else table
    return store.create_table(f"{name}_{next(_NUMBERS)}", obj, temp=True)


def _points(store: Any, marks: Marks) -> Any:
    numbers = range(1, len(marks.points) + 1)
    table = pa.table(
        {
            "category": pa.array(numbers, pa.int16()),
            "tenths": pa.array([tenths for _, tenths in marks.points], pa.int32()),
        }
    )
    return _kept(store, "points", table)


def _rules(reasons: Mapping[str, Reason]) -> pa.Table:
    return pa.table(
        {
            "code": list(reasons),
            "rule": pa.array(range(len(reasons)), pa.int8()),
            "topics": pa.array([topics_of(each) for each in reasons.values()], pa.int64()),
            "window": pa.array(
                [FOREVER if each.window is None else each.window for each in reasons.values()],
                pa.int32(),
            ),
        }
    )


def _hints(known: Mapping[str, Reason]) -> list[str]:
    return [code for code, reason in known.items() if reason.kind == HINT]


def eligible_of(
    scores: Any, reasons: Any, known: Mapping[str, Reason], settings: Settings, *, on: date
) -> Any:
    """Everybody alive: whether they are eligible on the day, and if not, why."""
    gaps = [code for code, reason in known.items() if reason.kind == GAP]
    hints = _hints(known)
    numbered = {code: place for place, code in enumerate(known)}
    placed = reasons.mutate(
        place=reasons.code.cases(*numbered.items(), else_=len(numbered)),
        is_gap=reasons.code.isin(gaps),
        is_hint=reasons.code.isin(hints),
    )
    mine = placed.group_by("pseudonym").agg(
        codes=placed.code.collect(order_by=placed.place),
        needs=(~placed.is_gap & ~placed.is_hint).sum(),
        gaps=placed.is_gap.sum(),
    )
    each = scores.select("pseudonym", "practice").left_join(mine, "pseudonym")
    each = each.mutate(
        needs=each.needs.fill_null(0).cast("int16"), gaps=each.gaps.fill_null(0).cast("int16")
    )
    why_not = ibis.cases(
        (each.practice.isnull(), "no_practice"),
        (each.needs + each.gaps == 0, "no_reason"),
        (each.needs < settings.least_needs, "too_few_reasons"),
        else_=ibis.null("string"),
    )
    table = each.mutate(
        on=ibis.literal(on),
        why_not=why_not,
        is_eligible=why_not.isnull(),
        reasons=each.codes.fill_null(ibis.literal([], type="array<string>")),
    )
    return table.select(*ELIGIBLE.names)
