"""Prefect's server as a child process on 127.0.0.1, and what flows of this process need to talk to it.

Two things differ from `prefect server start`: SQLite gets one connection (with more it answers `database is
locked` and clients back off for seconds), and what nobody uses here is off. The database may be deleted
whenever the server is stopped: no project depends on it.
"""

import argparse
import gc
import importlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener, proxy_bypass

from lifecycle.errors import LifecycleError

SECONDS_TO_START, SAY_EVERY, SECONDS_TO_STOP, SECONDS_TO_SEND = 90, 5, 5.0, 5.0
SECONDS_TO_RECORD = 1
"""The server writes task runs together, once a second. Prefect would round less to 0 and never rest."""
PAGE = 200
UNUSED = (
    "scheduler late_runs foreman repossessor cancellation_cleanup pause_expirations "
    "triggers event_persister cleanup_reconciler"
)
ON_THE_SERVER = {f"PREFECT_SERVER_SERVICES_{name.upper()}_ENABLED": "false" for name in UNUSED.split()} | {
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": str(SECONDS_TO_RECORD),
    "PREFECT_SERVER_EVENTS_STREAM_OUT_ENABLED": "false",
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
}
IN_THE_CLIENT = {
    "api.request_timeout": 20.0,
    "client.csrf_support_enabled": False,
    "client.server_version_check_enabled": False,
    "flows.heartbeat_frequency": None,
    "internal.logging_level": "CRITICAL",
    "logging.level": "CRITICAL",
    "logging.to_api.enabled": False,
    "results.default_serializer": "json",
    "server.ephemeral.enabled": False,
}
Say = Callable[[str], None]
Rows = list[dict[str, Any]]

_local = build_opener(ProxyHandler({}))


class ServerUnavailable(LifecycleError):
    """Prefect's server did not start; the message says why and ends with the end of its log."""


class EmbeddedServer(AbstractContextManager["EmbeddedServer"]):
    """Prefect's server for one machine, with its files in a folder of its own; leaving the context stops it."""

    def __init__(self, home: Path, port: int = 0) -> None:
        """Choose the port of 127.0.0.1 for this server's whole life; 0 takes a free one."""
        self.home, self.port = home.absolute(), _usable(port)
        self.api_url = f"http://127.0.0.1:{self.port}/api"
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The id of the server's process while it runs."""
        return self._child.pid if self._child and self.alive() else None

    def alive(self) -> bool:
        """Whether the server's process runs."""
        return self._child is not None and self._child.poll() is None

    def start(self, say: Say | None = None) -> None:
        """Start the server and wait until it answers; ServerUnavailable when it ends or stays silent."""
        say = say or (lambda _: None)
        say(f"Starting Prefect's server on port {_usable(self.port)}; the first start takes longest ...")
        self.home.mkdir(parents=True, exist_ok=True)
        asked = [f"--home={self.home}", f"--port={self.port}", f"--parent={os.getpid()}"]
        with self._log.open("ab") as log:
            # a session of its own: Ctrl-C is for the runner, which stops the server when its flows are done
            self._child = subprocess.Popen(
                [sys.executable, "-m", "flows.server", *asked], stdout=log, stderr=log, start_new_session=True
            )
        importlib.import_module("flows.dispatch")  # takes seconds with all of Prefect, and so does the child's
        self._wait_until_it_answers(say)

    def restart(self, say: Say | None = None) -> None:
        """Start the server again on the same port; flows that are waiting for it there go on."""
        self.stop()
        self.start(say)

    def stop(self) -> None:
        """End the server's process."""
        if self._child is None or not self.alive():
            return
        self._child.terminate()
        try:
            self._child.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    @property
    def _log(self) -> Path:
        return self.home / "server.log"

    def _wait_until_it_answers(self, say: Say) -> None:
        began, told = time.monotonic(), 0
        while self.alive() and told < SECONDS_TO_START:
            if _answers(f"{self.api_url}/health"):
                return
            if time.monotonic() - began >= told + SAY_EVERY:
                told += SAY_EVERY
                say(f"... {told} s")
            time.sleep(0.1)
        why = "does not answer" if self.alive() else "ended while starting"
        self.stop()
        end_of_log = "\n".join(self._log.read_text(errors="replace").splitlines()[-15:])
        raise ServerUnavailable(f"Prefect's server {why}. The end of {self._log}:\n{end_of_log}")


@contextmanager
def client_settings(api_url: str, retries: int = 2) -> Iterator[None]:
    """Let flows of this process run against a server, and never against one that Prefect starts by itself.

    While the server is away a flow waits for it, then raises `httpx.TransportError`: after 1.5 s with no retries,
    5 with one, 12 with two, 21 with three; three times that when a sub-flow was running. A client that never
    reached the server does not retry.
    """
    from prefect.context import SyncClientContext
    from prefect.events.clients import PrefectEventsClient
    from prefect.events.worker import EventsWorker
    from prefect.logging.configuration import setup_logging
    from prefect.settings import temporary_settings

    _pass_the_proxy()
    values: dict[Any, Any] = {"api.url": api_url, "client.max_retries": retries} | IN_THE_CLIENT
    with temporary_settings(values), SyncClientContext():
        setup_logging()
        # Prefect by itself sends all events to its first server, and when that is gone tries 8 s for each at exit
        EventsWorker.set_client_override(PrefectEventsClient, api_url=api_url, reconnection_attempts=2)
        try:
            yield
        finally:  # in a thread, as inside a running loop there would be something to await
            sending = threading.Thread(target=EventsWorker.drain_all, kwargs={"timeout": SECONDS_TO_SEND})
            sending.start()
            sending.join()
            EventsWorker.set_client_override(None)


@asynccontextmanager
async def one_client() -> AsyncIterator[None]:
    """Let all flows awaited inside share one client; else each opens its own."""
    from prefect.context import AsyncClientContext

    async with AsyncClientContext():
        yield


def flow_runs(api_url: str) -> Rows:
    """All flow runs of the server by their start, each with its parent and its tasks, once all are written."""
    before: Rows | None = None
    while (runs := _flow_runs(api_url)) != before:
        before = runs
        time.sleep(1.5 * SECONDS_TO_RECORD)
    return runs


def _flow_runs(api_url: str) -> Rows:
    flows, runs, tasks = (
        _all(f"{api_url}/{kind}/filter", sort)
        for kind, sort in (("flows", "NAME_ASC"), ("flow_runs", "START_TIME_ASC"), ("task_runs", "ID_DESC"))
    )
    name_of = {flow["id"]: flow["name"] for flow in flows}
    run_of = {task["id"]: task["flow_run_id"] for task in tasks}
    stand_ins = {run["parent_task_run_id"] for run in runs}  # inside its parent a sub-flow is a task, too
    tasks_of: dict[str, Rows] = {run["id"]: [] for run in runs}
    for task in sorted(tasks, key=lambda task: str(task["expected_start_time"])):
        if task["id"] not in stand_ins and task["flow_run_id"] in tasks_of:
            tasks_of[task["flow_run_id"]].append({"name": task["name"], "state": task["state_name"]})
    return [
        {"id": run["id"], "name": run["name"], "flow": name_of.get(run["flow_id"])}
        | {"state": run["state_name"], "state_type": run["state_type"], "tags": sorted(run["tags"])}
        | {"parent": run_of.get(run["parent_task_run_id"]), "tasks": tasks_of[run["id"]]}
        for run in runs
    ]


def _all(url: str, sort: str) -> Rows:
    rows: Rows = []
    while True:
        body = json.dumps({"sort": sort, "limit": PAGE, "offset": len(rows)}).encode()
        with _local.open(Request(url, body, {"Content-Type": "application/json"}), timeout=30) as answer:  # noqa: S310
            page: Rows = json.load(answer)
        rows += page
        if len(page) < PAGE:
            return rows


def _answers(url: str) -> bool:
    try:
        with _local.open(url, timeout=2):
            return True
    except (OSError, HTTPException):
        return False


def _pass_the_proxy() -> None:
    """Prefect's client would ask a proxy named in the environment even for 127.0.0.1."""
    if not proxy_bypass("127.0.0.1"):
        known = os.environ.get("no_proxy") or os.environ.get("NO_PROXY", "")
        os.environ["no_proxy"] = f"{known},127.0.0.1".strip(",")


def _usable(port: int) -> int:
    """The port, or a free one for 0; ServerUnavailable when it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ServerUnavailable(
                f"Port {port} of 127.0.0.1 cannot be used: {error.strerror}. Choose another one with --port."
            ) from error
        return int(probe.getsockname()[1])


def _serve(home: Path, port: int, parent: int | None) -> None:
    """Be the server until told to stop, or until the parent process is gone."""
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        del os.environ[name]
    place = {"PREFECT_HOME": str(home), "PREFECT_SERVER_API_HOST": "127.0.0.1", "PREFECT_SERVER_API_PORT": str(port)}
    os.environ |= ON_THE_SERVER | place
    os.chdir(home)  # away from the caller's prefect.toml and .env
    gc.set_threshold(50_000)  # the default spends a twelfth of the server's processor time on looking for garbage
    import uvicorn
    from prefect.server.api.server import create_app

    _use_one_connection()
    uvicorn.run(
        create_app(),
        host="127.0.0.1",
        port=port,
        log_level="warning",
        timeout_keep_alive=60,  # the client closes idle connections after 25 s; were we first, requests would get lost
        timeout_graceful_shutdown=1,
    )


def _use_one_connection() -> None:
    """Give Prefect's SQLite one connection, which no setting does. These are Prefect's internals; a test watches."""
    from prefect.server.database import configurations

    create = configurations.create_async_engine  # type: ignore[attr-defined]
    configurations.create_async_engine = partial(create, pool_size=1, max_overflow=0)  # type: ignore[attr-defined]


def _end_with(parent: int) -> None:
    """Leave at once when the parent is gone. PR_SET_PDEATHSIG would fire when the thread that started us ends."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


if __name__ == "__main__":
    words = argparse.ArgumentParser(description="Prefect's server as phasegate runs it.")
    words.add_argument("--home", type=Path, required=True)
    words.add_argument("--port", type=int, required=True)
    words.add_argument("--parent", type=int)
    _serve(**vars(words.parse_args()))
