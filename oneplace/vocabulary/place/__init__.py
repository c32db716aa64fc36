"""A place as data: the models of a place file, its checks, and how one is found and read."""

from oneplace.vocabulary.place.calendar import CalendarRunsOutError, Holiday, WorkingCalendar
from oneplace.vocabulary.place.clocks import Clock, PauseRule, ServiceHours
from oneplace.vocabulary.place.demo import Centre, Demo, Feed, Figure, Population
from oneplace.vocabulary.place.governing import (
    Agreement,
    Body,
    BodyMember,
    ChoiceCode,
    NationalOptOut,
    RoleHere,
    Sessions,
    SharingRule,
    Suppression,
    Thresholds,
)
from oneplace.vocabulary.place.identity import (
    Colours,
    HouseWords,
    Identity,
    Language,
    Website,
    contrast,
)
from oneplace.vocabulary.place.partners import (
    CareHomes,
    Hospital,
    HuddleSlot,
    JointService,
    Network,
    Partner,
    Practice,
    Reach,
    Service,
    Site,
    Team,
    TeamPost,
    Ward,
)
from oneplace.vocabulary.place.problems import PlaceError, Problem
from oneplace.vocabulary.place.reading import load_place, place_path
from oneplace.vocabulary.place.span import Span
from oneplace.vocabulary.place.starter import PlaceNameError, key_of, starter_text
from oneplace.vocabulary.place.whole import INVENTED_WORDS, Place, default_permissions

__all__ = [
    "INVENTED_WORDS",
    "Agreement",
    "Body",
    "BodyMember",
    "CalendarRunsOutError",
    "CareHomes",
    "Centre",
    "ChoiceCode",
    "Clock",
    "Colours",
    "Demo",
    "Feed",
    "Figure",
    "Holiday",
    "Hospital",
    "HouseWords",
    "HuddleSlot",
    "Identity",
    "JointService",
    "Language",
    "NationalOptOut",
    "Network",
    "Partner",
    "PauseRule",
    "Place",
    "PlaceError",
    "PlaceNameError",
    "Population",
    "Practice",
    "Problem",
    "Reach",
    "RoleHere",
    "Service",
    "ServiceHours",
    "Sessions",
    "SharingRule",
    "Site",
    "Span",
    "Suppression",
    "Team",
    "TeamPost",
    "Thresholds",
    "Ward",
    "Website",
    "WorkingCalendar",
    "contrast",
    "default_permissions",
    "key_of",
    "load_place",
    "place_path",
    "starter_text",
]
