"""`phasegate` as people run it: a process of its own, and the server below it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def command_line(folder: Path, *words: str) -> list[str]:
    """A command on the data and the processes of a folder."""
    return [sys.executable, "-m", "flows", *words, "--data", str(folder / "data"), "--config", str(folder)]


def environment(folder: Path) -> dict[str, str]:
    """This checkout's packages, and the clock of the folder."""
    return os.environ | {"PYTHONPATH": str(ROOT), "PHASEGATE_CLOCK_FILE": str(folder / "clock")}


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, until it has ended."""
    asked = command_line(folder, *words)
    return subprocess.run(
        asked, env=environment(folder), cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def running(folder: Path, *words: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """A command on the folder that goes on beside the test; what it says goes to `err`, its answer to `out`."""
    return beside(folder, command_line(folder, *words), environment(folder))


@contextmanager
def beside(folder: Path, asked: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that goes on beside the test; it is killed at the latest when the context is left."""
    with (folder / "out").open("ab") as out, (folder / "err").open("ab") as err:
        process = subprocess.Popen(asked, env=environment, cwd=folder, stdout=out, stderr=err)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def server_of(process: subprocess.Popen[bytes]) -> int | None:
    """The id of the Prefect server that a runner started, while it runs."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
            words = (status.parent / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if int(fields[1]) == process.pid and fields[0] != "Z" and b"flows.server" in words:
            return int(status.parent.name)
    return None


def open_files(pid: int | None) -> list[str]:
    """What a process holds open; files that it closes while one looks are left out."""
    files = []
    for held in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            files.append(str(held.readlink()))
    return files
