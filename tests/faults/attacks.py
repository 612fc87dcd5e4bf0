"""What somebody with the database or an export in hand can do to the past, and what must be told of it.

The attacker takes all triggers away and may compute hashes; what they have not got is the folder with the
checkpoints and the key that signs them.
"""

import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lifecycle.actions.workspace import Workspace
from lifecycle.records import verify_export
from lifecycle.records.journal import genesis, hash_of
from lifecycle.records.tables import APPEND_ONLY
from lifecycle.value import digest
from tests.records.layouts import laid_open

Row = dict[str, Any]


@dataclass
class Past:
    """The journal and the records as the attacker holds them, and where genuine checkpoints lie."""

    instance: str
    entries: list[Row]
    records: list[Row]
    vouched: list[int]

    def sealed_from(self, number: int) -> None:
        """Compute numbers, links and hashes anew from an entry on."""
        for place in range(number - 1, len(self.entries)):
            entry = self.entries[place]
            entry["previous"] = self.entries[place - 1]["hash"] if place else genesis(self.instance)
            entry["hash"] = hash_of({name: value for name, value in entry.items() if name != "hash"}, entry["previous"])

    def cut(self, number: int) -> None:
        """Leave nothing after so many entries."""
        del self.entries[number:]
        self.records = [record for record in self.records if record["seq"] <= number]

    def falsify(self, number: int) -> None:
        """Put something else into an entry, and into its record where it has one."""
        entry = self.entries[number - 1]
        entry["actor"] = f"{entry['actor']}-not"
        for record in self.records:
            if record["seq"] == number:
                record["body"] = record["body"].replace('"by":"', '"by":"not-')
                entry["digest"] = digest(record["body"].encode())

    def middle(self, dice: random.Random) -> int:
        """An entry that is not the last."""
        return dice.randint(1, len(self.entries) - 2)


Attack = Callable[[Past, random.Random], tuple[int, int]]
"""Changes the past; the exit code and the first bad entry that must be told."""


def edit(past: Past, dice: random.Random) -> tuple[int, int]:
    number = past.middle(dice)
    field = dice.choice(["at", "actor", "login", "action", "project", "object", "digest", "note", "on_behalf_of"])
    past.entries[number - 1][field] = f"{past.entries[number - 1][field] or ''}0"
    return 3, number


def edit_and_seal(past: Past, dice: random.Random) -> tuple[int, int]:
    number = past.middle(dice)
    past.falsify(number)
    after = [dict(entry) for entry in past.entries[number:]]
    past.sealed_from(number)
    past.entries[number:] = after
    return 3, number + 1


def change_a_record(past: Past, dice: random.Random) -> tuple[int, int]:
    record = dice.choice(past.records)
    record["body"] = record["body"].replace('"by":"', '"by":"not-')
    return 3, int(record["seq"])


def delete(past: Past, dice: random.Random) -> tuple[int, int]:
    number = past.middle(dice)
    del past.entries[number - 1]
    past.records = [record for record in past.records if record["seq"] != number]
    return 3, number


def swap(past: Past, dice: random.Random) -> tuple[int, int]:
    number = past.middle(dice)
    one, other = past.entries[number - 1], past.entries[number]
    one["seq"], other["seq"] = other["seq"], one["seq"]
    past.entries[number - 1 : number + 1] = [other, one]
    return 3, number


def insert(past: Past, dice: random.Random) -> tuple[int, int]:
    number = past.middle(dice)
    past.entries.insert(number, past.entries[number - 1] | {"action": "never happened", "digest": None})
    for place, entry in enumerate(past.entries, start=1):
        entry["seq"] = place
    for record in past.records:
        record["seq"] += record["seq"] > number
    return 3, number + 1


def cut_fifty(past: Past, dice: random.Random) -> tuple[int, int]:
    left = len(past.entries) - 50
    past.cut(left)
    return 4, left + 1


def cut_many(past: Past, dice: random.Random) -> tuple[int, int]:
    left = len(past.entries) - dice.randint(100, 150)
    past.cut(left)
    return 4, left + 1


def rewrite(past: Past, dice: random.Random) -> tuple[int, int]:
    number = past.middle(dice)
    past.falsify(number)
    past.sealed_from(number)
    return 4, max((vouched for vouched in past.vouched if vouched < number), default=0) + 1


def rewrite_the_end(past: Past, dice: random.Random) -> tuple[int, int]:
    first = len(past.entries) - 29
    for number in range(first, len(past.entries) + 1):
        past.falsify(number)
    past.sealed_from(first)
    return 4, max(vouched for vouched in past.vouched if vouched < first) + 1


def empty(past: Past, dice: random.Random) -> tuple[int, int]:
    past.cut(0)
    return 4, 1


ATTACKS = (
    edit,
    edit_and_seal,
    change_a_record,
    delete,
    swap,
    insert,
    cut_fifty,
    cut_many,
    rewrite,
    rewrite_the_end,
    empty,
)


def opened(data: Path) -> sqlite3.Connection:
    """The bare database, its triggers taken away, and its bodies in plain text."""
    connection = sqlite3.connect(data / "phasegate.db", isolation_level=None)
    connection.row_factory = sqlite3.Row
    for table in APPEND_ONLY:
        for event in ("UPDATE", "DELETE"):
            connection.execute(f"DROP TRIGGER IF EXISTS {table}_{event}_refused")
    laid_open(connection)
    return connection


def past_of(work: Workspace, connection: sqlite3.Connection) -> Past:
    def rows(table: str) -> list[Row]:
        return [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY seq")]

    noted = [int(line) for line in work.checkpoints.text().splitlines() if line.isdigit()]
    return Past(work.database.instance, rows("journal"), rows("record"), noted)


def put_back(past: Past, connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN")
    for table, rows in (("journal", past.entries), ("record", past.records)):
        connection.execute(f"DELETE FROM {table}")
        for row in rows:
            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", list(row.values()))
    connection.execute("COMMIT")


def script(folder: Path) -> int:
    """The exit code of the stand-alone script, run in this process."""
    try:
        verify_export.verify(folder)
    except SystemExit as stopped:
        return int(str(stopped.code))
    except (OSError, *verify_export.UNFIT):
        return 6
    return 0
