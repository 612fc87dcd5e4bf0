"""A terminal for tests: it types commands in a data folder of its own and looks at the answers."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lifecycle.actions import phases, steps
from lifecycle.actions.workspace import Workspace
from lifecycle.cli.desk import Desk
from lifecycle.cli.main import run
from lifecycle.process.definition import ProcessDefinition
from lifecycle.progress import AwaitClosing, CloseProject, OpenPhase, PrepareGate, Step


class Said(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


class Terminal:
    """A person at a keyboard; `data` and `config` are named in the environment."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.data, self.capsys = folder, folder / "records", capsys

    def __call__(self, *arguments: object, by: str = "paula") -> Said:
        """Type a command line as a person."""
        self.capsys.readouterr()
        code = run([*map(str, arguments), "--as", by])
        said = self.capsys.readouterr()
        return Said(code, said.out, said.err)

    def json(self, *arguments: object, by: str = "paula") -> Any:
        """Type a command that succeeds, and read its answer."""
        said = self(*arguments, "--json", by=by)
        assert said.code == 0, said
        return said.value

    def does(self, *arguments: object, by: str = "paula") -> str:
        """Type a command that succeeds, and read what it says."""
        said = self(*arguments, by=by)
        assert (said.code, said.err) == (0, ""), said
        return said.out

    def file(self, name: str, text: str) -> Path:
        """A file in the folder."""
        place = self.folder / name
        place.write_text(text)
        return place

    def start(self) -> None:
        """The project `app` begins."""
        self.does("project", "start", self.folder / "app.yaml")
        self.carry_on()

    def submit(self) -> None:
        """Gate G1 is prepared and submitted."""
        self.start()
        self.does("plan", "import", "app", self.folder / "plan.csv")
        self.does("project", "submit-deliverable", "app", "plan", self.file("plan.md", "The plan."))
        self.does("gate", "submit", "app")

    def execute(self) -> None:
        """Gate G1 is passed."""
        self.submit()
        for person in ("sam", "cora"):
            self.does("gate", "decide", "app", "G1", "--vote", "approve", "--reason", "Good.", by=person)
        self.carry_on()

    def run_late(self, process: ProcessDefinition, remaining: int) -> None:
        """Gate G1 of this process is passed, and of activity A1 so many days are left on its first one."""
        self.file("config/processes/small.yaml", process.model_dump_json(exclude_none=True))
        self.execute()
        self.does(
            "progress", "record", "app", "A1", "--date", "2026-01-05", "--percent", 10, "--cost", 100, "--started",
            "2026-01-05", "--remaining", remaining,
        )  # fmt: skip

    @property
    def work(self) -> Workspace:
        """The records themselves."""
        return Desk.of(None, None, None, False).work

    def carry_on(self, project: str = "app") -> Step:
        """Do what the flows do: take every step that is the engine's, until it is a person's turn."""
        work = self.work
        while True:
            step = phases.current_step(work, project)
            if isinstance(step, PrepareGate | AwaitClosing):
                phases.draft_documents(work, project, step.phase, step.attempt)
            if isinstance(step, OpenPhase):
                phases.open_phase(work, project, step.phase, step.attempt)
            elif isinstance(step, CloseProject):
                phases.close_passed_project(work, project)
            elif not isinstance(step, PrepareGate) or not _requested(work, project, step):
                for one in steps.due(work, project):
                    steps.finish_step(work, project, one, steps.run(work, project, one))
                work.database.close()
                return step


def _requested(work: Workspace, project: str, step: PrepareGate) -> bool:
    return phases.request_review(work, project, step.gate).state == "awaiting decision"
