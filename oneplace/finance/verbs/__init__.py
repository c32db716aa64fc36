"""What is done with the shared money: put in, promised, spent, moved, divided and reported."""

from oneplace.finance.verbs.booking import (
    agree_contribution,
    commit_money,
    correct_spent,
    end_commitment,
    record_spent,
)
from oneplace.finance.verbs.counting import count_packages
from oneplace.finance.verbs.funds import (
    add_line,
    bring_fund_into_force,
    open_fund,
    open_year,
    write_terms,
)
from oneplace.finance.verbs.moving import (
    agree_transfer,
    certify_transfer,
    divide_sum,
    pay_transfer,
    propose_transfer,
    send_report,
    withdraw_transfer,
)

__all__ = [
    "add_line",
    "agree_contribution",
    "agree_transfer",
    "bring_fund_into_force",
    "certify_transfer",
    "commit_money",
    "correct_spent",
    "count_packages",
    "divide_sum",
    "end_commitment",
    "open_fund",
    "open_year",
    "pay_transfer",
    "propose_transfer",
    "record_spent",
    "send_report",
    "withdraw_transfer",
    "write_terms",
]
