"""F13: a disk that spoils the records, or has no room left for them."""

import collections
import resource
import shutil
import sqlite3
from pathlib import Path

from lifecycle.actions import audit
from lifecycle.actions.settling import settle
from lifecycle.errors import StorageError
from lifecycle.records.bodies import unpacked
from lifecycle.records.database import Database
from tests.builders import START, charter, started
from tests.faults.damaged import SPOILS, image, settled, verdict
from tests.faults.profile import chance, size
from tests.workspaces import workspace


def bodies(folder: Path) -> list[str]:
    """Every record's body, oldest first."""
    with sqlite3.connect(folder / "phasegate.db") as database:
        rows = [unpacked(row[0]) for row in database.execute("SELECT body FROM record ORDER BY seq")]
    database.close()
    return rows


def test_spoilt_files_are_a_shorter_record_or_refused_or_found(tmp_path: Path) -> None:
    """F13, R-77: never half a state, never an error that is not ours, and nothing that was not written."""
    dice = chance("storage")
    living = image(tmp_path, 20)
    resting = settled(living)
    whole = bodies(resting)
    met: collections.Counter[tuple[str, str, str]] = collections.Counter()
    for number in range(size(30, 1500)):
        of_log, spoil = dice.random() < 0.5, dice.choice(SPOILS)
        folder = tmp_path / f"spoilt-{number}"
        shutil.copytree(living if of_log else resting, folder)
        spoil(folder / ("phasegate.db-wal" if of_log else "phasegate.db"), dice)
        met["log" if of_log else "database", spoil.__name__, verdict(folder, whole)] += 1
        shutil.rmtree(folder)
    print(dict(met))
    assert {"refused", "found"} & {what for *_, what in met}


def test_a_write_that_finds_no_room_is_undone(tmp_path: Path) -> None:
    """F13, R-76: the disk is full at the n-th byte; afterwards work goes on without repair."""
    dice = chance("no room")
    work = workspace(tmp_path)
    database, written, refused = work.database, 0, 0
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    for number in range(size(20, 200)):
        log = Path(f"{database.file}-wal")
        room = (log.stat().st_size if log.exists() else 0) + dice.randrange(60_000)
        resource.setrlimit(resource.RLIMIT_FSIZE, (max(room, 1), before[1]))
        try:
            _start(database, number)
            written += 1
        except StorageError:
            refused += 1
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        with work.look() as store:
            assert store.head()[0] == written
    print(f"written {written}, refused {refused}")
    assert refused
    _start(database, -1)
    assert audit.verify(work).fault is None
    database.close()


def _start(database: Database, number: int) -> None:
    with database.writing("sam", START) as store:
        store.append(*started(charter(f"app-{number}")).records)
        settle(store, f"app-{number}")
