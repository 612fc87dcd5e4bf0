"""Overlays: a file that says only what differs is read as the plain process that it means."""

from pathlib import Path

import pytest

from lifecycle.errors import DefinitionError
from lifecycle.library import Library, read_process
from lifecycle.library.overlays import LAYERS
from lifecycle.process.definition import AtLeast, ProcessDefinition
from tests.library.files import SMALL, TEMPLATES

HEAD = 'process: ours\nversion: "2"\nextends: small\n'
EVERYTHING = """\
process: ours
version: "2"
extends: small
title: Ours
leave_out:
  criteria: [G1/risks]
roles:
  sponsor: {duties: Pays for all of it.}
  auditor: {title: Auditor, duties: Looks at it.}
phases:
  work: {purpose: To get it done well.}
  trial: {after: work, title: Trial, purpose: To try it out.}
  watch: {after: trial, title: Watch, purpose: To keep an eye on it., beside: work}
gates:
  G1:
    add_approvers: [auditor]
    add_veto: [auditor]
    criteria:
      plan: {text: A plan is there., expression: plan.submitted, owner: pm}
  G0: {phase: work, title: Begin?, question: "Begin?", approvers: [sponsor]}
  GT: {phase: trial, title: Tried?, question: "Tried?", approvers: [auditor]}
  G1b: {after: G1, title: Again?, question: "Again?", approvers: [auditor]}
deliverables:
  thing:
    gate: G1
    acceptance: {add_criteria: [It is clean]}
  log: {phase: watch, title: Log, owner: pm, acceptance: {by: auditor, criteria: [It is kept]}}
authority:
  - {decision: change, roles: [sponsor]}
separate:
  - [auditor, sponsor]
tailoring:
  tiny: {text: Tiny., when: project.budget < 10, leave_out: [G1b, log]}
"""


def written(folder: Path, text: str, name: str = "ours", base: str = SMALL) -> Path:
    (folder / "small.yaml").write_text(base)
    path = folder / f"{name}.yaml"
    path.write_text(text)
    return path


def read(path: Path) -> ProcessDefinition:
    return read_process(path, TEMPLATES)


def test_everything_that_an_overlay_may_say_is_laid_over(tmp_path: Path) -> None:
    ours = read(written(tmp_path, EVERYTHING))

    assert (ours.process, ours.version, ours.title, ours.purpose) == ("ours", "2", "Ours", "To show the form.")
    assert [role.id for role in ours.roles] == ["pm", "sponsor", "auditor"]
    assert ours.roles[1].duties == "Pays for all of it."
    assert [(phase.id, [gate.id for gate in phase.gates]) for phase in ours.phases] == [
        ("work", ["G1", "G1b", "G0"]), ("trial", ["GT"]), ("watch", []), ("closing", ["G2"]),
    ]  # fmt: skip
    gate = ours.gate("G1")
    assert (gate.approvers, gate.veto, [one.id for one in gate.criteria]) == (
        ("sponsor", "auditor"), ("auditor",), ["plan"],
    )  # fmt: skip
    thing, log = ours.deliverables
    assert (thing.gate, thing.acceptance.by, thing.acceptance.criteria) == ("G1", "sponsor", ("It is clean",))
    assert log.acceptance.criteria == ("It is kept",)
    assert [row.roles for row in ours.authority] == [("sponsor",)]
    assert ours.separate == (("auditor", "sponsor"),)
    assert [rule.id for rule in ours.tailoring] == ["tiny"]


def test_an_overlay_lies_on_an_overlay(tmp_path: Path) -> None:
    written(tmp_path, EVERYTHING)
    on_top = written(
        tmp_path, 'process: top\nversion: "3"\nextends: ours\ngates: {G1: {policy: {at_least: 2}}}\n', "top"
    )

    assert read(on_top).gate("G1").policy == AtLeast(at_least=2)
    assert read(on_top).gate("G1").approvers == ("sponsor", "auditor")


def test_what_changes_in_the_base_changes_in_the_overlay(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD)
    assert read(path).roles[0].duties == "Runs it."

    written(tmp_path, HEAD, base=SMALL.replace("Runs it.", "Leads it."))

    assert read(path).roles[0].duties == "Leads it."


def test_a_base_is_looked_for_beside_the_overlay_and_then_among_the_standard_processes(tmp_path: Path) -> None:
    (tmp_path / "config" / "processes").mkdir(parents=True)
    (tmp_path / "templates" / "documents").mkdir(parents=True)
    (tmp_path / "templates" / "documents" / "thing.md.j2").write_text("A thing.")
    (tmp_path / "config" / "processes" / "small.yaml").write_text(SMALL)
    library = Library.find(home=tmp_path)
    (tmp_path / "draft.yaml").write_text(HEAD)

    assert library.named(str(tmp_path / "draft.yaml")).title == "Small"
    (tmp_path / "small.yaml").write_text(SMALL.replace("title: Small", "title: Nearer"))
    assert library.named(str(tmp_path / "draft.yaml")).title == "Nearer"


def told(path: Path) -> list[str]:
    with pytest.raises(DefinitionError) as refusal:
        read(path)
    return [str(problem).replace(f"{path.parent}/", "") for problem in refusal.value.problems]


@pytest.mark.parametrize(
    ("extends", "message"),
    [
        ("smal", "there is no process 'smal' to extend; did you mean 'small'?"),
        ("predictive", "there is no process 'predictive' to extend; put 'predictive.yaml' beside this file"),
        ("ours", "cycle: ours -> ours; one of these must be a whole process"),
    ],
)
def test_a_base_that_is_not_there_or_the_overlay_itself_is_told(tmp_path: Path, extends: str, message: str) -> None:
    path = written(tmp_path, HEAD.replace("small", extends))
    assert told(path) == [f"ours.yaml:3:10: {message}"]


def test_a_circle_is_told_where_it_closes(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD.replace("small", "theirs"))
    written(tmp_path, HEAD.replace("small", "ours"), "theirs")
    assert told(path) == ["theirs.yaml:3:10: cycle: ours -> theirs -> ours; one of these must be a whole process"]


def test_so_many_layers_and_no_more(tmp_path: Path) -> None:
    for n in range(1, LAYERS + 1):
        path = written(
            tmp_path, f'process: o{n}\nversion: "1"\nextends: {"small" if n == 1 else f"o{n - 1}"}\n', f"o{n}"
        )
    assert read(tmp_path / f"o{LAYERS - 1}.yaml").process == f"o{LAYERS - 1}"
    assert told(path) == [f"o1.yaml:3:10: more than {LAYERS} files lie over each other; join some"]


def test_what_is_broken_below_is_told_with_it_in_its_own_file(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD, base=SMALL.replace("by: sponsor", "by: sponsr"))
    assert told(path) == [
        "ours.yaml:3:10: what this extends does not make sense itself; mend that first",
        "small.yaml:17:26: there is no role 'sponsr'; did you mean 'sponsor'?",
    ]


def test_what_stands_in_the_base_is_told_with_its_place_there(tmp_path: Path) -> None:
    text = (
        HEAD
        + "leave_out: {roles: [sponsor]}\nroles: {boss: {title: Boss, duties: Bosses.}}\n"
        + "gates: {G2: {approvers: [boss]}}\n"
    )
    assert told(written(tmp_path, text)) == [
        "small.yaml:17:26: there is no role 'sponsor'; the roles are boss, pm",
        "small.yaml:23:21: there is no role 'sponsor'; the roles are boss, pm",
    ]


def test_what_stands_in_a_middle_layer_is_told_with_its_place_there(tmp_path: Path) -> None:
    written(tmp_path, HEAD + "roles:\n  auditor: {title: A, duties: A.}\ngates:\n  G1: {waiver_by: auditor}\n")
    path = written(tmp_path, 'process: top\nversion: "1"\nextends: ours\nleave_out: {roles: [auditor]}\n', "top")
    assert told(path) == ["ours.yaml:7:19: there is no role 'auditor'; the roles are pm, sponsor"]


def test_the_shipped_overlay_is_stricter_than_its_base() -> None:
    ours = Library.find(Path(__file__).resolve().parents[2]).process("predictive-regulated")
    assert ours.gate("G2").policy == AtLeast(at_least=3)
    assert "compliance-officer" in ours.gate("G3").veto
    assert [gate.id for gate in ours.gates] == ["G0", "G1", "G2", "G3", "G4"]
