"""Prefect lives only here: phases, projects and programs as flows, and what starts them."""

import os

# Prefect reads this once, when it is first imported; nothing leaves the machine unasked
os.environ.setdefault("DO_NOT_TRACK", "1")
