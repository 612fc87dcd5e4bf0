"""What has happened in a project or program, as frozen values."""

from lifecycle.history import (
    charter,
    closing,
    control,
    editions,
    gates,
    migration,
    people,
    plan,
    record,
    reporting,
    steps,
    work,
)
from lifecycle.history.history import History
from lifecycle.history.record import SYSTEM, Numbered, Record, utc


def _kinds() -> dict[str, type[Record]]:
    """Every kind of record by its name, as the store needs it to read rows."""
    modules = (work, gates, steps, reporting, people, control, closing, editions, migration)
    classes = (item for module in modules for item in vars(module).values())
    return {
        cls.kind: cls for cls in classes if isinstance(cls, type) and issubclass(cls, Record) and hasattr(cls, "kind")
    }


KINDS = _kinds()

__all__ = [
    "KINDS",
    "SYSTEM",
    "History",
    "Numbered",
    "Record",
    "charter",
    "closing",
    "control",
    "editions",
    "gates",
    "migration",
    "people",
    "plan",
    "record",
    "reporting",
    "steps",
    "utc",
    "work",
]
