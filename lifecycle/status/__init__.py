"""How a project stands today: schedule, money, gates, deliverables, facts, and who is waited for."""

from lifecycle.status.colour import Rag, colour, unreported
from lifecycle.status.coming import ahead
from lifecycle.status.figures import facts
from lifecycle.status.picture import (
    Awaited,
    DeliverableStatus,
    GateStatus,
    PhaseStatus,
    ProjectStatus,
    RoundStatus,
    State,
)
from lifecycle.status.standing import status
from lifecycle.status.waiting import awaited, reminding

__all__ = [
    "Awaited",
    "DeliverableStatus",
    "GateStatus",
    "PhaseStatus",
    "ProjectStatus",
    "Rag",
    "RoundStatus",
    "State",
    "ahead",
    "awaited",
    "colour",
    "facts",
    "reminding",
    "status",
    "unreported",
]
