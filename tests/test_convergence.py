"""Three laptops that exchange bundles as it comes end up alike, and nothing is lost on the way.

`python -m benchmarks.convergence` does the same with thousands of edits.
"""

from pathlib import Path

import pytest

from benchmarks.convergence import run


@pytest.mark.parametrize("seed", [11, 12])
def test_three_laptops_end_up_alike(seed: int, tmp_path: Path) -> None:
    notes, wrong = run(seed, 60, tmp_path, exchanges=4)
    assert wrong == []
    assert len(notes.rows) > 150 and notes.done["type"] > 50
