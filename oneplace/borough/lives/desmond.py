"""Desmond Clarke, 77: the one life written by hand, for the demo's story.

He is person 0 (`SCRIPTED["desmond"]`), his wife Joyce person 1, their daughter Marcia person 2.
All three are invented. Dates below are those of a demo pinned at Thursday 12 March 2026, 09:40;
with another now the whole story moves by whole days, at the same times of day.

What happens: three stays in eleven months (April, November, February), Joyce's death in August
between the first two. He has been ready for 22 days; three things hold him up at once, and the
shared days add up to 22. He leaves at 10:15, the first visit comes 1 h 29 min later, he falls the
next day. The huddle of 19 March lists him; a coordinator helps with a plan that begins "I want to
sit in Joyce's garden"; garden volunteers come; benefits are gained; June brings the review.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

import numpy as np

from oneplace.borough.lives.columns import NEVER, NO_DAY, NONE, Coded
from oneplace.borough.lives.concepts import CONCEPT
from oneplace.borough.lives.council import OUTCOMES, SUPPORT_REASONS
from oneplace.borough.lives.families import SCRIPTED
from oneplace.borough.lives.huddles import meeting_after
from oneplace.borough.lives.illness import DEFICIT_COUNT, FRAILTY_CUTS
from oneplace.borough.lives.moments import DAY, MINUTE, Array, day_number, day_of, moment
from oneplace.borough.lives.stays import partner_of_kind
from oneplace.borough.lives.world import World, appended, rows, taken
from oneplace.borough.tables import TABLES
from oneplace.vocabulary.terms.work import OrganisationKind

DESMOND: Final = SCRIPTED["desmond"]
JOYCE: Final = SCRIPTED["joyce"]
MARCIA: Final = SCRIPTED["marcia"]

STORY_DAY: Final = date(2026, 3, 12)
"""The day of the pinned now that the dates below are written for."""

BORN: Final = "1948-06-21"
JOYCE_DIED: Final = "2025-08-02 04:20"
READY: Final = "2026-02-18 10:20"
LEAVES: Final = "2026-03-12 10:15"
FIRST_VISIT: Final = "2026-03-12 11:44"
FALLS_AGAIN: Final = "2026-03-13 06:50"
GARDEN_WORDS: Final = "I want to sit in Joyce's garden"


class _Story:
    """Collects rows by table, moved to the run's own now, and adds them to the drafts."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.shift = world.now_day - day_number(STORY_DAY)
        self.rows: dict[str, list[dict[str, Any]]] = {}

    def day(self, text: str) -> int:
        return day_number(date.fromisoformat(text)) + self.shift

    def at(self, text: str) -> int:
        when = datetime.fromisoformat(text)
        minutes = np.array([when.hour * 60.0 + when.minute])
        return int(moment(np.array([self.day(text[:10])]), minutes)[0])

    def add(self, table: str, **values: Any) -> int:
        """One more row; gives back its index in the finished table."""
        made = self.rows.setdefault(table, [])
        index = rows(self.world[table]) + len(made)
        own = TABLES[table].columns[0]
        if own.meaning == "itself":
            values[own.name] = index
        made.append(values)
        return index

    def finish(self) -> None:
        """Convert the rows by the tables' columns and append them; nothing after the end."""
        for name, made in self.rows.items():
            columns: dict[str, Any] = {}
            for column in TABLES[name].columns:
                columns[column.name] = _column(column.kind, [row[column.name] for row in made])
                if column.kind == "when":
                    late = columns[column.name] >= self.world.end
                    columns[column.name] = np.where(late, NEVER, columns[column.name])
            self.world[name] = appended(self.world[name], columns)


def _column(kind: str, values: list[Any]) -> Any:
    if kind in {"code", "text"}:
        present = [value for value in values if value is not None]
        words = list(dict.fromkeys(present))
        codes = [words.index(value) if value is not None else NONE for value in values]
        return Coded(np.array(codes), words)
    if kind == "word":
        return list(values)
    none = {"when": NEVER, "day": NO_DAY, "real": np.nan}.get(kind, NONE)
    return np.array([none if value is None else value for value in values])


def write_people(world: World) -> None:
    """Who the three are: overwrites their placeholder rows, and their histories and ties.

    Runs right after families, before anything else reads them.
    """
    story = _Story(world)
    people = world["people"]
    who = np.array([DESMOND, JOYCE, MARCIA])

    def put(column: str, values: list[Any]) -> None:
        current = people[column]
        if isinstance(current, Coded):
            words = list(current.words)
            words += [value for value in values if value is not None and value not in words]
            codes = current.codes.copy()
            codes[who] = [NONE if value is None else words.index(value) for value in values]
            people[column] = Coded(codes, words)
        elif isinstance(current, list):
            for person, value in zip(who.tolist(), values, strict=True):
                current[person] = value
        else:
            current[who] = values

    put("title", ["Mr", "Mrs", "Mrs"])
    put("given_name", ["Desmond", "Joyce", "Marcia"])
    put("middle_name", ["Alphonso", None, "Pearl"])
    put("family_name", ["Clarke", "Clarke", "Bennett"])
    put("preferred_name", ["Des", "Joyce", "Marcia"])
    put("previous_family_name", [None, "Morrison", "Clarke"])
    married = [None, story.day("1974-07-20"), story.day("2003-05-10")]
    put("family_name_changed_on", [NO_DAY if day is None else day for day in married])
    put("gender", ["male", "female", "female"])
    put("sex", ["male", "female", "female"])
    put("born_on", [story.day(BORN), story.day("1950-01-14"), story.day("1976-11-03")])
    put("died_at", [NEVER, story.at(JOYCE_DIED), NEVER])
    put("ethnicity", ["M", "M", "M"])
    put("language", ["en", "en", "en"])
    put("needs_interpreter", [False, False, False])
    put("religion", ["christian", "christian", "christian"])
    put("communication_needs", ["hearing_loop", "none", "none"])
    put("marital_status", ["widowed", "married", "divorced"])
    put("landline", ["020 7946 0377", "020 7946 0377", None])
    put("mobile", ["07700 900377", None, "07700 900412"])
    put("email", ["", "", "marcia.bennett@example.org"])
    put("lives_alone", [True, False, True])
    put("is_housebound", [False, False, False])
    put("next_of_kin", [MARCIA, DESMOND, DESMOND])
    put("arrived_on", [NO_DAY] * 3)
    put("left_on", [NO_DAY] * 3)
    put("twin", [NONE] * 3)
    put("care_home", [NONE] * 3)
    put("practice", [people["practice"][DESMOND]] * 3)
    put("network", [people["network"][DESMOND]] * 3)
    _histories(world, story)


def _histories(world: World, story: _Story) -> None:
    people = world["people"]
    for name in ("address_history", "registrations", "relationships"):
        world[name] = taken(world[name], world[name]["person"] > MARCIA)
    home, away = int(people["address"][DESMOND]), int(people["address"][MARCIA])
    practice = int(people["practice"][DESMOND])
    died = int(day_of(np.array([story.at(JOYCE_DIED)]))[0])
    for person, address, since, until in (
        (DESMOND, home, "1979-03-05", None), (JOYCE, home, "1979-03-05", died),
        (MARCIA, away, "2004-06-01", None),
    ):  # fmt: skip
        story.add("address_history", person=person, address=address, from_on=story.day(since),
                  to_on=until, reason="move")  # fmt: skip
        story.add("registrations", person=person, practice=practice, from_on=story.day(since),
                  to_on=until, end_reason=None if until is None else "died")  # fmt: skip
    for person, other, kind, is_kin in (
        (DESMOND, JOYCE, "spouse", False), (JOYCE, DESMOND, "spouse", True),
        (DESMOND, MARCIA, "child", True), (MARCIA, DESMOND, "parent", True),
        (JOYCE, MARCIA, "child", False), (MARCIA, JOYCE, "parent", False),
    ):  # fmt: skip
        story.add("relationships", person=person, other=other, kind=kind, is_next_of_kin=is_kin,
                  lives_with=False)  # fmt: skip
    story.finish()
    parts = world["addresses"]
    for address in (home, away):
        parts["kind"].codes[address] = parts["kind"].words.index("house")
        parts["line_1"].codes[address] = parts["line_1"].words.index("")
    if "council" in parts["tenure"].words:
        parts["tenure"].codes[home] = parts["tenure"].words.index("council")


def write_story(world: World) -> None:
    """Everything that happens to the three, into every table."""
    story = _Story(world)
    _illness(world, story)
    stays = _stays(world, story)
    _joyce(story, world)
    _home_first(world, story, stays[2])
    _huddle(world, story)
    _coordinator(world, story)
    _council(world, story, stays[2])
    _practice(world, story)
    story.finish()
    _sort_again(world)


def _sort_again(world: World) -> None:
    """Keep what later steps look up sorted by person."""
    for name, key in (("bereavements", "on"), ("deaths", "died_at"), ("carers", "from_on"),
                      ("registrations", "from_on"), ("medicines", "started_on")):  # fmt: skip
        table = world[name]
        first = "carer" if name == "carers" else "person"
        world[name] = taken(table, np.lexsort((table[key], table[first])))


def _illness(world: World, story: _Story) -> None:
    conditions = {
        "hypertension": ("2004-09-14", "gp"), "osteoarthritis": ("2013-02-11", "gp"),
        "coronary_heart_disease": ("2016-10-03", "hospital"), "hearing_loss": ("2021-05-20", "gp"),
        "prostate_or_bladder_disease": ("2018-06-07", "gp"), "anaemia": ("2025-05-06", "gp"),
        "socially_vulnerable": ("2025-09-22", "gp"), "weight_loss": ("2025-10-16", "gp"),
        "recurrent_falls": ("2025-11-20", "gp"), "dizziness": ("2025-12-11", "gp"),
        "mobility_problem": ("2026-02-06", "hospital"),
    }  # fmt: skip
    onsets = []
    for key, (since, source) in conditions.items():
        story.add("conditions", person=DESMOND, concept=CONCEPT[key],
                  onset_on=story.day(since) - 30,
                  recorded_on=story.day(since), source=source, resolved_on=None)  # fmt: skip
        onsets.append(story.day(since) - 30)
    for key, since in (("coronary_heart_disease", "2011-03-02"), ("cancer", "2025-02-19")):
        story.add("conditions", person=JOYCE, concept=CONCEPT[key], onset_on=story.day(since) - 20,
                  recorded_on=story.day(since), source="gp", resolved_on=None)  # fmt: skip
    for name, since, until, dose, reason in (
        ("amlodipine", "2006-01-10", None, "5 mg once a day", "hypertension"),
        ("ramipril", "2008-03-18", None, "10 mg once a day", "hypertension"),
        ("indapamide", "2012-07-02", "2026-03-27", "2.5 mg each morning", "hypertension"),
        ("bisoprolol", "2016-10-05", None, "2.5 mg once a day", "coronary_heart_disease"),
        ("aspirin", "2016-10-05", None, "75 mg once a day", "coronary_heart_disease"),
        ("atorvastatin", "2016-10-05", None, "80 mg at night", "coronary_heart_disease"),
        ("tamsulosin", "2018-06-12", None, "400 micrograms once a day",
         "prostate_or_bladder_disease"),
        ("paracetamol", "2013-02-11", None, "1 g up to four times a day", "osteoarthritis"),
        ("ferrous_fumarate", "2025-05-08", None, "210 mg once a day", "anaemia"),
    ):  # fmt: skip
        stopped = None if until is None else story.day(until)
        story.add("medicines", person=DESMOND, concept=CONCEPT[name], started_on=story.day(since),
                  stopped_on=stopped, dose=dose, is_repeat=True,
                  reason=CONCEPT[reason])  # fmt: skip
    onsets.append(story.day("2016-10-05"))  # the fifth medicine
    quarters = np.unique(world["frailty"]["on"])
    for quarter in quarters.tolist():
        count = sum(day <= quarter for day in onsets)
        band = ["fit", "mild", "moderate", "severe"][
            int(np.searchsorted(FRAILTY_CUTS, count / DEFICIT_COUNT, side="left"))
        ]
        judged = 6 if quarter >= story.day("2026-02-05") else None
        story.add("frailty", person=DESMOND, on=quarter, deficits=count,
                  index=count / DEFICIT_COUNT, category=band,
                  clinical_frailty_scale=judged)  # fmt: skip
    story.add("allergies", person=DESMOND, concept=CONCEPT["trimethoprim"],
              recorded_on=story.day("1999-08-03"), reaction="rash", severity="mild")  # fmt: skip
    show = int(world["people"]["practice"][DESMOND])
    for vaccine, on in (("flu_vaccine", "2024-10-10"), ("flu_vaccine", "2025-10-16"),
                        ("covid_vaccine", "2024-10-10"), ("shingles_vaccine", "2019-02-12"),
                        ("pneumococcal_vaccine", "2013-11-05")):  # fmt: skip
        story.add("immunisations", person=DESMOND, concept=CONCEPT[vaccine],
                  given_on=story.day(on), practice=show)  # fmt: skip
    for key, when, value, second, source in (
        ("weight", "2025-03-18 09:20", 81.0, None, "gp"),
        ("weight", "2025-05-06 10:10", 79.6, None, "gp"),
        ("weight", "2025-10-16 11:00", 74.8, None, "gp"),
        ("weight", "2025-12-11 10:40", 72.1, None, "gp"),
        ("weight", "2026-01-22 17:15", 70.6, None, "gp"),
        ("weight", "2026-02-05 08:30", 69.4, None, "hospital"),
        ("weight", "2026-03-04 08:30", 68.7, None, "hospital"),
        ("weight", "2026-05-14 10:00", 71.2, None, "gp"),
        ("must", "2026-02-05 08:35", 2, None, "hospital"),
        ("blood_pressure", "2025-03-18 09:25", 134, 78, "gp"),
        ("blood_pressure", "2025-12-11 10:45", 108, 62, "gp"),
        ("blood_pressure", "2026-03-04 08:40", 104, 60, "hospital"),
        ("blood_pressure", "2026-04-09 09:30", 126, 72, "gp"),
        ("haemoglobin", "2025-05-06 10:15", 112, None, "gp"),
        ("haemoglobin", "2026-02-04 21:00", 109, None, "hospital"),
        ("egfr", "2026-02-04 21:00", 58, None, "hospital"),
    ):  # fmt: skip
        story.add("observations", person=DESMOND, concept=CONCEPT[key], at=story.at(when),
                  value=value, second_value=second, source=source)  # fmt: skip


def _stays(world: World, story: _Story) -> list[int]:
    """The three stays, with what brought him, the wards, the dates, and what held him up."""
    hospital = world.place.hospitals[0]
    wards = {ward.specialty.value: ward.code for ward in hospital.wards if ward.beds}
    first_ward = next(iter(wards.values()))
    acute = wards.get("acute_medicine", first_ward)
    older = wards.get("older_people", wards.get("frailty", first_ward))
    consultant = int(world.staff_of("consultant")[0])
    indexes = []
    for arrived, admitted, left, diagnosis, complaint, pathway, ready, expected, is_fall, scale in (
        ("2025-04-16 14:05", "2025-04-16 18:40", "2025-04-22 15:10", "pneumonia", "breathless",
         "P0", "2025-04-22 11:00", "2025-04-21", False, 4),
        ("2025-11-09 07:15", "2025-11-09 12:20", "2025-11-20 16:05", "fall_without_fracture",
         "fall", "P0", "2025-11-20 10:30", "2025-11-14", True, 5),
        ("2026-02-04 19:35", "2026-02-05 00:50", LEAVES, "urinary_tract_infection", "confusion",
         "P1", READY, "2026-02-12", False, 6),
    ):  # fmt: skip
        discharged = story.at(left)
        delay = int(day_of(np.array([discharged]))[0] - story.day(ready[:10]))
        stay = story.add(
            "hospital_stays", person=DESMOND, admitted_at=story.at(admitted),
            discharged_at=discharged, method="21", source_of_admission="19", specialty="430",
            diagnosis=CONCEPT[diagnosis], is_emergency=True, is_out_of_borough=False,
            is_fall=is_fall, ambulatory_sensitive=diagnosis != "fall_without_fracture",
            clinical_frailty_scale=scale, expected_on=story.day(expected),
            ready_at=story.at(ready), proposed_pathway=pathway, pathway=pathway,
            discharge_method="1", discharge_destination="19", consultant=consultant,
            delay_days=delay,
        )  # fmt: skip
        indexes.append(stay)
        story.add("ed_attendances", person=DESMOND, arrived_at=story.at(arrived),
                  left_at=story.at(admitted), arrival="ambulance", complaint=CONCEPT[complaint],
                  disposal="admitted", stay=stay, is_out_of_borough=False)  # fmt: skip
        move = story.at(admitted) + 19 * 60 * MINUTE
        for ward, bay, bed, since, until in (
            (acute, 2, 4, story.at(admitted), move), (older, 3, 6, move, discharged),
        ):  # fmt: skip
            story.add("ward_moves", stay=stay, person=DESMOND, ward=ward, bay=bay, bed=bed,
                      from_at=since, to_at=until)  # fmt: skip
        story.add("expected_dates", stay=stay, person=DESMOND,
                  at=story.at(admitted) + 20 * 60 * MINUTE,
                  expected_on=story.day(expected))  # fmt: skip
        _reviews(story, stay, story.at(admitted), story.at(ready), discharged)
    for when, expected in (("2026-02-12 10:10", "2026-02-18"), ("2026-02-18 10:30", "2026-02-25"),
                           ("2026-02-25 10:05", "2026-03-06"),
                           ("2026-03-06 09:50", "2026-03-12")):  # fmt: skip
        story.add("expected_dates", stay=indexes[2], person=DESMOND, at=story.at(when),
                  expected_on=story.day(expected))  # fmt: skip
    _falls(story)
    _blockers(world, story, indexes[2])
    return indexes


def _falls(story: _Story) -> None:
    for when, place, response, harm in (
        ("2025-11-09 05:30", "home", "ed", "minor"), ("2026-01-21 16:00", "garden", "gp", "none"),
        (FALLS_AGAIN, "home", "rapid_response", "minor"),
    ):  # fmt: skip
        story.add("falls", person=DESMOND, at=story.at(when), place=place, harm=harm,
                  response=response)  # fmt: skip


def _reviews(story: _Story, stay: int, admitted: int, ready: int, left: int) -> None:
    """A criteria-to-reside review each morning of the stay."""
    first = int(day_of(np.array([admitted]))[0]) + 1
    last = int(day_of(np.array([left]))[0])
    for day in range(first, last + 1):
        at = int(moment(np.array([day]), np.array([575.0]))[0])
        if at < left:
            story.add("residence_reviews", stay=stay, person=DESMOND, at=at, is_met=at < ready,
                      reason="intravenous_treatment" if at < ready else "none")  # fmt: skip


def _blockers(world: World, story: _Story, stay: int) -> None:
    """Three at once. Shared equally, day by day: choice 2+1+6, housing 1+6, bed 6 = 22 days."""
    council = partner_of_kind(world, OrganisationKind.COUNCIL)
    trust = partner_of_kind(world, OrganisationKind.ACUTE_TRUST)
    life = int(world["staff"]["employer"][world.staff_of("life_coordinator")[0]])
    for kind, organisation, opened, closed, note in (
        ("choice", trust, READY, "2026-03-12 09:58",
         "He does not want to go home to rooms full of Joyce's things"),
        ("housing", council, "2026-02-20 10:20", "2026-03-12 10:05",
         "House clearance: hall and front room"),
        ("equipment", life, "2026-02-22 10:20", "2026-03-12 10:10",
         "Bed downstairs, LIFE to arrange"),
    ):  # fmt: skip
        story.add("stay_blockers", stay=stay, person=DESMOND, kind=kind, organisation=organisation,
                  opened_at=story.at(opened), closed_at=story.at(closed), note=note)  # fmt: skip


def _joyce(story: _Story, world: World) -> None:
    died = story.at(JOYCE_DIED)
    day = int(day_of(np.array([died]))[0])
    acute = next(ward.code for ward in world.place.hospitals[0].wards if ward.beds)
    stay = story.add(
        "hospital_stays", person=JOYCE, admitted_at=story.at("2025-07-29 22:10"),
        discharged_at=died, method="21", source_of_admission="19", specialty="300",
        diagnosis=CONCEPT["cancer_complication"], is_emergency=True, is_out_of_borough=False,
        is_fall=False, ambulatory_sensitive=False, clinical_frailty_scale=7, expected_on=None,
        ready_at=None, proposed_pathway=None, pathway=None, discharge_method="4",
        discharge_destination="79", consultant=int(world.staff_of("consultant")[1]), delay_days=0,
    )  # fmt: skip
    story.add("ed_attendances", person=JOYCE, arrived_at=story.at("2025-07-29 17:50"),
              left_at=story.at("2025-07-29 22:10"), arrival="ambulance",
              complaint=CONCEPT["unwell_older"], disposal="admitted", stay=stay,
              is_out_of_borough=False)  # fmt: skip
    story.add("ward_moves", stay=stay, person=JOYCE, ward=acute, bay=1, bed=2,
              from_at=story.at("2025-07-29 22:10"), to_at=died)  # fmt: skip
    story.add("deaths", person=JOYCE, died_at=died, registered_on=day + 4, cause="cancer",
              place="hospital", stay=stay)  # fmt: skip
    for person, kind in ((DESMOND, "spouse"), (MARCIA, "parent")):
        story.add("bereavements", person=person, lost=JOYCE, kind=kind, on=day)
    story.add("carers", carer=DESMOND, cared_for=JOYCE, hours_per_week=40, tasks="everything",
              strain=6, from_on=story.day("2025-03-01"), to_on=day, is_known_to_practice=True,
              is_known_to_council=False)  # fmt: skip
    story.add("carers", carer=MARCIA, cared_for=DESMOND, hours_per_week=6, tasks="household",
              strain=5, from_on=story.day("2025-08-10"), to_on=None, is_known_to_practice=False,
              is_known_to_council=False)  # fmt: skip


def _sana(world: World) -> int:
    return int(world.staff_of("reablement_worker")[0])


def _home_first(world: World, story: _Story, stay: int) -> None:
    coordinator = int(world.staff_of("life_coordinator")[0])
    nurse = int(world.staff_of("community_nurse")[0])
    therapist = int(world.staff_of("therapist")[0])
    provider = int(world.state["home_care"][0])
    home = story.add(
        "life_episodes", person=DESMOND, stream="discharge", source="hospital_ward",
        reason="reduced_function", referred_at=story.at("2026-03-12 09:48"), decision="accepted",
        decision_reason="none", decided_at=story.at("2026-03-12 09:55"), stay=stay,
        left_hospital_at=story.at(LEAVES), first_visit_at=story.at(FIRST_VISIT),
        coordinator=coordinator, provider=provider, hours_before=0.0, hours_at_start=10.5,
        hours_at_exit=2.0, function_at_start=10, function_at_exit=16,
        ended_at=story.at("2026-04-17 12:00"), sequel="community_help", disposition=None,
        admission_avoided=None, day_91_status="at_home",
    )  # fmt: skip
    crisis = story.add(
        "life_episodes", person=DESMOND, stream="rapid_response", source="carer", reason="fall",
        referred_at=story.at("2026-03-13 08:05"), decision="accepted", decision_reason="none",
        decided_at=story.at("2026-03-13 08:11"), stay=None, left_hospital_at=None,
        first_visit_at=story.at("2026-03-13 08:52"), coordinator=coordinator, provider=None,
        hours_before=10.5, hours_at_start=0.0, hours_at_exit=None, function_at_start=9,
        function_at_exit=10, ended_at=story.at("2026-03-13 17:00"), sequel=None,
        disposition="stay_home", admission_avoided="likely", day_91_status=None,
    )  # fmt: skip
    visits = [
        (home, _sana(world), FIRST_VISIT, 55, "assessment"),
        (home, _sana(world), "2026-03-12 18:10", 30, "reablement"),
        (crisis, nurse, "2026-03-13 08:52", 50, "nurse"),
        (crisis, therapist, "2026-03-13 14:20", 45, "therapist"),
    ]
    visits += [(home, _sana(world), f"2026-03-{day:02d} 09:15", 40, "reablement")
               for day in range(14, 32)]  # fmt: skip
    visits += [(home, therapist, "2026-03-20 11:00", 45, "review"),
               (home, therapist, "2026-04-17 11:10", 45, "review")]  # fmt: skip
    visits += [(home, _sana(world), f"2026-04-{day:02d} 09:15", 30, "reablement")
               for day in (2, 4, 7, 9, 11, 14)]  # fmt: skip
    for episode, staff, when, minutes, kind in visits:
        story.add("life_visits", life_episode=episode, person=DESMOND, staff=staff,
                  at=story.at(when), minutes=minutes, kind=kind, outcome="seen")  # fmt: skip


def _show_staff(world: World, role: str) -> int:
    staff = world["staff"]
    practice, network = (int(world["people"][name][DESMOND]) for name in ("practice", "network"))
    found = world.staff_of(role)
    own = found[(staff["practice"][found] == practice) | (staff["network"][found] == network)]
    return int((own if len(own) else found)[0])


def _next_meetings(world: World, after: int) -> Array:
    """The show practice's meetings from the first whose list was open then."""
    meetings = world["huddle_meetings"]
    practice = int(world["people"]["practice"][DESMOND])
    number = int(meeting_after(world, np.array([practice]), np.array([after]))[0])
    own = np.flatnonzero(meetings["practice"] == practice)
    return own[number:]


def _huddle(world: World, story: _Story) -> None:
    listed = story.at("2026-03-13 15:10")
    if listed >= world.end:
        return
    case = story.add(
        "huddle_cases", person=DESMOND, practice=int(world["people"]["practice"][DESMOND]),
        listed_at=listed, trigger="recent_discharge", lead=_show_staff(world, "gp"),
        told_at=story.at("2026-03-13 15:05"), status="listed", closed_at=None, close_reason=None,
        next_review_on=None,
    )  # fmt: skip
    meetings = _next_meetings(world, listed)
    starts = world["huddle_meetings"]["starts_at"]
    for order, (step, kind) in enumerate(
        ((0, "new_cases"), (2, "due_reviews"), (6, "due_reviews"), (12, "due_reviews"))
    ):
        if step >= len(meetings):
            break
        meeting = int(meetings[step])
        at = int(starts[meeting])
        talk = story.add("huddle_discussions", huddle_case=case, meeting=meeting, person=DESMOND,
                         at=at, kind=kind, minutes=9 if order == 0 else 4)  # fmt: skip
        if order == 0:
            for action, role, due_days, done_days in (
                ("medicines_review", "pharmacist", 8, 6), ("pic_referral", "pic", 7, 0),
                ("benefits", "pic", 28, 26), ("falls_assessment", "therapist", 14, 12),
                ("care_plan", "community_nurse", 21, 24),
            ):  # fmt: skip
                story.add(
                    "huddle_actions", discussion=talk, huddle_case=case, person=DESMOND,
                    kind=action, owner=_show_staff(world, role), asked_at=at + 6 * MINUTE,
                    due_on=int(day_of(np.array([at]))[0]) + due_days,
                    accepted_at=at + 240 * MINUTE, done_at=at + done_days * DAY + 300 * MINUTE,
                    cancelled_at=None, is_late=done_days > due_days,
                )  # fmt: skip
        elif order == 1:
            story.add(
                "huddle_actions", discussion=talk, huddle_case=case, person=DESMOND,
                kind="call_family", owner=_show_staff(world, "network_facilitator"),
                asked_at=at + 3 * MINUTE, due_on=int(day_of(np.array([at]))[0]) + 7,
                accepted_at=at + 60 * MINUTE, done_at=at + 2 * DAY, cancelled_at=None,
                is_late=False,
            )  # fmt: skip


def _coordinator(world: World, story: _Story) -> None:
    coordinator = _show_staff(world, "pic")
    case = story.add(
        "pic_cases", person=DESMOND, staff=coordinator, referred_at=story.at("2026-03-19 13:05"),
        source="huddle", first_contact_at=story.at("2026-03-20 10:20"),
        first_visit_at=story.at("2026-03-24 14:00"), plan_agreed_at=story.at("2026-04-01 15:10"),
        closed_at=story.at("2026-06-18 11:30"), outcome="completed", benefits_gained_pounds=4_180,
    )  # fmt: skip
    for words, category, statement, step, result, rating in (
        (GARDEN_WORDS, "home_and_garden", "I2", "Clear the path from the back door", "achieved", 9),
        ("I'd like to eat with somebody now and then", "people_and_belonging", "I4",
         "Lunch club on Thursday, Marcia drives", "achieved", 8),
        ("I want to walk to the shop for my paper", "moving_and_falls", "I1",
         "To the gate and back each morning", "partly", 6),
    ):  # fmt: skip
        story.add(
            "goals", pic_case=case, person=DESMOND, set_at=story.at("2026-04-01 15:10"),
            words=words, category=category, i_statement=statement, first_step=step, result=result,
            own_rating=rating, reviewed_at=story.at("2026-06-11 14:40"),
        )  # fmt: skip
    for when, stage, scores, raw in (("2026-03-24 14:45", "baseline", (4, 4, 3, 7), 17),
                                     ("2026-06-11 14:30", "exit", (7, 7, 7, 3), 24)):  # fmt: skip
        story.add(
            "wellbeing_scores", person=DESMOND, pic_case=case, at=story.at(when), moment=stage,
            life_satisfaction=scores[0], worthwhile=scores[1], happiness=scores[2],
            anxiety=scores[3], swemwbs_raw=raw, completed_by="self",
        )  # fmt: skip
    for when, kind, note in (("2026-03-20 10:20", "call", "Rang, spoke for ten minutes"),
                             ("2026-03-24 14:00", "visit", "Visited at home"),
                             ("2026-04-01 14:15", "visit", "Talked about the plan"),
                             ("2026-04-21 11:00", "visit", "Went through letters together"),
                             ("2026-05-19 10:30", "call", "Rang, spoke for ten minutes"),
                             ("2026-06-11 14:00", "visit", "Talked about the plan")):  # fmt: skip
        story.add("voluntary_contacts", person=DESMOND, service=None, staff=coordinator,
                  at=story.at(when), kind=kind, note=note)  # fmt: skip
    _garden(world, story)
    story.add("care_plans", person=DESMOND, agreed_at=story.at("2026-04-01 15:10"),
              kind="my_life_plan", owner=coordinator)  # fmt: skip
    pharmacist = _show_staff(world, "pharmacist")
    review = story.add(
        "pharmacist_reviews", person=DESMOND, staff=pharmacist,
        requested_at=story.at("2026-03-19 12:40"), source="huddle",
        visited_at=story.at("2026-03-25 10:30"), medicines_count=9, adherence="some_missed",
        closed_at=story.at("2026-04-15 09:20"),
    )  # fmt: skip
    for medicine, kind, replied in (("indapamide", "stop", "2026-03-27 12:10"),
                                    ("amlodipine", "reduce", "2026-03-27 12:10")):  # fmt: skip
        story.add(
            "pharmacist_recommendations", pharmacist_review=review, person=DESMOND,
            medicine=CONCEPT[medicine], kind=kind, sent_at=story.at("2026-03-25 16:20"),
            reply="accepted", replied_at=story.at(replied), harm_before="moderate",
        )  # fmt: skip


def _garden(world: World, story: _Story) -> None:
    """The garden charity: asked, a link, Yes, and eight Thursdays."""
    services = world["voluntary_services"]
    network = int(world["people"]["network"][DESMOND])
    gardens = np.flatnonzero(services["category"].isin("garden"))
    near = gardens[np.isin(services["network"][gardens], [-1, network])]
    service = int((near if len(near) else gardens)[0])
    referral = story.add(
        "social_prescribing_referrals", person=DESMOND,
        practice=int(world["people"]["practice"][DESMOND]),
        staff=int(world.staff_of("link_worker")[0]), source="pic", need="home_and_garden",
        at=story.at("2026-04-02 09:30"), accepted_at=story.at("2026-04-02 16:45"),
        first_contact_at=story.at("2026-04-07 11:00"), service=service,
        connected_at=story.at("2026-04-09 14:00"), ended_at=None, outcome="connected",
    )  # fmt: skip
    for week in range(8):
        day = story.day("2026-04-16") + 7 * week
        if day < world.end_day:
            story.add("social_prescribing_attendances", referral=referral, person=DESMOND,
                      service=service, on=day, attended=week != 4)  # fmt: skip


def _council(world: World, story: _Story, stay: int) -> None:
    worker = _show_staff(world, "social_worker")
    request = story.add(
        "council_requests", person=DESMOND, client_type="Service user",
        started_on=story.day("2026-02-20"), ended_on=story.day("2026-02-24"), route="hospital",
        outcome=OUTCOMES[1], hospital_stay=stay, primary_support_reason=SUPPORT_REASONS[1],
    )  # fmt: skip
    story.add(
        "council_assessments", request=request, person=DESMOND, client_type="Service user",
        started_on=story.day("2026-02-27"), ended_on=story.day("2026-03-08"),
        assessment_type="Short term assessment", has_eligible_needs=True, method="face_to_face",
        outcome=OUTCOMES[0], staff=worker, primary_support_reason=SUPPORT_REASONS[1],
    )  # fmt: skip
    story.add(
        "council_services", person=DESMOND, client_type="Service user",
        started_on=story.day("2026-03-12"), ended_on=story.day("2026-04-17"),
        service_type="Short term support: ST-Max", component="Reablement",
        delivery="CASSR commissioned support", funding="Fully social care funded",
        provider=int(world.state["home_care"][0]), hours_per_week=10.5, unit_price_pence=3_500,
        price_unit="per_hour", outcome=OUTCOMES[6], primary_support_reason=SUPPORT_REASONS[1],
        life_episode=rows(world["life_episodes"]),
    )  # fmt: skip
    story.add(
        "council_clients", person=DESMOND, known_since_on=story.day("2026-02-20"),
        accommodation_status="Tenant: Local authority or other social housing provider",
        employment_status="Not in paid employment: Not actively seeking work or retired",
        has_unpaid_carer=True, visual_impairment=False, hearing_impairment=True, dementia=False,
        autism=False,
    )  # fmt: skip


def _practice(world: World, story: _Story) -> None:
    practice = int(world["people"]["practice"][DESMOND])
    organisation = int(world["practices"]["organisation"][practice])
    doctor, nurse = _show_staff(world, "gp"), _show_staff(world, "practice_nurse")
    for when, role, reason, mode in (
        ("2024-10-10 09:40", "practice_nurse", "long_term_review", "surgery"),
        ("2025-03-18 09:20", "practice_nurse", "long_term_review", "surgery"),
        ("2025-04-14 11:30", "gp", "chest_infection", "surgery"),
        ("2025-04-29 10:00", "gp", "after_discharge", "telephone"),
        ("2025-05-06 10:10", "practice_nurse", "test_results", "surgery"),
        ("2025-08-12 16:20", "gp", "bereavement_support", "telephone"),
        ("2025-09-22 15:00", "gp", "bereavement_support", "surgery"),
        ("2025-10-16 11:00", "practice_nurse", "weight_falling", "surgery"),
        ("2025-11-27 09:50", "gp", "after_discharge", "telephone"),
        ("2025-12-11 10:40", "gp", "dizzy_or_fall", "surgery"),
        ("2026-01-15 12:00", "gp", "weight_falling", "did_not_attend"),
        ("2026-01-22 17:10", "gp", "dizzy_or_fall", "surgery"),
        ("2026-03-13 15:00", "gp", "after_discharge", "telephone"),
        ("2026-04-09 09:30", "practice_nurse", "long_term_review", "surgery"),
        ("2026-05-14 10:00", "practice_nurse", "weight_falling", "surgery"),
    ):  # fmt: skip
        story.add(
            "gp_contacts", person=DESMOND, practice=practice,
            staff=doctor if role == "gp" else nurse, at=story.at(when), mode=mode, role=role,
            reason=CONCEPT[reason], minutes=0 if mode == "did_not_attend" else 12,
        )  # fmt: skip
    for key, when in (
        ("ex_smoker", "2025-03-18 09:30"), ("discharge_summary", "2025-04-24 12:00"),
        ("bereaved_recorded", "2025-08-12 16:35"), ("lives_alone_recorded", "2025-09-22 15:10"),
        ("fall_recorded", "2025-11-21 09:10"), ("discharge_summary", "2025-11-21 09:05"),
        ("frailty_moderate", "2025-12-11 11:00"), ("fall_recorded", "2026-01-22 17:20"),
        ("told_about_sharing", "2026-03-13 15:05"), ("discharge_summary", "2026-03-13 11:40"),
        ("huddle_discussed", "2026-03-19 12:10"), ("care_plan_agreed", "2026-04-01 17:00"),
    ):  # fmt: skip
        story.add("gp_entries", person=DESMOND, practice=practice, concept=CONCEPT[key],
                  at=story.at(when))  # fmt: skip
    story.add("sharing_choices", person=DESMOND, at=story.at("2026-03-13 15:05"), kind="told",
              organisation=organisation)  # fmt: skip
