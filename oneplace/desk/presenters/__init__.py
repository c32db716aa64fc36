"""Turns what was found into what the desk's pages show; asks the database nothing."""

from oneplace.desk.presenters.day import DayLink, DaySection, MyDay
from oneplace.desk.presenters.door import DOOR_GROUPS, Arriving, Door, DoorGroup, Spot, WalkIn
from oneplace.desk.presenters.links import Link
from oneplace.desk.presenters.network import NetworkPage, PracticeRow
from oneplace.desk.presenters.numbers import number_word
from oneplace.desk.presenters.organisation import OrganisationPage
from oneplace.desk.presenters.partners import NetworkRow, PartnerRow, PartnersPage
from oneplace.desk.presenters.place import AboutPage, BodyRow, PrivacyPage, PurposeRow
from oneplace.desk.presenters.search import People, PersonFound, SearchPage
from oneplace.desk.presenters.service import (
    ServiceGroup,
    ServicePage,
    ServiceRow,
    ServicesPage,
    ServiceTeam,
)
from oneplace.desk.presenters.team import PostRow, TeamPage, TeamRow

__all__ = [
    "DOOR_GROUPS",
    "AboutPage",
    "Arriving",
    "BodyRow",
    "DayLink",
    "DaySection",
    "Door",
    "DoorGroup",
    "Link",
    "MyDay",
    "NetworkPage",
    "NetworkRow",
    "OrganisationPage",
    "PartnerRow",
    "PartnersPage",
    "People",
    "PersonFound",
    "PostRow",
    "PracticeRow",
    "PrivacyPage",
    "PurposeRow",
    "SearchPage",
    "ServiceGroup",
    "ServicePage",
    "ServiceRow",
    "ServiceTeam",
    "ServicesPage",
    "Spot",
    "TeamPage",
    "TeamRow",
    "WalkIn",
    "number_word",
]
