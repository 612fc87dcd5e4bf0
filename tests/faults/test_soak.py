"""F18: years of virtual days over many projects: every deadline once, and nothing grows that should not."""

import resource
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from lifecycle.actions import audit, gates, projects
from lifecycle.actions.deadlines import pass_time
from lifecycle.actions.workspace import Workspace
from lifecycle.history.gates import GateDecided
from tests import workspaces
from tests.builders import START, charter, patient
from tests.faults.profile import size
from tests.workspaces import Clock, charter_file, history, workspace

PROJECTS = size(3, 60)
DAYS = size(80, 730)
AGAIN = 20
"""Days after its submission on which a gate, on hold by then, is resumed."""


def pages(work: Workspace) -> int:
    with work.look() as store:
        return int(store.connection.exec_driver_sql("PRAGMA page_count").scalar_one())


def test_years_of_days_write_each_deadline_once(tmp_path: Path) -> None:
    """R-22: reviews run out and are resumed for two years; the database grows with the records and no faster."""
    clock = Clock()
    work = workspace(tmp_path, patient(), clock=clock)
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
            memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
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
