"""A database that was being written to, and ways in which a disk spoils it."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from lifecycle.actions import audit
from lifecycle.actions.settling import settle
from lifecycle.actions.workspace import Workspace
from lifecycle.cli.refusals import exit_code
from lifecycle.errors import NotFound, StorageError
from lifecycle.history.work import PhaseOpened
from lifecycle.library import Library
from lifecycle.records.database import Database
from tests.builders import START, charter, day, finished, started
from tests.workspaces import Clock

PAGE = 4096
Spoil = Callable[[Path, random.Random], None]


def image(folder: Path, projects: int) -> Path:
    """A folder with a database and its log as they lie on the disk while somebody has them open."""
    database = Database.at(folder / "living")
    with sqlite3.connect(folder / "living" / "phasegate.db", isolation_level=None) as held:
        database.instance  # noqa: B018
        held.execute("BEGIN")
        held.execute("SELECT * FROM instance").fetchone()  # whoever looks keeps the log from being emptied
        with database.writing("sam", START) as store:
            store.append(*finished().records)
            settle(store, "app")
        for number in range(projects):
            with database.writing("sam", START) as store:
                store.append(*started(charter(f"app-{number}")).records)
                settle(store, f"app-{number}")
        shutil.copytree(folder / "living", folder / "image", ignore=shutil.ignore_patterns("*-shm"))
        held.execute("COMMIT")
    held.close()
    database.close()
    return folder / "image"


def settled(folder: Path) -> Path:
    """The same with everything in the database's own file."""
    shutil.copytree(folder, folder.with_name("settled"))
    with sqlite3.connect(folder.with_name("settled") / "phasegate.db") as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return folder.with_name("settled")


def _place(file: Path, dice: random.Random) -> int:
    return dice.randrange(file.stat().st_size)


def cut(file: Path, dice: random.Random) -> None:
    file.write_bytes(file.read_bytes()[: _place(file, dice)])


def flip(file: Path, dice: random.Random) -> None:
    content = bytearray(file.read_bytes())
    for _ in range(dice.choice([1, 1, 8, 64])):
        content[_place(file, dice)] ^= 1 << dice.randrange(8)
    file.write_bytes(content)


def empty_page(file: Path, dice: random.Random) -> None:
    content = bytearray(file.read_bytes())
    page = _place(file, dice) // PAGE * PAGE
    content[page : page + PAGE] = bytes(len(content[page : page + PAGE]))
    file.write_bytes(content)


def swapped_pages(file: Path, dice: random.Random) -> None:
    content = bytearray(file.read_bytes())
    one, other = (_place(file, dice) // PAGE * PAGE for _ in range(2))
    content[one : one + PAGE], content[other : other + PAGE] = content[other : other + PAGE], content[one : one + PAGE]
    file.write_bytes(content)


SPOILS: tuple[Spoil, ...] = (cut, flip, empty_page, swapped_pages)


def verdict(folder: Path, whole: list[str]) -> str:
    """What somebody who works with a spoilt database meets: `whole`, `shorter`, `refused`, `found` or `unknown`.

    The list of projects is an index over the records, and not audited: its damage shows as a project that is
    unknown. AssertionError when something is there that was never written.
    """
    work = Workspace.open(folder, Library.find(), Clock(day(1)))
    try:
        found = audit.verify(work)
        if found.fault is not None:
            return "found"
        with work.look() as store:
            bodies = [row.body for row in store.rows()]
            for project in store.projects():
                store.history(project)
            store.inbox()
        assert bodies == whole[: len(bodies)], "something is there that was never written"
        with work.database.writing("sam", day(1)) as store:
            if bodies:
                store.append(PhaseOpened(project="app", at=day(1), by="sam", phase="again", attempt=9))
        return "whole" if len(bodies) == len(whole) else "shorter"
    except StorageError as error:
        assert exit_code(error) == 6
        return "refused"
    except NotFound:
        return "unknown"
    finally:
        work.database.close()
