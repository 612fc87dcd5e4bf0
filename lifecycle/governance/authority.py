"""Who may take a decision of this size: the process's authority table."""

from decimal import Decimal
from typing import NamedTuple

from lifecycle.errors import NotAuthorised
from lifecycle.governance.people import gate_of, holders, named
from lifecycle.history import History
from lifecycle.history.charter import Charter
from lifecycle.history.control import RiskClosed, RiskRaised
from lifecycle.process.definition import AuthorityDefinition, Decision, ProcessDefinition
from lifecycle.value import days as in_words

_NOTHING = Decimal(0)


class Stake(NamedTuple):
    """How large a decision is: money in the project's currency, calendar days, impact from 1 to 5 (0: none).

    An impact that nobody assessed, None, is beyond every limit.
    """

    cost: Decimal = _NOTHING
    days: int = 0
    impact: int | None = 0


def who_may(
    definition: ProcessDefinition,
    charter: Charter,
    decision: Decision,
    cost: Decimal = _NOTHING,
    days: int = 0,
) -> tuple[str, ...]:
    """The persons who may take a decision; cost in the project's currency, days of delay."""
    return who_may_take(definition, charter, decision, Stake(cost, days))


def who_may_take(definition: ProcessDefinition, charter: Charter, decision: Decision, stake: Stake) -> tuple[str, ...]:
    """The persons who may take a decision of this size.

    Savings count by their size, as extra cost does: both move what was agreed.
    """
    rows = (row for row in definition.authority if row.decision == decision and _covers(row, stake))
    return holders(charter, {role for row in rows for role in row.roles})


def limits(definition: ProcessDefinition, decision: Decision) -> bool:
    """Whether the table has anything to say on such decisions."""
    return any(row.decision == decision for row in definition.authority)


def require(history: History, by: str, decision: Decision, cost: Decimal = _NOTHING, days: int = 0) -> None:
    """Refuse with NotAuthorised, naming those who may, whoever may not take this decision."""
    require_stake(history, by, decision, Stake(cost, days))


def require_stake(history: History, by: str, decision: Decision, stake: Stake) -> None:
    """Refuse with NotAuthorised, naming those who may, whoever may not take a decision of this size."""
    may = who_may_take(history.definition, history.charter, decision, stake)
    if by not in may:
        sizes = [f"{stake.cost:,} {history.constraints.cost.currency}"] if stake.cost else []
        sizes += [in_words(stake.days)] if stake.days else []
        article = "an" if decision[0] in "eo" else "a"
        what = f"{article} {decision} of {' and '.join(sizes)}" if sizes else f"{article} {decision}"
        raise NotAuthorised(
            f"{history.charter.name_of(by)} may not decide {what}. Those who may: {named(history.charter, may)}."
        )


def stake_of(history: History, gate: str) -> Stake:
    """What passing a gate commits: the budget where it sets the baseline, nothing new elsewhere.

    Its days are those by which the newest plan ends after the approved finish, its impact that of the gravest
    open risk.
    """
    impact = gravest(history)
    if not gate_of(history, gate).baseline:
        return Stake(impact=impact)
    limits, plan = history.constraints, history.current_plan
    late = (plan.schedule.finish - limits.time.finish).days if plan else 0
    return Stake(limits.cost.budget, max(late, 0), impact)


def gravest(history: History) -> int:
    """The impact of the gravest open risk, 1 to 5; 0 when there is none."""
    over = {record.number for record in history.all(RiskClosed)}
    return max((record.risk.impact for record in history.all(RiskRaised) if record.number not in over), default=0)


def beyond_limit(definition: ProcessDefinition, charter: Charter, gate: str, stake: Stake) -> tuple[str, ...]:
    """Who may not vote at a gate since passing it commits more than they may decide.

    Only rows for the gate's approvers count, and a role without a row is not limited: who approves stands
    with the gate, up to what with the table.
    """
    rows = [row for row in definition.authority if row.decision == "gate"]
    named_ = {role for row in rows for role in row.roles}
    free = {role for row in rows if _covers(row, stake) for role in row.roles}
    approvers = set(definition.gate(gate).approvers)
    return tuple(
        person.id
        for person in charter.people
        if (roles := (set(person.roles) & approvers) or set(person.roles))
        and roles & named_
        and not roles & free
        and not (roles & approvers) - named_
    )


def _covers(row: AuthorityDefinition, stake: Stake) -> bool:
    within_cost = row.up_to_cost is None or abs(stake.cost) <= row.up_to_cost
    within_days = row.up_to_days is None or abs(stake.days) <= row.up_to_days
    within_impact = row.up_to_impact is None or (stake.impact is not None and stake.impact <= row.up_to_impact)
    return within_cost and within_days and within_impact
