"""Long campaigns: `make nightly NAME=one`; date, commit and result go to docs/campaigns.md.

A campaign is a function registered with `@campaign("area.name", part_minutes=20)`; it returns one
sentence with its counts. Each has a small sibling in `make test`.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Campaign:
    """A campaign: what runs, and how long one part of it may take at most, in minutes."""

    name: str
    run: Callable[[int], str]
    sibling: str


CAMPAIGNS: dict[str, Campaign] = {}


def campaign(name: str, *, sibling: str) -> Callable[[Callable[[int], str]], Callable[[int], str]]:
    """Register a campaign; `sibling` is the test that stands for it in `make test`."""

    def register(work: Callable[[int], str]) -> Callable[[int], str]:
        CAMPAIGNS[name] = Campaign(name, work, sibling)
        return work

    return register
