"""What the room keeps, one thing a file."""

from oneplace.finance.models.fund import Contribution, Fund, FundLine, FundYear
from oneplace.finance.models.moving import Division, FundReport, Transfer
from oneplace.finance.models.spending import Commitment, CountedHours, Spent
from oneplace.finance.models.terms import (
    NHS,
    TRANSFER,
    DividedSum,
    DivisionRule,
    LegalBasis,
    PoolTerm,
    TransferState,
)

__all__ = [
    "NHS",
    "TRANSFER",
    "Commitment",
    "Contribution",
    "CountedHours",
    "DividedSum",
    "Division",
    "DivisionRule",
    "Fund",
    "FundLine",
    "FundReport",
    "FundYear",
    "LegalBasis",
    "PoolTerm",
    "Spent",
    "Transfer",
    "TransferState",
]
