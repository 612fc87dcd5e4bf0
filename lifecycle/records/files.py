"""The files of a data folder: drafts to work on, evidence kept by digest, reports to hand out."""

import hashlib
import os
import tempfile
from pathlib import Path

from lifecycle.errors import NotFound
from lifecycle.value import digest


class Files:
    """The files beside the database. Evidence is kept under its SHA-256 and never changes."""

    def __init__(self, data: Path, *, complete: bool = False) -> None:
        """Use the folder; it is made when the first file is kept. A `complete` one must hold all that was ever kept."""
        self.data, self._complete = data, complete

    def keep(self, content: bytes) -> str:
        """Keep evidence and return its SHA-256; keeping it twice keeps it once."""
        name = digest(content)
        place = self._evidence(name)
        if not place.exists():
            write_whole(place, content)
        return name

    def evidence(self, sha256: str) -> bytes:
        """The content kept under a SHA-256."""
        place = self._evidence(sha256)
        if not place.exists():
            raise NotFound("evidence", sha256)
        return place.read_bytes()

    def draft(self, project: str, file: str) -> Path:
        """Where a draft lies for people to edit; `file` is phase, attempt and name, as recorded."""
        return self.drafts(project) / file

    def drafts(self, project: str) -> Path:
        """The folder for a project's drafts."""
        return self.data / "drafts" / project

    def write_draft(self, place: Path, text: str) -> None:
        """Put a draft where people find it; what somebody has already edited stays."""
        if not place.exists():
            write_whole(place, text.encode())

    def reports(self, project: str) -> Path:
        """The folder for a project's reports."""
        return self.data / "reports" / project

    def reports_without(self, person: str) -> Path:
        """The folder for reports without a person's name, while that is being erased; in it one for each project."""
        return self.data / "erasing" / person

    def keeps_evidence(self) -> bool:
        """Whether evidence is kept here, and not on another machine."""
        return self._complete or (self.data / "evidence").exists()

    def keeps_reports(self, project: str) -> bool:
        """Whether a project's reports are kept here, and not on another machine."""
        return self._complete or self.reports(project).exists()

    def evidence_place(self, sha256: str) -> Path:
        """Where the content of that SHA-256 lies."""
        return self._evidence(sha256)

    def checksum(self, place: Path) -> str | None:
        """The SHA-256 of a file as it is now; None where there is none."""
        try:
            with place.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return None

    def _evidence(self, sha256: str) -> Path:
        return self.data / "evidence" / sha256[:2] / sha256


def write_whole(place: Path, content: bytes) -> None:
    """Write a file whole or not at all, even when the process is killed in between. What failed takes no room."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(place)
    finally:
        Path(temporary).unlink(missing_ok=True)
