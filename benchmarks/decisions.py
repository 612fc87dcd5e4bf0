"""Decisions a second: a vote that settles a gate and opens the next phase, committed. JSON lines.

Writers, each a process of its own with the records open, take the gates of their projects on one database. All gates
are submitted first, then the writers start together: what is measured is the deciding transaction (vote, outcome,
next phase open, journal entries, message to the flows, list and inboxes), as durable as in real life (SQLite with
full synchronisation, PostgreSQL's default). Histories are padded with other records to the length that is named. Each
writer has as many projects as every other one, so that more writers have more to do, not the same in smaller
portions. The first lines are yardsticks of the machine (`benchmarks.yardstick`); `core_transactions` is a gate's CPU
in transactions of the second. Run as `python -m benchmarks.decisions [--postgres]`.
"""

import argparse
import json
import multiprocessing
import tempfile
import time
from contextlib import ExitStack
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks import yardstick
from lifecycle.actions import gates, phases, projects
from lifecycle.actions.workspace import Workspace, system_clock
from lifecycle.governance.voting import Ballot
from lifecycle.history.closing import LessonRecorded
from lifecycle.library import Library
from tests import builders, postgres, workspaces

STAGES = 40
Place = tuple[Path, str | None]
Timed = tuple[list[float], float, float]


def prepared(folder: Path, url: str | None, names: list[str], length: int) -> None:
    """Projects with many gates, and with so many records that say nothing about them."""
    stages = (builders.phase(f"stage-{n}", gates=(builders.gate(f"S{n}", "sponsor"),)) for n in range(STAGES))
    closing = builders.phase("closing", closing=True, gates=(builders.gate("E", "sponsor"),))
    work = workspaces.workspace(folder, builders.definition(*stages, closing), clock=system_clock)
    work = Workspace.open(folder / "data", work.library, system_clock, url)
    for name in names:
        charter = builders.charter(name)
        projects.start_project(work, workspaces.charter_file(folder, charter), "paula")
        with work.change("pad", name, "paula") as store:
            for number in range(1, length):
                text = {"text": "It took longer than planned.", "recommendation": "Plan the tests first."}
                store.append(LessonRecorded(project=name, at=store.now, by="paula", number=number, **text))
        phases.open_phase(work, name, "stage-0", 1)
    work.database.close()


def take_gates(place: Place, names: list[str], rounds: int, together: Barrier, answers: "Queue[Timed]") -> None:
    """Submit, wait for the others and decide, so many times; answer with the seconds that each gate took."""
    folder, url = place
    work = Workspace.open(folder / "data", Library.find(folder), system_clock, url)
    seconds: list[float] = []
    busy = 0.0
    used = 0.0
    for stage in range(rounds):
        for name in names:
            gates.submit_gate(work, name, f"S{stage}", "paula")
        together.wait()
        began, cpu = time.perf_counter(), time.process_time()
        for name in names:
            at = time.perf_counter()
            ballot = Ballot(gate=f"S{stage}", by="sam", choice="approve", reason="It pays off.")
            gates.decide_gate(work, name, ballot, key=f"{name}-{stage}")
            seconds.append(time.perf_counter() - at)
        used += time.process_time() - cpu
        together.wait()
        busy += time.perf_counter() - began
        if stage == 0:  # what a process does for the first time is not what is asked here
            seconds, busy, used = [], 0.0, 0.0
    work.database.close()
    answers.put((seconds, busy, used))


def measured(folder: Path, url: str | None, *, writers: int, length: int, count: int, rounds: int) -> dict[str, Any]:
    """Let so many writers decide; the figures."""
    names = [f"p{number}" for number in range(count * writers)]
    prepared(folder, url, names, length)
    context = multiprocessing.get_context("spawn")
    together, answers = context.Barrier(writers), context.Queue()
    crew = [
        context.Process(target=take_gates, args=((folder, url), names[n::writers], rounds, together, answers))
        for n in range(writers)
    ]
    for one in crew:
        one.start()
    results: list[Timed] = [answers.get() for _ in crew]
    for one in crew:
        one.join()
    seconds = sorted(second for result in results for second in result[0])
    return {
        "benchmark": "decisions",
        "database": "postgresql" if url else "sqlite",
        "writers": writers,
        "history": length,
        "projects": len(names),
        "n": len(seconds),
        "p50_ms": round(1000 * median(seconds), 2),
        "p95_ms": round(1000 * quantiles(seconds, n=20, method="inclusive")[-1], 2),
        "gates_per_s": round(len(seconds) / max(result[1] for result in results), 1),
        "cpu_ms_per_gate": round(1000 * sum(result[2] for result in results) / len(seconds), 2),
    }


def main() -> None:
    """Measure every combination that was asked for."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--writers", type=int, nargs="*", default=[1, 8, 32])
    arguments.add_argument("--history", type=int, nargs="*", default=[10, 10_000])
    arguments.add_argument("--projects", type=int, default=16, help="of each writer")
    arguments.add_argument("--rounds", type=int, default=20)
    arguments.add_argument("--postgres", action="store_true", help="on a PostgreSQL server of its own")
    wanted = arguments.parse_args()
    bin = postgres.programs() if wanted.postgres else None
    if wanted.postgres and bin is None:
        arguments.error(postgres.MISSING)
    unit = yardstick.main()
    for writers in wanted.writers:
        for length in wanted.history:
            with ExitStack() as stack:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                url = stack.enter_context(postgres.server(bin)) if bin else None
                sizes = {"count": wanted.projects, "rounds": wanted.rounds}
                found = measured(folder, url, writers=writers, length=length, **sizes)
                found["core_transactions"] = round(found["cpu_ms_per_gate"] / unit, 1)
                print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
