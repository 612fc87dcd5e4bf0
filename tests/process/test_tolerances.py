"""Tolerances per level in a process: told when they change, renamed with their roles, and found sound or not."""

from decimal import Decimal
from typing import Any

import pytest

from lifecycle.process import soundness
from lifecycle.process.comparison import differences
from lifecycle.process.definition import ProcessDefinition, ToleranceDefinition
from lifecycle.process.expansion import expand
from lifecycle.process.markdown import markdown
from lifecycle.process.renaming import with_new_names
from lifecycle.process.tolerances import MEASURES, asked, in_words
from tests.builders import definition


def row(name: str, amount: str, **more: Any) -> ToleranceDefinition:
    level, measure = name.split()
    return ToleranceDefinition.model_validate({"level": level, "measure": measure, "amount": amount} | more)


def told(old: ProcessDefinition, new: ProcessDefinition) -> list[str]:
    return [f"{one.kind} {one.name}: {one.text}" for one in differences(old, new)]


def test_a_change_of_tolerances_is_told_in_words_once_for_each() -> None:
    old = definition(tolerances=(row("stage time", "10"), row("stage cost", "5"), row("project risk", "15")))
    new = definition(
        tolerances=(
            row("work-package time", "3"),
            row("stage time", "7", asks="sponsor", mandatory=True),
            row("stage cost", "5"),
        )
    )
    assert told(old, new) == [
        "tolerance work-package time: none -> 3 days",
        "tolerance stage time: 10 days -> 7 days, sponsor is asked (mandatory)",
        "tolerance project risk: 15 of 25 -> none",
    ]


def test_a_renamed_role_is_asked_under_its_new_name_and_that_is_no_change_of_the_tolerance() -> None:
    old = definition(tolerances=(row("stage time", "10", asks="sponsor"),))
    new = with_new_names(old, {("role", "sponsor"): "board"})
    assert new.tolerances[0].asks == "board"
    assert [line for line in told(old, new) if line.startswith("tolerance")] == []


@pytest.mark.parametrize(
    ("name", "amount", "words"),
    [
        ("stage time", "1", "1 day"),
        ("stage cost", "7.50", "7.5 %"),
        ("stage cost", "100", "100 %"),
        ("stage quality", "2", "2 sent back"),
        ("project risk", "20", "20 of 25"),
    ],
)
def test_an_amount_is_told_with_its_unit(name: str, amount: str, words: str) -> None:
    assert in_words(row(name, amount)) == words


def test_whoever_is_asked_is_named_else_the_manager_for_a_work_package_else_the_authority_table() -> None:
    process = definition(tolerances=(row("stage time", "10", asks="sponsor"), row("work-package cost", "5")))
    assert asked(process, "stage", "time") == "sponsor"
    assert asked(process, "stage", "cost") is None
    assert asked(process, "work-package", "cost") == "manager"
    assert asked(process, "project", "time") is None


@pytest.mark.parametrize("level", MEASURES)
def test_every_measure_of_a_level_is_sound_there_and_no_other_is(level: str) -> None:
    for measure in ("time", "cost", "quality", "risk"):
        found = soundness.problems(definition(tolerances=(row(f"{level} {measure}", "5"),)), ())
        assert (found == ()) == (measure in MEASURES[level])  # type: ignore[index]


def test_percentages_of_different_amounts_are_not_compared() -> None:
    rows = (row("stage cost", "5"), row("work-package cost", "20"))
    assert soundness.problems(definition(tolerances=rows), ()) == ()


def test_a_projects_copy_keeps_the_tolerances_for_all_its_stages() -> None:
    process = definition(tolerances=(row("stage time", "10"),))
    assert expand(process, {}).tolerances == process.tolerances
    assert "## Tolerances" in markdown(process)
    assert "## Tolerances" not in markdown(definition())


def test_a_process_without_tolerances_is_what_it_always_was() -> None:
    """Its content, by whose digest versions are known, has no new field."""
    assert "tolerances" not in definition().model_dump(mode="json", exclude_defaults=True)
    assert definition(tolerances=(row("stage time", "10"),)).tolerances[0].amount == Decimal(10)
