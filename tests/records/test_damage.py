"""What becomes of records that are damaged, out of reach, or on a full disk: a sentence, and nothing written."""

import os
import resource
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from lifecycle.errors import (
    Conflict,
    LifecycleError,
    NoSpaceLeft,
    RecordsDamaged,
    RecordsUnreachable,
    StorageError,
)
from lifecycle.records import place
from lifecycle.records.damage import place_of, told
from lifecycle.records.database import Database
from tests import postgres
from tests.builders import START, lesson, started
from tests.records.layouts import laid_open


def written(folder: Path) -> Path:
    """A database with a project in it; its file."""
    database = Database.at(folder)
    with database.writing("sam", START) as store:
        store.append(*started().records)
    database.close()
    return folder / "phasegate.db"


def look(folder: Path) -> None:
    database = Database.at(folder)
    with database.reading(START) as store:
        store.history("app")
    database.close()


def emptied(file: Path) -> None:
    (file.parent / "evidence").mkdir()
    file.write_bytes(b"")


def gone(file: Path) -> None:
    (file.parent / "evidence").mkdir()
    file.unlink()


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [
        (lambda file: file.write_text("A letter. " * 900), RecordsDamaged, "not a database"),
        (lambda file: os.truncate(file, file.stat().st_size // 2), RecordsDamaged, "malformed"),
        (lambda file: file.write_bytes(file.read_bytes()[:4096] + bytes(8192)), RecordsDamaged, "malformed"),
        (lambda file: (file.unlink(), file.mkdir()), RecordsUnreachable, "unable to open"),
        (emptied, RecordsDamaged, "gone or empty"),
        (gone, RecordsDamaged, "gone or empty"),
    ],
    ids=["a letter", "cut off", "zero pages", "a folder", "empty", "gone"],
)
def test_a_spoilt_database_is_refused_and_left_as_it_is(
    spoil: Callable[[Path], object], error: type[LifecycleError], message: str, tmp_path: Path
) -> None:
    """R-77: a clear error, and no write."""
    file = written(tmp_path)
    spoil(file)
    before = file.read_bytes() if file.is_file() else None
    for _ in range(2):
        with pytest.raises(error, match=message):
            look(tmp_path)
        with pytest.raises(error, match=message):
            written(tmp_path)
    assert (file.read_bytes() if file.is_file() else None) == before


@pytest.mark.parametrize("instead", [None, "another"])
def test_nothing_is_written_into_a_file_that_was_moved_away(tmp_path: Path, instead: str | None) -> None:
    """R-75: a server that has the file open does not go on in it, and finds what lies there now."""
    file, database, heir = written(tmp_path), Database.at(tmp_path), written(tmp_path / "heir")
    with database.writing("sam", START) as store:
        store.append(lesson(started()).records[-1])
    with database.reading(START) as before, database.reading(START):
        for ending in ("", "-wal", "-shm"):
            file.with_name(file.name + ending).rename(tmp_path / f"moved{ending}")
        if instead:
            heir.rename(file)
        refused = pytest.raises(RecordsUnreachable, match=r"moved, deleted or replaced.*Nothing was written")
        with refused, database.writing("cora", START):
            pass
        before.projects()
    with database.writing("cora", START) as store:
        assert store.projects() == (("app",) if instead else ())
    database.close()
    moved = Database(f"sqlite:///{tmp_path / 'moved'}")
    with moved.reading(START) as store:
        assert [entry.actor for entry in store.entries()] == ["sam"] * 2
    moved.close()


def test_a_folder_that_is_away_is_out_of_reach(tmp_path: Path) -> None:
    database = Database.at(tmp_path / "data")
    with database.writing("sam", START) as store:
        store.append(*started().records)
    (tmp_path / "data").rename(tmp_path / "away")
    with pytest.raises(RecordsUnreachable, match=r"cannot be reached.*Nothing was written"):
        database.require_room()
    database.close()


def test_a_full_disk_is_noticed_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """R-76: decisions are refused while there is still room, are read meanwhile, and go on by themselves."""
    written(tmp_path)
    database = Database.at(tmp_path)
    for _ in range(2):
        with monkeypatch.context() as full:
            full.setattr(place, "free_bytes", lambda _: place.RESERVE - 1)
            with pytest.raises(NoSpaceLeft, match="Only 31 MB are free"), database.writing("sam", START):
                raise AssertionError
            with database.reading(START) as store:
                store.history("app")
        with database.writing("sam", START) as store:
            store.note("looked", "app", subject="app", note="x")
    database.close()


def test_a_disk_that_is_full_all_the_same_keeps_nothing_half(tmp_path: Path) -> None:
    """R-76: the write that finds no room is undone, and the next one goes on when there is some."""
    written(tmp_path)
    database = Database.at(tmp_path)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    wal = (tmp_path / "phasegate.db").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (wal, before[1]))
    try:
        with pytest.raises(StorageError), database.writing("sam", START) as store:
            for number in range(2000):
                store.note("looked", "app", subject=f"app:{number}", note="x" * 200)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    with database.writing("sam", START) as store:
        assert store.head()[0] == 1
        store.note("looked", "app", subject="app", note="x")
    database.close()


def test_a_file_system_of_the_network_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    shared = tmp_path / "team share"
    mounts.write_text(
        "21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
        f"22 21 0:40 / {str(shared).replace(' ', chr(92) + '040')} rw shared:7 master:2 - nfs4 server:/share rw\n"
        "23 21 0:41 / /elsewhere rw - tmpfs tmpfs rw\n"
    )
    monkeypatch.setattr(place, "MOUNTS", mounts)
    assert place.file_system(tmp_path) == "ext4"
    with pytest.raises(RecordsUnreachable, match=r"file system of the network \(nfs4\)"):
        look_for_room(shared)
    written(tmp_path / "here")
    mounts.unlink()
    assert place.file_system(shared) == ""


def look_for_room(folder: Path) -> None:
    with Database.at(folder).writing("sam", START):
        raise AssertionError


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (sqlite3.SQLITE_CORRUPT, RecordsDamaged),
        (sqlite3.SQLITE_CORRUPT_INDEX, RecordsDamaged),
        (sqlite3.SQLITE_NOTADB, RecordsDamaged),
        (sqlite3.SQLITE_FULL, NoSpaceLeft),
        (sqlite3.SQLITE_READONLY, RecordsUnreachable),
        (sqlite3.SQLITE_READONLY_DIRECTORY, RecordsUnreachable),
        (sqlite3.SQLITE_IOERR_FSYNC, RecordsUnreachable),
        (sqlite3.SQLITE_BUSY, Conflict),
        (sqlite3.SQLITE_ERROR, OperationalError),
    ],
)
def test_what_sqlite_says_has_its_meaning(code: int, error: type[Exception]) -> None:
    said = sqlite3.OperationalError("no")
    said.sqlite_errorcode = code
    with pytest.raises(error), told("sqlite:///x.db"):
        raise OperationalError("SELECT 1", {}, said)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("XX001", RecordsDamaged),
        ("53100", NoSpaceLeft),
        ("53300", RecordsUnreachable),
        ("57P03", RecordsUnreachable),
        ("25006", RecordsUnreachable),
        ("40P01", Conflict),
        ("42P01", OperationalError),
    ],
)
def test_what_postgresql_says_has_its_meaning(state: str, error: type[Exception]) -> None:
    said = Exception("no")
    said.sqlstate = state  # type: ignore[attr-defined]
    with pytest.raises(error), told("postgresql://me:secret@host/x"):
        raise OperationalError("SELECT 1", {}, said)


def test_letters_that_are_none_are_damage() -> None:
    with pytest.raises(RecordsDamaged), told("sqlite:///x.db"):
        raise OperationalError("SELECT 1", {}, sqlite3.OperationalError("Could not decode to UTF-8 column 'body'"))


def test_an_address_is_named_without_its_password() -> None:
    assert place_of("postgresql+psycopg://me:secret@host/x") == "postgresql+psycopg://me:***@host/x"
    assert place_of("sqlite:////data/x.db") == "/data/x.db"


@pytest.mark.postgres
@postgres.HERE
def test_a_server_that_does_not_answer_is_named() -> None:
    database = Database(f"postgresql+psycopg://me:secret@127.0.0.1:{postgres._free_port()}/x")
    with pytest.raises(RecordsUnreachable, match=r"me:\*\*\*@127\.0\.0\.1.* cannot be reached"):
        _ = database.engine


def test_a_driver_that_is_not_installed_is_named() -> None:
    with pytest.raises(RecordsUnreachable, match=r"The driver .* pip install 'phasegate\[postgres\]'"):
        _ = Database("postgresql+pg8000://me@host/x").engine


def test_a_record_that_cannot_be_read_is_damage(tmp_path: Path) -> None:
    file = written(tmp_path)
    with sqlite3.connect(file) as database:
        database.execute("DROP TRIGGER record_update_refused")
        laid_open(database)
        database.execute("UPDATE record SET body = '{' || body")
    database.close()
    (tmp_path / "unknown").mkdir()
    file.rename(tmp_path / "unknown" / file.name)  # where nobody remembers what was read
    with pytest.raises(RecordsDamaged, match="the record 'app' cannot be read"):
        look(tmp_path / "unknown")
