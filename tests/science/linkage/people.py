"""Rows for the tests of linkage: a family, and what goes wrong in writing them down."""

from oneplace.vocabulary.rows.linkage import SubjectRow

NUMBERS = ("9434765919", "9434765870", "4010232137", "9990087105", "9996267474", "9992447850")
"""Sound NHS numbers of the published examples and of the range for tests."""

DESMOND = SubjectRow(
    "gp:1",
    "gp",
    nhs_number=NUMBERS[3],
    nhs_status="verified",
    family="Clarke",
    given="Desmond",
    known_as="Des",
    born_on="1948-06-21",
    gender="male",
    postcode="CR7 8QY",
    address_line="Flat 2, 12 Teasel Avenue",
    mobile="07700 900377",
)


def said(subject_id: str, like: SubjectRow = DESMOND, **changes: object) -> SubjectRow:
    """What another source says of somebody: as the first, but for the changes; without number."""
    told = {"nhs_number": "", "nhs_status": "", "known_as": "", **changes}
    return like._replace(subject_id=subject_id, source=subject_id.split(":", 1)[0], **told)
