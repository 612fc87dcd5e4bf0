"""What must always be true: each breach is named, none is healed."""

from pathlib import Path

import pytest

from lifecycle.actions import projects
from lifecycle.actions.invariants import broken
from lifecycle.actions.workspace import Workspace
from tests.workspaces import charter_file, hand_in, workspace


def spoiled(work: Workspace, *statements: str) -> tuple[str, ...]:
    """What is found once these statements were run past the store; looking twice finds the same."""
    with work.database.engine.begin() as connection:
        for statement in statements:
            assert connection.exec_driver_sql(statement).rowcount > 0
    found = broken(work)
    assert broken(work) == found
    return found


def test_nothing_is_broken_on_a_healthy_installation(executing: Workspace) -> None:
    hand_in(executing, "test-report", "erik")
    assert broken(executing) == ()


def test_nothing_is_broken_after_the_end(closed: Workspace) -> None:
    assert broken(closed) == ()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM outbox WHERE id = 'app:G1:1'", "the flows were never told of app:G1:1"),
        (
            "INSERT INTO outbox (id, seq, project, attempts) VALUES ('app:G1:1:outcome', 99, 'app', 0)",
            "the message app:G1:1:outcome has no record that caused it",
        ),
        (
            "UPDATE project SET state = 'closed'",
            "the list says 'closed' of app, its records say 'awaiting decision'",
        ),
        ("UPDATE project SET id = 'web'", "app has records, but is not in the list of projects"),
    ],
)
def test_a_breach_is_named(submitted: Workspace, statement: str, said: str) -> None:
    assert said in spoiled(submitted, statement)


def test_a_line_without_records_is_named(submitted: Workspace) -> None:
    assert "web is in the list of projects, but has no records" in spoiled(submitted, "UPDATE project SET id = 'web'")


def test_a_project_that_others_set_free_is_not_broken(tmp_path: Path) -> None:
    """Its line still says that it waits for others, until the engine takes its turn."""
    work = workspace(tmp_path)
    projects.start_project(work, charter_file(tmp_path), "sam")
    assert spoiled(work, "UPDATE project SET state = 'awaiting predecessor'") == ()
    work.database.close()
