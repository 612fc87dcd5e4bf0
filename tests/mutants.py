"""Does the net catch fish? The product is broken on purpose, in a copy, and the tests named must notice.

    python -m tests.mutants [WORD ...]     all mutants, or those whose names hold one of the words

Exit code 1 when a mutant survives, when its patch no longer fits the code, or when its tests fail on the sound
copy already. A patch is a regular expression for the place where a rule lives, not a line number. Two are tried
beside each other.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutations import MUTANTS, Edit, Mutant

ROOT = Path(__file__).resolve().parents[1]
LEFT_OUT = (".git", ".venv", ".*cache*", ".hypothesis", "__pycache__", "out", "benchmarks")
AT_ONCE = 2
SECONDS = 300
"""How long the tests of one mutant may take; those that never end have noticed, too."""
IN_MEMORY = Path("/dev/shm")
"""Where copies lie, if this machine has it: a mutant need not survive a power cut."""
FAILED = 1
"""What pytest answers when tests failed, and nothing else went wrong."""


def main(words: Sequence[str]) -> int:
    """Try all mutants whose names hold one of the words; the exit code."""
    chosen = [mutant for mutant in MUTANTS if not words or any(word in mutant.name for word in words)]
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as lanes:
        sound = lanes.submit(_sound, dict.fromkeys(test for mutant in chosen for test in mutant.tests))
        verdicts = [*lanes.map(_judged, chosen)]
    print(f"{sum(verdicts)} of {len(chosen)} noticed, {time.monotonic() - began:.0f} s")
    return 0 if all(verdicts) and sound.result() else 1


def _sound(tests: Iterable[str]) -> bool:
    """Whether all the tests pass on a copy in which nothing is broken."""
    code, told = _tried((), tuple(tests), seconds=None)
    _say("(the sound copy)", "all tests pass" if code == 0 else f"TESTS FAIL, code {code}\n{told}")
    return code == 0


def _judged(mutant: Mutant) -> bool:
    """Try one mutant, and say who noticed; whether somebody did."""
    if misfits := [edit.file for edit in mutant.edits if not fits(edit)]:
        _say(mutant.name, f"NO LONGER FITS {', '.join(misfits)}: write its patch anew")
        return False
    began = time.monotonic()
    code, told = _tried(mutant.edits, mutant.tests)
    failed = re.findall(r"^(?:FAILED|ERROR) (\S.*?)(?: - (.*))?$", told, re.MULTILINE)
    by = "; ".join(f"{test.rpartition('::')[2]} ({why[:80]})" for test, why in failed) or "tests that never end"
    noticed = code in (FAILED, None)
    _say(mutant.name, f"{by}, {time.monotonic() - began:.0f} s" if noticed else f"SURVIVES (code {code})\n{told}")
    return noticed


def fits(edit: Edit) -> bool:
    """Whether the place of a change is there, once."""
    file = ROOT / edit.file
    return file.exists() and len(re.findall(edit.there, file.read_text(encoding="utf-8"))) == 1


def _tried(edits: Sequence[Edit], tests: Sequence[str], seconds: float | None = SECONDS) -> tuple[int | None, str]:
    """Run tests on a copy with these edits: pytest's exit code, None when it does not end, and the end of its words."""
    place = IN_MEMORY if IN_MEMORY.is_dir() else None
    with TemporaryDirectory(prefix="phasegate-mutant-", dir=place) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
        for edit in edits:
            file = copy / edit.file
            file.write_text(re.sub(edit.there, edit.instead, file.read_text(encoding="utf-8")), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-rfE", "-p", "no:cacheprovider", *tests]
        environment = os.environ | {"PYTHONPATH": str(copy), "COLUMNS": "240", "TMPDIR": folder}
        try:
            ran = subprocess.run(
                command, cwd=copy, env=environment, capture_output=True, text=True, check=False, timeout=seconds
            )
        except subprocess.TimeoutExpired:
            return None, ""
    return ran.returncode, "\n".join(ran.stdout.splitlines()[-15:])


def _say(mutant: str, verdict: str) -> None:
    print(f"{mutant:<55} {verdict}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
