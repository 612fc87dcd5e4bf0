"""The root of the command line, and what errors become: a sentence and an exit code, never a traceback."""

import os
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

import typer
from typer.exceptions import TyperException

from lifecycle.actions.sentences import explained
from lifecycle.cli import (
    audit,
    control,
    database,
    exceptions,
    gates,
    migrations,
    people,
    programs,
    projects,
    record,
    registers,
    reports,
    setup,
    steps,
    tokens,
    tolerances,
    words,
)
from lifecycle.cli.command import document
from lifecycle.cli.refusals import INTERRUPTED, MISUSED, exit_code
from lifecycle.errors import LifecycleError

app = typer.Typer(
    name="phasegate",
    help="Projects through their gates: standard processes, decisions by the right people, reports from the record.",
    epilog="Exit codes: 0 done, 1 refused by a rule, 2 wrong usage or unreadable input, 3 a check failed, "
    "4 not found, 5 somebody else was first, 6 the records are damaged, out of reach, or of another version.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
GROUPS = (
    migrations.app,
    projects.app,
    gates.app,
    *people.apps,
    *control.apps,
    exceptions.app,
    tolerances.app,
    *registers.apps,
    programs.app,
    reports.app,
    steps.app,
    audit.app,
    tokens.app,
    database.database,
)
for nouns in GROUPS:
    app.add_typer(nouns)
setup.add_to(app)
record.add_to(app)


def run(arguments: Sequence[str], root: typer.Typer = app) -> int:
    """Run one command line (without the program's name) and return its exit code."""
    as_json = "--json" in arguments
    try:
        built = _built(root, len(root.registered_commands))
        code = built.main(args=list(arguments), prog_name="phasegate", standalone_mode=False)
        return _left(code if isinstance(code, int) else 0)
    except typer.Abort:
        return _left(INTERRUPTED)
    except TyperException as wrong:
        return _misused(wrong, as_json)
    except Exception as error:
        if os.environ.get("PHASEGATE_DEBUG") and not isinstance(error, LifecycleError):
            raise
        return _refused(explained(error), as_json)


@cache
def _built(root: typer.Typer, _commands: int) -> Any:
    """The commands as they are parsed: built once, and again when the root has got more of them."""
    return typer.main.get_command(root)


def _left(code: int) -> int:
    """The code of a command that ended without an error; one that was interrupted says so."""
    if code == INTERRUPTED:
        print("Stopped.", file=sys.stderr)
    return code


def _misused(wrong: TyperException, as_json: bool) -> int:
    """Say what is wrong with the command line itself."""
    wrong.message = wrong.message.replace("Value error, ", "")
    if as_json:
        print(document({"error": {"code": "usage", "message": wrong.format_message()}}))
    wrong.show()  # type: ignore[attr-defined]
    return MISUSED


def _refused(error: LifecycleError, as_json: bool) -> int:
    """Say what is wrong: on standard error for people, as one document on standard output for programs too."""
    if as_json:
        problems = getattr(error, "problems", None)
        listed = {"problems": [problem._asdict() for problem in problems]} if problems else {}
        print(document({"error": {"code": error.code, "message": str(error), **listed}}))
    print(words.printable(str(error)), file=sys.stderr)
    return exit_code(error)
