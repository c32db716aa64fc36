"""Grants and row policies, derived from the models: the net beneath the code.

A model whose rows can reach a person says so: `reaches_person_by = "person_id"` (a column) or
`"plan__person_id"` (a path). From that one line come its row-level security and its policies, put
in place after every migration. No policy is written by hand.

Two kinds of table are not wholly about persons and say a little more (post and files are of them):
- `reaches_parties_by = ("writer_id", "recipient_id")`: a row that names no person is read by these
  parties; `always_read_by` are parties who read a row whomever it names, because they wrote it or
  hold its link; `open_by` is a column that opens a row about nobody to everybody signed in;
  `shown_in_demo_by = ("is_invented", "see_sent")` is a column of invented rows and the permission
  that shows them. `parties_hold = "see_actions"` is a permission those parties need besides, and
  `unless_kept_out` closes a row about somebody whose record is closed to them by a barrier, or
  whom their role need not know.
  `related_see = "support"` is a part of records that others must need by their role to read a row;
  it, and `related_hold = "see_huddles"`, a permission they need, may stand in any personal table.
- `only_read_by = ("team_id", "writer_id")`: a row read and changed by these parties alone, whomever
  it is about, but by nobody a barrier of that person names.
- `reads_as = "message"`: a row is read by whoever reads the row its foreign key leads to;
  `own_only_by` narrows that to the viewer's own rows, and `hidden_by = ("is_secret", "writer_id")`
  keeps a row marked by the first column for the party the parent's second column names;
  `opens_with` is a permission that opens it all the same;
  `is_removable` lets whoever reads it remove it.

Two lines more for what stands between people or is needed to find them:
- `also_reaches_person_by = "other__person_id"`: a row about two persons opens to whoever stands in
  a relationship to either.
- `opens_with = "see_who_is_who"`: holders of this permission read and write the row whomever it
  is about, such as the record steward; `read_with = "find_person"`, or several: they read
  it only.

`kept_by_owner = ("select", "update", "delete")` is what functions that run as the owner, such as
triggers, may do with the rows besides.

`only_with = ("thing_id", ("records_entry.id",))` narrows reading to rows whose column names one of
these columns of a row that the viewer reads; `"... reaching reach"` asks for that part of it too.

A table of parts of records has `part_by = ("owner", "=part")`: the column or path that says who
recorded a row, and the column (after `=`) or the one word that says to which part it belongs. With
`always_read_by` its parties read it too, if their role needs that part and no barrier keeps them
out: whoever was asked for help reads what was asked. `read_by_link` is the column of a link's own
party, which has no role. A row whose column `kept_back_with` has words is kept from both where the
person's part is: an address told before it was protected.

`withheld_by = ("own_labels", "use_restricted")` keeps a row from everybody who is served a page,
its writer too, while the list in that column holds that word.

What somebody's own page shows is opened by the table itself and by nothing else:
`own_page = "person"` to the person alone, `"supporter"` to whom they chose to help them as well,
`"writer"` to the person what they wrote themselves.
`own_page_shows` narrows it to rows whose column has words, or is true; `own_page_writer` is the
column with the account that wrote a row: what they wrote themselves they read, and may add to.
A table that reads as its parent shows nothing on own pages unless it says `own_page = "as_parent"`.

`written_by_loader` is a table no page writes: a job does, once the decision was made.

A table of a body's own business has `kept_among`, the permission without which nobody reads it.
`seated_by = ("only_body", "seats")` keeps a row whose column names a body for those who hold a seat
of it that day in the other table; `withheld_through = ("item_id", "rulings", "item_id")` keeps one
from whoever a row of the second table withholds it from; with `reads_as` it follows its parent too.

A table of what partners sent as they sent it has `is_raw`: nobody knows yet of whom it speaks, so
no page reads it. `opens_with` is the permission that opens it all the same, and
`opened_to_client_of` a column or path to the source whose own systems may have it back: those with
the permission `client:<source>`. Whoever is known may add what comes in.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import models
from pghistory.models import Context, Event

from oneplace.access.models import (
    AuditEntry,
    AuditPerson,
    AuditSeal,
    Barrier,
    BarrierEvent,
    Choice,
    ChoiceEvent,
    EmergencyAccess,
    LookQuestion,
    NationalAsked,
    NationalClearance,
    OwnDevice,
    OwnLink,
    OwnRecord,
    Permit,
    Relationship,
    RelationshipEvent,
    RetentionDue,
    RetentionHold,
    RetentionReview,
    Right,
    RightCopy,
    RightHandover,
    RightItem,
    UnusualAccess,
    WornPurpose,
)
from oneplace.access.models.choice import PROTECTIONS, ChoiceKind
from oneplace.access.rule import as_sql, rule

OWNER, LOADER, WEB = "oneplace_owner", "oneplace_loader", "oneplace_web"

# Each in a query of its own, so that it is asked once a statement and not once a row: reading 200
# entries of a record through their policy took 6.5 ms before, and 1.6 ms since.
_PARTIES = "((select access_parties())::uuid[])"
_MINE = f"party_id = any {_PARTIES}"
_I_AM = "access_viewer() is not null"
_SEES_AUDIT = "'see_audit' = any (access_permissions())"
_HANDLES_RIGHTS = "'handle_rights' = any ((select access_permissions())::text[])"


@dataclass(frozen=True)
class Policy:
    """One policy of one table, for the web role unless it says otherwise."""

    table: str
    name: str
    command: str
    using: str = ""
    check: str = ""
    roles: str = WEB

    def sql(self) -> str:
        """The statement that makes it."""
        text = f'create policy {self.name} on "{self.table}" for {self.command} to {self.roles}'
        if self.using:
            text += f" using ({self.using})"
        if self.check:
            text += f" with check ({self.check})"
        return text


# Tables about accounts, residents' among them, which sign-in must read before there is a viewer.
# They hold a name and an address to sign in with and nothing of a record; which person an account
# belongs to is `OwnRecord`, which has a policy. Each is named here with its reason, and a test
# fails for a table about accounts that is neither here nor under a policy.
ABOUT_ACCOUNTS_ONLY = {
    "access_account": "sign-in finds an account by its address before anybody is a viewer",
    "access_accountevent": "the history of names and addresses to sign in with; append-only",
    "access_hat": "posts are public within the alliance: who works together",
    "access_hatevent": "the history of posts; append-only",
    "access_invitation": "opened by a secret link, before anybody is a viewer",
    "access_session": "a session is read before anybody is a viewer",
    "access_knownplace": "counts of places an account has signed in from, by hash",
    "access_failedsignin": "counts of wrong guesses, by hash",
    "access_leaving": "when somebody leaves work",
    "access_clientsystem": "a partner's system proves itself before anybody is a viewer",
    "access_clienttoken": "a token is looked up by its hash before anybody is a viewer",
    "actions_away": "when somebody at work is away and who stands in; never why",
    "access_demoperson": "invented people of a demonstration",
    "account_emailaddress": "sign-in finds an account by its address",
    "account_emailconfirmation": "unused: addresses come by invitation",
    "mfa_authenticator": "second steps are checked before anybody is a viewer",
    "socialaccount_socialaccount": "sign-in through a provider, before anybody is a viewer",
    "socialaccount_socialtoken": "unused: tokens are not kept",
    "huddles_calendarlink": "a calendar opens it by its secret, before anybody is a viewer",
}


def personal_models() -> Iterator[type[models.Model]]:
    """Every model that says its rows can reach a person, that nobody knows yet whom, or that they

    are a body's own business.
    """
    marks = ("reaches_person_by", "is_raw", "kept_among")
    for model in apps.get_models(include_auto_created=True):
        if any(getattr(model, mark, None) for mark in marks):
            yield model


def policies_of(model: type[models.Model]) -> list[Policy]:
    """The policies of one model: who may read its rows, and who may write them."""
    return [*_at_work(model), *_of_own_page(model)]


def _at_work(model: type[models.Model]) -> list[Policy]:
    """The policies for people at work."""
    if model in _OWN:
        return [*_OWN[model](model._meta.db_table), *_of_triggers(model)]
    for mark, made in _OTHERWISE:
        if getattr(model, mark, None):
            return made(model)
    table = model._meta.db_table
    related = _holds(getattr(model, "opens_with", "")) + _is_related(_whom(model))
    if also := getattr(model, "also_reaches_person_by", ""):
        related += f" or {_is_related(_whom(model, also))}"
    reads = _holds(getattr(model, "read_with", "")) + related
    changes = related
    if needs := _needs_of_related(model):
        reads, changes = f"({reads}){needs}", f"({related}){needs}"
    if only := getattr(model, "only_with", ()):
        column, named = only
        seen = " or ".join(_names_a_row(model, column, each) for each in named)
        reads = f"({reads}) and ({seen})"
    return [
        Policy(table, "related_reads", "select", using=reads),
        Policy(table, "related_adds", "insert", check=related),
        Policy(table, "related_changes", "update", using=changes, check=related),
        Policy(table, "related_removes", "delete", using=changes),
        *_of_triggers(model),
    ]


def _of_own_page(model: type[models.Model]) -> list[Policy]:
    """What the person's own page reads of a table, and what is written there by themselves."""
    reader = getattr(model, "own_page", "")
    if reader not in ("person", "supporter", "writer"):
        return []
    table = model._meta.db_table
    own = f"{_reach(model)} = any ({as_sql.own_people(also_supporters=reader == 'supporter')})"
    shows, writer = getattr(model, "own_page_shows", ""), getattr(model, "own_page_writer", "")
    wrote = f'"{table}"."{writer}" = (select access_viewer())' if writer else ""
    reads = f"({own}) and {wrote}" if reader == "writer" else own
    if shows:
        has = "" if isinstance(_field(model, shows), models.BooleanField) else " <> ''"
        shown = f'"{table}"."{shows}"{has}'
        reads = f"({own}) and ({shown}{f' or {wrote}' if wrote else ''})"
    made = [Policy(table, "own_page_reads", "select", using=reads)]
    if writer:
        by_themselves = f"({own}) and {wrote}"
        made += [
            Policy(table, "own_page_adds", "insert", check=by_themselves),
            Policy(table, "own_page_changes", "update", using=by_themselves, check=by_themselves),
        ]
    return made


def _needs_of_related(model: type[models.Model]) -> str:
    """What the role of whoever is connected must need besides, each with its `and`; or nothing."""
    part, permission = getattr(model, "related_see", ""), getattr(model, "related_hold", "")
    needs = [_sees(f"'{part}'")] if part else []
    if permission:
        needs.append(_holds(permission).removesuffix(" or "))
    return "".join(f" and {each}" for each in needs)


def _sees(part: str) -> str:
    """The condition that the role of the hat worn needs a part of records."""
    return f"{part} = any ((select access_sees())::text[])"


def _names_a_row(model: type[models.Model], column: str, named: str) -> str:
    """Whether `column` names a row the viewer reads: `table.column`, or that `reaching` a part."""
    path, _, part = named.partition(" reaching ")
    seen, by = path.split(".")
    found = f'select 1 from "{seen}" w where w."{by}" = "{model._meta.db_table}"."{column}"'
    if part:
        found += f" and {as_sql.PART_OPEN}({_reach(model)}, w.owner, '{part}')"
    return f"exists ({found})"


def _of_triggers(model: type[models.Model]) -> list[Policy]:
    """What functions that run as the owner read and mend by themselves, such as triggers."""
    table = model._meta.db_table
    rows = {
        "select": {"using": "true"},
        "insert": {"check": "true"},
        "update": {"using": "true", "check": "true"},
        "delete": {"using": "true"},
    }
    return [
        Policy(table, f"owner_{command}s", command, roles=OWNER, **rows[command])
        for command in getattr(model, "kept_by_owner", ())
    ]


def _holds(permission: str | tuple[str, ...]) -> str:
    """The condition, with its `or`, that the hat worn has a permission, or one of several.

    Asked once a statement, not once a row: the permissions are read in a query of their own.
    """
    if isinstance(permission, tuple):
        return "".join(_holds(one) for one in permission)
    if not permission:
        return ""
    return f"'{permission}' = any ((select access_permissions())::text[]) or "


def _is_related(whom: as_sql.Whom) -> str:
    """The rule's own words on whether a record opens (`rule.OPENS_RECORD`)."""
    return as_sql.record_opens(whom)


def _of_part(model: type[models.Model]) -> list[Policy]:
    """Rows of a part of a record: read as the rule says of parts, written by whoever is related."""
    table = model._meta.db_table
    person = _reach(model)
    owner, part = model.part_by  # type: ignore[attr-defined]
    of_owner = _reach(model, owner)
    of_part = _reach(model, part[1:]) if part.startswith("=") else f"'{part}'"
    reads = _part_of_parent(model, of_part) or as_sql.part_opens(_whom(model), of_owner, of_part)
    if withheld := getattr(model, "withheld_by", ()):
        column, mark = withheld
        reads = f"({reads}) and not ('{mark}' = any ({table}.{column}))"
    related = _is_related(_whom(model))
    if needs := _needs_of_related(model):
        reads = f"({reads}){needs}"
    if getattr(model, "always_read_by", ()):
        mine = _was_asked(model, person, of_owner, of_part)
        reads, related = f"({reads}) or {mine}", f"({related}) or {mine}"
    return [
        Policy(table, "part_reads", "select", using=reads),
        Policy(table, "related_adds", "insert", check=related),
        Policy(table, "part_changes", "update", using=reads, check=related),
        Policy(table, "part_removes", "delete", using=reads),
        *_of_triggers(model),
    ]


def _part_of_parent(model: type[models.Model], part: str) -> str:
    """SQL of whether a part opens that a row's parent says of whom and by whom it is; or nothing.

    The parent is looked up once, and only by whoever reads it.
    """
    owner = str(model.part_by[0])  # type: ignore[attr-defined]
    link, _, rest = owner.partition("__")
    if not rest or not str(getattr(model, "reaches_person_by", "")).startswith(f"{link}__"):
        return ""
    parent = _target(model, link)
    table, key = parent._meta.db_table, parent._meta.pk.column
    opens = as_sql.part_opens(_whom(parent), _reach(parent, rest), part)
    return (
        f'exists (select 1 from "{table}" where "{table}"."{key}" ='
        f' "{model._meta.db_table}"."{_field(model, link).column}" and {opens})'
    )


def _was_asked(model: type[models.Model], person: str, owner: str, part: str) -> str:
    """Whether the viewer is a party of a row of a part, whose role needs it or who holds its link,

    and no barrier keeps them out of the record, or of what the row tells of this part.
    """
    table = model._meta.db_table
    mine = f"({_is_mine(model, model.always_read_by)})"  # type: ignore[attr-defined]
    mine = f"{rule.IN_ROLE.sql} and {_sees(part)}{_needs_of_related(model)} and {mine}"
    if link := getattr(model, "read_by_link", ""):
        mine = f'({mine}) or "{table}"."{link}" = (select access_viewer())'
    asked = f"({mine}) and not {as_sql.KEPT_OUT}({person})"
    if column := getattr(model, "kept_back_with", ""):
        kept = f"{as_sql.PART_KEPT}({person}, {owner}, {part})"
        asked += f""" and ("{table}"."{column}" = '' or not {kept})"""
    return f"({asked})"


_KEEPS_CHOICES = "'keep_choices' = any ((select access_permissions())::text[])"
_KEEPS_PROTECTIONS = "'keep_protections' = any ((select access_permissions())::text[])"


def _of_barriers(table: str) -> list[Policy]:
    # Whoever is kept out must not see that there is a barrier: only those who keep protections read
    # them, and not one against themselves; the functions behind the rule run as the owner.
    reads = f"{_KEEPS_PROTECTIONS} and ({_NOT_AGAINST_ME})"
    return [
        Policy(table, "keeper_reads", "select", using=reads),
        Policy(table, "owner_reads", "select", using="true", roles=OWNER),
        Policy(table, "owner_adds", "insert", check="true", roles=OWNER),
        Policy(table, "owner_changes", "update", using="true", check="true", roles=OWNER),
    ]


_NOT_AGAINST_ME = f"party_id is null or not (party_id = any {_PARTIES})"


def _of_choices(table: str) -> list[Policy]:
    # Read by those to whom the record opens, but not by whom the choice keeps out, and a protection
    # by those who keep protections alone. An organisation sees the yes that was said to it.
    secret = ", ".join(f"'{kind.value}'" for kind in PROTECTIONS)
    opens = f"kind not in ({secret}) and ({as_sql.record_opens(f'{table}.person_id')})"
    is_mine_to_see = f"kind = '{ChoiceKind.CONSENT.value}' or {_NOT_AGAINST_ME}"
    reads = f"({is_mine_to_see}) and ({_KEEPS_PROTECTIONS} or {opens})"
    writes = f"{_KEEPS_PROTECTIONS} or {opens}"
    own = (
        f"kind not in ({secret}) and {table}.person_id = any"
        f" ({as_sql.own_people(also_supporters=False)})"
    )
    return [
        # The person reads what they decided, decides on their own page, and takes it back there.
        Policy(table, "own_page_reads", "select", using=own),
        Policy(table, "own_page_adds", "insert", check=own),
        Policy(table, "own_page_changes", "update", using=own, check=own),
        Policy(table, "around_or_keeper_reads", "select", using=reads),
        Policy(table, "around_or_keeper_adds", "insert", check=writes),
        Policy(table, "around_or_keeper_changes", "update", using=reads, check=writes),
        # The functions that answer which purposes a choice stops run as the owner.
        Policy(table, "owner_reads", "select", using="true", roles=OWNER),
    ]


def _of_relationships(table: str) -> list[Policy]:
    # Each party sees its own relationships, past ones too. Who serves pages writes none: the
    # functions behind the verbs run as the owner and demand the entry in the audit.
    return [
        Policy(table, "own_party_reads", "select", using=_MINE),
        Policy(table, "owner_reads", "select", using="true", roles=OWNER),
        Policy(table, "owner_adds", "insert", check="true", roles=OWNER),
        Policy(table, "owner_changes", "update", using="true", check="true", roles=OWNER),
    ]


def _of_own_records(table: str) -> list[Policy]:
    # Whoever comes in by it; the person, of whom they chose to help; who may keep their choices.
    own = as_sql.own_people(also_supporters=False)
    around = f"{_KEEPS_CHOICES} and ({as_sql.record_opens(f'{table}.person_id')})"
    return [
        Policy(table, "own_account_reads", "select", using="account_id = access_viewer()"),
        Policy(
            table,
            "person_reads",
            "select",
            using=f"is_supporter and {table}.person_id = any ({own})",
        ),
        Policy(table, "around_reads", "select", using=around),
        # Who looked at a record is told to whose it is by a function that runs as the owner.
        Policy(table, "owner_reads", "select", using="true", roles=OWNER),
    ]


def _of_own_links(table: str) -> list[Policy]:
    # Functions of the owner's make and open them; no page reads even the hashes.
    return []


def _of_audit_entries(table: str) -> list[Policy]:
    reads = f"{_SEES_AUDIT} or account_id = any {_PARTIES}"
    return [
        Policy(table, "officer_or_self_reads", "select", using=reads),
        # Whoever upgrades the database leaves entries of it too; the trigger on persons, which is
        # the owner's, must see the entry they belong to.
        Policy(table, "everybody_appends", "insert", check="true", roles=f"{WEB}, {OWNER}"),
        Policy(table, "owner_reads", "select", using="true", roles=OWNER),
    ]


def _of_audit_persons(table: str) -> list[Policy]:
    reads = f"exists (select 1 from access_auditentry e where e.id = {table}.entry_id)"
    return [
        Policy(table, "as_its_entry", "select", using=reads),
        Policy(table, "owner_reads", "select", using="true", roles=OWNER),
        # Whoever upgrades the database leaves entries of it too.
        Policy(table, "everybody_appends", "insert", check="true", roles=f"{WEB}, {OWNER}"),
    ]


_REVIEWS = "'review_emergency' = any ((select access_permissions())::text[])"


def _of_emergencies(table: str) -> list[Policy]:
    # Whoever opened it and who reviews it; written by functions that run as the owner.
    return [
        Policy(
            table,
            "opener_or_reviewer_reads",
            "select",
            using=f"account_id = any {_PARTIES} or {_REVIEWS}",
        ),
        Policy(table, "owner_reads", "select", using="true", roles=OWNER),
        Policy(table, "owner_adds", "insert", check="true", roles=OWNER),
        Policy(table, "owner_changes", "update", using="true", check="true", roles=OWNER),
    ]


def _of_worn(table: str) -> list[Policy]:
    # Whoever looks, and officers; written by functions that run as the owner.
    reads = f"account_id = any {_PARTIES} or {_SEES_AUDIT}"
    return [
        Policy(table, "wearer_or_officer_reads", "select", using=reads),
        Policy(table, "owner_reads", "select", using="true", roles=OWNER),
        Policy(table, "owner_adds", "insert", check="true", roles=OWNER),
        Policy(table, "owner_changes", "update", using="true", check="true", roles=OWNER),
    ]


def _of_questions(table: str) -> list[Policy]:
    # Asked by officers and by the person; answered by those asked. Nobody else reads them.
    asked = f"asked_by_id = any {_PARTIES}"
    answers = f"to_ids && {_PARTIES}"
    return [
        Policy(
            table,
            "asker_or_asked_reads",
            "select",
            using=f"{asked} or {answers} or {_SEES_AUDIT}",
        ),
        Policy(table, "asker_adds", "insert", check=asked),
        Policy(table, "asked_answers", "update", using=answers, check=answers),
    ]


def _of_unusual(table: str) -> list[Policy]:
    # Found by the loader's job; settled by officers, and not by whose looks they are.
    settles = f"{_SEES_AUDIT} and not (account_id = any {_PARTIES})"
    return [
        Policy(table, "officer_reads", "select", using=_SEES_AUDIT),
        Policy(table, "officer_settles", "update", using=settles, check=settles),
    ]


def _of_rights(table: str) -> list[Policy]:
    # Officers of the partner asked, of the one whose entry it is about, and of those who review
    # their part of a copy; nobody's own request.
    parties = (
        f"organisation_id = any {_PARTIES} or asked_id = any {_PARTIES} or source_ids && {_PARTIES}"
    )
    mine = f"{_HANDLES_RIGHTS} and ({parties})"
    return _written_and_read(table, f"{mine} and not access_is_own(person_id)")


def _of_right_items(table: str) -> list[Policy]:
    # Whoever answers the request reads all; whoever reviews a part, what their own recorded.
    own = (
        f'"{table}"."owner" in (select unnest(access_owners_of(mine.id))'
        f" from unnest({_PARTIES}) as mine (id))"
    )
    reads = _of_the_request(
        table,
        f"(p.organisation_id = any {_PARTIES} or coalesce(p.asked_id = any {_PARTIES}, false)"
        f" or {own})",
    )
    return [*_written_and_read(table, reads), Policy(table, "officer_removes", "delete", reads)]


def _of_right_copies(table: str) -> list[Policy]:
    # What everybody recorded stands in a copy: only the partner who answers for it opens it.
    return _written_and_read(table, _of_the_request(table, f"p.organisation_id = any {_PARTIES}"))


def _of_the_request(table: str, narrower: str) -> str:
    return f'exists (select 1 from access_right p where p.id = "{table}"."right_id" and {narrower})'


def _of_retention(table: str) -> list[Policy]:
    mine = f"{_HANDLES_RIGHTS} and organisation_id = any {_PARTIES}"
    return _written_and_read(table, f"{mine} and not access_is_own(person_id)")


def _written_and_read(table: str, by_whom: str) -> list[Policy]:
    return [
        Policy(table, "officer_reads", "select", using=by_whom),
        Policy(table, "officer_adds", "insert", check=by_whom),
        Policy(table, "officer_changes", "update", using=by_whom, check=by_whom),
    ]


def _of_national_answers(table: str) -> list[Policy]:
    # The loader asks and takes the answer; the function that says who may be used runs as the
    # owner. No page reads who came back and who did not.
    return [Policy(table, "owner_reads", "select", using="true", roles=OWNER)]


_OWN: dict[type[models.Model], Callable[[str], list[Policy]]] = {
    Relationship: _of_relationships,
    RelationshipEvent: _of_relationships,
    OwnRecord: _of_own_records,
    OwnLink: _of_own_links,
    OwnDevice: _of_own_links,
    AuditEntry: _of_audit_entries,
    AuditPerson: _of_audit_persons,
    Barrier: _of_barriers,
    BarrierEvent: _of_barriers,
    Permit: _of_barriers,
    Choice: _of_choices,
    ChoiceEvent: _of_choices,
    EmergencyAccess: _of_emergencies,
    LookQuestion: _of_questions,
    NationalAsked: _of_national_answers,
    NationalClearance: _of_national_answers,
    UnusualAccess: _of_unusual,
    Right: _of_rights,
    RightItem: _of_right_items,
    RightCopy: _of_right_copies,
    RightHandover: _of_right_copies,
    RetentionDue: _of_retention,
    RetentionHold: _of_retention,
    RetentionReview: _of_retention,
    WornPurpose: _of_worn,
}


def _of_person_or_parties(model: type[models.Model]) -> list[Policy]:
    """Rows about a person where they name one, and else rows between parties: post and files."""
    table = model._meta.db_table
    person = _reach(model)
    related = _is_related(_whom(model))
    parties = _is_mine(model, model.reaches_parties_by)  # type: ignore[attr-defined]
    authors = _is_mine(model, model.always_read_by)  # type: ignore[attr-defined]
    if needs := getattr(model, "parties_hold", ""):
        holds = _holds(needs).removesuffix(" or ")
        authors, parties = f"({holds} and ({authors}))", f"{holds} and ({parties})"
    if needed := _needs_of_related(model):
        related = f"({related}){needed}"
    if getattr(model, "unless_kept_out", False):
        may = f"{rule.IN_ROLE.sql} and not {as_sql.KEPT_OUT}({person})"
        authors = f"(({authors}) and ({person} is null or ({may})))"
    reads = (
        f"({person} is not null and {related}) or ({person} is null and ({parties})) or {authors}"
    )
    if open_by := getattr(model, "open_by", ""):
        reads += f' or ({person} is null and "{table}"."{open_by}" and {_I_AM})'
    if shown := getattr(model, "shown_in_demo_by", ()):
        column, permission = shown
        reads += f' or ("{table}"."{column}" and \'{permission}\' = any (access_permissions()))'
    return [
        Policy(table, "person_or_party_reads", "select", using=reads),
        Policy(table, "author_adds", "insert", check=authors),
        Policy(table, "person_or_party_changes", "update", using=reads, check=reads),
        *_of_triggers(model),
    ]


def _of_parties_alone(model: type[models.Model]) -> list[Policy]:
    """Rows kept among a few whomever they are about, such as a worry about somebody's safety."""
    table = model._meta.db_table
    person = _reach(model)
    mine = _is_mine(model, model.only_read_by)  # type: ignore[attr-defined]
    reads = f"({mine}) and ({person} is null or not {as_sql.NAMED_OUT}({person}))"
    return [
        Policy(table, "party_reads", "select", using=reads),
        Policy(table, "party_adds", "insert", check=mine),
        Policy(table, "party_changes", "update", using=reads, check=mine),
        *_of_triggers(model),
    ]


def _is_mine(model: type[models.Model], columns: tuple[str, ...]) -> str:
    table = model._meta.db_table
    return " or ".join(f'"{table}"."{column}" = any {_PARTIES}' for column in columns)


def _of_raw(model: type[models.Model]) -> list[Policy]:
    """What partners sent, as sent: opened by a permission, and to the source's own systems."""
    table = model._meta.db_table
    reads = []
    if permission := getattr(model, "opens_with", ""):
        reads.append(f"'{permission}' = any (access_permissions())")
    if path := getattr(model, "opened_to_client_of", ""):
        reads.append(f"('client:' || {_reach(model, path)}) = any (access_permissions())")
    adds = Policy(table, "somebody_adds", "insert", check=_I_AM)
    if not reads:
        return [adds]
    opened = " or ".join(reads)
    return [
        Policy(table, "opened_reads", "select", using=opened),
        adds,
        Policy(table, "opened_changes", "update", using=opened, check=opened),
    ]


def _as_its_parent(model: type[models.Model]) -> list[Policy]:
    """Rows read by whoever reads their parent; the parent's own policy answers within."""
    table = model._meta.db_table
    reads_as = str(getattr(model, "reads_as", ""))
    link, parent = _field(model, reads_as), _target(model, reads_as)._meta
    narrower = ""
    if hidden := getattr(model, "hidden_by", ()):
        mark, keeper = hidden
        narrower = f' and (not "{table}"."{mark}" or p."{keeper}" = any {_PARTIES})'
    reads = _holds(getattr(model, "opens_with", "")) + (
        f'exists (select 1 from "{parent.db_table}" p'
        f' where p."{parent.pk.column}" = "{table}"."{link.column}"{narrower})'
    )
    if getattr(_target(model, reads_as), "own_page", "") and (
        getattr(model, "own_page", "") != "as_parent"
    ):
        # What an own page shows of the parent says nothing of its rows.
        reads = f"({reads}) and {as_sql.HAS_NO_OWN_PAGE}"
    if own := getattr(model, "own_only_by", ""):
        reads += f' and "{table}"."{own}" = any {_PARTIES}'
    made = [
        Policy(table, "as_its_parent_reads", "select", using=reads),
        Policy(table, "as_its_parent_adds", "insert", check=reads),
        Policy(table, "as_its_parent_changes", "update", using=reads, check=reads),
        *_of_triggers(model),
    ]
    if getattr(model, "is_removable", False):
        made.append(Policy(table, "as_its_parent_removes", "delete", using=reads))
    return made


def _of_body(model: type[models.Model]) -> list[Policy]:
    """A body's own business: by permission, by seat, and never by whoever it is withheld from."""
    table = model._meta.db_table
    reads = _holds(str(getattr(model, "kept_among", ""))).removesuffix(" or ")
    if seated := getattr(model, "seated_by", ()):
        column, seats = seated
        today = f"(select access_at() at time zone '{settings.TIME_ZONE}')::date"
        reads += (
            f""" and ("{table}"."{column}" = '' or exists (select 1 from "{seats}" s"""
            f' where s.body = "{table}"."{column}" and s.holder_id = any {_PARTIES}'
            f" and s.from_on <= {today} and (s.until_on is null or s.until_on >= {today})))"
        )
    if reads_as := str(getattr(model, "reads_as", "")):
        link, parent = _field(model, reads_as), _target(model, reads_as)._meta
        reads += (
            f' and exists (select 1 from "{parent.db_table}" p'
            f' where p."{parent.pk.column}" = "{table}"."{link.column}")'
        )
    if withheld := getattr(model, "withheld_through", ()):
        own, rulings, theirs = withheld
        reads += (
            f' and not exists (select 1 from "{rulings}" w where w."{theirs}" = "{table}"."{own}"'
            f" and w.is_withheld and w.holder_id = any {_PARTIES})"
        )
    return [
        Policy(table, "seat_reads", "select", using=reads),
        Policy(table, "seat_adds", "insert", check=reads),
        Policy(table, "seat_changes", "update", using=reads, check=reads),
        *_of_triggers(model),
    ]


_OTHERWISE: tuple[tuple[str, Callable[[type[models.Model]], list[Policy]]], ...] = (
    ("is_raw", _of_raw),
    ("kept_among", _of_body),
    ("part_by", _of_part),
    ("reads_as", _as_its_parent),
    ("only_read_by", _of_parties_alone),
    ("reaches_parties_by", _of_person_or_parties),
)
"""What a model says of itself, and who makes its policies then: the first that fits."""


def _reach(model: type[models.Model], by: str = "") -> str:
    """SQL for the person a row of `model` reaches: a column, or a subquery along a path."""
    path = (by or str(getattr(model, "reaches_person_by", ""))).split("__")
    table = model._meta.db_table
    column = f'"{table}"."{_field(model, path[0]).column}"'
    return column if len(path) == 1 else _follow(_target(model, path[0]), path[1:], column)


def _whom(model: type[models.Model], by: str = "") -> as_sql.Whom:
    """How the policies of `model` find the person of a row, and whether that is who it is about."""
    path = (by or str(getattr(model, "reaches_person_by", ""))).split("__")
    if len(path) == 1:
        return as_sql.Whom(_reach(model, by))
    link = f'"{model._meta.db_table}"."{_field(model, path[0]).column}"'
    theirs = _keys_of_about(_target(model, path[0]), path[1:])
    return as_sql.Whom(_reach(model, by), is_about=f"{link} in ({theirs})")


def _keys_of_about(model: type[models.Model], path: list[str]) -> str:
    """SQL of the keys of the rows of `model` that reach whom the page is about."""
    link = f'p."{_field(model, path[0]).column}"'
    found = (
        f"{link} = {as_sql.ABOUT}"
        if len(path) == 1
        else f"{link} in ({_keys_of_about(_target(model, path[0]), path[1:])})"
    )
    return f'select p."{model._meta.pk.column}" from "{model._meta.db_table}" p where {found}'


def _follow(model: type[models.Model], path: list[str], key: str) -> str:
    """SQL for the person reached from the row of `model` whose primary key is `key`."""
    table, own_key = model._meta.db_table, model._meta.pk.column
    column = _field(model, path[0]).column
    found = f'(select p."{column}" from "{table}" p where p."{own_key}" = {key})'
    return found if len(path) == 1 else _follow(_target(model, path[0]), path[1:], found)


def _field(model: type[models.Model], name: str) -> models.Field:  # type: ignore[type-arg]
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{model._meta.label}.{name} is not a column")
    return field


def _target(model: type[models.Model], name: str) -> type[models.Model]:
    target = _field(model, name).related_model
    if not isinstance(target, type):
        raise TypeError(f"{model._meta.label}.{name} leads nowhere")
    return target


def _histories() -> Iterator[str]:
    """The tables of history: they grow, and nobody who serves a page rewrites them."""
    for model in apps.get_models():
        if issubclass(model, Event):
            yield model._meta.db_table


APPEND_ONLY = (AuditEntry, AuditPerson, AuditSeal)
# Written for a page by functions only (migrations 0007, 0012, 0014): a relationship is the key to a
# record, a barrier its lock, and emergency access a key somebody has to answer for.
WRITTEN_BY_FUNCTIONS = (
    Relationship,
    RelationshipEvent,
    Barrier,
    BarrierEvent,
    Permit,
    EmergencyAccess,
    WornPurpose,
    OwnRecord,
    OwnLink,
    OwnDevice,
)


def statements() -> Iterator[str]:
    """Everything that makes grants and policies what the models say, safe to run again."""
    yield from as_sql.functions()
    yield f"grant usage on schema public to {WEB}, {LOADER}"
    yield f"grant select, insert, update, delete on all tables in schema public to {WEB}, {LOADER}"
    yield f"grant usage, select on all sequences in schema public to {WEB}, {LOADER}"
    yield f"grant execute on all functions in schema public to {WEB}, {LOADER}"
    yield f"revoke insert, update, delete on django_migrations from {WEB}, {LOADER}"
    for grown in APPEND_ONLY:
        table = grown._meta.db_table
        yield f'revoke update, delete, truncate on "{table}" from {WEB}, {LOADER}'
    yield f'revoke insert on "{AuditSeal._meta.db_table}" from {WEB}'
    for written in WRITTEN_BY_FUNCTIONS:
        table = written._meta.db_table
        yield f'revoke insert, update, delete, truncate on "{table}" from {WEB}'
    for model in personal_models():
        if getattr(model, "written_by_loader", False):
            yield f'revoke insert, update, delete, truncate on "{model._meta.db_table}" from {WEB}'
    for grown in (AuditEntry, AuditPerson):
        # When, in which transaction and in which epoch an entry was written is the database's word.
        table = grown._meta.db_table
        columns = ", ".join(
            f'"{field.column}"'
            for field in grown._meta.concrete_fields
            if field.name not in {"id", "epoch", "transaction_id", "recorded_at"}
        )
        yield f'revoke insert on "{table}" from {WEB}, {LOADER}'
        yield f'grant insert ({columns}) on "{table}" to {WEB}, {LOADER}'
    for history in _histories():
        yield f'revoke update, delete, truncate on "{history}" from {WEB}, {LOADER}'
    # What a change belonged to is written and completed by the triggers of history themselves.
    yield f'revoke delete, truncate on "{Context._meta.db_table}" from {WEB}, {LOADER}'
    for model in personal_models():
        table = model._meta.db_table
        yield f'alter table "{table}" enable row level security'
        yield f'alter table "{table}" force row level security'
        yield (
            "do $$ declare p record; begin for p in select policyname from pg_policies "
            f"where schemaname = 'public' and tablename = '{table}' loop "
            f"execute format('drop policy %I on \"{table}\"', p.policyname); end loop; end $$"
        )
        for policy in policies_of(model):
            yield policy.sql()
