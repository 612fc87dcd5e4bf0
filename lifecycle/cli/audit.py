"""Commands for those who doubt the record: verify it, export it, witness it, change the key that signs."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lifecycle.actions.sentences import explained
from lifecycle.cli import words
from lifecycle.cli.command import Answer, command, group
from lifecycle.cli.desk import Desk

if TYPE_CHECKING:
    from lifecycle.actions.audit import Audit

app = group("audit", "Audit: is the record whole, and unchanged?")

CODES = {"whole": 0, "tampered": 3, "truncated": 4, "forged": 5}
"""Exit codes of `audit verify` and `audit witness`."""
UNREADABLE = 6

Exported = Annotated[
    Path | None, typer.Argument(metavar="[EXPORT]", help="An export instead of the records.", show_default=False)
]
State = Annotated[Path, typer.Option("--state", metavar="FILE", help="Where the witness remembers what was seen.")]
Keys = Annotated[
    list[str] | None,
    typer.Option("--key", metavar="KEY", help="A public key that you trust, in place of those kept there. Repeat it."),
]
Folder = Annotated[Path, typer.Option("--out", metavar="DIR", help="A new folder for the files.")]


@command(app, "verify", "phasegate audit verify")
def verify(desk: Desk, exported: Exported = None, keys: Keys = None) -> Answer:
    """Verify the record, or an export of it.

    Exit codes: 0 whole, 3 tampered, 4 shorter or another one than a checkpoint vouches for, 5 a checkpoint is
    forged or another installation's, or none is there for a key that you trust, 6 cannot be read. The first bad entry
    is named.
    """
    from lifecycle.actions import audit, export

    own = keys or ()
    return _answered(lambda: export.verify(exported, own) if exported else audit.verify(desk.work, own))


@command(app, "witness", "phasegate audit witness --state witness.json")
def witness(desk: Desk, state: State, exported: Exported = None) -> Answer:
    """Remember the journal's head, and refuse another past.

    For another user, or another machine with an export. Exit codes as for audit verify: 4 when entries that were
    seen before are gone or others now; the state then stays as it was.
    """
    from lifecycle.actions.witness import witness as see

    found = _answered(lambda: see(desk.work, state, exported))
    return found._replace(text=found.text.partition("\n")[0])


@command(app, "export", "phasegate audit export --out audit-2026")
def export(desk: Desk, out: Folder) -> Answer:
    """Write the record for an auditor. With it goes a script that verifies it without Phasegate."""
    from lifecycle.actions.export import SCRIPT
    from lifecycle.actions.export import export as write

    manifest = write(desk.work, out)
    text = f"Written to {out}: {manifest.entries} journal entries, the last with the hash {manifest.head}."
    return Answer(manifest, f"{text}\nVerify it anywhere: python -I {out / SCRIPT} {out}")


@command(app, "new-key", "phasegate audit new-key --as ingrid.solberg")
def new_key(desk: Desk) -> Answer:
    """Put a new key for checkpoints in use, and record it."""
    from lifecycle.actions.vouching import change_key

    public = change_key(desk.work, desk.person)
    return Answer({"public_key": public}, f"The public key is now {public}\nHand it to your auditors.")


def _answered(look: Callable[[], "Audit"]) -> Answer:
    """What was found, with the exit code that says so."""
    from sqlalchemy.exc import SQLAlchemyError

    from lifecycle.actions.export import Unreadable

    try:
        found = look()
    except (SQLAlchemyError, OSError, Unreadable) as error:
        said = str(explained(error))
        return Answer({"verdict": "unreadable", "message": said}, "", UNREADABLE, said)
    if found.fault:
        return Answer(found, "", CODES[found.verdict], f"The record is not whole: {found.fault.message}.")
    text = f"The record is whole: {found.entries} journal entries, the last with the hash {found.head}."
    return Answer(found, words.paragraphs(text, _vouched(found), _unseen(found), _unguarded(found)))


def _vouched(found: "Audit") -> str:
    newer = found.entries - found.vouched
    if not found.vouched:
        return "No checkpoint vouches for it yet: who controls the database could have rewritten it."
    return f"Checkpoints vouch for {found.vouched} of them" + (f"; {newer} are newer." if newer else ".")


def _unseen(found: "Audit") -> str:
    """What was not looked at, because it is kept elsewhere."""
    if not found.unseen:
        return ""
    return f"Not looked at, for the data folder here holds none of it: {' and '.join(found.unseen)}."


def _unguarded(found: "Audit") -> str:
    """The tables that anybody can change without being stopped."""
    if not found.unguarded:
        return ""
    return f"Triggers that keep {' and '.join(found.unguarded)} append-only are gone. Put them up: phasegate db upgrade"
