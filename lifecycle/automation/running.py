"""Running the code of a step where it can hurt nobody: a process of its own, with limits, and JSON in and out."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, NamedTuple

from pydantic import Field, ValidationError

from lifecycle.errors import StepBroken
from lifecycle.history.steps import Reported
from lifecycle.process.definition import FigureName, Text
from lifecycle.value import Value, digest

LARGEST_ANSWER = 1024 * 1024
"""Bytes of an answer that are read."""
CHECK_SECONDS = 60
"""How long the entry points of a process may take to be imported."""
ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TZ")
"""What of the runner's environment a step gets to see."""


class Limits(NamedTuple):
    """What a step may use: seconds by the clock on the wall, and megabytes of memory."""

    seconds: int
    memory_mb: int


class Output(Value):
    """A step's answer: whether it has passed, what it found in words, and figures."""

    passed: Annotated[bool, Field(strict=True)]
    text: Text
    facts: Annotated[dict[FigureName, Reported], Field(max_length=100)] = Field(default_factory=dict)


class Answered(NamedTuple):
    """An answer with the digest of its bytes."""

    output: Output
    sha256: str


def answer(entry: str, given: Mapping[str, Any], limits: Limits, folder: Path) -> Answered:
    """Run a function on a mapping in a folder of its own; StepBroken when it crashes, hangs, or answers rubbish."""
    said = _said({"run": entry, "given": given}, limits, folder)
    try:
        return Answered(Output.model_validate_json(said), digest(said))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise StepBroken(f"its answer is not understood: {where}: {first['msg']}") from None


def unusable(entries: Collection[str], memory_mb: int) -> dict[str, str]:
    """Those of the entry points that cannot be imported, and why; they are tried in a process of their own."""
    with TemporaryDirectory(prefix="phasegate-step-") as folder:
        try:
            said = _said({"check": sorted(entries)}, Limits(CHECK_SECONDS, memory_mb), Path(folder))
        except StepBroken as broken:
            return dict.fromkeys(entries, str(broken))
    found: dict[str, str] = json.loads(said)
    return found


def _said(asked: Mapping[str, Any], limits: Limits, folder: Path) -> bytes:
    """What the process answers; it and all that it started are gone afterwards."""
    order = json.dumps({**asked, **limits._asdict()}).encode()
    with TemporaryDirectory(prefix="phasegate-answer-") as aside:
        place, errors = Path(aside) / "answer", Path(aside) / "errors"
        (Path(aside) / "order").write_bytes(order)
        with (Path(aside) / "order").open("rb") as stdin, place.open("wb") as out, errors.open("wb") as err:
            child = subprocess.Popen(
                [sys.executable, "-P", "-m", "lifecycle.automation.child"],
                stdin=stdin, stdout=out, stderr=err, cwd=folder, env=_environment(folder), start_new_session=True,
            )  # fmt: skip
            try:
                code = child.wait(limits.seconds)
            except subprocess.TimeoutExpired:
                raise StepBroken(f"it took longer than {limits.seconds} s and was ended") from None
            finally:
                _end(child)
        if code != 0:
            raise StepBroken(f"it crashed: {_reason(code, errors)}")
        if place.stat().st_size > LARGEST_ANSWER:
            raise StepBroken(f"its answer is larger than {LARGEST_ANSWER // 1024} KiB")
        return place.read_bytes()


def _environment(folder: Path) -> dict[str, str]:
    """No secrets: a step sees where programs lie, its language, and the modules that the engine sees."""
    kept = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    modules = os.pathsep.join(str(Path(place).absolute()) for place in sys.path if place)
    return kept | {"HOME": str(folder), "TMPDIR": str(folder), "PYTHONPATH": modules, "PYTHONDONTWRITEBYTECODE": "1"}


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the whole group: what a step has started ends with it."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _reason(code: int, errors: Path) -> str:
    """The last line of what it said, or the signal that ended it."""
    if code < 0:
        return f"ended by {signal.Signals(-code).name}"
    with errors.open("rb") as file:
        file.seek(max(0, errors.stat().st_size - 4000))
        lines = file.read().decode(errors="replace").strip().splitlines()
    return lines[-1][:500] if lines else f"exit code {code}"
