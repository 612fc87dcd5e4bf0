"""A PostgreSQL server of the tests' own: on 127.0.0.1, in a folder of its own, ended with them."""

import itertools
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text

FOR_TESTS = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=60"
MISSING = "PostgreSQL is not installed here (Debian: apt-get install postgresql); CI installs it and runs these tests"


def programs() -> Path | None:
    """The newest folder with PostgreSQL's server programs, if there is one."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = places[-1] if places else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


class Server:
    """A server that can be crashed and started again. It refuses to run as root, so root hands it to `postgres`."""

    def __init__(self, bin: Path, home: Path, *, quick: bool = False) -> None:
        """Choose a port, and make the folder of its databases.

        A quick one does not wait for the disk, for tests that never pull its plug.
        """
        self._bin, self._home, self._port = bin, home, _free_port()
        self._options = FOR_TESTS if quick else ""
        self.url = f"postgresql+psycopg://phasegate@127.0.0.1:{self._port}/postgres"
        if os.getuid() == 0:
            shutil.chown(home, "postgres", "postgres")
        _as_postgres([bin / "initdb", "-D", home / "data", "-U", "phasegate", "--auth=trust", "--no-sync"])

    def start(self) -> None:
        """Start it, after a crash too, and wait until it answers."""
        options = (
            f"{self._options} -p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._home}"
        )
        self._control("-o", options, "-l", self._home / "log", "start")

    def crash(self) -> None:
        """End all its processes at once, without writing anything down."""
        self._control("-m", "immediate", "stop")

    def _control(self, *words: str | Path) -> None:
        _as_postgres([self._bin / "pg_ctl", "-D", self._home / "data", "-w", *words])


@contextmanager
def running(bin: Path, *, quick: bool = False) -> Iterator[Server]:
    """A running server, which is gone with its folder afterwards."""
    home = Path(mkdtemp(prefix="phasegate-pg-"))
    server = Server(bin, home, quick=quick)
    server.start()
    try:
        yield server
    finally:
        server.crash()
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def server(bin: Path, *, quick: bool = False) -> Iterator[str]:
    """The URL of a running server."""
    with running(bin, quick=quick) as started:
        yield started.url


NUMBERS = itertools.count(1)
HERE = pytest.mark.skipif(programs() is None, reason=MISSING)
ENGINES = ["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, HERE])]
"""For tests that both engines must pass."""


def new(server: str, template: str = "template0") -> str:
    """The URL of a new database on a server, which is empty or a copy of another one."""
    name = f"test_{next(NUMBERS)}"
    _told(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return _url(make_url(server).set(database=name))


def copy(url: str) -> str:
    """A copy of a database that nobody is connected to; its URL."""
    return new(url, str(make_url(url).database))


def drop(url: str) -> None:
    """Drop a database that is no longer needed."""
    _told(url, f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')


def wait_for_a_waiter(engine: Engine) -> None:
    """Until somebody waits for a lock."""
    deadline = time.monotonic() + 30
    with engine.connect() as connection:
        while not connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
            assert time.monotonic() < deadline
            time.sleep(0.005)


def _told(url: str, statement: str) -> None:
    engine = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def _url(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _as_postgres(command: Sequence[str | Path]) -> None:
    user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    subprocess.run([*user, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd="/")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
