"""Keeps a run: its eligible list, pseudonymous, and the suggestions that come of it, in sets.

Spoken as the loader: the job and the command `find`. Written by COPY; nothing is done row by row.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import orjson
from django.db import connection, transaction

from oneplace.access import audit
from oneplace.access.viewer import Viewer
from oneplace.casefinding import found_files
from oneplace.casefinding.choosing import DEFAULT, Candidate, Choosing, Known, choose
from oneplace.casefinding.coverage import GROUPS, covered
from oneplace.casefinding.models import LocalModel, NotChosen, Run
from oneplace.casefinding.on_huddle_lists import OnHuddleList, on_huddle_lists
from oneplace.casefinding.verbs.joining import join_huddle_list
from oneplace.casefinding.verbs.run_rows import Explain, Made, copy_rows, write_suggestions
from oneplace.insight.finding import Found
from oneplace.insight.reasons import HINT, REASONS, Reason
from oneplace.partners.models import Organisation
from oneplace.people import queries as people
from oneplace.vocabulary.ids import new_id
from oneplace.vocabulary.terms import (
    OrganisationKind,
    Purpose,
)

KEPT_FOR: Final = timedelta(days=8 * 365 + 2)
"""How long an eligible list is kept: as long as an evaluation of the service may look back."""


@dataclass(frozen=True)
class Kept:
    """What came of a run."""

    run_id: uuid.UUID
    people: int
    eligible: int
    suggested: int
    not_chosen: Mapping[NotChosen, int]


@transaction.atomic
def keep_run(
    *,
    found: Found,
    reasons: Mapping[str, Reason] = REASONS,
    choosing: Choosing = DEFAULT,
    explain: Explain = lambda numbers: {},
    model: LocalModel | None = None,
    by: Viewer,
    at: datetime,
) -> Kept:
    """Keep what was found as a run and suggest those chosen to their practices.

    `explain` gives their scores with what these were made of; without it none are shown. `model` is
    the local model that was on.
    """
    rows = _eligible(found)
    holds = _reasons(found)
    in_care = on_huddle_lists(None, viewer=by)
    join_huddle_list(
        person_ids=[each.person_id for each in in_care.values() if each.is_open], by=by, at=at
    )
    whose = people.people_behind([row["pseudonym"] for row in rows], viewer=by)
    practices = _practices()
    known = _known(whose, found.on, by, in_care=in_care)
    chosen, why_not = choose(
        _candidates(rows, holds, reasons),
        known=known,
        waiting=_waiting(found.on),
        practices=frozenset(practices),
        on=found.on,
        by=choosing,
    )
    run = _run(found, rows, chosen, choosing, model=model, at=at)
    run.coverage = covered(
        _grouped(found),
        eligible={row["pseudonym"] for row in rows},
        suggested=set(chosen) | _of(known, NotChosen.WAITING, NotChosen.NOT_NOW),
        listed=_of(known, NotChosen.ON_THE_LIST),
    )
    counts: dict[NotChosen, int] = {}
    for reason in why_not.values():
        counts[reason] = counts.get(reason, 0) + 1
    run.settings["not_chosen"] = {reason.value: n for reason, n in counts.items()}
    run.save(update_fields=["coverage", "settings"])
    _copy_eligible(run, rows, frozenset(chosen), why_not)
    by_number = {row["pseudonym"]: row for row in rows}

    def made(number: int) -> Made:
        return Made(number, whose[number], by_number[number], holds.get(number, ()))

    waits = {number: own for number, own in _waiting_suggestions().items() if number in by_number}
    write_suggestions(
        run,
        [made(number) for number in chosen],
        practices,
        reasons,
        waits={waits[number]: made(number) for number in waits if number in whose},
        explain=explain,
        by=by,
        at=at,
    )
    found.write(found_files.folder(run.pk))
    audit.record(
        by=by,
        at=at,
        action="keep_run",
        subject=("run", run.pk),
        persons_shown=[whose[number] for number in chosen],
        detail={"eligible": len(rows), "suggested": len(chosen)},
    )
    return Kept(run.pk, run.people, run.eligible, run.suggested, counts)


def _eligible(found: Found) -> list[dict[str, Any]]:
    """The eligible with their scores: only what is known of each."""
    eligible = found.eligible.filter(found.eligible.is_eligible)
    eligible = eligible.select("pseudonym", "reasons", "needs", "gaps")
    joined = eligible.join(found.scores, "pseudonym")
    return [
        {name: value for name, value in row.items() if value is not None}
        for batch in joined.order_by("pseudonym").to_pyarrow().to_batches()
        for row in batch.to_pylist()
    ]


def _reasons(found: Found) -> dict[int, list[dict[str, Any]]]:
    eligible = found.eligible.filter(found.eligible.is_eligible).select("pseudonym")
    rows = found.reasons.semi_join(eligible, "pseudonym")
    holds: dict[int, list[dict[str, Any]]] = {}
    for batch in rows.to_pyarrow().to_batches():
        for row in batch.to_pylist():
            holds.setdefault(row["pseudonym"], []).append(row)
    return holds


def _grouped(found: Found) -> Iterable[Mapping[str, Any]]:
    table = found.scores.select("pseudonym", *GROUPS).to_pyarrow()
    for batch in table.to_batches():
        yield from batch.to_pylist()


def _of(known: Mapping[int, Known], *states: NotChosen) -> set[int]:
    return {number for number, each in known.items() if each.state in states}


def _candidates(
    rows: Iterable[Mapping[str, Any]],
    holds: Mapping[int, Sequence[Mapping[str, Any]]],
    reasons: Mapping[str, Reason],
) -> Iterable[Candidate]:
    for row in rows:
        held = [each for each in holds.get(row["pseudonym"], ()) if each["code"] in reasons]
        dated = [each["on"] for each in held if each["on"] is not None]
        yield Candidate(
            pseudonym=row["pseudonym"],
            practice=row.get("practice", ""),
            needs=row["needs"],
            gaps=row["gaps"],
            newest_on=max(dated, default=None),
            hints=sum(reasons[each["code"]].kind == HINT for each in held),
        )


def _practices() -> dict[str, uuid.UUID]:
    found = Organisation.objects.filter(kind=OrganisationKind.GP_PRACTICE, closed_on=None)
    return dict(found.values_list("code", "pk"))


_STANDING: Final = """
select k.number,
       bool_or(s.left_at is null and s.state = 'listed'),
       bool_or(s.left_at is null and s.returns_on > %(on)s
               and s.state in ('suggested', 'gp_screened')),
       bool_or(s.left_at is null and s.state not in ('listed', 'declined')),
       max((s.decided_at at time zone 'Europe/London')::date)
           filter (where s.state = 'declined' or s.left_at is not null),
       max((s.left_at at time zone 'Europe/London')::date)
  from casefinding_suggestion s
  join people_person p on p.id = s.person_id
  join people_pseudonym k on k.person_id = p.current_id
 group by k.number
"""


def _known(
    whose: Mapping[int, uuid.UUID],
    on: date,
    by: Viewer,
    *,
    in_care: Mapping[uuid.UUID, OnHuddleList],
) -> dict[int, Known]:
    """What stands or stood of each pseudonym, and whose choice keeps them off lists."""
    known: dict[int, Known] = {}
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, {"on": on})
        for number, is_listed, is_off, waits, declined_on, left_on in cursor.fetchall():
            if is_listed:
                known[number] = Known(NotChosen.ON_THE_LIST)
            elif is_off:
                known[number] = Known(NotChosen.NOT_NOW)
            elif waits:
                known[number] = Known(NotChosen.WAITING)
            else:
                days = [day for day in (declined_on, left_on) if day is not None]
                known[number] = Known(NotChosen.NOT_NEW, max(days, default=None))
    _know_cases(known, in_care)
    free = people.may_use(sorted(set(whose.values())), Purpose.DIRECT_CARE, viewer=by)
    for number, person_id in whose.items():
        if person_id not in free:
            known[number] = Known(NotChosen.OBJECTED)
    return known


_NUMBERS: Final = """
select k.number, p.current_id from people_pseudonym k
  join people_person p on p.id = k.person_id
 where p.current_id = any (%s)
"""


def _know_cases(known: dict[int, Known], in_care: Mapping[uuid.UUID, OnHuddleList]) -> None:
    """Add whom huddles look after, whichever way they came; and whom they let go, since when."""
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, [list(in_care)])
        for number, person_id in cursor.fetchall():
            case, before = in_care[person_id], known.get(number)
            if case.is_open:
                known[number] = Known(NotChosen.ON_THE_LIST)
            elif before is None or before.state is NotChosen.NOT_NEW:
                days = [case.ended_on, before.decided_on if before else None]
                last = max((each for each in days if each is not None), default=None)
                known[number] = Known(NotChosen.NOT_NEW, last)


_WAITING: Final = """
select o.code, count(*) from casefinding_suggestion s
  join partners_organisation o on o.id = s.practice_id
 where s.left_at is null and s.state in ('suggested', 'gp_screened')
   and (s.returns_on is null or s.returns_on <= %s)
 group by o.code
"""


def _waiting(on: date) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [on])
        return dict(cursor.fetchall())


_WAITS: Final = """
select k.number, s.id from casefinding_suggestion s
  join people_person p on p.id = s.person_id
  join people_pseudonym k on k.person_id = p.current_id
 where s.left_at is null and s.state in ('suggested', 'gp_screened')
"""


def _waiting_suggestions() -> dict[int, uuid.UUID]:
    """The suggestions practices have still to decide, by pseudonym."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITS)
        return dict(cursor.fetchall())


def _run(
    found: Found,
    rows: Sequence[Mapping[str, Any]],
    chosen: Sequence[int],
    choosing: Choosing,
    *,
    model: LocalModel | None,
    at: datetime,
) -> Run:
    left_out = found.eligible.filter(~found.eligible.is_eligible)
    counts = left_out.group_by("why_not").agg(people=left_out.count()).to_pyarrow().to_pylist()
    Run.objects.filter(is_current=True).update(is_current=False)
    run = Run(
        id=new_id(),
        index_on=found.on,
        found_at=at,
        snapshot=found.snapshot,
        settings_version=found.settings,
        code_lists_version=found.code_lists,
        model=model,
        settings={
            "choosing": asdict(choosing),
            "not_eligible": {str(row["why_not"]): row["people"] for row in counts},
        },
        people=int(found.scores.count().to_pyarrow().as_py()),
        eligible=len(rows),
        suggested=len(chosen),
        kept_until_on=found.on + KEPT_FOR,
    )
    run.save(force_insert=True)
    return run


_ELIGIBLE: Final = (
    "run_id", "pseudonym", "practice_code", "age", "gender", "ethnicity", "deprivation", "reasons",
    "scores", "is_chosen", "not_chosen",
)  # fmt: skip
_IN_COLUMNS: Final = frozenset(
    {"pseudonym", "practice", "age", "gender", "ethnicity", "deprivation", "reasons"}
)


def _copy_eligible(
    run: Run,
    rows: Sequence[Mapping[str, Any]],
    chosen: frozenset[int],
    why_not: Mapping[int, NotChosen],
) -> None:
    copy_rows(
        "casefinding_eligible",
        _ELIGIBLE,
        (
            (
                run.pk,
                row["pseudonym"],
                row.get("practice", ""),
                row.get("age"),
                row.get("gender", ""),
                row.get("ethnicity", ""),
                row.get("deprivation"),
                list(row["reasons"]),
                _json({key: value for key, value in row.items() if key not in _IN_COLUMNS}),
                row["pseudonym"] in chosen,
                why_not[row["pseudonym"]].value if row["pseudonym"] in why_not else "",
            )
            for row in rows
        ),
    )


def _json(said: Mapping[str, Any]) -> str:
    return orjson.dumps(said).decode()


@transaction.atomic
def forget_runs(*, by: Viewer, at: datetime, on: date) -> int:
    """Destroy eligible lists past their day; the run and its counts stay. How many lists."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from casefinding_eligible where run_id in (select id from casefinding_run"
            " where kept_until_on < %s and not is_forgotten and not is_current)",
            [on],
        )
        # Whom counts were given of goes with the list they were counted in.
        cursor.execute(
            "delete from casefinding_counted where run_id in (select id from casefinding_run"
            " where kept_until_on < %s and not is_forgotten and not is_current)",
            [on],
        )
        cursor.execute(
            "update casefinding_run set is_forgotten = true"
            " where kept_until_on < %s and not is_forgotten and not is_current",
            [on],
        )
        forgotten = int(cursor.rowcount)
    if forgotten:
        audit.record(by=by, at=at, action="forget_runs", detail={"lists": forgotten})
    return forgotten
