"""People and roles by the names that a reader knows."""

from datetime import date

from lifecycle.history import SYSTEM, History
from lifecycle.history.closing import PersonReleased
from lifecycle.history.people import StaffingChanged
from lifecycle.history.record import Record
from lifecycle.reports import words
from lifecycle.value import Value


class Actor(Value):
    """Who did something: the person's name and the titles of the roles held in the project."""

    person: str
    name: str
    roles: str


class PersonLine(Value):
    """A person of the project and when they were released; `record` says so."""

    name: str
    roles: str
    released: date | None
    released_by: str | None
    record: str


class Signature(Value):
    """A line on which somebody signs."""

    name: str
    role: str


def role_title(history: History, role: str) -> str:
    """The title of a role, that of the start when it is gone since; its id when no process knows it."""
    rules = (history.definition, history.definition_at(history.started))
    return next((r.title for one in rules for r in one.roles if r.id == role), role)


def titles(history: History, person: str) -> str:
    """The titles of a person's roles; empty for somebody from outside."""
    member = history.charter.person(person)
    return ", ".join(role_title(history, role) for role in member.roles) if member else ""


def name_of(history: History, person: str) -> str:
    """A person's full name; the engine itself goes by its own."""
    return "Phasegate (automatic)" if person == SYSTEM else history.charter.name_of(person)


def actor(history: History, person: str) -> Actor:
    """A person with name and roles."""
    return Actor(person=person, name=name_of(history, person), roles=titles(history, person))


def by(history: History, record: Record) -> Actor:
    """Who wrote a record."""
    return actor(history, record.by)


def answerable(history: History, name: str) -> str:
    """Who a role or a person's id means: `Project manager (Eva Lang)`, or just the person's name."""
    holders = [member.name for member in history.charter.holders(name)]
    if holders:
        return f"{role_title(history, name)} ({words.listed(holders)})"
    known = any(role.id == name for role in history.definition.roles)
    return role_title(history, name) if known else name_of(history, name)


def people(history: History) -> tuple[PersonLine, ...]:
    """Everybody in the project, and whether they are free again."""
    left = (_left(history, member.id) for member in history.charter.former)
    return (*(_line(history, member.id) for member in history.charter.people), *left)


def _left(history: History, person: str) -> PersonLine:
    """Somebody who left while the project ran."""
    change = next(record for record in reversed(history.all(StaffingChanged)) if record.person == person)
    return PersonLine(
        name=name_of(history, person),
        roles="left the project",
        released=change.at.date(),
        released_by=name_of(history, change.by),
        record=change.id,
    )


def _line(history: History, person: str) -> PersonLine:
    release = history.last(PersonReleased, person=person)
    return PersonLine(
        name=name_of(history, person),
        roles=titles(history, person),
        released=release.at.date() if release else None,
        released_by=name_of(history, release.by) if release else None,
        record=(release or history.started).id,
    )


def signatures(history: History) -> tuple[Signature, ...]:
    """Who signs for the end: the approvers of the last gate, then the project's own lead."""
    gates = history.definition.gates
    roles = (*(gates[-1].approvers if gates else ()), history.definition.manager)
    seen: dict[str, Signature] = {}
    for role in roles:
        for member in history.charter.holders(role):
            seen.setdefault(member.id, Signature(name=member.name, role=role_title(history, role)))
    return tuple(seen.values())
