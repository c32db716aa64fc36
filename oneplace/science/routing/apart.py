"""A day solved in a process of its own, so that a killed or slow solver leaves the last good plan.

The child reads a problem as JSON and writes a line of JSON for each better plan. The parent waits
no longer than it was told, ends the child, and looks at each plan with our own checker: one that
breaks a rule is never handed on. `python -m oneplace.science.routing.apart` is the child.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Final

from pydantic import TypeAdapter

from oneplace.science.routing.check import Broken, broken
from oneplace.science.routing.plan import Plan
from oneplace.science.routing.problem import Problem
from oneplace.science.routing.solving import solve

GRACE: Final = 5.0
"""Seconds beyond those given in which the child may start, write and end."""
_PROBLEM: Final = TypeAdapter(Problem)
_PLAN: Final = TypeAdapter(Plan)


@dataclass(frozen=True)
class Answer:
    """What came of a search: the best plan that breaks no rule, and whether it is a new one."""

    plan: Plan | None
    is_fresh: bool
    """Whether it was made now; if not, it is the one that stood before."""
    is_finished: bool
    """Whether the search came to its end; if not, what it had found by then stands."""
    seconds: float
    why: str
    """In words, where anything went otherwise than meant; else empty."""
    refused: tuple[Broken, ...] = ()
    """Rules broken by a plan of the solver's that was thrown away."""


def solve_apart(
    problem: Problem,
    *,
    seconds: float,
    seed: int = 0,
    last: Plan | None = None,
    command: tuple[str, ...] = (),
) -> Answer:
    """A plan within `seconds`, or `last` with the reason why there is no newer one.

    `command` starts another child than ours: a test gives one that dies or sleeps.
    """
    began = time.monotonic()
    child = subprocess.Popen(
        command or (sys.executable, "-m", "oneplace.science.routing.apart"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    said = {"seconds": seconds, "seed": seed}
    asked = json.dumps(said).encode() + b"\n" + problem_json(problem) + b"\n"
    asked += (plan_json(last) if last is not None else b"null") + b"\n"
    is_slow = False
    try:
        written, errors = child.communicate(asked, timeout=seconds + GRACE)
    except subprocess.TimeoutExpired:
        is_slow = True
        child.kill()
        written, errors = child.communicate()
    took = time.monotonic() - began
    return _answer(problem, last, _Ended(written, errors, is_slow, child.returncode, took))


@dataclass(frozen=True)
class _Ended:
    """What became of the child."""

    written: bytes
    errors: bytes
    is_slow: bool
    code: int
    seconds: float


def _answer(problem: Problem, last: Plan | None, ended: _Ended) -> Answer:
    """The best legal plan the child wrote, or the last one."""
    lines = list(_read(ended.written))
    refused: tuple[Broken, ...] = ()
    best: Plan | None = None
    for plan, _ in lines:
        wrong = tuple(broken(problem, plan))
        if wrong:
            refused = wrong
        else:
            best = plan
    finished = any(is_last for _, is_last in lines) and not ended.is_slow and ended.code == 0
    why = _why(ended, refused, has_plan=best is not None)
    if best is None:
        return Answer(last, False, finished, ended.seconds, why or "No plan was found.", refused)
    return Answer(best, True, finished, ended.seconds, why, refused)


def _why(ended: _Ended, refused: tuple[Broken, ...], *, has_plan: bool) -> str:
    stands = "the best plan until then stands" if has_plan else "the plan before stands"
    if ended.is_slow:
        return f"The search did not end in time and was stopped; {stands}."
    if ended.code:
        words = ended.errors.decode(errors="replace").strip().splitlines()
        last = f" It said: {words[-1][:200]}" if words else ""
        return f"The search was ended from outside or failed ({ended.code}); {stands}.{last}"
    if refused and not has_plan:
        return f"The plan found breaks a rule ({refused[0].words}) and was thrown away; {stands}."
    return ""


def _read(written: bytes) -> Iterator[tuple[Plan, bool]]:
    """Each whole line the child wrote; half a line of one that was killed is left."""
    for line in written.splitlines():
        try:
            said = json.loads(line)
            yield _PLAN.validate_python(said["plan"]), bool(said["is_last"])
        except (ValueError, KeyError, TypeError):
            continue


def problem_json(problem: Problem) -> bytes:
    """A problem as one line of JSON."""
    return _PROBLEM.dump_json(problem)


def problem_of(text: bytes) -> Problem:
    """The problem of its JSON. Raises `ValueError` naming what is not as it must be."""
    return _PROBLEM.validate_json(text)


def plan_json(plan: Plan) -> bytes:
    """A plan as one line of JSON."""
    return _PLAN.dump_json(plan)


def plan_of_json(text: bytes) -> Plan:
    """The plan of its JSON. Raises `ValueError` naming what is not as it must be."""
    return _PLAN.validate_json(text)


def child(reads: IO[bytes], writes: IO[bytes]) -> None:
    """Read one problem, write each better plan as it is found."""
    said: dict[str, Any] = json.loads(reads.readline())
    problem = problem_of(reads.readline())
    last = reads.readline().strip()
    start = None if last == b"null" else plan_of_json(last)

    def tell(plan: Plan, *, is_last: bool = False) -> None:
        words = json.dumps({"is_last": is_last}).encode()
        writes.write(b'{"plan": ' + plan_json(plan) + b", " + words[1:] + b"\n")
        writes.flush()

    found = solve(problem, seconds=said["seconds"], seed=said["seed"], start=start, tell=tell)
    tell(found, is_last=True)


if __name__ == "__main__":
    child(sys.stdin.buffer, sys.stdout.buffer)
