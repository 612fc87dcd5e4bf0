"""The shipped processes and their document templates hold what somebody from a real PMO expects to find."""

import pytest

from lifecycle.governance.roster import dead_gates
from lifecycle.history.charter import Member
from lifecycle.process.definition import AtLeast, DeliverableDefinition, GateDefinition
from lifecycle.process.expansion import expand
from lifecycle.process.soundness import problems
from tests import builders
from tests.process.packs import ROOT, every_document, every_gate, every_pack, pack, templates

ROLES = {
    "predictive": """sponsor project-manager pmo change-control-board steering-committee functional-manager
        user-representative business-analyst project-team supplier""",
    "program": "program-owner program-manager business-change-manager program-board project-manager pmo",
}
PHASES = {
    "predictive": "initiation planning execution monitoring closure",
    "program": "initiating planning tranche closing",
}
GATES = {"predictive": "G0 G1 G2 G3 G4", "program": "PG0 PG1 PT PG2"}
ARTEFACTS = {
    ("predictive", "initiation"): """business-case benefits-management-plan project-charter assumption-log
        stakeholder-register""",
    ("predictive", "planning"): """scope-management-plan requirements-management-plan schedule-management-plan
        cost-management-plan quality-management-plan resource-management-plan communications-management-plan
        risk-management-plan procurement-management-plan stakeholder-engagement-plan change-management-plan
        configuration-management-plan scope-baseline schedule-baseline cost-baseline
        performance-measurement-baseline requirements-documentation requirements-traceability-matrix
        activity-list milestone-list network-diagram duration-and-cost-estimates schedule calendars
        resource-requirements
        resource-breakdown-structure quality-metrics test-and-evaluation risk-register risk-report""",
    (
        "predictive",
        "execution",
    ): """work-performance-data issue-log quality-report change-requests team-assignments
        communications-record lessons-learned-register""",
    ("predictive", "monitoring"): """work-performance-report approved-changes change-log
        verified-and-accepted-deliverables quality-measurements cost-and-schedule-forecasts
        earned-value-set""",
    ("predictive", "closure"): """accepted-deliverables transition-and-handover final-report
        lessons-repository-update closed-procurements archive""",
    ("program", "initiating"): "vision-and-objectives program-business-case program-charter",
    ("program", "planning"): """program-roadmap dependency-register benefits-register benefit-map
        program-risk-register resource-pool financial-plan transition-plan stakeholder-and-communication-plan
        priorities""",
    ("program", "tranche"): "tranche-review intervention-register benefits-measurement",
    ("program", "closing"): "program-closure-report program-lessons benefits-handover",
}
MANDATORY = {
    ("predictive", "initiation"): "business-case project-charter stakeholder-register",
    ("predictive", "planning"): """requirements-documentation scope-baseline schedule-baseline cost-baseline
        quality-management-plan risk-register""",
    ("predictive", "execution"): "quality-report lessons-learned-register",
    ("predictive", "monitoring"): "work-performance-report",
    ("predictive", "closure"): "transition-and-handover final-report lessons-repository-update",
    ("program", "initiating"): "vision-and-objectives program-business-case program-charter",
    ("program", "planning"): "program-roadmap dependency-register benefits-register program-risk-register",
    ("program", "tranche"): "tranche-review",
    ("program", "closing"): "program-closure-report program-lessons benefits-handover",
}


@every_pack
def test_a_shipped_process_is_sound(name: str) -> None:
    assert problems(pack(name), templates()) == ()


@every_pack
def test_a_shipped_process_has_the_roles_phases_and_gates_of_the_field(name: str) -> None:
    definition = pack(name)
    assert definition.process == name
    assert [role.id for role in definition.roles] == ROLES[name].split()
    assert [phase.id for phase in definition.phases] == PHASES[name].split()
    assert [gate.id for gate in definition.gates] == GATES[name].split()


@pytest.mark.parametrize(("name", "phase"), ARTEFACTS)
def test_every_artefact_of_the_field_is_there(name: str, phase: str) -> None:
    found = {item.id for item in pack(name).phase(phase).deliverables}
    assert found == set(ARTEFACTS[name, phase].split())


@pytest.mark.parametrize(("name", "phase"), MANDATORY)
def test_a_usual_project_has_to_write_only_a_few_of_them(name: str, phase: str) -> None:
    found = [item.id for item in pack(name).phase(phase).deliverables if not item.optional]
    assert sorted(found) == sorted(MANDATORY[name, phase].split())


def test_monitoring_runs_alongside_execution_and_feeds_its_gate() -> None:
    definition = pack("predictive")
    assert definition.phase("monitoring").beside == "execution"
    assert "monitoring" not in {phase.id for phase in definition.main_phases}
    assert "work-performance-report" in {item.id for item in definition.deliverables_for("G3")}


def test_the_plan_gate_and_no_other_sets_the_baseline() -> None:
    assert [gate.id for gate in pack("predictive").gates if gate.baseline] == ["G2"]


def test_products_of_the_charter_belong_to_execution() -> None:
    assert [phase.id for phase in pack("predictive").phases if phase.products] == ["execution"]


@every_pack
def test_a_stopped_project_owes_a_report_and_its_lessons_and_nothing_before_closing(name: str) -> None:
    owed = {item.id for item in pack(name).deliverables if item.premature}
    assert (
        owed
        == {
            "predictive": {"final-report", "lessons-repository-update"},
            "program": {"program-closure-report", "program-lessons"},
        }[name]
    )
    assert owed <= {item.id for item in pack(name).closing_phase.deliverables}


def test_policies_fit_what_is_at_stake() -> None:
    policies = {gate.id: gate.policy for gate in pack("predictive").gates}
    assert policies == {"G0": "any", "G1": "all", "G2": AtLeast(at_least=2), "G3": "all", "G4": "all"}


@every_gate
def test_a_gate_has_a_chair_an_authority_for_waivers_and_criteria(name: str, gate: GateDefinition) -> None:
    assert gate.chair in gate.approvers
    assert gate.waiver_by and gate.waiver_by != pack(name).manager
    assert len([criterion for criterion in gate.criteria if not criterion.advisory]) >= 2
    assert gate.question.endswith("?")


@every_gate
def test_nobody_who_decides_at_a_gate_writes_what_it_asks_for(name: str, gate: GateDefinition) -> None:
    writers = {item.owner for item in pack(name).deliverables_for(gate.id)} | {pack(name).manager}
    assert writers.isdisjoint(gate.approvers)


def test_no_criterion_asks_that_those_who_close_the_project_are_gone() -> None:
    asked = [c for gate in pack("predictive").gates for c in gate.criteria if "people.released" in c.expression]
    assert asked and all(criterion.advisory and "people.total" not in criterion.expression for criterion in asked)


@every_document
def test_a_deliverable_names_who_writes_it_who_accepts_it_and_against_what(
    name: str, item: DeliverableDefinition
) -> None:
    assert item.rasci[item.owner] == "R"
    assert [role for role, letter in item.rasci.items() if letter == "A"] == [item.acceptance.by]
    assert item.owner != item.acceptance.by
    assert item.acceptance.criteria


@every_pack
def test_changes_beyond_every_limit_still_have_somebody_to_decide(name: str) -> None:
    rows = pack(name).authority
    unlimited = [row for row in rows if row.up_to_cost is None and row.up_to_days is None]
    assert {row.decision for row in unlimited} == {"change", "stop"}
    assert all(pack(name).manager not in row.roles for row in rows)


@pytest.mark.parametrize(
    ("name", "team"),
    [
        (
            "predictive",
            [
                "project-manager business-analyst",
                "sponsor functional-manager",
                "pmo steering-committee",
                "user-representative",
                "project-team",
            ],
        ),
        (
            "program",
            ["program-owner", "program-board", "program-manager", "business-change-manager", "pmo"],
        ),
    ],
)
def test_five_people_are_enough_to_get_through_every_gate(name: str, team: list[str]) -> None:
    people = [Member(id=f"p{n}", name=f"P{n}", roles=tuple(roles.split())) for n, roles in enumerate(team)]
    charter = builders.charter(process=name, people=tuple(people), deliverables=())
    assert dead_gates(expand(pack(name), {}), charter) == ()


def test_two_tranches_give_two_boundaries_with_their_own_reviews() -> None:
    definition = expand(pack("program"), {"tranche": 2})
    assert [gate.id for gate in definition.gates] == ["PG0", "PG1", "PT-1", "PT-2", "PG2"]
    assert [phase.id for phase in definition.main_phases][2:4] == ["tranche-1", "tranche-2"]
    assert "tranche-review-2" in {item.id for item in definition.deliverables_for("PT-2")}
    assert problems(definition, templates()) == ()


def test_a_program_ends_only_when_its_projects_have() -> None:
    expressions = [criterion.expression for criterion in pack("program").gate("PG2").criteria]
    assert "program.projects_closed == program.projects" in expressions


@every_pack
def test_the_file_explains_itself_and_its_guide_exists(name: str) -> None:
    lines = (ROOT / "config" / "processes" / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    assert all(line.startswith("#") for line in lines[:10])
    guide = (ROOT / "docs" / "processes" / f"{name}.md").read_text(encoding="utf-8")
    assert all(f"`{gate.id}`" in guide for gate in pack(name).gates)
    assert "Tailoring" in guide
