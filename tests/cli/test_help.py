"""The help: every command explains itself, with an example that works."""

import pytest

from lifecycle.cli.main import run
from tests.cli.commands import Command, commands, groups


def name(command: Command) -> str:
    return " ".join(command.words)


WANTED = """
init · inbox · doctor · process list · process show · process validate · process facts · process schema
process diff · process simulate · process draft · process review · process publish · process retire
process versions · process replay
project start · project list · project show · project why · project submit-deliverable · project accept-deliverable
project hand-over · project release · project judge · project stop · project close
gate submit · gate show · gate decide · gate withdraw · gate resume · gate waive · gate clear-condition
gate deadlines
plan import · progress import · progress record · change raise · change assess · change decide · change list
exception list · exception decide · tolerance list · tolerance grant
risk add · risk close · risk list · issue add · issue close · issue list · lesson add · lesson list
gate approve · gate override · gate confirm-override · gate review-override · delegation grant · delegation revoke
delegation list · people assign · people remove · people list
follow-on add · follow-on list · program start · program show · program report
report closure · report status · report gate · report program · audit verify
db upgrade · db backup · db restore · db dump · db copy
"""


def test_the_commands_that_other_programs_rely_on_are_there() -> None:
    wanted = {words.strip() for row in WANTED.split("\n") for words in row.split("·")} - {""}
    assert wanted <= {name(command) for command in commands()}


@pytest.mark.parametrize("command", commands(), ids=name)
def test_a_command_explains_itself_with_an_example_that_is_a_right_use_of_it(command: Command) -> None:
    count = len(command.words)
    assert tuple(command.example[:count]) == command.words
    context = command.known.make_context(command.words[-1], command.example[count:])
    *_, head, example = command.known.get_help(context).rstrip().splitlines()
    assert (head.strip(), example.split()[0]) == ("Example:", "phasegate")
    options = {option for parameter in command.known.params for option in parameter.opts}
    assert {"--as", "--data", "--config", "--json"} <= options


@pytest.mark.parametrize("group", groups(), ids=name)
def test_no_line_of_a_list_of_commands_is_cut_off(group: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*group.words, "--help"]) == 0
    listed = capsys.readouterr().out.partition("Commands:")[2]
    assert listed
    assert "..." not in listed


def test_the_help_names_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    run(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "0 done, 1 refused by a rule, 2 wrong usage" in said
    assert "3 a check failed, 4 not found, 5 somebody else was first, 6 the records are damaged" in said


def test_a_group_without_a_command_shows_its_help_as_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gate"]) == 2
    assert "Commands:" in capsys.readouterr().err
