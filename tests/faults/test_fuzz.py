"""Files that were good once and were mutated: read or refused in a sentence, at once, without much memory."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faults.profile import FULL, chance, size

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = 20_000
SECONDS = 1.0
PATIENCE = 2 if FULL else 8
"""How much longer it may take here: a loaded machine stretches even the time of its processor."""
MEGABYTES = 200


def read_by_a_child(seed: int, first: int, count: int) -> Any:
    words = [sys.executable, "-m", "tests.faults.fuzzing", str(seed), str(first), str(count)]
    ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.mark.timeout(0 if FULL else 300)
def test_no_mutated_file_brings_it_down() -> None:
    """R-62: never a traceback, never more than a second or 200 MB for one file."""
    seed, number = chance("fuzz").randrange(2**32), size(quick=300, full=100_000)
    for first in range(0, number, AT_ONCE):
        told = read_by_a_child(seed, first, min(AT_ONCE, number - first))
        print(told)
        assert told["broke"] == [], "\n".join(told["broke"][:3])
        assert told["cpu"] < SECONDS * PATIENCE, told["worst cpu"]
        assert told["growth"] < MEGABYTES, told["worst growth"]
        assert told["refused"] > told["count"] / 4
