"""Standard processes on the command line."""

import json

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
    assert "project.cpi" in terminal.does("process", "facts")


def test_the_schema_of_each_kind_of_file_is_json_with_and_without_the_option(terminal: Terminal) -> None:
    for kind, title in (("process", "ProcessDefinition"), ("charter", "Charter"), ("program", "ProgramCharter")):
        schema = terminal.json("process", "schema", kind)
        assert (schema["title"], schema["$schema"]) == (title, "https://json-schema.org/draft/2020-12/schema")
        assert json.loads(terminal.does("process", "schema", kind)) == schema
