"""The shipped processes and their document templates hold what somebody from a real PMO expects to find."""

import pytest

from lifecycle.governance.roster import dead_gates
from lifecycle.history.charter import Member
from lifecycle.process.definition import AtLeast, DeliverableDefinition, GateDefinition
from lifecycle.process.expansion import expand
from lifecycle.process.soundness import problems
from lifecycle.process.tables import asked_in_words
from tests import builders
from tests.process.field import ARTEFACTS, GATES, MANDATORY, PHASES, ROLES
from tests.process.packs import PACKS, ROOT, every_document, every_gate, every_pack, pack, templates


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


def test_the_plan_gate_sets_the_baseline_and_only_a_train_decides_at_its_boundaries_what_comes_next() -> None:
    setting = {name: [gate.id for gate in pack(name).gates if gate.baseline] for name in PACKS}
    assert setting == {
        "predictive": ["G2"],
        "program": [],
        "prince2-style": ["AP"],
        "pm2-style": ["RfE"],
        "agile-hybrid": ["H2", "H3"],
    }


def test_work_in_iterations_is_looked_at_and_never_counted_in_percent() -> None:
    asked = [asked_in_words(criterion) for gate in pack("agile-hybrid").gates for criterion in gate.criteria]
    assert [expression for expression in asked if "percent" in expression] == []


def test_products_of_the_charter_belong_to_the_phase_that_builds() -> None:
    building = {name: [phase.id for phase in pack(name).phases if phase.products] for name in PACKS}
    assert building == {
        "predictive": ["execution"],
        "program": [],
        "prince2-style": ["delivery-stage"],
        "pm2-style": ["executing"],
        "agile-hybrid": ["implementing"],
    }


@pytest.mark.parametrize(
    ("name", "beside", "phase", "gate", "document"),
    [
        ("predictive", "monitoring", "execution", "G3", "work-performance-report"),
        ("prince2-style", "control", "delivery-stage", "AS", "highlight-report"),
        ("pm2-style", "monitor-and-control", "executing", "RfC", "transition-checklist"),
        ("agile-hybrid", "iterations", "implementing", "H3", "increment-record"),
    ],
)
def test_control_runs_alongside_the_work_and_feeds_its_gate(
    name: str, beside: str, phase: str, gate: str, document: str
) -> None:
    definition = pack(name)
    assert definition.phase(beside).beside == phase
    assert beside not in {main.id for main in definition.main_phases}
    assert document in {item.id for item in definition.deliverables_for(gate)}


@every_pack
def test_a_stopped_project_owes_a_report_and_its_lessons_and_nothing_before_closing(name: str) -> None:
    owed = {item.id for item in pack(name).deliverables if item.premature}
    assert (
        owed
        == {
            "predictive": {"final-report", "lessons-repository-update"},
            "program": {"program-closure-report", "program-lessons"},
            "prince2-style": {"end-project-report", "lessons-report"},
            "pm2-style": {"project-end-report", "project-end-review"},
            "agile-hybrid": {"closure-report", "lessons"},
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
def test_an_undecided_gate_goes_up_to_somebody_who_did_not_write_for_it(name: str, gate: GateDefinition) -> None:
    roles = {role.id for role in pack(name).roles}
    assert gate.remind_days and all(days < gate.due_days for days in gate.remind_days)
    assert gate.escalation
    for level in gate.escalation:
        assert level.to in roles - set(gate.approvers)
        assert not level.substitutes or level.to not in {item.owner for item in pack(name).deliverables_for(gate.id)}
    assert set(gate.veto) <= set(gate.approvers)


def test_pm2_assigns_responsibility_as_its_guide_does() -> None:
    short = {
        "BM": "business-manager",
        "PO": "project-owner",
        "PM": "project-manager",
        "PSC": "steering-committee",
        "AGB": "governance-body",
        "PCT": "project-core-team",
    }
    listed = """project-initiation-request BM/PO, business-case BM/PO, project-charter PM/PSC, planning-kick-off PM/PSC,
        project-handbook PM/PO, stakeholder-matrix PM/PO, project-work-plan PM/PSC, outsourcing-plan PM/AGB,
        deliverables-acceptance-plan PM/PSC, transition-plan PM/PSC, business-implementation-plan BM/PO,
        requirements-management-plan PM/PO, change-management-plan PM/PO, risk-management-plan PM/PO,
        issue-management-plan PM/PO, communications-management-plan PM/PO, quality-management-plan PM/PSC,
        quality-review-report PCT/PM, transition-checklist PM/PSC, project-end-review PM/PSC,
        project-end-report PM/PSC, administrative-closure PM/PO"""
    items = {item.id: item for item in pack("pm2-style").deliverables}
    for line in listed.split(","):
        name, letters = line.split()
        owner, accountable = letters.split("/")
        assert (items[name].owner, items[name].acceptance.by) == (short[owner], short[accountable]), name


@every_gate
def test_nobody_who_decides_at_a_gate_writes_what_it_asks_for(name: str, gate: GateDefinition) -> None:
    writers = {item.owner for item in pack(name).deliverables_for(gate.id)} | {pack(name).manager}
    assert writers.isdisjoint(gate.approvers)


def test_no_criterion_asks_that_those_who_close_the_project_are_gone() -> None:
    asked = [c for gate in pack("predictive").gates for c in gate.criteria if "people.released" in asked_in_words(c)]
    assert asked and all(criterion.advisory and "people.total" not in asked_in_words(criterion) for criterion in asked)


@every_document
def test_a_deliverable_names_who_writes_it_who_accepts_it_and_against_what(
    name: str, item: DeliverableDefinition
) -> None:
    assert item.rasci[item.owner] == "R"
    assert [role for role, letter in item.rasci.items() if letter == "A"] == [item.acceptance.by]
    assert item.owner != item.acceptance.by
    assert item.acceptance.criteria


@every_pack
def test_decisions_beyond_every_limit_still_have_somebody_to_decide(name: str) -> None:
    rows = pack(name).authority
    unlimited = [row for row in rows if row.up_to_cost is None and row.up_to_days is None]
    assert {row.decision for row in unlimited} == {"change", "exception", "stop", "migration"}
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
        (
            "prince2-style",
            ["executive", "senior-user", "senior-supplier team-manager", "project-assurance", "project-manager"],
        ),
        (
            "pm2-style",
            [
                "project-owner user-representatives",
                "steering-committee",
                "business-manager project-core-team",
                "project-manager",
                "quality-assurance",
            ],
        ),
        (
            "agile-hybrid",
            [
                "lean-portfolio-management sponsor",
                "business-owners",
                "epic-owner product-management product-owner",
                "system-architect",
                "project-manager release-train-engineer developers",
            ],
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


@pytest.mark.parametrize(("name", "phase"), [("prince2-style", "delivery-stage"), ("agile-hybrid", "implementing")])
def test_the_project_says_how_many_stages_there_are_and_each_has_its_own_control_and_boundary(
    name: str, phase: str
) -> None:
    definition = expand(pack(name), {phase: 3})
    boundary = pack(name).phase(phase).gates[0].id
    assert {f"{boundary}-{n}" for n in (1, 2, 3)} <= {gate.id for gate in definition.gates}
    assert [len(definition.beside(f"{phase}-{n}")) for n in (1, 2, 3)] == [1, 1, 1]


def test_a_program_ends_only_when_its_projects_have() -> None:
    expressions = [asked_in_words(criterion) for criterion in pack("program").gate("PG2").criteria]
    assert "program.projects_closed == program.projects" in expressions


@every_pack
def test_the_file_explains_itself_and_its_guide_exists(name: str) -> None:
    lines = (ROOT / "config" / "processes" / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    assert all(line.startswith("#") for line in lines[:10])
    guide = (ROOT / "docs" / "processes" / f"{name}.md").read_text(encoding="utf-8")
    assert all(f"`{gate.id}`" in guide for gate in pack(name).gates)
    assert "Tailoring" in guide
