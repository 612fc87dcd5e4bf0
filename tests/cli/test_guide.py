"""The guide for a new PMO: every command on its page works exactly as it stands there."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from lifecycle.cli.main import run
from tests.cli.terminal import Terminal

GUIDE = Path(__file__).parents[2] / "docs" / "processes" / "writing-a-process.md"


def typed() -> list[str]:
    """The commands of the page in their order."""
    blocks = re.findall(r"```console\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]


def test_every_command_of_the_guide_works_as_it_stands(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PHASEGATE_CONFIG")
    home = terminal.folder / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    said: dict[str, str] = {}
    for line in typed():
        program, *words = shlex.split(line)
        if program == "cd":
            monkeypatch.chdir(words[0])
        elif program == "phasegate":
            code, found = run(words), terminal.capsys.readouterr()
            assert (code, found.err) == (0, ""), line
            said[line] = found.out
        else:
            subprocess.run([program, *words], check=True)

    assert "predictive" in said["phasegate process list"]
    assert said["phasegate process diff predictive ours"].splitlines()[2:] == [
        "process ours", "- process: predictive -> ours", "- version: 1.0 -> 1.1", "",
        "gate G2", "- policy: at least 2 -> all",
    ]  # fmt: skip
    assert Path("predictive.svg").read_text(encoding="utf-8").startswith("<svg ")
    rehearsed = [text for line, text in said.items() if "simulate" in line]
    assert len(rehearsed) == 6 and all("nothing runs for ever" in text for text in rehearsed)
    assert said["phasegate process diff ours@1.1 ours"] == said["phasegate process diff ours@1.1 ours@1.2"]
    assert "- due: 10 days -> 7 days" in said["phasegate process diff ours@1.1 ours"]
    assert "\nProcess: ours 1.2, as published\n" in said["phasegate project show website"]
