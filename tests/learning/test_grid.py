"""Grids: moves, beams, spawn points and views against plain sequential Python."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.learning.grid import Beam, Bodies, Map, View
from rulewright.learning.grid.beam import hits, lanes, struck
from rulewright.learning.grid.moves import moved
from rulewright.learning.grid.spawn import placed
from rulewright.learning.grid.view import drawn, relative, seen

LEGEND = (("W", "wall"), ("P", "spawn"))
ROOM = Map(("WWWWWWW", "W    PW", "W  W  W", "W     W", "WW    W", "WWWWWWW"), LEGEND)
OPEN = Map(("P    ", "     ", "  W  ", "     "), LEGEND)
TORUS = Map(("P       ", "   W    ", "        ", " W      ", "        ", "     W  ", "        "), LEGEND, torus=True)
WORLDS = pytest.mark.parametrize("world", [ROOM, OPEN, TORUS], ids=["room", "open", "torus"])
STEP = ((-1, 0), (0, 1), (1, 0), (0, -1))


def crowd(world, cases, players, seed):
    """Bodies on different free cells, some of them out, and actions: NumPy [case, player]."""
    rng, free = np.random.default_rng(seed), np.flatnonzero(~world.walls)
    cell = np.stack([rng.permutation(free)[:players] for _ in range(cases)])
    out = rng.integers(0, 6, cell.shape) == 0
    cell = np.where(out, world.nowhere, cell).astype(np.int32)
    heading = rng.integers(0, 4, cell.shape).astype(np.int32)
    return Bodies(cell, heading, np.zeros_like(cell), out.astype(np.int32)), rng.integers(0, 5, cell.shape)


def one(bodies, k):
    return Bodies(bodies.cell[k], bodies.heading[k], bodies.cool[k], bodies.out[k])


@WORLDS
def test_moves_are_those_of_one_after_another(world):
    n, cases = 7, 400
    bodies, actions = crowd(world, cases, n, 1)
    bits = np.random.default_rng(2).integers(0, 2**32, (cases, n), dtype=np.uint32)
    ours = jax.vmap(lambda b, a, w: moved(world, b, a, w))(bodies, actions, bits)
    for k in range(cases):
        cell = bodies.cell[k].copy()
        for i in np.argsort(bits[k], kind="stable"):
            if cell[i] == world.nowhere or actions[k, i] == 0:
                continue
            way = (bodies.heading[k, i] + (0, 2, 3, 1)[actions[k, i] - 1]) % 4
            to = plain(world, cell[i], *STEP[way])
            if to is not None and to not in cell:
                cell[i] = to
        np.testing.assert_array_equal(ours[k], cell)


def plain(world, cell, down, right):
    """The cell there, None for a wall or the outside."""
    row, column = cell // world.width + down, cell % world.width + right
    if world.torus:
        row, column = row % world.height, column % world.width
    if not (0 <= row < world.height and 0 <= column < world.width) or world.rows[row][column] == "W":
        return None
    return row * world.width + column


def test_of_two_who_want_a_cell_each_gets_it_half_of_the_time_and_swaps_fail():
    street = Map(("P   ",), LEGEND)
    nothing = jnp.zeros(2, jnp.int32)
    bits = jax.random.bits(jax.random.key(0), (4000, 2))
    meet = Bodies(jnp.array([0, 2]), jnp.array([1, 3]), nothing, nothing)
    cells = jax.vmap(lambda b: moved(street, meet, jnp.array([1, 1]), b))(bits)
    first = int((cells[:, 0] == 1).sum())
    assert ((cells == jnp.array([1, 2])).all(1) | (cells == jnp.array([0, 1])).all(1)).all()
    assert abs(first - 2000) < 4 * np.sqrt(1000)
    swap = Bodies(jnp.array([0, 1]), jnp.array([1, 3]), nothing, nothing)
    assert (jax.vmap(lambda b: moved(street, swap, jnp.array([1, 1]), b))(bits) == jnp.array([0, 1])).all()
    follow = Bodies(jnp.array([0, 1]), jnp.array([1, 1]), nothing, nothing)
    cells = jax.vmap(lambda b: moved(street, follow, jnp.array([1, 1]), b))(bits)
    assert (cells[:, 1] == 2).all() and 0.45 < float((cells[:, 0] == 1).mean()) < 0.55


def shot(world, beam, cells, shooter, heading):
    """Whom a shot hits, by walking along each ray."""
    found = set()
    for side in (0, *(s * r for s in (-1, 1) for r in range(1, beam.radius + 1))):
        if any(stopped(world, beam, cells, shooter, heading, np.sign(side) * r) for r in range(1, abs(side))):
            continue
        for offset in range(1 if side == 0 else 0, beam.length - abs(side) + 1):
            to = slot(world, shooter, heading, offset, side)
            if to is None:
                break
            if to in cells:
                found.add(cells.index(to))
                break
    return found


def slot(world, shooter, heading, offset, side):
    ahead, right = STEP[heading], STEP[(heading + 1) % 4]
    return plain(world, shooter, *(offset * a + side * r for a, r in zip(ahead, right, strict=True)))


def stopped(world, beam, cells, shooter, heading, side):
    first = slot(world, shooter, heading, 0, side)
    return first is None or first in cells


@WORLDS
@pytest.mark.parametrize("beam", [Beam(3, 1), Beam(3, 2), Beam(2, 0)], ids=str)
def test_shots_hit_whom_their_rays_meet_first(world, beam):
    n, cases = 6, 60
    bodies, _ = crowd(world, cases, n, 3)
    ours = np.asarray(jax.vmap(lambda b: hits(world, beam, b, b.inside))(bodies))
    table = lanes(world, beam)
    for k in range(cases):
        cells = bodies.cell[k].tolist()
        for i in range(n):
            if bodies.out[k, i]:
                assert not ours[k, i].any()
                continue
            others = [c if j != i and c != world.nowhere else -1 for j, c in enumerate(cells)]
            wanted = shot(world, beam, others, cells[i], bodies.heading[k, i])
            assert set(np.flatnonzero(ours[k, i])) == wanted
            lane = table[bodies.heading[k, i], cells[i]]
            there = np.asarray(struck(beam, jnp.asarray(np.isin(lane, [c for c in others if c >= 0]))))
            assert {others.index(c) for c in lane[there]} == wanted


def test_a_shot_in_the_open_covers_nine_cells_with_length_three_and_twelve_with_four():
    field = Map(("P" * 11,) * 11, LEGEND)
    for length, cells in ((3, 9), (4, 12)):
        lane = lanes(field, Beam(length, 1))[0, 60]
        assert (lane != field.nowhere).sum() == cells == Beam(length, 1).covered.sum()
        assert set(lane[0][lane[0] != field.nowhere]) == {59 - 11 * k for k in range(length)}


@WORLDS
def test_views_turn_with_their_players(world):
    view, cases, n = View(2, 2, 3, 1), 40, 4
    bodies, _ = crowd(world, cases, n, 4)
    ground = jnp.asarray(np.where(world.walls, 2, 1).astype(np.int8))
    ours = np.asarray(jax.vmap(lambda b: look(world, view, ground, b))(bodies))
    for k in range(cases):
        for i in range(n):
            for row in range(view.rows):
                for column in range(view.columns):
                    assert ours[k, i, row, column] == sight(
                        world, one(bodies, k), i, view.ahead - row, column - view.left
                    )


def look(world, view, ground, bodies):
    picture = drawn(ground, bodies, (3 + bodies.heading).astype(jnp.int8))
    return relative(seen(world, view, picture, bodies), bodies, 3)


def sight(world, bodies, i, forward, right):
    if bodies.out[i]:
        return 0
    heading = bodies.heading[i]
    row, column = divmod(int(bodies.cell[i]), world.width)
    row += forward * STEP[heading][0] + right * STEP[(heading + 1) % 4][0]
    column += forward * STEP[heading][1] + right * STEP[(heading + 1) % 4][1]
    if world.torus:
        row, column = row % world.height, column % world.width
    if not (0 <= row < world.height and 0 <= column < world.width):
        return 0
    there = (
        bodies.cell.tolist().index(row * world.width + column) if row * world.width + column in bodies.cell else None
    )
    if there is not None:
        return 3 + (bodies.heading[there] - heading) % 4
    return 2 if world.rows[row][column] == "W" else 1


def test_who_enters_gets_a_free_spawn_point_each_as_likely():
    points, taken = np.array([3, 5, 8, 9]), jnp.array([5])
    bits = jax.random.bits(jax.random.key(3), (6000, 3))
    enters = jnp.array([True, False, True])
    cells = np.asarray(jax.vmap(lambda b: placed(points, taken, enters, b))(bits))
    assert (cells[:, 1] == -1).all() and (cells[:, 0] != cells[:, 2]).all()
    pairs, counts = np.unique(cells[:, [0, 2]], axis=0, return_counts=True)
    assert len(pairs) == 6 and set(pairs.ravel()) == {3, 8, 9}
    assert (abs(counts - 1000) < 4.5 * np.sqrt(6000 * 5 / 36)).all()


@pytest.mark.parametrize(
    ("rows", "legend", "said"),
    [
        ((), LEGEND, "at least one row"),
        (("P  ", "  "), LEGEND, "row 2.*3 cells.*2"),
        (("P x",), LEGEND, "row 1, column 3.*'x'"),
        (("   ",), LEGEND, "spawn point.*'P'"),
        (("   ",), (("W", "wall"),), "Give the legend a character"),
    ],
)
def test_wrong_maps_are_told_what_is_wrong(rows, legend, said):
    with pytest.raises(rw.InputError, match=f"(?s){said}"):
        Map(rows, legend)


def test_wrong_beams_and_crowds_are_told_what_is_wrong():
    with pytest.raises(rw.InputError, match="beam"):
        Beam(0, 1)
    small = Map(OPEN.rows, LEGEND, torus=True)
    with pytest.raises(rw.InputError, match="torus"):
        lanes(small, Beam(2, 0))
    with pytest.raises(rw.InputError, match="spawn point for each of 2 players"):
        OPEN.asked(2)
