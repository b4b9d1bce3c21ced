"""Learn a direct mechanism by its regret: compiled chunks of steps, an independent attacker and a checkpoint after each.

    learned = learn(auction(2, 2), Net("equivariant", (32, 32)), steps=4000, out="runs/2x2", tell=print)
    learned.mechanism                     a LearnedMechanism: NumPy in, NumPy out
    learned.curve.goal                    [chunk], beside curve.regret_found, which is the attacker's, never the training's

Everything that moves is in the state, and every step draws by its own number: what was killed goes on to the same bits.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ...errors import InputError, Unsolved
from ...mechanisms.environment import Environment, additive
from ...numerics.rational import Array
from ..learners import checkpoint
from ..learners.describe import describe
from ..learners.hooks import Hook, JsonLines, lines
from ..learners.train import METRICS, writing
from . import misreports as lies
from . import nets
from .attack import Attacker, attack
from .differentiable import refuse_without_gradient
from .learned import LearnedMechanism, architecture
from .misreports import Misreports
from .nets import Net, Parameters
from .objective import Objective, beyond

AUDIT = 0x61756469  # of the attacker's profiles: not the training's seed
QUICK = Attacker(random=64, shades=8, best=2, steps=45)
CHUNKS = 10
GOAL_PROFILES = 1 << 15


@dataclass(frozen=True)
class Settings:
    """How to learn; part of the compiled program."""

    objective: Objective = field(default_factory=Objective)
    misreports: Misreports = field(default_factory=Misreports)
    rate: float = 3e-3
    """Of Adam; falls along a half cosine to `last` of it."""
    last: float = 0.02
    warmup: int = 100
    """Steps in which the rate rises."""
    average: float = 0.99
    """Of weights, a step: the result is the moving average; 0 for the last weights."""

    def __post_init__(self) -> None:
        if not 0 < self.rate < 10 or not 0 < self.last <= 1 or self.warmup < 0 or not 0 <= self.average < 1:
            raise InputError(where="settings", needed="0 < rate < 10, 0 < last ≤ 1, 0 ≤ average < 1", found=str(self))

    def optimiser(self, steps: int) -> optax.GradientTransformation:
        """For so many steps."""
        warm = min(self.warmup, steps // 2)
        rate = optax.warmup_cosine_decay_schedule(self.rate / 100, self.rate, warm, steps, self.rate * self.last)
        return optax.chain(optax.clip_by_global_norm(10.0), optax.adam(rate, b1=0.9, b2=0.99))


@dataclass(frozen=True, eq=False)
class Curve:
    """Figures after each chunk, for reports. All float [chunk]; steps int [chunk]."""

    steps: Array
    goal: Array
    """What people get if all are truthful, on the attacker's profiles."""
    regret_found: Array
    """Mean gain per agent that the independent attacker finds: a lower bound on regret."""
    worst_found: Array
    """The most that it finds at one profile."""
    lost: Array
    """The most money beyond the environment's deficit at one profile: a limit that no network keeps by construction."""
    training_regret: Array
    """What the training's own misreports gain; for people who tune, never a result."""
    price: Array
    """Mean price of regret."""


@dataclass(frozen=True, eq=False)
class Learned:
    """What a training came to."""

    mechanism: LearnedMechanism = field(repr=False)
    curve: Curve = field(repr=False)
    steps: int
    complete: bool
    """Whether all steps that were asked for were done."""
    how: str


State = dict[str, Any]
"""parameters, average, optimiser, moving (prices), kept (misreports of the pool), step, bad (first step with no finite loss)."""


@dataclass(frozen=True)
class _Plan:
    """What the compiled program depends on."""

    net: Net
    environment: Environment
    settings: Settings
    steps: int
    seed: int

    @property
    def agents(self) -> tuple[int, ...]:
        """Whose regret is looked at: one is enough where network and values treat all alike."""
        alike = self.net.kind == "equivariant" and self.environment.values is additive
        return (0,) if alike else tuple(range(self.environment.agents))

    def pool(self) -> Array:
        """[profile, agent, dimension]: the fixed profiles."""
        return self.environment.profiles(self.settings.misreports.pool, self.seed).astype(np.float32)

    def start(self) -> State:
        parameters = nets.init(self.net, self.environment, self.seed)
        state = {
            "parameters": parameters,
            "average": parameters,
            "optimiser": self.settings.optimiser(self.steps).init(parameters),
            "moving": self.settings.objective.start(self.environment.agents),
            "step": jnp.int32(0),
            "bad": jnp.int32(-1),
        }
        if self.settings.misreports.kind == "pool":
            how = self.settings.misreports
            drawn = self.environment.profiles(how.pool, self.seed, start=how.pool)
            state["kept"] = jnp.asarray(drawn, jnp.float32)
        return state


def _step(plan: _Plan, pool: jax.Array | None, state: State) -> tuple[State, jax.Array]:
    """One step of Adam and of prices; figures: goal, mean regret, mean price."""
    net, environment, settings = plan.net, plan.environment, plan.settings
    key = jax.random.fold_in(jax.random.key(plan.seed), state["step"])
    how = settings.misreports
    where = (state["step"] * how.profiles + jnp.arange(how.profiles)) % how.pool

    def loss(parameters: Parameters) -> tuple[jax.Array, Any]:
        if how.kind == "pool":
            assert pool is not None
            played, kept = lies.pool_regret(net, environment, how, parameters, pool[where], state["kept"][where])
        else:
            played, kept = lies.menu_regret(net, environment, how, parameters, key, plan.agents), None
        goal = environment.achieved(played.types, played.decision, played.payments).mean()
        lost = beyond(environment, played.decision, played.payments)
        return settings.objective.loss(state["moving"], goal, played.regret, lost), (goal, played.regret, kept)

    (value, (goal, regret, kept)), gradient = jax.value_and_grad(loss, has_aux=True)(state["parameters"])
    change, optimiser = settings.optimiser(plan.steps).update(gradient, state["optimiser"], state["parameters"])
    parameters = optax.apply_updates(state["parameters"], change)
    keep = settings.average
    after = state | {
        "parameters": parameters,
        "average": jax.tree.map(lambda a, p: keep * a + (1 - keep) * p, state["average"], parameters),
        "optimiser": optimiser,
        "moving": settings.objective.after(state["moving"], regret, state["step"], plan.steps),
    }
    if kept is not None:
        after["kept"] = state["kept"].at[where].set(kept)
    whole = jnp.isfinite(value) & jnp.stack([jnp.isfinite(p).all() for p in parameters.values()]).all()
    fine = whole & (state["bad"] < 0)
    after = jax.tree.map(lambda new, old: jnp.where(fine, new, old), after, state)  # the last good state stays
    after["bad"] = jnp.where((state["bad"] < 0) & ~whole, state["step"], state["bad"])
    after["step"] = state["step"] + 1
    return after, jnp.stack([goal, regret.mean(), state["moving"]["price"].mean()])


@partial(jax.jit, static_argnames=("plan",))
def _advance(plan: _Plan, pool: jax.Array | None, state: State, count: jax.Array) -> tuple[State, jax.Array]:
    """`count` steps; figures are summed."""

    def one(_: Any, carry: tuple[State, jax.Array]) -> tuple[State, jax.Array]:
        state, figures = _step(plan, pool, carry[0])
        return state, carry[1] + figures

    found: tuple[State, jax.Array] = jax.lax.fori_loop(0, count, one, (state, jnp.zeros(3, jnp.float32)))
    return found


def learn(
    environment: Environment,
    net: Net = Net(),  # noqa: B008
    settings: Settings = Settings(),
    *,
    steps: int = 3000,
    seed: int = 0,
    chunk: int = 0,
    audit: Attacker = QUICK,
    audit_profiles: int = 256,
    out: str | os.PathLike[str] | None = None,
    resume: bool = False,
    keep: int = 3,
    hooks: Sequence[Hook] = (),
    tell: Callable[[str], None] | None = None,
) -> Learned:
    """Learn for `steps` steps, `chunk` at a time (a tenth of all if 0); an audit, figures and a checkpoint after each.

    out: folder of checkpoints (the newest `keep` stay) and of metrics.jsonl. resume: go on from the last checkpoint there, to the
    same bits. Ctrl-C stops after what was done: `complete` is False, the checkpoint is there. Same seed, same bits on one machine.

    Raises InputError (sizes; a folder in use; a checkpoint of something else; a goal that has no gradient), Unsolved (no longer
    finite: the step and the last good checkpoint are named).
    """
    if min(steps, keep, audit_profiles) < 1 or chunk < 0:
        raise InputError(where="learn", needed="steps, keep and profiles of at least 1", found=f"steps = {steps}")
    refuse_without_gradient(net, environment, seed)
    plan = _Plan(net, environment, settings, steps, seed)
    chunk = chunk or -(-steps // CHUNKS)
    header = {
        "mechanism": architecture(net, environment)
        | {"goal": environment.goal.name, "laws": describe(environment.laws)},
        "settings": describe(settings),
        "run": {"steps": steps, "seed": seed},
    }
    with writing(out):
        state, done, history = _opening(plan, header, out, resume)
    hooks = [*hooks, *([JsonLines(Path(out) / METRICS)] if out else [])]
    if resume:
        for hook in hooks:
            hook.resumed(done)
    pool = jnp.asarray(plan.pool()) if settings.misreports.kind == "pool" else None
    why, began, first = "", time.perf_counter(), done
    try:
        while done < steps:
            count = min(chunk - done % chunk, steps - done)
            state, figures = jax.block_until_ready(_advance(plan, pool, state, jnp.int32(count)))
            if int(state["bad"]) >= 0:
                raise _no_longer_finite(int(state["bad"]), out)
            done += count
            history.append(_figures(plan, state, np.asarray(figures) / count, audit, audit_profiles))
            with writing(out):
                for hook in hooks:
                    hook.scalars(done, history[-1])
                if out:
                    checkpoint.write(Path(out) / checkpoint.name(done), state, header | {"done": done})
                    checkpoint.keep(out, keep)
            if tell:
                left = (time.perf_counter() - began) / (done - first) * (steps - done)
                tell(_line(environment, history[-1], done, steps, left))
    except KeyboardInterrupt:
        why = "; interrupted" + (": the same call with resume=True goes on" if out else "")
    mechanism = LearnedMechanism(environment, net, _weights(plan, state))
    how = (
        f"{net.kind} network {net.hidden}, {done:,} steps, regret priced by {settings.objective.kind}, seed {seed}{why}"
    )
    return Learned(mechanism, _curve(history), done, done >= steps, how)


def _weights(plan: _Plan, state: State) -> Parameters:
    """What the result is made of: averages, where they are old enough to mean something."""
    keep = plan.settings.average
    old = keep > 0 and float(keep) ** int(state["step"]) < 0.01
    found: Parameters = state["average"] if old else state["parameters"]
    return found


def _figures(plan: _Plan, state: State, told: Array, audit: Attacker, profiles: int) -> dict[str, float]:
    """Of the attacker, on profiles that training has not seen."""
    weights = _weights(plan, state)
    found = attack(plan.net, plan.environment, weights, profiles=profiles, seed=AUDIT, how=audit)
    types = plan.environment.profiles(max(profiles, GOAL_PROFILES), AUDIT)
    mechanism = LearnedMechanism(plan.environment, plan.net, weights)
    got = mechanism.outcome(types)
    there = plan.environment
    goal = there.achieved(types, got.decision, got.payments)
    over = np.maximum(there.shortfall(got.decision, got.payments) - there.deficit, 0)
    return {
        "step": int(state["step"]),
        "goal": float(np.mean(goal)),
        "regret_found": found.regret_found,
        "worst_found": float(found.gains.max()),
        "lost": float(over.max()),
        "training_regret": float(told[1]),
        "price": float(told[2]),
    }


def _line(environment: Environment, figures: dict[str, float], done: int, steps: int, left: float) -> str:
    """Progress in one line."""
    return (
        f"{done:,} of {steps:,} steps: {environment.goal.name} {figures['goal']:.4f}, regret found {figures['regret_found']:.5f} "
        f"per agent (worst {figures['worst_found']:.4f}), about {left:.0f} s left"
    )


def _curve(history: Sequence[dict[str, float]]) -> Curve:
    columns = {"steps": np.array([int(line["step"]) for line in history], int)}
    names = [f.name for f in fields(Curve) if f.name != "steps"]
    return Curve(**columns, **{name: np.array([line[name] for line in history], float) for name in names})


def _no_longer_finite(step: int, out: str | os.PathLike[str] | None) -> Unsolved:
    last = checkpoint.latest(out) if out else None
    found = f"none at step {step:,}"
    remedy = "Lower the rate or the price of regret" + (
        f"; the last good state is {last.name}." if last else "; no checkpoint was written yet." if out else "."
    )
    return Unsolved(where="learn", needed="a finite loss", found=found, remedy=remedy)


def _opening(
    plan: _Plan, header: dict[str, Any], out: str | os.PathLike[str] | None, resume: bool
) -> tuple[State, int, list[dict[str, float]]]:
    """(state, steps done, history): a new one, or the last of the folder."""
    last = checkpoint.latest(out) if out else None
    if resume and out is None:
        raise InputError(where="learn", needed="out, the folder to resume from", found="none")
    written = Path(out or "") / METRICS
    if not resume and out and (last is not None or written.exists()):
        remedy = "Say resume=True to go on, or name another folder."
        found = last.name if last else METRICS
        raise InputError(where=str(out), needed="a folder without checkpoints and figures", found=found, remedy=remedy)
    if out:
        Path(out).mkdir(parents=True, exist_ok=True)
    if last is None:
        return plan.start(), 0, []
    state = checkpoint.read(last, jax.eval_shape(plan.start), header)
    done = int(checkpoint.read_header(last)["done"])
    JsonLines(written).resumed(done)
    nan = float("nan")
    told = lines(written) if written.exists() else []
    return state, done, [{k: nan if v is None else float(v) for k, v in line.items()} for line in told]
