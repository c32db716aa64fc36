"""Plans, teams, goals, tasks, referrals, flags and the person's own choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from oneplace.feeds.fhir.meaning.codes import (
    coding_words,
    concept,
    say_what,
    what,
    words,
    words_each,
)
from oneplace.feeds.fhir.meaning.forms import (
    Say,
    Table,
    choice,
    column,
    detail,
    note_rest,
    part,
    place_of,
)
from oneplace.feeds.fhir.meaning.links import (
    add_who,
    by,
    key_or_words,
    keys,
    linked,
    named,
    say_at,
    say_by,
    where,
    who_is,
)
from oneplace.feeds.fhir.meaning.reading import Pointer, Reading
from oneplace.feeds.fhir.meaning.values import (
    CATEGORY,
    OF_ALL,
    OF_PATIENTS,
    file_of,
    in_words,
    number,
    period,
    period_of,
    period_words,
    recorded,
    starts,
    when,
)
from oneplace.vocabulary.terms import EntryKind

_TITLE, _WORDS, _BY = place_of("title"), place_of("words"), place_of("by")
_LABELS, _SUBJECT = place_of("labels"), place_of("subject")

_ACTIVITY_DETAIL: Final = part(
    {
        "code": ("what", words),
        "description": ("description", None),
        "kind": ("kind", None),
        "status": ("status", None),
        "doNotPerform": ("must_not", None),
        "location": ("where", named),
        "performer": ("by", lambda values, reading: ", ".join(_names(values, reading))),
        "goal": ("goals", keys),
        "reasonCode": ("reason", words_each),
        "scheduledString": ("when", None),
        "scheduledPeriod": ("when", period_words),
    }
)
_ACTIVITY_NAMES: Final = frozenset({"reference", "outcomeCodeableConcept", "progress", "detail"})


def _names(values: list[dict[str, Any]], reading: Reading) -> list[str]:
    return [named(value, reading) for value in values]


def _activities(values: list[dict[str, Any]], reading: Reading) -> list[dict[str, Any]]:
    found = []
    for value in values:
        note_rest(value, _ACTIVITY_NAMES, reading)
        said = _ACTIVITY_DETAIL(value["detail"], reading) if "detail" in value else {}
        described = [said.pop(name, "") for name in ("what", "description", "kind")]
        described += said.pop("reason", [])
        if "reference" in value:
            described.append(key_or_words(value["reference"], reading))
        said.pop("goals", None)
        outcomes = words_each(value.get("outcomeCodeableConcept", []), reading)
        outcomes += [remark.get("text", "") for remark in value.get("progress", ())]
        said["what"] = ": ".join(filter(None, described))
        said["outcome"] = "; ".join(filter(None, outcomes))
        found.append({name: text for name, text in said.items() if text or text is False})
    return found


CARE_PLAN: Final[Table] = {
    **OF_ALL,
    **CATEGORY,
    "intent": detail("intent"),
    "title": column("title"),
    "description": column("words"),
    "period": period,
    "created": recorded,
    "author": by,
    "contributor": detail(
        "contributors",
        lambda values, reading: [who_is(reading.pointer(value)) for value in values],
    ),
    "careTeam": detail("teams", keys),
    "addresses": detail("addresses", keys),
    "supportingInfo": linked("about"),
    "goal": detail("goals", keys),
    "activity": detail("activities", _activities),
}


def finish_care_plan(kind: EntryKind, resource: Mapping[str, Any], reading: Reading) -> None:
    """Called by its title, else by what it is for."""
    categories = reading.detail.get("category", ())
    reading.row[_TITLE] = reading.row[_TITLE] or next(iter(categories), "") or kind.label


_MEMBER_NAMES: Final = frozenset({"role", "member", "onBehalfOf", "period"})


def _members(values: list[dict[str, Any]], reading: Reading) -> list[dict[str, str]]:
    members = []
    for value in values:
        note_rest(value, _MEMBER_NAMES, reading)
        role = ", ".join(words_each(value.get("role", []), reading))
        found = reading.pointer(value["member"]) if "member" in value else Pointer()
        about = reading.row[_SUBJECT]
        if found.subject is not None and about in (None, found.subject):
            continue  # somebody is no member of the team round themselves
        said = who_is(found, role)
        if said.get("name") == found.key:
            said.pop("name", None)  # a reference is nobody's name
        if "onBehalfOf" in value:
            said["organisation"] = named(value["onBehalfOf"], reading)
        if said or role:
            members.append(said or {"role": role})
    return members


def _organisations(values: list[dict[str, Any]], reading: Reading) -> None:
    for value in values:
        say_at(reading.pointer(value), reading)
    reading.detail["organisations"] = _names(values, reading)


def _phones(values: list[dict[str, Any]], reading: Reading) -> list[str]:
    return [value["value"] for value in values if value.get("value")]


CARE_TEAM: Final[Table] = {
    **OF_ALL,
    **CATEGORY,
    "name": column("title"),
    "period": period,
    "participant": detail("members", _members),
    "managingOrganization": _organisations,
    "telecom": detail("phones", _phones),
}

_TARGET: Final = part(
    {
        "measure": ("measure", words),
        **in_words("detail", "value"),
        **in_words("due", "due"),
    }
)


def _expressed_by(value: Mapping[str, Any], reading: Reading) -> None:
    found = reading.pointer(value)
    if found.subject is None:
        say_by(found, reading, "expressed by")
    else:
        add_who(found, reading, "expressed by")


GOAL: Final[Table] = {
    **{name: say for name, say in OF_ALL.items() if name != "status"},
    **CATEGORY,
    "lifecycleStatus": detail("status_as_sent"),
    "achievementStatus": detail("achievement", words),
    "priority": detail("priority", words),
    "description": what,
    **choice("start", {**when(), "CodeableConcept": detail("about", words)}),
    "target": detail(
        "targets", lambda values, reading: [_TARGET(value, reading) for value in values]
    ),
    "statusDate": detail("status_on"),
    "statusReason": detail("status_reason"),
    "expressedBy": _expressed_by,
    "addresses": detail("addresses", keys),
    "outcomeCode": detail("outcomes", words_each),
    "outcomeReference": linked("result"),
}


def _flag_category(values: list[dict[str, Any]], reading: Reading) -> None:
    found = words_each(values, reading)
    reading.detail["category"] = found
    reading.detail["concerns"] = ", ".join(found)


FLAG: Final[Table] = {
    **OF_ALL,
    "category": _flag_category,
    "code": what,
    "period": period,
    "author": by,
}


def _requester(value: Mapping[str, Any], reading: Reading) -> None:
    found = reading.pointer(value)
    reading.detail["referred_by"] = found.words or found.key
    say_by(found, reading, "referrer")


REFERRAL: Final[Table] = {
    **OF_ALL,
    **CATEGORY,
    "requisition": lambda value, reading: reading.detail.setdefault("numbers", []).append(
        number(value, reading)
    ),
    "intent": detail("intent"),
    "priority": detail("urgency"),
    "doNotPerform": detail("must_not"),
    "code": what,
    "orderDetail": detail("need", lambda values, reading: ", ".join(words_each(values, reading))),
    **choice("occurrence", when("when", detail("when"))),
    "authoredOn": starts,
    "requester": _requester,
    "performerType": detail("service", words),
    "performer": detail("to", lambda values, reading: ", ".join(_names(values, reading))),
    "locationCode": detail("where", lambda v, reading: ", ".join(words_each(v, reading))),
    "locationReference": lambda values, reading: where(values[0], reading),
    "supportingInfo": linked("about"),
    "bodySite": detail("reason", words_each),
    "patientInstruction": detail("for_the_person"),
    "replaces": linked("replaces"),
}


def finish_referral(kind: EntryKind, resource: Mapping[str, Any], reading: Reading) -> None:
    """Called by what is asked for, else by the service asked."""
    row, found = reading.row, reading.detail
    row[_TITLE] = row[_TITLE] or found.get("service") or found.get("to") or kind.label


_RESTRICTION_NAMES: Final = frozenset({"repetitions", "period", "recipient"})


def _restriction(value: Mapping[str, Any], reading: Reading) -> None:
    note_rest(value, _RESTRICTION_NAMES - {"repetitions"}, reading)
    due = value.get("period", {}).get("end")
    if due:
        reading.detail["due"] = due
    for one in value.get("recipient", ()):
        add_who(reading.pointer(one), reading, "recipient")


_PARAMETER: Final = part({"type": ("what", words), **in_words("value", "value")})


def _parameters(values: list[dict[str, Any]], reading: Reading) -> list[dict[str, str]]:
    return [_PARAMETER(value, reading) for value in values]


def _owner(value: Mapping[str, Any], reading: Reading) -> None:
    found = reading.pointer(value)
    reading.detail["asked_of"] = found.words or found.key
    say_by(found, reading)


TASK: Final[Table] = {
    **{name: say for name, say in OF_ALL.items() if name != "subject"},
    "for": OF_ALL["subject"],
    "groupIdentifier": detail("group", number),
    "statusReason": detail("status_reason", words),
    "businessStatus": detail("business_status", words),
    "intent": detail("intent"),
    "priority": detail("priority"),
    "code": what,
    "description": column("words"),
    "focus": linked("about"),
    "executionPeriod": period,
    "authoredOn": recorded,
    "lastModified": detail("changed_at"),
    "requester": detail("asked_by", named),
    "performerType": lambda values, reading: (
        reading.detail.setdefault("asked_of", "")
        or reading.detail.update(asked_of=", ".join(words_each(values, reading)))
    ),
    "owner": _owner,
    "location": where,
    "reasonCode": detail("reason", lambda value, reading: [words(value, reading)]),
    "reasonReference": linked("because of"),
    "restriction": _restriction,
    "input": detail("inputs", _parameters),
    "output": detail("outputs", _parameters),
}


def finish_task(kind: EntryKind, resource: Mapping[str, Any], reading: Reading) -> None:
    """Called by what is to be done."""
    row = reading.row
    row[_TITLE] = row[_TITLE] or row[_WORDS] or kind.label


_ACTOR_NAMES: Final = frozenset({"role", "reference"})


def _actors(values: list[dict[str, Any]], reading: Reading) -> list[dict[str, str]]:
    actors = []
    for value in values:
        note_rest(value, _ACTOR_NAMES, reading)
        actors.append(who_is(reading.pointer(value["reference"]), words(value["role"], reading)))
    return actors


_PROVISION: Final = part(
    {
        "type": ("type", None),
        "period": ("period", period_of),
        "actor": ("actors", _actors),
        "action": ("actions", words_each),
        "securityLabel": (
            "labels",
            lambda values, reading: [coding_words(value, reading) for value in values],
        ),
        "purpose": (
            "purposes",
            lambda values, reading: [coding_words(value, reading) for value in values],
        ),
        "class": (
            "classes",
            lambda values, reading: [coding_words(value, reading) for value in values],
        ),
        "code": ("codes", words_each),
        "dataPeriod": ("data_period", period_words),
    }
)


def _provision(value: Mapping[str, Any], reading: Reading) -> None:
    """What is permitted or denied; rules within rules are noted, and stay in the source."""
    found = _PROVISION(value, reading)
    told = reading.detail
    if "type" in found:
        told["is_permitted"] = found["type"] == "permit"
    for name in ("period", "actors", "actions", "purposes"):
        if name in found:
            told[name] = found[name]
    about = [*found.get("classes", ()), *found.get("codes", ()), *found.get("labels", ())]
    if "data_period" in found:
        about.append(found["data_period"])
    if about:
        told["about"] = about


def _categories(values: list[dict[str, Any]], reading: Reading) -> None:
    found = [concept(value, reading) for value in values]
    say_what(found[0], reading)
    reading.detail["category"] = [one.words for one in found]


def _held_by(values: list[dict[str, Any]], reading: Reading) -> None:
    for value in values:
        say_at(reading.pointer(value), reading)


def _given_by(values: list[dict[str, Any]], reading: Reading) -> None:
    for value in values:
        add_who(reading.pointer(value), reading, "given by")


CONSENT: Final[dict[str, Say]] = {
    **{name: say for name, say in OF_PATIENTS.items() if name != "note"},
    "scope": detail("scope", words),
    "category": _categories,
    "dateTime": starts,
    "performer": _given_by,
    "organization": _held_by,
    "sourceAttachment": detail("files", lambda value, reading: [file_of(value, reading)]),
    "sourceReference": linked("document"),
    "policyRule": detail("policy", words),
    "provision": _provision,
}


def finish_consent(kind: EntryKind, resource: Mapping[str, Any], reading: Reading) -> None:
    """A consent that was refused permits nothing."""
    if resource["status"] == "rejected":
        reading.detail["is_permitted"] = False
    reading.row[_TITLE] = reading.row[_TITLE] or reading.detail.get("scope") or kind.label
