"""Risks, issues, lessons and follow-on actions on the command line."""

import pytest

from tests.cli.terminal import Terminal

RISK = ("risk", "add", "app", "--title", "Nobody tests", "--category", "people", "--owner", "engineer")


def test_risks_are_added_closed_and_listed(started: Terminal) -> None:
    assert "There is no risk on record in app." in started.does("risk", "list", "app")
    said = started.does(*RISK, "--probability", 4, "--impact", 5)
    assert "Risk 1 of app is registered, 20 points. It has no response yet." in said
    said = started.does(*RISK, "--probability", 1, "--impact", 2, "--response", "Hire")
    assert "Risk 2 of app is registered, 2 points." in said
    assert "no response" not in said
    started.does(*RISK, "--probability", 1, "--impact", 1)
    assert "it did not happen" in started.does("risk", "close", "app", 2, "--note", "Somebody does")
    said = started.does("risk", "close", "app", 3, "--note", "It is so", "--happened")
    assert "it happened" in said
    assert "Next: phasegate issue add app" in said
    listed = started.json("risk", "list", "app")
    assert [(r["number"], r["state"], r["points"]) for r in listed] == [
        (1, "open", 20),
        (2, "closed", 2),
        (3, "happened", 1),
    ]
    assert "Nobody tests" in started.does("risk", "list", "app")


def test_issues_are_added_closed_and_listed(started: Terminal) -> None:
    assert "There is no issue on record in app." in started.does("issue", "list", "app")
    add = ("issue", "add", "app", "--title", "No server", "--severity", "high", "--owner", "engineer")
    assert "Issue 1 of app is registered for engineer." in started.does(*add)
    started.does(*add)
    assert "Issue 1 of app is closed." in started.does("issue", "close", "app", 1, "--action", "Bought one")
    assert [(i["state"], i["action"]) for i in started.json("issue", "list", "app")] == [
        ("closed", "Bought one"),
        ("open", None),
    ]


def test_lessons_and_follow_on_actions_are_kept(started: Terminal) -> None:
    assert "There is no lesson" in started.does("lesson", "list", "app")
    assert "There is no follow-on action" in started.does("follow-on", "list", "app")
    assert "Lesson 1" in started.does("lesson", "add", "app", "--text", "Late tests", "--recommendation", "Test early")
    said = started.does("follow-on", "add", "app", "--text", "Measure", "--owner", "cora", "--due", "2026-12-01")
    assert "Follow-on action 1 of app is noted for cora, due 2026-12-01." in said
    assert started.json("lesson", "list", "app")[0]["recommendation"] == "Test early"
    assert started.json("follow-on", "list", "app") == [
        {"number": 1, "due": "2026-12-01", "owner": "cora", "text": "Measure"}
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((*RISK, "--probability", 6, "--impact", 1), 2),
        ((*RISK, "--probability", 1, "--impact", 0), 2),
        ((*RISK, "--probability", 1, "--impact", 1, "--category", "weather"), 2),
        ((*RISK, "--probability", 1, "--impact", 1, "--title", ""), 2),
        ((*RISK, "--probability", 1, "--impact", 1, "--owner", "nobody"), 4),
        (("risk", "close", "app", 5, "--note", "n"), 4),
        (("issue", "close", "app", 5, "--action", "a"), 4),
        (("follow-on", "add", "app", "--text", "t", "--owner", "cora", "--due", "soon"), 2),
        (("lesson", "add", "nowhere", "--text", "t", "--recommendation", "r"), 4),
    ],
)
def test_what_cannot_be_right_is_not_written(started: Terminal, words: tuple[object, ...], code: int) -> None:
    said = started(*words)
    assert (said.code, said.out) == (code, ""), said
    assert started.json("risk", "list", "app") == []


def test_a_stranger_writes_nothing(started: Terminal) -> None:
    assert started(*RISK, "--probability", 1, "--impact", 1, by="stranger").code == 1
