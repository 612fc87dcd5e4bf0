"""A program on the command line."""

from datetime import date

import pytest

from lifecycle.actions.programs import program_status
from lifecycle.cli.programs import page
from lifecycle.program import Impact
from lifecycle.program.consolidation import Failure
from tests.cli.terminal import Terminal


def test_a_program_starts_with_its_projects(program: Terminal) -> None:
    listed = {entry["id"]: entry["program"] for entry in program.json("project", "list")}
    assert listed == {"app": "digital", "digital": None, "web": "digital"}
    assert "in the program digital" in program.does("project", "show", "app")


def test_a_program_starts_once_and_as_a_whole(terminal: Terminal) -> None:
    file = terminal.folder / "digital.yaml"
    assert "Digital (digital) has started with app and web." in terminal.does("program", "start", file)
    assert terminal("program", "start", file).code == 5


def test_a_started_program_is_one_document(terminal: Terminal) -> None:
    value = terminal.json("program", "start", terminal.folder / "digital.yaml")
    assert (value["program"], value["projects"]) == ("digital", ["app", "web"])


@pytest.mark.parametrize(("noun", "file"), [("program", "app.yaml"), ("project", "digital.yaml")])
def test_a_charter_of_the_other_kind_says_which_command_takes_it(program: Terminal, noun: str, file: str) -> None:
    said = program(noun, "start", program.folder / file)
    assert said.code == 2
    assert f"phasegate {'project' if noun == 'program' else 'program'} start" in said.err


def test_a_program_is_shown_with_its_projects(program: Terminal) -> None:
    said = program.does("program", "show", "digital")
    assert "digital: Digital, as of 2026-01-05" in said
    assert "Money (EUR)  budget 200,000.00 EUR" in said
    assert "No decision is waited for." in said
    assert {p["project"] for p in program.json("program", "show", "digital")["projects"]} == {"app", "web"}


def test_a_project_is_no_program(program: Terminal) -> None:
    assert program("program", "show", "app").code in (2, 4)
    assert program("program", "show", "nowhere").code == 4


def test_decisions_that_a_program_waits_for_are_listed(program: Terminal) -> None:
    program.carry_on("app")
    program.does("plan", "import", "app", program.folder / "plan.csv")
    program.does("project", "submit-deliverable", "app", "plan", program.file("plan.md", "The plan."))
    program.does("gate", "submit", "app")
    said = program.does("program", "show", "digital")
    assert "Decisions waited for" in said
    assert "awaiting decision" in said


def test_a_program_report_is_written(program: Terminal) -> None:
    out = program.folder / "out"
    said = program.does("program", "report", "digital", "--format", "json", "--format", "md", "--out", out)
    assert {file.suffix for file in out.iterdir()} == {".json", ".md"}
    assert all(str(file) in said for file in out.iterdir())
    assert program.json("report", "program", "digital", "--format", "json", "--out", out)["files"]


def test_shared_milestones_and_broken_runs_are_lines_of_the_page(program: Terminal) -> None:
    impact = Impact(
        dependency="D1",
        text="The app needs the interface",
        predecessor="web",
        milestone="W1",
        milestone_name="Interface",
        planned=date(2026, 2, 2),
        expected=date(2026, 2, 9),
        slip=7,
        successor="app",
        activity="A1",
        activity_name="Build",
        needed_by=date(2026, 2, 2),
        slack_used=0,
        effect=7,
        sentence="web/W1 comes 7 days late; app moves by 7 days.",
    )
    changes = {"impacts": (impact,), "failures": (Failure(project="web", text="It broke."),)}
    said = page(program_status(program.work, "digital").model_copy(update=changes))
    assert "Shared milestones\n- web/W1 comes 7 days late; app moves by 7 days." in said
    assert "Failed: web  It broke." in said
