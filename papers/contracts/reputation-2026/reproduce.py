"""Contracts with reputation (after eq. 13–18 of the ICSAP proposal) and learned principal–agent contracts: own experiments.

`python papers reputation-2026` for the claims; `python papers/contracts/reputation-2026/reproduce.py --write` writes the full
tables into README.md. Public names of rulewright only.
"""

from __future__ import annotations

import sys
from fractions import Fraction as F
from functools import cache
from pathlib import Path

import jax.numpy as jnp
import numpy as np

import rulewright as rw
from rulewright.behaviour.estimation.confidence import mean
from rulewright.design.contracts import hidden_action, linear_contract
from rulewright.game.markov import MarkovGame
from rulewright.game.markov_play import MarkovPlay
from rulewright.institution.institution import NOTHING
from rulewright.learning.classification import Codebook
from rulewright.learning.institutions import Reputation, largest_gain
from rulewright.learning.learners import IPPO, Network, TabularQ
from rulewright.learning.search.evolution import evolve
from rulewright.learning.search.grid import grid
from rulewright.learning.worlds.repeated import Repeated

HERE = Path(__file__).parent
BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"

# ── exactly: a record that is refreshed at random is the score, for players who count expectations ────────────────────


def kept(memory: F, patience: F, gain: F, score: F, delayed: bool, players: int = 2) -> MarkovGame:
    """A commons of `players` with a good or bad record each; a record stays with chance λ, else today's conduct is written into it.

    Then E r_t = λ·E r_{t−1} + (1 − λ)·g_t, with g = 1 for compliance and 1 − Δg for misconduct, which gains Δu and costs the
    others 2Δu in all. A good record pays 1 per period: today's (read after it was brought up to date) or yesterday's (delayed).
    """
    n, states = players, 2**players
    shape = (states, *(2,) * n)
    good = np.array(list(np.ndindex(*(2,) * n)))  # [state, player]; 1 = good
    law = np.full((*shape, states), F(1), dtype=object)
    payoff = np.full((n, *shape, states), F(0), dtype=object)
    for at in np.ndindex(*shape):
        s, acts = at[0], at[1:]
        for to in range(states):
            for i in range(n):
                up = 1 - acts[i] * score  # chance that what is written is good
                chance = memory * int(good[s, i]) + (1 - memory) * up
                law[(*at, to)] *= chance if good[to, i] else 1 - chance
                harm = 2 * gain * (sum(acts) - acts[i]) / max(1, n - 1)
                payoff[(i, *at, to)] = acts[i] * gain - harm + int(good[s if delayed else to, i])
    return MarkovGame.of(payoff, law, patience, start=[0] * (states - 1) + [1])


def complies(memory: F, patience: F, gain: F, score: F, delayed: bool) -> bool:
    """Whether everybody complying for ever is a Markov-perfect equilibrium: best replies by dynamic programming, exact."""
    game = kept(memory, patience, gain, score, delayed)
    return MarkovPlay.pure(game, [0] * game.n).regret == 0


CASES = [
    (memory, patience, score, delayed)
    for memory in (F(0), F(1, 3), F(4, 5), F(99, 100))
    for patience in (F(0), F(1, 2), F(9, 10))
    for score in (F(1, 2), F(1))
    for delayed in (False, True)
]


@cache
def flips() -> float:
    """Share of cases in which compliance is a best reply at the closed form, and no more a millionth above it."""
    good = 0
    for memory, patience, score, delayed in CASES:
        bound = largest_gain(memory, patience, score, delayed=delayed)
        above = bound + F(1, 10**6)
        good += complies(memory, patience, bound, score, delayed) and not complies(
            memory, patience, above, score, delayed
        )
    return good / len(CASES)


# ── by learners: misconduct against memory and patience, in a world that keeps the score ─────────────────────────────

TEMPTED = rw.Game.normal(
    np.array([[[F(1), F(-1)], [F(2), F(0)]], [[F(1), F(2)], [F(-1), F(0)]]]),
    players=("one", "other"),
    actions=(("comply", "misbehave"),) * 2,
)
"""Misconduct gains Δu = 1 whatever the other does, and costs the other 2."""
MEMORIES, PATIENCES = (0.0, 0.5, 0.8), (0.5, 0.8, 0.9)
RATIOS = (0.4, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.5, 2.0)
"""Worth of repute, in units of the closed form's threshold."""


def worth(memory: float, patience: float) -> float:
    """What a unit of repute must be worth so that misconduct, which gains 1 and costs a score of 1, does not pay (delayed)."""
    return 1 / float(largest_gain(memory, patience, delayed=True))


@cache
def misconduct(patience: float, fast: bool) -> np.ndarray:
    """[memory, ratio, seed]: share of acts that are misconduct after learning."""
    wrong = Codebook(jnp.array([[[0, 1]]], jnp.int32), "action")
    base = Repeated.of(TEMPTED, 50)
    memories = MEMORIES[1:2] if fast else MEMORIES
    worlds = [
        Reputation(wrong, m, worth=jnp.float32(worth(m, patience) * ratio))(base) for m in memories for ratio in RATIOS
    ]
    learner = IPPO(
        worlds=8, steps=50, minibatches=2, epochs=2, network=Network((16,)), gamma=patience, lam=1.0, rate=3e-3,
        shared=False,
    )  # fmt: skip
    seeds = 4 if fast else 6
    samples = grid(worlds, learner, steps=400 * 120, seeds=seeds, episodes=8)
    shares = [s.events["action"][..., 1].sum(axis=1) / s.events["action"].sum(axis=(1, 2)) for s in samples]
    return np.stack(shares).reshape(len(memories), len(RATIOS), seeds)


def crossing(shares: np.ndarray) -> np.ndarray:
    """[seed]: the ratio at which misconduct [ratio, seed] last falls below one half, interpolated."""
    ratios, found = np.array(RATIOS), []
    for row in shares.T:
        k = int(np.flatnonzero(row >= 0.5).max(initial=-1))
        if k < 0 or k + 1 == len(row):
            found.append(ratios[0] if k < 0 else ratios[-1])
            continue
        slope = (row[k] - 0.5) / max(row[k] - row[k + 1], 1e-9)
        found.append(ratios[k] + slope * (ratios[k + 1] - ratios[k]))
    return np.array(found)


# ── a principal who learns a contract while the agent learns ─────────────────────────────────────────────────────────

LAW = [[F(7, 10), F(2, 10), F(1, 10)], [F(3, 10), F(4, 10), F(3, 10)], [F(1, 10), F(3, 10), F(6, 10)]]
COST, REWARD = [F(0), F(1), F(5, 2)], [F(0), F(5), F(10)]
EFFORTS, OUTCOMES = ("none", "some", "much"), ("0", "5", "10")


@cache
def exact() -> tuple[float, float, float, float]:
    """(value, share of the best linear contract; value and welfare of the best of any form), by the programme of the house."""
    linear = linear_contract(LAW, COST, REWARD)
    free = hidden_action(LAW, COST, REWARD)
    welfare = max(sum(p * r for p, r in zip(row, REWARD, strict=True)) - c for row, c in zip(LAW, COST, strict=True))
    return float(linear.value), float(linear.share), float(free.exact.value), float(welfare)


def workplace(rounds: int = 10) -> Repeated:
    """A principal who gets the outcome, and an agent whose effort is hidden: the outcome is drawn, and can be paid for."""
    law = np.array(LAW, dtype=object)
    payoff = np.empty((2, 1, 3), dtype=object)
    payoff[0, 0] = [sum(p * r for p, r in zip(row, REWARD, strict=True)) for row in LAW]
    payoff[1, 0] = [-c for c in COST]
    game = rw.Game.normal(payoff, players=("principal", "agent"), actions=(("wait",), EFFORTS))
    signal = rw.Signal("outcome", OUTCOMES, law.reshape(1, 1, 1, 3, 3))
    return Repeated.of(rw.Game(**{**vars(game), "signals": (signal,)}), rounds)


def paying(amounts: np.ndarray) -> Repeated:
    """The workplace under a contract: amounts[outcome]."""
    promise = rw.Contract("agent", on="outcome", amounts=dict(zip(OUTCOMES, map(float, amounts), strict=True)))
    return (NOTHING >> promise)(workplace())  # type: ignore[no-any-return]


AGENT = TabularQ(rate=0.005, gamma=0.0, decay=2e-4, least=0.02, scale=0.2, steps=1000)
TAUGHT = 20_000  # rounds of each agent


def profit(sample: object) -> np.ndarray:
    """[seed, episode]: the principal's, per round; what it pays leaves the fund."""
    return (sample.base[..., 0] + sample.fund) / sample.length  # type: ignore[attr-defined]


@cache
def shares(fast: bool) -> tuple[np.ndarray, np.ndarray]:
    """(share [k], profit [k, seed]): linear contracts, an agent learning under each."""
    alphas = np.linspace(0, 1, 16 if fast else 41)
    worlds = [paying(alpha * np.array([float(r) for r in REWARD])) for alpha in alphas]
    found = grid(worlds, AGENT, steps=TAUGHT, seeds=4 if fast else 12, episodes=64)
    return alphas, np.stack([profit(s).mean(axis=1) for s in found])


@cache
def bonuses(fast: bool) -> tuple[np.ndarray, float, float]:
    """(amounts, profit, half width): the principal searches over all contracts, an agent learning under each candidate."""
    found = evolve(
        lambda x: paying(np.array([0.0, *x])), [0, 0], [6, 6], profit, AGENT, steps=TAUGHT,
        rounds=6 if fast else 20, population=12, seeds=4, episodes=64,
    )  # fmt: skip
    return found.best, found.goal, (found.interval.high - found.interval.low) / 2


# ── claims and tables ────────────────────────────────────────────────────────────────────────────────────────────────


def half_way(patience: float, memory: float) -> object:
    """Worth at which misconduct falls below one half, in units of the closed form."""
    return lambda fast: float(crossing(misconduct(patience, fast)[0 if fast else MEMORIES.index(memory)]).mean())


def best_share(fast: bool) -> tuple[float, float]:
    """(share, profit) at the highest mean profit."""
    alphas, got = shares(fast)
    k = int(got.mean(axis=1).argmax())
    return float(alphas[k]), float(got[k].mean())


CLAIMS = {
    "exact: share of cases in which the best reply flips at (1−λ)/(1−δλ)·Δg": lambda fast: flips(),
    "learned: threshold over closed form, λ = .5, δ = .8": half_way(0.8, 0.5),
    "learned: threshold over closed form, λ = 0, δ = .5": half_way(0.5, 0.0),
    "learned: threshold over closed form, λ = .8, δ = .9": half_way(0.9, 0.8),
    "principal: exact value of the best linear contract": lambda fast: exact()[0],
    "principal: exact value of the best contract": lambda fast: exact()[2],
    "principal, agent learning: value of the best share found": lambda fast: best_share(fast)[1],
    "principal, agent learning: the best share found": lambda fast: best_share(fast)[0],
    "principal, agent learning: value of the best bonuses found": lambda fast: bonuses(fast)[1],
}


def table() -> str:
    lines = [
        "| misconduct at worth / threshold | " + " | ".join(f"{r:g}" for r in RATIOS) + " | falls below ½ at |",
        "|---" * (len(RATIOS) + 2) + "|",
    ]
    for patience in PATIENCES:
        found = misconduct(patience, False)
        for memory, shares_ in zip(MEMORIES, found, strict=True):
            at = mean(crossing(shares_))
            cells = " | ".join(f"{x:.2f}" for x in shares_.mean(axis=1))
            lines.append(
                f"| δ = {patience:g}, λ = {memory:g}: {worth(memory, patience):.2f} | {cells} | "
                f"{at.value:.3f} ± {(at.high - at.low) / 2:.3f} |"
            )
    alphas, got = shares(False)
    k = int(got.mean(axis=1).argmax())
    here = mean(got[k])
    amounts, profit_, half = bonuses(False)
    linear, share, free, welfare = exact()
    promised = ", ".join(f"{x:.2f}" for x in hidden_action(LAW, COST, REWARD).contract)
    tried = f"{here.value:.3f} ± {(here.high - here.low) / 2:.3f}"
    lines += [
        "",
        "| principal | contract | value |",
        "|---|---|---|",
        f"| exact, linear | {share:.3f} of the outcome | {linear:.3f} |",
        f"| 41 shares, an agent learning under each, 12 seeds | {alphas[k]:.3f} of the outcome | {tried} |",
        f"| exact, any contract | {promised} | {free:.3f} |",
        f"| evolution, an agent learning under each | 0, {amounts[0]:.2f}, {amounts[1]:.2f} | {profit_:.3f} ± {half:.3f} |",
        f"| welfare of the first best | – | {welfare:.3f} |",
    ]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> None:
    text = table()
    print(text)
    for name, value in CLAIMS.items():
        print(f"{name}: {value(False):.4f}")  # type: ignore[operator]
    if "--write" in arguments:
        readme = HERE / "README.md"
        before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
        readme.write_text(f"{before}{BEGIN}\n{text}{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
