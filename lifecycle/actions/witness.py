"""A witness: somebody else, best on another machine, who remembers how far the journal had come.

The witness keeps size and head in a file of its own and goes on from there each time. A journal that is
shorter than it was, or another one up to there, is refused, and the file stays as it was.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from lifecycle.actions.audit import Audit
from lifecycle.actions.export import Exported, Unreadable
from lifecycle.actions.workspace import Workspace
from lifecycle.records.files import write_whole
from lifecycle.records.journal import Broken, Fault, Line, genesis, walked
from lifecycle.records.ledger import Ledger
from lifecycle.value import Value


class State(Value):
    """What a witness remembers."""

    instance: str
    size: int
    head: str


class Source(Protocol):
    """A journal that can be read from any entry on."""

    @property
    def instance(self) -> str:
        """The installation's id."""
        ...

    def hash_at(self, size: int) -> str | None:
        """The hash of the last of so many entries."""
        ...

    def lines(self, after: int = 0) -> Iterator[Line]:
        """The entries that follow."""
        ...


def witness(work: Workspace, state: Path, exported: Path | None = None) -> Audit:
    """Hold the journal, or an export of it, against what was seen last; remember the new head when it goes on."""
    if exported is not None:
        return _seen(Exported.read(exported), state)
    with work.look() as store:
        return _seen(Ledger(store), state)


def _seen(source: Source, file: Path) -> Audit:
    before = _remembered(file) or State(instance=source.instance, size=0, head=genesis(source.instance))
    if source.instance != before.instance or source.hash_at(before.size) != before.head:
        said = f"of the {before.size} entries that were seen before, some are gone or others now"
        fault = Fault(seq=0, message=said)
        return Audit(entries=before.size, head=before.head, verdict="truncated", fault=fault, vouched=before.size)
    size, head = before.size, before.head
    try:
        for entry in walked(source.lines(size), head, size):
            size, head = size + 1, str(entry["hash"])
    except Broken as broken:
        return Audit(entries=size, head=head, verdict="tampered", fault=broken.fault, vouched=before.size)
    write_whole(file, State(instance=source.instance, size=size, head=head).model_dump_json().encode() + b"\n")
    return Audit(entries=size, head=head, vouched=size)


def _remembered(file: Path) -> State | None:
    """What was seen last; None the first time. Unreadable for a file that is no memory of a witness."""
    try:
        return State.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise Unreadable(f"{file} is not what a witness remembers. Name the file that it wrote.") from error
