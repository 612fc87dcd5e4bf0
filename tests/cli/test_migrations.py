"""Moving a project at the command line: the plan in readable groups, asked for, shown, confirmed, declined."""

from pathlib import Path

from lifecycle.process.definition import ProcessDefinition
from tests.builders import execution, gate, wind_up
from tests.cli.terminal import Terminal
from tests.moves import improved, version


def second(terminal: Terminal, new: ProcessDefinition | None = None) -> Path:
    return terminal.file("second.yaml", (new or improved()).model_dump_json(exclude_none=True, indent=1))


def test_a_dry_run_shows_the_plan_in_groups_and_writes_nothing(executing: Terminal) -> None:
    file = second(executing)
    said = executing.does("process", "migrate", "app", "--to", file, "--dry-run")
    assert said.splitlines()[:8] == [
        "app: from small 1 to small 2", "",
        "Called otherwise", "- Deliverable test-report is called test-summary from now on.", "",
        "Added", "- Gate G2a (Gate G2a) will be asked before G2.", "",
    ]  # fmt: skip
    assert "- gates: G1, G2, G3" in said
    assert executing.json("process", "migrate", "app", "--to", file, "--dry-run")["refusals"] == []
    assert "Process: small 1" in executing.does("project", "show", "app")


def test_a_plan_with_something_in_the_way_fails_the_check_and_lists_all_of_it(executing: Terminal) -> None:
    file = second(executing, version(execution(gates=(gate("G9", "sponsor"),), deliverables=()), wind_up()))
    said = executing("process", "migrate", "app", "--to", file, "--dry-run")
    assert said.code == 3
    assert said.err.splitlines()[0].startswith("It cannot move; ")
    assert "- Phase planning has no counterpart, and it began on 2026-01-05." in said.err
    asked = executing("process", "migrate", "app", "--to", file, "--reason", "Better.")
    assert (asked.code, "Phase planning has no counterpart" in asked.err) == (1, True)


def test_a_mistake_in_a_mapping_is_wrong_usage_with_its_place(executing: Terminal) -> None:
    file, wrong = second(executing), executing.file("map.yaml", "gates:\n  G7: G2a\n")
    said = executing("process", "migrate", "app", "--to", file, "--map", wrong, "--dry-run")
    assert said.code == 2
    assert said.err.strip() == f"{wrong}:2:3: the project has no gate 'G7'; there are G1, G2, G3"


def test_a_request_needs_a_reason(executing: Terminal) -> None:
    said = executing("process", "migrate", "app", "--to", second(executing))
    assert (said.code, "--reason TEXT" in said.err) == (2, True)


def test_one_asks_and_another_confirms(executing: Terminal) -> None:
    said = executing.does("process", "migrate", "app", "--to", second(executing), "--reason", "The audit asks for it.")
    assert "paula asks to move app to small 2. It moves once confirmed." in said
    assert "Confirm the move to small 2" in executing.does("inbox", by="sam")
    (executing.folder / "clock").write_text("2026-01-08T09:00:00")
    shown = executing.does("process", "show-migration", "app", by="sam")
    assert "2026-01-05, 3 days ago" in shown
    assert "The audit asks for it." in shown
    found = executing.json("process", "show-migration", "app", by="sam")
    assert found["confirmers"] == ["sam"]
    assert executing("process", "confirm-migration", "app").code == 1
    assert executing("process", "confirm-migration", "app", "--plan", "0" * 64, by="sam").code == 5
    told = executing.json("process", "confirm-migration", "app", "--plan", found["digest"], by="sam")
    assert (told["number"], told["mapping"]["deliverables"]) == (1, {"test-report": "test-summary"})
    page = executing.does("project", "show", "app")
    assert "Process: small 2, which is not a published version, moved from small 1 on 2026-01-08" in page
    assert "◇ G2a preparing" in page
    assert executing("process", "confirm-migration", "app", by="sam").code == 1


def test_a_request_is_declined(executing: Terminal) -> None:
    executing.does("process", "migrate", "app", "--to", second(executing), "--reason", "Better.")
    assert executing("process", "migrate", "app", "--to", second(executing), "--reason", "Again.").code == 5
    said = executing.does("process", "withdraw-migration", "app", "--reason", "Not now.", by="sam")
    assert said.startswith("The request to move app is withdrawn by sam.")
    assert executing("process", "show-migration", "app").code == 1


def test_status_and_closure_reports_tell_the_move(executing: Terminal, tmp_path: Path) -> None:
    executing.does("process", "migrate", "app", "--to", second(executing), "--reason", "The audit asks for it.")
    executing.does("process", "confirm-migration", "app", by="sam")
    executing.does(
        "report", "status", "app", "--format", "md", "--format", "html", "--format", "pdf", "--out", tmp_path
    )
    (page,) = tmp_path.glob("*status*.md")
    text = page.read_text()
    assert "## Moved to another version of its process" in text
    assert "asked for by Paula P. and confirmed by Sam S." in text.replace("\\", "")
    assert "Gate G2a" in text
    assert "Moved to another version" in next(tmp_path.glob("*status*.html")).read_text()
    executing.does("report", "gate", "app", "G1", "--format", "md", "--out", tmp_path)
    assert "Gate G1" in next(tmp_path.glob("*G1*.md")).read_text()
