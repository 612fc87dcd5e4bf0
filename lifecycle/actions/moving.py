"""The records written out, to compare two databases; and copied from one database into another."""

import hashlib
import tempfile
from pathlib import Path

from sqlalchemy import inspect, make_url

from lifecycle.actions.workspace import Workspace
from lifecycle.errors import BadInput
from lifecycle.records import copies
from lifecycle.records.damage import place_of, require_address, told
from lifecycle.records.database import Database
from lifecycle.value import Value


class Moved(Value):
    """Where the records were copied to, how many rows, and the digest that both sides have.

    `address` is what to set PHASEGATE_DATABASE_URL to; None where that holds a password.
    """

    to: str
    address: str | None
    rows: int
    sha256: str


def written_out(work: Workspace) -> tuple[list[str], str]:
    """Every row in canonical form, and the SHA-256 of it all."""
    return _dump(work.database)


def move(work: Workspace, url: str) -> Moved:
    """Copy the records into an empty database; BadInput when it is not empty, or none at all."""
    require_address(url, "What was named")
    target = Database(url)
    if target.file is None or target.file.exists():
        with told(url), target.bare.connect() as connection:
            taken = inspect(connection).has_table("instance")
        if taken:
            raise BadInput(
                f"There are records in {place_of(url)} already, and they stay as they are. Name an empty one."
            )
    before = _dump(work.database)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "records.db"
        copies.copy(work.database, file)
        with copies.opened(file) as copied:
            copies.put(copied, target)
    lines, sha256 = _dump(target)
    target.close()
    if sha256 != before[1]:
        raise BadInput("Somebody wrote while the records were copied. Stop all work, empty the copy, and copy again.")
    address = None if make_url(url).password else url
    return Moved(to=place_of(url), address=address, rows=len(lines), sha256=sha256)


def _dump(database: Database) -> tuple[list[str], str]:
    lines = [line.decode() for line in copies.lines(database)]
    return lines, hashlib.sha256("\n".join(lines).encode()).hexdigest()
