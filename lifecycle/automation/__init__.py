"""Functions that the engine did not write, run in child processes of their own with limits."""

from lifecycle.automation.children import Answer, Call, Paper, run

__all__ = ["Answer", "Call", "Paper", "run"]
