"""Automated steps on the command line."""

import pytest

from lifecycle.actions import steps
from tests.builders import definition, execution, planning, step, wind_up
from tests.cli.terminal import Terminal


@pytest.fixture
def checked(terminal: Terminal) -> Terminal:
    """The planning of `app` has an automated step, which has run."""
    process = definition(planning(steps=(step("links", facts={"broken": "dead links"}),)), execution(), wind_up())
    terminal.file("config/processes/small.yaml", process.model_dump_json(exclude_none=True))
    terminal.start()
    carried_out(terminal)
    return terminal


def carried_out(terminal: Terminal) -> None:
    work = terminal.work
    for due in steps.steps_due(work, "app"):
        steps.carry_out(work, "app", due, 1)
    work.database.close()


def test_steps_are_listed_with_what_they_found(checked: Terminal) -> None:
    said = checked.does("step", "list", "app")
    assert "No link that leads nowhere in 0 documents." in said
    assert "Next: phasegate project why app" in said
    (found,) = checked.json("step", "list", "app")
    assert (found["step"], found["state"], found["run"]) == ("links", "passed", 1)


def test_a_process_without_steps_says_so(started: Terminal) -> None:
    assert "has no automated steps" in started.does("step", "list", "app")


def test_a_step_is_run_again_once(checked: Terminal) -> None:
    assert "Run 2 of links in planning is asked for by paula." in checked.does("step", "run", "app", "links")
    assert checked.json("step", "run", "app", "links", by="erik")["by"] == "paula"
    carried_out(checked)
    assert checked.json("step", "list", "app")[0]["run"] == 2


def test_an_unknown_step_is_code_4_and_a_stranger_is_refused(checked: Terminal) -> None:
    assert checked("step", "run", "app", "lynx").code == 4
    assert checked("step", "run", "app", "links", by="zoe").code == 1


def test_the_facts_and_the_page_of_a_process_name_its_steps(checked: Terminal) -> None:
    assert "step.links.broken" in checked.does("process", "facts", "small")
    assert "step.links.broken" not in checked.does("process", "facts")
    assert "lifecycle.automation.documents:links" in checked.does("process", "show", "small")


def test_the_doctor_tries_the_code_of_steps(checked: Terminal) -> None:
    def found() -> dict[str, object]:
        checks = checked("doctor", "--json").value["checks"]
        return next(check for check in checks if check["name"] == "steps")

    assert found()["ok"]
    process = definition(planning(steps=(step("links", "tests.broken_steps:good"),)), execution(), wind_up())
    checked.file("config/processes/small.yaml", process.model_dump_json(exclude_none=True))
    assert not found()["ok"]
    assert "not allowed" in str(found()["detail"])
