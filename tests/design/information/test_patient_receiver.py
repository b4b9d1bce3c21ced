"""A patient receiver: promise-form schemes against all histories written out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.design.information import markov as mk
from rulewright.errors import InputError, TooLarge


@given(st.integers(0, 10_000), st.sampled_from([(2, 2, 2, 3), (2, 3, 2, 2), (3, 2, 2, 2)]))
@settings(max_examples=12, deadline=None)
def test_promises_bracket_all_histories(seed, sizes):
    states, acts, parameters, horizon = sizes
    p = mk.drawn(states, acts, parameters, seed=seed)
    best = mk.over_histories(p, horizon)
    found = mk.persuade_patient(p, horizon=horizon, promises=7)
    assert found.value <= best + 1e-7 <= found.bound + 2e-7
    assert found.gap < 0.02
    assert (found.outside >= found.inside - 1e-6).all()
    assert (np.diff(found.inside, axis=2) <= 1e-6).all()  # promising more never brings the sender more
    assert found.memoryless <= best + 1e-7  # obeyed without threats, so all the more with them


@pytest.mark.parametrize("seed", range(3))
def test_more_promises_close_the_bracket(seed):
    p = mk.drawn(2, 3, 3, seed=seed)
    coarse, fine = (mk.persuade_patient(p, horizon=3, promises=k) for k in (2, 17))
    assert fine.gap <= coarse.gap + 1e-8
    assert fine.value >= coarse.value - 1e-8


def test_promises_strictly_beat_schemes_without_memory():
    p = mk.oversight()
    found = mk.persuade_patient(p, horizon=2, promises=9)
    assert found.value == pytest.approx(mk.over_histories(p, 2), abs=1e-6)
    assert found.value > found.memoryless + 0.3 > found.everything > found.nothing


def test_for_ever():
    p = mk.oversight(discount=0.6, patience=0.6)
    found = mk.persuade_patient(p, promises=7)
    assert 0 <= found.gap < 1e-3
    short = mk.over_histories(p, 4)
    assert abs(found.value - short) <= 0.6**4 / 0.4 * 4  # what is left after four nights
    assert np.isnan(found.memoryless)


def test_a_receiver_by_itself():
    p = mk.drawn(2, 2, 2, seed=5)
    told, untold = (mk.by_itself(p, None, told=t).receiver[0] for t in (True, False))
    assert (told >= untold - 1e-12).all()
    long = mk.by_itself(p, 300, told=True).receiver[0]
    assert told == pytest.approx(long, abs=1e-9)


def test_wrong_input():
    with pytest.raises(InputError, match="patience"):
        mk.persuade_patient(mk.cases(discount=0.9, patience=1.0))
    with pytest.raises(InputError, match="at least 2"):
        mk.persuade_patient(mk.cases(), horizon=2, promises=1)
    with pytest.raises(TooLarge):
        mk.over_histories(mk.drawn(4, 3, 2), 9)


def test_no_signal_without_memory_does_as_well():
    """Two cases: moves do not depend on acts, so each case has to be obeyed alone. All signals on a grid of 1/70, both cases."""
    p, grid = mk.cases(), np.arange(71) / 70
    guilty, innocent = np.meshgrid(grid, grid, indexing="ij")  # chances to recommend conviction
    convicts = 0.3 * guilty + 0.7 * innocent
    obeyed = (0.3 * guilty >= 0.7 * innocent - 1e-12) & (0.7 * (1 - innocent) >= 0.3 * (1 - guilty) - 1e-12)
    best = sum(stake * convicts[obeyed].max() for stake in (1.0, 0.5))
    found = mk.persuade_patient(p, horizon=2, promises=5)
    assert best == pytest.approx(found.memoryless, abs=1e-9)
    assert found.value > best + 0.12
