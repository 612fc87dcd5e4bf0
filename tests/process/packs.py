"""The shipped processes, their gates and their documents, for the tests that go through all of them."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from lifecycle.library import Library
from lifecycle.process.definition import DeliverableDefinition, GateDefinition, ProcessDefinition

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
DOCUMENTS = TEMPLATES / "documents"
PACKS = ("agile-hybrid", "pm2-style", "predictive", "prince2-style", "program")


@cache
def pack(name: str) -> ProcessDefinition:
    return Library.find(ROOT).process(name)


def templates() -> dict[str, Path]:
    return {path.relative_to(DOCUMENTS).as_posix(): path for path in sorted(DOCUMENTS.rglob("*.j2"))}


def documents() -> Iterator[tuple[str, DeliverableDefinition]]:
    for name in PACKS:
        yield from ((name, item) for item in pack(name).deliverables)


def gates() -> Iterator[tuple[str, GateDefinition]]:
    for name in PACKS:
        yield from ((name, gate) for gate in pack(name).gates)


every_document = pytest.mark.parametrize(
    ("name", "item"), [pytest.param(name, item, id=f"{name}-{item.id}") for name, item in documents()]
)
every_gate = pytest.mark.parametrize(
    ("name", "gate"), [pytest.param(name, gate, id=f"{name}-{gate.id}") for name, gate in gates()]
)
every_pack = pytest.mark.parametrize("name", PACKS)
