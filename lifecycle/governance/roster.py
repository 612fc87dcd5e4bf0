"""Who may vote at a gate, who is excluded and why, and whether the gate can be decided at all."""

from collections.abc import Collection, Iterator
from decimal import Decimal
from itertools import combinations

from lifecycle.errors import SeparationOfDuties
from lifecycle.governance.authority import Stake, beyond_limit, stake_of
from lifecycle.governance.outcome import approvals_needed
from lifecycle.governance.people import gate_of, holders, named, titled
from lifecycle.history import SYSTEM, History
from lifecycle.history.charter import Charter
from lifecycle.history.gates import Seat
from lifecycle.history.work import DeliverableSubmitted
from lifecycle.process.definition import DeliverableDefinition, GateDefinition, ProcessDefinition


def roster(history: History, gate: str, submitter: str) -> tuple[Seat, ...]:
    """Resolve the approver roles to persons, each once, without those excluded or limited to smaller decisions.

    SeparationOfDuties when those left can no longer meet the gate's policy or its quorum.
    """
    definition = gate_of(history, gate)
    out = excluded(history, gate, submitter)
    for person in beyond_limit(history.definition, history.charter, gate, stake_of(history, gate)):
        out.setdefault(person, "may not decide on so much")
    seated = _seated(definition, history.charter)
    seats = tuple(
        _seat(definition, history.charter, person, role) for person, role in seated.items() if person not in out
    )
    if needed := _more_than(definition, len(seats)):
        reasons = (f"{history.charter.name_of(p)} ({why})" for p, why in out.items() if p in seated)
        raise SeparationOfDuties(
            f"{gate} cannot be decided: it needs {needed} and {len(seats)} person(s) may vote. "
            f"Excluded: {', '.join(reasons) or 'nobody'}. Somebody else must submit it or them."
        )
    return seats


def undecidable(history: History, gate: str) -> str | None:
    """Why nobody can submit a gate so that enough persons are left to vote; None when somebody can."""
    automatic = gate_of(history, gate).request == "automatic"
    why = None
    for submitter in (SYSTEM,) if automatic else holders(history.charter, (history.definition.manager,)):
        try:
            roster(history, gate, submitter)
        except SeparationOfDuties as refusal:
            why = str(refusal)
        else:
            return None
    return why


def _seat(gate: GateDefinition, charter: Charter, person: str, role: str) -> Seat:
    chairs, vetoes = (holders(charter, roles) for roles in ((gate.chair or "",), gate.veto))
    return Seat(person=person, role=role, chair=person in chairs, veto=person in vetoes)


def excluded(history: History, gate: str, submitter: str) -> dict[str, str]:
    """Who may not vote at this gate, and why: its submitter, and the authors of the pinned versions.

    Whoever once handed in the very bytes that are pinned is their author too, whoever sent them in last.
    """
    out = {} if submitter == SYSTEM else {submitter: f"submitted {gate}"}
    for item in history.definition.deliverables_for(gate):
        for author in authors(history, item.id):
            out.setdefault(author, f"is an author of '{item.title}'")
    return out


def authors(history: History, deliverable: str) -> tuple[str, ...]:
    """Everybody who handed in the content of a deliverable's newest version; nobody before there is one."""
    pinned = history.version(deliverable)
    if pinned is None:
        return ()
    versions = (v for v in history.all(DeliverableSubmitted) if v.deliverable == deliverable)
    return tuple(dict.fromkeys(v.by for v in versions if v.sha256 == pinned.sha256))


def dead_gates(definition: ProcessDefinition, charter: Charter, passed: Collection[str] = ()) -> tuple[str, ...]:
    """Say why a project could never get through: roles without a person, gates that cannot be decided.

    Nothing is wrong when the answer is empty. It is asked of the expanded definition, at the start and
    before people change; gates that were passed for good, and what they needed, matter no more.
    """
    gates = [gate for gate in definition.gates if gate.id not in passed]
    done = {item.id for gate in passed for item in definition.deliverables_for(gate)}
    items = [item for item in definition.deliverables if item.id not in done]
    return (
        *_unstaffed(definition, charter, gates, items),
        *_called_like_the_engine(charter),
        *held_together(definition, charter),
        *(text for gate in gates for text in _undecidable(definition, charter, gate)),
        *(text for item in items for text in _unacceptable(definition, charter, item)),
    )


def _called_like_the_engine(charter: Charter) -> Iterator[str]:
    """Whoever bore the engine's name could not be told from it: it submits gates, and is excluded from none."""
    if charter.person(SYSTEM):
        yield f"'{SYSTEM}' is the name under which the engine itself acts. Give that person another id."


def held_together(definition: ProcessDefinition, charter: Charter) -> tuple[str, ...]:
    """Who holds two roles that the process keeps apart, in sentences."""
    return tuple(
        f"{person.name} is {titled(definition, (one,))} and {titled(definition, (other,))}, "
        "which the process keeps apart. Give one of the roles to somebody else."
        for person in charter.people
        for apart in definition.separate
        for one, other in combinations([role for role in apart if role in person.roles], 2)
    )


def kept_apart(definition: ProcessDefinition, role: str, roles: Collection[str]) -> bool:
    """Whether the process keeps a role apart from one of these others."""
    return any(role in apart and other in apart for apart in definition.separate for other in roles if other != role)


def _seated(gate: GateDefinition, charter: Charter) -> dict[str, str]:
    """Each person with the role that carries the vote: the chair's before the others, in the gate's order.

    Where seats vote one after the other, nobody goes before the gate's order.
    """
    in_order = gate.policy == "in_order"
    roles = gate.approvers if in_order else sorted(gate.approvers, key=lambda role: role != gate.chair)
    seated: dict[str, str] = {}
    for role in roles:
        for person in charter.holders(role):
            seated.setdefault(person.id, role)
    return seated


def _more_than(gate: GateDefinition, seats: int) -> str | None:
    """What a gate needs that so many seats cannot give, in words; None when they are enough."""
    approvals = approvals_needed(gate.policy, seats)
    if approvals > seats:
        return f"{approvals} approval(s)"
    return f"a quorum of {gate.quorum}" if gate.quorum and gate.quorum > seats else None


def _unstaffed(
    definition: ProcessDefinition,
    charter: Charter,
    gates: Collection[GateDefinition],
    items: Collection[DeliverableDefinition],
) -> Iterator[str]:
    uses = {definition.manager: f"manages the {definition.level}"}
    for item in items:
        if not item.optional:
            uses.setdefault(item.owner, f"owns '{item.title}'")
            uses.setdefault(item.acceptance.by, f"accepts '{item.title}'")
    for gate in gates:
        for role in gate.approvers:
            uses.setdefault(role, f"approves {gate.id}")
    for role, use in uses.items():
        if not charter.holders(role):
            yield f"Nobody holds the role {titled(definition, (role,))}, which {use}. Give it to a person."


def _undecidable(definition: ProcessDefinition, charter: Charter, gate: GateDefinition) -> Iterator[str]:
    """A gate is dead when those who submit it, or alone can write what it needs, are missing as approvers."""
    out = {} if gate.request == "automatic" else dict.fromkeys(holders(charter, (definition.manager,)), "submits it")
    for item in definition.deliverables_for(gate.id):
        owners = charter.holders(item.owner)
        if len(owners) == 1 and not item.optional:
            out.setdefault(owners[0].id, f"alone can write '{item.title}'")
    stake = Stake(charter.constraints.cost.budget if gate.baseline else Decimal(0))
    for person in beyond_limit(definition, charter, gate.id, stake):
        out.setdefault(person, "may not decide on so much")
    seated = _seated(gate, charter)
    left = [person for person in seated if person not in out]
    if needed := _more_than(gate, len(left)):
        reasons = (f"{charter.name_of(p)} ({out[p]})" for p in seated if p in out)
        yield (
            f"{gate.id} ({gate.title}) could never be decided: it needs {needed} and only "
            f"{named(charter, left)} could vote. Excluded: {', '.join(reasons) or 'nobody'}. "
            f"Give the role {titled(definition, gate.approvers)} to somebody else as well."
        )


def _unacceptable(definition: ProcessDefinition, charter: Charter, item: DeliverableDefinition) -> Iterator[str]:
    """Nobody accepts their own product; roles without a person are reported by themselves."""
    owners, acceptors = holders(charter, (item.owner,)), holders(charter, (item.acceptance.by,))
    if item.product and owners and acceptors and len({*owners, *acceptors}) == 1:
        yield (
            f"'{item.title}' could never be accepted: {named(charter, owners)} alone is its owner and would "
            f"accept it. Give the role {titled(definition, (item.acceptance.by,))} to somebody else."
        )
