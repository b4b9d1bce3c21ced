"""River and orchard of clean-up: published rates and thresholds, and that every cleaned cell is somebody's."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.learning.worlds import cleanup_map as plan
from rulewright.learning.worlds.cleanup import MAP
from rulewright.learning.worlds.cleanup_river import LEVELS, kth, level, shots, soiled, sprouting

M = 21


def test_the_map_has_the_published_counts():
    assert (MAP.height, MAP.width) == (21, 30)
    dirty, clean = len(MAP.cells("soiled")), len(MAP.cells("river"))
    assert (dirty, dirty + clean, len(MAP.cells("tree")), len(MAP.cells("spawn"))) == (79, 147, 122, 19)
    assert all(row[0] == row[-1] == plan.WALL for row in MAP.rows)


@pytest.mark.parametrize(("dirty", "chance"), [(147, 0.0), (79, 0.0), (59, 0.0), (0, 0.05), (29.4, 0.025)])
def test_apples_sprout_below_the_threshold_only(dirty, chance):
    assert float(sprouting(jnp.float32(dirty / 147), 0.05, 0.4, 0.0)) == pytest.approx(chance, abs=1e-7)


def test_twenty_one_cells_must_be_cleaned_before_anything_grows():
    grows = [float(sprouting(jnp.float32((79 - k) / 147), 0.05, 0.4, 0.0)) > 0 for k in range(30)]
    assert grows.index(True) == 21


@pytest.mark.parametrize(("share", "name"), [(0, 0), (0.0999, 0), (0.1, 1), (0.3, 3), (0.399, 3), (0.4, 4), (1.0, 4)])
def test_levels_of_dirt(share, name):
    assert int(level(jnp.float32(share))) == name < len(LEVELS)


@given(st.lists(st.booleans(), min_size=M, max_size=M), st.integers(0, M))
@settings(max_examples=60, deadline=None)
def test_the_kth_true_entry(which, k):
    places = np.flatnonzero(which)
    expected = np.zeros(M, bool)
    expected[places[k : k + 1]] = True
    assert (np.asarray(kth(jnp.array(which), jnp.int32(k))) == expected).all()


def test_dirt_arrives_at_every_clean_cell_alike_and_at_the_stated_rate():
    dirty = jnp.arange(147) < 143
    after = np.asarray(
        jax.vmap(lambda u: soiled(dirty, jnp.bool_(True), u, 0.5))(jax.random.uniform(jax.random.key(3), (8000, 2)))
    )
    new = after.sum(1) - 143
    assert set(new) == {0, 1} and abs(new.mean() - 0.5) < 4 * 0.5 / np.sqrt(8000)
    shares = after[:, 143:].mean(0)
    assert np.abs(shares - 0.125).max() < 4 * np.sqrt(0.125 * 0.875 / 8000)
    assert not np.asarray(soiled(dirty, jnp.bool_(False), jnp.zeros(2), 0.5))[143:].any()
    full = jnp.ones(147, bool)
    assert bool((soiled(full, jnp.bool_(True), jnp.zeros(2), 1.0) == full).all())


@st.composite
def shootings(draw):
    cells = draw(st.lists(st.lists(st.permutations(range(9)), min_size=3, max_size=3), min_size=1, max_size=4))
    dirty = draw(st.lists(st.booleans(), min_size=9, max_size=9))
    return (
        dirty,
        np.array([[list(ray[:3]) for ray in player] for player in cells]),
        draw(st.permutations(range(len(cells)))),
    )


@given(shootings())
@settings(max_examples=60, deadline=None)
def test_what_is_cleaned_is_what_players_cleaned(case):
    """Against a plain loop; rays of one player lie apart in the world, so that those that cross are left out here."""
    dirty, rays, order = case
    rays = np.stack([np.where(np.isin(player, player[:1]) & (np.arange(3)[:, None] > 0), 9, player) for player in rays])
    rays[:, 2] = np.where((rays[:, 2, :, None] == rays[:, 1, None, :]).any(-1), 9, rays[:, 2])
    after, cleaned = shots(jnp.array(dirty), jnp.array(rays, jnp.int32), jnp.array(order, jnp.int32))
    gone, expected = set(), np.zeros(len(rays), int)
    for i in np.argsort(order):
        for ray in rays[i]:
            met = [c for c in ray if c < 9 and dirty[c]]
            if met and met[0] not in gone:
                gone.add(met[0])
                expected[i] += 1
    assert np.asarray(cleaned).tolist() == expected.tolist() and int(cleaned.max()) <= 3
    assert np.asarray(after).tolist() == [d and c not in gone for c, d in enumerate(dirty)]
