"""`phasegate up` in one terminal, people at others: decisions are carried on at once, and Ctrl-C ends it."""

import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

import pytest

from flows import runner
from flows.server import EmbeddedServer, Say
from lifecycle.actions import identity
from lifecycle.actions.workspace import Workspace
from lifecycle.cli.desk import Desk
from lifecycle.records.ledger import Ledger
from tests import builders, workspaces
from tests.flows import carrying, processes
from tests.flows.carrying import assert_whole, gone, table, wait_until
from tests.web.client import ROOT, ask
from tests.workspaces import history

pytestmark = [
    pytest.mark.flows,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found in /proc"),
]


class Borrowed(nullcontext[None]):
    """A server that runs already, and goes on afterwards."""

    def __init__(self, server: EmbeddedServer) -> None:
        super().__init__()
        self.api_url, self.alive = server.api_url, server.alive

    def start(self, _say: Say | None = None) -> None:
        """It runs."""


class Office(NamedTuple):
    """A data folder with `phasegate up` on it."""

    work: Workspace
    folder: Path
    up: subprocess.Popen[bytes]

    def said(self) -> str:
        return (self.folder / "err").read_text()

    def does(self, *words: str) -> str:
        """Run a command in a process of its own."""
        done = processes.run(self.folder, *words)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def office(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    work = carrying.workspace(folder)
    (folder / "clock").write_text(builders.START.isoformat())
    carrying.give_migrated_database(folder, server)
    with processes.running(folder, "up", "--port", "0", "--prefect-port", "0") as up:
        found = Office(work, folder, up)
        wait_until(lambda: "Ready" in found.said() or up.poll() is not None, "readiness")
        yield found
    work.database.close()


def test_a_decision_is_carried_on_at_once(office: Office) -> None:
    """Start, submission and votes each in a process of their own, as different persons."""
    charter = workspaces.charter_file(office.folder, builders.charter(plan="plan.csv"))
    office.does("project", "start", str(charter), "--as", "sam")
    wait_until(lambda: recorded(office, "app:planning:1"), "the first phase")
    (office.folder / "plan.md").write_text("The plan.")
    office.does("project", "submit-deliverable", "app", "plan", "plan.md", "--as", "erik")
    office.does("gate", "submit", "app", "--as", "paula")
    office.does("gate", "decide", "app", "G1", "--vote", "approve", "--reason", "I read it.", "--as", "cora")
    assert not recorded(office, "app:execution:1")

    vote = ("gate", "decide", "app", "G1", "--vote", "approve", "--reason", "I read it.", "--as", "sam")
    with processes.running(office.folder, *vote) as sam:
        wait_until(lambda: recorded(office, "app:G1:1:outcome"), "the decision")
        decided = time.monotonic()
        wait_until(lambda: recorded(office, "app:execution:1"), "the next phase")
        print(f"from the decision to the next phase: {time.monotonic() - decided:.2f} s")
        assert sam.wait(60) == 0
    wait_until(lambda: all(row.delivered for row in table(office.work, "outbox")), "delivery")
    wait_until(lambda: vouched(office) >= number_of(office, "app:G1:1:outcome"), "a checkpoint of the outcome")
    assert_whole(office.work)


def vouched(office: Office) -> int:
    """How many entries the newest checkpoint vouches for."""
    last = office.work.checkpoints.last()
    return last.size if last else 0


def number_of(office: Office, record: str) -> int:
    """The number of the journal entry of a record."""
    with office.work.look() as store:
        return Ledger(store).number_of(record)


def test_a_second_runner_waits_and_does_not_disturb(office: Office) -> None:
    """R-78: two on one database are safe; the lease lets one work."""
    with processes.running(office.folder, "up", "--port", "0", "--prefect-port", "0") as second:
        wait_until(lambda: "Another runner has these projects in hand" in office.said(), "the second runner's word")
        assert processes.server_of(second) is None
        carrying.start(office.work, office.folder, "site")
        wait_until(lambda: recorded(office, "site:planning:1"), "the first phase")
        second.send_signal(signal.SIGINT)
        assert second.wait(60) == 0
    assert office.up.poll() is None
    once = processes.run(office.folder, "worker")
    assert (once.returncode, "Another runner" in once.stdout) == (0, True)


def test_it_answers_other_programs(office: Office) -> None:
    """The API is up with the rest, and a token is asked for."""
    [port] = set(re.findall(r"The API is at http://127\.0\.0\.1:(\d+)/api/v1\.", office.said().partition("Ready")[0]))
    assert ask(int(port), "GET", f"{ROOT}/projects").status == 401
    token = identity.create_token(office.work, "sam", by="root", label="test")[1]
    assert ask(int(port), "GET", f"{ROOT}/projects", Authorization=f"Bearer {token}").status == 200


def test_a_port_that_is_taken_is_said_so_before_anything_starts(office: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = processes.run(office.folder, "up", "--port", str(taken.getsockname()[1]), "--prefect-port", "0")
    assert (said.returncode, "Choose another one with --port." in said.stderr) == (2, True)
    assert "Another runner" not in said.stderr


def test_ctrl_c_ends_it_and_its_server(office: Office) -> None:
    below = processes.server_of(office.up)
    assert below is not None
    office.up.send_signal(signal.SIGINT)
    assert office.up.wait(60) == 0
    assert gone(below)
    assert "Stopped. Every project waits where it was." in (office.folder / "out").read_text()


def test_a_worker_carries_on_what_came_meanwhile_and_leaves(
    office: Office, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-12: what was decided without Prefect waits in order.

    On the session's server, which spares us the start of another one.
    """
    monkeypatch.setattr(runner, "EmbeddedServer", lambda _: Borrowed(server))
    monkeypatch.setenv("PHASEGATE_CLOCK_FILE", str(office.folder / "clock"))
    desk = Desk(None, office.folder / "data", office.folder, json=False)
    carrying.submit(office.work, "G1", "site")
    carrying.decide(office.work, "G1", "site")
    assert runner.carry_on_once(desk).value == {"carried_on": 1}
    assert runner.carry_on_once(desk).value == {"carried_on": 0}
    desk.leave()
    assert history(office.work, "site").has("site:execution:1")
    assert_whole(office.work)


def recorded(office: Office, record: str) -> bool:
    return any(row.id == record for row in table(office.work, "record"))
