"""Turns sharing agreements into what their pages show; asks the database nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from oneplace.access.queries.agreements import (
    AgreementShown,
    Cell,
    Flow,
    Line,
    Listed,
    Names,
    RoleSees,
    flows_of,
)
from oneplace.access.rules.agreements import OVER
from oneplace.kit.formats import day, plural, sentence_list, starting_capital
from oneplace.vocabulary.place.agreements import EVERY_PARTY
from oneplace.vocabulary.terms import AgreementState, DataCategory, SharingPolicy

_LOOKS = {
    AgreementState.WAITING: "accent",
    AgreementState.TO_COME: "accent",
    AgreementState.IN_FORCE: "done",
    AgreementState.REVIEW_DUE: "late",
    AgreementState.EXPIRES_SOON: "late",
    AgreementState.EXPIRED: "late",
    AgreementState.STOPPED: "late",
}
_SHORT = {
    AgreementState.WAITING: "Not signed by all",
    AgreementState.TO_COME: "Begins later",
    AgreementState.IN_FORCE: "In force",
    AgreementState.REVIEW_DUE: "Review due",
    AgreementState.EXPIRES_SOON: "Expires soon",
    AgreementState.REPLACED: "Replaced",
    AgreementState.WITHDRAWN: "Withdrawn",
}


@dataclass(frozen=True)
class StateShown:
    """How an agreement stands: one word, how it looks, and the sentence that says all of it."""

    word: str
    look: str
    sentence: str


def state(agreement: AgreementShown) -> StateShown:
    """How an agreement stands, in words; the sentence says what that means for sharing."""
    found = agreement.state
    return StateShown(
        word=_SHORT.get(found, found.label), look=_LOOKS.get(found, ""), sentence=_says(agreement)
    )


def _says(agreement: AgreementShown) -> str:  # noqa: PLR0911 - one answer per state reads best
    last, starts = day(agreement.last_day), day(agreement.starts_on)
    match agreement.state:
        case AgreementState.WAITING:
            names = sentence_list([party.name for party in agreement.unsigned])
            return f"It shares nothing until it is signed by {names}."
        case AgreementState.TO_COME:
            return f"Signed by everybody; it begins on {starts}."
        case AgreementState.IN_FORCE:
            return f"It holds until {last}."
        case AgreementState.REVIEW_DUE:
            return f"It holds until {last}. {_review(agreement)}"
        case AgreementState.EXPIRES_SOON:
            when = (
                "today" if not agreement.days_left else f"in {plural(agreement.days_left, 'day')}"
            )
            why = (
                f" It is stopped after that: {agreement.stopped_why}"
                if agreement.stopped_on is not None
                else ""
            )
            late = f" {_review(agreement)}" if agreement.days_to_review < 0 else ""
            return f"Its last day is {when}, on {last}; after that it shares nothing.{why}{late}"
        case AgreementState.EXPIRED:
            if agreement.unsigned:
                return f"It ended on {last} without ever being signed by everybody."
            return f"It ended on {last}. Nothing has been shared under it since."
        case AgreementState.STOPPED:
            stopped = day(agreement.stopped_on)
            return f"Nothing has been shared under it since {stopped}. {agreement.stopped_why}"
        case AgreementState.REPLACED:
            return f"A newer version took its place on {day(agreement.stopped_on)}."
        case _:
            return f"Withdrawn before it began. {agreement.stopped_why}"


def _review(agreement: AgreementShown) -> str:
    by = day(agreement.review_on)
    if agreement.days_to_review < 0:
        return f"Its review was due on {by}."
    if agreement.days_to_review == 0:
        return "Its review is due today."
    return f"Its review is due in {plural(agreement.days_to_review, 'day')}, by {by}."


@dataclass(frozen=True)
class ListRow:
    """One agreement in the list."""

    agreement: AgreementShown
    state: StateShown
    to_follow: AgreementShown | None
    follows: StateShown | None
    is_own: bool


def list_rows(listed: Iterable[Listed]) -> list[ListRow]:
    """The list: what needs a look first, what is over last, what ends soonest before the rest."""
    rows = [
        ListRow(
            agreement=each.stands,
            state=state(each.stands),
            to_follow=each.to_follow,
            follows=state(each.to_follow) if each.to_follow else None,
            is_own=any(party.is_own for party in each.stands.parties),
        )
        for each in listed
    ]
    return sorted(rows, key=lambda row: (_rank(row), row.agreement.last_day, row.agreement.name))


def _rank(row: ListRow) -> int:
    if row.agreement.state in OVER:
        return 2
    return 0 if row.state.look == "late" or row.to_follow else 1


# --- one agreement ---


@dataclass(frozen=True)
class FlowShown:
    """What flows from whom to whom, in words."""

    givers: list[str]
    receivers: list[str]
    parts: list[str]
    when: str


def flows(agreement: AgreementShown, called: Names) -> list[FlowShown]:
    """What of a record flows to whom under an agreement."""
    return [_flow(flow, called, agreement.policy) for flow in flows_of(agreement.terms)]


_WITHOUT_YES = {
    SharingPolicy.INFORM_FIRST: "People are told first and may object",
    SharingPolicy.INFORM_AFTER: "People are told afterwards how to object",
    SharingPolicy.CONSENT_REQUIRED: "Without asking again",
}


def _flow(flow: Flow, called: Names, policy: SharingPolicy) -> FlowShown:
    return FlowShown(
        givers=_named(flow.givers, called),
        receivers=_named(flow.receivers, called),
        parts=[part.label for part in flow.parts],
        when="Once the person has said yes" if flow.needs_yes else _WITHOUT_YES[policy],
    )


def _named(keys: Iterable[str], called: Names) -> list[str]:
    return [
        "Every party" if key == EVERY_PARTY else starting_capital(called.of(key)) for key in keys
    ]


@dataclass(frozen=True)
class CellShown:
    """One cell of who sees which part: a word, how it looks, and the sentence behind it."""

    part: str
    word: str
    look: str
    sentence: str


@dataclass(frozen=True)
class RoleRow:
    """What one role sees at one organisation."""

    key: str
    role: str
    organisation: str
    title: str
    cells: list[CellShown]

    @property
    def brief(self) -> str:
        """The same in one sentence or two, for a narrow screen."""
        told = []
        for look, start in _BRIEF.items():
            parts = [_low_first(cell.part) for cell in self.cells if cell.look == look]
            if parts:
                told.append(f"{start}: {'; '.join(parts)}.")
        return " ".join(told)


NOTHING = "–"
_BRIEF = {"yes": "Sees", "asks": "Sees if they say yes", "own": "Sees of its own records only"}


def role_rows(
    rows: Sequence[RoleSees], called: Names, *, with_own: bool
) -> tuple[list[RoleRow], list[str]]:
    """Rows of roles that see something, and the titles of those that see nobody's record.

    `with_own`: what the role's own organisation recorded counts too, beside what is shared.
    """
    shown, none = [], []
    for row in rows:
        if not any(cell.is_needed for cell in row.cells.values()):
            none.append(row.title)
            continue
        cells = [_cell(part, cell, called, with_own) for part, cell in row.cells.items()]
        if not with_own and all(cell.word == NOTHING for cell in cells):
            continue
        organisation = starting_capital(row.organisation)
        shown.append(RoleRow(row.key, row.role.value, organisation, row.title, cells))
    return shown, sorted(set(none))


def _cell(part: DataCategory, cell: Cell, called: Names, with_own: bool) -> CellShown:
    words = part.label
    if not cell.is_needed:
        return CellShown(words, NOTHING, "no", "Not needed for this role’s work.")
    own = "What their own organisation recorded" if with_own else ""
    free = sentence_list([called.word(key) for key in cell.from_keys])
    asks = sentence_list([called.word(key) for key in cell.asks_keys])
    told = [
        own,
        f"what comes from {free}" if free else "",
        f"once the person has said yes, what comes from {asks}" if asks else "",
    ]
    sentence = starting_capital("; ".join(each for each in told if each))
    if free:
        return CellShown(words, "Yes", "yes", f"{sentence}.")
    if asks:
        return CellShown(words, "If they say yes", "asks", f"{sentence}.")
    if with_own:
        return CellShown(words, "Own only", "own", f"{sentence} only: no agreement shares more.")
    return CellShown(words, NOTHING, "no", "Not shared with this organisation.")


# --- versions side by side ---


@dataclass(frozen=True)
class Difference:
    """One thing two versions say: the same, or each its own."""

    what: str
    first: list[str]
    second: list[str]

    @property
    def is_same(self) -> bool:
        """Whether both say the same."""
        return self.first == self.second


def differences(first: AgreementShown, second: AgreementShown, called: Names) -> list[Difference]:
    """What two versions say, thing by thing, and then part by part of a record."""
    told = [Difference(what, _facts(first)[what], _facts(second)[what]) for what in _facts(first)]
    parts = [
        Difference(part.label, one, other)
        for part in DataCategory
        for one, other in [(_who(first, part, called), _who(second, part, called))]
        if one != ["Not shared"] or other != ["Not shared"]
    ]
    return told + parts


def _facts(agreement: AgreementShown) -> dict[str, list[str]]:
    return {
        "Name": [agreement.name],
        "What it says": [agreement.says],
        "What it is for": [purpose.label for purpose in agreement.purposes],
        "Lawful basis in data-protection law": [agreement.data_protection_basis.label],
        "Why the duty of confidence allows it": [agreement.confidentiality_basis.label],
        "How people are told or asked": [agreement.policy.label],
        "First day": [day(agreement.starts_on)],
        "Review by": [day(agreement.review_on)],
        "Last day": [day(agreement.ends_on)],
        "Whom to ask": [agreement.contact],
        "Parties": [starting_capital(party.name) for party in agreement.parties],
    }


def _who(agreement: AgreementShown, part: DataCategory, called: Names) -> list[str]:
    told: list[Line] = [line for line in agreement.terms if line.part is part]
    found = []
    for flow in flows_of(told):
        givers, receivers = _named(flow.givers, called), _named(flow.receivers, called)
        asks = ", once the person has said yes" if flow.needs_yes else ""
        found.append(f"{sentence_list(givers)}, to {_low(sentence_list(receivers))}{asks}")
    return found or ["Not shared"]


def _low(words: str) -> str:
    return _low_first(words) if words.startswith("Every ") else words


def _low_first(words: str) -> str:
    return words[:1].lower() + words[1:]


# --- what may be done ---


@dataclass(frozen=True)
class Acts:
    """What this viewer may do with a version now."""

    may_keep: bool
    may_sign: bool
    may_follow: bool
    may_stop: bool
    is_ahead: bool


def acts(agreement: AgreementShown, newest: AgreementShown) -> Acts:
    """The acts offered: the verbs ask again."""
    ahead = (AgreementState.WAITING, AgreementState.TO_COME)
    may = agreement.why_not_keep is None
    is_newest = agreement.version == newest.version
    waits_for_own = any(party.signs_here and party.signed_on is None for party in agreement.parties)
    return Acts(
        may_keep=may,
        may_sign=may and agreement.state is AgreementState.WAITING and waits_for_own,
        may_follow=may and newest.state not in ahead and (is_newest or agreement.holds),
        may_stop=may and agreement.state not in OVER,
        is_ahead=agreement.state in ahead,
    )
