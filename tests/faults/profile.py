"""How hard the fault tests try: a little with every `make test`, in full with `make faults`; seeds are printed."""

import os
import random

FULL = os.environ.get("FAULTS") == "full"


def size(quick: int, full: int) -> int:
    """How often something is tried in this profile."""
    return full if FULL else quick


def chance(test: str) -> random.Random:
    """The dice of a test. FAULTS_SEED throws them as in an earlier run, whose seed was printed."""
    seed = int(os.environ.get("FAULTS_SEED") or random.SystemRandom().randrange(2**32))
    print(f"{test}: FAULTS_SEED={seed}")
    return random.Random(seed)
