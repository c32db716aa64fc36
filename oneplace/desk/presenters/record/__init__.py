"""Pages of one person's record."""

from oneplace.desk.presenters.record.around import PeoplePage
from oneplace.desk.presenters.record.banner import Banner
from oneplace.desk.presenters.record.health import (
    CARE,
    DOCUMENTS,
    HEALTH,
    MEASURES,
    HealthPage,
    ListPage,
    MeasuresPage,
    care,
    documents,
)
from oneplace.desk.presenters.record.line import line_of_shown
from oneplace.desk.presenters.record.one_entry import EntryPage
from oneplace.desk.presenters.record.page import (
    Frame,
    Made,
    PlanTab,
    StoryPage,
    make,
    place_text,
)
from oneplace.desk.presenters.record.papers import SummaryPage, timeline_json

__all__ = [
    "CARE",
    "DOCUMENTS",
    "HEALTH",
    "MEASURES",
    "Banner",
    "EntryPage",
    "Frame",
    "HealthPage",
    "ListPage",
    "Made",
    "MeasuresPage",
    "PeoplePage",
    "PlanTab",
    "StoryPage",
    "SummaryPage",
    "care",
    "documents",
    "line_of_shown",
    "make",
    "place_text",
    "timeline_json",
]
