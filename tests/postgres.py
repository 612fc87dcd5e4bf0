"""A PostgreSQL server of the tests' own: on 127.0.0.1, in a folder of its own, ended with them."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

MISSING = "PostgreSQL is not installed here (Debian: apt-get install postgresql); CI installs it and runs these tests"


def programs() -> Path | None:
    """The newest folder with PostgreSQL's server programs, if there is one."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = places[-1] if places else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def server(bin: Path) -> Iterator[str]:
    """A running server; its URL. It refuses to run as root, so root hands it to the user `postgres`."""
    home, port = Path(mkdtemp(prefix="phasegate-pg-")), _free_port()
    if os.getuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    data = home / "data"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home}"
    _as_postgres([bin / "initdb", "-D", data, "-U", "phasegate", "--auth=trust", "--no-sync"])
    _as_postgres([bin / "pg_ctl", "-D", data, "-o", options, "-l", home / "log", "-w", "start"])
    try:
        yield f"postgresql+psycopg://phasegate@127.0.0.1:{port}/postgres"
    finally:
        _as_postgres([bin / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])
        shutil.rmtree(home, ignore_errors=True)


def _as_postgres(command: Sequence[str | Path]) -> None:
    user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    subprocess.run([*user, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd="/")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
