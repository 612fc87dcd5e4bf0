"""Records of the report plan: that a report has come round."""

from datetime import date
from typing import ClassVar

from lifecycle.history.record import Record
from lifecycle.process.definition import Name


class ReportDue(Record):
    """A report of the plan has come round on this day. Of several not written in time only the newest is written."""

    kind: ClassVar[str] = "report-due"
    key: ClassVar[str] = "{project}:report-due:{report}:{day}"

    report: Name
    day: date

    @property
    def subject(self) -> str:
        """What tells the report apart from others of its kind: `highlight-2026-03-02`."""
        return f"{self.report}-{self.day}"
