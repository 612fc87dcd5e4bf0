"""A module whose import is the end of its process."""

import os

if os.environ.get("PHASEGATE_TEST_SPARED") is None:
    os._exit(9)
