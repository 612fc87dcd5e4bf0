"""The built wheel, unpacked where nothing of the repository is: it starts, and takes a project through a gate."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.flows.processes import ROOT

pytestmark = pytest.mark.flows


def installed(folder: Path) -> Path:
    """An environment of its own with the wheel in it, and the libraries of the one that runs the tests; its Python."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "env")], check=True)
    (site,) = (folder / "env").glob("lib/python*/site-packages")
    zipfile.ZipFile(wheel).extractall(site)
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "env" / "bin" / "python"


def test_the_wheel_alone_takes_a_project_through_a_gate(tmp_path: Path) -> None:
    """R-79: processes, templates, records and Prefect's server all come from the installed package."""
    python, home = installed(tmp_path), tmp_path / "home"
    home.mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PHASEGATE"))}

    def does(*words: str) -> str:
        asked = [str(python), "-m", "flows", *words]
        done = subprocess.run(asked, cwd=home, env=clean, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout

    where = [str(python), "-c", "import flows; print(flows.__file__)"]
    assert str(ROOT) not in subprocess.check_output(where, cwd=home, env=clean, text=True)
    does("init")
    does("project", "start", "config/examples/digital-platform/website/charter.yaml", "--as", "priya.nair")
    does("worker")
    does("project", "submit-deliverable", "website", "business-case", "--as", "amara.okafor")
    does("gate", "submit", "website", "G0", "--as", "priya.nair")
    vote = ("gate", "decide", "website", "G0", "--vote", "approve", "--reason", "It pays off.")
    does(*vote, "--as", "ingrid.solberg")
    does("worker")
    assert "Project charter" in does("project", "why", "website")
    assert "The record is whole" in does("audit", "verify")
