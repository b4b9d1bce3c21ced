"""After Trivedi, Hadfield-Menell, Hadfield, Leibo et al. 2024 (workshop "Altared environments"): what a visible rule is worth.

No numbers were published that could be verified: the claims are acceptance tests of this house's version. Run
`python papers trivedi-2024`; `python papers/norms/trivedi-2024/reproduce.py` prints the tables of the README. Public names only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from rulewright.learning.grid import Map, View
from rulewright.learning.institutions import Altar
from rulewright.learning.learners import IPPO, Network
from rulewright.learning.learners.train import advance_seeds
from rulewright.learning.policy import Policy, Uniform
from rulewright.learning.rollout import rollout
from rulewright.learning.world import Seen, World, Wrapper, pytree, static
from rulewright.learning.worlds.altared import MAP, altared
from rulewright.learning.worlds.altared_berries import altared_berries
from rulewright.learning.worlds.altared_players import Villagers
from rulewright.learning.worlds.fishery import Fishery
from rulewright.learning.worlds.harvest import harvest

# ── traces ──────────────────────────────────────────────────────────────────────────────────────────────────────────

KINDS = ("rule", "trespass", "correct sanction", "misdirected sanction", "at altar", "meal")


@cache
def player(policy: Any) -> Any:
    """`batch` worlds under a policy of that structure, compiled once: (base, codes of KINDS, live, rules drawn), [T, B, …]."""
    del policy

    @jax.jit
    def run(world: World, policy: Policy, key: jax.Array, inputs: jax.Array) -> Any:
        batch = inputs.shape[1]
        state = jax.vmap(world.reset)(jax.random.split(key, batch))
        memory = jax.tree.map(lambda x: jnp.broadcast_to(x, (batch, *jnp.shape(x))), policy.first(world))

        def one(carry: Any, keys: jax.Array) -> Any:
            state, memory = carry
            k = jax.vmap(jax.random.split)(keys)
            acts, memory = jax.vmap(lambda k, s, m: policy.act(k, world, s, world.observe(s), m))(k[:, 0], state, memory)
            turn = jax.vmap(world.step)(k[:, 1], state, acts)
            here = state.inner.apples if hasattr(state.inner, "apples") else state.inner.ripe
            told = turn.base, tuple(turn.events.code(kind) for kind in KINDS), here.sum(-1), state.drawn
            return (turn.state, memory), told

        return jax.lax.scan(one, (state, memory), inputs)[1]

    return run


@dataclass(frozen=True)
class Trace:
    """What happened, [step, world, …], in NumPy."""

    base: np.ndarray
    codes: dict[str, np.ndarray]
    live: np.ndarray
    """Apples or berries, as players saw them."""
    drawn: np.ndarray
    """How often the rule had been drawn anew."""

    def count(self, kind: str) -> np.ndarray:
        """[world]; how often."""
        code = self.codes[kind]
        return (code > 0).sum(axis=(0, 2)) if kind == "meal" else code.sum(axis=(0, 2))

    @property
    def since(self) -> np.ndarray:
        """[step, world]; steps since the rule last changed, a large number before it first did."""
        found = np.full(self.drawn.shape, 10**6)
        for t in range(1, len(found)):
            found[t] = np.where(self.drawn[t] != self.drawn[t - 1], 0, found[t - 1] + 1)
        return found


def watched(world: World, policy: Policy, seed: int, batch: int, steps: int) -> Trace:
    """One trace of `batch` worlds; same seed, same bytes."""
    first, rest = jax.random.split(jax.random.key(seed))
    inputs = jax.random.split(rest, (steps, batch))
    base, codes, live, drawn = player(jax.tree.structure(policy))(world, policy, first, inputs)
    numbers = [np.asarray(code) for code in codes]
    return Trace(np.asarray(base), dict(zip(KINDS, numbers, strict=True)), np.asarray(live), np.asarray(drawn))


# ── 1. the arms differ in sight only ────────────────────────────────────────────────────────────────────────────────


def differing_bytes(fast: bool) -> int:
    """Bytes of states, rewards and events in which "hidden" and "stale" differ from "shown" under the same random actions."""
    steps = 50 if fast else 500
    actions = jax.random.randint(jax.random.key(3), (steps, 7), 0, 8)
    keys = jax.random.split(jax.random.key(2), steps)

    def trace(arm: str) -> Any:
        world = altared(arm, least=24, enough=25)

        def one(state: Any, inputs: Any) -> Any:
            turn = world.step(inputs[0], state, inputs[1])
            return turn.state, (replace(turn.state, posted=turn.state.rule), turn.base, turn.events.codes)

        return jax.jit(lambda: jax.lax.scan(one, world.reset(jax.random.key(1)), (keys, actions))[1])()

    shown = jax.tree.leaves(trace("shown"))
    found = 0
    for arm in ("hidden", "stale"):
        for a, b in zip(shown, jax.tree.leaves(trace(arm)), strict=True):
            found += sum(x != y for x, y in zip(np.asarray(a).tobytes(), np.asarray(b).tobytes(), strict=True))
    return found


# ── 2. scripted readers and guessers; 4. an altar out of date ───────────────────────────────────────────────────────

SCRIPTED = {"readers": ("shown", "altar", "altar"), "guessers": ("shown", "guess", "guess")}
JUDGES = {"fresh": ("shown", "altar"), "stale": ("stale", "altar"), "guess": ("shown", "guess")}


@cache
def scripted(who: str, fast: bool) -> Trace:
    """Seven players, 1,000 steps."""
    arm, harvest_by, judge_by = SCRIPTED[who]
    return watched(altared(arm), Villagers(harvest_by, judge_by), 0, 8 if fast else 64, 1000)


def ahead(fast: bool) -> float:
    """Readers' return less guessers', per world and 1,000 steps."""
    return float(scripted("readers", fast).base.sum((0, 2)).mean() - scripted("guessers", fast).base.sum((0, 2)).mean())


def left(who: str, fast: bool) -> float:
    """Share of the 78 apples that live at the end."""
    return float(scripted(who, fast).live[-1].mean() / 78)


@cache
def accuracy(judges: str, fast: bool) -> tuple[tuple[int, int], ...]:
    """(right, number) of sanctions before the rule first changed, after one change, and after more.

    Everybody harvests by a guess, four of seven judge. Apples grow fast and a zone is left soon, so that rules change often.
    """
    arm, judge_by = JUDGES[judges]
    world = altared(arm, regrowth=(0.05, 0.1, 0.2, 0.3), least=19, enough=20)
    trace = watched(world, Villagers("guess", judge_by, wardens=4), 1, 16 if fast else 64, 300 if fast else 600)
    right, wrong = (trace.codes[f"{how} sanction"].sum(-1) for how in ("correct", "misdirected"))
    when = (trace.drawn == 0, trace.drawn == 1, trace.drawn > 1)
    return tuple((int(right[w].sum()), int((right + wrong)[w].sum())) for w in when)


def share(judges: str, when: int, fast: bool) -> float:
    right, number = accuracy(judges, fast)[when]
    return right / number


# ── the institution of the same name ────────────────────────────────────────────────────────────────────────────────

ZONES = {"red": (0, 1), "blue": (2, 3), "green": (4, 5), "none": ()}
FORBIDS = {rule: tuple(f"patch {k}" for k in range(6) if k not in mine) for rule, mine in ZONES.items()}


def misclassified(fast: bool) -> int:
    """Acts that the institution's table and the altared world judge differently: 7 random players, every step."""
    world = altared(least=24, enough=25)
    book = Altar("patch", FORBIDS, fine=1.0).codebook(world)

    def one(state: Any, keys: jax.Array) -> Any:
        turn = world.step(keys[0], state, jax.random.randint(keys[1], (7,), 0, 8))
        return turn.state, (book.wrong(turn.events), turn.events.code("trespass") > 0)

    keys = jax.random.split(jax.random.key(4), (200 if fast else 2000, 2))
    judged, trespass = jax.jit(lambda: jax.lax.scan(one, world.reset(jax.random.key(5)), keys)[1])()
    assert trespass.any()
    return int((judged != trespass).sum())


def institution_differs(base: World, altar: Altar, steps: int) -> int:
    """Bytes in which a world under a hidden altar differs from one under a posted one, and verdicts that are not the table's."""

    def trace(shown: str) -> Any:
        world = replace(altar, shown=shown)(base)
        counts = jnp.asarray(world.action_counts)

        def one(state: Any, keys: jax.Array) -> Any:
            acts = (jax.random.uniform(keys[1], (world.n,)) * counts).astype(jnp.int32)
            turn = world.step(keys[0], state, acts)
            return turn.state, (turn.base, turn.transfer, turn.events.codes)

        keys = jax.random.split(jax.random.key(6), (steps, 2))
        return world, *jax.jit(lambda: jax.lax.scan(one, world.reset(jax.random.key(7)), keys)[1])()

    world, *posted = trace("posted")
    _, *hidden = trace("hidden")
    found = sum(
        x != y
        for a, b in zip(jax.tree.leaves(posted), jax.tree.leaves(hidden), strict=True)
        for x, y in zip(np.asarray(a).tobytes(), np.asarray(b).tobytes(), strict=True)
    )
    codes = dict(zip((kind.name for kind in world.kinds), map(np.asarray, posted[2]), strict=True))
    outcomes = world.kinds[[kind.name for kind in world.kinds].index(altar.on)].outcomes
    table = np.array([[y in wrong for y in outcomes] for wrong in altar.forbids.values()])
    wrong = table[codes["rule"][:, None], codes[altar.on]]
    assert wrong.any() and not wrong.all()
    return int(found + (wrong != codes["verdict"]).sum())


def institutions(fast: bool) -> int:
    """The altar as an institution, on harvest and on the fishery."""
    steps = 50 if fast else 1000
    on_harvest = Altar("patch", {k: FORBIDS[k] for k in ("red", "blue", "green")}, fine=1.0, period=20)
    low = {"few": tuple(map(str, range(6, 21))), "many": tuple(map(str, range(6)))}
    on_fishery = Altar("catch", low, fine=0.7, period=2)
    return institution_differs(harvest(MAP), on_harvest, steps) + institution_differs(Fishery(), on_fishery, 12)
