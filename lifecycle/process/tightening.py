"""What is marked mandatory may become stricter in an overlay, and never looser."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from lifecycle.process.definition import (
    AtLeast,
    AuthorityDefinition,
    CriterionDefinition,
    DeliverableDefinition,
    GateDefinition,
    Policy,
    ProcessDefinition,
)
from lifecycle.process.picture import policy_in_words
from lifecycle.process.renaming import of_kind
from lifecycle.process.unsound import Loc, Unsound
from lifecycle.value import Value, days


class _Looser(NamedTuple):
    """A field that is looser than before, and a sentence for it: what the base says, and what may be written."""

    field: Loc
    message: str


def loosened(base: ProcessDefinition, result: ProcessDefinition) -> Iterator[Unsound]:
    """Say where a process is looser than its base in what the base marks mandatory.

    Places are ways by names: `("gates", "G2", "due_days")`, `("gates", "G2", "criteria", "risks", "advisory")`,
    `("authority", "change", 0)`, `("tolerances", "stage time", "amount")`.
    """
    for field, kind in (("roles", "role"), ("gates", "gate"), ("deliverables", "deliverable")):
        after = of_kind(result, kind)
        for name, item in of_kind(base, kind).items():
            marked = getattr(item.value, "mandatory", False)
            there = after[name].value if name in after else None
            if marked:
                said = f"{kind} '{name}' is mandatory in '{base.process}'"
                yield from _thing((field, name), said, item.value, there, of_kind(result, "gate"))
            if isinstance(item.value, GateDefinition) and not (marked and there is None):
                yield from _criteria(("gates", name), base, item.value, there)
    yield from _authority(base, result)
    yield from _tolerances(base, result)


def _thing(way: Loc, said: str, old: Value, new: Value | None, gates: Collection[str]) -> Iterator[Unsound]:
    """What is looser about one thing that is marked."""
    if new is None:
        yield Unsound(way, f"{said} and cannot be left out; keep it")
        return
    if not getattr(new, "mandatory", False):
        yield Unsound((*way, "mandatory"), f"{said} and stays so; leave this out")
    looser: Iterator[_Looser] = iter(())
    if isinstance(old, GateDefinition) and isinstance(new, GateDefinition):
        looser = _gate(old, new)
    elif isinstance(old, DeliverableDefinition) and isinstance(new, DeliverableDefinition):
        looser = _deliverable(old, new, gates)
    yield from (Unsound((*way, *field), f"{said}: {message}") for field, message in looser)


def _gate(old: GateDefinition, new: GateDefinition) -> Iterator[_Looser]:
    yield from _kept("approvers", "approvers", old.approvers, new.approvers)
    yield from _kept("veto", "roles with a veto", old.veto, new.veto)
    yield from _policy(old, new)
    if old.chair and new.chair != old.chair:
        yield _Looser(("chair",), f"{old.chair} has the chair; leave this out")
    kept = [name for name in new.approvers if name in old.approvers]
    if old.policy == new.policy == "in_order" and kept != [*old.approvers]:
        yield _Looser(("approvers",), f"they vote in the order {', '.join(old.approvers)}; keep that")
    if old.quorum and (new.quorum or 0) < old.quorum:
        yield _Looser(("quorum",), f"{old.quorum} at least must have voted; write {old.quorum} or more")
    for field, what in (("due_days", "it is due in"), ("hold_days", "undecided it is on hold after")):
        before, after = getattr(old, field), getattr(new, field)
        if before is not None and (after is None or after > before):
            yield _Looser((field,), f"{what} {days(before)}; write {before} or less")
    if new.rounds > old.rounds:
        yield _Looser(("rounds",), f"it has {old.rounds} rounds at most; write {old.rounds} or less")
    if old.baseline and not new.baseline:
        yield _Looser(("baseline",), "passing it sets the baseline; leave this out")
    yield from _escalation(old, new)
    wider = sorted(_waivers(new) - _waivers(old))
    if wider:
        may, field = ", ".join(sorted(_waivers(old))), "waiver_by" if new.waiver_by != old.waiver_by else "chair"
        yield _Looser((field,), f"only {may} may waive its criteria, and not {', '.join(wider)}; leave this out")


def _kept(field: str, what: str, old: Sequence[str], new: Sequence[str]) -> Iterator[_Looser]:
    """A list may grow."""
    missing = [name for name in old if name not in new]
    if missing:
        yield _Looser((field,), f"its {what} are {', '.join(old)}; keep {', '.join(missing)}, and add others")


def _policy(old: GateDefinition, new: GateDefinition) -> Iterator[_Looser]:
    """Who is added must not be able to stand in for those there were, so with them more must approve."""
    added = len({*new.approvers} - {*old.approvers}) if {*old.approvers} <= {*new.approvers} else 0
    least = _rank(old.policy)
    counted = least[0] == 0
    if _rank(new.policy) < ((0, least[1] + added) if counted else least):
        words = f"with {added} more approvers" if added > 1 else "with one more approver"
        than = f"; {words} write {{at_least: {least[1] + added}}} or all" if added and counted else ""
        field = "policy" if new.policy != old.policy else "approvers"
        yield _Looser((field,), f"{policy_in_words(old.policy)}{than or '; write the same or stricter'}")


def _rank(policy: Policy) -> tuple[int, int]:
    """How strict a policy is: so many approvals, all, all in their order."""
    if isinstance(policy, AtLeast):
        return 0, policy.at_least
    return {"any": (0, 1), "all": (1, 0), "in_order": (2, 0)}[policy]


def _escalation(old: GateDefinition, new: GateDefinition) -> Iterator[_Looser]:
    """Each level stays, as early as it was; nobody votes instead of others who could not before."""
    for level in old.escalation:
        if not any(other.to == level.to and other.after_days <= level.after_days for other in new.escalation):
            yield _Looser(("escalation",), f"{level.to} is told {days(level.after_days)} after it was due; keep that")
    may = {level.to for level in old.escalation if level.substitutes}
    for level in new.escalation:
        if level.substitutes and level.to not in may:
            yield _Looser(("escalation",), f"{level.to} may not vote in place of others; leave `substitutes` out")


def _waivers(gate: GateDefinition) -> set[str]:
    """The roles that may waive what a gate asks."""
    return {gate.waiver_by} if gate.waiver_by else {gate.chair} if gate.chair else {*gate.approvers}


def _deliverable(old: DeliverableDefinition, new: DeliverableDefinition, gates: Collection[str]) -> Iterator[_Looser]:
    """What is looser about a deliverable, with the gates that are left: those gone hand on what they asked for."""
    if new.optional:
        yield _Looser(("optional",), "everybody writes it; leave this out")
    for field, what in (("product", "it is accepted and handed over"), ("premature", "even a stopped project owes it")):
        if getattr(old, field) and not getattr(new, field):
            yield _Looser((field,), f"{what}; leave this out")
    if old.gate in gates and new.gate != old.gate:
        yield _Looser(("gate",), f"gate '{old.gate}' asks for it; leave this out")
    if new.acceptance.by != old.acceptance.by:
        yield _Looser(("acceptance", "by"), f"{old.acceptance.by} accepts it; leave this out")
    for text in old.acceptance.criteria:
        if text not in new.acceptance.criteria:
            yield _Looser(("acceptance", "criteria"), f"it is accepted against '{text}'; keep that, and add others")


def _criteria(way: Loc, base: ProcessDefinition, old: GateDefinition, new: Value | None) -> Iterator[Unsound]:
    """The criteria that are marked, and all that hold a gate shut that is."""
    there = {one.id: one for one in new.criteria} if isinstance(new, GateDefinition) else {}
    for one in old.criteria:
        if one.mandatory or (old.mandatory and not one.advisory):
            said = f"criterion '{way[-1]}/{one.id}' is mandatory in '{base.process}'"
            place = (*way, "criteria", one.id)
            if one.id not in there:
                yield Unsound(place, f"{said} and cannot be left out; keep it")
            else:
                yield from _criterion(place, said, one, there[one.id])


def _criterion(way: Loc, said: str, old: CriterionDefinition, new: CriterionDefinition) -> Iterator[Unsound]:
    if new.advisory:
        yield Unsound((*way, "advisory"), f"{said} and holds its gate shut; leave this out")
    if old.mandatory and not new.mandatory:
        yield Unsound((*way, "mandatory"), f"{said} and stays so; leave this out")
    for field in ("expression", "table"):
        if getattr(old, field) != getattr(new, field):
            message = f"{said} and asks what it asks; leave this out, and write a criterion of your own beside it"
            yield Unsound((*way, field), message)


def _authority(base: ProcessDefinition, result: ProcessDefinition) -> Iterator[Unsound]:
    """Where a row is marked, nobody may decide more than in the base, and no limit is gone.

    At gates a role without a row is not limited, so there a new row only limits.
    """
    for decision in dict.fromkeys(row.decision for row in base.authority if row.mandatory):
        old = [row for row in base.authority if row.decision == decision]
        new = [row for row in result.authority if row.decision == decision]
        said = f"who may decide a {decision} is mandatory in '{base.process}'"
        named = {role for row in old for role in row.roles}
        for n, row in enumerate(new):
            for role in row.roles:
                limited = [other for other in old if role in other.roles]
                if not any(_within(row, other) for other in limited) and (limited or decision != "gate"):
                    yield Unsound(
                        ("authority", decision, n), f"{said}: {role} may decide {_most(limited)}; keep to that"
                    )
        lost = sorted(named - {role for row in new for role in row.roles})
        if lost:
            yield Unsound(("authority", decision, 0), f"{said}: keep a row for {', '.join(lost)}")
        if not any(row.mandatory for row in new):
            yield Unsound(("authority", decision, 0), f"{said} and stays so; write `mandatory: true`")


def _tolerances(base: ProcessDefinition, result: ProcessDefinition) -> Iterator[Unsound]:
    """What is marked may become smaller, and the same role is asked; nothing takes one out."""
    after = {row.name: row for row in result.tolerances}
    for old in base.tolerances:
        if old.mandatory:
            new, way = after[old.name], ("tolerances", old.name)
            said = f"the tolerance '{old.name}' is mandatory in '{base.process}'"
            if not new.mandatory:
                yield Unsound((*way, "mandatory"), f"{said} and stays so; write `mandatory: true`")
            if new.amount > old.amount:
                yield Unsound((*way, "amount"), f"{said}: it is {old.amount}; write {old.amount} or less")
            if new.asks != old.asks:
                who = f"{old.asks} is asked" if old.asks else "the authority table says who is asked"
                yield Unsound((*way, "asks"), f"{said}: {who}; keep that")


def _within(row: AuthorityDefinition, other: AuthorityDefinition) -> bool:
    pairs = ((getattr(row, field), getattr(other, field)) for field in ("up_to_cost", "up_to_days", "up_to_impact"))
    return all(most is None or (limit is not None and limit <= most) for limit, most in pairs)


def _most(rows: Sequence[AuthorityDefinition]) -> str:
    """Up to what a role may decide, in words."""
    return " or ".join(filter(None, map(limits_in_words, rows))) or "nothing of that kind"


def limits_in_words(row: AuthorityDefinition) -> str:
    """The limits of a row: `up to 25000 and 10 days`; `without a limit`."""
    limits = [
        *([str(row.up_to_cost)] if row.up_to_cost is not None else []),
        *([days(row.up_to_days)] if row.up_to_days is not None else []),
        *([f"impact {row.up_to_impact}"] if row.up_to_impact is not None else []),
    ]
    return f"up to {' and '.join(limits)}" if limits else "without a limit"
