"""After Trivedi, Hadfield-Menell, Hadfield, Leibo et al. 2024 (workshop "Altared environments"): what a visible rule is worth.

No numbers were published that could be verified: the claims are acceptance tests of this house's version. Run
`python papers trivedi-2024`; `python papers/norms/trivedi-2024/reproduce.py` trains the learners and prints what they came to (a few
CPU-minutes). Public names only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from rulewright.learning.grid import Map
from rulewright.learning.institutions import Altar
from rulewright.learning.learners import IPPO, Network
from rulewright.learning.learners.train import advance_seeds
from rulewright.learning.policy import Policy, Uniform
from rulewright.learning.world import World
from rulewright.learning.world.wrapper import base_state
from rulewright.learning.worlds.altared import MAP, altared
from rulewright.learning.worlds.altared_berries import altared_berries
from rulewright.learning.worlds.altared_players import Villagers
from rulewright.learning.worlds.altared_skills import ARMS, Skilled, skilled
from rulewright.learning.worlds.fishery import Fishery
from rulewright.learning.worlds.harvest import HarvestState, harvest

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
            acts, memory = jax.vmap(lambda k, s, m: policy.act(k, world, s, world.observe(s), m))(
                k[:, 0], state, memory
            )
            turn = jax.vmap(world.step)(k[:, 1], state, acts)
            here = base_state(world, state)
            live = here.apples if isinstance(here, HarvestState) else here.ripe
            told = turn.base, tuple(turn.events.code(kind) for kind in KINDS), live.sum(-1), state.drawn
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


# ── learners: who choose among skills ───────────────────────────────────────────────────────────────────────────────

PLAN = (
    "WWWWWWWWWWWWWW",
    "W  A      A  W",
    "W AAA    AAA W",
    "WAAAAAPPAAAAAW",
    "W AAA P  AAA W",
    "W  A   P  A  W",
    "W    PTP     W",
    "W    PPP     W",
    "W     A      W",
    "W    AAA     W",
    "W   AAAAA    W",
    "W    AAA     W",
    "W     A      W",
    "WWWWWWWWWWWWWW",
)
BOARD = Map(PLAN, (("W", "wall"), ("A", "apple"), ("P", "spawn"), ("T", "altar")))
PLAYERS, HORIZON = 5, 300


def first_world(arm: str) -> Skilled:
    """Five players, three zones of 13 apples, the altar between them."""
    world = altared(
        "shown", PLAYERS, map=BOARD, zones=(0, 1, 2), least=9, enough=11, memory=10, regrowth=REGROWTH, steps=HORIZON
    )
    return skilled(world, arm)


def second_world(arm: str) -> Skilled:
    """Five players, eight berries of each of four colours, one colour taboo at a time; no poison."""
    world = altared_berries(
        "shown", PLAYERS, period=60.0, memory=10, side=11, each=8, weakened=1.0, cooldown=2, steps=HORIZON
    )
    return skilled(world, arm)


REGROWTH = (0.0, 0.02, 0.05, 0.1)
LEARNER = IPPO(
    rate=3e-3,
    entropy=0.01,
    scale=0.1,
    gamma=0.95,
    worlds=32,
    steps=75,
    network=Network(hidden=(32, 32), identity=False),
)
SEEDS, UPDATES, AFTERWARDS, EPISODES = 3, 200, 60, 32
"""Runs of each arm, updates in the first world and in the second (2,400 environment steps each), episodes that are looked at."""


def opened(learner: IPPO, worlds: list[Skilled], updates: int, nets: Any = None) -> Any:
    """Learners' states, one for each world; the k-th begins with the k-th of the networks, where there are some."""
    stacked = jax.tree.map(lambda *x: jnp.stack(x), *worlds)
    keys = jax.vmap(jax.random.key)(jnp.arange(len(worlds)))
    state = jax.jit(jax.vmap(lambda k, w: learner.planned(learner.init(k, w), updates)))(keys, stacked)
    if nets is None:
        return state
    return replace(state, population=replace(state.population, net=nets))


@cache
def trained(which: str) -> Any:
    """States of all learners, [arm · seed], the arms in the order of ARMS."""
    worlds = [{"first": first_world, "second": second_world}[which](arm) for arm in ARMS for _ in range(SEEDS)]
    return advance_seeds(LEARNER, opened(LEARNER, worlds, UPDATES), jnp.int32(UPDATES))[0]


def measured(trace: Trace, foods: int) -> dict[str, float]:
    """Of one population: means per episode of 300 steps, and shares."""
    right, wrong = (trace.count(f"{how} sanction").mean() for how in ("correct", "misdirected"))
    visits, since = trace.codes["at altar"] > 0, trace.since
    return {
        "return": trace.base.sum((0, 2)).mean(),
        "meals": trace.count("meal").mean(),
        "trespass": trace.count("trespass").mean(),
        "depletion": 1 - trace.live.mean() / foods,
        "right": right,
        "wrong": wrong,
        "accuracy": right / max(right + wrong, 1e-9),
        "visits": visits.mean(),
        "visits after": visits[since < 20].mean() if (since < 20).any() else np.nan,
        "visits later": visits[since >= 20].mean(),
        "changes": trace.drawn[-1].mean(),
    }


@cache
def outcomes() -> dict[str, dict[str, np.ndarray]]:
    """{arm: {measure: [seed]}} of what was learned in the first world."""
    states, found = trained("first"), {}
    for a, arm in enumerate(ARMS):
        world = first_world(arm)
        policies = [LEARNER.policy(jax.tree.map(lambda x, k=a * SEEDS + s: x[k], states)) for s in range(SEEDS)]
        each = [measured(watched(world, p, 100 + s, EPISODES, HORIZON), 39) for s, p in enumerate(policies)]
        found[arm] = {name: np.array([one[name] for one in each]) for name in each[0]}
    return found


def walk() -> float:
    """Share of time that players who move at random, without skills, are at the altar."""
    return float((watched(first_world("altar").inner, Uniform(), 9, EPISODES, HORIZON).codes["at altar"] > 0).mean())


def gap(measure: str, arm: str = "altar") -> np.ndarray:
    """[seed]; an arm less the hidden one, paired by seed."""
    return np.asarray(outcomes()[arm][measure] - outcomes()["hidden"][measure])


@cache
def carried(arm: str) -> dict[str, np.ndarray]:
    """The second world, [stretch of a tenth, seed]: group return and sanctions, pre-trained and fresh, while they learn."""
    a = list(ARMS).index(arm)
    fresh = opened(LEARNER, [second_world(arm)] * (2 * SEEDS), AFTERWARDS)
    before = jax.tree.map(lambda x: x[a * SEEDS : (a + 1) * SEEDS], trained("first").population.net)
    nets = jax.tree.map(lambda old, new: jnp.concatenate([old, new[SEEDS:]]), before, fresh.population.net)
    state, found = replace(fresh, population=replace(fresh.population, net=nets)), []
    names = [kind.name for kind in second_world(arm).kinds]
    for _ in range(10):
        state, metrics = advance_seeds(LEARNER, state, jnp.int32(AFTERWARDS // 10))
        tally = metrics.tally
        per = np.asarray(tally.base.sum(-1) / tally.steps * HORIZON)
        right, wrong = (
            (np.asarray(c) * np.arange(c.shape[-1])).sum((1, 2)) / np.asarray(tally.steps) * HORIZON
            for c in (tally.counts[names.index(f"{how} sanction")] for how in ("correct", "misdirected"))
        )
        found.append((per, right, wrong))
    told = np.array(found)  # [stretch, measure, run]
    kinds = ("return", "right", "wrong")
    return {
        f"{who} {kind}": told[:, m, part]
        for m, kind in enumerate(kinds)
        for who, part in (("pre-trained", slice(None, SEEDS)), ("fresh", slice(SEEDS, None)))
    }


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
    return watched(altared(arm), Villagers(harvest_by, judge_by), 0, 8 if fast else 32, 1000)


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
    trace = watched(world, Villagers("guess", judge_by, wardens=4), 1, 16 if fast else 64, 300)
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


def difference(arm: str, measure: str, tenths: slice) -> np.ndarray:
    """[seed]; the pre-trained less the fresh in the second world, mean over some tenths of the learning there."""
    found = carried(arm)
    return np.asarray((found[f"pre-trained {measure}"] - found[f"fresh {measure}"])[tenths].mean(axis=0))


CLAIMS = {
    "bytes in which the arms differ under the same actions": differing_bytes,
    "acts that the institution and the world judge differently": misclassified,
    "institution on harvest and fishery: bytes and verdicts that differ": institutions,
    "readers: misdirected sanctions": lambda fast: float(scripted("readers", fast).count("misdirected sanction").sum()),
    "readers' return less guessers'": ahead,
    "readers: share of apples left": lambda fast: left("readers", fast),
    "guessers: share of apples left": lambda fast: left("guessers", fast),
    "sanctions that are right after one change, altar fresh": lambda fast: share("fresh", 1, fast),
    "sanctions that are right after one change, altar stale": lambda fast: share("stale", 1, fast),
    "sanctions that are right after one change, judges guess": lambda fast: share("guess", 1, fast),
}


def told(values: np.ndarray) -> str:
    """Mean and half of its 95 % interval over seeds."""
    low, high = interval(values)
    return f"{values.mean():.3g} ± {(high - low) / 2:.2g}"


if __name__ == "__main__":
    for measure in next(iter(outcomes().values())):
        print(f"| {measure} | " + " | ".join(told(outcomes()[arm][measure]) for arm in ARMS), end=" | ")
        print(" | ".join(told(gap(measure, arm)) for arm in ("posted", "altar")) + " |", flush=True)
    print(f"at the altar, players who walk at random: {walk():.3f}", flush=True)
    for arm in ("posted", "altar"):
        for kind in ("return", "right", "wrong"):
            for who in ("pre-trained", "fresh"):
                every = carried(arm)[f"{who} {kind}"]
                print(f"| {arm}, {who}, {kind} | " + " | ".join(told(every[t]) for t in (0, 1, 4, 9)) + " |")
            print(
                f"| {arm}, difference, {kind} | "
                + " | ".join(told(difference(arm, kind, slice(t, t + 1))) for t in (0, 1, 4, 9))
            )
