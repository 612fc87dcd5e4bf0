"""Versions of standard processes on the command line."""

from pathlib import Path

import pytest

from lifecycle.actions.processes import followed
from lifecycle.cli import strip
from lifecycle.process.definition import ProcessDefinition
from tests.builders import charter, definition
from tests.cli.terminal import Terminal
from tests.cli.test_tokens import present, token

FILE = "config/processes/small.yaml"


def file_of(terminal: Terminal, process: ProcessDefinition | None = None) -> Path:
    if process:
        terminal.file(FILE, process.model_dump_json(exclude_none=True, indent=1))
    return terminal.folder / FILE


def organised(terminal: Terminal, publishing: str) -> None:
    people = "[{id: paula, name: P}, {id: vera, name: V}]"
    terminal.file("config/organisation.yaml", f"people: {people}\npublishing: {publishing}\n")


def test_a_file_is_published_in_one_step_and_again_without_effect(terminal: Terminal) -> None:
    said = terminal.does("process", "publish", file_of(terminal))
    assert said.startswith("small 1 is published by paula. SHA-256 ")
    assert "Next: phasegate process versions small" in said
    assert "nothing is new" in terminal.does("process", "publish", file_of(terminal), by="vera")
    value = terminal.json("process", "publish", file_of(terminal), by="vera")
    assert (value["state"], value["published_by"], value["drafted_by"]) == ("published", "paula", "paula")
    assert "published already" in terminal.does("process", "draft", file_of(terminal))


def test_nobody_publishes_under_a_name_that_is_no_id(terminal: Terminal) -> None:
    for verb in ("publish", "draft"):
        said = terminal("process", verb, file_of(terminal), by="Ingrid Solberg")
        assert (said.code, "'Ingrid Solberg' is not a person's id" in said.err) == (2, True)


def test_a_version_goes_from_draft_to_retired_with_what_comes_next(terminal: Terminal) -> None:
    said = terminal.does("process", "draft", file_of(terminal))
    assert "small 1 is a draft of paula. Content: SHA-256 " in said
    assert "Next: phasegate process review small --version 1 --finding TEXT --as PERSON" in said
    said = terminal.does("process", "review", "small", "--version", "1", "--finding", "Fine.", by="vera")
    assert "Next: phasegate process publish small --version 1 --as PERSON" in said
    assert "None is published" in terminal.does("process", "versions", "small")
    assert terminal.json("process", "publish", "small")["state"] == "published"
    said = terminal.does("process", "versions", "small")
    assert "New projects start with 1." in said
    assert "Fine." in said
    said = terminal.does("process", "retire", "small", "--version", "1", "--reason", "Too slow.")
    assert "starts nothing new" in said
    assert "Too slow." in terminal.does("process", "versions", "small")
    (listed,) = terminal.json("process", "versions", "small")
    assert (listed["state"], listed["reviewed_by"], listed["reason"], listed["current"]) == (
        "retired", "vera", "Too slow.", False,
    )  # fmt: skip


def test_one_person_alone_is_refused_with_four_eyes_and_told_who_may(terminal: Terminal) -> None:
    """R-40: code 1, the draft stays, and the inbox of the other one has it."""
    organised(terminal, "{publishers: [paula, vera], four_eyes: true}")
    said = terminal("process", "publish", file_of(terminal), "--json")
    assert (said.code, said.value["error"]["code"]) == (1, "separation_of_duties")
    assert "It is for vera: phasegate process publish small --version 1 --as PERSON" in said.err
    assert [entry["state"] for entry in terminal.json("process", "versions", "small")] == ["draft"]
    inbox = terminal.does("inbox", by="vera")
    assert "Publish small 1, drafted by paula" in inbox
    assert "Next: phasegate process publish small --version 1 --as vera" in inbox
    assert "is published by vera" in terminal.does("process", "publish", "small", "--version", "1", by="vera")


def test_a_published_version_that_would_change_is_code_1_and_names_the_difference(terminal: Terminal) -> None:
    terminal.does("process", "publish", file_of(terminal))
    said = terminal("process", "publish", file_of(terminal, definition(title="Larger process")))
    assert (said.code, said.out) == (1, "")
    assert "- process small: title: Small process -> Larger process" in said.err


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("publish", "nowhere.yaml"), 2, "There is no file nowhere.yaml"),
        (("publish", "small"), 4, "There is no draft or version of the process 'small'"),
        (("publish", "small", "--version", "1"), 4, "There is no draft"),
        (("versions", "small"), 4, "There is no draft"),
        (("show", "small@1"), 4, "There is no draft"),
        (("draft", "nowhere.yaml"), 2, "There is no file"),
    ],
)
def test_what_is_not_there_is_said(terminal: Terminal, words: tuple[str, ...], code: int, text: str) -> None:
    said = terminal("process", *words)
    assert (said.code, text in said.err) == (code, True)


def test_a_file_says_its_version_itself(terminal: Terminal) -> None:
    said = terminal("process", "publish", file_of(terminal), "--version", "1")
    assert (said.code, "leave --version out" in said.err.lower()) == (2, True)


def test_the_list_says_what_is_published_and_whether_the_file_says_the_same(terminal: Terminal) -> None:
    def listed() -> tuple[object, ...]:
        (entry,) = terminal.json("process", "list")
        return entry["version"], entry["published"], entry["file"]

    assert listed() == ("1", None, None)
    assert not terminal.data.exists(), "looking at the list makes no records"
    terminal.does("process", "publish", file_of(terminal))
    assert listed() == ("1", "1", "same")
    file_of(terminal, definition(version="2"))
    assert listed() == ("2", "1", "differs")
    terminal.file(FILE, "process: small\n")
    assert listed() == (None, "1", None)


def test_a_version_is_shown_drawn_compared_rehearsed_and_given_back_as_its_file(terminal: Terminal) -> None:
    before = file_of(terminal).read_text()
    terminal.does("process", "publish", file_of(terminal))
    file_of(terminal, definition(version="2", title="Larger process"))
    assert terminal.does("process", "show", "small@1").startswith("small 1: Small process")
    assert terminal.does("process", "show", "small@1", "--format", "mermaid").startswith("flowchart TD\n")
    assert "- title: Small process -> Larger process" in terminal.does("process", "diff", "small@1", "small")
    assert "small 1, rehearsed" in terminal.does("process", "simulate", "small@1", "--runs", 2)
    out = terminal.folder / "before.yaml"
    terminal.does("process", "show", "small@1", "--format", "source", "--out", out)
    assert out.read_text() == before
    assert terminal.json("process", "show", "small", "--format", "source")["text"] == file_of(terminal).read_text()


def test_a_project_says_which_version_it_follows(terminal: Terminal) -> None:
    def line() -> str:
        return next(row for row in terminal.does("project", "show", "app").splitlines() if row.startswith("Process"))

    terminal.start()
    assert line() == "Process: small 1, which is not a published version"
    terminal.does("process", "draft", file_of(terminal))
    assert line() == "Process: small 1, which is a draft"
    terminal.does("process", "review", "small", "--version", "1", "--finding", "Fine.", by="vera")
    assert line() == "Process: small 1, which is reviewed, not published"
    terminal.does("process", "publish", "small")
    assert line() == "Process: small 1, as published"
    terminal.does("process", "publish", file_of(terminal, definition(version="2")))
    assert line() == "Process: small 1, as published; new projects start with 2"
    terminal.does("process", "retire", "small", "--version", "1", "--reason", "Too slow.")
    assert line() == "Process: small 1, which is retired by now; new projects start with 2"
    shown = terminal.json("project", "show", "app")
    assert (shown["project"], shown["process"]["state"], shown["process"]["newest"]) == ("app", "retired", "2")


def test_of_a_project_from_before_there_were_versions_nothing_is_said(started: Terminal) -> None:
    before = followed(started.work, "app").model_copy(update={"standard": None})
    assert strip.followed(before) == "Process: small 1"


def test_a_charter_names_its_version(terminal: Terminal) -> None:
    terminal.does("process", "publish", file_of(terminal))
    terminal.does("process", "publish", file_of(terminal, definition(version="2")))
    for project, version in (("old", "1"), ("new", None)):
        file = terminal.file(f"{project}.yaml", charter(project, version=version).model_dump_json(exclude_none=True))
        assert terminal.json("project", "start", file)["process"] == f"small {version or '2'}"


def test_publishing_takes_a_token_for_decisions_and_drafting_one_for_work(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = token(terminal, "paula", "--scope", "work")
    decide = token(terminal, "paula", "--scope", "decide")
    present(monkeypatch, work)
    assert terminal("process", "draft", file_of(terminal)).code == 0
    assert "this takes decide" in terminal("process", "publish", file_of(terminal)).err
    present(monkeypatch, decide)
    assert "this takes work" in terminal("process", "draft", file_of(terminal)).err
    assert terminal("process", "publish", "small").code == 0
    assert terminal("process", "retire", "small", "--version", "1", "--reason", "Too slow.").code == 0
    present(monkeypatch, work)
    review = ("process", "review", "small", "--version", "1", "--finding", "Fine.")
    assert "its review is over" in terminal(*review).err


def test_the_doctor_says_which_files_differ_and_finds_nothing_wrong_with_that(terminal: Terminal) -> None:
    def said() -> tuple[bool, str]:
        checks = {check["name"]: check for check in terminal("doctor", "--json").value["checks"]}
        return checks["published"]["ok"], checks["published"]["detail"]

    terminal.start()
    assert said() == (True, "no process; projects start with the files")
    terminal.does("process", "publish", file_of(terminal))
    assert said() == (True, "small 1")
    file_of(terminal, definition(version="2"))
    assert said() == (True, "small 1 (its file differs)")
    file_of(terminal).rename(terminal.folder / "config/processes/other.yaml")
    assert said() == (True, "small 1 (its file missing)")
