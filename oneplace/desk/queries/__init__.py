"""What the desk asks across rooms: services, what was found, who is at the door, one record."""

from oneplace.desk.queries.door import Step, arriving, demo_people
from oneplace.desk.queries.record import Record, record
from oneplace.desk.queries.search import LEAST_LETTERS, MOST_OF_A_KIND, Answer, Answers, answers
from oneplace.desk.queries.service_list import ServiceFilter, networks_of, service, services
from oneplace.desk.queries.sharing import Sharing, sharing

__all__ = [
    "LEAST_LETTERS",
    "MOST_OF_A_KIND",
    "Answer",
    "Answers",
    "Record",
    "ServiceFilter",
    "Sharing",
    "Step",
    "answers",
    "arriving",
    "demo_people",
    "networks_of",
    "record",
    "service",
    "services",
    "sharing",
]
