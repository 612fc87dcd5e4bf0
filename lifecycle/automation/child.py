"""What runs inside the process of an automated step: limits first, then the code, then its answer as JSON.

Nothing but the standard library is imported here, so that a step has its time and its memory for itself.
"""

import importlib
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes that a step may write into one file, its answer included."""


def main() -> None:
    """Read what is asked for from standard input and answer; whatever goes wrong ends in a traceback."""
    asked = json.load(sys.stdin)
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the code prints is not its answer
    limit(asked["seconds"], asked["memory_mb"])
    if "check" in asked:
        found: object = {entry: problem for entry in asked["check"] if (problem := trouble(entry))}
    else:
        found = function(asked["run"])(asked["given"])
    with answer:
        json.dump(found, answer, allow_nan=False)


def limit(seconds: int, memory_mb: int) -> None:
    """Bound this process, also for the case that nobody watches it any more."""
    memory = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(seconds + 1)


def function(entry: str) -> Callable[[Any], object]:
    """The function that `package.module:function` names."""
    module, _, name = entry.partition(":")
    found: Callable[[Any], object] = getattr(importlib.import_module(module), name)
    return found


def trouble(entry: str) -> str | None:
    """Why an entry point cannot be used; None when it can."""
    try:
        found = function(entry)
    except Exception as error:  # foreign code may raise anything as it is imported
        return f"{type(error).__name__}: {error}"
    return None if callable(found) else "it is not a function"


if __name__ == "__main__":
    main()
