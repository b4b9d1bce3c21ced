"""Laws of worlds, and of institutions on them.

world         shapes and types as promised; the same key, the same bytes; a batch is its members; events are outcomes; nobody is
              without an action; what stands and what is said is what the step emits; money neither appears nor vanishes
institution   pure; a >> nothing = nothing >> a = a; (a >> b)(w) = b(a(w)); the base is touched by permit, commit, speak and
              admit only; care by `care` only
words         a payment of nothing changes nothing, payments add, permitting everything changes nothing
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial, reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..institution.institution import NOTHING, Institution, Moves, moved
from ..institution.moves import Care, Pay, Permit, Reveal
from ..learning.policy import Uniform
from ..learning.words import Hide, Show, Watched
from ..learning.words.last import Remembered
from ..learning.world import Record, Turn, World, Wrapper, pytree

GENTLE = (Pay, Care, Reveal, Show, Hide, Watched, Record)  # leave alone what happens
CLOSE = 1e-5  # of float32, relative to 1 + its size


@pytree
class Step:
    """What one step showed."""

    actions: jax.Array
    available: jax.Array
    seen: Any
    said: Any
    standing: Any
    turn: Turn
    """Without its state."""


@partial(jax.jit, static_argnames=("steps",))
def traced(world: World, key: jax.Array, steps: int, given: jax.Array | None = None) -> Step:
    """`steps` steps, stacked: of `given` actions [step, player], or of any that are available. Starts anew where it ends."""
    first, loop = jax.random.split(key)

    def one(state: Any, inputs: tuple[jax.Array, Any]) -> tuple[Any, Step]:
        key, told = inputs
        choose, move, anew = jax.random.split(key, 3)
        seen = world.observe(state)
        actions = Uniform().act(choose, world, state, seen, ())[0] if told is None else told
        turn = world.step(move, state, actions)
        shown = Step(
            actions, world.available(state), seen, world.said(move, state, actions), world.standing(state), _bare(turn)
        )
        after = jax.tree.map(lambda new, old: jnp.where(turn.done, new, old), world.reset(anew), turn.state)
        return after, shown

    return jax.lax.scan(one, world.reset(first), (jax.random.split(loop, steps), given))[1]


def _bare(turn: Turn) -> Turn:
    return replace(turn, state=(), cost=jnp.asarray(turn.cost, jnp.float32))


def same_bytes(one: Any, other: Any) -> bool:
    """Whether two pytrees have the same structure and the same numbers."""
    a, b = jax.tree_util.tree_flatten(one), jax.tree_util.tree_flatten(other)
    return a[1] == b[1] and all(np.array_equal(x, y) for x, y in zip(a[0], b[0], strict=True))


def close(one: Any, other: Any) -> bool:
    """The same numbers but for rounding."""
    pairs = zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True)
    return all(
        a.shape == b.shape and (abs(np.asarray(a, float) - b) <= CLOSE * (1 + abs(np.asarray(b, float)))).all()
        for a, b in pairs
    )


def world_laws(world: World, *, steps: int = 4, seed: int = 0) -> None:
    """The laws of worlds. Raises AssertionError with the law that is broken."""
    _names(world)
    _shapes(world)
    keys = jax.random.split(jax.random.key(seed), 2)
    both = jax.vmap(lambda key: traced(world, key, steps))(keys)
    for k in range(2):
        alone, member = traced(world, keys[k], steps), jax.tree.map(lambda x, k=k: x[k], both)
        assert close(alone, member), "a batch is its members: vmap gives what one world gives"
    assert both.available.any(axis=-1).all(), "nobody is ever without an action"
    _events(world, both)
    turn = both.turn
    size = 1 + abs(turn.transfer).sum(axis=-1)
    assert (abs(turn.transfer.sum(axis=-1) + turn.fund) <= CLOSE * size).all(), "transfers and the fund sum to zero"
    for name in ("base", "transfer", "care", "fund", "cost"):
        assert np.isfinite(getattr(turn, name)).all(), f"{name} is finite"
    assert np.isfinite(both.seen.numbers).all(), "what is seen is finite"
    if both.seen.view.size:
        view = np.asarray(both.seen.view)
        assert view.min() >= 0 and view.max() < world.view_codes, "the picture's codes are below `view_codes`"


def _names(world: World) -> None:
    assert len(set(world.players)) == world.n, "players have different names"
    assert all(len(set(labels)) == len(labels) > 0 for labels in world.actions), "actions have different labels"
    kinds = [kind.name for kind in world.kinds]
    assert kinds[0] == "action" and len(set(kinds)) == len(kinds), (
        "the first event is “action”, and all have different names"
    )
    assert world.horizon >= 1, "the horizon is at least one step"


def _shapes(world: World) -> None:
    n, most = world.n, max(world.action_counts)

    def step(key: jax.Array) -> Any:
        state = world.reset(key)
        actions = jnp.zeros(n, jnp.int32)
        return state, world.observe(state), world.available(state), world.step(key, state, actions)

    key = jax.random.key(0)
    assert str(jax.make_jaxpr(step)(key)) == str(jax.make_jaxpr(step)(key)), (
        "the same key, the same bytes: nothing hidden"
    )
    state, seen, available, turn = jax.eval_shape(step, key)
    like = [(jax.tree.structure(s), [(x.shape, x.dtype) for x in jax.tree.leaves(s)]) for s in (state, turn.state)]
    assert like[0] == like[1], f"a step leaves a state of the same shapes and types (scan): {like[0]} and {like[1]}"
    assert seen.view.dtype == jnp.int8 and seen.view.shape[0] == n, "the picture is int8 [player, row, column]"
    wanted = (n, len(world.number_names))
    assert seen.numbers.shape == wanted and seen.numbers.dtype == jnp.float32, (
        f"numbers are float32 {wanted}, all named"
    )
    assert available.shape == (n, most) and available.dtype == bool, f"available is bool {(n, most)}"
    for name in ("base", "transfer", "care"):
        value = getattr(turn, name)
        assert value.shape == (n,) and value.dtype == jnp.float32, f"{name} is float32 [player]"
    assert turn.fund.shape == () and turn.fund.dtype == jnp.float32, "the fund is float32 []"
    for name in ("terminated", "truncated"):
        assert getattr(turn, name).shape == () and getattr(turn, name).dtype == bool, f"{name} is bool []"
    assert turn.events.kinds == world.kinds, "a step emits the kinds that the world says, in order"
    shapes = {"player": (n,), "pair": (n, n), "world": ()}
    for kind, code in zip(turn.events.kinds, turn.events.codes, strict=True):
        fits = code.shape == shapes[kind.among] and jnp.issubdtype(code.dtype, jnp.integer)
        assert fits, f"codes of “{kind.name}” are int {shapes[kind.among]}"


def _events(world: World, step: Step) -> None:
    events = step.turn.events
    for kind, code in zip(events.kinds, events.codes, strict=True):
        values = np.asarray(code)
        if kind.among == "pair":
            values = values[..., ~np.eye(world.n, dtype=bool)]
        assert values.min(initial=0) >= 0 and values.max(initial=0) < len(kind.outcomes), (
            f"“{kind.name}” has an outcome"
        )
    actions = np.asarray(events.code("action"))
    assert (actions < np.array([len(labels) for labels in world.acts])).all(), "actions are the player's own"
    last, layer = set(), world
    while isinstance(layer, Wrapper):
        last |= set(layer.names) if isinstance(layer, Remembered) else set()
        layer = layer.inner
    assert {kind.name for kind in step.standing.kinds} == set(world.stands), "`stands` names what stands"
    assert {kind.name for kind in step.said.kinds} == set(world.says), "`says` names what actions say"
    for known, what in ((step.standing, "stands"), (step.said, "is said")):
        for kind, code in zip(known.kinds, known.codes, strict=True):
            emitted = np.array_equal(code, events.code(kind.name))
            assert emitted or kind.name in last, f"“{kind.name}”: what {what} is what the step emits"


def institution_laws(
    institution: Institution, world: World, *, then: Institution | None = None, steps: int = 4, seed: int = 0
) -> None:
    """The laws of institutions at one world; `then` is one that follows. Raises AssertionError with the law that is broken."""
    before = [np.array(leaf) for leaf in jax.tree.leaves(world)]
    once = institution(world)
    again = reduce(moved, institution.moves(world), world)  # type: ignore[arg-type]
    assert same_bytes(once, again), "pure: an institution is its moves, one after the other, and the same every time"
    untouched = all(np.array_equal(a, b) for a, b in zip(before, jax.tree.leaves(world), strict=True))
    assert untouched, "pure: the input is untouched"
    assert same_bytes((institution >> NOTHING)(world), once), "a >> nothing is a"
    assert same_bytes((NOTHING >> institution)(world), once), "nothing >> a is a"
    if then is not None:
        assert same_bytes((institution >> then)(world), then(once)), "(a >> b)(w) is b(a(w))"
    key = jax.random.key(seed)
    free = traced(world, key, steps)
    moves = [move for move, _ in institution.trace(world)[0]]
    ruled = traced(once, key, steps, free.actions) if once.actions == world.actions else traced(once, key, steps)
    if once.actions == world.actions and all(isinstance(move, GENTLE) for move in moves):
        assert np.array_equal(free.turn.base, ruled.turn.base), (
            "base is touched by permit, commit, speak and admit only"
        )
        same_events = all(
            np.array_equal(code, ruled.turn.events.code(kind.name))
            for kind, code in zip(free.turn.events.kinds, free.turn.events.codes, strict=True)
        )
        assert same_events, "what happens is touched by permit, commit, speak and admit only"
        paid = any(isinstance(move, Pay) for move in moves)
        assert paid or np.array_equal(free.turn.transfer, ruled.turn.transfer), "only pay moves money"
    if not any(isinstance(move, Care) for move in moves):
        assert (np.asarray(ruled.turn.care).sum() == np.asarray(free.turn.care).sum()).all(), "only care touches care"


def word_laws(world: World, *, steps: int = 4, seed: int = 0) -> None:
    """The laws of words at one world. Raises AssertionError with the law that is broken."""
    key, signal, player = jax.random.key(seed), world.signals[0], world.players[-1]
    free = traced(world, key, steps)
    amounts = np.arange(1.0, 1 + len(signal.outcomes))

    def under(*moves: Any) -> Step:
        return traced(Moves("law", moves)(world), key, steps, free.actions)

    def pay(times: float) -> Pay:
        return Pay(player, (signal.name,), times * amounts)

    once, twice, nothing = under(pay(1.0)), under(pay(1.0), pay(2.0)), under(pay(0.0))
    assert close(nothing.turn, free.turn), "a payment of nothing changes nothing"
    moved = [np.asarray(s.turn.transfer - free.turn.transfer) for s in (once, twice)]
    assert close(3 * moved[0], moved[1]), "payments add"
    assert (np.delete(moved[0], world.n - 1, axis=1) == 0).all(), "money moves to one player"
    assert np.array_equal(once.turn.base, free.turn.base) and (once.turn.care == free.turn.care).all(), (
        "pay is booked apart"
    )
    every = under(*(Permit(p, labels) for p, labels in zip(world.players, world.actions, strict=True)))
    assert close(every, free), "permitting everything changes nothing"
    cared = under(Care(player, {world.players[0]: 1.0}))
    kept = all(np.array_equal(getattr(cared.turn, a), getattr(free.turn, a)) for a in ("base", "transfer", "fund"))
    assert kept, "care moves nothing"
    others = np.delete(np.asarray(cared.turn.care - free.turn.care), world.n - 1, axis=1)
    assert (others == 0).all() or world.n == 1, "care changes one player"
