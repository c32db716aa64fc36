"""Who is who: which subjects of which sources are one person.

`link` decides about many at once, `decide` about one that arrives, `link_files` about a user's own
files. Rules come first (`rules`), then weights learnt of the data with Splink (`training`), then
clusters that never bring together what must stay apart (`clusters`).
"""

from oneplace.science.linkage.arriving import Arrival, ArrivalPair, Candidate, decide
from oneplace.science.linkage.batch import Decisions, link
from oneplace.science.linkage.evidence import Contribution, Evidence, explain
from oneplace.science.linkage.files import FileLinks, FilesRefused, link_files
from oneplace.science.linkage.model import Model, ModelRefused
from oneplace.science.linkage.prepared import Prepared, keys_of, prepare
from oneplace.science.linkage.rules import RULES
from oneplace.science.linkage.settings import Settings
from oneplace.vocabulary.rows.linkage import SubjectRow


def keys_of_row(row: SubjectRow) -> tuple[str, ...]:
    """The keys by which a row's candidates are found, by plain equality of text."""
    return keys_of(prepare(row))


__all__ = [
    "RULES",
    "Arrival",
    "ArrivalPair",
    "Candidate",
    "Contribution",
    "Decisions",
    "Evidence",
    "FileLinks",
    "FilesRefused",
    "Model",
    "ModelRefused",
    "Prepared",
    "Settings",
    "decide",
    "explain",
    "keys_of",
    "keys_of_row",
    "link",
    "link_files",
    "prepare",
]
