"""A program: what its projects need of each other, who is ready, who is hit, and the picture of the whole."""

from lifecycle.program.consolidation import Failure, ObjectiveLine, ProgramStatus, Totals, consolidate
from lifecycle.program.dependencies import dependency_problems, in_order, ready, step_of, unmet_dependencies
from lifecycle.program.impact import Impact, impact, not_before
from lifecycle.program.summary import (
    DecisionNeeded,
    GateWaiting,
    ProjectSummary,
    RiskLine,
    objective_of,
    summary,
)

__all__ = [
    "DecisionNeeded",
    "Failure",
    "GateWaiting",
    "Impact",
    "ObjectiveLine",
    "ProgramStatus",
    "ProjectSummary",
    "RiskLine",
    "Totals",
    "consolidate",
    "dependency_problems",
    "impact",
    "in_order",
    "not_before",
    "objective_of",
    "ready",
    "step_of",
    "summary",
    "unmet_dependencies",
]
