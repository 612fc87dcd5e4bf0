"""A workspace in a folder of its own: the small process of the builders as files, and a clock to set."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from lifecycle.actions import gates, phases, projects, steps
from lifecycle.actions.workspace import Workspace
from lifecycle.governance.voting import Ballot
from lifecycle.history import History
from lifecycle.history.charter import Charter
from lifecycle.history.work import DeliverableSubmitted
from lifecycle.library import Library
from lifecycle.process.definition import ProcessDefinition
from lifecycle.progress import CloseProject, OpenPhase
from tests import builders, postgres

PLAN = "id,name,wbs,duration,predecessors,owner,cost\nA1,Build,1,20,,engineer,60000\nA2,Test,1,10,A1,engineer,30000\n"


@dataclass
class Clock:
    """A clock that stands until it is set."""

    moment: datetime = field(default=builders.START)

    def __call__(self) -> datetime:
        return self.moment


def workspace(
    folder: Path, *definitions: ProcessDefinition, clock: Callable[[], datetime] | None = None, url: str | None = None
) -> Workspace:
    """A workspace whose library holds these processes; the small one when none is named."""
    processes = folder / "config" / "processes"
    processes.mkdir(parents=True)
    for definition in definitions or (builders.definition(),):
        (processes / f"{definition.process}.yaml").write_text(definition.model_dump_json(exclude_none=True, indent=1))
    return Workspace.open(folder / "data", Library.find(folder), clock or Clock(), url)


def charter_file(folder: Path, charter: Charter | None = None) -> Path:
    """A charter as a file (every JSON document is YAML)."""
    charter = charter or builders.charter(plan="plan.csv")
    (folder / "plan.csv").write_text(PLAN)
    file = folder / f"{charter.project}.yaml"
    file.write_text(charter.model_dump_json(exclude_none=True, indent=1))
    return file


def copied(work: Workspace, folder: Path) -> Workspace:
    """The workspace once more in a folder of its own, to go on from what was lived through once."""
    work.database.close()
    shutil.copytree(work.files.data.parent, folder, dirs_exist_ok=True)
    url = postgres.copy(work.database.url) if work.database.file is None else None
    return Workspace.open(folder / "data", Library.find(folder), Clock(work.now()), url)


@contextmanager
def borrowed(work: Workspace, folder: Path) -> Iterator[Workspace]:
    """A copy that is only needed for a while."""
    mine = copied(work, folder)
    yield mine
    mine.database.close()
    if mine.database.file is None:
        postgres.drop(mine.database.url)


def on(work: Workspace, day: date) -> None:
    """Nine o'clock on that day."""
    assert isinstance(work.clock, Clock)
    work.clock.moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def history(work: Workspace, project: str = "app") -> History:
    with work.look() as store:
        return store.history(project)


def keep_evidence(work: Workspace, past: History) -> None:
    """Keep the files that a history made by the builders speaks of."""
    for version in past.all(DeliverableSubmitted):
        assert work.files.keep(f"{version.deliverable} {version.version}".encode()) == version.sha256


def carry_on(work: Workspace, project: str = "app") -> None:
    """Do what the flows do: take every step that is the engine's."""
    while True:
        step = phases.current_step(work, project)
        if isinstance(step, OpenPhase):
            phases.open_phase(work, project, step.phase, step.attempt)
        elif isinstance(step, CloseProject):
            phases.close_passed_project(work, project)
        else:
            break
    for one in steps.due(work, project):
        steps.finish_step(work, project, one, steps.run(work, project, one))


def pass_first_gate(work: Workspace, project: str = "app") -> None:
    """The plan becomes the baseline, and the work begins."""
    carry_on(work, project)
    hand_in(work, "plan", "erik", project=project)
    gates.submit_gate(work, project, "G1", "paula")
    for person in ("sam", "cora"):
        vote(work, "G1", person, project)
    carry_on(work, project)


def pass_second_gate(work: Workspace, project: str = "app") -> None:
    """The app is built, accepted and handed over; the closing begins."""
    hand_in(work, "app", "erik", project=project)
    projects.judge_deliverable(work, project, deliverable="app", by="cora")
    hand_in(work, "test-report", "erik", project=project)
    gates.submit_gate(work, project, "G2", "paula")
    for person in ("sam", "ada"):
        vote(work, "G2", person, project)
    carry_on(work, project)
    projects.hand_over(work, project, "app", to="cora", by="paula")


def pass_last_gate(work: Workspace, project: str = "app") -> None:
    """The engine submits the last gate, and closes the project."""
    hand_in(work, "final-report", "paula", project=project)
    phases.request_review(work, project, "G3")
    vote(work, "G3", "sam", project)
    carry_on(work, project)


def hand_in(work: Workspace, deliverable: str, by: str, text: str = "done", project: str = "app") -> None:
    file = work.files.data / f"{deliverable}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    projects.submit_deliverable(work, project, deliverable=deliverable, by=by, file=file)


def vote(
    work: Workspace, gate: str, by: str, project: str = "app", key: str | None = None, **changes: object
) -> gates.Decision:
    fields = {"gate": gate, "by": by, "choice": "approve", "reason": "I read the dossier."} | changes
    return gates.decide_gate(work, project, Ballot.model_validate(fields), key)
