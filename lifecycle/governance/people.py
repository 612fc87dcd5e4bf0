"""Who is who: the project's people, the roles they hold, and the gates they are asked about."""

from collections.abc import Collection, Iterable

from lifecycle.errors import NotAuthorised, NotFound, TransitionNotAllowed
from lifecycle.history import History
from lifecycle.history.charter import Charter, Member
from lifecycle.process.definition import GateDefinition, ProcessDefinition


def gate_of(history: History, gate: str) -> GateDefinition:
    """Return the gate of that name; NotFound with the gates there are."""
    try:
        return history.definition.gate(gate)
    except KeyError:
        raise NotFound("gate", gate, (known.id for known in history.definition.gates)) from None


def holders(charter: Charter, roles: Collection[str]) -> tuple[str, ...]:
    """The ids of the people who hold one of these roles, in the charter's order, each once."""
    return tuple(person.id for person in charter.people if set(person.roles) & set(roles))


def present(history: History, by: str) -> Member:
    """Return the person; NotAuthorised for strangers, TransitionNotAllowed once the project is closed.

    Anybody in the project may hand in deliverables and record lessons, results, risks and issues.
    """
    person = history.charter.person(by)
    if person is None:
        raise NotAuthorised(f"{by} does not belong to {history.charter.title}. People: {named(history.charter)}.")
    require_open(history)
    return person


def require_open(history: History) -> None:
    """Refuse with TransitionNotAllowed once the project is closed."""
    if history.closed:
        raise TransitionNotAllowed(
            f"{history.charter.title} was closed on {history.closed.at.date()}; nothing is added any more."
        )


def require_role(history: History, roles: Collection[str], by: str, what: str) -> None:
    """Refuse with NotAuthorised whoever holds none of these roles; `what` completes 'may not ...'."""
    if by not in holders(history.charter, roles):
        may = named(history.charter, holders(history.charter, roles))
        raise NotAuthorised(
            f"{history.charter.name_of(by)} may not {what}: "
            f"that takes the role {titled(history.definition, roles)} ({may})."
        )


def titled(definition: ProcessDefinition, roles: Collection[str]) -> str:
    """The titles of roles, in words: `Sponsor or Customer`."""
    titles = {role.id: role.title for role in definition.roles}
    return " or ".join(titles.get(role, role) for role in roles) or "that nobody was given"


def named(charter: Charter, persons: Iterable[str] | None = None) -> str:
    """The full names of people, or of everybody in the project, in a row."""
    ids = [person.id for person in charter.people] if persons is None else persons
    return ", ".join(charter.name_of(person) for person in ids) or "nobody"
