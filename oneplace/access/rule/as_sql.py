"""The rule as SQL: of row policies, and of the functions that read what nobody else may.

Barriers are read by functions that run as the owner, because a policy is asked with the eyes of the
viewer, and whoever is kept out must not see that there is a barrier. A relationship knows whether
its person has any (`has_barriers`, kept by triggers), so that most rows never call one.

Of whom a page is about (`access_about`) a statement asks them once, not once a row: two hundred
entries of somebody who keeps a part back are of a dozen parts. Whoever is named there, the answer
is the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from oneplace.access.rule import rule
from oneplace.access.rule.conditions import (
    BARRIERS,
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
_ABOUT: Final = "(select access_about())"
# Who the person is may take a query of its own: the row of the relationship has told already.
_WHO: Final = "r.person_id"
_TABLES: Final = {BARRIERS: "access_barrier", "permits": "access_permit"}


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
    # How to ask whether a line is among those that open to the viewer.
    opened: str = "in (select unnest(access_opened()))"


def sql_of(condition: Condition, names: Names) -> str:  # noqa: PLR0911 - one case after another
    """The condition as one SQL expression."""
    match condition:
        case Atom():
            return condition.sql.format(
                person=names.person,
                owner=names.owner,
                part=names.part,
                at=AT,
                opened=names.opened,
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
                f"exists (select 1 from {_TABLES[condition.table]} b"
                f" where b.person_id = {names.person} and {_in_brackets(condition.of, names)})"
            )


def _in_brackets(condition: Condition, names: Names) -> str:
    found = sql_of(condition, names)
    return f"({found})" if isinstance(condition, All | AnyOf | Atom) else found


def _some_relationship(condition: Some, names: Names) -> str:
    rows = _ROWS.format(person=names.person)
    if names.for_steward:
        rows += f" union all {_STEWARDS.format(person=names.person)}"
    rows = f"({rows})"
    if not names.guarded_by:
        return f"exists (select 1 from {rows} r where {sql_of(condition.of, names)})"
    plain = sql_of(_without_barriers(condition.of), names)
    return (
        f"exists (select 1 from {rows} r where"
        f" case when r.has_barriers then ({sql_of(rule.BETWEEN, names)}) and {names.guarded_by}"
        f" else {plain} end)"
    )


def _without_barriers(condition: Condition) -> Condition:
    """The same where the person has no barrier at all: none of them holds."""
    match condition:
        case All():
            return All(tuple(_without_barriers(one) for one in condition.of))
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


def record_opens(person: str) -> str:
    """SQL of whether the record of the person named by this expression opens to the viewer."""
    asks = (
        f"case when {_WHO} = {_ABOUT} then (select {RECORD_OPEN}({_ABOUT}))"
        f" else {RECORD_OPEN}({_WHO}) end"
    )
    return sql_of(rule.OPENS_RECORD, Names(person, guarded_by=asks))


def part_opens(person: str, owner: str, part: str) -> str:
    """SQL of whether what `owner` recorded in `part` of the person's record opens to the viewer."""
    asks = (
        f"case when {_WHO} = {_ABOUT}"
        f" then ({owner} || '|' || {part}) in (select {PARTS_OPEN}({_ABOUT}))"
        f" else {PART_OPEN}({_WHO}, {owner}, {part}) end"
    )
    return sql_of(rule.OPENS_PART, Names(person, owner, part, guarded_by=asks, for_steward=True))


# The plan is kept: making one anew for each call took longer than everything it decides.
_AS_OWNER: Final = (
    "language sql stable security definer set search_path = public, pg_temp"
    " set plan_cache_mode = force_generic_plan"
)
_ABOUT_FUNCTION: Final = """
create or replace function access_about() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('oneplace.about', true), '')::uuid $$
"""
# All that can open is among what opens to the organisation: `sort|owner|part`, no bar in a part.
_PARTS: Final = r"""
with o as materialized (
    select distinct regexp_replace(line, '^[^|]*\|(.*)\|[^|]*$', '\1') as owner,
           regexp_replace(line, '^.*\|', '') as part
      from unnest(access_opened()) as line
)
select o.owner || '|' || o.part from o where {opens}
"""
_OF_LINE: Final = Names("of_person", "o.owner", "o.part", for_steward=True)


def _asked(condition: Condition, names: Names) -> str:
    """The condition as a query in which what opens to the viewer is taken apart once."""
    asked = sql_of(condition, replace(names, opened="= any ((select lines from opened)::text[])"))
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
        f" as $$ {_PARTS.format(opens=sql_of(rule.OPENS_PART, _OF_LINE))} $$"
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
), terms as (
    select t.category, t.needs_yes, t.from_key, t.agreement_id,
           of_purpose = any (a.purposes) as is_mine,
           '{Purpose.SAFEGUARDING.value}' = any (a.purposes) as is_for_safety
      from access_sharingagreement a
      join access_agreementterm t on t.agreement_id = a.id
      cross join me
     where array[of_purpose, '{Purpose.SAFEGUARDING.value}'] && a.purposes::text[]
       and a.starts_on <= on_day and a.ends_on >= on_day
       and (a.stopped_on is null or a.stopped_on > on_day)
       and not exists (select from access_agreementparty p
                        where p.agreement_id = a.id and p.signed_on is null)
       and (t.to_key = '*' or t.to_key = any (me.keys))
       and exists (select from access_agreementparty p
                    where p.agreement_id = a.id and p.key = any (me.keys))
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
      from cells c join me on me.id <> c.id
      join terms t on t.category = c.category
       and (t.from_key = any (c.keys)
            or t.from_key = '*' and exists (
                select from access_agreementparty p
                 where p.agreement_id = t.agreement_id and p.key = any (c.keys)))
     cross join lateral (
        select case when t.needs_yes then 'asks' else 'flow' end as word where t.is_mine
        union all select 'safe' where t.is_for_safety and not t.needs_yes) as sort
     where c.category = any (sees)
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
