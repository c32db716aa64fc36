"""The rule. Default deny: what no line of it opens stays closed.

A record opens to somebody whose role needs it (the matrix), who stands in a relationship to the
person today, and before whom no barrier stands. A part of it opens besides only if their own
organisation recorded it, or an agreement in force lets it come to them for the purpose they look
for and the person's choices do not stop it.
"""

from typing import Any, Final

from oneplace.access.rule.case import Case
from oneplace.access.rule.conditions import (
    BARRIERS,
    PERMITS,
    RELATIONSHIPS,
    Atom,
    Condition,
    Not,
    Some,
    all_of,
    any_of,
)
from oneplace.vocabulary.rows.categories import NARROW_SEES, TIER_OF
from oneplace.vocabulary.terms import BarrierKind, DataCategory, RelationshipKind, RelationshipTier


def _during(name: str, alias: str) -> Atom:
    def python(case: Case, related: Any, row: Any) -> bool:
        it = related if alias == "r" else row
        return bool(it.starts_at <= case.at and (it.ends_at is None or it.ends_at > case.at))

    return Atom(
        name,
        python,
        f"{alias}.starts_at <= {{at}} and ({alias}.ends_at is null or {alias}.ends_at > {{at}})",
    )


def _tier(*tiers: RelationshipTier) -> Atom:
    kinds = tuple(kind for kind, tier in TIER_OF.items() if tier in tiers)
    listed = ", ".join(f"'{kind.value}'" for kind in kinds)
    return Atom(
        "relationship reaches as " + " or ".join(tier.value for tier in tiers),
        lambda case, related, row: related.kind in kinds,
        f"r.kind in ({listed})",
    )


def _kind(*kinds: BarrierKind) -> Atom:
    listed = ", ".join(f"'{kind.value}'" for kind in kinds)
    return Atom(
        "barrier is " + " or ".join(kind.value for kind in kinds),
        lambda case, related, row: row.kind in kinds,
        f"b.kind in ({listed})",
    )


def _line(sort: str, case: Case) -> str:
    return f"{sort}|{case.owner}|{case.part.value}"


def _opened(sort: str) -> Atom:
    return Atom(
        f"{sort}: the part opens",
        lambda case, related, row: _line(sort, case) in case.opened,
        f"{{opens[{sort}]}}",
    )


IN_ROLE: Final = Atom(
    "the role needs to know who people are",
    lambda case, related, row: DataCategory.WHO.value in case.sees,
    f"'{DataCategory.WHO.value}' = any ((select access_sees())::text[])",
)
IS_MINE: Final = Atom(
    "the relationship is the viewer's",
    lambda case, related, row: related.party_id in case.parties,
    "r.party_id = any ((select access_parties())::uuid[])",
)
STANDS: Final = _during("the relationship stands today", "r")
REACHES: Final = _tier(*RelationshipTier)
URGENT: Final = _tier(RelationshipTier.URGENT)
REGISTERED: Final = _tier(RelationshipTier.REGISTERED)
NARROW: Final = _tier(RelationshipTier.NARROW)
ENQUIRES: Final = Atom(
    "the relationship is there to keep the person safe",
    lambda case, related, row: related.kind is RelationshipKind.SAFEGUARDING_ENQUIRY,
    f"r.kind = '{RelationshipKind.SAFEGUARDING_ENQUIRY.value}'",
)
SPECIALLY_PROTECTED: Final = Atom(
    "the part is specially protected",
    lambda case, related, row: case.part is DataCategory.PROTECTED,
    f"{{part}} = '{DataCategory.PROTECTED.value}'",
)
IN_NARROW: Final = Atom(
    "one request opens this part",
    lambda case, related, row: case.part in NARROW_SEES,
    "{part} in (" + ", ".join(f"'{part.value}'" for part in NARROW_SEES) + ")",
)

# --- barriers ---

NOW: Final = _during("the barrier stands today", "b")
WHOLE: Final = Atom(
    "it closes the whole record",
    lambda case, related, row: row.category is None,
    "b.category = ''",
)
THIS_PART: Final = Atom(
    "it closes this part",
    lambda case, related, row: (
        row.category is case.part
        or (row.category is DataCategory.MENTAL_HEALTH and _line("mind", case) in case.opened)
    ),
    f"b.category = {{part}} or (b.category = '{DataCategory.MENTAL_HEALTH.value}'"
    " and {opens[mind]})",
)
"""What a mental health service recorded is mental health to the person, whatever its kind."""
LET_IN: Final = Atom(
    "it lets the viewer in",
    lambda case, related, row: bool(row.lets_in & case.parties),
    "b.lets_in && ((select access_parties())::uuid[])",
)
AGAINST_ME: Final = Atom(
    "it is against the viewer",
    lambda case, related, row: row.party_id in case.parties,
    "b.party_id = any ((select access_parties())::uuid[])",
)
AGAINST_ALL: Final = Atom(
    "it is against everybody",
    lambda case, related, row: row.party_id is None,
    "b.party_id is null",
)
AGAINST_THIS_TIE: Final = Atom(
    "it is against relationships of this party",
    lambda case, related, row: row.party_id is not None and row.party_id == related.party_id,
    "b.party_id = r.party_id",
)

_NOBODY: Final[Condition] = all_of(
    _kind(BarrierKind.SEALED, BarrierKind.COURT_RESTRICTION), AGAINST_ALL
)
"""Nothing passes these but a name on their own list."""
_BY_NAME: Final[Condition] = all_of(
    _kind(
        BarrierKind.NAMED_PERSON,
        BarrierKind.OWN_FAMILY,
        BarrierKind.INVESTIGATION,
        BarrierKind.SEALED,
        BarrierKind.COURT_RESTRICTION,
    ),
    AGAINST_ME,
)

BARS_WHOLE: Final[Condition] = Some(
    BARRIERS,
    all_of(
        NOW,
        WHOLE,
        Not(LET_IN),
        any_of(
            _NOBODY,
            _BY_NAME,
            # A colleague's record opens to those who care for them, not to the whole organisation.
            all_of(_kind(BarrierKind.COLLEAGUE), AGAINST_THIS_TIE),
            all_of(_kind(BarrierKind.ORGANISATION_EXCLUDED), AGAINST_ME, Not(URGENT)),
        ),
    ),
)
"""The whole record is closed to the viewer, whatever connects them with the person."""

KEEPS_OUT: Final[Condition] = Some(
    BARRIERS,
    all_of(
        NOW,
        WHOLE,
        Not(LET_IN),
        any_of(
            _NOBODY,
            _BY_NAME,
            all_of(_kind(BarrierKind.ORGANISATION_EXCLUDED, BarrierKind.COLLEAGUE), AGAINST_ME),
        ),
    ),
)
"""The record is closed to a viewer whom no relationship connects, such as one asked to help."""

NAMES_OUT: Final[Condition] = Some(BARRIERS, all_of(NOW, WHOLE, Not(LET_IN), _BY_NAME))
"""A barrier names the viewer: it stands also before a worry about the person's safety."""

OBJECTS: Final[Condition] = Some(
    BARRIERS,
    all_of(NOW, WHOLE, _kind(BarrierKind.OBJECTION), any_of(AGAINST_ALL, AGAINST_ME), Not(LET_IN)),
)
"""The person objects to sharing between organisations; urgent care and safeguarding go on."""

KEPT_BACK: Final[Condition] = Some(
    BARRIERS,
    all_of(
        NOW,
        THIS_PART,
        Not(LET_IN),
        any_of(AGAINST_ALL, AGAINST_ME),
        any_of(
            all_of(_kind(BarrierKind.LIMIT), Not(URGENT)),
            # Where somebody may not be found is not told in a hurry either.
            _kind(BarrierKind.PROTECTED_ADDRESS, BarrierKind.SEALED, BarrierKind.COURT_RESTRICTION),
        ),
    ),
)
"""This part is kept by whoever recorded it."""

TOLD_NOBODY: Final[Condition] = Some(
    BARRIERS,
    all_of(
        NOW,
        THIS_PART,
        Not(LET_IN),
        any_of(AGAINST_ALL, AGAINST_ME),
        _kind(BarrierKind.PROTECTED_ADDRESS, BarrierKind.SEALED, BarrierKind.COURT_RESTRICTION),
    ),
)
"""This part is told to none but whoever recorded it, not even to one asked to help."""

SAID_YES: Final[Condition] = Some(
    PERMITS,
    all_of(
        NOW,
        AGAINST_ME,
        any_of(WHOLE, THIS_PART),
    ),
)
"""The person said yes to sharing with the viewer's organisation."""

# --- the two questions ---

BETWEEN: Final[Condition] = all_of(IS_MINE, STANDS, REACHES)
"""A relationship that counts: the viewer's, today, of a kind that opens records at work."""

OPENS_BY: Final = all_of(BETWEEN, Not(BARS_WHOLE))
"""The record opens by this relationship: it counts, and no barrier stands before it."""

OPENS_RECORD: Final = all_of(IN_ROLE, Some(RELATIONSHIPS, OPENS_BY))
"""Whether the record opens at all: who the person is, and that there is one."""

OWN: Final = _opened("own")
FLOWS: Final = _opened("flow")
ASKS: Final = _opened("asks")
OF_GPS: Final = _opened("gp")
FLOWS_FOR_SAFETY: Final = _opened("safe")

RECORDED_HERE: Final[Condition] = any_of(OWN, all_of(REGISTERED, OF_GPS))
"""The viewer's own organisation recorded it; a GP's record is its own practice's, whoever runs the
system it is kept in. For care, specially protected items open in no other way: to whoever wrote
them, in the roles the matrix names.
"""
COMES_HERE: Final[Condition] = all_of(
    Not(SPECIALLY_PROTECTED),
    any_of(FLOWS, all_of(ASKS, SAID_YES)),
    any_of(URGENT, Not(OBJECTS)),
    Not(KEPT_BACK),
)
"""An agreement in force lets it come here, and the person's choices do not stop it."""
COMES_FOR_SAFETY: Final[Condition] = all_of(ENQUIRES, FLOWS_FOR_SAFETY, Not(KEPT_BACK))
"""An agreement on keeping people safe lets it come to whoever looks into a concern about this
person. For this purpose no objection stops anything, and what is specially protected comes too,
where the agreement names it.
"""

REACHES_PART: Final[Condition] = any_of(Not(NARROW), IN_NARROW)
OPENS_PART_BY: Final = all_of(REACHES_PART, any_of(RECORDED_HERE, COMES_HERE, COMES_FOR_SAFETY))
"""What a relationship by which the record opens must answer besides, for one part of it."""

OPENS_PART: Final = all_of(IN_ROLE, Some(RELATIONSHIPS, all_of(*OPENS_BY.of, *OPENS_PART_BY.of)))
"""Whether a part of a record opens that one source recorded."""

STEWARDSHIP: Final = RelationshipKind.RECORD_STEWARDSHIP
"""The relationship the record steward has to everybody, by permission and not by a row."""
