"""The shipped overlay: a project follows it like any process to its closure, and never learns that it is one."""

from contextlib import closing
from pathlib import Path

import pytest

from lifecycle.actions import audit, projects
from lifecycle.errors import BadInput
from lifecycle.library import shipped
from tests.packs.samples import Sample, opened
from tests.workspaces import carry_on

WEBSITE = shipped("config") / "examples" / "digital-platform" / "website"
OFFICER = "  - {id: sofia.keller, name: Sofia Keller, roles: [compliance-officer]}\n"


def charter(folder: Path, officer: str = OFFICER) -> Path:
    """The website's charter for a regulated unit, with somebody who speaks for the authority."""
    text = (WEBSITE / "charter.yaml").read_text(encoding="utf-8")
    text = text.replace("process: predictive\n", "process: predictive-regulated\n")
    file = folder / "charter.yaml"
    file.write_text(text.replace("\npeople:\n", f"\npeople:\n{officer}"), encoding="utf-8")
    (folder / "plan.csv").write_bytes((WEBSITE / "plan.csv").read_bytes())
    return file


def test_a_project_of_a_regulated_unit_goes_from_its_start_to_its_closure(tmp_path: Path) -> None:
    work = opened(tmp_path)
    with closing(work.database):
        started = projects.start_project(work, charter(tmp_path), "priya.nair")
        assert started.definition.gate("G2").veto == ("compliance-officer",)
        sample = Sample(work, "website")
        sample.comes_to("G4")
        sample.passes("G4")
        carry_on(work, "website")
        assert sample.history.closed and not sample.history.closed.premature
        assert sample.submitted() >= {"declaration-of-conformity", "test-and-evaluation", "archive"}
        assert audit.verify(work).fault is None


def test_without_a_compliance_officer_no_such_project_starts(tmp_path: Path) -> None:
    work = opened(tmp_path)
    with closing(work.database), pytest.raises(BadInput, match="Compliance officer"):
        projects.start_project(work, charter(tmp_path, officer=""), "priya.nair")
