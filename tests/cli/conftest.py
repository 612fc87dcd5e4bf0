"""A terminal in an organisation with the small process, where it is always the same Monday."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import START, charter, program_charter
from tests.cli.terminal import Terminal
from tests.workspaces import charter_file, workspace

PLAN = """id,name,wbs,duration,predecessors,owner,cost
A1,Build,1,20,,engineer,20000
A2,Test,2,10,A1,engineer,5000
M1,Done,3,0,A2,manager,0
"""


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    workspace(tmp_path)
    for one in (charter("app"), charter("web"), program_charter(projects=("app", "web"))):
        charter_file(tmp_path, one)
    (tmp_path / "plan.csv").write_text(PLAN)
    (tmp_path / "clock").write_text(START.isoformat())
    monkeypatch.setenv("PHASEGATE_DATA", str(tmp_path / "records"))
    monkeypatch.setenv("PHASEGATE_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("PHASEGATE_CLOCK_FILE", str(tmp_path / "clock"))
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("PHASEGATE_PERSON", "PHASEGATE_DEBUG", "PHASEGATE_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    # Copies of one data folder are one installation, and must not share what was read from another copy
    monkeypatch.setattr("lifecycle.records.database.KNOWN", {}, raising=False)
    return Terminal(tmp_path, capsys)


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data folders of what was lived through once, to begin other tests with."""
    return tmp_path_factory.mktemp("lived")


def again(terminal: Terminal, kept: Path, live: Callable[[], object]) -> Terminal:
    """Live through something the first time, afterwards remember it."""
    if kept.exists():
        shutil.copytree(kept, terminal.data)
    else:
        live()
        shutil.copytree(terminal.data, kept)
    return terminal


@pytest.fixture
def started(terminal: Terminal, lived: Path) -> Terminal:
    """The project `app` has begun: Paula prepares gate G1."""
    return again(terminal, lived / "started", terminal.start)


@pytest.fixture
def submitted(terminal: Terminal, lived: Path) -> Terminal:
    """Gate G1 is submitted: Cora and Sam are to decide."""
    return again(terminal, lived / "submitted", terminal.submit)


@pytest.fixture
def executing(terminal: Terminal, lived: Path) -> Terminal:
    """The plan is the baseline, and its work begins."""
    return again(terminal, lived / "executing", terminal.execute)


@pytest.fixture
def program(terminal: Terminal, lived: Path) -> Terminal:
    """The program `digital` of the projects `app` and `web` has begun."""
    return again(
        terminal, lived / "program", lambda: terminal.does("program", "start", terminal.folder / "digital.yaml")
    )
