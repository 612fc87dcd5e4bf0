"""Commands about people: delegations of votes, who is in a project, and names that are erased."""

from typing import Annotated

import typer

from lifecycle.cli import given, words
from lifecycle.cli.command import Answer, command, group
from lifecycle.cli.desk import Desk
from lifecycle.cli.options import Day, Number, Project, Reason, SomeDay

delegations = group("delegation", "Delegations: who votes in whose place.")
people = group("people", "People: who is in a project, in which roles; erased names.")
apps = (delegations, people)

Person = Annotated[str, typer.Argument(metavar="PERSON", help="The person's id.", show_default=False)]


@command(
    delegations,
    "grant",
    'phasegate delegation grant website amara.okafor --until 2026-04-30 --reason "On leave" --as ingrid.solberg',
)
def grant(
    desk: Desk,
    project: Project,
    delegate: Person,
    *,
    until: Day,
    reason: Reason,
    since: SomeDay = None,
    gate: Annotated[list[str] | None, typer.Option(metavar="GATE", help="Only at this gate; may be repeated.")] = None,
) -> Answer:
    """Let somebody else vote in your seat. From today, or --since, to --until; they cannot pass it on."""
    from lifecycle.actions.people import grant_delegation
    from lifecycle.governance.delegations import Deputy

    first = since or desk.work.today()
    granted = grant_delegation(
        desk.work, project, Deputy(delegate, first, until, reason, tuple(gate or ())), desk.person
    )
    where = words.joined(granted.gates) if granted.gates else "every gate"
    who = f"{words.line(delegate)} may vote for {words.line(granted.by)}"
    text = f"Delegation {granted.number}: {who} at {where}, from {first} to {until}."
    after = f"delegation revoke {project} {granted.number} --reason TEXT"
    return Answer(granted, text).then(after)


@command(delegations, "revoke", 'phasegate delegation revoke website 1 --reason "Back" --as ingrid.solberg')
def revoke(desk: Desk, project: Project, number: Number, reason: Reason) -> Answer:
    """End a delegation of yours before its time. Votes given stand."""
    from lifecycle.actions.people import revoke_delegation

    revoked = revoke_delegation(desk.work, project, number, reason, by=desk.person)
    return Answer(revoked, f"Delegation {number} of {project} is revoked.")


@command(delegations, "list", "phasegate delegation list website")
def list_delegations(desk: Desk, project: Project) -> Answer:
    """Show the delegations that hold, or will hold."""
    from lifecycle.actions.people import delegations_of

    found = delegations_of(desk.work, project)
    rows = [
        {"number": d.number, "seat of": d.by, "voter": d.delegate, "from": d.first, "to": d.last,
         "gates": ", ".join(d.gates) or "all", "reason": d.reason}
        for d in found
    ]  # fmt: skip
    return Answer(found, words.register(rows, f"Nobody delegates a vote in {project}."))


@command(
    people,
    "assign",
    "phasegate people assign website jonas.weber --role project-team --reason New --as priya.nair",
)
def assign(
    desk: Desk,
    project: Project,
    person: Person,
    *,
    role: Annotated[list[str], typer.Option(metavar="ROLE", help="A role they hold from now on; may be repeated.")],
    reason: Reason,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="The full name. Default: as known.")] = None,
) -> Answer:
    """Let a person join, or hold other roles. The manager staffs the team, the project's authority who decides."""
    from lifecycle.actions.people import assign_person, people_of
    from lifecycle.history.charter import Member

    known = {member.id: member.name for member in people_of(desk.work, project)}
    member = given.checked(Member, id=person, name=name or known.get(person, person), roles=tuple(role))
    changed = assign_person(desk.work, project, member, reason, by=desk.person)
    text = f"{words.line(changed.name)} ({person}) is {words.joined(changed.roles)} of {project} from now on."
    return Answer(changed, text).then(f"people list {project}")


@command(people, "remove", 'phasegate people remove website jonas.weber --reason "Has left us" --as priya.nair')
def remove(desk: Desk, project: Project, person: Person, reason: Reason) -> Answer:
    """Let a person leave. Refused when a gate could then never be decided; votes given stand."""
    from lifecycle.actions.people import remove_person

    changed = remove_person(desk.work, project, person, reason, by=desk.person)
    text = f"{words.line(changed.name)} ({words.line(person)}) has left {project}."
    return Answer(changed, text).then(f"people list {project}")


@command(people, "list", "phasegate people list website")
def list_people(desk: Desk, project: Project) -> Answer:
    """Show who is in a project, with their roles."""
    from lifecycle.actions.people import people_of

    found = people_of(desk.work, project)
    rows = ((member.id, member.name, ", ".join(member.roles)) for member in found)
    return Answer(found, words.table(("person", "name", "roles"), rows))


@command(people, "erase", 'phasegate people erase lukas.meyer --reason "Asked for it" --as ingrid.solberg')
def erase(desk: Desk, person: Person, reason: Reason) -> Answer:
    """Erase a person's name, in all projects. A second person confirms it.

    Both type the same command. It is refused while a project with the person is not closed. The id stays, since
    it says who decided what; reports show the date of the erasure in place of the name.
    """
    from lifecycle.actions.erasure import erase_person

    done = erase_person(desk.work, person, reason, desk.person)
    if done.state == "requested":
        again = f"people erase {person} --reason TEXT --as SECOND_PERSON"
        return Answer(done, f"Asked for: the name of {person} is still there.").then(again)
    said = [f"Erased: the name of {person}, in {words.joined(done.projects)}."]
    if done.reports:
        said.append(f"Reports filed again without it:\n{words.bullets(done.reports)}")
    if done.still_in:
        said.append(f"Handed in as evidence, and kept as it was, with the name in it:\n{words.bullets(done.still_in)}")
    if not done.swept:
        said.append("Another process still reads the database. Stop it, and type this command once more.")
    return Answer(done, words.paragraphs(*said))
