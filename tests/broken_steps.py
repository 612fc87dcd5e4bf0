"""Steps that do what no step should: hang, crash, answer rubbish, eat memory, look for secrets; and a good one."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

Given = dict[str, Any]


def good(given: Given) -> Given:
    """Say what was given; print, too, which is no answer."""
    print("on my way")
    facts = {"documents": len(given["documents"]), "attempt": given["attempt"], "note": given["step"]}
    return {"passed": given["parameters"].get("passes", True), "text": "Looked at all.", "facts": facts}


def hang(given: Given) -> None:
    """Go on for ever, with a child of its own that does so too, and leave its number."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as child:
        Path(given["parameters"]["place"]).write_text(str(child.pid))
        time.sleep(600)


def crash(given: Given) -> None:
    """Fail as programs fail."""
    raise ValueError("no scanner here")


def vanish(given: Given) -> None:
    """End as kill -9 does, and note each time that it was tried."""
    with Path(given["parameters"]["place"]).open("a") as file:
        file.write("tried\n")
    os.kill(os.getpid(), 9)


def devour(given: Given) -> Given:
    """Want more memory than there may be."""
    return {"passed": True, "text": "x" * 10**10}


def flood(given: Given) -> Given:
    """Say more than anybody reads."""
    return {"passed": True, "text": "x" * 2_000_000}


def nothing(given: Given) -> None:
    """Answer nothing."""


def unknown(given: Given) -> Given:
    """Answer with a figure that is none, and a word nobody asked for."""
    return {"passed": "yes", "text": "Fine.", "mood": "good"}


def endless(given: Given) -> Given:
    """Answer a number that no document can hold."""
    return {"passed": True, "text": "Fine.", "facts": {"worth": float("inf")}}


def look_around(given: Given) -> Given:
    """Tell the environment that it sees, and where it is."""
    return {"passed": True, "text": " ".join(sorted(os.environ)), "facts": {"home": str(Path.cwd())}}


not_a_function = 1
