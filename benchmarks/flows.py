"""From a decision to the next phase through Prefect: latency, gates a second, processor time a gate. JSON lines.

A runner as in `phasegate up` carries projects of the small test process on (four documents, a phase beside another).
Persons in a process of their own submit and decide two gates a project, first one project after another, then
several at once. A gate's latency goes from the commit of its outcome, and of the next phase's opening with it, to the
commit of what that phase's flow run does first: draft the documents it starts with. Processor time is the runner's
and Prefect's server's, for the submission's run and the decision's run together; what the persons' process uses is not
in it. Run as `python -m benchmarks.flows`.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from flows.dispatch import Dispatcher
from flows.runner import carry_on, equipped
from flows.server import EmbeddedServer
from lifecycle.actions import phases
from lifecycle.actions.workspace import Workspace
from tests.flows.carrying import decide, reopened, start, submit, table, workspace

GATES = {"G1": "execution", "G2": "closing"}


def persons(folder: Path, projects: int, at_once: int, told: Connection) -> None:
    """Take every project through its gates; tell when each outcome was committed."""
    work = reopened(folder)
    names = [f"at-once-{at_once}-{number}" for number in range(projects)]
    for name in names:
        start(work, folder, name)
    wait_until(lambda: not undelivered(work, names))
    told.send(("begun", time.monotonic()))
    with ThreadPoolExecutor(at_once) as hands:
        for decided in hands.map(lambda name: [*through_gates(work, name)], names):
            for moment in decided:
                told.send(moment)
    wait_until(lambda: not undelivered(work, names))
    told.send(("ended", time.monotonic()))
    work.database.close()


def through_gates(work: Workspace, name: str) -> Iterator[tuple[str, float]]:
    """Submit, let the flows have their turn, decide; the phase that a decision opens, and when that was."""
    for gate, phase in GATES.items():
        submit(work, gate, name)
        wait_until(lambda: not undelivered(work, [name]))
        decide(work, gate, name)
        yield f"{name}:{phase}", time.monotonic()
        wait_until(lambda: not undelivered(work, [name]))


def undelivered(work: Workspace, names: list[str]) -> bool:
    """Whether flows still have to hear of something in these projects."""
    return any(row.delivered is None and row.project in names for row in table(work, "outbox"))


def wait_until(fulfilled: Callable[[], bool]) -> None:
    """Look now and then, seldom enough to leave the processor to others."""
    while not fulfilled():
        time.sleep(0.02)


@contextmanager
def beginnings() -> Iterator[dict[str, float]]:
    """When the flows of this process committed what they do first in a phase."""
    begun: dict[str, float] = {}
    draft_documents = phases.draft_documents

    def timed(work: Workspace, project: str, phase: str, attempt: int) -> int:
        done = draft_documents(work, project, phase, attempt)
        begun[f"{project}:{phase}"] = time.monotonic()
        return done

    phases.draft_documents = timed
    try:
        yield begun
    finally:
        phases.draft_documents = draft_documents


def cpu_seconds(pid: int | None) -> float:
    """What a process has used so far, in user and system mode."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measured(folder: Path, projects: int, at_once: int) -> dict[str, Any]:
    """Carry on what the persons do, and sum up."""
    dispatcher = Dispatcher(reopened(folder), f"benchmark-{at_once}")
    dispatcher.holds_lease()
    async with equipped(dispatcher, EmbeddedServer(folder / "prefect")) as server:
        return await summed_up(dispatcher, server, folder, projects=projects, at_once=at_once)


async def summed_up(
    dispatcher: Dispatcher, server: EmbeddedServer, folder: Path, *, projects: int, at_once: int
) -> dict[str, Any]:
    """Let the persons begin and the runner follow them; the figures."""
    stop, times = asyncio.Event(), dict[str, float]()
    mine, theirs = multiprocessing.Pipe(duplex=False)
    context = multiprocessing.get_context("spawn")
    people = context.Process(target=persons, args=(folder, projects, at_once, theirs))
    cpu: dict[str, tuple[float, float]] = {}

    def used() -> tuple[float, float]:
        return cpu_seconds(server.pid), time.process_time()

    def listen() -> None:
        while (told := mine.recv())[0] != "ended":
            times[told[0]] = told[1]
            cpu.setdefault("begun", used())
        times["ended"], cpu["ended"] = told[1], used()

    with beginnings() as begun:
        people.start()
        async with asyncio.TaskGroup() as group:
            group.create_task(carry_on(dispatcher, stop))
            await asyncio.to_thread(listen)
            stop.set()
    people.join()
    latencies = sorted(begun[phase] - times[phase] for phase in begun.keys() & times.keys())
    gates = len(latencies)
    return {
        "benchmark": "flows",
        "at_once": at_once,
        "n": gates,
        "p50_s": round(median(latencies), 3),
        "p95_s": round(quantiles(latencies, n=20, method="inclusive")[-1], 3),
        "gates_per_s": round(gates / (times["ended"] - times["begun"]), 2),
        "cpu_s_per_gate": round(sum(cpu["ended"]) / gates - sum(cpu["begun"]) / gates, 3),
        "of_it_server": round((cpu["ended"][0] - cpu["begun"][0]) / gates, 3),
    }


def main() -> None:
    """Measure both ways of working."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--projects", type=int, default=16)
    arguments.add_argument("--at-once", type=int, nargs="*", default=[1, 4])
    wanted = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace(Path(folder)).database.close()
        for at_once in wanted.at_once:
            print(json.dumps(asyncio.run(measured(Path(folder), wanted.projects, at_once))), flush=True)


if __name__ == "__main__":
    main()
