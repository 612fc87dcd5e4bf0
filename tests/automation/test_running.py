"""Foreign code in a process of its own: it can hang, crash and rave, and the runner only hears of it."""

import time
from pathlib import Path

import pytest

from lifecycle.automation import running
from lifecycle.automation.running import Answered, Limits
from lifecycle.errors import StepBroken
from lifecycle.value import digest
from tests.flows.carrying import gone, wait_until

HERE = "tests.broken_steps"


def answer(name: str, folder: Path, seconds: int = 30, **parameters: object) -> Answered:
    given = {"documents": [], "attempt": 1, "step": "scan", "parameters": parameters}
    return running.answer(f"{HERE}:{name}", given, Limits(seconds, 512), folder)


def test_a_step_answers_with_its_verdict_and_figures_whatever_it_prints(tmp_path: Path) -> None:
    found = answer("good", tmp_path)
    assert found.output.passed
    assert found.output.facts == {"documents": 0, "attempt": 1, "note": "scan"}
    assert found.sha256 == digest(
        b'{"passed": true, "text": "Looked at all.", "facts": {"documents": 0, "attempt": 1, "note": "scan"}}'
    )


def test_a_step_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(StepBroken, match="took longer than 2 s"):
        answer("hang", tmp_path, seconds=2, place=str(tmp_path / "child"))
    assert time.monotonic() - begun < 60
    child = int((tmp_path / "child").read_text())
    wait_until(lambda: gone(child), "the end of what the step started")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("crash", "it crashed: ValueError: no scanner here"),
        ("vanish", "it crashed: ended by SIGKILL"),
        ("devour", "it crashed: MemoryError"),
        ("missing", "has no attribute 'missing'"),
        ("flood", "its answer is larger than 1024 KiB"),
        ("nothing", "its answer is not understood"),
        ("unknown", "its answer is not understood: passed"),
        ("endless", "it crashed: ValueError: Out of range float values are not JSON compliant"),
    ],
)
def test_a_step_that_breaks_says_how(name: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(StepBroken) as broken:
        answer(name, tmp_path, place=str(tmp_path / "tries"))
    assert why in str(broken.value)


def test_a_step_that_ends_without_a_word_is_told_by_its_exit_code(tmp_path: Path) -> None:
    with pytest.raises(StepBroken, match="exit code 3"):
        running.answer("os:_exit", 3, Limits(30, 512), tmp_path)  # type: ignore[arg-type]


def test_a_step_sees_no_secret_and_works_in_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHASEGATE_TOKEN", "secret")
    found = answer("look_around", tmp_path).output
    assert "PHASEGATE_TOKEN" not in found.text
    assert not {word for word in found.text.split() if word.startswith(("PHASEGATE", "PREFECT"))}
    assert found.facts["home"] == str(tmp_path.resolve())


def test_entry_points_are_tried_without_being_run() -> None:
    found = running.unusable([f"{HERE}:{name}" for name in ("good", "missing", "not_a_function")] + ["gone:x"], 512)
    assert found == {
        "gone:x": "ModuleNotFoundError: No module named 'gone'",
        f"{HERE}:missing": f"AttributeError: module '{HERE}' has no attribute 'missing'",
        f"{HERE}:not_a_function": "it is not a function",
    }


def test_code_that_ends_the_process_as_it_is_imported_is_a_problem_of_all_that_were_tried() -> None:
    assert "it crashed" in running.unusable(["tests.dying:x", "json:loads"], 512)["json:loads"]
