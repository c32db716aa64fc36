"""Writes the suggestions of a run with their reasons and scores, by COPY.

Whoever waits already has the reasons and scores of today put in place of those of before; what a
colleague said stays.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import orjson
from django.db import connection

from oneplace.access.viewer import Viewer
from oneplace.casefinding.models import Run, StepTaken
from oneplace.casefinding.wording import part_of
from oneplace.feeds.models import Source
from oneplace.insight.reasons import GAP, HINT, Reason
from oneplace.people.queries.pseudonyms import EVENT_NUMBER
from oneplace.science.admission_risk import NOT_KNOWN
from oneplace.science.scores import Score, State
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import CaseFindingSource, DataCategory

Explain = Callable[[Sequence[int]], Mapping[int, Mapping[str, Score]]]
"""The published scores of these pseudonyms, each with its contributions."""

# Which way in a suggestion is counted under: the first of these reasons that it has.
_ROUTES: Final = (
    ("recent_discharge", CaseFindingSource.RECENT_DISCHARGE),
    ("falls", CaseFindingSource.FALL),
    ("frequent_attendance", CaseFindingSource.FREQUENT_CONTACT),
    ("carer_strain", CaseFindingSource.CARER_STRAIN),
    ("severe_frailty", CaseFindingSource.FRAILTY_LIST),
    ("moderate_frailty", CaseFindingSource.FRAILTY_LIST),
    ("recorded_frailty", CaseFindingSource.FRAILTY_LIST),
)


@dataclass(frozen=True)
class Made:
    """Somebody found, with what is written of them."""

    pseudonym: int
    person_id: uuid.UUID
    row: Mapping[str, Any]
    holds: Sequence[Mapping[str, Any]]


_BEHIND: Final = f"""
select k.number, x.number, e.id, e.owner, e.part
  from people_pseudonym k
  join people_person p on p.current_id = k.person_id
  join records_subject s on s.person_id = p.id
  join records_entry e on e.subject_id = s.id
 cross join lateral (select {EVENT_NUMBER.format(entry="e.id", salt="k.event_salt")} as number) x
 where k.number = any (%(numbers)s) and x.number = any (%(events)s)
"""  # noqa: S608 - the words of a constant
_SUGGESTION: Final = (
    "id", "person_id", "practice_id", "source", "run_id", "state", "suggested_at", "leaves_on",
    "decided_by_name", "declined", "words", "left_why",
)  # fmt: skip
_STEP: Final = (
    "id", "suggestion_id", "what", "before", "after", "was", "words", "by_id", "by_name", "at",
)  # fmt: skip
_REASON: Final = (
    "suggestion_id", "position", "code", "text", "on", "source", "entry_id", "owner", "part",
)  # fmt: skip
_SCORE: Final = (
    "suggestion_id", "position", "code", "name", "value", "band", "version", "purpose",
    "contributions", "incomplete", "owner", "part",
)  # fmt: skip


def write_suggestions(
    run: Run,
    made: Sequence[Made],
    practices: Mapping[str, uuid.UUID],
    reasons: Mapping[str, Reason],
    *,
    waits: Mapping[uuid.UUID, Made],
    explain: Explain,
    by: Viewer,
    at: datetime,
) -> None:
    """Write those chosen, and anew the reasons and scores of those whose suggestion `waits`."""
    fresh = {new_id(): each for each in made}
    _forget_reasons(waits, reasons)
    suggestions, steps = [], []
    for own, each in fresh.items():
        suggestions.append(
            (
                own, each.person_id, practices[each.row["practice"]], _route(each), run.pk,
                "suggested", at, _leaves_on(each), "", "", "", "",
            )
        )  # fmt: skip
        steps.append(
            (
                new_id(), own, StepTaken.SUGGESTED.value, "", "suggested", "{}", "", by.account_id,
                by.name, at,
            )
        )  # fmt: skip
    copy_rows("casefinding_suggestion", _SUGGESTION, suggestions)
    copy_rows("casefinding_step", _STEP, steps)
    _write_reasons({**fresh, **waits}, reasons, explain)


_FORGET: Final = (
    "delete from casefinding_reason where suggestion_id = any (%(own)s) and code = any (%(codes)s)",
    "delete from casefinding_scoreshown where suggestion_id = any (%(own)s)",
)
_LEAVES: Final = """
update casefinding_suggestion s set leaves_on = told.leaves_on
  from unnest(%s::uuid[], %s::date[]) as told (id, leaves_on)
 where s.id = told.id and s.leaves_on is distinct from told.leaves_on
"""


def _forget_reasons(waits: Mapping[uuid.UUID, Made], reasons: Mapping[str, Reason]) -> None:
    with connection.cursor() as cursor:
        for statement in _FORGET:
            cursor.execute(statement, {"own": list(waits), "codes": list(reasons)})
        cursor.execute(_LEAVES, [list(waits), [_leaves_on(each) for each in waits.values()]])


def _write_reasons(
    found: Mapping[uuid.UUID, Made], reasons: Mapping[str, Reason], explain: Explain
) -> None:
    explained = explain([each.pseudonym for each in found.values()])
    feeds = dict(Source.objects.values_list("code", "name"))
    given = _Given(reasons, _behind(list(found.values())), feeds, explained)
    told, scores = [], []
    for own, each in found.items():
        told += [
            (own, position, *_reason_row(row, each, given))
            for position, row in enumerate(_in_order(each, reasons))
        ]
        scores += [
            (own, *row) for row in _score_rows(each, explained.get(each.pseudonym, {}), feeds)
        ]
    copy_rows("casefinding_reason", _REASON, told)
    copy_rows("casefinding_scoreshown", _SCORE, scores)


def _in_order(each: Made, reasons: Mapping[str, Reason]) -> list[Mapping[str, Any]]:
    order = {code: place for place, code in enumerate(reasons)}
    known = [row for row in each.holds if row["code"] in order]
    return sorted(known, key=lambda row: order[row["code"]])


def _score_rows(
    each: Made, scores: Mapping[str, Score], feeds: Mapping[str, str]
) -> Iterable[tuple[Any, ...]]:
    """Each score with what it was made of; those that need something that is missing say so."""
    known = [score for score in scores.values() if score.state is not State.NOT_RECORDED]
    for position, score in enumerate(known):
        made_of = [
            {
                "what": part.what,
                "points": part.points,
                "on": None if part.on is None else part.on.isoformat(),
                "source": feeds.get(part.source.partition("/")[0], part.source),
            }
            for part in score.contributions
        ]
        yield (
            position, score.instrument.key, score.instrument.name, score.value, score.band or "",
            score.instrument.version, f"{score.instrument.purpose} {score.instrument.citation}.",
            orjson.dumps(made_of).decode(), score.why,
            f"oneplace:{each.row.get('practice', '')}", DataCategory.HEALTH.value,
        )  # fmt: skip


Behind = Mapping[tuple[int, int], tuple[uuid.UUID, str, DataCategory]]


def _unsourced(reason: Reason) -> str:
    """Where a reason comes from that no single event stands behind."""
    return "Nothing of it in any feed" if reason.kind == GAP else "From all that partners sent"


@dataclass(frozen=True)
class _Given:
    """What the rows of reasons are worded with."""

    reasons: Mapping[str, Reason]
    behind: Behind
    feeds: Mapping[str, str]
    scores: Mapping[int, Mapping[str, Score]]


def _behind(made: Sequence[Made]) -> Behind:
    """Which entries stand behind the reasons of those suggested: the entry, its owner, its part."""
    events = sorted({event for each in made for row in each.holds for event in _events(row)})
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, {"numbers": [each.pseudonym for each in made], "events": events})
        return {
            (number, event): (entry, owner, DataCategory(part))
            for number, event, entry, owner, part in cursor.fetchall()
        }


def _events(row: Mapping[str, Any]) -> Sequence[int]:
    return row["event_ids"] or ()


def _reason_row(row: Mapping[str, Any], each: Made, given: _Given) -> tuple[Any, ...]:
    entries = [
        given.behind[each.pseudonym, event]
        for event in _events(row)
        if (each.pseudonym, event) in given.behind
    ]
    own = f"oneplace:{each.row['practice']}"
    source = row["source"] or ""
    entry_id, owner = (entries[0][0], entries[0][1]) if entries else (None, source or own)
    reason = given.reasons[row["code"]]
    chance = given.scores.get(each.pseudonym, {}).get(row["code"])
    is_hint = reason.kind == HINT and chance is not None
    return (
        row["code"],
        reason.words(row) + (_mostly(chance) if is_hint and chance is not None else ""),
        row["on"],
        _model_of(chance)
        if is_hint and chance is not None
        else given.feeds.get(source.partition("/")[0], source) or _unsourced(reason),
        entry_id,
        owner,
        part_of(row["code"], (part for _, _, part in entries)).value,
    )


_MOST_PARTS: Final = 3


def _mostly(chance: Score) -> str:
    """What makes a chance greater than the average person's, the most of it first."""
    raising = [
        part.what.replace(": ", " ")
        for part in chance.contributions[1:]
        if part.points > 0 and not part.what.endswith(NOT_KNOWN)
    ]
    told = [f"{each[0].lower()}{each[1:]}" for each in raising[:_MOST_PARTS]]
    return f". What raises it most: {', '.join(told)}" if told else ""


def _model_of(chance: Score) -> str:
    return f"Local model, {chance.instrument.version}"


def _route(each: Made) -> str:
    held = set(each.row["reasons"])
    routes = (route for code, route in _ROUTES if code in held)
    return next(routes, CaseFindingSource.RISK_LIST).value


def _leaves_on(each: Made) -> date | None:
    """The first day on which none of the dated reasons holds; None where nobody can say."""
    days = [row["leaves_on"] for row in each.holds if row["leaves_on"] is not None]
    return max(days, default=None)


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows of a table of this room by COPY."""
    named = ", ".join(f'"{column}"' for column in columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy {table} ({named}) from stdin") as copy,
    ):
        for row in rows:
            copy.write_row(row)
