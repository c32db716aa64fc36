"""What `oneplace agreement` shows: the agreements there are, and one of them in plain words.

The command line becomes the loader and sets Django up before it calls these.
"""

from dataclasses import dataclass
from datetime import date

from oneplace.access import agreement_presenters as presenters
from oneplace.access.commands import operator
from oneplace.access.queries import agreements as queries
from oneplace.access.queries.agreements import AgreementShown
from oneplace.access.viewer import viewing
from oneplace.kit import clock
from oneplace.kit.formats import day, sentence_list, starting_capital
from oneplace.kit.refusals import Refused


@dataclass(frozen=True)
class Row:
    """One agreement as the list shows it."""

    code: str
    version: int
    name: str
    state: str
    stands: str
    sentence: str
    starts_on: date
    review_on: date
    last_day: date


@dataclass(frozen=True)
class Whole:
    """One version of an agreement, in words and in codes."""

    row: Row
    says: str
    facts: list[tuple[str, str]]
    flows: list[str]
    purposes: list[str]
    data_protection_basis: str
    confidentiality_basis: str
    policy: str
    parties: list[dict[str, object]]
    terms: list[dict[str, object]]


def agreements() -> list[Row]:
    """Every agreement, as it stands today, and versions that are to follow."""
    at = clock.now()
    with viewing(operator(), at=at) as viewer:
        listed = queries.agreements(viewer=viewer, on=clock.local_day(at))
        shown = [
            each for pair in listed for each in (pair.stands, pair.to_follow) if each is not None
        ]
        return [_row(each) for each in shown]


def agreement(code: str, version: int | None = None) -> Whole:
    """One version of an agreement; raises `Refused` naming what there is instead."""
    at = clock.now()
    with viewing(operator(), at=at) as viewer:
        on = clock.local_day(at)
        found = queries.agreement(code, viewer=viewer, on=on, version=version)
        if found is None:
            codes = sorted({each.code for each in queries.versions(viewer=viewer, on=on)})
            known = ", ".join(codes) or "none"
            what = code if version is None else f"{code} version {version}"
            raise Refused(f"There is no agreement {what}. There are: {known}.")
        return _whole(found, queries.names(party.key for party in found.parties))


def _row(found: AgreementShown) -> Row:
    state = presenters.state(found)
    return Row(
        code=found.code,
        version=found.version,
        name=found.name,
        state=found.state.value,
        stands=state.word,
        sentence=state.sentence,
        starts_on=found.starts_on,
        review_on=found.review_on,
        last_day=found.last_day,
    )


def _whole(found: AgreementShown, called: queries.Names) -> Whole:
    return Whole(
        row=_row(found),
        says=found.says,
        facts=[
            ("For", sentence_list([purpose.label for purpose in found.purposes])),
            ("In data-protection law", found.data_protection_basis.label),
            ("In the duty of confidence", found.confidentiality_basis.label),
            ("How people are told or asked", found.policy.label),
            ("First day", day(found.starts_on)),
            ("Review by", day(found.review_on)),
            ("Last day", day(found.last_day)),
            ("Whom to ask", found.contact),
            *((starting_capital(party.name), _signed(party)) for party in found.parties),
        ],
        flows=[
            f"{sentence_list(flow.givers)} to {sentence_list(flow.receivers)}: "
            f"{'; '.join(flow.parts)}. {flow.when}."
            for flow in presenters.flows(found, called)
        ],
        purposes=[purpose.value for purpose in found.purposes],
        data_protection_basis=found.data_protection_basis.value,
        confidentiality_basis=found.confidentiality_basis.value,
        policy=found.policy.value,
        parties=[
            {"key": party.key, "signed_on": party.signed_on, "signed_by": party.signed_by}
            for party in found.parties
        ],
        terms=[
            {
                "from": line.giver,
                "to": line.receiver,
                "part": line.part.value,
                "needs_yes": line.needs_yes,
            }
            for line in found.terms
        ],
    )


def _signed(party: queries.PartyShown) -> str:
    if party.signed_on is None:
        return "has not signed yet"
    return f"signed on {day(party.signed_on)}{f', {party.signed_by}' if party.signed_by else ''}"
