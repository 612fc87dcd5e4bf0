"""Exceptions on the command line, and changes that are weighed by their impact."""

import pytest

from lifecycle.process.definition import AuthorityDefinition
from tests.builders import definition
from tests.cli.terminal import Terminal

DECIDE = ("exception", "decide", "app", 1, "--reason", "We looked at it.")


@pytest.fixture
def late(terminal: Terminal) -> Terminal:
    """The app is late, and its sponsor may decide on that; its manager decides small changes."""
    rows = (
        AuthorityDefinition(decision="exception", roles=("sponsor",)),
        AuthorityDefinition(decision="change", roles=("manager",), up_to_impact=2),
        AuthorityDefinition(decision="change", roles=("sponsor",)),
        AuthorityDefinition(decision="stop", roles=("sponsor",)),
    )
    process = definition(authority=rows)
    terminal.run_late(process, remaining=150)
    return terminal


def test_exceptions_are_listed_with_what_was_decided(late: Terminal) -> None:
    (one,) = late.json("exception", "list", "app")
    assert (one["number"], one["state"], one["measure"], one["decision"]) == (1, "open", "time", None)
    said = late.does(*DECIDE, "--choice", "more-tolerance", "--days", 60, by="sam")
    assert said.startswith("On exception 1 of app it is decided: more tolerance.\n")
    (one,) = late.json("exception", "list", "app")
    assert (one["state"], one["decision"], one["by"]) == ("over", "more-tolerance", "sam")
    assert "more-tolerance" in late.does("exception", "list", "app")


def test_a_project_without_exceptions_says_so(executing: Terminal) -> None:
    assert "No forecast of app has left its tolerance." in executing.does("exception", "list", "app")


def test_the_inbox_and_why_name_the_exception_and_the_command(late: Terminal) -> None:
    assert "Decide exception 1" in late.does("inbox", by="sam")
    assert "Decide exception 1" in late.does("project", "why", "app")
    assert "phasegate exception decide app 1 --choice" in late.does("inbox", by="sam")
    late.does(*DECIDE, "--choice", "exception-plan", by="sam")
    assert "change that the exception plan for exception 1 takes" in late.does("project", "why", "app")


@pytest.mark.parametrize(
    ("words", "by", "code", "text"),
    [
        (("--choice", "no-action"), "paula", 1, "Paula P. may not decide exception 1. Those who may: Sam S."),
        (("--choice", "more-tolerance"), "sam", 2, "--days"),
        (("--choice", "more-tolerance", "--days", 11), "sam", 2, "That is not enough"),
        (("--choice", "more-tolerance", "--days", 4000), "sam", 2, "3650 or less"),
        (("--choice", "wait"), "sam", 2, "wait"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(
    late: Terminal, words: tuple[object, ...], by: str, code: int, text: str
) -> None:
    said = late(*DECIDE, *words, by=by)
    assert (said.code, text in said.err) == (code, True), said


def test_an_exception_is_decided_once_and_only_where_there_is_one(late: Terminal) -> None:
    late.does(*DECIDE, "--choice", "no-action", by="sam")
    assert late(*DECIDE, "--choice", "close", by="sam").code == 5
    assert late("exception", "decide", "app", 7, "--reason", "R", "--choice", "close", by="sam").code == 4


def test_who_comes_after_a_decision_that_ended_an_exception_hears_who_made_it(late: Terminal) -> None:
    late.does(*DECIDE, "--choice", "more-tolerance", "--days", 60, by="sam")
    said = late(*DECIDE, "--choice", "no-action", by="sam")
    assert (said.code, "On exception 1 Sam S. decided more tolerance on 2026-01-05" in said.err) == (5, True)


def test_a_change_is_decided_by_those_whose_authority_covers_its_impact(late: Terminal) -> None:
    late.does("change", "raise", "app", "--title", "Blue", "--reason", "Nicer", by="cora")
    effect = ("change", "assess", "app", 1, "--scope", "Colour", "--cost", 0, "--days", 0)
    late.does(*effect, by="erik")
    decide = ("change", "decide", "app", 1, "accept", "--reason", "Nice")
    assert late(*decide, by="paula").code == 1
    assert "impact 3 of 5" in late.does(*effect, "--impact", 3, by="erik")
    assert late(*decide, by="paula").code == 1
    late.does(*effect, "--impact", 2, by="erik")
    assert "Decide change 1" in late.does("inbox", by="paula")
    late.does(*decide, by="paula")
    (one,) = late.json("change", "list", "app")
    assert (one["state"], one["impact"]) == ("accepted", 2)
    assert late(*effect, "--impact", 6, by="erik").code == 2


def test_what_was_decided_stands_in_every_form_of_the_report(late: Terminal) -> None:
    late.does(*DECIDE, "--choice", "no-action", by="sam")
    late.does("report", "status", "app", "--out", late.folder / "out")
    files = {file.suffix: file for file in (late.folder / "out").rglob("*") if file.is_file()}
    assert set(files) == {".html", ".md", ".pdf", ".json"}
    for form in (".html", ".md", ".json"):
        text = files[form].read_text(encoding="utf-8")
        assert "Sam S. decided no action on 5 January 2026: We looked at it.; open" in text
        assert "app:exception:1:decision" in text
