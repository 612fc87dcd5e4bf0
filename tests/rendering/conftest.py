from pathlib import Path

import pytest

from lifecycle.control.success import verdict
from lifecycle.rendering.reports import Report
from lifecycle.reports.closure import closure_report
from lifecycle.reports.gate import gate_report
from lifecycle.reports.program import program_report
from lifecycle.reports.status import status_report
from lifecycle.status import status
from tests.reports.builders import program, running, website
from tests.reports.story import HEAD, NOW, at

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@pytest.fixture(scope="session")
def templates() -> Path:
    return TEMPLATES


@pytest.fixture(scope="session")
def reports() -> dict[str, Report]:
    """One report of each kind."""
    whole, part = website(), running()
    return {
        "closure": closure_report(whole, status(whole, NOW.date()), verdict(whole), HEAD, NOW),
        "gate": gate_report(whole, "G1", None, NOW),
        "status": status_report(part, status(part, at(4, 24).date()), at(4, 24)),
        "program": program_report(*program(), at(4, 24)),
    }
