"""What oneplace is made of: locked, allowed, listed, without a secret, running nothing it reads."""

import json
import urllib.error
from pathlib import Path

import pytest

from tools import supply_chain


def test_everything_installed_is_locked_by_hash() -> None:
    assert supply_chain.unlocked() == []


def test_every_part_of_what_runs_has_an_allowed_licence() -> None:
    assert supply_chain.refused_licences() == []


@pytest.mark.parametrize(
    ("licence", "is_allowed"),
    [
        ("MIT", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("GPL-3.0-only OR MIT", True),
        ("AGPL-3.0-or-later", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_the_gate_lets_in_what_was_allowed_and_nothing_unknown(
    licence: str, is_allowed: bool
) -> None:
    assert supply_chain.is_allowed(licence) is is_allowed


def test_the_list_of_parts_names_each_locked_package_with_its_hash() -> None:
    listed = supply_chain.sbom()
    parts = [*supply_chain.python_parts(), *supply_chain.npm_parts()]

    assert {each["purl"] for each in listed["components"]} == {part.purl for part in parts}
    assert len(supply_chain.python_parts()) > 50
    assert all(
        each["hashes"] for each in listed["components"] if each["purl"].startswith("pkg:pypi")
    )
    assert json.dumps(listed) == json.dumps(supply_chain.sbom())


def test_no_file_holds_a_secret() -> None:
    assert supply_chain.secrets(supply_chain.tracked()) == []


# Put together here, so that this file holds none itself.
PLANTED = {
    "a private key": "-----BEGIN RSA PRIVATE" + " KEY-----\nMIIEpAIBAAKCAQEA7Zq0abcd1234",
    "a cloud key": "AKIA" + "ABCDEFGHIJKLMNOP",
    "a token of a code host": "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2",
    "a signed token": "eyJ" + "hbGciOiJIUzI1NiJ9x.eyJ" + "zdWIiOiIxMjM0NTY3x.abcdefghijklmnopqrs",
    "a password in an address": "postgresql://web:" + "k7Qz91xLmP20vB" + "@db.example/one",
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_secret_is_found(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "settings.txt"
    file.write_text(f"one line\n{PLANTED[kind]}\n")

    assert supply_chain.secrets([file]) == [f"{file}, line 2: {kind}"]


def test_no_code_of_ours_turns_what_it_reads_into_code_or_objects() -> None:
    found = [
        each
        for file in supply_chain.tracked("oneplace/*.py", "tools/*.py")
        for each in supply_chain.runs_data(file.read_text(), file.name)
    ]

    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from marshal import loads",
        "import yaml\nyaml.load(x)",
        "eval(x)",
        "import numpy\nnumpy.load(f, allow_pickle=True)",
        "frame.read_pickle(f)",
        "import subprocess\nsubprocess.run(x, shell=True)",
        "import os\nos.system(x)",
    ],
)
def test_code_that_would_is_found(source: str) -> None:
    assert len(list(supply_chain.runs_data(source, "x.py"))) == 1


# --- known weaknesses -----------------------------------------------------------------------------
def _answers(results: list[object]) -> bytes:
    return json.dumps({"results": results}).encode()


def test_a_service_out_of_reach_is_said_to_be_and_never_taken_for_clean() -> None:
    def nobody(_: bytes) -> bytes:
        raise urllib.error.URLError("no way out of here")

    state, found = supply_chain.audit(nobody)

    assert state == ("not audited: the advisory service did not answer (no way out of here)")
    assert found == []


@pytest.mark.parametrize("answer", [b"", b"<html>", b"{}", b"[]", _answers([{}])])
def test_a_strange_or_short_answer_is_not_taken_for_clean_either(answer: bytes) -> None:
    state, _ = supply_chain.audit(lambda _: answer)

    assert state.startswith("not audited: ")


def test_known_weaknesses_are_named() -> None:
    def one_is_weak(question: bytes) -> bytes:
        asked = json.loads(question)["queries"]
        return _answers([{"vulns": [{"id": "TEST-1"}]}, *({} for _ in asked[1:])])

    state, found = supply_chain.audit(one_is_weak)

    assert state == "audited"
    assert len(found) == 1 and found[0].endswith(": TEST-1")
