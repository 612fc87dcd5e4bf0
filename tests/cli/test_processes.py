"""Standard processes on the command line."""

import json
from pathlib import Path

import pytest

from lifecycle.cli import rehearsals
from tests.builders import charter, definition, execution, planning, wind_up
from tests.cli.terminal import Terminal


def test_the_processes_are_listed_and_an_unsound_one_with_them(terminal: Terminal) -> None:
    terminal.file("config/processes/broken.yaml", "process: broken\n")
    listed = {entry["process"]: entry for entry in terminal.json("process", "list")}
    assert (listed["small"]["phases"], listed["small"]["gates"], listed["small"]["title"]) == (4, 3, "Small process")
    assert listed["broken"]["version"] is None
    assert "problem" in listed["broken"]["title"]
    assert "Small process" in terminal.does("process", "list")


def test_a_process_is_shown_with_phases_gates_deliverables_and_roles(terminal: Terminal) -> None:
    said = terminal.does("process", "show", "small")
    assert "control" in said
    assert "at least 2 approve" in said
    assert "all approve" in said
    assert "one approves" in said
    assert "final-report" in said
    assert "Duties." in said
    assert terminal.json("process", "show", "small")["process"] == "small"


def test_an_unknown_process_is_code_4_and_names_those_there_are(terminal: Terminal) -> None:
    said = terminal("process", "show", "agile")
    assert said.code == 4
    assert "small" in said.err


def test_a_sound_process_validates(terminal: Terminal) -> None:
    file = terminal.folder / "config/processes/small.yaml"
    assert "no problem found" in terminal.does("process", "validate", file)
    assert terminal.json("process", "validate", file) == {"valid": True, "files": [str(file)], "problems": []}


def test_every_problem_of_every_file_is_reported_with_its_place(terminal: Terminal) -> None:
    one = terminal.file("one.yaml", "process: one\nversion: 1\n")
    two = terminal.file("two.yaml", "process: two\nprocess: two\n")
    said = terminal("process", "validate", one, two)
    assert (said.code, said.out) == (3, "")
    *problems, count = said.err.splitlines()
    assert any(row.startswith(f"{one}:1:1: ") for row in problems)
    assert any(row.startswith(f"{two}:2:1: ") for row in problems)
    assert count == f"{len(problems)} problems found."


def test_problems_are_one_document_for_programs(terminal: Terminal) -> None:
    said = terminal("process", "validate", terminal.file("one.yaml", "process: ["), "--json")
    assert (said.code, said.err) == (3, "")
    assert said.value["valid"] is False
    assert said.value["problems"][0].keys() == {"file", "line", "column", "message"}


def test_a_process_file_that_is_not_there_is_unreadable_input(terminal: Terminal) -> None:
    assert terminal("process", "validate", "nowhere.yaml").code == 2


def test_the_facts_are_listed_with_their_meaning(terminal: Terminal) -> None:
    facts = {fact["name"]: fact for fact in terminal.json("process", "facts")}
    assert facts["project.cpi"]["meaning"]
    assert (facts["project.budget"]["charter"], facts["project.cpi"]["charter"]) == (True, False)
    assert "project.cpi" in terminal.does("process", "facts")


def overlay(terminal: Terminal, text: str) -> Path:
    return terminal.file("config/processes/ours.yaml", f'process: ours\nversion: "2"\nextends: small\n{text}')


def test_an_overlay_is_listed_shown_checked_compared_and_rehearsed_like_any_process(terminal: Terminal) -> None:
    file = overlay(
        terminal,
        "gates: {G1: {due_days: 2}}\n"
        "tailoring: {tiny: {text: Tiny., when: project.budget < 10, leave_out: [test-report]}}\n",
    )
    listed = {entry["process"]: entry for entry in terminal.json("process", "list")}
    assert (listed["ours"]["version"], listed["ours"]["title"]) == ("2", "Small process")
    assert "project.budget < 10" in terminal.does("process", "show", "ours")
    assert "## Tailoring" in terminal.does("process", "show", "ours", "--format", "md")
    assert "no problem found" in terminal.does("process", "validate", file)
    assert terminal.does("process", "diff", "small", "ours").splitlines()[6:] == [
        "gate G1", "- due: 5 days -> 2 days", "", "tailoring tiny", "- added: Tiny.",
    ]  # fmt: skip
    assert "nothing runs for ever" in terminal.does("process", "simulate", "ours", "--runs", 10)


def test_an_overlay_that_cannot_be_is_a_failed_check(terminal: Terminal) -> None:
    said = terminal("process", "validate", overlay(terminal, "gates: {G7: {due_days: 2}}\n"))
    assert said.code == 3
    assert "ours.yaml:4:9: there is no gate 'G7' in 'small'" in said.err


def test_the_schema_of_each_kind_of_file_is_json_with_and_without_the_option(terminal: Terminal) -> None:
    titles = {"program": "ProgramCharter", "process": "ProcessDefinition"}
    for kind in ("process", "overlay", "charter", "program", "organisation"):
        title = titles.get(kind, kind.title())
        schema = terminal.json("process", "schema", kind)
        assert (schema["title"], schema["$schema"]) == (title, "https://json-schema.org/draft/2020-12/schema")
        assert json.loads(terminal.does("process", "schema", kind)) == schema


def other(terminal: Terminal, name: str = "other.yaml", **changes: object) -> Path:
    """The small process as a file, changed."""
    changed = definition().model_copy(update={"version": "2", **changes})
    return terminal.file(name, changed.model_dump_json(exclude_none=True))


@pytest.mark.parametrize(
    ("form", "begin"),
    [("svg", "<svg "), ("mermaid", "flowchart TD\n"), ("md", "# Small process\n"), ("text", "small 1:")],
)
def test_a_process_is_drawn_on_the_terminal_and_into_a_file(terminal: Terminal, form: str, begin: str) -> None:
    file = terminal.folder / "picture"
    assert terminal.does("process", "show", "small", "--format", form).startswith(begin)
    assert terminal.does("process", "show", "small", "--format", form, "--out", file) == f"Written: {file}\n"
    assert file.read_text(encoding="utf-8").startswith(begin)
    assert terminal.json("process", "show", "small", "--format", form, "--out", file)["format"] == form


def test_a_picture_in_json_is_its_text(terminal: Terminal) -> None:
    assert terminal.json("process", "show", "small", "--format", "svg")["text"].startswith("<svg ")


def test_a_process_that_is_not_in_the_library_is_shown_from_its_file(terminal: Terminal) -> None:
    assert "small 2: Small process" in terminal.does("process", "show", other(terminal))


def test_processes_are_compared_in_words_in_markdown_and_for_programs(terminal: Terminal) -> None:
    file = other(terminal, title="Larger process")
    said = terminal.does("process", "diff", "small", file)
    assert said == (
        "small 1 -> small 2: 2 differences\n\nprocess small\n- version: 1 -> 2\n"
        "- title: Small process -> Larger process\n"
    )
    page = terminal.does("process", "diff", "small", file, "--format", "md")
    assert page.startswith("# small 1 -> small 2: 2 differences\n\n**process small**\n\n- version: 1 -> 2\n")
    first, _ = terminal.json("process", "diff", "small", file)["differences"]
    assert (first["kind"], first["name"], first["change"], first["field"]) == ("process", "small", "changed", "version")
    assert terminal.json("process", "diff", "small", "small")["differences"] == []


def test_a_long_rehearsal_says_that_it_is_at_work(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsals, "LONG", 4)
    said = terminal("process", "simulate", "small", "--runs", 5, "--json")
    assert (said.code, said.value["runs"]) == (0, 5)
    assert said.err == "Running small 5 times on a simulated clock ...\n"


def test_a_process_is_rehearsed_with_nobody_named(terminal: Terminal) -> None:
    said = terminal.does("process", "simulate", "small", "--runs", 50)
    assert "small 1, rehearsed with 5 people" in said
    assert "nothing runs for ever" in said
    assert "straight through; closed" in said
    assert said == terminal.does("process", "simulate", "small", "--runs", 50)
    found = terminal.json("process", "simulate", "small", "--runs", 50, "--seed", 2)
    assert (found["runs"], found["seed"], found["undecidable"]) == (50, 2, [])
    assert found["duration"]["p10"] <= found["duration"]["p90"]


def test_what_a_rehearsal_assumes_can_be_said(terminal: Terminal) -> None:
    only_go = ["--chance", "conditional_go=0", "--chance", "hold=0", "--chance", "recycle=0", "--chance", "kill=0"]
    times = ["--waiting", "fixed", "--wait-days", 2, "--phase-days", 3, "--duration", "execution=10", "--hold-days", 1]
    found = terminal.json("process", "simulate", "small", "--runs", 2, *only_go, *times, "--rework", 0)
    assert (found["work"], found["waiting"], found["closed"]) == (3 + 10 + 3, 3 * 2, 1)


def test_the_charter_gives_people_stages_and_the_plans_days(terminal: Terminal) -> None:
    fixed = ["--waiting", "fixed", "--chance", "recycle=0", "--chance", "kill=0"]
    planned = terminal.file("planned.yaml", charter(plan="plan.csv").model_dump_json(exclude_none=True))
    with_plan = terminal.json("process", "simulate", "small", "--runs", 1, "--charter", planned, *fixed)
    assert with_plan["work"] == pytest.approx(40)
    unplanned = terminal.file("unplanned.yaml", charter().model_dump_json(exclude_none=True))
    without = terminal.json("process", "simulate", "small", "--runs", 1, "--charter", unplanned, *fixed)
    assert without["work"] == pytest.approx(177)


def test_a_stage_of_a_repeating_phase_takes_the_phases_days(terminal: Terminal) -> None:
    file = other(terminal, phases=(planning(), execution(repeat="often"), wind_up()))
    stages = ["--stages", "execution=3", "--duration", "execution=10", "--duration", "execution-2=1", "--phase-days", 0]
    calm = ["--chance", "recycle=0", "--chance", "kill=0"]
    found = terminal.json("process", "simulate", file, "--runs", 1, *stages, *calm)
    assert found["work"] == 10 + 1 + 10


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("--chance", "maybe=1"), 4, "There is no outcome 'maybe'"),
        (("--chance", "go"), 2, "NAME=NUMBER"),
        (("--chance", "go=-1"), 2, "NAME=NUMBER"),
        (("--chance", "go=2"), 2, "1 or less"),
        (("--duration", "party=1"), 4, "There is no phase in sequence 'party'"),
        (("--stages", "planning=2"), 4, "There is no repeating phase 'planning'"),
    ],
)
def test_an_assumption_that_cannot_be_is_refused(
    terminal: Terminal, words: tuple[str, ...], code: int, text: str
) -> None:
    said = terminal("process", "simulate", "small", *words)
    assert said.code == code
    assert text in said.err


def test_a_stage_comes_a_whole_number_of_times(terminal: Terminal) -> None:
    file = other(terminal, phases=(planning(), execution(repeat="often"), wind_up()))
    said = terminal("process", "simulate", file, "--stages", "execution=1.5")
    assert (said.code, "a whole number of times" in said.err) == (2, True)


def test_gates_that_nobody_could_decide_are_a_failed_check(terminal: Terminal) -> None:
    lonely = terminal.file("lonely.yaml", charter(people=charter().people[:2]).model_dump_json(exclude_none=True))
    said = terminal("process", "simulate", "small", "--charter", lonely)
    assert (said.code, said.out) == (3, "")
    assert "Gates nobody could decide" in said.err
    assert "G2" in said.err


def test_a_draft_is_held_against_what_happened_gate_by_gate_and_writes_nothing(terminal: Terminal) -> None:
    terminal.execute()
    same = terminal.does("process", "replay", "small", "--projects", "app")
    assert same.splitlines()[0] == "app: App (small 1)"
    assert same.splitlines()[-1] == "1 of 1 gate review would have gone the same way."
    three = planning().gates[0].model_copy(update={"approvers": ("customer", "sponsor", "architect")})
    draft = other(terminal, phases=(planning(gates=(three,)), *definition().phases[1:]))
    before = terminal.json("audit", "verify")
    said = terminal.does("process", "replay", draft, "app")
    assert "undecided" in said and "Ada A. would still have had to vote" in said
    found = terminal.json("process", "replay", draft, "--projects", "app")
    assert (found["same"], found["gates"]) == (0, 1)
    assert found["projects"][0]["gates"][0]["was"] == "go"
    assert terminal.json("audit", "verify") == before


def test_projects_that_have_ended_are_taken_when_none_is_named(terminal: Terminal) -> None:
    assert "No project of that kind has ended yet" in terminal.does("process", "replay", "small")
    terminal.start()
    assert terminal.json("process", "replay", "small")["projects"] == []
    assert "No gate was reviewed." in terminal.does("process", "replay", "small", "app")
    terminal.does("project", "stop", "app", "--reason", "Over.", by="sam")
    terminal.carry_on()
    assert terminal("process", "replay", "small", "--projects", "nobody").code == 4


def test_a_draft_for_programs_is_not_held_against_a_project(terminal: Terminal) -> None:
    terminal.start()
    said = terminal("process", "replay", other(terminal, level="program"), "app")
    assert (said.code, "is for a program" in said.err) == (2, True)
