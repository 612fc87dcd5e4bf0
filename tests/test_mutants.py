"""The mutants are alive: their patches fit the code as it is, and the tests that must notice are there."""

from pathlib import Path

import pytest

from tests import mutants
from tests.mutations import MUTANTS, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_mutant_fits_the_code(mutant: Mutant) -> None:
    """After a change of the place where a rule lives: write the patch anew, and try it with `make mutants`."""
    assert [edit.file for edit in mutant.edits if not mutants.fits(edit)] == []
    for test in mutant.tests:
        file, _, name = test.partition("::")
        assert f"def {name.partition('[')[0]}(" in Path(mutants.ROOT, file).read_text() or not name
