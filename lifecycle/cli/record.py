"""Commands that look at the record as a whole: the inbox, the doctor."""

from typing import Annotated

import typer

from lifecycle.cli import advice, words
from lifecycle.cli.command import Answer, command
from lifecycle.cli.desk import Desk
from lifecycle.cli.refusals import CHECK_FAILED


def add_to(app: typer.Typer) -> None:
    """Add the commands to the root."""
    command(app, "inbox", "phasegate inbox --as ingrid.solberg")(inbox)
    command(app, "doctor", "phasegate doctor")(doctor)


def inbox(
    desk: Desk, everybody: Annotated[bool, typer.Option("--all", help="What waits for everybody.")] = False
) -> Answer:
    """Show what waits for you, oldest due date first."""
    from lifecycle.actions.views import inbox as look

    person = None if everybody else desk.person
    items = look(desk.work, person)
    if not items:
        return Answer(items, f"Nothing waits for {'anybody' if person is None else words.line(person)}.")
    heads = ("person", "project", "to do", "due") if everybody else ("project", "to do", "due")
    rows = [(item.person, item.project, item.text, words.day(item.due)) for item in items]
    table = words.table(heads, rows if everybody else (row[1:] for row in rows))
    return Answer(items, table).then(advice.command_for(items[0].project, items[0]))


def doctor(desk: Desk) -> Answer:
    """Check this installation. Looks at Python, libraries, processes, templates and records."""
    from lifecycle.cli.health import checks

    found = [*checks(desk)]
    rows = (("ok" if check.ok else "WRONG", check.name, check.detail) for check in found)
    wrong = [check.name for check in found if not check.ok]
    value = {"ok": not wrong, "checks": [check._asdict() for check in found]}
    table = words.table(("", "check", "what was found"), rows)
    return Answer(value, table, CHECK_FAILED if wrong else 0, f"Wrong: {words.joined(wrong)}." if wrong else "")
