"""How hard the fault tests try: a little with every `make test`, in full with `make faults`; the seed is printed."""

import os
import random

FULL = os.environ.get("FAULTS") == "full"
SEED = os.environ.setdefault("FAULTS_SEED", str(random.SystemRandom().randrange(2**32)))
"""What all dice of a run are thrown with; it stands in the environment, so that other processes have it, too."""


def size(quick: int, full: int) -> int:
    """How often something is tried in this profile."""
    return full if FULL else quick


def chance(test: str) -> random.Random:
    """The dice of a test. FAULTS_SEED throws them as in an earlier run, which printed it at its end."""
    return random.Random(f"{SEED}:{test}")
