"""Long campaigns: `make nightly NAME=one`; date, commit and result go to docs/campaigns.md.

A campaign is a function registered with `@campaign("area.name", sibling="path::test")`; it takes a
seed and returns one sentence with its counts. A long one is split into parts, each a campaign of
its own that ends within `LONGEST_PART_MINUTES`: a part that runs on is stopped and noted as a
fault. Each has a small sibling in `make test`.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Campaign:
    """A campaign: its name, what runs with which seed, and the test that stands for it daily."""

    name: str
    run: Callable[[int], str]
    sibling: str


LONGEST_PART_MINUTES = 20


CAMPAIGNS: dict[str, Campaign] = {}


def campaign(name: str, *, sibling: str) -> Callable[[Callable[[int], str]], Callable[[int], str]]:
    """Register a campaign; `sibling` is the test that stands for it in `make test`."""

    def register(work: Callable[[int], str]) -> Callable[[int], str]:
        CAMPAIGNS[name] = Campaign(name, work, sibling)
        return work

    return register
