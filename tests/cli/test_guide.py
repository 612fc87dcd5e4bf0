"""The guides for a PMO: every command on their pages works exactly as it stands there."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from lifecycle.cli.main import run
from tests.cli.terminal import Terminal

PAGES = Path(__file__).parents[2] / "docs" / "processes"


def typed(page: str) -> list[str]:
    """The commands of a page in their order."""
    blocks = re.findall(r"```console\n(.*?)```", (PAGES / page).read_text(encoding="utf-8"), flags=re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]


def files(page: str) -> dict[str, str]:
    """The files that a page lets one write, by the names in their first lines."""
    text = (PAGES / page).read_text(encoding="utf-8")
    return dict(re.findall(r"```yaml\n# (\S+\.yaml)\n(.*?)```", text, flags=re.DOTALL))


def lived(page: str, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Type every command of a page in a folder of its own; what each one said."""
    monkeypatch.delenv("PHASEGATE_CONFIG")
    home = terminal.folder / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    said: dict[str, str] = {}
    for line in typed(page):
        program, *words = shlex.split(line)
        if program == "cd":
            monkeypatch.chdir(words[0])
            for name, text in files(page).items():
                Path(name).write_text(text, encoding="utf-8")
        elif words == ["worker"]:
            terminal.carry_on("website")
        elif program == "phasegate":
            code, found = run(words), terminal.capsys.readouterr()
            assert (code, found.err) == (0, ""), line
            said[line] = found.out
        else:
            subprocess.run([program, *words], check=True)
    return said


def test_moving_a_project_works_as_the_guide_says(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    said = lived("moving-projects.md", terminal, monkeypatch)
    (plan,) = (text for line, text in said.items() if line.endswith("--dry-run"))
    assert "Deliverable stakeholder-register is called stakeholders from now on; title: Stakeholder register" in plan
    assert "Gate G3a (Design accepted) will be asked before G3." in plan
    shown = said["phasegate project show website"]
    assert "Process: ours 1.1, which is not a published version, moved from predictive 1.0 on" in shown
    (report,) = Path("reports").glob("*.md")
    assert "The audit asks for a design gate" in report.read_text(encoding="utf-8")


def test_every_command_of_the_guide_works_as_it_stands(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    said = lived("writing-a-process.md", terminal, monkeypatch)
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
