"""Does the net catch fish? The product is broken on purpose, in a copy, and the tests named must notice.

    python -m tests.mutants [WORD ...]     all mutants, or those whose names hold one of the words

Exit code 1 when a mutant survives, when its patch no longer fits the code, or when its tests fail on the sound
copy already. A patch is a regular expression for the place where a rule lives, not a line number.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
LEFT_OUT = (".git", ".venv", ".*cache*", ".hypothesis", "__pycache__", "out", "benchmarks")
SECONDS = 300
"""How long the tests of one mutant may take; those that never end have noticed, too."""
IN_MEMORY = Path("/dev/shm")
"""Where copies lie, if this machine has it: a mutant need not survive a power cut."""
FAILED = 1
"""What pytest answers when tests failed, and nothing else went wrong."""


class Edit(NamedTuple):
    """One change: in a file, what stands there (a regular expression) and what stands there instead."""

    file: str
    there: str
    instead: str


class Mutant(NamedTuple):
    """A rule that is broken, and the tests of which one must fail."""

    name: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]


DATABASE, STORE, BATCH = (f"lifecycle/records/{name}.py" for name in ("database", "store", "batch"))
FAULTS = "tests/faults/test_"
CROWD = FAULTS + "approvers.py::test_a_crowd_of_approvers_meets_the_quorum_exactly"
RACES = FAULTS + "races.py::test_whoever_is_first_there_is_one_story"
LOCK = FAULTS + "races.py::test_a_forgotten_lock_is_a_conflict_and_never_a_second_vote"
POINTS = FAULTS + "crash_points.py::test_an_action_killed_at_any_point_is_kept_whole_or_not_at_all[settle]"
STORM = FAULTS + "storm.py::test_no_acknowledged_decision_is_lost_or_doubled_when_deciders_are_killed"
SAME_KEY = "test_who_asks_with_the_same_key_at_the_same_moment_gets_the_same_answer"
MODEL = FAULTS + "model.py"
RUNNER = "tests/flows/test_faults.py::test_a_runner_killed_at_any_point_changes_nothing"
WALL = "tests/flows/test_lifecycle.py::test_undecided_means_no_record_and_no_run_of_the_next_phase"
LATE = """

import threading

_late_ones: list[threading.Timer] = []


@contextmanager
def _late(connection: Connection) -> Iterator[Connection]:
    while _late_ones:
        _late_ones.pop().join()
    transaction = connection.begin()
    try:
        yield connection
    except BaseException:
        transaction.rollback()
        connection.close()
        raise
    _late_ones.append(threading.Timer(0.2, lambda: (transaction.commit(), connection.close())))
    _late_ones[-1].start()
"""

MUTANTS = (
    Mutant(
        "no BEGIN IMMEDIATE",
        (Edit(DATABASE, r'(WRITING = \{"sqlite": )"BEGIN IMMEDIATE"', r'\1"BEGIN"'),),
        (f"{CROWD}[sqlite]", f"{RACES}[sqlite]"),
    ),
    Mutant(
        "no FOR UPDATE",
        (Edit(STORE, r"\.with_for_update\(\)", ""),),
        (f"{CROWD}[postgres]", f"{RACES}[postgres]"),
    ),
    Mutant(
        "no unique key",
        (
            Edit(
                "lifecycle/records/tables.py",
                r"(?s)(class RecordRow\(.*?)id: str = Field\(primary_key=True\)(.*?), unique=True\)(.*?)"
                r"seq: int = Field\(unique=True\)",
                r"\1id: str = Field(index=True)\2)\3"
                r'seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})',
            ),
        ),
        (LOCK,),
    ),
    Mutant(
        "acknowledge before commit",
        (
            Edit(
                DATABASE,
                r"(engine\.connect\(\)\.execution_options\([^)]*\)) as connection,\s+connection\.begin\(\),",
                r"_late(\1) as connection,",
            ),
            Edit(DATABASE, r"\Z", LATE),
        ),
        (POINTS,),
    ),
    Mutant(
        "mark delivered before deliver",
        (
            Edit(
                "flows/dispatch.py",
                r"\n( +)(\w+ = await self\._run\()",
                r"\n\1with self.work.database.writing(SYSTEM, self.work.now()) as early:"
                r"\n\1    ids = [message.id for message in batch]"
                r'\n\1    outbox.delivered(early.connection, ids, "early", self.work.now())'
                r"\n\1\2",
            ),
        ),
        (f"{RUNNER}[before project_lifecycle, begin]",),
    ),
    Mutant(
        "drop the digest check",
        (Edit("lifecycle/governance/voting.py", r"\n +require_same_evidence\([^)]*\)(?=\n)", ""),),
        (MODEL, f"{RACES}[sqlite]"),
    ),
    Mutant(
        "drop the self-approval rule",
        (
            Edit(
                "lifecycle/governance/roster.py",
                r"(def excluded\([^)]*\) -> dict\[str, str\]:\n)",
                r"\1    return {}\n",
            ),
        ),
        (MODEL,),
    ),
    Mutant(
        "the day after the deadline instead of the day",
        (Edit("lifecycle/governance/deadlines.py", r"\.day <= now\.date\(\)", ".day < now.date()"),),
        ("tests/governance/test_deadlines.py",),
    ),
    Mutant(
        "skip the journal entry",
        (Edit(BATCH, r"\(ADD_ENTRY, (\w+)\)", r'(ADD_ENTRY, tuple(one for one in \1 if one["action"] != "vote"))'),),
        (POINTS, STORM),
    ),
    Mutant(
        "a phase begins because a flow says so, not the records",
        (
            Edit(
                "lifecycle/actions/phases.py",
                r"(def open_phase\((?s:.*?)\n +)if not isinstance\(step, OpenPhase\)[^\n]*:\n +return False",
                r"\1step = OpenPhase(phase=phase, attempt=attempt)",
            ),
        ),
        (WALL, MODEL),
    ),
    Mutant(
        "no lock on the idempotency key",
        (Edit(STORE, r"SELECT pg_advisory_xact_lock\(7047, hashtext\(:key\)\)", "SELECT :key"),),
        (f"tests/records/test_postgres.py::{SAME_KEY}",),
    ),
    Mutant(
        "a writer asks for a second connection",
        (Edit(DATABASE, r"_ = self\.known", "pass"),),
        ("tests/records/test_store.py::test_a_writer_needs_no_second_connection",),
    ),
)


def main(words: Sequence[str]) -> int:
    """Try all mutants whose names hold one of the words; the exit code."""
    chosen = [mutant for mutant in MUTANTS if not words or any(word in mutant.name for word in words)]
    wanted = dict.fromkeys(test for mutant in chosen for test in mutant.tests)
    began = time.monotonic()
    sound, tail = _tried((), tuple(wanted))
    _say("(the sound copy)", "all tests pass" if not sound else f"TESTS FAIL, code {sound}\n{tail}")
    verdicts = [_judged(mutant) for mutant in chosen] if not sound else [False]
    print(f"{sum(verdicts)} of {len(chosen)} noticed, {time.monotonic() - began:.0f} s")
    return 0 if all(verdicts) else 1


def _judged(mutant: Mutant) -> bool:
    """Try one mutant, and say who noticed; whether somebody did."""
    if misfits := [edit.file for edit in mutant.edits if not _fits(edit)]:
        _say(mutant.name, f"NO LONGER FITS {', '.join(misfits)}: write its patch anew")
        return False
    began = time.monotonic()
    code, told = _tried(mutant.edits, mutant.tests)
    failed = re.findall(r"^(?:FAILED|ERROR) (\S.*?)(?: - (.*))?$", told, re.MULTILINE)
    by = "; ".join(f"{test.rpartition('::')[2]} ({why[:80]})" for test, why in failed) or "tests that never end"
    noticed = code in (FAILED, None)
    _say(mutant.name, f"{by}, {time.monotonic() - began:.0f} s" if noticed else f"SURVIVES (code {code})\n{told}")
    return noticed


def _fits(edit: Edit) -> bool:
    file = ROOT / edit.file
    return file.exists() and len(re.findall(edit.there, file.read_text(encoding="utf-8"))) == 1


def _tried(edits: Sequence[Edit], tests: Sequence[str]) -> tuple[int | None, str]:
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
                command, cwd=copy, env=environment, capture_output=True, text=True, check=False, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            return None, ""
    return ran.returncode, "\n".join(ran.stdout.splitlines()[-15:])


def _say(mutant: str, verdict: str) -> None:
    print(f"{mutant:<55} {verdict}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
