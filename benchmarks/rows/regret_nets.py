"""Regret-trained auctions: CPU-seconds until a network is as good as public RegretNet weights are, compiling included, one thread.

Good is one number of revenue P and found regret R of all agents, (√P − √R)²: what a network is worth once it is repaired, which is
proved for one bidder (Rahme et al. 2021) and a scale for more. Public weights have 0.515 on 1×2 and 0.823 on 2×2.

The peer is RegretNet's loop in PyTorch, written anew after Dütting et al. (2024) with the sizes that public code trains with:
two networks of three layers of 100 tanh units, batches of 512 fresh profiles, 50 steps of gradient ascent on every misreport, the
weight of regret raised while log(regret / revenue) is above its target. Both are judged by one attacker on one set of profiles,
every `LOOK` CPU-seconds for the peer (looks do not count against it) and once, at the end, for ours.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import numpy as np

from ..row import Row

LOOK = 40.0  # CPU-seconds of the peer between two looks
LIMIT = 600  # CPU-seconds of the peer
BATCH, ASCENT, WIDTH = 512, 50, 100
JUDGED, SEED = 500, 77  # profiles of the attacker


@dataclass(frozen=True)
class Quality:
    """What is to be reached, and how ours goes there."""

    bidders: int
    items: int
    repaired: float
    steps: int
    hidden: tuple[int, ...]
    budget: float
    profiles: int = 16
    menu: int = 64
    average: float = 0.99

    def at(self, revenue: float, regret: float) -> float:
        """(√P − √R)², of revenue and mean regret per agent."""
        return float(max(revenue**0.5 - (self.bidders * regret) ** 0.5, 0.0) ** 2)


QUALITIES = (
    Quality(1, 2, 0.515, 1000, (32, 32), 5e-4),
    Quality(2, 2, 0.823, 12_000, (32, 32, 32), 5e-5, 8, 128, 0.995),
)


def ours(q: Quality) -> float:
    """The number when done; raises where the quality is not reached."""
    from rulewright.learning.mechanisms import Misreports, Net, Objective, Settings, learn
    from rulewright.mechanisms import auction

    how = Misreports(profiles=q.profiles, menu=q.menu)
    settings = Settings(Objective(budget=q.budget), how, rate=0.005, average=q.average)
    net = Net("equivariant", q.hidden)
    learned = learn(auction(q.bidders, q.items), net, settings, steps=q.steps, chunk=q.steps, audit_profiles=64)
    revenue, regret = judged(net, learned.mechanism.parameters, q)
    if q.at(revenue, regret) < q.repaired:
        raise RuntimeError(f"{revenue:.4f} at a regret of {regret:.5f}: the quality was not reached")
    return q.at(revenue, regret)


def judged(net: Any, parameters: Any, q: Quality) -> tuple[float, float]:
    """(revenue on 100,000 profiles, mean regret per agent that the attacker finds)."""
    from rulewright.learning.mechanisms import Attacker, LearnedMechanism, attack
    from rulewright.mechanisms import auction, estimate

    there = auction(q.bidders, q.items)
    effort = Attacker(random=400, shades=21, best=8, steps=200)
    found = attack(net, there, parameters, profiles=JUDGED, seed=SEED, how=effort)
    return estimate(LearnedMechanism(there, net, parameters), profiles=100_000, seed=5).mean, found.regret_found


class Loop:
    """RegretNet's loop in PyTorch."""

    def __init__(self, n: int, m: int, seed: int = 0) -> None:
        import torch

        torch.manual_seed(seed)
        torch.set_num_threads(1)
        self.torch, self.n, self.m = torch, n, m

        def plain(outputs: int) -> Any:
            sizes = [n * m, WIDTH, WIDTH, WIDTH, outputs]
            layers: list[Any] = []
            for a, b in pairwise(sizes):
                layers += [torch.nn.Linear(a, b), torch.nn.Tanh()]
            return torch.nn.Sequential(*layers[:-1])

        self.alloc, self.pay = plain((n + 1) * m), plain(n)
        self.weights = [*self.alloc.parameters(), *self.pay.parameters()]
        self.optimiser = torch.optim.Adam(self.weights, lr=1e-3)
        self.weight, self.iterations = 5.0, 0

    def run(self, reports: Any) -> tuple[Any, Any]:
        z = (2 * reports - 1).flatten(-2)
        x = self.alloc(z).reshape(*z.shape[:-1], self.n + 1, self.m).softmax(-2)[..., : self.n, :]
        return x, self.torch.sigmoid(self.pay(z)) * (reports * x).sum(-1)

    def iteration(self) -> None:
        torch, n = self.torch, self.n
        types = torch.rand(BATCH, n, self.m)
        own = torch.eye(n, dtype=torch.bool)[None, :, :, None]  # [1, liar, agent, 1]
        lies = torch.rand(BATCH, n, self.m, requires_grad=True)

        def gains() -> Any:
            reports = torch.where(own, lies[:, :, None], types[:, None])
            x, paid = self.run(reports)
            mine = torch.arange(n)
            return (types * x[:, mine, mine]).sum(-1) - paid[:, mine, mine]

        for _ in range(ASCENT):
            (g,) = torch.autograd.grad(gains().sum(), lies)
            with torch.no_grad():
                lies += 0.1 * g
                lies.clamp_(0, 1)
        x, paid = self.run(types)
        regret = (gains() - ((types * x).sum(-1) - paid)).clamp(min=0).mean()
        revenue = paid.sum(-1).mean()
        self.optimiser.zero_grad()
        (-revenue + self.weight * n * regret).backward()
        self.optimiser.step()
        off = np.log(max(regret.item(), 1e-9) * n / revenue.item()) - np.log(1e-3)
        self.weight = max(self.weight + 0.02 * off, 0.1)
        self.iterations += 1

    def exported(self) -> tuple[Any, Any]:
        """As a network of ours: the same numbers."""
        import jax.numpy as jnp

        from rulewright.learning.mechanisms import Net

        named = {}
        for part, net in (("alloc", self.alloc), ("pay", self.pay)):
            for k, layer in enumerate(net[::2]):
                named[f"{part}_W{k}"] = jnp.asarray(layer.weight.detach().numpy().T)
                named[f"{part}_b{k}"] = jnp.asarray(layer.bias.detach().numpy())
        return Net("mlp", (WIDTH,) * 3), named


def until(q: Quality, limit: float = LIMIT, tell: Callable[[str], None] = lambda _: None) -> tuple[float, float, float]:
    """(CPU-seconds, revenue, regret found) of the peer when it has the quality, or at its limit."""
    loop, spent, looks = Loop(q.bidders, q.items), 0.0, 0
    revenue = regret = 0.0
    while spent < limit:
        start = time.process_time()
        while time.process_time() - start < LOOK:
            loop.iteration()
        spent, looks = spent + time.process_time() - start, looks + 1
        revenue, regret = judged(*loop.exported(), q)
        tell(f"{spent:.0f} CPU-s, {loop.iterations} iterations: {revenue:.4f} at {regret:.5f}")
        if q.at(revenue, regret) >= q.repaired:
            break
    return spent, revenue, regret


def rows() -> list[Row]:
    if find_spec("jax") is None:
        return []
    found = []
    for q in QUALITIES:
        what = f"{q.bidders}×{q.items} additive by a network: (√revenue − √regret found)² ≥ {q.repaired:g}"
        if find_spec("torch") is None:
            peer: tuple[str, Any] = ("RegretNet's loop in PyTorch (not installed here)", None)
        else:
            peer = ("RegretNet's loop in PyTorch, looks included", lambda q=q: q.at(*until(q)[1:]))
        found.append(Row(what, lambda q=q: ours(q), (peer,), "10 × faster", repeats=1, limit=2 * LIMIT))
    return found


if __name__ == "__main__":
    for q in QUALITIES:
        start = time.process_time()
        print(
            f"{q.bidders}×{q.items} ours: {ours(q):.4f} after {time.process_time() - start:.1f} CPU-s, judging included"
        )
        print("peer", until(q, tell=print))
