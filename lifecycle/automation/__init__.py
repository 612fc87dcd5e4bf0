"""Functions that the engine did not write, run in child processes of their own with limits."""
