"""The child's side: limit itself, import the function, call it with plain data, write down what it answers.

It runs in a folder with the question in it. What the function does wrong ends in a traceback, whose last line the
parent reads.
"""

import json
import resource
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

ASKED, ANSWER = "asked.json", "answer.json"
MEMORY = 1 << 30
LARGEST_FILE = 64 << 20
GRACE = 5
"""Seconds beyond its time after which a child ends itself, should nobody be there any more to end it."""


def main(entry: str, seconds: int) -> None:
    """Answer one question."""
    limit(seconds + GRACE)
    given = json.loads(Path(ASKED).read_text())
    Path(ANSWER).write_text(json.dumps(function_of(entry)(given)))


def limit(seconds: int) -> None:
    """Take away what could hurt others: more time, memory, space on the disk, and core files."""
    signal.alarm(seconds)
    limits = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_FSIZE: LARGEST_FILE,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        hard = resource.getrlimit(kind)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))


def function_of(entry: str) -> Callable[[Any], Any]:
    """Import a function; whoever cannot be imported is named on the way out."""
    module, _, name = entry.partition(":")
    try:
        found = getattr(import_module(module), name, None)
    except ImportError as error:
        sys.exit(f"'{entry}' cannot be imported: {error}")
    if not callable(found):
        sys.exit(f"'{entry}' cannot be imported: there is no function '{name}' in {module}")
    function: Callable[[Any], Any] = found
    return function
