"""Records as earlier versions left them, with open gates, kept to be upgraded by every later version.

    python -m tests.faults.stored 0.1.0

writes `tests/faults/stored/0.1.0.tar.xz`, and is to be run once with every release. The first file there is from
before the first release: processes were not published yet, and projects could not be moved to another version.
"""

import sys
import tarfile
import tempfile
from pathlib import Path

from lifecycle.actions import gates, projects
from lifecycle.actions.workspace import Workspace
from lifecycle.library import Library
from tests.builders import charter, day
from tests.workspaces import (
    Clock,
    carry_on,
    charter_file,
    hand_in,
    pass_first_gate,
    pass_last_gate,
    pass_second_gate,
    vote,
    workspace,
)

FOLDER = Path(__file__).parent / "stored"
CONDITION = {"text": "Ask the users about the colours.", "owner": "erik", "due": day(30).date()}


def write(file: Path) -> Path:
    """Live through projects in every state that a release must carry on, and pack what is on the disk."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "installation"
        folder.mkdir()
        work = workspace(folder)
        for project in ("open", "held", "conditioned", "running", "closed"):
            projects.start_project(work, charter_file(folder, charter(project, plan="plan.csv")), "sam")
            carry_on(work, project)
        for project in ("open", "held", "conditioned"):
            hand_in(work, "plan", "erik", project=project)
            gates.submit_gate(work, project, "G1", "paula")
        vote(work, "G1", "sam", "held", choice="reject", proposal="hold")
        for person in ("sam", "cora"):
            vote(work, "G1", person, "conditioned", choice="approve_with_conditions", conditions=[CONDITION])
        for project in ("running", "closed"):
            pass_first_gate(work, project)
        pass_second_gate(work, "closed")
        pass_last_gate(work, "closed")
        work.database.close()
        with tarfile.open(file, "w:xz") as archive:
            archive.add(folder, arcname=".")
    return file


def unpacked(file: Path, folder: Path) -> Workspace:
    """The records of such a file, a day later."""
    folder.mkdir()
    with tarfile.open(file) as archive:
        archive.extractall(folder, filter="data")
    return Workspace.open(folder / "data", Library.find(folder), Clock(day(1)))


def carry_to_the_end(work: Workspace, project: str) -> None:
    """Take a project that has passed its first gate through the others."""
    carry_on(work, project)
    pass_second_gate(work, project)
    pass_last_gate(work, project)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    print(write(FOLDER / f"{sys.argv[1]}.tar.xz"))
