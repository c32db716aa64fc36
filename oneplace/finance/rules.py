"""Why money may not be promised, spent, moved or divided: the reason in words, or nothing."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from oneplace.access.viewer import Viewer
from oneplace.contracts.models import Decision, Signatory
from oneplace.contracts.rules import Standing
from oneplace.finance.models import (
    NHS,
    TRANSFER,
    Commitment,
    Fund,
    FundLine,
    FundYear,
    LegalBasis,
    PoolTerm,
    Spent,
    Transfer,
    TransferState,
)
from oneplace.finance.permissions import KEEP_MONEY
from oneplace.kit.clock import local_day
from oneplace.kit.formats import day, sentence_list
from oneplace.partners.models import Organisation
from oneplace.science.money import CURRENCY, pounds
from oneplace.vocabulary.terms import OrganisationKind

Refusal = tuple[str, str | None]
"""The reason, and the field of the form it is about."""

MOST_HOURS: Final = Decimal(100_000)
MOST_PENCE_AN_HOUR: Final = 100_000
"""A thousand pounds an hour was typed by mistake."""


def why_not_keep(by: Viewer) -> str | None:
    """Why this viewer may not write in the fund's books."""
    if by.may(KEEP_MONEY):
        return None
    return "The partners’ finance leads keep the fund’s books."


def missing_terms(terms: Mapping[str, str]) -> tuple[PoolTerm, ...]:
    """What a pooled fund's agreement does not say yet."""
    return tuple(term for term in PoolTerm if not str(terms.get(term.value, "")).strip())


def why_not_open(*, is_known: bool, name: str, purpose: str, by: Viewer) -> Refusal | None:
    """Why a fund may not be opened."""
    if reason := why_not_keep(by):
        return reason, None
    if is_known:
        return "There is a fund with this code already.", "code"
    if not name.strip():
        return "Give the fund a name.", "name"
    return None if purpose.strip() else ("Write what the fund is for.", "purpose")


def why_not_in_force(fund: Fund, decision: Standing | None, by: Viewer) -> str | None:
    """Why a fund may not be said to be in force: its agreement must say all that the law wants."""
    if reason := why_not_keep(by):
        return reason
    if fund.in_force_from_on is not None:
        return f"It is in force since {day(fund.in_force_from_on)}."
    missing = missing_terms(fund.terms)
    if fund.legal_basis is LegalBasis.SECTION_75 and missing:
        words = "; ".join(term.label for term in missing)
        return f"Its agreement does not say yet: {words}."
    if decision is not None and not decision.is_in_force:
        return f"Its decision is not in force. {decision.words}"
    return None


def why_not_contribute(
    year: FundYear,
    signatory: Signatory | None,
    *,
    pence: int,
    currency: str,
    agreed_on: date,
    why: str,
    by: Viewer,
) -> Refusal | None:
    """Why a partner's contribution may not be written down."""
    if reason := why_not_keep(by):
        return reason, None
    if currency != CURRENCY:
        return f"The fund is kept in pounds. {currency} is not converted here.", "pence"
    if pence < 0:
        return "A contribution is not below nought. What comes back is a transfer.", "pence"
    if signatory is None:
        return "Only partners bound by the agreement put money in.", "organisation"
    if not signatory.was_bound(agreed_on):
        name = signatory.organisation.name
        return f"{name} was not bound by the agreement on {day(agreed_on)}.", "agreed_on"
    return None if why.strip() else ("Write where it was agreed, such as a minute.", "why")


def why_not_commit(  # noqa: PLR0911 - one reason after another reads best flat
    year: FundYear,
    line: FundLine,
    *,
    hours_a_week: Decimal | None,
    pence_an_hour: int | None,
    pence_a_week: int | None,
    counts: str = "",
    from_on: date,
    until_on: date | None,
    source: str,
    by: Viewer,
) -> Refusal | None:
    """Why a promise to pay may not be written down."""
    if reason := why_not_keep(by):
        return reason, None
    if line.fund_id != year.fund_id:
        return "This line is another fund’s.", "line"
    by_hours = hours_a_week is not None or pence_an_hour is not None
    if counts and (hours_a_week is not None or pence_a_week is not None):
        return "Packages that are counted need a price only: their hours are counted.", "counts"
    if (by_hours or bool(counts)) == (pence_a_week is not None):
        return "Write hours and what an hour costs, or a sum a week: one of the two.", (
            "hours_a_week"
        )
    if counts and pence_an_hour is None:
        return "Write what an hour of these packages costs.", "pence_an_hour"
    if by_hours and not counts and (hours_a_week is None or pence_an_hour is None):
        return "Hours need a price, and a price needs hours.", "hours_a_week"
    if hours_a_week is not None and not 0 < hours_a_week <= MOST_HOURS:
        return f"Write hours a week above nought, at most {MOST_HOURS:,}.", "hours_a_week"
    if pence_an_hour is not None and not 0 < pence_an_hour <= MOST_PENCE_AN_HOUR:
        return f"Check the price of an hour: {pounds(pence_an_hour)}.", "pence_an_hour"
    if pence_a_week is not None and pence_a_week < 0:
        return "A promise is not below nought.", "pence_a_week"
    if until_on is not None and until_on < from_on:
        return "It ends before it begins. Check the two days.", "until_on"
    if from_on > year.ends_on or (until_on is not None and until_on < year.starts_on):
        return f"It lies outside the year {year}.", "from_on"
    return None if source.strip() else ("Write where the number comes from.", "source")


def why_not_count(kind: str, known: list[str]) -> str | None:
    """Why packages of a kind of care cannot be counted: none of that name ever was."""
    if not known:
        return None
    return f"No package of “{kind}” was counted. There are: {sentence_list(known)}."


def why_not_end(commitment: Commitment, *, until_on: date, why: str, by: Viewer) -> Refusal | None:
    """Why a promise may not be ended on a day."""
    if reason := why_not_keep(by):
        return reason, None
    if until_on < commitment.from_on:
        return f"It began on {day(commitment.from_on)}, after this day.", "until_on"
    if commitment.until_on is not None and commitment.until_on <= until_on:
        return f"It ends on {day(commitment.until_on)} already.", "until_on"
    return None if why.strip() else ("Say why it ends.", "why")


def why_not_spend(  # noqa: PLR0911 - one reason after another reads best flat
    year: FundYear,
    line: FundLine,
    *,
    month_on: date,
    source: str,
    is_known: bool,
    by: Viewer,
    at: datetime,
) -> Refusal | None:
    """Why what a ledger shows may not be written down."""
    if reason := why_not_keep(by):
        return reason, None
    if line.fund_id != year.fund_id:
        return "This line is another fund’s.", "line"
    if month_on.day != 1:
        return "Write the first day of the month.", "month_on"
    if not year.starts_on <= month_on <= year.ends_on:
        return f"This month lies outside the year {year}.", "month_on"
    if month_on > local_day(at):
        return "This month is still to come: what will be spent is a commitment.", "month_on"
    if is_known:
        return "This month is written down already. Correct that line instead.", "month_on"
    return None if source.strip() else ("Write which ledger, and its date.", "source")


def why_not_correct(spent: Spent, *, why: str, by: Viewer) -> Refusal | None:
    """Why a line of the ledger may not be corrected."""
    if reason := why_not_keep(by):
        return reason, None
    if spent.corrects_id is not None:
        return "This is a correction. Correct the first line again.", None
    return None if why.strip() else ("Say what was wrong.", "why")


def why_not_basis(basis: LegalBasis, payer: Organisation, payee: Organisation) -> str | None:
    """Why this law does not carry money this way."""
    pays_nhs, gets_nhs = payer.kind in NHS, payee.kind in NHS
    pays_council = payer.kind is OrganisationKind.COUNCIL
    gets_council = payee.kind is OrganisationKind.COUNCIL
    if basis is LegalBasis.SECTION_256 and not (pays_nhs and gets_council):
        return "Section 256 carries money from an NHS body to the council, and no other way."
    if basis is LegalBasis.SECTION_76 and not (pays_council and gets_nhs):
        return "Section 76 carries money from the council to an NHS body, and no other way."
    if basis is LegalBasis.SECTION_75 and not (
        (pays_nhs or pays_council) and (gets_nhs or gets_council)
    ):
        return "A pooled fund moves money between the council and NHS bodies alone."
    if basis is LegalBasis.GRANT and payee.kind not in (
        OrganisationKind.CHARITY,
        OrganisationKind.VOLUNTARY_GROUP,
    ):
        return "A grant goes to a voluntary organisation."
    return None


def why_not_propose_transfer(
    *,
    payer: Organisation,
    payee: Organisation,
    pence: int,
    basis: LegalBasis,
    reason: str,
    decision: Decision,
    by: Viewer,
) -> Refusal | None:
    """Why a transfer may not be proposed."""
    if refusal := why_not_keep(by):
        return refusal, None
    if payer.pk == payee.pk:
        return "Money moves between two partners.", "payee"
    if pence <= 0:
        return "Write a sum above nought. To move it back, exchange the two partners.", "pence"
    if wrong := why_not_basis(basis, payer, payee):
        return wrong, "legal_basis"
    if decision.only_body:
        return "Money everybody reads of cannot rest on what few may know.", "decision"
    return None if reason.strip() else ("Write what it is for.", "reason")


def why_not_agree_transfer(  # noqa: PLR0911 - one reason after another reads best flat
    transfer: Transfer, decision: Standing, by: Viewer
) -> str | None:
    """Why a partner may not agree to a transfer: both must, and the decision must be in force."""
    if refusal := why_not_keep(by):
        return refusal
    if transfer.state is not TransferState.PROPOSED:
        return f"{transfer.state.label}: there is nothing to agree."
    parties = (transfer.payer_id, transfer.payee_id)
    if by.organisation_id not in parties:
        return "Each of the two partners agrees by its own finance lead."
    if by.organisation_id == transfer.payer_id and transfer.payer_agreed_at is not None:
        return f"{transfer.payer_agreed_by} has agreed already."
    if by.organisation_id == transfer.payee_id and transfer.payee_agreed_at is not None:
        return f"{transfer.payee_agreed_by} has agreed already."
    if not decision.is_in_force:
        return f"The decision it stands on is not in force. {decision.words}"
    return None


def why_not_move_transfer(
    transfer: Transfer, after: TransferState, by: Viewer, *, reason: object = None
) -> str | None:
    """Why a transfer may not be taken on to this state."""
    if refusal := why_not_keep(by):
        return refusal
    return TRANSFER.why_not(transfer.state, after, reason=reason)


def why_not_divide(
    weights: Mapping[str, Decimal], *, known: Collection[str], pence: int, why: str, by: Viewer
) -> Refusal | None:
    """Why a sum may not be divided by these shares."""
    if refusal := why_not_keep(by):
        return refusal, None
    if pence == 0:
        return "There is nothing to divide.", "pence"
    strangers = sorted(set(weights) - set(known))
    if strangers:
        return f"Not partners bound by the agreement: {sentence_list(strangers)}.", "shares"
    if not weights or all(weight == 0 for weight in weights.values()):
        return "All shares are nought, so nothing says how to divide.", "shares"
    if any(weight < 0 for weight in weights.values()):
        return "A share is not below nought.", "shares"
    return None if why.strip() else ("Write by which clause or minute it is divided.", "why")


def why_not_report(*, variance: int, words: str, action_plan: str, by: Viewer) -> Refusal | None:
    """Why a report may not be sent: a forecast beyond the fund needs a plan."""
    if refusal := why_not_keep(by):
        return refusal, None
    if not words.strip():
        return "Write what changed since the last report, in a few sentences.", "words"
    if variance > 0 and not action_plan.strip():
        return (
            f"The forecast is {pounds(variance)} beyond the fund: write what is done about it.",
            "action_plan",
        )
    return None
