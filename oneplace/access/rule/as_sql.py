"""The rule as SQL: of row policies, and of the functions that read what nobody else may.

Barriers are read by functions that run as the owner, because a policy is asked with the eyes of the
viewer, and whoever is kept out must not see that there is a barrier. A relationship knows whether
its person has any (`has_barriers`, kept by triggers), so that most rows never call one.

Of whom a page is about (`access_about`) a statement asks them once, not once a row: two hundred
entries of somebody who keeps a part back are of a dozen parts. Whoever is named there, the answer
is the same. Which rows of a table are theirs is asked once a statement too (`Whom.is_about`), where
the person stands in another table.

Every question in a policy is a plan of its own within the plan of whatever reads the table, opened
and closed with it whether it is asked or not: a page's long read held three thousand of them, which
took longer than reading. So each is written once: whom a row reaches is looked up in one place
(`_looked_up`), and what a relationship without barriers opens stands beside the question to a
function, not twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from oneplace.access.rule import rule
from oneplace.access.rule.conditions import (
    BARRIERS,
    PERMITS,
    RELATIONSHIPS,
    All,
    AnyOf,
    Atom,
    Condition,
    Not,
    Some,
)
from oneplace.vocabulary.rows.categories import NEVER_MENTAL_HEALTH
from oneplace.vocabulary.terms import DataCategory, OrganisationKind, Purpose, Term

AT: Final = "(select access_at())"
# In queries of their own, so that each is asked once a statement and not once a row.
_STEWARD: Final = "'see_who_is_who' = any ((select access_permissions())::text[])"
_ROWS: Final = (
    "select person_id, kind, party_id, starts_at, ends_at, has_barriers from access_relationship"
    " where person_id = {person}"
)
_STEWARDS: Final = (
    f"select {{person}}, '{rule.STEWARDSHIP.value}', (select access_viewer()), '-infinity', null,"
    f" true where {_STEWARD}"
)
ABOUT: Final = "(select access_about())"


@dataclass(frozen=True)
class Whom:
    """How a policy finds the person whom a row of its table reaches."""

    person: str
    """SQL of the person: a column of the row, or a query of its own along a path."""
    is_about: str = ""
    """SQL of whether a row is of whom the page is about, where the person stands elsewhere."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether it takes a query to find the person of a row."""
        return bool(self.is_about)

    @property
    def of_about(self) -> str:
        """SQL of whether a row is of whom the page is about."""
        return self.is_about or f"{self.person} = {ABOUT}"


@dataclass(frozen=True)
class Names:
    """How the SQL around calls what the rule speaks of."""

    person: str
    owner: str = "''"
    part: str = "''"
    # The call that answers where a barrier may stand; without one the barriers are read here.
    guarded_by: str = ""
    # Whether the record steward, who is connected with everybody, reads it too.
    for_steward: bool = False
    # How to ask whether the line `{line}`, which is of the sort `{sort}`, opens to the viewer.
    opened: str = "{line} in (select unnest(access_opened()))"
    # Where barriers and permits are read.
    rows: Mapping[str, str] = field(
        default_factory=lambda: {BARRIERS: "access_barrier", PERMITS: "access_permit"}
    )


@dataclass(frozen=True)
class _Opens:
    """What `{opens[own]}` stands for."""

    names: Names

    def __getitem__(self, sort: str) -> str:
        line = f"('{sort}|' || {self.names.owner} || '|' || {self.names.part})"
        return self.names.opened.format(line=line, sort=sort)


def sql_of(condition: Condition, names: Names) -> str:  # noqa: PLR0911 - one case after another
    """The condition as one SQL expression."""
    match condition:
        case Atom():
            return condition.sql.format(
                person=names.person,
                owner=names.owner,
                part=names.part,
                at=AT,
                opens=_Opens(names),
            )
        case All():
            return " and ".join(_in_brackets(one, names) for one in condition.of) or "true"
        case AnyOf():
            return " or ".join(_in_brackets(one, names) for one in condition.of)
        case Not():
            return f"not ({sql_of(condition.of, names)})"
        case Some(table=table) if table == RELATIONSHIPS:
            return _some_relationship(condition, names)
        case Some() if condition is rule.SAID_YES and names.guarded_by:
            # The viewer sees no permits either: a yes is read with the owner's eyes.
            return f"{SAID_YES}({names.person}, {names.owner}, {names.part})"
        case Some():
            return (
                f"exists (select 1 from {names.rows[condition.table]} b"
                f" where b.person_id = {names.person} and {_in_brackets(condition.of, names)})"
            )


def _in_brackets(condition: Condition, names: Names) -> str:
    found = sql_of(condition, names)
    return f"({found})" if isinstance(condition, All | AnyOf | Atom) else found


def _some_relationship(condition: Some, names: Names) -> str:
    if names.guarded_by:
        return _some_guarded(condition, names)
    rows = _ROWS.format(person=names.person)
    if names.for_steward:
        rows += f" union all {_STEWARDS.format(person=names.person)}"
    return f"exists (select 1 from ({rows}) r where {sql_of(condition.of, names)})"


def _some_guarded(condition: Some, names: Names) -> str:
    """The same where barriers may not be read: of whom there are any, the function answers."""
    between, *further = condition.of.of if isinstance(condition.of, All) else ()
    if between is not rule.BETWEEN:
        raise ValueError("What opens by a relationship says first which relationships count.")
    plain = sql_of(_without_barriers(All(tuple(further))), names)
    asked = (
        f"not r.has_barriers or {names.guarded_by}"
        if plain == "true"
        else f"case when r.has_barriers then {names.guarded_by} else {plain} end"
    )
    found = (
        f"exists (select 1 from access_relationship r where r.person_id = {names.person}"
        f" and {sql_of(between, names)} and ({asked}))"
    )
    if names.for_steward:
        # Connected with everybody: whether a barrier stands is asked of everybody.
        found = f"case when {_STEWARD} then {names.guarded_by} else {found} end"
    return found


def _without_barriers(condition: Condition) -> Condition:
    """The same where the person has no barrier at all: none of them holds."""
    match condition:
        case All():
            plain = (_without_barriers(one) for one in condition.of)
            return All(tuple(one for one in plain if one != All(())))
        case AnyOf():
            return AnyOf(tuple(_without_barriers(one) for one in condition.of))
        case Not(of=Some(table=table)) if table == BARRIERS:
            return All(())
        case Not():
            return Not(_without_barriers(condition.of))
        case _:
            return condition


RECORD_OPEN: Final = "access_record_open"
PART_OPEN: Final = "access_part_open"
PARTS_OPEN: Final = "access_parts_open"
SAID_YES: Final = "access_said_yes"
KEPT_OUT: Final = "access_kept_out"
NAMED_OUT: Final = "access_named_out"
PART_KEPT: Final = "access_part_kept"
OWN_PEOPLE: Final = "access_own_people"
HAS_NO_OWN_PAGE: Final = f"cardinality((select {OWN_PEOPLE}(true))) = 0"
"""SQL of whether the viewer opens no own page: everybody at work."""


def own_people(*, also_supporters: bool) -> str:
    """SQL, an array, of those whose own page the viewer opens; asked once a statement.

    Nothing at work follows from it: a table has to give something to own pages by itself.
    """
    return f"(select {OWN_PEOPLE}({'true' if also_supporters else 'false'}))::uuid[]"


def record_opens(whom: Whom | str) -> str:
    """SQL of whether the record of whom a row reaches opens to the viewer."""
    whom = Whom(whom) if isinstance(whom, str) else whom
    names = Names("w.person" if whom.is_elsewhere else whom.person)
    otherwise = sql_of(
        rule.OPENS_RECORD, replace(names, guarded_by=f"{RECORD_OPEN}({names.person})")
    )
    if whom.is_elsewhere:
        otherwise = _looked_up(otherwise, person=whom.person)
    return (
        f"case when {whom.of_about} then (select {RECORD_OPEN}(access_about()))"
        f" else {otherwise} end"
    )


def part_opens(whom: Whom | str, owner: str, part: str) -> str:
    """SQL of whether what `owner` recorded in `part` of the record opens to the viewer."""
    whom = Whom(whom) if isinstance(whom, str) else whom
    names = Names(whom.person, owner, part, for_steward=True)
    if whom.is_elsewhere:
        names = replace(names, person="w.person", owner="w.owner", part="w.part")
    asks = f"{PART_OPEN}({names.person}, {names.owner}, {names.part})"
    otherwise = sql_of(rule.OPENS_PART, replace(names, guarded_by=asks))
    if whom.is_elsewhere:
        otherwise = _looked_up(otherwise, person=whom.person, owner=owner, part=part)
    return (
        f"case when {whom.of_about}"
        f" then ({owner} || '|' || {part}) in (select {PARTS_OPEN}(access_about()))"
        f" else {otherwise} end"
    )


def _looked_up(condition: str, **looked_up: str) -> str:
    """SQL of a condition that speaks of `w.person`, say, of which each is looked up once."""
    columns = ", ".join(f"{sql} as {name}" for name, sql in looked_up.items())
    # Without the offset the look-up would be put in each place that speaks of what it finds.
    return f"(select {condition} from (select {columns} offset 0) w)"


# The plan is kept: making one anew for each call took longer than everything it decides.
_AS_OWNER: Final = (
    "language sql stable security definer set search_path = public, pg_temp"
    " set plan_cache_mode = force_generic_plan"
)
_ABOUT_FUNCTION: Final = """
create or replace function access_about() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('oneplace.about', true), '')::uuid $$
"""
# All that can open is among what opens to the organisation: `sort|owner|part`, no bar in a sort or
# a part. What is the same of every line is asked once: which relationships and barriers count.
_PARTS: Final = """
with ties as materialized (
    {ties}
), barriers as materialized (
    select * from access_barrier b where b.person_id = of_person and {now}
), permits as materialized (
    select * from access_permit b where b.person_id = of_person and {now}
), lines as materialized (
    select key, left(key, -1 - length(part)) as owner, part, sorts
      from (select key, split_part(key, '|', -1) as part, sorts
              from (select substr(line, bar + 1) as key, array_agg(left(line, bar - 1)) as sorts
                      from (select line, strpos(line, '|') as bar
                              from unnest(access_opened()) as line offset 0) cut
                     where exists (select from ties) group by 1) grouped offset 0) parted
)
select lines.key from lines where exists (select 1 from ties r where {opens})
"""
_OF_LINE: Final = Names(
    "of_person",
    "lines.owner",
    "lines.part",
    opened="'{sort}' = any (lines.sorts)",
    rows={BARRIERS: "barriers", PERMITS: "permits"},
)


def _parts() -> str:
    """The query of the parts of a record that open, each as `owner|part`."""
    in_role, related = rule.OPENS_PART.of
    if in_role is not rule.IN_ROLE or not isinstance(related, Some):
        raise ValueError("What opens a part is a role that needs it and a relationship.")
    of_all: list[Condition] = [in_role]
    of_part: list[Condition] = []
    for one in related.of.of if isinstance(related.of, All) else ():
        (of_part if "lines." in sql_of(one, _OF_LINE) else of_all).append(one)
    rows = _ROWS.format(person="of_person") + f" union all {_STEWARDS.format(person='of_person')}"
    counts = sql_of(All(tuple(of_all)), Names("of_person"))
    return _PARTS.format(
        ties=f"select r.* from ({rows}) r where {counts}",
        now=sql_of(rule.NOW, _OF_LINE),
        opens=sql_of(All(tuple(of_part)), _OF_LINE),
    )


def _asked(condition: Condition, names: Names) -> str:
    """The condition as a query in which what opens to the viewer is taken apart once."""
    taken = "{line} = any ((select lines from opened)::text[])"
    asked = sql_of(condition, replace(names, opened=taken))
    return f"with opened as materialized (select access_opened() as lines) select {asked}"


def functions() -> Iterator[str]:
    """The functions that answer where barriers may stand, and what opens to an organisation."""
    yield _ABOUT_FUNCTION
    for name, takes, condition, names in (
        (RECORD_OPEN, "of_person uuid", rule.OPENS_RECORD, Names("of_person")),
        (
            PART_OPEN,
            "of_person uuid, of_owner text, of_part text",
            rule.OPENS_PART,
            Names("of_person", "of_owner", "of_part", for_steward=True),
        ),
        (
            SAID_YES,
            "of_person uuid, of_owner text, of_part text",
            rule.SAID_YES,
            Names("of_person", "of_owner", "of_part"),
        ),
        (KEPT_OUT, "of_person uuid", rule.KEEPS_OUT, Names("of_person")),
        (NAMED_OUT, "of_person uuid", rule.NAMES_OUT, Names("of_person")),
        (
            PART_KEPT,
            "of_person uuid, of_owner text, of_part text",
            rule.TOLD_NOBODY,
            Names("of_person", "of_owner", "of_part"),
        ),
    ):
        yield (
            f"create or replace function {name}({takes}) returns boolean {_AS_OWNER}"
            f" as $$ {_asked(condition, names)} $$"
        )
    yield (
        f"create or replace function {PARTS_OPEN}(of_person uuid) returns setof text {_AS_OWNER}"
        f" as $$ {_parts()} $$"
    )
    yield _OPENINGS
    yield _FACTS


def _words(words: Iterable[Term]) -> str:
    return ", ".join(f"'{word.value}'" for word in words)


# What a viewer's organisation may see of what each organisation recorded, for a purpose, on a day.
# `sees` is what the viewer's role needs. One line a sort, an owner and a part.
_OPENINGS: Final = f"""
create or replace function access_openings(
    mine uuid, of_purpose text, sees text[], on_day date) returns text[]
language sql stable as $$
with me as (
    select o.id, o.code, array[o.code, 'kind:' || o.kind] as keys
      from partners_organisation o where o.id = mine
), owners as (
    select s.owner, o.id, o.kind, array[o.code, 'kind:' || o.kind] as keys,
           s.is_mental_health
             or o.kind = '{OrganisationKind.MENTAL_HEALTH_TRUST.value}' as is_mental
      from access_sourceowner s join partners_organisation o on o.id = s.organisation_id
    union
    select 'oneplace:' || named, o.id, o.kind, array[o.code, 'kind:' || o.kind],
           o.kind = '{OrganisationKind.MENTAL_HEALTH_TRUST.value}'
      from partners_organisation o cross join unnest(array[o.code, o.name]) as named
     where o.id = mine
), cells as (
    select w.owner, w.id, w.kind, w.keys, p.part,
           case when w.is_mental and p.part not in ({_words(NEVER_MENTAL_HEALTH)})
                then '{DataCategory.MENTAL_HEALTH.value}' else p.part end as category
      from owners w
     cross join unnest(array[{_words(DataCategory)}]) as p (part)
), given as materialized (
    select a.id, of_purpose = any (a.purposes) as is_mine,
           '{Purpose.SAFEGUARDING.value}' = any (a.purposes) as is_for_safety,
           array(select p.key from access_agreementparty p where p.agreement_id = a.id) as parties
      from access_sharingagreement a
     where array[of_purpose, '{Purpose.SAFEGUARDING.value}'] && a.purposes::text[]
       and a.starts_on <= on_day and a.ends_on >= on_day
       and (a.stopped_on is null or a.stopped_on > on_day)
       and not exists (select from access_agreementparty p
                        where p.agreement_id = a.id and p.signed_on is null)
), terms as materialized (
    select distinct t.category, t.needs_yes, t.from_key, g.parties, g.is_mine, g.is_for_safety
      from me join given g on g.parties && me.keys
      join access_agreementterm t on t.agreement_id = g.id
     where (t.to_key = '*' or t.to_key = any (me.keys)) and t.category = any (sees)
), lines as (
    select 'own' as sort, c.owner, c.part from cells c join me on me.id = c.id
     where c.category = any (sees)
    union
    select 'gp', c.owner, c.part from cells c
     where c.category = any (sees)
       and c.kind in ({_words((OrganisationKind.GP_COLLABORATIVE, OrganisationKind.GP_PRACTICE))})
    union
    -- What counts as mental health when the person speaks of it, whatever its kind.
    select 'mind', c.owner, c.part from cells c
     where c.category = '{DataCategory.MENTAL_HEALTH.value}'
       and c.part <> '{DataCategory.MENTAL_HEALTH.value}'
       and c.category = any (sees)
    union
    select sort.word, c.owner, c.part
      from terms t
      join cells c on c.category = t.category
       and (t.from_key = any (c.keys) or t.from_key = '*' and t.parties && c.keys)
     cross join lateral (
        select case when t.needs_yes then 'asks' else 'flow' end as word where t.is_mine
        union all select 'safe' where t.is_for_safety and not t.needs_yes) as sort
     where c.id <> mine
)
select coalesce(array_agg(sort || '|' || owner || '|' || part), '{{}}') from lines
$$
"""


# What the rule asks of one person, with the owner's eyes: for whoever the record opens to, and who
# answers for access. It holds kinds, parties and dates, no words. Nobody else learns anything.
EXPLAINS: Final = "explain_access"
_FACTS: Final = f"""
create or replace function access_facts(of_person uuid) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
with told as (
    select '{EXPLAINS}' = any (access_permissions()) or {RECORD_OPEN}(of_person)
        or 'see_who_is_who' = any (access_permissions()) as may
)
select jsonb_build_object(
    'relationships', (select coalesce(jsonb_agg(to_jsonb(r) - 'id'), '[]')
                        from access_relationship r, told
                       where r.person_id = of_person and told.may),
    'barriers', (select coalesce(jsonb_agg(to_jsonb(b) - 'id'), '[]')
                   from access_barrier b, told where b.person_id = of_person and told.may),
    'permits', (select coalesce(jsonb_agg(to_jsonb(p) - 'id'), '[]')
                  from access_permit p, told where p.person_id = of_person and told.may))
$$
"""
