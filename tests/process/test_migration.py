"""From one version to another: what is called otherwise, found and wanted, and what is wrong with a mapping."""

from lifecycle.process.definition import ProcessDefinition
from lifecycle.process.expansion import expand
from lifecycle.process.migration import NameMap, problems, target_for
from lifecycle.process.renaming import with_new_names
from tests.builders import criterion, definition, deliverable, execution, gate, phase, planning, wind_up
from tests.moves import version


def turned(old: ProcessDefinition, new: ProcessDefinition, products: tuple = (), **mapping: object) -> tuple:  # type: ignore[type-arg]
    wanted = NameMap.model_validate(mapping)
    return target_for(old, new, wanted=wanted, stages={"execution": 2}, products=products)


def said(old: ProcessDefinition, new: ProcessDefinition, **mapping: object) -> list[tuple[tuple[object, ...], str]]:
    wanted = NameMap.model_validate(mapping)
    target, _ = target_for(old, new, wanted=wanted, stages={}, products=())
    return [(one.loc, one.message) for one in problems(wanted, old, target)]


def in_stages(name: str = "execution", gate_: str = "T") -> ProcessDefinition:
    own = phase(name, title="Stage", repeat="often", products=True, gates=(gate(gate_, "sponsor", "customer"),))
    return definition(planning(), own, wind_up())


def test_what_only_changed_its_name_is_found_and_what_is_wanted_goes_first() -> None:
    new = with_new_names(version(), {("gate", "G2"): "GX"})
    other = planning(deliverables=(deliverable("project-plan", "manager", "sponsor", title="Another"),))
    new = new.model_copy(update={"phases": (other, *new.phases[1:])})
    _, mapping = turned(definition(), new, deliverables={"plan": "project-plan"})
    assert mapping.gates == {"G2": "GX"}
    assert mapping.deliverables == {"plan": "project-plan"}


def test_a_criterion_is_found_behind_the_gate_that_a_mapping_renames() -> None:
    old = definition(planning(), execution(), wind_up())
    gate_ = old.gate("G1")
    called = gate_.criteria[0].model_copy(update={"id": "answers"})
    renamed = gate_.model_copy(update={"id": "GP", "due_days": 9, "criteria": (called, *gate_.criteria[1:])})
    _, mapping = turned(old, version(planning(gates=(renamed,)), execution(), wind_up()), gates={"G1": "GP"})
    assert (mapping.gates, mapping.criteria) == ({"G1": "GP"}, {"G1/responses": "answers"})
    assert mapping.names["criterion", "G1/responses"] == "G1/answers"


def test_a_name_of_a_repeating_phase_stands_for_all_its_stages() -> None:
    old = expand(in_stages(), {"execution": 2})
    target, mapping = turned(old, in_stages("build", "B"), phases={"execution": "build"}, gates={"T": "B"})
    assert [one.id for one in target.phases] == ["planning", "build-1", "build-2", "closing"]
    assert mapping.phases == {"execution-1": "build-1", "execution-2": "build-2"}
    assert mapping.gates == {"T-1": "B-1", "T-2": "B-2"}


def test_the_charters_products_come_along_in_the_new_names() -> None:
    product = deliverable("app", "engineer", "customer", product=True, gate="T-2", rasci={"engineer": "R"})
    old = expand(in_stages(), {"execution": 2}, (product,))
    new = in_stages(gate_="B")
    roles = tuple(r.model_copy(update={"id": "builder"}) if r.id == "engineer" else r for r in new.roles)
    target, mapping = turned(old, new.model_copy(update={"roles": roles}), (product,), gates={"T": "B"})
    assert mapping.roles == {"engineer": "builder"}
    (item,) = target.phase("execution-2").deliverables
    assert (item.owner, item.gate, item.rasci) == ("builder", "B-2", {"builder": "R"})


def test_a_mapping_with_names_that_nobody_knows_says_where_they_stand() -> None:
    found = said(
        definition(), version(), gates={"G11": "G1"}, phases={"planning": "plannin"}, criteria={"G1/pace": "tempo"}
    )
    assert found == [
        (("phases", "planning"), "the new version has no phase 'plannin'; did you mean 'planning'?"),
        (("gates", "G11", "[key]"), "the project has no gate 'G11'; did you mean 'G1'?"),
        (("criteria", "G1/pace"), "the new version has no criterion 'tempo'; there are pace, responses"),
    ]


def test_two_things_cannot_become_one() -> None:
    ((loc, message),) = said(definition(), version(), deliverables={"plan": "manual"})
    assert loc == ("deliverables", "plan")
    assert message == "'manual' becomes deliverable 'manual' already; two cannot become one"
    ((_, message),) = said(definition(), version(), criteria={"G1/responses": "pace"})
    assert "two cannot become one" in message


def test_names_that_change_places_are_two_renamed_things() -> None:
    own = planning()
    asked = tuple(criterion(name, "risks.open == 0") for name in ("pace", "responses"))
    new = version(planning(gates=(own.gates[0].model_copy(update={"criteria": asked}),)), execution(), wind_up())
    assert said(definition(), new, criteria={"G1/responses": "pace", "G1/pace": "responses"}) == []
