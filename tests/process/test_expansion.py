"""A project's own copy of its process: stages counted, products where they belong."""

from lifecycle.process.expansion import expand
from tests.builders import definition, deliverable, execution, phase, planning, wind_up

STAGED = definition(planning(), execution(repeat="stage"), phase("control", beside="execution"), wind_up())
PRODUCT = deliverable("shop", "engineer", "customer", product=True)


def test_a_process_without_stages_stays_as_it_is_but_for_its_products() -> None:
    assert expand(definition(), {}) == definition()
    grown = expand(definition(), {}, (PRODUCT,))

    assert [item.id for item in grown.phase("execution").deliverables][-1] == "shop"


def test_a_repeated_phase_carries_its_number_everywhere() -> None:
    stage = expand(STAGED, {"execution": 2}).phase("execution-2")

    assert stage.title == "Execution 2"
    assert [gate.id for gate in stage.gates] == ["G2-2"]
    assert [(item.id, item.title, item.gate) for item in stage.deliverables][1] == (
        "test-report-2",
        "Test report 2",
        "G2-2",
    )
    assert stage.repeat is None


def test_what_runs_beside_a_repeated_phase_repeats_with_it() -> None:
    grown = expand(STAGED, {"execution": 2})

    assert [phase.id for phase in grown.main_phases] == ["planning", "execution-1", "execution-2", "closing"]
    assert [phase.id for phase in grown.beside("execution-2")] == ["control-2"]


def test_a_product_belongs_to_the_stage_whose_gate_it_names_else_to_the_last() -> None:
    early = deliverable("shelf", "engineer", "customer", product=True, gate="G2-1")
    grown = expand(STAGED, {"execution": 2}, (PRODUCT, early))

    assert [item.id for item in grown.deliverables_for("G2-1")][-1] == "shelf"
    assert [item.id for item in grown.deliverables_for("G2-2")][-1] == "shop"


def test_a_stage_is_there_once_when_the_charter_does_not_count_it() -> None:
    assert [phase.id for phase in expand(STAGED, {}).main_phases] == ["planning", "execution-1", "closing"]
