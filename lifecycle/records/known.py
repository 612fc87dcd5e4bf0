"""Histories that were read or written lately. Records never change, so only what was added since has to be read."""

from collections import OrderedDict
from threading import Lock

from lifecycle.history import History

RECORDS = 200_000
"""How many records are kept in memory, at about 2 KB each; the histories not asked for longest go first."""


class Known:
    """Histories by project, each with the number of its last record; safe to share between threads."""

    def __init__(self, records: int = RECORDS) -> None:
        """Keep at most so many records, and always the newest history."""
        self._histories: OrderedDict[str, tuple[int, History]] = OrderedDict()
        self._limit, self._size, self._lock = records, 0, Lock()

    def get(self, project: str) -> tuple[int, History | None]:
        """A project's history and the number of its last record; 0 and None when it is not known."""
        with self._lock:
            if project not in self._histories:
                return 0, None
            self._histories.move_to_end(project)
            return self._histories[project]

    def put(self, seq: int, history: History) -> None:
        """Keep a history whose last record has this number, unless a longer one is known."""
        with self._lock:
            known, before = self._histories.get(history.project, (0, ()))
            if known > seq:
                return
            self._histories[history.project] = seq, history
            self._histories.move_to_end(history.project)
            self._size += len(history) - len(before)
            while self._size > self._limit and len(self._histories) > 1:
                _, (_, oldest) = self._histories.popitem(last=False)
                self._size -= len(oldest)
