"""One person explained: every score with what it was made of, and every reason, event by event.

The same answers as `finding.find` gives for a whole place, worked out another way, from that one
person's events by the pure functions of `science.scores`: what is shown to a clinician can be added
up again. It is also the quick way to score somebody anew when something happens to them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis

from oneplace.insight.evidence import MOST_EVENTS
from oneplace.insight.marks import OF_REASON, Topic, topics_of_sort
from oneplace.insight.reasons import Reason, leaves_on, reasons
from oneplace.insight.risk import KEY, chance_of
from oneplace.insight.scoring import AGE_BANDS
from oneplace.insight.segments import ADULT, COMPLEX, RECORDED_FRAILTY
from oneplace.insight.settings import Settings
from oneplace.insight.shapes import SCORES
from oneplace.insight.snapshot import Snapshot
from oneplace.science.admission_risk import Model
from oneplace.science.code_lists import CodeLists, read_code_lists
from oneplace.science.scores import Happening, Life, Score, every_score, life
from oneplace.science.scores.frailty_index import DEFICITS, deficits_of
from oneplace.science.scores.hospital_frailty import category
from oneplace.science.scores.lately import lately, long_term


@dataclass(frozen=True)
class Person:
    """Who a pseudonym is to the scores: a row of the snapshot's `people`."""

    pseudonym: int
    born_month: date | None
    gender: str | None
    ethnicity: str | None
    practice: str | None
    deprivation: int | None
    died_on: date | None = None


@dataclass(frozen=True)
class Explained:
    """One person on one day."""

    person: Person
    life: Life
    scores: Mapping[str, Score]
    row: Mapping[str, Any]
    """Their row of `SCORES`."""
    reasons: Sequence[Mapping[str, Any]]
    """Their rows of `REASONS`."""


def explain(
    person: Person,
    happenings: Iterable[Happening],
    *,
    on: date,
    settings: Settings | None = None,
    code_lists: CodeLists | None = None,
    covers_practice: bool = True,
    covers_attendances: bool = True,
    model: Model | None = None,
    model_version: str = "",
) -> Explained:
    """Score one person from their events; `happenings` need no ideas, they are looked up here.

    `model` is the local model of admission risk where it is on.
    """
    lists = code_lists or read_code_lists()
    known = reasons(settings or Settings())
    told = (
        each._replace(ideas=lists.ideas(each.system, each.code)) if each.system else each
        for each in happenings
    )
    of = life(
        on=on,
        born_month=person.born_month,
        gender=person.gender,
        happenings=told,
        covers_practice=covers_practice,
        covers_attendances=covers_attendances,
    )
    scores = every_score(of, lists.points)
    row = _row(person, of, scores)
    if model is not None:
        chance = chance_of(model, row, version=model_version)
        scores = {**scores, KEY: chance}
        row["admission_risk"] = chance.value
    evidence = _evidence(of, lists)
    held = [_reason(row, each, of, evidence) for each in known.values() if each.when.holds(row)]
    return Explained(person, of, scores, row, held)


def explain_in(
    snapshot: Snapshot,
    pseudonym: int,
    *,
    on: date,
    settings: Settings | None = None,
    code_lists: CodeLists | None = None,
    model: Model | None = None,
) -> Explained | None:
    """One person of a snapshot; None where the pseudonym is nobody's or they are not alive."""
    lists = code_lists or read_code_lists()
    people = snapshot.table("people")
    found = people.filter(people.pseudonym == pseudonym).to_pyarrow().to_pylist()
    if not found or (found[0]["died_on"] is not None and found[0]["died_on"] <= on):
        return None
    found[0].pop("lives_alone")
    return explain(
        Person(**found[0]),
        happenings_of(snapshot, [pseudonym]).get(pseudonym, ()),
        on=on,
        settings=settings,
        code_lists=lists,
        covers_practice=covers_practice(snapshot, lists),
        covers_attendances=covers_attendances(snapshot),
        model=model,
    )


def happenings_of(
    snapshot: Snapshot, pseudonyms: Sequence[int]
) -> Mapping[int, Sequence[Happening]]:
    """Everything that happened to these people, by pseudonym."""
    events = snapshot.table("events")
    mine = events.filter(events.pseudonym.isin([ibis.literal(each) for each in pseudonyms]))
    table = mine.inner_join(snapshot.table("whats"), "what")
    table = table.inner_join(snapshot.table("sources"), "source")
    found: dict[int, list[Happening]] = {}
    for row in table.to_pyarrow().to_pylist():
        found.setdefault(row["pseudonym"], []).append(
            Happening(
                row["event"],
                row["kind"],
                row["mark"],
                row["happened_on"],
                row["ended_on"],
                row["value"],
                row["name"],
                row["code"],
                row["system"],
            )
        )
    return found


def covers_practice(snapshot: Snapshot, lists: CodeLists) -> bool:
    """Whether the code lists know any code in which general practice recorded a condition."""
    whats = snapshot.table("whats")
    coded = whats.filter((whats.kind == "condition") & ~whats.system.isin(("", "icd10")))
    return any(
        name.startswith("frailty/")
        for row in coded.select("system", "code").to_pyarrow().to_pylist()
        for name in lists.ideas(row["system"], row["code"])
    )


def covers_attendances(snapshot: Snapshot) -> bool:
    """Whether any source of the snapshot tells of an emergency attendance."""
    whats = snapshot.table("whats")
    return bool(whats.filter(whats.kind == "attendance").count().to_pyarrow().as_py())


def _row(person: Person, of: Life, scores: Mapping[str, Score]) -> dict[str, Any]:
    now = lately(of)
    frailty, hospital = scores["frailty_index"], scores["hospital_frailty"]
    judged, activated = scores["clinical_frailty"], scores["activation"]
    deficits = None if frailty.value is None else int(frailty.value)
    growth = None
    if now.package_hours is not None and now.package_hours_before is not None:
        growth = now.package_hours - now.package_hours_before
    row: dict[str, Any] = {
        "pseudonym": person.pseudonym,
        "age": of.age,
        "age_band": next((words for least, words in AGE_BANDS if (of.age or 0) >= least), None)
        if of.age is not None
        else None,
        "gender": person.gender,
        "ethnicity": person.ethnicity,
        "practice": person.practice,
        "deprivation": person.deprivation,
        "frailty_deficits": deficits,
        "frailty_index": None if deficits is None else deficits / float(DEFICITS),
        "frailty_band": frailty.band,
        "frailty_state": frailty.state.value,
        "hospital_frailty": hospital.value,
        "hospital_frailty_band": hospital.band,
        "hospital_frailty_state": hospital.state.value,
        "charlson": scores["charlson"].value,
        "charlson_state": scores["charlson"].state.value,
        "lace": scores["lace"].value,
        "lace_band": scores["lace"].band,
        "lace_state": scores["lace"].state.value,
        "clinical_frailty": judged.value,
        "clinical_frailty_on": judged.contributions[0].on if judged.contributions else None,
        "clinical_frailty_state": judged.state.value,
        "falls_risk": scores["falls_risk"].value,
        "falls_risk_band": scores["falls_risk"].band,
        "falls_risk_state": scores["falls_risk"].state.value,
        "activation": activated.value,
        "activation_on": activated.contributions[0].on if activated.contributions else None,
        "days_since_discharge": _days(of, now.last_discharge_on),
        "days_since_bereavement": _days(of, now.bereaved_on),
        "days_since_medicines_review": _days(of, now.medicines_review_on),
        "package_growth": growth,
        "package_state": now.package_state.value,
        "urgent_rise": now.urgent_6m - now.urgent_6m_before,
        "admission_risk": None,
    }
    for name in SCORES.names:
        if name not in row and name != "segment":
            row[name] = getattr(now, name)
    row["segment"] = _segment(of, row)
    return {name: row[name] for name in SCORES.names}


def _days(of: Life, day: date | None) -> int | None:
    return None if day is None else (of.on - day).days


def _segment(of: Life, row: Mapping[str, Any]) -> str:
    conditions = {name.removeprefix("long_term/") for name in long_term(of)}
    coded = of.of("condition", "observation", "flag")
    judged, age = row["clinical_frailty"], row["age"]
    asked = {
        "end_of_life": any("flags/end-of-life" in each.ideas for each in coded),
        "frailty": row["frailty_band"] in ("moderate", "severe")
        or (judged is not None and judged >= RECORDED_FRAILTY)
        or "dementia" in conditions,
        "complex": len(conditions) >= COMPLEX,
        "mental_or_learning": bool(conditions & {"serious-mental-illness", "learning-disability"}),
        "long_term": bool(conditions),
        "child": age is not None and age < ADULT,
        "adult": age is not None,
    }
    return next((name for name, is_so in asked.items() if is_so), "unknown")


def _evidence(of: Life, lists: CodeLists) -> Mapping[str, list[tuple[date, int, str]]]:
    """By topic, the days, events and sources that can stand behind a reason."""
    found: dict[str, list[tuple[date, int, str]]] = {"deficit": [], "left_stay": []}
    for each in of.happenings:
        topics = topics_of_sort(each.kind, each.mark, each.system, each.ideas)
        if Topic.EMERGENCY_DIAGNOSIS in topics and category(each.code) not in lists.points:
            topics &= ~Topic.EMERGENCY_DIAGNOSIS
        at = (each.happened_on, each.event, each.source)
        for word, topic in OF_REASON.items():
            if topics & topic:
                found.setdefault(word, []).append(at)
        if deficits_of(each, of.gender):
            found["deficit"].append(at)
        if each.kind == "stay" and each.ended_on is not None and each.ended_on <= of.on:
            found["left_stay"].append((each.ended_on, each.event, each.source))
    return found


def _reason(
    row: Mapping[str, Any],
    reason: Reason,
    of: Life,
    evidence: Mapping[str, list[tuple[date, int, str]]],
) -> dict[str, Any]:
    # Of one event several rows may speak: the latest day and source stand for it.
    behind: dict[int, tuple[date, str]] = {}
    for word in reason.topics:
        for day, event, source in evidence.get(word, ()):
            if reason.window is None or (of.on - day).days <= reason.window:
                known = behind.get(event, (day, source))
                behind[event] = (max(known[0], day), max(known[1], source))
    listed = sorted(((day, event, source) for event, (day, source) in behind.items()), reverse=True)
    days = [day for day, _, _ in listed]
    if reason.by_day:
        days = sorted(set(days), reverse=True)
    events = [event for _, event, _ in listed][: 1 if reason.newest else MOST_EVENTS]
    return {
        "pseudonym": row["pseudonym"],
        "code": reason.code,
        "number": _as_number(row[reason.number]) if reason.number else None,
        "other": _as_number(row[reason.other]) if reason.other else None,
        "on": listed[0][0] if listed else None,
        "source": listed[0][2] if listed else None,
        "event_ids": events if listed else None,
        "leaves_on": leaves_on(reason, days),
    }


def _as_number(value: Any) -> float | None:
    return None if value is None else float(value)
