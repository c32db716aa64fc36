"""Makes a whole borough's lives, step by step, in the order people live them."""

from __future__ import annotations

from oneplace.borough.lives.columns import arrow_table, empty_table
from oneplace.borough.lives.families import SCRIPTED, make_families
from oneplace.borough.lives.ground import make_ground
from oneplace.borough.lives.illness import make_illness
from oneplace.borough.lives.settings import Settings
from oneplace.borough.lives.staffing import make_staff
from oneplace.borough.lives.world import Progress, World
from oneplace.borough.scenarios import scenario_named
from oneplace.borough.tables import TABLES, Lives
from oneplace.vocabulary.place import Place

_STEPS = (
    ("the ground", make_ground, 2),
    ("people at work", make_staff, 2),
    ("families", make_families, 12),
    ("conditions and medicines", make_illness, 15),
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
