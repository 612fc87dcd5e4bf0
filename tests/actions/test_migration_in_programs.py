"""Moves of projects that belong to a program, and of programs: what others depend on keeps its name."""

from pathlib import Path

import pytest

from lifecycle.actions import audit, migration, programs
from lifecycle.actions.migration import Destination
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import CannotMigrate
from lifecycle.history.charter import Dependency
from lifecycle.process.definition import ProcessDefinition
from lifecycle.process.renaming import with_new_names
from tests.builders import charter, definition, execution, gate, planning, program_charter, wind_up
from tests.moves import CONTROL, improved, version
from tests.workspaces import carry_on, charter_file, history, pass_first_gate, workspace

NEEDS = Dependency(id="D1", text="The interface is agreed.", before="backend/G1", after="app/execution")


def started(folder: Path) -> Workspace:
    """The program `digital`, in which the app's execution waits for gate G1 of the backend."""
    work = workspace(folder, definition(), definition(process="coordination", level="program"))
    names = ("backend", "app")
    for name in names:
        charter_file(folder, charter(name, plan="plan.csv"))
    of_program = program_charter(NEEDS, projects=names, process="coordination", plan="plan.csv")
    programs.start_program(work, charter_file(folder, of_program), "sam")
    for name in names:
        carry_on(work, name)
    return work


def move(work: Workspace, project: str, new: ProcessDefinition) -> None:
    file = work.files.data.parent / "second.yaml"
    file.write_text(new.model_dump_json(exclude_none=True))
    migration.request_migration(work, project, Destination(str(file)), "Better.", "paula")
    migration.confirm_migration(work, project, "sam")


def test_what_another_project_depends_on_keeps_its_name(tmp_path: Path) -> None:
    work = started(tmp_path)
    with pytest.raises(CannotMigrate, match="Dependency D1 of digital names backend/G1, which would be called GP"):
        move(work, "backend", with_new_names(version(), {("gate", "G1"): "GP"}))
    with pytest.raises(CannotMigrate, match="names app/execution, which would be called build"):
        move(work, "app", with_new_names(version(), {("phase", "execution"): "build"}))
    other = version(planning(gates=(gate("GX", "sponsor", "customer"),)), execution(), CONTROL, wind_up())
    with pytest.raises(CannotMigrate, match="D1: backend has no gate and no activity 'G1'"):
        move(work, "backend", other)
    work.database.close()


def test_projects_that_moved_still_wait_for_each_other(tmp_path: Path) -> None:
    work = started(tmp_path)
    move(work, "backend", improved())
    move(work, "app", improved())
    pass_first_gate(work, "app")
    assert history(work, "app").phase.phase == "planning"  # type: ignore[union-attr]
    pass_first_gate(work, "backend")
    carry_on(work, "app")
    assert history(work, "app").phase.phase == "execution"  # type: ignore[union-attr]
    assert audit.verify(work).fault is None
    work.database.close()


def test_a_program_moves_like_a_project(tmp_path: Path) -> None:
    work = started(tmp_path)
    carry_on(work, "digital")
    new = version(process="coordination", level="program", purpose="Another.")
    move(work, "digital", new.model_copy(update={"phases": improved().phases}))
    assert history(work, "digital").definition.version == "2"
    assert {one.project for one in programs.program_status(work, "digital").projects} == {"app", "backend"}
    with pytest.raises(CannotMigrate, match="A program cannot follow a process for a project"):
        move(work, "digital", version(version="3"))
    assert audit.verify(work).fault is None
    work.database.close()
