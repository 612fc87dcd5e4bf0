"""The organisation as its file describes it: people, groups, calendars, who publishes, how people say who they are."""

from collections.abc import Iterator
from typing import Annotated, Literal, TypeVar

from pydantic import Field

from lifecycle.governance.publishing import Publishing
from lifecycle.history.charter import Charter, Member
from lifecycle.process.definition import Name, Text
from lifecycle.process.facts import suggestion
from lifecycle.process.soundness import Loc, Unsound
from lifecycle.value import Value

C = TypeVar("C", bound=Charter)
SHIPPED_STEPS = "lifecycle.steps"
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Calendar(Value):
    """When people work."""

    id: Name
    title: Text
    working_days: tuple[Day, ...] = Field(min_length=1)


class Person(Value):
    """Somebody of the organisation, with the roles that fit."""

    id: Name
    name: Text
    position: Text | None = None
    roles: tuple[Name, ...] = ()


class Group(Value):
    """People who are named together, e.g. a board. A charter that names the group means all of them."""

    id: Name
    title: Text
    members: Annotated[tuple[Name, ...], Field(min_length=1)]


class AllowedSteps(Value):
    """The Python modules, each with those below it, whose functions automated steps may run besides the engine's."""

    allowed: tuple[Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.]*$", max_length=200)], ...] = ()


class Organisation(Value):
    """Who is who. With `sign_in: token` every command needs a personal token; `login` trusts `--as`."""

    organisation: Text = "An organisation"
    language: Text = "en"
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    sign_in: Literal["login", "token"] = "login"
    publishing: Publishing = Publishing()
    calendars: tuple[Calendar, ...] = ()
    people: tuple[Person, ...] = ()
    groups: tuple[Group, ...] = ()
    steps: AllowedSteps = AllowedSteps()

    def allows(self, entry: str) -> bool:
        """Whether automated steps may run this entry point, e.g. `lifecycle.steps.documents:complete`."""
        module = entry.partition(":")[0]
        return any(f"{module}.".startswith(f"{prefix}.") for prefix in (SHIPPED_STEPS, *self.steps.allowed))


def staffed(charter: C, organisation: Organisation) -> C:
    """The charter with everybody whom its groups bring in; each person once, with all roles."""
    roles = {person.id: list(person.roles) for person in charter.people}
    names = {person.id: person.name for person in organisation.people}
    names |= {person.id: person.name for person in charter.people}
    members = {group.id: group.members for group in organisation.groups}
    for entry in charter.groups:
        for person in members.get(entry.group, ()):
            held = roles.setdefault(person, [])
            held += [role for role in entry.roles if role not in held]
    people = tuple(Member(id=person, name=names[person], roles=tuple(held)) for person, held in roles.items())
    return charter.model_copy(update={"people": people})


def unknown_groups(charter: Charter, organisation: Organisation) -> Iterator[Unsound]:
    """The groups that a charter names and the organisation does not have."""
    known = [group.id for group in organisation.groups]
    for n, entry in enumerate(charter.groups):
        if entry.group not in known:
            hint = suggestion(entry.group, known) or f"; its groups are {', '.join(known) or 'none'}"
            yield Unsound(("groups", n, "group"), f"there is no group '{entry.group}' in the organisation{hint}")


def strangers(organisation: Organisation) -> Iterator[Unsound]:
    """The members of groups, and the publishers, whom the organisation does not list."""
    known = [person.id for person in organisation.people]
    named: list[tuple[Loc, str]] = [
        (("groups", n, "members", m), member)
        for n, group in enumerate(organisation.groups)
        for m, member in enumerate(group.members)
    ]
    named += [(("publishing", "publishers", n), one) for n, one in enumerate(organisation.publishing.publishers)]
    for place, name in named:
        if name not in known:
            hint = suggestion(name, known) or "; add the person to `people`"
            yield Unsound(place, f"nobody in `people` is called '{name}'{hint}")
