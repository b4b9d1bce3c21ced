import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.competition.market.folds import fold, hashed


@given(st.integers(1, 7), st.integers(0, 300), st.integers(0, 2**63), st.integers(0, 100))
def test_folds_are_of_one_size_and_do_not_depend_on_where_reading_starts(folds, rows, seed, start):
    whole = fold(np.arange(rows), folds, seed)
    sizes = np.bincount(whole, minlength=folds)
    assert sizes.max() - sizes.min() <= 1
    assert fold(np.arange(min(start, rows), rows), folds, seed).tolist() == whole[start:].tolist()


def test_seeds_give_other_folds_and_no_pattern():
    rows = np.arange(100_000)
    one, two = fold(rows, 5, 0), fold(rows, 5, 1)
    assert (one == two).mean() == pytest.approx(0.2, abs=0.01)
    assert (one[1:] == one[:-1]).mean() == pytest.approx(0.2 * 0.2, abs=0.01)  # alike only across two groups
    assert len(set(hashed(rows, 0).tolist())) == len(rows)
