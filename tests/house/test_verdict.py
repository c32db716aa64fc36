"""The last line of the tests says what was not run, and never calls it passed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
TESTS = {
    "passes": "def test_it():\n    assert True\n",
    "skips": "import pytest\n\n\ndef test_it():\n    pytest.skip('no browser here')\n",
    "fails": "def test_it():\n    assert False\n",
}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A house with the verdict of ours, whose checks find nothing."""
    (tmp_path / "tests" / "journeys").mkdir(parents=True)
    (tmp_path / "tests" / "journeys" / "test_story.py").write_text(TESTS["passes"])
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(PROJECT / "tests" / "run", tmp_path / "tests" / "run")
    summary = (PROJECT / "tests" / "conftest.py").read_text()
    counting = summary[summary.index("def pytest_terminal_summary") :].split("\n\n\n")[0]
    (tmp_path / "tests" / "conftest.py").write_text(
        f"import os\nfrom pathlib import Path\n\nimport pytest\n\n\n{counting}\n"
    )
    for name, says in (
        ("tests/check", "#!/bin/sh\n"),
        (
            ".venv/bin/pytest",
            f'#!/bin/sh\nexec {sys.executable} -m pytest -p no:cacheprovider "$@"\n',
        ),
    ):
        (tmp_path / name).write_text(says)
        (tmp_path / name).chmod(0o755)
    return tmp_path


@pytest.mark.parametrize(
    ("which", "verdict"),
    [
        (["passes"], "Everything passed."),
        (["passes", "skips"], "Everything that was run passed; not run: 1. Why is said above."),
        (["passes", "skips", "fails"], "Not everything passed; see above."),
    ],
)
def test_the_verdict_counts_what_was_not_run(house: Path, which: list[str], verdict: str) -> None:
    for name in which:
        (house / "tests" / f"test_{name}.py").write_text(TESTS[name])
    bare = {"PATH": os.environ["PATH"], "HOME": str(house)}

    done = subprocess.run(
        [house / "tests" / "run"], capture_output=True, text=True, check=False, cwd=house, env=bare
    )

    assert done.stdout.splitlines()[-1] == verdict
    assert (done.returncode == 0) == ("fails" not in which)
