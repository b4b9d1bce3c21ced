"""The auditor: 10⁵ profiles of a net the size of a RegretNet, cells over the continuum, the best lie exactly; beside
gradient ascent."""

from itertools import pairwise

import numpy as np

from rulewright.mechanisms import auction
from rulewright.mechanisms.audit import audit
from rulewright.mechanisms.audit.cells import certify, rounded
from rulewright.mechanisms.audit.distil import distilled
from rulewright.mechanisms.audit.nets import Layers, Net
from rulewright.mechanisms.audit.programme import certify_profiles
from rulewright.mechanisms.itemwise import myerson_uniform

from ..peers import Peer, peer
from ..row import Ready, Row, Work

PROFILES, BATCH, STEPS, RATE = 2_048, 512, 50, 0.1
UNITS = 100


def net(bidders: int = 2, items: int = 2, seed: int = 0) -> Net:
    """Three layers, 100 units, tanh, random weights: what an answer costs does not depend on training."""
    rng = np.random.default_rng(seed)

    def layers(out: int) -> Layers:
        widths = (bidders * items, UNITS, UNITS, out)
        pairs = list(pairwise(widths))
        weights = tuple(rng.normal(0, (2 / (a + b)) ** 0.5, (b, a)) for a, b in pairs)
        return Layers(weights, tuple(np.zeros(b) for b in widths[1:]))

    return Net(auction(bidders, items), layers((bidders + 1) * items), layers(bidders))


def rows() -> list[Row]:
    whole = net()
    return [
        Row(
            "audit of a 2×2 net of 100 units: 100,000 profiles, 1,100 of them by the strong attacker",
            lambda: audit(whole).regret_found.mean,
            target="< 60 s",
            repeats=1,
        ),
        Row(
            f"the same net, {PROFILES:,} profiles, none by the strong attacker but 2",
            lambda: audit(whole, profiles=PROFILES, attacked=2, suspects=0).regret_quick.mean,
            (ascent(whole),),
        ),
        Row(
            "regret of a 2×2 auction rounded to 20 points, over the continuum, exactly",
            lambda: certify(rounded(myerson_uniform(auction(2, 2)), 20)).regret,
        ),
        *(
            Row(f"best lies to a {n}×{m} net of 16 + 16 relu, 5 profiles", exactly(n, m), repeats=3)
            for n, m in ((1, 2), (2, 2))
        ),
    ]


def exactly(bidders: int, items: int) -> Ready:
    def prepare() -> Work:
        pupil = distilled(myerson_uniform(auction(bidders, items)), steps=500)
        return lambda: certify_profiles(pupil, profiles=5).mean

    return Ready(prepare)


def ascent(whole: Net) -> Peer:
    """One random start, Adam on the misreports, as public training loops audit themselves."""

    def prepare() -> Work:
        import torch

        torch.set_num_threads(1)
        parts = [
            [(torch.tensor(w).float(), torch.tensor(b).float()) for w, b in zip(part.weights, part.biases, strict=True)]
            for part in (whole.allocation, whole.payments)
        ]
        n, m = whole.environment.agents, whole.environment.dimensions
        types = torch.tensor(whole.environment.profiles(PROFILES, 0)).float()

        def perceptron(x, layers):
            for w, b in layers[:-1]:
                x = torch.tanh(x @ w.T + b)
            return x @ layers[-1][0].T + layers[-1][1]

        def utility(types, reports, i):
            flat = reports.reshape(-1, n * m)
            x = torch.softmax(perceptron(flat, parts[0]).view(-1, n + 1, m), dim=1)[:, :-1]
            paid = torch.sigmoid(perceptron(flat, parts[1])) * (x * reports).sum(dim=-1)
            return (x[:, i] * types[:, i]).sum(dim=-1) - paid[:, i]

        def solve() -> float:
            total = 0.0
            for start in range(0, PROFILES, BATCH):
                true = types[start : start + BATCH]
                for i in range(n):
                    lie = torch.rand(len(true), m, requires_grad=True)
                    adam = torch.optim.Adam([lie], RATE)
                    for _ in range(STEPS):
                        said = torch.cat([true[:, :i], lie[:, None], true[:, i + 1 :]], dim=1)
                        adam.zero_grad()
                        (-utility(true, said, i).sum()).backward()
                        adam.step()
                        lie.data.clamp_(0, 1)
                    said = torch.cat([true[:, :i], lie[:, None], true[:, i + 1 :]], dim=1)
                    gain = utility(true, said, i) - utility(true, true, i)
                    total += float(gain.detach().clamp(min=0).sum())
            return total / (PROFILES * n)

        return solve

    return peer("PyTorch", f"gradient ascent, one start, {STEPS} steps", prepare)
