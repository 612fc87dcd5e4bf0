"""A child process that reads mutated files one after another, and says what that cost: one JSON line at its end.

`python -m tests.faults.fuzzing SEED FIRST COUNT`. Each file is thrown by a die of its own, so that a single one can
be read again: `python -m tests.faults.fuzzing SEED NUMBER 1` prints it, too.
"""

import json
import random
import resource
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from lifecycle.errors import LifecycleError
from lifecycle.library import Library, read_charter, read_plan, read_process, read_progress
from lifecycle.library.document import read_document
from lifecycle.process.comparison import differences
from lifecycle.process.drawing import svg
from lifecycle.process.expansion import expand
from lifecycle.process.mermaid import mermaid
from lifecycle.process.picture import picture
from lifecycle.process.tailoring import tailored
from tests.library.files import SMALL, TEMPLATES, small

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config"
EXAMPLE = CONFIG / "examples" / "digital-platform"
STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
BYTES = (b"\x00", b"\xff", b"\xc3", b"\t", b"\r", b"\n", b":", b"- ", b"[", b"]", b"{", b"}", b"&a ", b"*a", b"!!",
         b"'", b'"', b"|", b">", b"#", b"%", b"? ", b"<<: ", b"---\n", b",", b";", b"0", b"9" * 40, b"\xe2\x80\xae",
         b"  ", b"\xef\xbb\xbf", b"\\U0011FFFF", b"~", b"1e999", b"=", b"(", b" && ", b"x" * 300)  # fmt: skip
OVERLAY = """\
process: ours
version: "2"
extends: small
title: Ours
roles:
  auditor: {title: Auditor, duties: Looks at it.}
phases:
  trial: {after: work, title: Trial, purpose: To try it out.}
gates:
  G1:
    add_approvers: [auditor]
    policy: {at_least: 2}
    criteria:
      plan: {text: A plan is there., expression: plan.submitted, owner: pm}
  GT: {phase: trial, title: Tried?, question: "Tried?", approvers: [auditor]}
deliverables:
  thing: {acceptance: {add_criteria: [It is clean]}}
authority:
  - {decision: change, roles: [sponsor], up_to_cost: 100, mandatory: true}
separate: [[auditor, sponsor]]
leave_out: {criteria: [G1/risks]}
"""
TAILORED = small(
    ("            expression: risks.high == 0\n", "            table:\n              hit: unique\n              rows:\n"
     "                - {when: project.budget <= 10, then: risks.high == 0}\n"
     "                - {when: project.budget > 10, then: met, text: Let it be}\n              otherwise: not met\n"),
    ("roles:\n", "tailoring:\n  - id: tiny\n    text: Tiny.\n    when: project.budget < 10 && people.total < 3\n"
     "    leave_out: [thing, G1/risks]\n    make_optional: [thing]\nroles:\n"),
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 1, 10**30, 1e308, 0.1, "", " ", "x" * 5000, [], {}, [[]], [None], {"": ""}, "2026-02-30",
    "{{ x }}", "a b", "é", "中" * 70, "../../etc/passwd", "risks.high == 0", "((((((((", "all",
    {"at_least": 0}, {"at_least": 100},
    "\u202ex", "id", "pm", ["pm", "pm"], "9" * 400,
)  # fmt: skip


def read_any(kind: str, path: Path, below: Path) -> None:
    """What the engine does with a file of this kind as soon as it has it; what overlays extend lies `below`."""
    if kind == "process":
        definition = read_process(path, TEMPLATES, (below,))
        shown = picture(definition)
        svg(shown), mermaid(shown)
        own = tailored(definition, [rule.id for rule in definition.tailoring])
        differences(definition, expand(own, {}))
    else:
        readers: dict[str, Callable[[Path], object]] = {
            "charter": read_charter,
            "plan": read_plan,
            "progress": read_progress,
        }
        readers[kind](path)


@cache
def bases() -> tuple[tuple[str, str, str], ...]:
    """The files to start from: kind, ending, text."""
    texts = [("process", ".yaml", SMALL)]
    texts += [("process", ".yaml", OVERLAY), ("process", ".yaml", TAILORED)]
    packs = sorted((CONFIG / "processes").glob("*.yaml"))
    texts += [("process", ".yaml", path.read_text(encoding="utf-8")) for path in packs]
    charters = [*EXAMPLE.glob("*/charter.yaml"), EXAMPLE / "program.yaml"]
    texts += [("charter", ".yaml", path.read_text(encoding="utf-8")) for path in sorted(charters)]
    texts += [("plan", ".csv", path.read_text(encoding="utf-8")) for path in sorted(EXAMPLE.glob("*/plan*.csv"))]
    texts += [
        ("progress", ".csv", path.read_text(encoding="utf-8")) for path in sorted(EXAMPLE.glob("*/progress/*.csv"))
    ]
    return tuple(texts)


def mutant(dice: random.Random) -> tuple[str, str, bytes]:
    """A file that was good once: its kind, its ending, what is in it now."""
    kind, ending, text = dice.choice(bases()[:3] if dice.random() < 0.3 else bases())
    if ending == ".yaml" and dice.random() < 0.4:
        return kind, ending, structured(text, dice)
    lines = text.splitlines(keepends=True)
    while len(lines) > 150 and dice.random() < 0.98:
        begin = dice.randrange(10, len(lines))
        del lines[begin : begin + dice.randrange(1, 120)]
    content = "".join(lines).encode()
    for _ in range(dice.choice((0, 1, 1, 2, 5, 20))):
        content = dice.choice(MUTATIONS)(content, dice)
    return kind, ending, content


def inserted(content: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(content) + 1)
    return content[:place] + dice.choice(BYTES) + content[place:]


def replaced(content: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(content) + 1)
    return content[:place] + bytes([dice.randrange(256)]) + content[place + 1 :]


def deleted(content: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(content) + 1)
    return content[:place] + content[place + dice.choice((1, 1, 3, 20, 200)) :]


def doubled(content: bytes, dice: random.Random) -> bytes:
    lines = content.splitlines(keepends=True) or [b""]
    place = dice.randrange(len(lines))
    block = lines[place : place + dice.choice((1, 1, 5, 30))]
    return b"".join([*lines[:place], *(block * dice.choice((2, 2, 3, 40))), *lines[place + len(block) :]])


def swapped(content: bytes, dice: random.Random) -> bytes:
    lines = content.splitlines(keepends=True) or [b""]
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def indented(content: bytes, dice: random.Random) -> bytes:
    lines = content.splitlines(keepends=True) or [b""]
    place = dice.randrange(len(lines))
    lines[place] = b" " * dice.randrange(5) + lines[place].lstrip()
    return b"".join(lines)


def deepened(content: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(content) + 1)
    sign, depth = dice.choice((b"[", b"{", b"- ", b"? ", b"(", b"a: {", b"!a ")), dice.choice((5, 40, 3000))
    return content[:place] + sign * depth + content[place:]


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    inserted, inserted, replaced, deleted, doubled, swapped, indented, deepened,
)  # fmt: skip


@cache
def plain(text: str) -> str:
    """The values of a good file, as JSON to be loaded again and again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.yaml"
        path.write_text(text, encoding="utf-8")
        return json.dumps(read_document(path).value)


def structured(text: str, dice: random.Random) -> bytes:
    """A file whose values were taken away, exchanged or multiplied; every JSON document is YAML."""
    value = json.loads(plain(text))
    phases = value.get("phases", [])
    for phase in phases if isinstance(phases, list) else phases.values():
        for part in phase.values():
            if isinstance(part, list) and len(part) > 2 and dice.random() < 0.95:
                del part[2:]
    for _ in range(dice.choice((1, 1, 2, 4, 12))):
        places: list[tuple[Any, Any]] = []
        _places(value, places)
        if places:
            _change(*dice.choice(places), dice)
    return json.dumps(value, indent=dice.choice((None, 1, 2)), ensure_ascii=dice.random() < 0.5).encode()


def _places(value: Any, found: list[tuple[Any, Any]]) -> None:
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        found.append((value, key))
        _places(value[key], found)


def _change(home: Any, key: Any, dice: random.Random) -> None:
    verb = dice.randrange(5)
    if verb == 0:
        del home[key]
    elif verb == 1 and isinstance(home, list):
        home += [deepcopy(home[key]) for _ in range(dice.choice((1, 1, 60)))]
    elif verb == 2 and isinstance(home, dict):
        home[dice.choice(("id", "colour", "", "a b", f"{key}s", "1"))] = home.pop(key)
    elif verb == 3:
        home[key] = [home[key]] if dice.random() < 0.5 else {"id": home[key]}
    else:
        home[key] = deepcopy(dice.choice(VALUES))


def main(seed: str, first: int, count: int) -> None:
    """Read so many files, and print what the worst of them cost in seconds and megabytes."""
    worst = {"cpu": 0.0, "wall": 0.0, "growth": 0.0}
    told: dict[str, Any] = {"count": count, "accepted": 0, "refused": 0, "broke": []}
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as home:
        Library.find(ROOT).process("predictive-regulated")  # loads what is loaded once
        Path(home, "small.yaml").write_text(SMALL, encoding="utf-8")
        read_any("process", Path(home, "small.yaml"), Path(home))
        for number in range(first, first + count):
            kind, ending, content = mutant(random.Random(f"{seed}:{number}"))
            if count == 1:
                sys.stderr.write(content.decode("utf-8", "backslashreplace"))
            path = Path(folder) / f"file{ending}"
            path.write_bytes(content)
            forget_peak()
            before, wall, cpu = peak(), time.perf_counter(), time.process_time()
            try:
                read_any(kind, path, Path(home))
                told["accepted"] += 1
            except LifecycleError:
                told["refused"] += 1
            except Exception:
                told["broke"].append(f"{seed} {number}: {kind}\n{traceback.format_exc()}")
            costs = {
                "cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "growth": peak() - before,
            }  # fmt: skip
            for name, cost in costs.items():
                if cost > worst[name]:
                    worst[name], told[f"worst {name}"] = cost, f"{seed} {number}"
    print(json.dumps(told | worst))


def forget_peak() -> None:
    """From now on only what comes counts: the peak of a child begins with that of its parent."""
    if STATUS.exists():
        RESET.write_text("5")


def peak() -> float:
    """The most memory this process had since its peak was forgotten, in MB; ever, where the system cannot forget."""
    if STATUS.exists():
        return int(STATUS.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
