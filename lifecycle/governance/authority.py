"""Who may take a decision of this size: the process's authority table."""

from decimal import Decimal

from lifecycle.errors import NotAuthorised
from lifecycle.governance.people import holders, named
from lifecycle.history import History
from lifecycle.history.charter import Charter
from lifecycle.process.definition import AuthorityDefinition, Decision, ProcessDefinition
from lifecycle.value import days as in_words

_NOTHING = Decimal(0)


def who_may(
    definition: ProcessDefinition,
    charter: Charter,
    decision: Decision,
    cost: Decimal = _NOTHING,
    days: int = 0,
) -> tuple[str, ...]:
    """The persons who may take a decision; cost in the project's currency, days of delay.

    Savings count by their size, as extra cost does: both move what was agreed.
    """
    rows = (row for row in definition.authority if row.decision == decision and _covers(row, cost, days))
    return holders(charter, {role for row in rows for role in row.roles})


def require(history: History, by: str, decision: Decision, cost: Decimal = _NOTHING, days: int = 0) -> None:
    """Refuse with NotAuthorised, naming those who may, whoever may not take this decision."""
    may = who_may(history.definition, history.charter, decision, cost, days)
    if by not in may:
        size = f" of {cost} and {in_words(days)}" if cost or days else ""
        raise NotAuthorised(
            f"{history.charter.name_of(by)} may not decide a {decision}{size}. "
            f"Those who may: {named(history.charter, may)}."
        )


def _covers(row: AuthorityDefinition, cost: Decimal, days: int) -> bool:
    within_cost = row.up_to_cost is None or abs(cost) <= row.up_to_cost
    return within_cost and (row.up_to_days is None or abs(days) <= row.up_to_days)
