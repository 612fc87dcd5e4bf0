"""Automated steps on the command line."""

from tests.automated import step, with_steps
from tests.builders import charter
from tests.cli.terminal import Terminal

SCAN = step("scan", title="Security scan")


def begun(terminal: Terminal) -> None:
    """The project follows a process with a step that its organisation has not allowed."""
    process = terminal.folder / "config" / "processes" / "small.yaml"
    process.write_text(with_steps(SCAN, step("read", advisory=True, documents=True)).model_dump_json(exclude_none=True))
    terminal.file("app.yaml", charter().model_dump_json(exclude_none=True))
    terminal.start()


def test_steps_are_listed_with_what_they_found(terminal: Terminal) -> None:
    begun(terminal)
    said = terminal.does("step", "list", "app")
    assert "scan" in said and "not met" in said
    assert "unknown (advisory)" in said
    (first, _) = terminal.json("step", "list", "app")
    assert (first["step"], first["gate"], first["result"], first["run"]) == ("scan", "G1", "not met", 1)
    assert first["detail"].startswith("failed: the organisation does not allow 'odd:scan'")


def test_a_failed_step_is_named_as_what_is_missing_with_its_owner_and_the_way_on(terminal: Terminal) -> None:
    begun(terminal)
    said = terminal.does("project", "why", "app")
    assert "Security scan passes" in said and "erik" in said
    assert "Put right what 'Security scan' found" in said
    assert "step run app scan --as erik" in terminal.does("inbox", by="erik")


def test_a_step_runs_again_when_it_is_asked_for_and_not_twice(terminal: Terminal) -> None:
    begun(terminal)
    said = terminal.does("step", "run", "app", "scan", by="erik")
    assert said.startswith("Run 2 of scan in app is asked for by erik.")
    again = terminal("step", "run", "app", "scan", by="erik")
    assert (again.code, again.out) == (1, "")
    assert "about to run already (run 2)" in again.err
    assert terminal("step", "run", "app", "scam", by="erik").code == 4


def test_a_process_without_steps_says_so(started: Terminal) -> None:
    assert started.does("step", "list", "app") == "The process of app has no automated steps.\n"
    assert started.json("step", "list", "app") == []
