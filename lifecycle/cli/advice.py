"""What a person can type next for something that is waited for."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Protocol

from lifecycle.cli import words

if TYPE_CHECKING:
    from lifecycle.status import ProjectStatus

COMMANDS = {
    "decide": "gate decide {project} {subject} --vote approve --reason TEXT --as {person}",
    "hand in": "project submit-deliverable {project} {subject} --as {person}",
    "accept": "project accept-deliverable {project} {subject} --as {person}",
    "submit": "gate submit {project} {subject} --as {person}",
    "clear condition": "gate clear-condition {project} {subject} --evidence TEXT --as {person}",
    "assess change": "change assess {project} {subject} --scope TEXT --cost AMOUNT --days DAYS --as {person}",
    "decide change": "change decide {project} {subject} accept --reason TEXT --as {person}",
    "decide exception": "exception decide {project} {subject} --choice exception-plan --reason TEXT --as {person}",
    "plan exception": "change raise {project} --title TEXT --reason TEXT --origin issue --as {person}",
    "resume": "gate resume {project} {subject} --reason TEXT --as {person}",
    "confirm override": "gate confirm-override {project} {subject} --as {person}",
    "review override": "gate review-override {project} {subject} --finding TEXT --as {person}",
    "confirm migration": "process show-migration {project}",
    "put right": "step run {project} {subject} --as {person}",
    "close": "project why {project}",
    "publish": "process publish {process} --version {subject} --as {person}",
}
"""The command that settles each kind of thing that is waited for; `project why` tells what is left before the end."""

MEETS = "Meet condition "
"""How a condition begins for its owner, who meets it; what clears it is typed by others."""

MOST = 3
"""How many commands are named at once."""


class Waiting(Protocol):
    """Something that one person is expected to do."""

    @property
    def person(self) -> str:
        """Who."""

    @property
    def what(self) -> str:
        """The kind of thing."""

    @property
    def subject(self) -> str:
        """What it is about: a gate, a condition, a change, a deliverable."""

    @property
    def text(self) -> str:
        """What there is to do, in words."""


def command_for(project: str, item: Waiting, gates: Collection[str] = ()) -> str:
    """The command that settles an item. Only who knows the gates can tell a gate from a deliverable to hand in."""
    kind = item.what
    if kind == "submit" and item.subject not in gates:
        kind = "hand in" if gates else "look"
    if item.text.startswith(MEETS):
        kind = "look"
    form = COMMANDS.get(kind, "project show {project}")
    process = project.rpartition("/")[2]
    return words.line(form.format(project=project, process=process, subject=item.subject, person=item.person))


def ended(state: str) -> bool:
    """Whether it is nobody's turn any more."""
    return state in ("closed", "closed early")


def stays(state: str) -> bool:
    """Whether a project is in the phase that it began last, neither between two of them nor at its end."""
    return not ended(state) and state != "open phase"


def ways_on(status: "ProjectStatus") -> tuple[str, ...]:
    """The first commands that carry a project on."""
    gates = [gate.gate for gate in status.gates]
    commands = dict.fromkeys(command_for(status.project, item, gates) for item in status.awaited)
    commands.pop(f"project show {status.project}", None)
    if not commands:
        return (f"report closure {status.project}" if ended(status.state) else "worker",)
    return tuple(commands)[:MOST]
