"""A starter organisation to edit."""

import json
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal


def test_a_starter_organisation_is_written_and_valid(terminal: Terminal) -> None:
    folder = terminal.folder / "our-pmo"
    said = terminal.does("init", folder)
    assert (folder / "templates/documents").is_dir()
    assert (folder / "config/examples/digital-platform/program.yaml").is_file()
    assert f"Next: phasegate process validate {folder}/config/processes/" in said
    assert f"--config {folder}" in said
    for process in sorted((folder / "config/processes").glob("*.yaml")):
        terminal.does("process", "validate", process, "--config", folder)
    for sample in ("agile-hybrid", "pm2-style", "prince2-style"):
        assert (folder / "config/examples" / sample / "plan.csv").is_file()


def test_every_file_tells_an_editor_where_its_schema_is(terminal: Terminal) -> None:
    """Whoever opens a file has completion from the first line on, wherever the folder lies."""
    folder = terminal.folder / "our-pmo"
    terminal.does("init", folder)
    told = {}
    for file in (folder / "config").rglob("*.yaml"):
        first, _, rest = file.read_text(encoding="utf-8").partition("\n")
        if first.startswith("# yaml-language-server: $schema="):
            told[file.stem] = (file.parent / first.partition("=")[2]).resolve()
            assert "yaml-language-server" not in rest
    schemas = (folder / "config/schemas").resolve()
    assert told["predictive"] == told["program"].with_name("process.schema.json") == schemas / "process.schema.json"
    assert told["charter"] == schemas / "charter.schema.json"
    assert all(json.loads(place.read_text(encoding="utf-8"))["$schema"] for place in told.values())


def test_nothing_is_overwritten(terminal: Terminal) -> None:
    folder = terminal.folder / "our-pmo"
    (folder / "templates").mkdir(parents=True)
    said = terminal("init", folder)
    assert (said.code, said.out) == (2, "")
    assert "stays as it is" in said.err
    assert not (folder / "config").exists()


def test_the_folder_one_is_in_is_the_default(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = terminal.folder / "empty"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("PHASEGATE_CONFIG")
    assert terminal.json("init")["folder"] == "."
    assert "predictive" in {entry["process"] for entry in terminal.json("process", "list")}
    assert Path("templates").is_dir()
