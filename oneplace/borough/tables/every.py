"""Every table of a life history by its name, in the order they are told."""

from collections.abc import Mapping

from oneplace.borough.tables.alliance import ALLIANCE
from oneplace.borough.tables.council import COUNCIL
from oneplace.borough.tables.health import HEALTH
from oneplace.borough.tables.money_and_truth import MONEY_AND_TRUTH
from oneplace.borough.tables.people import PEOPLE
from oneplace.borough.tables.place import PLACE
from oneplace.borough.tables.table import Table

TABLES: Mapping[str, Table] = {
    table.name: table for table in (*PLACE, *PEOPLE, *HEALTH, *COUNCIL, *ALLIANCE, *MONEY_AND_TRUTH)
}
