"""Rewrite the snapshots of the warehouse: python -m tests.e2e.same_figures --write

Only for a change that means to change figures or messages; the commit shows which.
"""

import os
import sys

import pytest

if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    os.environ["WRITE_SAME_FIGURES"] = "1"
    sys.exit(pytest.main(["-rs", "tests/e2e/test_same_figures.py"]))
