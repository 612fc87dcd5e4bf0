"""Erasing a person's name, as it is typed."""

from tests.cli.terminal import Terminal
from tests.workspaces import pass_first_gate, pass_last_gate, pass_second_gate

ERASE = ("people", "erase", "erik", "--reason", "Asked for it.")


def test_a_name_is_erased_by_two_once_the_projects_are_closed(terminal: Terminal) -> None:
    """R-52, by the command line."""
    terminal.start()
    refused = terminal(*ERASE, by="sam")
    assert (refused.code, "app" in refused.err) == (1, True)
    terminal.does("plan", "import", "app", terminal.folder / "plan.csv")
    work = terminal.work
    for go_on in (pass_first_gate, pass_second_gate, pass_last_gate):
        go_on(work)
    work.database.close()
    terminal.does("report", "closure", "app", "--out", terminal.folder / "out")
    assert "the name of erik is still there" in terminal.does(*ERASE, by="sam")
    said = terminal.does(*ERASE, by="cora")
    assert "Erased: the name of erik, in app." in said
    assert "Erik" not in terminal.does("project", "show", "app")
