"""F18: years of virtual days over many projects: every deadline once, and nothing grows that should not."""

import time
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from lifecycle.actions import audit, gates, projects, views
from lifecycle.actions.deadlines import pass_time
from lifecycle.actions.workspace import Workspace
from lifecycle.history.gates import GateDecided
from lifecycle.records.database import KNOWN
from lifecycle.records.known import Known
from tests import builders, workspaces
from tests.builders import PATIENCE, START, charter, patient
from tests.faults.profile import size
from tests.workspaces import Clock, charter_file, history, workspace

PROJECTS = size(3, 60)
DAYS = size(80, 730)
KEPT = size(500, 5_000)
"""So many records are kept in memory: fewer than there are, as in an installation that is large enough."""
MEMORY = Path("/proc/self/statm")
AGAIN = 20
"""Days after its submission on which a gate, on hold by then, is resumed."""

pytestmark = pytest.mark.skipif(not MEMORY.exists(), reason="how much memory is in use is seen in /proc")


def pages(work: Workspace) -> int:
    with work.look() as store:
        return int(store.connection.exec_driver_sql("PRAGMA page_count").scalar_one())


def in_use() -> int:
    """The memory that this process holds now, in kB. What it once held at most would tell of the tests before."""
    return 4 * int(MEMORY.read_text().split()[1])


@pytest.mark.timeout(1800)
def test_years_of_days_write_each_deadline_once(tmp_path: Path) -> None:
    """R-22: reviews run out and are resumed for two years; the database grows with the records and no faster."""
    clock = Clock()
    work = workspace(tmp_path, patient(), clock=clock)
    keep_few_in_memory(work)
    names = [f"p{number}" for number in range(PROJECTS)]
    for name in names:
        projects.start_project(work, charter_file(tmp_path, charter(name, plan="plan.csv")), "sam")
        workspaces.carry_on(work, name)
        workspaces.hand_in(work, "plan", "erik", project=name)
        gates.submit_gate(work, name, "G1", "paula")
    sizes, memory = [], []
    for number in range(1, DAYS + 1):
        clock.moment = START + timedelta(days=number)
        pass_time(work, accepted_by="ingrid")
        assert pass_time(work).records == ()
        if number % AGAIN == 0:
            for name in names:
                gates.resume_gate(work, name, "G1", "We go on.", "sam")
            sizes.append(pages(work))
            memory.append(in_use())
    rounds = DAYS // AGAIN
    for name in names:
        ends = history(work, name).all(GateDecided)
        assert [end.round for end in ends] == [*range(1, len(ends) + 1)]
        assert rounds <= len(ends) <= rounds + 1
    steps = [after - before for before, after in pairwise(sizes)]
    half = len(steps) // 2
    assert sum(steps[half:]) <= 1.25 * sum(steps[: len(steps) - half]) + 8 * len(steps)
    assert memory[-1] <= 1.1 * memory[len(memory) // 2]
    print(f"{PROJECTS} projects, {DAYS} days: pages {sizes[0]} to {sizes[-1]}, memory {memory[0]} to {memory[-1]} kB")
    assert audit.verify(work).fault is None
    work.database.close()


MANY = size(20, 1000)
STAGES = 6
BETWEEN = 110
"""Days from the submission of one gate to that of the next."""
STARTS = size(10, 100)
"""The projects begin spread over so many days."""
LATEST = 25
"""Days after its submission on which a gate is decided at the latest; some are on hold by then."""
YEARS = STARTS + STAGES * BETWEEN


@pytest.mark.timeout(1800)
def test_projects_without_number_pass_their_gates_while_time_goes_by(tmp_path: Path) -> None:
    """R-18: two years with a look a day; memory stays, the database grows as the records do, and no day is dear."""
    clock = Clock()
    gates_ = [builders.gate(f"S{number}", "sponsor", **PATIENCE) for number in range(STAGES)]
    stages = [builders.phase(f"stage-{number}", gates=(gate,)) for number, gate in enumerate(gates_)]
    stages[-1] = stages[-1].model_copy(update={"closing": True})
    work = workspace(tmp_path, builders.definition(*stages), clock=clock)
    names = [f"p{number}" for number in range(MANY)]
    for name in names:
        projects.start_project(work, charter_file(tmp_path, charter(name)), "sam")
        workspaces.carry_on(work, name)
    keep_few_in_memory(work)
    sizes, memory, ticks = [], [], []
    for number in range(1, YEARS + 1):
        clock.moment = START + timedelta(days=number)
        began = time.perf_counter()
        pass_time(work, accepted_by="ingrid")
        ticks.append(time.perf_counter() - began)
        for place, name in enumerate(names):
            stage, day = divmod(number - 1 - place % STARTS, BETWEEN)
            if day == 0 and 0 <= stage < STAGES:
                gates.submit_gate(work, name, f"S{stage}", "paula")
            elif day == 1 + place % LATEST and 0 <= stage < STAGES:
                decide(work, name, f"S{stage}")
        if (number - STARTS) % BETWEEN == 0 and number > STARTS:
            sizes.append(pages(work) / entries(work))
            memory.append(in_use())
    assert {line.state for line in views.project_list(work)} == {"closed"}
    print(
        f"{MANY} projects, {YEARS} days, {entries(work)} journal entries: a look at a new day takes "
        f"{1000 * median(ticks):.0f} ms, at most {1000 * max(ticks):.0f}; pages an entry {sizes}; memory {memory} kB"
    )
    assert max(sizes) <= 1.1 * sizes[0]
    assert memory[-1] <= 1.1 * memory[0]
    assert audit.verify(work).fault is None
    work.database.close()


def keep_few_in_memory(work: Workspace) -> None:
    KNOWN[(work.database.url, work.database.instance, work.database.epoch)] = Known(KEPT)


def entries(work: Workspace) -> int:
    with work.look() as store:
        return store.head()[0]


def decide(work: Workspace, project: str, gate: str) -> None:
    """Decide a gate, on hold or not, and go on."""
    if history(work, project).outcome(history(work, project).review(gate)):  # type: ignore[arg-type]
        gates.resume_gate(work, project, gate, "We go on.", "sam")
    workspaces.vote(work, gate, "sam", project)
    workspaces.carry_on(work, project)
