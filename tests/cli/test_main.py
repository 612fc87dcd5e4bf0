"""What errors become: a sentence and an exit code, never a traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from lifecycle.cli.command import Answer, command
from lifecycle.cli.desk import Desk
from lifecycle.cli.main import run
from lifecycle.errors import (
    AlreadyVoted,
    BadInput,
    ClosureBlocked,
    Conflict,
    DefinitionError,
    LifecycleError,
    NotFound,
    Problem,
    RecordsDamaged,
    RuleViolation,
    SeparationOfDuties,
)
from tests.cli.terminal import Terminal


def ending(end: Callable[[], Answer]) -> typer.Typer:
    """A command line whose only command `go` ends like this."""
    app = typer.Typer(rich_markup_mode=None)
    app.callback()(lambda: None)

    @command(app, "go", "phasegate go")
    def go(desk: Desk) -> Answer:
        return end()

    return app


def failing(error: BaseException) -> typer.Typer:
    def fail() -> Answer:
        raise error

    return ending(fail)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RuleViolation("No."), 1),
        (SeparationOfDuties("No."), 1),
        (ClosureBlocked("No."), 1),
        (BadInput("No."), 2),
        (DefinitionError([Problem("a.yaml", 3, 1, "No.")]), 2),
        (NotFound("project", "x"), 4),
        (Conflict("No."), 5),
        (AlreadyVoted("No."), 5),
        (LifecycleError("No."), 1),
        (FileNotFoundError(2, "No such file or directory", "plan.csv"), 2),
        (OSError("strange"), 2),
        (OSError(28, "No space left on device", "plan.csv"), 6),
        (OSError(30, "Read-only file system", "plan.csv"), 6),
        (RecordsDamaged("records.db", "a page is gone"), 6),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), 2),
        (ZeroDivisionError("division by zero"), 1),
    ],
)
def test_an_error_is_a_sentence_on_standard_error_and_an_exit_code(
    error: Exception, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["go"], failing(error)) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.strip()
    assert "Traceback" not in said.err


def test_an_error_is_one_json_document_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["go", "--json"], failing(AlreadyVoted("Anna voted on Monday."))) == 5
    said = capsys.readouterr()
    assert json.loads(said.out) == {"error": {"code": "already_voted", "message": "Anna voted on Monday."}}
    assert said.err == "Anna voted on Monday.\n"


def test_every_problem_of_a_file_is_named_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    problems = [Problem("a.yaml", 3, 1, "no such role"), Problem("a.yaml", 0, 0, "empty")]
    run(["go", "--json"], failing(DefinitionError(problems)))
    assert json.loads(capsys.readouterr().out)["error"]["problems"] == [
        {"file": "a.yaml", "line": 3, "column": 1, "message": "no such role"},
        {"file": "a.yaml", "line": 0, "column": 0, "message": "empty"},
    ]


def test_a_missing_file_is_named_with_what_to_check(capsys: pytest.CaptureFixture[str]) -> None:
    run(["go"], failing(FileNotFoundError(2, "No such file or directory", "plan.csv")))
    assert capsys.readouterr().err.startswith("plan.csv: No such file or directory. Check")


def test_a_fault_of_our_own_says_how_to_see_more(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PHASEGATE_DEBUG", raising=False)
    assert run(["go"], failing(KeyError("gate"))) == 1
    assert "a fault of Phasegate, not yours: KeyError: 'gate'" in capsys.readouterr().err


def test_debugging_shows_faults_and_still_no_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHASEGATE_DEBUG", "1")
    assert run(["go"], failing(RuleViolation("No."))) == 1
    with pytest.raises(KeyError):
        run(["go"], failing(KeyError("gate")))


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), typer.Abort()])
def test_an_interrupted_command_says_so(stop: BaseException, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["go"], failing(stop)) == 130
    assert capsys.readouterr().err == "Stopped.\n"


def test_an_answer_carries_its_exit_code_and_its_faults(capsys: pytest.CaptureFixture[str]) -> None:
    checked = ending(lambda: Answer({"valid": False}, "", 3, "a.yaml:1:1: wrong"))
    assert run(["go"], checked) == 3
    assert capsys.readouterr() == ("", "a.yaml:1:1: wrong\n")
    assert run(["go", "--json"], checked) == 3
    assert capsys.readouterr() == ('{\n  "valid": false\n}\n', "")


def test_what_could_steer_a_terminal_reaches_neither_people_nor_programs(capsys: pytest.CaptureFixture[str]) -> None:
    nasty = "\x1b[31mred\x9b2J\u202e"
    run(["go"], ending(lambda: Answer(nasty, nasty)))
    assert capsys.readouterr().out == "[31mred2J\n"
    run(["go", "--json"], ending(lambda: Answer({"text": nasty}, "")))
    out = capsys.readouterr().out
    assert json.loads(out) == {"text": nasty}
    assert not set("\x1b\x9b\u202e") & set(out)
    run(["go"], failing(BadInput(nasty)))
    assert capsys.readouterr().err == "[31mred2J\n"


def test_a_value_of_any_kind_becomes_json(capsys: pytest.CaptureFixture[str]) -> None:
    value = {1: (Path("a"), {"b"}), "n": None, "f": 1.5, "t": True}
    run(["go", "--json"], ending(lambda: Answer(value, "")))
    assert json.loads(capsys.readouterr().out) == {"1": ["a", ["b"]], "n": None, "f": 1.5, "t": True}


def test_an_answer_without_words_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["go"], ending(lambda: Answer(None, ""))) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["gate", "decide", "app"], "Missing argument 'GATE'"),
        (["gate", "decide", "app", "G1", "--reason", "r", "--vote", "maybe"], "'maybe' is not one of 'approve'"),
        (["gate", "vote"], "No such command 'vote'"),
        (["project", "list", "--colour"], "No such option"),
        (["progress", "record", "app", "A", "--percent", "5", "--cost", "-5", "--date", "2026-01-05"], "negative"),
        (["progress", "record", "app", "A", "--percent", "5", "--cost", "5", "--date", "5 May"], "YYYY-MM-DD"),
        (["risk", "close", "app", "0", "--note", "n"], "'NUMBER'"),
    ],
)
def test_wrong_usage_is_code_2_and_writes_nothing(words: list[str], message: str, terminal: Terminal) -> None:
    said = terminal(*words)
    assert (said.code, said.out) == (2, "")
    assert message in said.err
    assert "Value error" not in said.err
    assert not terminal.data.exists()


def test_wrong_usage_is_one_json_document_for_programs(terminal: Terminal) -> None:
    said = terminal("gate", "decide", "app", "G1", "--vote", "maybe", "--reason", "r", "--json")
    assert said.code == 2
    assert said.value["error"]["code"] == "usage"


def test_a_value_that_an_action_cannot_write_is_bad_input(started: Terminal) -> None:
    said = started("lesson", "add", "app", "--text", "", "--recommendation", "Test early.")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("text")


def test_a_database_that_is_none_is_code_6(terminal: Terminal) -> None:
    terminal.data.mkdir()
    (terminal.data / "phasegate.db").write_text("This is a letter, and a long one. " * 100)
    said = terminal("project", "list")
    assert said.code == 6
    assert "file is not a database" in said.err
    assert "phasegate db restore DIR" in said.err


def test_a_data_folder_that_is_a_file_is_bad_input(terminal: Terminal) -> None:
    terminal.data.write_text("")
    said = terminal("project", "list")
    assert said.code == 2
    assert str(terminal.data) in said.err


def test_a_reader_that_has_seen_enough_is_no_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with capsys.disabled(), os.fdopen(writer, "w") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        assert run(["go"], ending(lambda: Answer(1, "A long list"))) == 0
        closed.write("the rest")


LIGHT = """
import sys
from lifecycle.cli.main import run
def seen():
    return {name.partition(".")[0] for name in sys.modules}
assert run(["--help"]) == 0
print("help", *seen(), file=sys.stderr)
for words in (["gate", "decide", "--help"], ["process", "schema"], ["process", "simulate", "--help"],
              ["process", "show", "program", "--format", "svg"],
              ["process", "validate", "config/processes/program.yaml"]):
    assert run(words) == 0, words
print("rest", *seen(), file=sys.stderr)
"""


def test_quick_commands_import_nothing_heavy() -> None:
    """So that they answer at once, and a process file can be checked on every save."""
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", LIGHT], cwd=root, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    help, rest = (set(row.split()) for row in ran.stderr.splitlines())
    heavy = {"prefect", "sqlmodel", "sqlalchemy", "fastapi", "jinja2", "networkx", "rich", "typst"}
    assert not help & (heavy | {"pydantic", "ruamel", "cel_expr_python"})
    assert not rest & heavy
