"""Does one thing inside a house: in a process of its own that speaks as the house's loader."""

import importlib
import json
import subprocess
import sys
from typing import Any


def inside(house: Any, what: str, **told: Any) -> Any:
    """What `module:function` gives back, called in the house; raises with its words on failure."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.campaigns.inside", what, json.dumps(told)],
        env=house.environment, text=True, capture_output=True,
    )  # fmt: skip
    if done.returncode != 0:
        print(done.stderr, file=sys.stderr)
        raise AssertionError(done.stderr.strip().splitlines()[-1])
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    import django

    django.setup()
    module, name = sys.argv[1].split(":")
    print(json.dumps(getattr(importlib.import_module(module), name)(**json.loads(sys.argv[2]))))
