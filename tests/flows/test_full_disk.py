"""A disk that is full under `phasegate up`: it says so once, keeps trying, goes on by itself, and loses nothing."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from flows import dispatch, runner
from flows.dispatch import Dispatcher
from flows.server import EmbeddedServer
from lifecycle.actions.workspace import Workspace
from lifecycle.cli.desk import Desk
from lifecycle.errors import NoSpaceLeft
from lifecycle.history.closing import ReportIssued
from lifecycle.records import database, place
from tests import builders
from tests.flows import carrying, processes
from tests.flows.carrying import assert_whole, table, wait_until
from tests.flows.test_up import Borrowed
from tests.workspaces import history

pytestmark = [
    pytest.mark.flows,
    pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits what another process may write"),
]

SHORT = 4096
"""Bytes up to which files may grow: enough for what the runner says, too few for one page of the log of records."""
FULL = "The work waits meanwhile. Nothing is lost, and it is tried again and again."
AGAIN = "The records can be written again; the work goes on."


@contextmanager
def no_room(pid: int) -> Iterator[None]:
    """A process cannot write to any file beyond its beginning, as on a full disk; until it ends, if it does."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (SHORT, before[1]))
    yield
    with suppress(ProcessLookupError):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_waited_out_and_everything_is_carried_on_afterwards(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    """R-76: the runner, then Prefect's server, finds no room; a project comes to its closure report all the same."""
    work = carrying.workspace(tmp_path)
    (tmp_path / "clock").write_text(builders.START.isoformat())
    carrying.give_migrated_database(tmp_path, server)
    with processes.running(tmp_path, "up", "--port", "0", "--prefect-port", "0") as up:
        wait_until(lambda: "Ready" in said(tmp_path) or up.poll() is not None, "readiness")
        carrying.start(work, tmp_path, "app")
        wait_until(lambda: recorded(work, "app:planning:1"), "the first phase")
        with no_room(up.pid):
            wait_until(lambda: FULL in said(tmp_path) or up.poll() is not None, "word of the full disk")
            carrying.submit(work, "G1")
            carrying.decide(work, "G1")
            assert up.poll() is None
            assert not recorded(work, "app:execution:1:document:work-log")
        wait_until(lambda: recorded(work, "app:execution:1:document:work-log"), "the next phase")
        assert (said(tmp_path).count(FULL), said(tmp_path).count(AGAIN)) == (1, 1)

        below = processes.server_of(up)
        assert below is not None
        with no_room(below):
            carrying.submit(work, "G2")
            carrying.decide(work, "G2")
            begun = "app:closing:1:document:lessons"
            wait_until(lambda: "could not be carried on" in said(tmp_path) or recorded(work, begun), "a try")
        wait_until(lambda: recorded(work, begun), "the closing phase")
        carrying.submit(work, "G3")
        carrying.decide(work, "G3")
        wait_until(lambda: history(work).last(ReportIssued, report="closure") is not None, "the closure report")
        wait_until(lambda: all(row.delivered for row in table(work, "outbox")), "delivery")
        assert_whole(work)

        with no_room(up.pid):
            up.send_signal(signal.SIGINT)
            assert up.wait(60) == 0
    work.database.close()


def test_what_is_in_the_way_is_said_once_and_tried_again_after_a_pause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-76: nothing is begun while there is less room than is kept in reserve."""
    work, heard = carrying.workspace(tmp_path), list[str]()
    dispatcher = Dispatcher(work, "test", heard.append)
    assert dispatcher.ready()
    with monkeypatch.context() as full:
        full.setattr(place, "free_bytes", lambda _: place.RESERVE - 1)
        assert not dispatcher.ready()
        assert not dispatcher.ready()
        full.setattr(dispatch, "STORE_AGAIN_AFTER", 0.0)
        dispatcher._store_again_at = 0.0
        assert not dispatcher.ready()
        dispatcher.release()
    assert dispatcher.ready()
    assert [FULL in heard[0], *heard[1:]] == [True, AGAIN]
    dispatcher.release()
    work.database.close()


def test_records_that_somebody_else_keeps_busy_are_waited_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """R-76: somebody who writes for longer than a writer's patience ends no runner."""
    monkeypatch.setattr(database, "PATIENCE", 0)
    work, heard = carrying.workspace(tmp_path), list[str]()
    dispatcher, somebody = Dispatcher(work, "test", heard.append), carrying.reopened(tmp_path)
    with somebody.database.begin(database.WRITING):
        assert not dispatcher.ready()
        dispatcher.release()
    dispatcher._store_again_at = 0.0
    assert dispatcher.ready()
    assert [FULL in heard[0], *heard[1:]] == [True, AGAIN]
    dispatcher.release()
    somebody.database.close()
    work.database.close()


def test_a_worker_that_finds_no_room_says_so_and_another_one_goes_on(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-76: it does not wait, since nobody would see it; what it could not mark as done is done again, once."""
    monkeypatch.setattr(runner, "EmbeddedServer", lambda _: Borrowed(server))
    work = carrying.workspace(tmp_path)
    desk = Desk(None, tmp_path / "data", tmp_path, json=False)
    carrying.start(work, tmp_path, "app")
    with monkeypatch.context() as full:
        full.setattr(place, "free_bytes", lambda _: 0 if recorded(work, "app:planning:1") else 10 * place.RESERVE)
        with pytest.raises(NoSpaceLeft):
            runner.carry_on_once(desk)
    carrying.let_lease_run_out(work)
    runner.carry_on_once(desk)
    desk.leave()
    assert_whole(work)
    work.database.close()


def said(folder: Path) -> str:
    return (folder / "err").read_text()


def recorded(work: Workspace, record: str) -> bool:
    return any(row.id == record for row in table(work, "record"))
