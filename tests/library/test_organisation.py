"""The organisation's file: who is who, and the groups that charters may name."""

from pathlib import Path

import pytest

from lifecycle.errors import DefinitionError
from lifecycle.history.charter import ProgramCharter
from lifecycle.library import Library
from lifecycle.library.definitions import read_charter, read_organisation
from tests.builders import charter, program_charter

BOARD = """organisation: Northgate
people:
  - {id: ada, name: Ada A., position: Head of quality}
  - {id: zoe, name: Zoe Z.}
groups:
  - {id: board, title: The board, members: [ada, zoe]}
"""


def organisation(folder: Path, text: str = BOARD) -> Path:
    file = folder / "organisation.yaml"
    file.write_text(text)
    return file


def with_groups(folder: Path, entry: str) -> Path:
    file = folder / "app.yaml"
    file.write_text(charter().model_dump_json(exclude_none=True, exclude={"groups"}, indent=1))
    file.write_text(file.read_text().replace('"title"', f'"groups": [{entry}],\n "title"', 1))
    return file


def test_without_a_file_there_are_no_people_and_logins_are_trusted(tmp_path: Path) -> None:
    found = read_organisation(tmp_path / "organisation.yaml")
    assert (found.people, found.groups, found.sign_in) == ((), (), "login")


def test_a_group_brings_in_its_people_each_once_with_all_roles(tmp_path: Path) -> None:
    file = with_groups(tmp_path, '{"group": "board", "roles": ["customer"]}')
    found = read_charter(file, read_organisation(organisation(tmp_path)))
    ada, zoe = found.person("ada"), found.person("zoe")
    assert ada and zoe
    assert (ada.name, set(ada.roles)) == ("Ada A.", {*charter().person("ada").roles, "customer"})  # type: ignore[union-attr]
    assert (zoe.name, zoe.roles) == ("Zoe Z.", ("customer",))
    assert len(found.people) == len(charter().people) + 1


def test_a_program_stays_a_program_with_its_groups(tmp_path: Path) -> None:
    file = tmp_path / "digital.yaml"
    file.write_text(program_charter(projects=("app",)).model_dump_json(exclude_none=True, indent=1))
    assert isinstance(read_charter(file, read_organisation(organisation(tmp_path))), ProgramCharter)


def test_a_group_that_the_organisation_does_not_have_is_named_with_its_place(tmp_path: Path) -> None:
    file = with_groups(tmp_path, '{"group": "bord", "roles": ["customer"]}')
    with pytest.raises(DefinitionError, match=r"app.yaml:\d+:\d+: there is no group 'bord'.*did you mean 'board'"):
        read_charter(file, read_organisation(organisation(tmp_path)))
    with pytest.raises(DefinitionError, match="its groups are none"):
        read_charter(file)


def test_a_member_whom_nobody_knows_is_named_with_the_place(tmp_path: Path) -> None:
    file = organisation(tmp_path, BOARD.replace("[ada, zoe]", "[ada, zo, somebody]"))
    with pytest.raises(DefinitionError) as refusal:
        read_organisation(file)
    assert [(p.line, p.column, p.message) for p in refusal.value.problems] == [
        (6, 50, "nobody in `people` is called 'zo'; did you mean 'zoe'?"),
        (6, 54, "nobody in `people` is called 'somebody'; add the person to `people`"),
    ]


def test_everybody_publishes_unless_the_file_says_who(tmp_path: Path) -> None:
    plain = read_organisation(organisation(tmp_path)).publishing
    assert (plain.publishers, plain.four_eyes, plain.required) == ((), False, False)
    text = f"{BOARD}publishing: {{publishers: [zoe], four_eyes: true, required: true}}\n"
    said = read_organisation(organisation(tmp_path, text)).publishing
    assert (said.publishers, said.four_eyes, said.required) == (("zoe",), True, True)


@pytest.mark.parametrize(
    ("said", "column", "message"),
    [
        ("{publishers: [ada, zo]}", 32, "nobody in `people` is called 'zo'; did you mean 'zoe'?"),
        ("{publishers: []}", 26, "'publishers' is empty; fill it in"),
        ("{publishers: zoe}", 26, "'publishers' must be a list (lines that begin with '- '), not 'zoe'"),
        ("{four_eyes: perhaps}", 25, "'four_eyes' must be true or false, not 'perhaps'"),
        ("{four_ears: true}", 14, "'four_ears' is not known here; did you mean 'four_eyes'?"),
        ("always", 13, "'publishing' must be a mapping (lines of 'name: value'), not 'always'"),
    ],
)
def test_what_is_wrong_about_publishing_has_its_place(tmp_path: Path, said: str, column: int, message: str) -> None:
    with pytest.raises(DefinitionError) as refusal:
        read_organisation(organisation(tmp_path, f"{BOARD}publishing: {said}\n"))
    assert [(p.line, p.column, p.message) for p in refusal.value.problems] == [(7, column, message)]


def test_the_shipped_organisation_makes_sense() -> None:
    found = Library.find().organisation
    assert {member for group in found.groups for member in group.members} <= {person.id for person in found.people}
    assert found.people


def test_the_organisation_allows_modules_with_those_below_them_and_the_engines_own(tmp_path: Path) -> None:
    found = read_organisation(organisation(tmp_path, "steps: {allowed: [ours, theirs.checks]}\n"))
    allowed = ("ours:f", "ours.deep:f", "theirs.checks:f", "lifecycle.steps.documents:complete")
    assert all(found.allows(entry) for entry in allowed)
    assert not any(found.allows(entry) for entry in ("oursome:f", "theirs:f", "os:system", "lifecycle.actions.gates:f"))
    with pytest.raises(DefinitionError, match=r"organisation\.yaml:1:"):
        read_organisation(organisation(tmp_path, "steps: {allowed: ['../ours']}\n"))
