"""The parent's side: start a child for one call, wait no longer than agreed, and read what it answered.

The child gets a folder of its own, which goes when it has ended, and an environment without anything but the
way to Python's modules. Whatever it does, an answer comes back; whatever it started is ended with it.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Annotated, Any, NamedTuple

from pydantic import Field, StringConstraints, ValidationError

import lifecycle
from lifecycle.automation.child import ANSWER, ASKED
from lifecycle.process.definition import LARGEST, Name
from lifecycle.value import Value

KEPT = ("PATH", "LANG", "LC_ALL", "TZ")
"""What a child sees of the environment; no token and no address of a database is among it."""
LARGEST_ANSWER = 1_000_000
TAIL = 4_000
PROGRAM = "import sys; from lifecycle.automation.child import main; main(sys.argv[1], int(sys.argv[2]))"

Integer = Annotated[int, Field(ge=-LARGEST, le=LARGEST)]
Number = Annotated[float, Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False)]
Words = Annotated[str, StringConstraints(max_length=1000)]


class Paper(NamedTuple):
    """A document that a call reads: where it lies, what it is called, and what else is said of it."""

    place: Path
    file: str
    about: Mapping[str, Any]


class Call(NamedTuple):
    """A function (`package.module:function`), the plain data and documents it is given, and how long it may take.

    `modules` is a folder in which its module may lie, besides where Python looks anyway.
    """

    entry: str
    given: Mapping[str, Any]
    papers: tuple[Paper, ...]
    seconds: int
    modules: Path


class Answer(Value):
    """What a function answered. `broke`: it gave no answer, and the text says why."""

    passed: bool
    text: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    facts: Annotated[dict[Name, bool | Integer | Number | Words | None], Field(max_length=50)] = Field(
        default_factory=dict
    )
    broke: bool = False


def run(call: Call) -> Answer:
    """Run a function in a child process and return its answer, or why there is none."""
    try:
        return _answered(call)
    except OSError as error:  # evidence that is gone, a full disk, no room for another process
        return _broke(f"it could not be run: {error}"[:1000])


def _answered(call: Call) -> Answer:
    place = TemporaryDirectory(prefix="phasegate-step-", ignore_cleanup_errors=True)
    with place as name, TemporaryFile() as said:
        folder = Path(name)
        given = {**call.given, "documents": [*_laid_out(call.papers, folder / "documents")]}
        (folder / ASKED).write_text(json.dumps(given))
        code = _ended(call, folder, said)
        if code is None or code == -signal.SIGALRM:
            return _broke(f"it took longer than {call.seconds} s and was ended")
        if code < 0:
            return _broke(f"it was ended by signal {-code} ({signal.strsignal(-code)})")
        if code:
            return _broke(_last_words(said) or f"it left with code {code}")
        return _read(folder / ANSWER)


def _laid_out(papers: tuple[Paper, ...], folder: Path) -> Iterator[dict[str, Any]]:
    """Copies of the documents, each in a folder of its own, so that nothing happens to the evidence."""
    for number, paper in enumerate(papers, start=1):
        place = folder / str(number) / (Path(paper.file).name or "document")
        place.parent.mkdir(parents=True)
        place.write_bytes(paper.place.read_bytes())
        yield {**paper.about, "file": paper.file, "path": str(place)}


def _ended(call: Call, folder: Path, said: IO[bytes]) -> int | None:
    """The child's exit code, negative for a signal; None when it was not done in time."""
    asked = [sys.executable, "-P", "-c", PROGRAM, call.entry, str(call.seconds)]
    child = subprocess.Popen(
        asked,
        cwd=folder,
        env=_environment(call.modules, folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=said,
        start_new_session=True,
    )
    try:
        return child.wait(call.seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        with suppress(ProcessLookupError):  # its group has ended with it, as it should
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _environment(modules: Path, folder: Path) -> dict[str, str]:
    own = str(Path(lifecycle.__file__).resolve().parents[1])
    way = [str(modules), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)), own]
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(way), "HOME": str(folder), "TMPDIR": str(folder)}


def _read(file: Path) -> Answer:
    if not file.is_file():
        return _broke("it left without an answer")
    if file.stat().st_size > LARGEST_ANSWER:
        return _broke(f"its answer is larger than {LARGEST_ANSWER:,} bytes")
    try:
        answer = Answer.model_validate_json(file.read_bytes(), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the answer"
        return _broke(f"it has to answer with passed, text and facts; {where}: {first['msg']}")
    return answer.model_copy(update={"broke": False})


def _last_words(said: IO[bytes]) -> str:
    """The last line of what a child said, which in Python names the error."""
    said.seek(max(0, said.seek(0, os.SEEK_END) - TAIL))
    lines = said.read(TAIL).decode(errors="replace").split("\n")
    spoken = ["".join(sign for sign in line if sign.isprintable()).strip() for line in lines]
    return next((line for line in reversed(spoken) if line), "")[:1000]


def _broke(why: str) -> Answer:
    return Answer(passed=False, text=why, broke=True)
