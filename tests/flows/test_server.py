"""The embedded server: it starts from nothing, comes back, never outlives its parent, and hides no failure."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect import flow, tags, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows import server as embedded
from flows.server import EmbeddedServer, ServerUnavailable, client_settings, flow_runs, one_client
from tests.flows.carrying import gone
from tests.flows.processes import open_files

pytestmark = pytest.mark.flows


@task(name="ask", task_run_name="ask about {phase}", persist_result=False, cache_policy=NO_CACHE)
async def ask(phase: str) -> str:
    return phase


@flow(name="phase", flow_run_name="{phase} of {project}", persist_result=False)
async def phase_flow(project: str, phase: str) -> State[Any]:
    await ask(phase)
    return Completed(name="AwaitingDecision")


@flow(name="project", flow_run_name="{project}", persist_result=False)
async def project_flow(project: str) -> State[Any]:
    state = await phase_flow(project, "Initiation", return_state=True)
    return Completed(name=state.name)


async def carry_on(project: str) -> State[Any]:
    async with one_client():
        with tags(f"project:{project}"):
            return await project_flow(project, return_state=True)


def run_flows(api_url: str, project: str, retries: int = 2) -> str | None:
    with client_settings(api_url, retries):
        return asyncio.run(carry_on(project)).name


def wait_until(fulfilled: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not fulfilled():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def frail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A running server of its own for tests that end it; each leaves it running."""
    with EmbeddedServer(tmp_path_factory.mktemp("frail")) as started:
        started.start()
        yield started


def test_a_sub_flow_is_listed_under_its_parent_with_its_tasks(server: EmbeddedServer) -> None:
    assert run_flows(server.api_url, "kiosk") == "AwaitingDecision"

    project, phase = (run for run in flow_runs(server.api_url) if "project:kiosk" in run["tags"])

    assert (project["name"], project["flow"], project["parent"], project["tasks"]) == ("kiosk", "project", None, [])
    assert (phase["name"], phase["flow"], phase["parent"]) == ("Initiation of kiosk", "phase", project["id"])
    assert phase["tasks"] == [{"name": "ask about Initiation", "state": "Completed"}]
    assert {(run["state"], run["state_type"]) for run in (project, phase)} == {("AwaitingDecision", "COMPLETED")}


def test_listing_goes_through_all_pages(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    run_flows(server.api_url, "paged")
    in_one_page = flow_runs(server.api_url)
    monkeypatch.setattr(embedded, "PAGE", max(1, len(in_one_page) // 3))
    assert flow_runs(server.api_url) == in_one_page


def test_a_proxy_in_the_environment_is_not_asked(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "example.org")
    assert run_flows(server.api_url, "behind a proxy") == "AwaitingDecision"
    assert os.environ["no_proxy"] == "example.org,127.0.0.1"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are counted in /proc")
def test_the_server_holds_one_connection_to_its_database(server: EmbeddedServer) -> None:
    """Fails when Prefect's internals no longer take the pool of one; then see `_use_one_connection`."""

    def connections(_: int) -> int:
        httpx.post(f"{server.api_url}/flow_runs/filter", json={}, timeout=30).raise_for_status()
        return open_files(server.pid).count(str(server.home / "prefect.db"))

    with ThreadPoolExecutor(16) as requests:
        assert set(requests.map(connections, range(64))) == {1}


def test_a_killed_server_starts_again_where_it_was(frail: EmbeddedServer) -> None:
    run_flows(frail.api_url, "before")
    pid, api_url = frail.pid, frail.api_url
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not frail.alive())
    assert frail.pid is None

    frail.restart()

    assert (frail.alive(), frail.api_url) == (True, api_url)
    assert run_flows(frail.api_url, "after") == "AwaitingDecision"
    assert {"before", "after"} <= {run["name"] for run in flow_runs(frail.api_url)}


def test_a_deleted_database_does_no_harm(frail: EmbeddedServer) -> None:
    run_flows(frail.api_url, "forgotten")
    frail.stop()
    assert not frail.alive()
    (frail.home / "prefect.db").unlink()

    frail.start()

    assert run_flows(frail.api_url, "fresh") == "AwaitingDecision"
    assert {run["name"] for run in flow_runs(frail.api_url)} == {"fresh", "Initiation of fresh"}


def test_a_flow_waits_for_a_server_that_comes_back(frail: EmbeddedServer) -> None:
    async def outlive(pid: int) -> list[State[Any]]:
        async with one_client():
            before = await project_flow("before", return_state=True)
            os.kill(pid, signal.SIGKILL)
            back = asyncio.create_task(asyncio.to_thread(frail.restart))
            after = await project_flow("patient", return_state=True)
            await back
        return [before, after]

    assert frail.pid is not None
    with client_settings(frail.api_url, retries=5):
        states = asyncio.run(outlive(frail.pid))

    assert [state.name for state in states] == ["AwaitingDecision", "AwaitingDecision"]


def test_an_unreachable_server_is_an_error_and_no_other_is_started(tmp_path: Path) -> None:
    nobody = EmbeddedServer(tmp_path)
    with pytest.raises(httpx.TransportError):
        run_flows(nobody.api_url, "kiosk", retries=0)
    with pytest.raises(ValueError, match="No Prefect API URL"), client_settings(""):
        pass


def test_the_server_ends_with_its_parent(tmp_path: Path) -> None:
    """The parent starts it in a thread that ends, and is killed while the server is still coming up."""
    program = """
import sys, threading, time
from pathlib import Path
from flows.server import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
threading.Thread(target=server.start, daemon=True).start()
while server.pid is None:
    time.sleep(0.05)
print(server.pid, flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        assert not gone(pid)
        parent.kill()
    try:
        wait_until(lambda: gone(pid))
    finally:
        if not gone(pid):
            os.kill(pid, signal.SIGKILL)


def test_a_port_in_use_is_refused(tmp_path: Path) -> None:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        port = somebody.getsockname()[1]
        with pytest.raises(ServerUnavailable, match=f"Port {port}"):
            EmbeddedServer(tmp_path, port)


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "prefect.db").write_text("This is no database. " * 100)
    told: list[str] = []
    with EmbeddedServer(tmp_path) as broken, pytest.raises(ServerUnavailable, match="file is not a database"):
        broken.start(told.append)
    assert not broken.alive()
    assert str(broken.port) in told[0]
