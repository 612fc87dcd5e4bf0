"""The audit of a long journal: seconds to verify it, alone and as an export, and the memory it takes. One JSON line.

Projects with lessons as their records fill the tables; the writing is not measured. `chain_s` is the journal with
its records' digests and checkpoints, `all_s` also what follows from the records (`audit verify`), `export_s` writing
an export and `script_s` the stand-alone script on it, in a process of its own. `growth_mib` is how much the process
grew while it verified. Run as `python -m benchmarks.journal`.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from lifecycle.actions import audit, export, projects, vouching
from lifecycle.actions.workspace import Workspace
from lifecycle.history.closing import LessonRecorded
from lifecycle.records.batch import entries, records
from lifecycle.records.journal import Entry, sealed, stamp
from lifecycle.records.ledger import Ledger
from lifecycle.value import canonical, digest
from tests.builders import START, charter
from tests.workspaces import charter_file, workspace

BATCH = 10_000


def filled(folder: Path, size: int, each: int) -> Workspace:
    """A workspace whose journal has so many entries, each project with so many."""
    work = workspace(folder)
    with work.look() as store:
        written = store.head()[0]
    while written < size:
        name = f"project-{written}"
        projects.start_project(work, charter_file(folder, charter(name)), "sam")
        with work.database.writing("erik", START) as store:
            seq, head = store.head()
            lessons = list(lessons_of(name, seq, head, number=min(each, size - seq)))
            for table, place in ((entries, 0), (records, 1)):
                for start in range(0, len(lessons), BATCH):
                    store.connection.execute(insert(table), [pair[place] for pair in lessons[start : start + BATCH]])
        written = seq + len(lessons)
    vouching.write(work.database, work.checkpoints, work.now())
    return work


def lessons_of(name: str, seq: int, previous: str, *, number: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Rows of lessons, each with its entry, chained on."""
    for count in range(1, number + 1):
        lesson = LessonRecorded(
            project=name, at=START, by="erik", number=count, text=f"Lesson {count}", recommendation="Ask early."
        )
        body, seq = canonical(lesson), seq + 1
        entry = sealed(
            Entry(
                seq=seq,
                at=stamp(START),
                actor="erik",
                action=lesson.kind,
                project=name,
                object=lesson.id,
                digest=digest(body),
                previous=previous,
            )
        )
        previous = entry.hash
        row = {"id": lesson.id, "twin": None, "seq": seq, "project": name, "kind": lesson.kind}
        yield entry.model_dump(), row | {"at": entry.at, "by": "erik", "body": body.decode()}


def timed(name: str, act: Callable[[], object]) -> dict[str, float]:
    """Seconds that something takes, and those of them that this process was computing."""
    begun, computing = time.monotonic(), time.process_time()
    act()
    cpu = round(time.process_time() - computing, 2)
    return {f"{name}_s": round(time.monotonic() - begun, 2), f"{name}_cpu_s": cpu}


def peak() -> float:
    """The most memory that this process has held so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def chain(work: Workspace) -> None:
    """Verify journal, records and checkpoints."""
    vouchers = audit.vouchers_of(work)
    with work.look() as store:
        assert audit.examined(Ledger(store), vouchers).verdict == "whole"


def whole(work: Workspace) -> None:
    """Verify everything."""
    assert audit.verify(work).verdict == "whole"


def measured(folder: Path, size: int, each: int) -> dict[str, Any]:
    """Fill, verify, export, verify that."""
    out = folder / "export"
    script = [sys.executable, "-I", str(out / export.SCRIPT)]
    work = filled(folder, size, each)
    before = peak()
    figures = timed("chain", lambda: chain(work)) | timed("all", lambda: whole(work))
    figures["growth_mib"] = round(peak() - before)
    figures |= timed("export", lambda: export.export(work, out))
    figures |= timed("script", lambda: subprocess.run(script, check=True, stdout=subprocess.DEVNULL))
    work.database.close()
    return {"benchmark": "journal", "entries": size, "records_per_project": each, **figures}


def main() -> None:
    """Measure one journal."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--entries", type=int, default=1_000_000)
    arguments.add_argument("--each", type=int, default=1000, help="records in a project")
    wanted = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measured(Path(folder), wanted.entries, wanted.each)), flush=True)


if __name__ == "__main__":
    main()
