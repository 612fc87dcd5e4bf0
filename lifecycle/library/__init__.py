"""Reads and checks what people write: processes and charters in YAML, plans and progress in CSV."""

from lifecycle.library.definitions import read, read_charter, read_process, refused
from lifecycle.library.folders import Library, shipped
from lifecycle.library.plans import read_plan, read_progress

__all__ = ["Library", "read", "read_charter", "read_plan", "read_process", "read_progress", "refused", "shipped"]
