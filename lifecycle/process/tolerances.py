"""Tolerances per level: which can be said where, and what they say in words."""

from collections.abc import Iterator, Mapping

from lifecycle.process.definition import Level, Measure, ProcessDefinition, ToleranceDefinition
from lifecycle.process.facts import suggestion
from lifecycle.process.unsound import Loc, Unsound
from lifecycle.value import days

MEASURES: Mapping[Level, tuple[Measure, ...]] = {
    "project": ("quality", "risk"),
    "stage": ("time", "cost", "quality"),
    "work-package": ("time", "cost"),
}
"""What can be measured at each level. How late and how dear a project may be, its charter says."""
_UNITS: Mapping[Measure, str] = {"time": "days", "quality": "versions", "risk": "points"}
_ABOVE: Mapping[Level, Level] = {"work-package": "stage", "stage": "project"}


def problems(definition: ProcessDefinition) -> Iterator[Unsound]:
    """Say what makes no sense about tolerances; percentages of different amounts are not compared."""
    amounts = {row.name: row.amount for row in definition.tolerances}
    roles = [role.id for role in definition.roles]
    seen: set[str] = set()
    for n, row in enumerate(definition.tolerances):
        loc: Loc = ("tolerances", n)
        if row.name in seen:
            message = f"the tolerance '{row.name}' stands here a second time; say each measure once at each level"
            yield Unsound((*loc, "measure"), message)
        seen.add(row.name)
        if row.asks and row.asks not in roles:
            hint = suggestion(row.asks, roles) or f"; the roles are {', '.join(sorted(roles))}"
            yield Unsound((*loc, "asks"), f"there is no role '{row.asks}'{hint}")
        if row.measure not in MEASURES[row.level]:
            yield Unsound((*loc, "measure"), _unmeasured(row))
        if row.measure != "cost" and row.amount % 1:
            message = f"'amount' must be a whole number of {_UNITS[row.measure]}, not '{row.amount}'"
            yield Unsound((*loc, "amount"), message)
        above = amounts.get(f"{_ABOVE.get(row.level)} {row.measure}")
        if row.measure != "cost" and above is not None and row.amount > above:
            message = f"a {row.level} may stray further than the {_ABOVE[row.level]} that it is part of"
            yield Unsound((*loc, "amount"), f"{message}; write {above} or less")


def _unmeasured(row: ToleranceDefinition) -> str:
    if row.level == "project":
        return f"the {row.measure} tolerance of a project stands in its charter; leave it out here"
    known = " and ".join(MEASURES[row.level])
    return f"nothing on record measures the {row.measure} of a {row.level}; there are {known}"


def in_words(row: ToleranceDefinition) -> str:
    """How far it goes: `10 days`, `5 %`."""
    amount = f"{row.amount.normalize():f}"
    return {
        "time": days(int(row.amount)),
        "cost": f"{amount} %",
        "quality": f"{amount} sent back",
        "risk": f"{amount} of 25",
    }[row.measure]


def asked(definition: ProcessDefinition, level: Level, measure: Measure) -> str | None:
    """The role that is asked on a breach; None where the authority table says it."""
    asks = next((row.asks for row in definition.tolerances if (row.level, row.measure) == (level, measure)), None)
    return asks or (definition.manager if level == "work-package" else None)


def rows(definition: ProcessDefinition) -> Iterator[tuple[str, ...]]:
    """Each tolerance with its level, its measure, how far it goes, and who is asked."""
    for row in definition.tolerances:
        who = asked(definition, row.level, row.measure) or "by the authority table"
        yield row.level, row.measure, in_words(row), who
