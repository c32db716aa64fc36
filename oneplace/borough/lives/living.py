"""Makes a whole borough's lives, step by step, in the order people live them."""

from __future__ import annotations

from oneplace.borough.lives.columns import arrow_table, empty_table
from oneplace.borough.lives.community import make_community, make_mental_health
from oneplace.borough.lives.coordinators import make_coordinators
from oneplace.borough.lives.council import make_concerns, make_council
from oneplace.borough.lives.crises import make_candidates, make_deaths, make_risk
from oneplace.borough.lives.desmond import write_people, write_story
from oneplace.borough.lives.effects import plant
from oneplace.borough.lives.falls import add_falls_of_stays, make_falls
from oneplace.borough.lives.families import SCRIPTED, make_families
from oneplace.borough.lives.ground import make_ground
from oneplace.borough.lives.home_first import choose_life, make_life
from oneplace.borough.lives.huddles import choose_cases, make_huddles
from oneplace.borough.lives.illness import make_illness
from oneplace.borough.lives.kin import make_bereavements, make_carers, make_sharing_choices
from oneplace.borough.lives.money import make_costs
from oneplace.borough.lives.primary_care import (
    make_contacts,
    make_entries,
    make_observations,
    make_short_courses,
)
from oneplace.borough.lives.settings import Settings
from oneplace.borough.lives.staffing import make_staff
from oneplace.borough.lives.stays import make_stay_core, make_stays
from oneplace.borough.lives.together import (
    make_care_plans,
    make_pharmacist_reviews,
    make_social_prescribing,
    make_voluntary_contacts,
)
from oneplace.borough.lives.urgent import make_urgent
from oneplace.borough.lives.world import Progress, World
from oneplace.borough.scenarios import scenario_named
from oneplace.borough.tables import TABLES, Lives
from oneplace.vocabulary.place import Place

_STEPS = (
    ("the ground", make_ground, 2),
    ("people at work", make_staff, 2),
    ("families", make_families, 12),
    ("Desmond's family", write_people, 1),
    ("conditions and medicines", make_illness, 15),
    ("risks", make_risk, 1),
    ("deaths", make_deaths, 1),
    ("emergencies that may come", make_candidates, 6),
    ("what each stay needs", make_stay_core, 2),
    ("falls", make_falls, 1),
    ("help at home", choose_life, 2),
    ("huddle lists", choose_cases, 2),
    ("what help prevents", plant, 1),
    ("hospital stays", make_stays, 8),
    ("falls that led to stays", add_falls_of_stays, 1),
    ("episodes at home", make_life, 3),
    ("huddles", make_huddles, 5),
    ("urgent attendances", make_urgent, 5),
    ("bereavements", make_bereavements, 1),
    ("carers", make_carers, 1),
    ("what people were told", make_sharing_choices, 1),
    ("community nursing", make_community, 4),
    ("mental health", make_mental_health, 3),
    ("the council", make_council, 5),
    ("safeguarding", make_concerns, 1),
    ("coordinators", make_coordinators, 2),
    ("social prescribing", make_social_prescribing, 2),
    ("the charity", make_voluntary_contacts, 1),
    ("pharmacists", make_pharmacist_reviews, 1),
    ("plans", make_care_plans, 1),
    ("GP contacts", make_contacts, 20),
    ("short courses", make_short_courses, 2),
    ("measurements", make_observations, 8),
    ("GP entries", make_entries, 3),
    ("Desmond's story", write_story, 1),
    ("costs", make_costs, 10),
)


def live(settings: Settings, *, place: Place, progress: Progress | None = None) -> Lives:
    """The lives of everybody in an invented borough shaped like `place`."""
    world = World(settings, place, scenario_named(settings.scenario))
    total = sum(weight for *_, weight in _STEPS) + 10
    done = 0
    for words, step, weight in _STEPS:
        if progress is not None:
            progress(words, done / total)
        step(world)
        done += weight
    tables = {}
    for name in TABLES:
        draft = world.drafts.get(name)
        tables[name] = empty_table(name) if draft is None else arrow_table(name, draft)
    return Lives(settings, tables, SCRIPTED)
