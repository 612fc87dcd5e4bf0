"""People join, leave and get other roles while a project runs; never so that a gate could not be decided."""

from collections.abc import Iterator
from datetime import datetime

from lifecycle.errors import NotFound, RuleViolation, SeparationOfDuties, TransitionNotAllowed
from lifecycle.governance.authority import who_may
from lifecycle.governance.conditions import may_clear
from lifecycle.governance.people import holders, named, require_open, require_role
from lifecycle.governance.roster import dead_gates
from lifecycle.governance.seating import decidable
from lifecycle.history import History, utc
from lifecycle.history.charter import Charter, Member
from lifecycle.history.people import StaffingChanged
from lifecycle.process.definition import ProcessDefinition
from lifecycle.progress import passed


def assign(history: History, member: Member, by: str, reason: str, now: datetime) -> StaffingChanged:
    """Let a person join with these roles, or hold these from now on, under this name.

    Raises NotFound (a role), NotAuthorised, SeparationOfDuties (one's own roles), TransitionNotAllowed (nothing
    would change) or RuleViolation (roles kept apart, something could never be decided any more).
    """
    require_open(history)
    known = [role.id for role in history.definition.roles]
    for role in member.roles:
        if role not in known:
            raise NotFound("role", role, known)
    before = history.charter.person(member.id)
    if before and before.name == member.name and set(before.roles) == set(member.roles):
        raise TransitionNotAllowed(f"{before.name} holds these roles already.")
    return _changed(history, member.id, name=member.name, roles=member.roles, by=by, reason=reason, now=now)


def leave(history: History, person: str, by: str, reason: str, now: datetime) -> StaffingChanged:
    """Let a person leave the project; a seat that has not voted is vacant, a vote given stands.

    Raises NotFound, NotAuthorised, SeparationOfDuties or RuleViolation, as `assign` does.
    """
    require_open(history)
    member = history.charter.person(person)
    if member is None:
        raise NotFound("person in the project", person, (one.id for one in history.charter.people))
    return _changed(history, person, name=member.name, roles=(), by=by, reason=reason, now=now)


def authority(definition: ProcessDefinition, charter: Charter) -> tuple[str, ...]:
    """Who gives out the roles that decide: whoever may stop the project, else who approves its first gate."""
    return who_may(definition, charter, "stop", charter.constraints.cost.budget) or holders(
        charter, definition.gates[0].approvers
    )


def deciding(definition: ProcessDefinition) -> frozenset[str]:
    """The roles that manage, approve, waive, hold an authority, or are asked when a project or stage goes astray."""
    gates = definition.gates
    return frozenset(
        {
            definition.manager,
            *(role for gate in gates for role in gate.approvers),
            *(gate.waiver_by for gate in gates if gate.waiver_by),
            *(level.to for gate in gates for level in gate.escalation),
            *(role for row in definition.authority for role in row.roles),
            *(one.asks for one in definition.tolerances if one.asks and one.level != "work-package"),
        }
    )


def _changed(
    history: History, person: str, *, name: str, roles: tuple[str, ...], by: str, reason: str, now: datetime
) -> StaffingChanged:
    before = history.charter.person(person)
    known = {*before.roles} if before else set()
    renamed = before is not None and before.name != name
    _require_may_staff(history, person, known | {*roles} if renamed else known ^ {*roles}, by)
    change = StaffingChanged(
        project=history.project,
        at=utc(now),
        by=by,
        number=history.next_number(StaffingChanged),
        person=person,
        name=name,
        roles=roles,
        reason=reason,
    )
    old = set(dead_ends(history))
    if new := [text for text in dead_ends(history.and_then(change)) if text not in old]:
        raise RuleViolation(
            f"The people of {history.charter.title} stay as they are:" + "".join(f"\n- {t}" for t in new)
        )
    return change


def _require_may_staff(history: History, person: str, roles: set[str], by: str) -> None:
    """The manager staffs the team, the project's authority the roles that decide; nobody their own."""
    if by == person:
        raise SeparationOfDuties(f"{history.charter.name_of(by)} may not change their own roles. Ask somebody else.")
    may = authority(history.definition, history.charter)
    if by in may:
        return
    if roles & deciding(history.definition):
        raise SeparationOfDuties(
            f"{history.charter.name_of(by)} may not give or take roles that decide. "
            f"Those who may: {named(history.charter, may)}."
        )
    require_role(history, (history.definition.manager,), by, "change who is in the project")


def dead_ends(history: History) -> Iterator[str]:
    """Say what could never be decided with the people of now."""
    definition, charter = history.definition, history.charter
    yield from dead_gates(definition, charter, behind(history))
    for review in history.open_reviews:
        if not decidable(history, review):
            yield (
                f"The review of {review.gate}, round {review.round}, could not end with go any more. "
                "Have it decided or withdrawn first."
            )
    for condition in history.open_conditions:
        if not may_clear(history, condition.gate, condition.owner):
            yield f"Nobody could clear condition {condition.name} any more."


def behind(history: History) -> tuple[str, ...]:
    """The gates that nobody decides any more."""
    gates, current = history.definition.gates, history.phase
    if history.stopped:
        return tuple(gate.id for gate in gates)
    if current is None:
        return ()
    phases = [phase.id for phase in history.definition.main_phases]
    earlier = phases[: phases.index(current.phase)]
    return tuple(
        gate.id
        for gate in gates
        if history.definition.phase_of_gate(gate.id).id in earlier or passed(history, gate.id, current.attempt)
    )
