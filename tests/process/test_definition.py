"""A process answers plain questions about itself."""

import pytest

from tests.builders import definition


def test_phases_gates_and_deliverables_are_found_by_name() -> None:
    process = definition()

    assert process.phase("control").beside == "execution"
    assert process.gate("G2").waiver_by == "architect"
    assert process.phase_of_gate("G2").id == "execution"
    assert process.closing_phase.id == "closing"
    with pytest.raises(KeyError):
        process.gate("G9")


def test_a_gate_needs_what_its_phase_and_those_beside_it_owe() -> None:
    process = definition()

    assert [item.id for item in process.deliverables_for("G2")] == ["app", "test-report", "manual", "quality-log"]
    assert len(process.deliverables) == 6
