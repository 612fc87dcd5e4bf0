"""A draft held against finished projects: seconds to read them and to hold their reviews once more. One JSON line.

The projects follow the shipped process `predictive` through all its gates to their closure, which is not measured.
Run as `python -m benchmarks.hindsight --projects 50`.
"""

import argparse
import json
import tempfile
import time
from contextlib import closing
from pathlib import Path

from lifecycle.actions import plans, projects
from lifecycle.actions.hindsight import replay_process
from lifecycle.actions.workspace import Workspace
from lifecycle.library import read_charter
from lifecycle.records.database import KNOWN
from tests.packs.samples import Sample, charter_of, opened
from tests.workspaces import charter_file

PACK = "predictive"


def lived(work: Workspace, folder: Path, number: int) -> None:
    """A project from its charter to its closure."""
    charter = read_charter(charter_of(PACK))
    named = charter.model_copy(update={"project": f"project-{number}", "plan": None})
    projects.start_project(work, charter_file(folder, named), charter.people[0].id)
    sample = Sample(work, named.project)
    plans.import_plan(work, named.project, charter_of(PACK).parent / str(charter.plan), sample.manager)
    while (gate := sample.gate()) != "None":
        sample.passes(gate)


def main() -> None:
    """Measure, and print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=50)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = opened(Path(folder))
        with closing(work.database):
            for number in range(asked.projects):
                lived(work, Path(folder), number)
            draft, lines = work.library.process(PACK), {}
            KNOWN.clear()
            for name in ("read_s", "known_s"):
                begun = time.monotonic()
                found = replay_process(work, draft)
                lines[name] = round(time.monotonic() - begun, 3)
            gates = [gate for project in found for gate in project.gates]
            print(json.dumps({"projects": len(found), "gates": len(gates), **lines}))


if __name__ == "__main__":
    main()
