"""Histories that were read or written lately. Records never change, so only what was added since has to be read.

That holds as long as the database is the one they came from. One that was brought back to an older moment has
other records under the same numbers, so each history is kept with its mark: the journal's hash vouches for the past.
"""

from collections import OrderedDict
from threading import Lock
from typing import NamedTuple

from lifecycle.history import History

RECORDS = 200_000
"""How many records are kept in memory, at about 2 KB each; the histories not asked for longest go first."""


class Mark(NamedTuple):
    """Where a history ends: the number of its last record, and the hash of that journal entry."""

    seq: int
    hash: str | None


NOWHERE = Mark(0, None)
"""The mark of a history that is not known."""


class Known:
    """Histories by project, each with its mark; safe to share between threads."""

    def __init__(self, records: int = RECORDS) -> None:
        """Keep at most so many records, and always the newest history."""
        self._histories: OrderedDict[str, tuple[Mark, History]] = OrderedDict()
        self._limit, self._size, self._lock = records, 0, Lock()

    def get(self, project: str) -> tuple[Mark, History | None]:
        """A project's history and its mark; NOWHERE and None when it is not known."""
        with self._lock:
            if project not in self._histories:
                return NOWHERE, None
            self._histories.move_to_end(project)
            return self._histories[project]

    def put(self, mark: Mark, history: History) -> None:
        """Keep a history with its mark, unless a longer one is known."""
        with self._lock:
            known, before = self._histories.get(history.project, (NOWHERE, ()))
            if known.seq > mark.seq:
                return
            self._histories[history.project] = mark, history
            self._histories.move_to_end(history.project)
            self._size += len(history) - len(before)
            while self._size > self._limit and len(self._histories) > 1:
                _, (_, oldest) = self._histories.popitem(last=False)
                self._size -= len(oldest)

    def forget(self, project: str) -> None:
        """Let go of a history that is not what a transaction found in the records."""
        with self._lock:
            _, before = self._histories.pop(project, (NOWHERE, ()))
            self._size -= len(before)
