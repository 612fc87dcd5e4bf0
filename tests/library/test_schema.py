"""Schemas for editors: every field explained, every shipped file right by them, wrong ones refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lifecycle.library.document import read_document
from lifecycle.library.schema import LINE, MODELS, Kind, kind_of, schema, wording
from lifecycle.library.wording import WORDING
from tests.library.files import SMALL, small
from tests.process.packs import ROOT

FILES = sorted((ROOT / "config").rglob("*.yaml"))


def complaints(kind: Kind, path: Path) -> list[str]:
    validator = Draft202012Validator(schema(kind))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(read_document(path).value)]


def fields(kind: Kind) -> Iterator[tuple[str, str, dict[str, Any]]]:
    found = schema(kind)
    for part in (found, *found["$defs"].values()):
        for name, field in part.get("properties", {}).items():
            yield part["title"], name, field


@pytest.mark.parametrize("kind", MODELS)
def test_a_schema_is_one_by_its_own_standard(kind: Kind) -> None:
    Draft202012Validator.check_schema(schema(kind))


@pytest.mark.parametrize("kind", MODELS)
def test_every_field_says_what_it_means(kind: Kind) -> None:
    silent = [f"{model}.{name}" for model, name, field in fields(kind) if not field.get("description")]
    assert silent == [], "write a sentence for each in lifecycle/library/wording.py"


def test_no_sentence_is_about_a_field_that_is_gone() -> None:
    known = {(model, name) for kind in MODELS for model, name, _ in fields(kind)}
    assert {(model, name) for model, names in WORDING.items() for name in names} <= known
    assert wording("Nothing", "nothing") == ""


@pytest.mark.parametrize("file", [file for file in FILES if kind_of(file.read_text())], ids=lambda file: file.stem)
def test_every_shipped_file_is_right_by_its_schema(file: Path) -> None:
    kind = kind_of(file.read_text(encoding="utf-8"))
    assert kind is not None
    assert complaints(kind, file) == []


def test_every_shipped_process_names_its_schema_first() -> None:
    for name in ("predictive", "program"):
        first = (ROOT / f"config/processes/{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
        assert first == f"{LINE}../schemas/process.schema.json"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("title: Small", "title: Small\ncolour: red", "$: "),
        ("    title: Work", "    title: Work\n    colour: red", "$.phases[0]: "),
        ("approvers: [sponsor]", "approvers: [sponsor]\n        policy: most", "$.phases[0].gates[0].policy: "),
        ("approvers: [sponsor]", "approvers: [sponsor]\n        request: engine", "$.phases[0].gates[0].request: "),
        ("approvers: [sponsor]", "approvers: []", "$.phases[0].gates[0].approvers: "),
        ("approvers: [sponsor]", "approvers: [sponsor]\n        rounds: 21", "$.phases[0].gates[0].rounds: "),
        ("owner: pm", "owner: pm\n        rasci: {pm: X}", "$.phases[0].deliverables[0].rasci.pm: "),
        ("process: small", "process: two words", "$.process: "),
        ("manager: pm\n", "", "$: 'manager' is a required"),
    ],
)
def test_what_the_engine_would_refuse_an_editor_marks_too(tmp_path: Path, old: str, new: str, place: str) -> None:
    file = tmp_path / "process.yaml"
    file.write_text(small((old, new)))
    (found,) = complaints("process", file)
    assert found.startswith(place)


def test_a_file_is_known_by_the_names_at_its_margin() -> None:
    assert kind_of(SMALL) == "process"
    assert kind_of("project: x\npeople: []\n") == "charter"
    assert kind_of("project: x\npeople: []\nprojects: []\n") == "program"
    assert kind_of("organisation: x\npeople: []\n") == "organisation"
    assert kind_of("days: []\n") is None
